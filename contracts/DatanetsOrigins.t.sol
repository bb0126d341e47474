// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IDatanets} from "./interfaces/IDatanets.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {DuplicateBase} from "./testing/DuplicateBase.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice A duplicate depends on what the court says of its origin, and pays nobody for making it.
contract DatanetsOriginsTest is DuplicateBase {
    /// @dev Two submissions of one file each, in two dockets, of which the second alone is final.
    function _originUnderWay() internal returns (Known memory first, Known memory second, uint40 docket) {
        first = submitFiles(alice, 1, 0);
        docket = court.openDocket(TEXT);
        skip(1 hours);
        court.close(TEXT);
        second = submitFiles(bob, 1, 0);
        prove(first, 0, second, 0);
        closeAndJudge(TEXT, 3);
    }

    /// @dev Draws a docket that waited, whose block may be out of reach.
    function _drawLate(uint40 docket) internal {
        court.draw(docket);
        if (court.docketOf(docket).phase == ICourt.Phase.COMMITTING) return;
        skip(60);
        court.draw(docket);
    }

    // ------------------------------------------------------------------------------------ a rejected origin

    function test_attack_originThatIsKnownToBeRejected() public {
        Known memory first = submitFiles(alice, 2, 1);
        Known memory second = submitFiles(bob, 1, 0);
        settleWith(closeAndDraw(TEXT), 3 | (uint256(3) << 4));
        refuses(first, 1, second, 0, abi.encodeWithSelector(IDatanets.EarlierRejected.selector, first.root, 1));
        skip(12 hours);
        refuses(first, 1, second, 0, abi.encodeWithSelector(IDatanets.EarlierRejected.selector, first.root, 1));
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD));
    }

    /// @notice Somebody who knows a public file's sha256 puts garbage with that leaf before everybody else's submission.
    function test_attack_garbageThatClaimsAFamousFile() public {
        Known memory garbage = submitFiles(person("thief"), 1, 0);
        Known memory honest = submitFiles(bob, 1, 0);
        prove(garbage, 0, honest, 0);
        // The voters find that the thief's bytes differ from the leaf.
        closeAndJudge(TEXT, uint256(3) << 2);
        datanets.finalize(honest.root);
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD));
        vm.assertEq(unclaimed(finder), 0);
        vm.assertEq(datanets.scoreOf(datanet, bob).accepted, 1);
    }

    /// @notice A contributor reports their own copy against garbage of theirs, to keep the true origin from being named.
    function test_attack_garbageShieldsACopyFromItsOrigin() public {
        Known memory garbage = submitFiles(person("thief"), 1, 0);
        Known memory origin = submitFiles(alice, 1, 0);
        Known memory copy = submitFiles(person("thief"), 1, 0);
        proveAs(person("thief"), garbage, 0, copy, 0);
        refuses(
            origin,
            0,
            copy,
            0,
            abi.encodeWithSelector(IDatanets.AlreadyProven.selector, copy.root, 0, person("thief"))
        );
        settleWith(closeAndDraw(TEXT), uniform(3, 3) & ~uint256(3));
        // As soon as the garbage is rejected, its proof can be replaced.
        prove(origin, 0, copy, 0);
        skip(12 hours);
        datanets.finalize(copy.root);
        vm.assertEq(unclaimed(person("thief")), 0);
        vm.assertEq(unclaimed(finder), 3 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    // ------------------------------------------------------------------------------- an origin under judgement

    function test_duplicate_waitsForItsOrigin() public {
        (, Known memory second, uint40 docket) = _originUnderWay();
        bytes memory reason = abi.encodeWithSelector(IDatanets.EarlierNotFinal.selector, second.root);
        vm.expectRevert(reason);
        datanets.finalize(second.root);
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = second.root;
        datanets.finalizeMany(roots);
        vm.assertFalse(datanets.submissionOf(second.root).finalized, "a sweep leaves it");
        _drawLate(docket);
        settleWith(docket, 2);
        vm.expectRevert(reason);
        datanets.finalize(second.root);
        skip(12 hours);
        datanets.finalizeMany(roots);
        vm.assertTrue(datanets.submissionOf(second.root).finalized);
        vm.assertEq(unclaimed(bob), 0);
        vm.assertEq(unclaimed(finder), 3 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_duplicate_isNoneWhenItsOriginIsRejectedLater() public {
        (, Known memory second, uint40 docket) = _originUnderWay();
        _drawLate(docket);
        judge(docket, 0);
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD));
        vm.assertEq(unclaimed(finder), 0);
    }

    function test_duplicate_followsTheAppealOfItsOrigin() public {
        Known memory first = submitFiles(alice, 2, 1);
        Known memory second = submitFiles(bob, 1, 0);
        prove(first, 1, second, 0);
        settleWith(closeAndDraw(TEXT), uniform(3, 3));
        uint40 appealed = appealAs(person("appellant"), first.root);
        settleWith(appealed, 3);
        skip(12 hours);
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD), "the origin lost its acceptance on appeal");
        datanets.finalize(first.root);
        vm.assertEq(unclaimed(alice), 3 * uint256(REWARD));
    }

    function test_duplicate_thatItsOriginsAppealRestores() public {
        Known memory first = submitFiles(alice, 2, 1);
        Known memory second = submitFiles(bob, 1, 0);
        settleWith(closeAndDraw(TEXT), 3 | (uint256(3) << 4));
        uint40 appealed = appealAs(alice, first.root);
        refuses(first, 1, second, 0, abi.encodeWithSelector(IDatanets.EarlierRejected.selector, first.root, 1));
        settleWith(appealed, uniform(2, 2));
        prove(first, 1, second, 0);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.EarlierNotFinal.selector, second.root));
        datanets.finalize(second.root);
        skip(12 hours);
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(bob), 0);
    }

    // -------------------------------------------------------------------------------------------- finder farm

    /// @notice Whatever the share, who makes duplicates and reports them earns no more than who keeps quiet.
    function testFuzz_attack_finderFarm(uint16 finderBps, uint256 grade) public {
        finderBps = finderBps % 10_001;
        grade = grade % 4;
        parameters.setContributorRules(
            IParameters.ContributorRules({rotationSeconds: 1 days, finderBps: finderBps})
        );
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(alice, 1, 0);
        uint256 snapshot = vm.snapshotState();
        closeAndJudge(TEXT, 3 | (grade << 2));
        datanets.finalize(second.root);
        uint256 quietWei = unclaimed(alice);
        IDatanets.Score memory quiet = datanets.scoreOf(datanet, alice);
        vm.revertToState(snapshot);
        proveAs(alice, first, 0, second, 0);
        closeAndJudge(TEXT, 3 | (grade << 2));
        datanets.finalize(second.root);
        vm.assertLe(unclaimed(alice), quietWei);
        vm.assertEq(unclaimed(alice), grade * REWARD * finderBps / 10_000);
        IDatanets.Score memory reported = datanets.scoreOf(datanet, alice);
        vm.assertLe(reported.scoreBps, quiet.scoreBps);
        vm.assertEq(reported.accepted, 0);
        vm.assertEq(reported.judged, 1);
    }

    /// @notice The finder is paid out of what the file would have earned: nothing else is ever touched.
    function testFuzz_duplicate_conservesMoney(uint256 word, uint16 finderBps, uint256 places) public {
        finderBps = finderBps % 10_001;
        parameters.setContributorRules(
            IParameters.ContributorRules({rotationSeconds: 1 days, finderBps: finderBps})
        );
        IDatanets.Leaf[] memory leaves = files(6, 0, SONG);
        Known memory first = submitLeaves(alice, datanet, leaves);
        leaves = files(8, 0, SONG);
        for (uint256 i = 1; i < 6; ++i) leaves[i].sha256 = first.leaves[i].sha256;
        Known memory second = submitLeaves(bob, datanet, leaves);
        for (uint256 i; i < 6; ++i) {
            if ((places >> i) & 1 != 0) proveAs(person(vm.toString(i)), first, i, second, i);
        }
        word &= (1 << 28) - 1;
        closeAndJudge(TEXT, word);
        datanets.finalize(second.root);
        uint256 expectedWei;
        uint256 foundWei;
        for (uint256 i; i < 8; ++i) {
            uint256 gradeWei = ((word >> (12 + 2 * i)) & 3) * REWARD;
            bool zeroed = i < 6 && (places >> i) & 1 != 0 && (word >> (2 * i)) & 3 != 0;
            if (!zeroed) expectedWei += gradeWei;
            uint256 bountyWei = zeroed ? gradeWei * finderBps / 10_000 : 0;
            if (i < 6) vm.assertEq(unclaimed(person(vm.toString(i))), bountyWei);
            foundWei += bountyWei;
        }
        vm.assertEq(unclaimed(bob), expectedWei);
        datanets.finalize(first.root);
        (uint256 availableWei, uint256 reservedWei) = pooled();
        vm.assertEq(reservedWei, 0);
        vm.assertEq(availableWei, FUNDS - 14 * uint256(FEE) - expectedWei - foundWei - unclaimed(alice));
    }

    // ---------------------------------------------------------------------------------------- largest sizes

    /// @notice 64 submissions of people who never earned, as many with 20 duplicates found by somebody new as a sweep takes.
    function test_attack_largestSweepWithDuplicatesUnderTenMillionGas() public {
        Known memory first = submitLeaves(alice, datanet, files(20, 0, SONG));
        bytes32[] memory roots = new bytes32[](64);
        for (uint256 i = 5; i < 64; ++i) {
            roots[i] = submitAs(person(vm.toString(i)), datanet, 1, 1, keccak256(abi.encode(i)));
        }
        closeAndJudge(TEXT, uniform(3, 79));
        for (uint256 copy; copy < 5; ++copy) {
            IDatanets.Leaf[] memory leaves = files(20, 0, SONG);
            for (uint256 i; i < 20; ++i) leaves[i].sha256 = first.leaves[i].sha256;
            Known memory later = submitLeaves(person(vm.toString(copy)), datanet, leaves);
            roots[copy] = later.root;
            for (uint256 i; i < 20; ++i) {
                proveAs(person(string.concat("finder ", vm.toString(20 * copy + i))), first, i, later, i);
            }
        }
        closeAndJudge(TEXT, uniform(3, 100));
        uint256 before = gasleft();
        datanets.finalizeMany(roots);
        vm.assertLt(before - gasleft(), 9_500_000, "and what the transaction itself costs");
        for (uint256 i; i < 64; ++i) {
            vm.assertEq(datanets.submissionOf(roots[i]).finalized, i != 4, "a sweep pays the finders of four");
        }
        before = gasleft();
        datanets.finalize(roots[4]);
        vm.assertLt(before - gasleft(), 2_000_000);
    }
}
