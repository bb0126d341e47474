// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Committee} from "./Committee.sol";

/// @notice The draw where free memory is full of what earlier draws left there.
contract CommitteeMemoryTest {
    uint256 private constant ROUNDS = 12;
    uint256 private constant DRAWS = 31;
    uint256 private constant SEATS = 33;

    function test_readsNothingThatEarlierDrawsLeft() public pure {
        uint24[][] memory drawn = new uint24[][](ROUNDS);
        // One after the other: each list lies over the table of the one before.
        for (uint256 seed; seed < ROUNDS; ++seed) drawn[seed] = Committee.positions(seed, 4, 0, DRAWS, SEATS);
        uint256[] memory list = new uint256[](SEATS);
        for (uint256 seed; seed < ROUNDS; ++seed) {
            for (uint256 i; i < SEATS; ++i) list[i] = i;
            for (uint256 k; k < DRAWS; ++k) {
                uint256 r = uint256(keccak256(abi.encode(seed, uint256(4), uint256(0), k))) % (SEATS - k);
                vm.assertEq(uint256(drawn[seed][k]), list[r]);
                list[r] = list[SEATS - 1 - k];
            }
        }
    }

    /// @dev Free memory may hold anything, such as pairs that look like places taken before.
    function test_readsNothingThatLiesInFreeMemory() public pure {
        uint24[] memory clean = Committee.positions(7, 8, 1, 9, 10);
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 128) { i := add(i, 1) } { mstore(add(free, shl(5, i)), and(i, 7)) }
        }
        uint24[] memory dirty = Committee.positions(7, 8, 1, 9, 10);
        for (uint256 i; i < 9; ++i) vm.assertEq(uint256(dirty[i]), uint256(clean[i]));
    }

    /// @dev Places 256 apart look alike to the filter: then the whole table is searched for a place that is not in it.
    /// What lies right behind the table is that very place, with a position that nobody drew.
    function test_readsNothingBehindItsTable() public pure {
        uint256 tried;
        for (uint256 seed; tried < 6; ++seed) {
            (uint256 drawn, uint256 last) = _lookalikes(seed, 512);
            if (drawn == 0 || last == 0) continue;
            ++tried;
            uint24[] memory clean = Committee.positions(seed, 4, 0, 31, 512);
            _fillFreeMemory(drawn, 7_777);
            _assertSame(Committee.positions(seed, 4, 0, 31, 512), clean);
            _fillFreeMemory(last, 7_777);
            _assertSame(Committee.positions(seed, 4, 0, 31, 512), clean);
        }
    }

    /// @dev A place drawn and a last place, each unlike all taken before but for its last byte; 0 where there is none.
    function _lookalikes(uint256 seed, uint256 seats) private pure returns (uint256 drawn, uint256 last) {
        uint256[] memory taken = new uint256[](31);
        for (uint256 k; k < 31; ++k) {
            uint256 end = seats - 1 - k;
            uint256 r = uint256(keccak256(abi.encode(seed, uint256(4), uint256(0), k))) % (end + 1);
            if (_isLookalike(taken, k, r)) drawn = r;
            if (_isLookalike(taken, k, end)) last = end;
            taken[k] = r;
        }
    }

    function _isLookalike(uint256[] memory taken, uint256 count, uint256 place) private pure returns (bool alike) {
        for (uint256 i; i < count; ++i) {
            if (taken[i] == place) return false;
            if (taken[i] % 256 == place % 256) alike = true;
        }
    }

    /// @dev Pairs, as the table has them: it begins an even number of words behind free memory's beginning.
    function _fillFreeMemory(uint256 place, uint256 position) private pure {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 64) { i := add(i, 1) } {
                mstore(add(free, shl(6, i)), place)
                mstore(add(free, add(shl(6, i), 0x20)), position)
            }
        }
    }

    function _assertSame(uint24[] memory left, uint24[] memory right) private pure {
        for (uint256 i; i < right.length; ++i) vm.assertEq(uint256(left[i]), uint256(right[i]));
    }
}
