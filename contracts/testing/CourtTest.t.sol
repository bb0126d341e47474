// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {ProtocolTest} from "./ProtocolTest.t.sol";
import {vm} from "./Vm.t.sol";

/// @title CourtTest
/// @notice Dockets of any size without submissions: items are enqueued in the name of Datanets, their fee paid.
abstract contract CourtTest is ProtocolTest {
    uint256 internal constant SEAT = 1_000e18;
    uint256 internal constant TEN_MILLION_GAS = 10_000_000;

    /// @dev Has the Vault reserve the fee for the court, as every submission does.
    function enqueue(uint8 pool, uint8 items, uint96 feeWei) internal returns (uint40 docket, uint8 position) {
        token.approve(address(vault), type(uint256).max);
        vm.startPrank(address(datanets));
        vault.deposit(999, address(this), feeWei);
        vault.reserve(999, 0, feeWei);
        (docket, position) = court.admit(pool, items, feeWei);
        vm.stopPrank();
    }

    /// @dev A drawn docket of TEXT whose window to commit has just begun.
    function drawn(uint256 voters, uint8 items, uint96 feeWei) internal returns (uint40 docket) {
        seatVoters(TEXT, voters);
        return drawnAgain(items, feeWei);
    }

    /// @dev One more of them, over the same seats.
    function drawnAgain(uint8 items, uint96 feeWei) internal returns (uint40 docket) {
        (docket,) = enqueue(TEXT, items, feeWei);
        if (items != 128) {
            skip(1 hours);
            court.close(TEXT);
        }
        skip(60);
        court.draw(docket);
    }

    function commitAll(uint40 docket, uint256 word) internal {
        address[] memory voters = court.committee(docket);
        bytes memory reasons = reasonsOf(word, court.docketOf(docket).items);
        for (uint256 i; i < voters.length; ++i) commitAs(docket, voters[i], word, reasons);
    }

    function revealOne(uint40 docket, uint8 drawIndex, uint256 word) internal {
        address voter = court.committee(docket)[drawIndex];
        revealAs(docket, voter, drawIndex, word, reasonsOf(word, court.docketOf(docket).items));
    }

    function commitOne(uint40 docket, uint8 drawIndex, uint256 word) internal {
        address voter = court.committee(docket)[drawIndex];
        commitAs(docket, voter, word, reasonsOf(word, court.docketOf(docket).items));
    }

    function toReveals(uint40 docket) internal {
        vm.warp(court.docketOf(docket).commitEnds);
        vm.roll(block.number + 1);
    }

    function toSettling(uint40 docket) internal {
        vm.warp(court.docketOf(docket).revealEnds);
        vm.roll(block.number + 1);
    }

    function assertPhase(uint40 docket, ICourt.Phase phase) internal view {
        vm.assertEq(uint256(court.docketOf(docket).phase), uint256(phase), "phase");
    }

    function earned(address account) internal view returns (uint256 earnedWei) {
        (earnedWei,) = vault.earnedBy(account);
    }

    function setCommittee(uint8 size) internal {
        IParameters.PoolRules memory rules = poolRules()[TEXT];
        rules.committeeSize = size;
        parameters.setPoolRules(TEXT, rules);
    }
}
