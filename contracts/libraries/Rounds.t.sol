// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Grades} from "./Grades.sol";
import {Round, Rounds} from "./Rounds.sol";

/// @notice Coherence against the plain definition: `Grades.mismatches(word, verdict) * 10000 <= tolerance`.
contract RoundsTest {
    using Rounds for Round;

    uint256 private constant ALL = type(uint256).max;

    /// @dev Tolerances around the mismatches of one of the words, so that each is told from its neighbours.
    function testFuzz_coherent_isTheDefinition(uint256 seed, uint256 verdict, uint8 present) public pure {
        Round memory round = _round(8, present);
        for (uint256 k; k < 8; ++k) {
            uint256 mask = uint256(keccak256(abi.encode(seed, k)));
            round.words[k] = k % 2 == 0 ? mask : verdict ^ (mask & (mask << 3) & (mask >> 5));
        }
        for (uint256 k; k < 8; ++k) {
            uint256 tolerance = Grades.mismatches(round.words[k], verdict) * 10_000;
            _assertDefinition(round, verdict, tolerance);
            if (tolerance != 0) _assertDefinition(round, verdict, tolerance - 1);
        }
    }

    /// @dev Each item counts one, the last of 128 as well as the first.
    function test_coherent_countsEveryItem() public pure {
        Round memory round = _round(1, 1);
        for (uint256 item; item < 128; ++item) {
            round.words[0] = uint256(3) << (2 * item);
            vm.assertEq(round.coherent(0, 10_000), 1);
            vm.assertEq(round.coherent(0, 9_999), 0);
            round.words[0] = ALL >> (2 * item);
            vm.assertEq(round.coherent(0, (128 - item) * 10_000), 1);
            vm.assertEq(round.coherent(0, (128 - item) * 10_000 - 1), 0);
        }
    }

    function test_coherent_isNobodyWhoIsAbsent() public pure {
        Round memory round = _round(5, 0x15);
        for (uint256 k; k < 5; ++k) round.words[k] = 0xd;
        vm.assertEq(round.coherent(0xd, 0), 0x15);
        round.words[2] = 0;
        vm.assertEq(round.coherent(0xd, 0), 0x11);
        vm.assertEq(_round(31, 0).coherent(0, ALL), 0);
        vm.assertEq(_round(31, 1 << 30).coherent(0, ALL), 1 << 30);
    }

    function test_countBits_ofEverySet() public pure {
        vm.assertEq(Rounds.countBits(0), 0);
        vm.assertEq(Rounds.countBits(0x15), 3);
        vm.assertEq(Rounds.countBits(type(uint32).max), 32);
        vm.assertEq(Rounds.countBits(1 << 30), 1);
    }

    function _assertDefinition(Round memory round, uint256 verdict, uint256 tolerance) private pure {
        uint256 expected;
        for (uint256 k; k < round.words.length; ++k) {
            bool close = Grades.mismatches(round.words[k], verdict) * 10_000 <= tolerance;
            if ((round.present >> k) & 1 == 1 && close) expected |= 1 << k;
        }
        vm.assertEq(round.coherent(verdict, tolerance), expected);
    }

    function _round(uint256 draws, uint256 present) private pure returns (Round memory round) {
        round.words = new uint256[](draws);
        round.present = present;
    }
}
