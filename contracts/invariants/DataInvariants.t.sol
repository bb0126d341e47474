// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Targets} from "./Accounting.t.sol";
import {DataHandler} from "./DataHandler.t.sol";

/// @notice What holds whatever contributors, owners and voters do, in any order.
contract DataInvariants is Targets {
    DataHandler internal handler;

    function setUp() public {
        handler = new DataHandler();
        handler.setUp();
        bytes4[] memory actions = new bytes4[](14);
        // Submitting, judging and finalizing come twice: the rest only disturbs them.
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

    /// @notice No address-day beyond the quota.
    function invariant_quotaIsNeverPassed() public view {
        vm.assertLe(handler.mostFiles(), 20);
        vm.assertLe(handler.mostBytes(), 10 * 1024 * 1024);
    }

    /// @notice Each item is judged at most once: verdicts stay, and every finalized file counts once.
    function invariant_eachItemIsJudgedAtMostOnce() public view {
        handler.checkVerdicts();
        vm.assertEq(handler.judgedFiles(), handler.finalizedFiles());
    }
}
