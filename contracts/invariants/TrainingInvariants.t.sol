// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Targets} from "./Accounting.t.sol";
import {TrainingHandler} from "./TrainingHandler.t.sol";

/// @notice What holds whatever posters, trainers and checkers do, in any order.
contract TrainingInvariants is Targets {
    TrainingHandler internal handler;

    function setUp() public {
        handler = new TrainingHandler();
        handler.setUp();
        bytes4[] memory actions = new bytes4[](18);
        actions[0] = handler.postJob.selector;
        actions[1] = handler.claimJob.selector;
        actions[2] = handler.claimJob.selector;
        actions[3] = handler.attest.selector;
        actions[4] = handler.attest.selector;
        actions[5] = handler.judge.selector;
        actions[6] = handler.appeal.selector;
        actions[7] = handler.settle.selector;
        actions[8] = handler.settle.selector;
        actions[9] = handler.heartbeat.selector;
        actions[10] = handler.expire.selector;
        actions[11] = handler.cancel.selector;
        actions[12] = handler.meddle.selector;
        actions[13] = handler.claim.selector;
        actions[14] = handler.stake.selector;
        actions[15] = handler.unstake.selector;
        actions[16] = handler.withdrawStake.selector;
        actions[17] = handler.pass.selector;
        _target(address(handler), actions);
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

    /// @notice A terminal job pays exactly once.
    function invariant_aTerminalJobPaysExactlyOnce() public view {
        handler.checkJobs();
    }

    /// @notice What is locked is the sum of the bonds of running jobs.
    function invariant_lockedStakeIsTheBondsOfRunningJobs() public view {
        vm.assertEq(handler.lockedWei(), handler.bondsWei());
    }
}
