// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Targets} from "./Accounting.t.sol";
import {RightsHandler} from "./RightsHandler.t.sol";

/// @notice What holds whatever contributors, owners and voters do, in any order.
contract DataInvariants is Targets {
    RightsHandler internal handler;

    function setUp() public {
        handler = new RightsHandler();
        handler.setUp();
        _target(address(handler), _actions());
    }

    function _actions() private view returns (bytes4[] memory actions) {
        actions = new bytes4[](24);
        // Submitting, judging, finalizing and proving come twice: the rest only disturbs them.
        actions[0] = handler.submit.selector;
        actions[1] = handler.submit.selector;
        actions[2] = handler.judgeNext.selector;
        actions[3] = handler.judgeNext.selector;
        actions[4] = handler.finalize.selector;
        actions[5] = handler.finalize.selector;
        actions[6] = handler.claim.selector;
        actions[7] = handler.fund.selector;
        actions[8] = handler.withdraw.selector;
        actions[9] = handler.stake.selector;
        actions[10] = handler.unstake.selector;
        actions[11] = handler.withdrawStake.selector;
        actions[12] = handler.pass.selector;
        actions[13] = handler.evict.selector;
        actions[14] = handler.requestRotation.selector;
        actions[15] = handler.acceptRotation.selector;
        actions[16] = handler.cancelRotation.selector;
        actions[17] = handler.submitWithARetiredKey.selector;
        actions[18] = handler.proveDuplicate.selector;
        actions[19] = handler.proveDuplicate.selector;
        actions[20] = handler.appeal.selector;
        actions[21] = handler.judgeAppeal.selector;
        actions[22] = handler.setTerms.selector;
        actions[23] = handler.pauseForAWhile.selector;
    }

    /// @notice The invariants mean something: by chance alone, everything of which they speak happens.
    function test_handler_reachesEverything() public {
        bytes4[] memory actions = _actions();
        for (uint256 i; i < 1_200; ++i) {
            bytes32 random = keccak256(abi.encode("action", i));
            bytes memory call = abi.encodePacked(
                actions[uint256(random) % actions.length], keccak256(abi.encode(random, 1)), random, ~random
            );
            (bool success,) = address(handler).call(call);
            vm.assertTrue(success, "an action failed");
        }
        vm.assertEq(handler.vaultWei(), handler.owedWei());
        vm.assertEq(handler.heldWei(), handler.fundedWei());
        vm.assertGt(handler.finalizedFiles(), 100, "files are credited");
        vm.assertGt(handler.rotations(), 3, "keys are rotated");
        vm.assertGt(handler.proofs(), 20, "duplicates are shown");
        vm.assertGt(handler.zeroedPoints(), 10, "duplicates are zeroed");
        vm.assertGt(handler.appealsMade(), 5, "verdicts are appealed");
    }

    /// @notice balance of the Vault = available + reserved + earned - claimed, since nobody sends it money unasked.
    function invariant_vaultHoldsWhatItOwes() public view {
        vm.assertEq(handler.vaultWei(), handler.owedWei());
    }

    /// @notice balance of Seats = active + thawing.
    function invariant_stakeHeldIsActiveAndThawing() public view {
        vm.assertEq(handler.seatsWei(), handler.stakedWei());
    }

    function invariant_everySeatHasItsHolder() public view {
        handler.checkSeating();
    }

    /// @notice No address-day beyond the quota.
    function invariant_quotaIsNeverPassed() public view {
        vm.assertLe(handler.mostFiles(), 20);
        vm.assertLe(handler.mostBytes(), 10 * 1024 * 1024);
    }

    /// @notice Each item is judged at most once: verdicts stay, and every finalized file counts once.
    function invariant_eachItemIsJudgedAndCreditedAtMostOnce() public view {
        handler.checkVerdicts();
        (uint256 judged, uint256 points) = handler.judgedFiles();
        vm.assertEq(judged, handler.finalizedFiles());
        vm.assertEq(points, handler.creditedPoints());
    }

    /// @notice What a Datanet holds back is what the submissions under way can still earn, and no more was ever spent than
    /// was credited.
    function invariant_aDatanetPaysWhatItsFilesEarned() public view {
        vm.assertEq(handler.heldWei(), handler.fundedWei());
    }
}
