// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Targets} from "./Accounting.t.sol";
import {DisputeHandler} from "./DisputeHandler.t.sol";

/// @notice What holds whatever is appealed, shown to be a duplicate, moved to another key, stopped and resumed.
contract DisputeInvariants is Targets {
    DisputeHandler internal handler;

    function setUp() public {
        handler = new DisputeHandler();
        handler.setUp();
        bytes4[] memory actions = new bytes4[](22);
        // Submitting, judging, appealing, showing duplicates and finalizing come more often: the rest only disturbs them.
        actions[0] = handler.submit.selector;
        actions[1] = handler.submit.selector;
        actions[2] = handler.submit.selector;
        actions[3] = handler.judge.selector;
        actions[4] = handler.judge.selector;
        actions[5] = handler.appeal.selector;
        actions[6] = handler.appeal.selector;
        actions[7] = handler.showDuplicate.selector;
        actions[8] = handler.showDuplicate.selector;
        actions[9] = handler.finalize.selector;
        actions[10] = handler.finalize.selector;
        actions[11] = handler.claim.selector;
        actions[12] = handler.fundAppeals.selector;
        actions[13] = handler.requestKey.selector;
        actions[14] = handler.acceptKey.selector;
        actions[15] = handler.cancelKey.selector;
        actions[16] = handler.stop.selector;
        actions[17] = handler.resume.selector;
        actions[18] = handler.stake.selector;
        actions[19] = handler.unstake.selector;
        actions[20] = handler.withdrawStake.selector;
        actions[21] = handler.pass.selector;
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

    /// @notice pot = given + forfeited bonds - fees promised to voters of appeals.
    function invariant_appealPotIsWhatCameInLessWhatWasPromised() public view {
        handler.checkPot();
    }

    /// @notice The court's escrow = pot + bonds at stake + fees under judgement.
    function invariant_courtHoldsPotBondsAndFees() public view {
        handler.checkCourtMoney();
    }

    /// @notice What is reserved = three points for every file that is not credited.
    function invariant_everyUncreditedFileIsReservedFor() public view {
        handler.checkReserve();
    }

    /// @notice Each item is judged at most once, by its final grade; a duplicate earns nothing.
    function invariant_eachFileIsCreditedOnce() public view {
        handler.checkCredit();
    }

    /// @notice A contributor has one key; retired ones hold neither money nor quota.
    function invariant_aContributorHasOneKey() public view {
        handler.checkKeys();
    }
}
