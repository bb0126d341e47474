// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {Accounting} from "./Accounting.t.sol";

/// @notice Voters who agree, err or stay silent at random, in several dockets at once.
abstract contract Bench is Accounting {
    uint256 internal constant NO_GRADES = type(uint256).max;

    /// @dev Dockets and appeals without a verdict.
    uint40[] internal pending;

    /// @dev Takes every pending docket through one round. A docket without a quorum stays.
    function judgePending(uint8 pool, uint256 seed) internal {
        skip(1 hours);
        uint40 open = court.openDocket(pool);
        if (court.docketOf(open).items != 0) court.close(pool);
        skip(60);
        for (uint256 i; i < pending.length; ++i) {
            court.draw(pending[i]);
            // Too few seats when the round was fixed, or a block out of reach: it was fixed anew.
            if (court.docketOf(pending[i]).phase != ICourt.Phase.DRAWING) continue;
            skip(60);
            court.draw(pending[i]);
        }
        for (uint256 i; i < pending.length; ++i) _commitRandomly(pending[i], seed);
        skip(6 hours);
        for (uint256 i; i < pending.length; ++i) _revealRandomly(pending[i], seed);
        skip(6 hours);
        for (uint256 i = pending.length; i > 0; --i) {
            uint40 docket = pending[i - 1];
            court.settle(docket);
            if (court.docketOf(docket).phase != ICourt.Phase.SETTLED) continue;
            pending[i - 1] = pending[pending.length - 1];
            pending.pop();
            onVerdict(docket);
        }
    }

    function onVerdict(uint40 docket) internal virtual;

    /// @notice What the court must hold for the dockets under judgement.
    function feesInDocketsWei(uint8 pool) internal view returns (uint256 sum) {
        uint40 open = court.openDocket(pool);
        bool listed;
        for (uint256 i; i < pending.length; ++i) {
            sum += court.docketOf(pending[i]).feeWei;
            if (pending[i] == open) listed = true;
        }
        if (!listed) sum += court.docketOf(open).feeWei;
    }

    function _commitRandomly(uint40 docket, uint256 seed) private {
        address[] memory voters = court.committee(docket);
        uint8 items = court.docketOf(docket).items;
        for (uint256 i; i < voters.length; ++i) {
            uint256 word = _wordOf(docket, seed, voters[i], items);
            if (word == NO_GRADES || firstIndex(voters, i) != i) continue;
            commitAs(docket, voters[i], word, reasonsOf(word, items));
        }
    }

    function _revealRandomly(uint40 docket, uint256 seed) private {
        address[] memory voters = court.committee(docket);
        uint8 items = court.docketOf(docket).items;
        for (uint256 i; i < voters.length; ++i) {
            uint256 word = _wordOf(docket, seed, voters[i], items);
            if (word == NO_GRADES || firstIndex(voters, i) != i) continue;
            revealAs(docket, voters[i], uint8(i), word, reasonsOf(word, items));
        }
    }

    /// @dev One in eight is silent, one in eight grades as it pleases, the others agree.
    function _wordOf(uint40 docket, uint256 seed, address voter, uint256 items) private pure returns (uint256) {
        uint256 own = uint256(keccak256(abi.encode(docket, seed, voter)));
        if (own % 8 == 0) return NO_GRADES;
        uint256 common = uint256(keccak256(abi.encode(docket, seed)));
        uint256 word = (own >> 8) % 8 == 0 ? own : common | (common << 1);
        return items == 128 ? word >> 1 : word & ((uint256(1) << (2 * items)) - 1);
    }
}
