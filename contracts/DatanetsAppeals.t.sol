// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IDatanets} from "./interfaces/IDatanets.sol";
import {Score} from "./libraries/Score.sol";
import {DatanetBase} from "./testing/DatanetBase.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice What an appeal of a submission does to credit and score, and what it does not.
contract DatanetsAppealsTest is DatanetBase {
    address internal carol;

    function setUp() public override {
        super.setUp();
        carol = person("carol");
    }

    function _sweep(bytes32 first, bytes32 second) internal {
        bytes32[] memory roots = new bytes32[](2);
        (roots[0], roots[1]) = (first, second);
        datanets.finalizeMany(roots);
    }

    function _assertFinalized(bytes32 root, bool finalized) internal view {
        vm.assertEq(datanets.submissionOf(root).finalized, finalized);
    }

    // ------------------------------------------------------------------------------------------- the window

    function test_finalize_waitsForTheWindowToAppeal() public {
        bytes32 root = submitAs(alice, datanet, 1, 1, "root");
        uint40 docket = closeAndDraw(TEXT);
        settleWith(docket, 3);
        uint40 ends = court.docketOf(docket).appealEnds;
        vm.assertEq(ends, chainTime() + 12 hours);
        vm.warp(ends - 1);
        vm.expectRevert(abi.encodeWithSelector(ICourt.StillAppealable.selector, docket, ends));
        datanets.finalize(root);
        _sweep(root, root);
        _assertFinalized(root, false);
        vm.warp(ends);
        datanets.finalize(root);
        vm.assertEq(unclaimed(alice), 3 * uint256(REWARD));
    }

    function test_attack_appealAfterTheWindowOrTheCredit() public {
        bytes32 root = submitAs(alice, datanet, 1, 1, "root");
        uint40 docket = closeAndJudge(TEXT, 3);
        uint40 ends = court.docketOf(docket).appealEnds;
        give(carol, 1_000e18, address(vault));
        vm.prank(carol);
        vm.expectRevert(abi.encodeWithSelector(ICourt.AppealTooLate.selector, docket, ends));
        datanets.appeal(root);
        datanets.finalize(root);
        vm.prank(carol);
        vm.expectRevert(abi.encodeWithSelector(ICourt.AppealTooLate.selector, docket, ends));
        datanets.appeal(root);
    }

    function test_appeal_needsASubmissionAndAVerdict() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownSubmission.selector, bytes32("nothing")));
        datanets.appeal("nothing");
        bytes32 root = submitAs(alice, datanet, 1, 1, "root");
        vm.expectPartialRevert(ICourt.WrongPhase.selector);
        datanets.appeal(root);
    }

    function test_appeal_isOfTheSubmissionsFilesAlone() public {
        submitAs(bob, datanet, 4, 4, "bob's");
        bytes32 root = submitAs(alice, datanet, 3, 3, "alice's");
        uint40 docket = closeAndDraw(TEXT);
        settleWith(docket, uniform(1, 7));
        uint40 appealed = appealAs(carol, root);
        ICourt.Docket memory state = court.docketOf(appealed);
        vm.assertEq(state.items, 3);
        vm.assertEq(state.pool, TEXT);
        ICourt.Appeal memory made = court.appealOf(appealed);
        vm.assertEq(made.docket, docket);
        vm.assertEq(made.position, 4);
        vm.assertEq(made.level, 1);
        vm.assertEq(made.appellant, carol);
    }

    // ------------------------------------------------------------------------------------ credit and score

    /// @notice An open appeal holds back what it is about, and nothing else.
    function test_attack_anOpenAppealDelaysTheCreditOfOthers() public {
        bytes32 hers = submitAs(alice, datanet, 2, 2, "alice's");
        bytes32 other = submitAs(alice, datanet, 2, 2, "alice's other");
        bytes32 his = submitAs(bob, datanet, 2, 2, "bob's");
        settleWith(closeAndDraw(TEXT), uniform(2, 6));
        appealAs(carol, hers);
        skip(12 hours);
        datanets.finalize(his);
        vm.assertEq(unclaimed(bob), 4 * uint256(REWARD));
        _sweep(hers, other);
        _assertFinalized(hers, false);
        _assertFinalized(other, true);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        datanets.finalize(hers);
    }

    function test_attack_anOpenAppealLowersAScore() public {
        creditedDay(alice, 5, uniform(3, 5));
        IDatanets.Score memory before = datanets.scoreOf(datanet, alice);
        skip(DAY);
        bytes32 root = submitAs(alice, datanet, 5, 5, "root");
        settleWith(closeAndDraw(TEXT), uniform(3, 5));
        uint40 appealed = appealAs(carol, root);
        vm.assertEq(keccak256(abi.encode(datanets.scoreOf(datanet, alice))), keccak256(abi.encode(before)));
        // Even where it takes the acceptance away, the mark stays.
        settleWith(appealed, 0);
        skip(12 hours);
        datanets.finalize(root);
        IDatanets.Score memory score = datanets.scoreOf(datanet, alice);
        vm.assertEq(score.scoreBps, before.scoreBps);
        vm.assertEq(score.judged, 10);
        vm.assertEq(score.accepted, 5);
        vm.assertEq(unclaimed(alice), 15 * uint256(REWARD));
    }

    function test_appeal_ofARejectionEarnsAndReturnsTheBond() public {
        bytes32 root = submitAs(alice, datanet, 3, 3, "root");
        settleWith(closeAndDraw(TEXT), 0);
        uint40 appealed = appealAs(alice, root);
        uint256 bondWei = court.appealOf(appealed).bondWei;
        vm.assertEq(bondWei, 11 * 10e18);
        settleWith(appealed, uniform(3, 3));
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.StillAppealable.selector, appealed, court.docketOf(appealed).appealEnds
            )
        );
        datanets.finalize(root);
        skip(12 hours);
        datanets.finalize(root);
        vm.assertEq(unclaimed(alice), bondWei + 9 * uint256(REWARD));
        vm.assertEq(datanets.scoreOf(datanet, alice).scoreBps, Score.wilsonBpsDown(9, 3));
        vm.assertEq(datanets.datanetOf(datanet).versionCount, 1);
    }

    function test_appeal_ofAnAcceptanceByAThirdParty() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "root");
        settleWith(closeAndDraw(TEXT), uniform(3, 2));
        uint40 appealed = appealAs(carol, root);
        settleWith(appealed, 3);
        skip(12 hours);
        _sweep(root, root);
        vm.assertEq(unclaimed(alice), 3 * uint256(REWARD));
        vm.assertEq(unclaimed(carol), 11 * 10e18);
        (, uint256 reservedWei) = pooled();
        vm.assertEq(reservedWei, 0);
    }

    function test_appeal_twice() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "root");
        bytes32 his = submitAs(bob, datanet, 2, 2, "bob's");
        settleWith(closeAndDraw(TEXT), uniform(2, 4));
        settleWith(appealAs(carol, root), 0);
        uint40 second = appealAs(alice, root);
        vm.assertEq(court.appealOf(second).level, 2);
        skip(5 days);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        datanets.finalize(root);
        datanets.finalize(his);
    }

    function test_appeal_theSecondVerdictIsFinalAtOnce() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "root");
        settleWith(closeAndDraw(TEXT), uniform(2, 2));
        settleWith(appealAs(carol, root), 0);
        settleWith(appealAs(alice, root), uniform(1, 2));
        vm.prank(carol);
        vm.expectPartialRevert(ICourt.AppealTooLate.selector);
        datanets.appeal(root);
        datanets.finalize(root);
        IDatanets.Score memory score = datanets.scoreOf(datanet, alice);
        vm.assertEq(score.points, 2);
        vm.assertEq(score.judged, 2);
    }

    /// @notice Every verdict of a submission exists, and one of them is executed, once.
    function test_attack_everyVerdictOfASubmissionIsExecuted() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "root");
        settleWith(closeAndDraw(TEXT), uniform(1, 2));
        settleWith(appealAs(carol, root), uniform(2, 2));
        settleWith(appealAs(carol, root), uniform(3, 2));
        datanets.finalize(root);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.AlreadyFinalized.selector, root));
        datanets.finalize(root);
        _sweep(root, root);
        vm.assertEq(unclaimed(alice), 6 * uint256(REWARD));
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 2);
    }
}
