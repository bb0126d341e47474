// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IDatanets} from "./interfaces/IDatanets.sol";
import {DatanetBase} from "./testing/DatanetBase.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice What the guardian can stop, what goes on all the same, and who can undo it.
contract DatanetsPauseTest is DatanetBase {
    uint64 internal constant GUARDIAN = 1;

    address internal guardian;

    function setUp() public override {
        super.setUp();
        guardian = person("guardian");
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = IDatanets.pause.selector;
        AccessManager(authority).setTargetFunctionRole(address(datanets), selectors, GUARDIAN);
        AccessManager(authority).grantRole(GUARDIAN, guardian, 0);
    }

    function _pause(bool submissions, bool credits) internal {
        vm.prank(guardian);
        datanets.pause(submissions, credits);
    }

    function _refusesSubmission() internal {
        IDatanets.Submission memory submission = submissionOf(bob, datanet, 1, 1, "refused");
        vm.prank(bob);
        vm.expectRevert(IDatanets.SubmissionsPaused.selector);
        datanets.submit(submission, "");
    }

    function _assertPaused(bool submissions, bool credits) internal view {
        (bool submissionsNow, bool creditsNow) = datanets.paused();
        vm.assertEq(submissionsNow, submissions, "submissions");
        vm.assertEq(creditsNow, credits, "credits");
    }

    // ----------------------------------------------------------------------------------------- submissions

    function test_pause_stopsSubmissionsAlone() public {
        bytes32 root = submitAs(alice, datanet, 2, 2, "before");
        vm.expectEmit(address(datanets));
        emit IDatanets.Paused(guardian, true, false);
        _pause(true, false);
        _assertPaused(true, false);
        _refusesSubmission();
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(root);
        vm.assertEq(vault.claim(alice), 6 * uint256(REWARD));
    }

    function test_pause_outlastsMidnightAndUsesNoQuota() public {
        submitAs(bob, datanet, 3, 3, "before");
        _pause(true, false);
        _refusesSubmission();
        (uint256 filesLeft,,) = datanets.quotaOf(bob);
        vm.assertEq(filesLeft, 17);
        vm.warp((chainTime() / DAY + 1) * DAY);
        _refusesSubmission();
        (filesLeft,,) = datanets.quotaOf(bob);
        vm.assertEq(filesLeft, 20);
        datanets.unpause();
        submitAs(bob, datanet, 20, 20, "after");
    }

    // --------------------------------------------------------------------------------------------- credits

    function test_attack_pausePayoutsMustStillWork() public {
        creditedDay(alice, 2, uniform(3, 2));
        bytes32 root = submitAs(bob, datanet, 1, 1, "judged");
        closeAndJudge(TEXT, 3);
        _pause(true, true);
        bytes32[] memory roots = new bytes32[](1);
        roots[0] = root;
        vm.expectRevert(IDatanets.CreditsPaused.selector);
        datanets.finalize(root);
        vm.expectRevert(IDatanets.CreditsPaused.selector);
        datanets.finalizeMany(roots);

        // What is earned is paid, to contributors and to voters; what nobody can earn any more goes back to the owner.
        vm.assertEq(vault.claim(alice), 6 * uint256(REWARD));
        vm.assertGt(vault.claim(voterNamed(0)), 0);
        (uint256 availableWei,) = pooled();
        vm.prank(owner);
        datanets.withdraw(datanet, owner, availableWei);
        vm.prank(voterNamed(1));
        seats.unstake(TEXT, 1);
        skip(7 days);
        vm.prank(voterNamed(1));
        seats.withdraw(TEXT);

        datanets.unpause();
        datanets.finalize(root);
        vm.assertEq(vault.claim(bob), 3 * uint256(REWARD), "a pause loses nothing");
    }

    function test_pause_stopsCreditsAlone() public {
        _pause(false, true);
        _assertPaused(false, true);
        // A new day's limits are read under the pause, and keep it.
        vm.warp((chainTime() / DAY + 1) * DAY);
        bytes32 root = submitAs(alice, datanet, 1, 1, "submitted");
        _assertPaused(false, true);
        closeAndJudge(TEXT, 3);
        vm.expectRevert(IDatanets.CreditsPaused.selector);
        datanets.finalize(root);
        datanets.unpause();
        datanets.finalize(root);
    }

    function test_pause_leavesAppealsKeysAndOwners() public {
        bytes32 root = submitAs(alice, datanet, 1, 1, "judged");
        settleWith(closeAndDraw(TEXT), 0);
        _pause(true, true);
        appealAs(alice, root);
        vm.prank(alice);
        datanets.rotateKey(person("next"));
        skip(3 days);
        vm.prank(person("next"));
        datanets.acceptRotation(alice);
        vm.startPrank(owner);
        datanets.setOpen(datanet, false);
        datanets.setTerms(datanet, "MIT", "Shorter.");
        vm.stopPrank();
    }

    // ------------------------------------------------------------------------------------------------ whose

    function test_attack_theGuardianUndoesAPause() public {
        _pause(true, true);
        _pause(false, false);
        _assertPaused(true, true);
        _pause(true, true);
        _assertPaused(true, true);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian));
        datanets.unpause();
        _assertPaused(true, true);
    }

    function test_attack_anybodyPauses() public {
        address[3] memory others = [alice, owner, voterNamed(0)];
        for (uint256 i; i < 3; ++i) {
            bytes memory reason =
                abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]);
            vm.prank(others[i]);
            vm.expectRevert(reason);
            datanets.pause(true, true);
            vm.prank(others[i]);
            vm.expectRevert(reason);
            datanets.unpause();
        }
        _assertPaused(false, false);
    }

    function test_pause_addsToWhatIsPaused() public {
        _pause(true, false);
        _pause(false, true);
        _assertPaused(true, true);
        vm.expectEmit(address(datanets));
        emit IDatanets.Unpaused(address(this));
        datanets.unpause();
        _assertPaused(false, false);
        submitAs(alice, datanet, 1, 1, "resumed");
    }

    function test_unpause_keepsTheDaysLimits() public {
        submitAs(alice, datanet, 5, 500, "before");
        _pause(true, true);
        datanets.unpause();
        (uint256 filesLeft, uint256 bytesLeft,) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 15);
        vm.assertEq(bytesLeft, 10 * 1024 * 1024 - 500);
        submitAs(alice, datanet, 15, 15, "after");
    }
}
