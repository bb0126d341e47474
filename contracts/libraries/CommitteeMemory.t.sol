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
}
