// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Committee} from "./Committee.sol";

/// @notice The draw against the plain shuffle it stands for.
contract CommitteeTest {
    function testFuzz_isTheVirtualShuffle(uint256 seed, uint40 docket, uint8 round, uint8 draws, uint16 more) public pure {
        draws = 1 + draws % 31;
        _compare(seed, docket, round, draws, uint256(draws) + more % 600);
    }

    /// @dev Where the pool is hardly larger than the committee most draws meet a place that was taken before.
    function testFuzz_ofASmallPool(uint256 seed, uint8 draws, uint8 more) public pure {
        draws = 1 + draws % 31;
        _compare(seed, 4, 0, draws, uint256(draws) + more % 4);
    }

    /// @dev Places 256 apart look alike to the filter that spares searching.
    function testFuzz_ofAPoolBeyondTheFilter(uint256 seed) public pure {
        _compare(seed, 8, 3, 31, 257);
        _compare(seed, 8, 3, 31, 512);
    }

    function testFuzz_ofTheLargestPool(uint256 seed) public pure {
        uint24[] memory drawn = Committee.positions(seed, 4, 0, 31, type(uint24).max);
        for (uint256 i; i < 31; ++i) {
            vm.assertLt(drawn[i], type(uint24).max);
            for (uint256 k; k < i; ++k) vm.assertNotEq(uint256(drawn[i]), uint256(drawn[k]));
        }
    }

    function testFuzz_ofTheWholePoolIsAPermutation(uint256 seed, uint8 seats) public pure {
        seats = 1 + seats % 31;
        uint24[] memory drawn = Committee.positions(seed, 4, 0, seats, seats);
        uint256 seen;
        for (uint256 i; i < seats; ++i) seen |= 1 << drawn[i];
        vm.assertEq(seen, (uint256(1) << seats) - 1);
    }

    function testFuzz_earlierDrawsDoNotDependOnTheSize(uint256 seed, uint8 draws) public pure {
        draws = 1 + draws % 31;
        uint24[] memory few = Committee.positions(seed, 4, 0, draws, 40);
        uint24[] memory all = Committee.positions(seed, 4, 0, 31, 40);
        for (uint256 i; i < draws; ++i) vm.assertEq(uint256(few[i]), uint256(all[i]));
    }

    function test_leavesMemoryInOrder() public pure {
        uint24[] memory first = Committee.positions(1, 4, 0, 5, 9);
        bytes32 before = keccak256(abi.encodePacked(first));
        uint24[] memory second = Committee.positions(2, 4, 0, 31, 31);
        uint256[] memory fresh = new uint256[](64);
        for (uint256 i; i < fresh.length; ++i) vm.assertEq(fresh[i], 0);
        vm.assertEq(keccak256(abi.encodePacked(first)), before);
        vm.assertEq(second.length, 31);
    }

    function test_everySeatIsDrawnEquallyOften() public pure {
        uint256[10] memory times;
        for (uint256 seed; seed < 2_000; ++seed) {
            uint24[] memory drawn = Committee.positions(seed, 4, 0, 3, 10);
            for (uint256 i; i < 3; ++i) ++times[drawn[i]];
        }
        // 600 expected; five standard deviations are about 102.
        for (uint256 i; i < 10; ++i) {
            vm.assertGt(times[i], 498);
            vm.assertLt(times[i], 702);
        }
    }

    /// @dev The shuffle on a real list.
    function _compare(uint256 seed, uint256 docket, uint256 round, uint256 draws, uint256 seats) private pure {
        uint24[] memory drawn = Committee.positions(seed, docket, round, draws, seats);
        uint256[] memory list = new uint256[](seats);
        for (uint256 i; i < seats; ++i) list[i] = i;
        vm.assertEq(drawn.length, draws);
        for (uint256 k; k < draws; ++k) {
            uint256 r = uint256(keccak256(abi.encode(seed, docket, round, k))) % (seats - k);
            vm.assertEq(uint256(drawn[k]), list[r]);
            list[r] = list[seats - 1 - k];
        }
    }
}
