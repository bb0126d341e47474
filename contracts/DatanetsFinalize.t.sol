// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IDatanets} from "./interfaces/IDatanets.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Score} from "./libraries/Score.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {bound, vm} from "./testing/Vm.t.sol";

/// @notice From the verdict to money, score and version.
contract DatanetsFinalizeTest is ProtocolTest {
    uint88 internal constant REWARD = 2e18;
    uint88 internal constant FEE = 0.5e18;
    uint256 internal constant FUNDS = 1_000_000e18;

    address internal owner;
    address internal alice;
    uint32 internal datanet;

    function setUp() public override {
        super.setUp();
        owner = person("owner");
        alice = person("alice");
        seatVoters(TEXT, 3);
        datanet = createDatanet(owner, TEXT, REWARD, FEE, FUNDS);
    }

    /// @dev One submission of alice's on a day of its own, judged and finalized.
    function _round(bytes32 leavesRoot, uint8 files, uint256 word) internal returns (bytes32 root) {
        skip(DAY);
        root = submitAs(alice, datanet, files, files, leavesRoot);
        closeAndJudge(TEXT, word);
        datanets.finalize(root);
    }

    function test_finalize_waitsForTheVerdict() public {
        submitAs(alice, datanet, 2, 2, "root");
        uint40 docket = court.openDocket(TEXT);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        datanets.finalize(rootOf(alice, "root"));
        closeAndDraw(TEXT);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        datanets.finalize(rootOf(alice, "root"));
        judge(docket, uniform(1, 2));
        datanets.finalize(rootOf(alice, "root"));
        vm.assertTrue(datanets.submissionOf(rootOf(alice, "root")).finalized);
    }

    function test_finalize_refusesAnUnknownRoot() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownSubmission.selector, bytes32("nothing")));
        datanets.finalize("nothing");
    }

    function test_attack_verdictExecutedTwice() public {
        bytes32 root = _round("root", 2, uniform(3, 2));
        (uint256 earnedWei,) = vault.earnedBy(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.AlreadyFinalized.selector, root));
        datanets.finalize(root);
        bytes32[] memory roots = new bytes32[](3);
        (roots[0], roots[1], roots[2]) = (root, root, root);
        datanets.finalizeMany(roots);
        (uint256 afterWei,) = vault.earnedBy(alice);
        vm.assertEq(afterWei, earnedWei);
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 2);
    }

    function test_attack_sameRootTwiceInOneSweep() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "root");
        closeAndJudge(TEXT, uniform(3, 2));
        bytes32[] memory roots = new bytes32[](2);
        (roots[0], roots[1]) = (root, root);
        datanets.finalizeMany(roots);
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 2);
        (uint256 earnedWei,) = vault.earnedBy(alice);
        vm.assertEq(earnedWei, 6 * uint256(REWARD));
    }

    function test_finalize_tellsEverybody() public {
        bytes32 root = submitAs(alice, datanet, 3, 3, "root");
        closeAndJudge(TEXT, 3 | (uint256(2) << 4));
        bytes32 head = keccak256(abi.encode(bytes32(0), root, uint256(3 | (2 << 4))));
        vm.expectEmit(address(datanets));
        emit IDatanets.Finalized(
            root,
            datanet,
            alice,
            3 | (uint256(2) << 4),
            5 * uint256(REWARD),
            uint16(Score.wilsonBpsDown(5, 3)),
            1,
            head
        );
        datanets.finalize(root);
    }

    /// @notice A sweep takes what is final, in whatever order dockets come, and leaves the rest.
    function test_finalizeMany_ofSeveralDockets() public {
        bytes32[] memory roots = new bytes32[](6);
        roots[0] = submitAs(alice, datanet, 2, 2, "alice, first docket");
        roots[3] = submitAs(person("bob"), datanet, 3, 3, "bob, first docket");
        closeAndJudge(TEXT, uniform(1, 5));
        roots[2] = submitAs(alice, datanet, 2, 2, "alice, second docket");
        roots[4] = submitAs(person("bob"), datanet, 1, 1, "bob, second docket");
        closeAndJudge(TEXT, uniform(3, 3));
        roots[1] = submitAs(alice, datanet, 2, 2, "alice, third docket");
        roots[5] = roots[0];
        datanets.finalizeMany(roots);
        for (uint256 i; i < 6; ++i) vm.assertEq(datanets.submissionOf(roots[i]).finalized, i != 1);
        (uint256 aliceWei,) = vault.earnedBy(alice);
        (uint256 bobWei,) = vault.earnedBy(person("bob"));
        vm.assertEq(aliceWei, 8 * uint256(REWARD));
        vm.assertEq(bobWei, 6 * uint256(REWARD));
        vm.assertEq(datanets.datanetOf(datanet).versionCount, 4);
    }

    function test_finalizeMany_refusesAnUnknownRoot() public {
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = "nothing";
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownSubmission.selector, bytes32("nothing")));
        datanets.finalizeMany(roots);
    }

    function test_submissionOf_knowsNothingOfAnUnknownRoot() public view {
        IDatanets.SubmissionState memory state = datanets.submissionOf("nothing");
        vm.assertEq(state.contributor, address(0));
        vm.assertFalse(state.finalized);
        vm.assertFalse(state.hasDuplicates);
    }

    function test_attack_doubleClaim() public {
        _round("root", 2, uniform(3, 2));
        vault.claim(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToClaim.selector, alice));
        vault.claim(alice);
        vm.assertEq(token.balanceOf(alice), 6 * uint256(REWARD));
    }

    function test_attack_resubmitAFinalizedRoot() public {
        _round("root", 2, uniform(3, 2));
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 2, 2, "root");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.AlreadySubmitted.selector, rootOf(alice, "root")));
        datanets.submit(submission, "");
    }

    function test_finalize_takesEachSubmissionsOwnGrades() public {
        address bob = person("bob");
        submitAs(alice, datanet, 2, 2, "alice");
        submitAs(bob, datanet, 3, 3, "bob");
        // alice: 3, 0; bob: 1, 0, 2.
        closeAndJudge(TEXT, 3 | (uint256(1) << 4) | (uint256(2) << 8));
        datanets.finalize(rootOf(bob, "bob"));
        datanets.finalize(rootOf(alice, "alice"));
        vm.assertEq(vault.claim(alice), 3 * uint256(REWARD));
        vm.assertEq(vault.claim(bob), 3 * uint256(REWARD));
        IDatanets.Score memory score = datanets.scoreOf(datanet, bob);
        vm.assertEq(score.judged, 3);
        vm.assertEq(score.accepted, 2);
        vm.assertEq(score.points, 3);
        vm.assertEq(score.days_, 1);
        vm.assertEq(score.scoreBps, Score.wilsonBpsDown(3, 3));
    }

    /// @notice Closed with everything taken back that can be: what was submitted before is judged and paid all the same.
    function test_attack_aCancelledDatanetKeepsEarnedRewards() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "root");
        (uint256 availableWei,) = vault.accountOf(address(datanets), datanet);
        vm.startPrank(owner);
        datanets.setOpen(datanet, false);
        datanets.withdraw(datanet, owner, availableWei);
        vm.stopPrank();
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(root);
        vm.assertEq(vault.claim(alice), 6 * uint256(REWARD));
    }

    function test_attack_reputationReadOnlyAtClaim() public {
        _round("root", 2, uniform(3, 2));
        IDatanets.Score memory score = datanets.scoreOf(datanet, alice);
        vm.assertEq(score.scoreBps, Score.wilsonBpsDown(6, 2), "it counts when credited");
        skip(30 * DAY);
        vault.claim(alice);
        vm.assertEq(keccak256(abi.encode(datanets.scoreOf(datanet, alice))), keccak256(abi.encode(score)));
    }

    /// @notice Whatever the round: a root is credited once, in one Datanet, and never again.
    function test_attack_aContributionReusedInANewRoundPaysTwice() public {
        bytes32 root = _round("root", 2, uniform(3, 2));
        uint32 other = createDatanet(owner, TEXT, REWARD, FEE, FUNDS);
        skip(DAY);
        IDatanets.Submission memory submission = submissionOf(alice, other, 2, 2, "root");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.AlreadySubmitted.selector, root));
        datanets.submit(submission, "");
    }

    function test_finalize_releasesWhatWasNotEarned() public {
        _round("root", 4, uniform(1, 2));
        (uint256 availableWei, uint256 reservedWei) = vault.accountOf(address(datanets), datanet);
        vm.assertEq(reservedWei, 0);
        vm.assertEq(availableWei, FUNDS - 4 * uint256(FEE) - 2 * uint256(REWARD));
        vm.prank(owner);
        datanets.withdraw(datanet, owner, availableWei);
    }

    // --------------------------------------------------------------------------------------------- score

    function test_score_oneAcceptedFileDoesNotTopABoard() public {
        _round("root", 1, 3);
        vm.assertEq(datanets.scoreOf(datanet, alice).scoreBps, 2_065);
    }

    function test_score_aHundredRejectionsChangeNothing() public {
        _round("good", 1, 3);
        uint16 before = datanets.scoreOf(datanet, alice).scoreBps;
        for (uint256 i; i < 5; ++i) _round(bytes32(i + 1), 20, 0);
        IDatanets.Score memory score = datanets.scoreOf(datanet, alice);
        vm.assertEq(score.scoreBps, before);
        vm.assertEq(score.judged, 101);
        vm.assertEq(score.accepted, 1);
    }

    function test_score_daysCountOnceEach() public {
        submitAs(alice, datanet, 1, 1, "first");
        submitAs(alice, datanet, 1, 1, "second");
        closeAndJudge(TEXT, uniform(2, 2));
        datanets.finalize(rootOf(alice, "first"));
        datanets.finalize(rootOf(alice, "second"));
        vm.assertEq(datanets.scoreOf(datanet, alice).days_, 1);
        _round("third", 1, 2);
        vm.assertEq(datanets.scoreOf(datanet, alice).days_, 2);
        // A day without an acceptance is no day.
        _round("fourth", 1, 0);
        vm.assertEq(datanets.scoreOf(datanet, alice).days_, 2);
    }

    /// @notice A verdict never lowers a score, and the score is the best lower bound that was ever reached.
    function testFuzz_score_isAHighWaterMark(uint256 seed) public {
        uint256 points;
        uint256 judged;
        uint256 accepted;
        uint256 best;
        for (uint256 i; i < 3; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            uint8 files = uint8(bound(random >> 240, 1, 20));
            uint256 word = random & (random >> (seed % 3)) & ((uint256(1) << (2 * files)) - 1);
            _round(bytes32(random), files, word);
            judged += files;
            for (uint256 item; item < files; ++item) {
                uint256 grade = (word >> (2 * item)) & 3;
                points += grade;
                if (grade > 0) ++accepted;
            }
            uint256 bps = Score.wilsonBpsDown(points, judged);
            if (bps > best) best = bps;
            IDatanets.Score memory score = datanets.scoreOf(datanet, alice);
            vm.assertEq(score.scoreBps, best);
            vm.assertEq(score.judged, judged);
            vm.assertEq(score.points, points);
            vm.assertEq(score.accepted, accepted);
        }
        (uint256 earnedWei,) = vault.earnedBy(alice);
        vm.assertEq(earnedWei, points * REWARD);
    }

    // ------------------------------------------------------------------------------------------- version

    function test_version_extendsWithAcceptedSubmissionsOnly() public {
        bytes32 first = _round("first", 2, uniform(2, 2));
        bytes32 head = keccak256(abi.encode(bytes32(0), first, uniform(2, 2)));
        IDatanets.Datanet memory state = datanets.datanetOf(datanet);
        vm.assertEq(state.versionCount, 1);
        vm.assertEq(state.versionHead, head);
        _round("nothing", 2, 0);
        state = datanets.datanetOf(datanet);
        vm.assertEq(state.versionCount, 1);
        vm.assertEq(state.versionHead, head);
        bytes32 third = _round("third", 3, 4);
        state = datanets.datanetOf(datanet);
        vm.assertEq(state.versionCount, 2);
        vm.assertEq(state.versionHead, keccak256(abi.encode(head, third, uint256(4))));
    }

    // ------------------------------------------------------------------------------------- largest sizes

    function test_attack_largestSweepUnderTenMillionGas() public {
        bytes32[] memory roots = new bytes32[](64);
        for (uint256 i; i < 64; ++i) {
            roots[i] = submitAs(person(vm.toString(i)), datanet, 2, 2, keccak256(abi.encode(i)));
        }
        closeAndJudge(TEXT, uniform(3, 128));
        uint256 before = gasleft();
        datanets.finalizeMany(roots);
        vm.assertLt(before - gasleft(), 10_000_000);
        for (uint256 i; i < 64; ++i) vm.assertTrue(datanets.submissionOf(roots[i]).finalized);
    }

    /// @dev The most submissions that a docket can hold: what nobody shares, and every step of it, stays below the limit.
    function test_attack_docketOf128OneFileSubmissionsUnderTenMillionGas() public {
        bytes32[][2] memory halves = [new bytes32[](64), new bytes32[](64)];
        uint256 dearest;
        for (uint256 i; i < 128; ++i) {
            uint256 before = gasleft();
            halves[i / 64][i % 64] = submitAs(person(vm.toString(i)), datanet, 1, 1, keccak256(abi.encode(i)));
            dearest = _larger(dearest, before - gasleft());
        }
        uint40 docket = closeAndDraw(TEXT);
        vm.assertEq(uint256(court.docketOf(docket).items), 128);
        address[] memory voters = court.committee(docket);
        uint256 word = uniform(3, 128);
        for (uint256 i; i < voters.length; ++i) commitAs(docket, voters[i], word, "");
        skip(6 hours);
        for (uint256 i; i < voters.length; ++i) {
            uint256 before = gasleft();
            if (firstIndex(voters, i) == i) revealAs(docket, voters[i], uint8(i), word, "");
            dearest = _larger(dearest, before - gasleft());
        }
        uint256 left = gasleft();
        court.settle(docket);
        dearest = _larger(dearest, left - gasleft());
        skip(12 hours);
        for (uint256 half; half < 2; ++half) {
            left = gasleft();
            datanets.finalizeMany(halves[half]);
            dearest = _larger(dearest, left - gasleft());
        }
        vm.assertLt(dearest, 10_000_000);
        vm.assertEq(uint256(datanets.datanetOf(datanet).versionCount), 128);
    }

    function _larger(uint256 one, uint256 other) private pure returns (uint256) {
        return one > other ? one : other;
    }

    function test_finalizeMany_refusesMoreThanItCanDo() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanets.TooManyRoots.selector, 65, 64));
        datanets.finalizeMany(new bytes32[](65));
    }
}
