// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Grades} from "./Grades.sol";

/// @notice Every figure of Grades against the plain definition, lane by lane.
contract GradesTest {
    uint256 private constant LANES = 128;

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_medians_areTheLowerMediansOfEveryLane(uint256 seed, uint8 count) public pure {
        uint256[] memory votes = _votes(seed, 1 + count % 31);
        uint256 verdict = Grades.medians(votes);
        for (uint256 lane; lane < LANES; ++lane) {
            vm.assertEq(_grade(verdict, lane), _lowerMedian(votes, lane), "another median");
        }
    }

    function testFuzz_medians_doNotDependOnTheOrder(uint256 seed, uint8 count) public pure {
        uint256[] memory votes = _votes(seed, 2 + count % 30);
        uint256 verdict = Grades.medians(votes);
        (votes[0], votes[votes.length - 1]) = (votes[votes.length - 1], votes[0]);
        vm.assertEq(Grades.medians(votes), verdict);
    }

    function test_medians_ofOneVoteAreTheVote() public pure {
        uint256[] memory votes = new uint256[](1);
        votes[0] = 0xe4 | (uint256(3) << 254);
        vm.assertEq(Grades.medians(votes), votes[0]);
    }

    function test_medians_ofAnEvenSplitAreTheLowerGrade() public pure {
        uint256[] memory votes = new uint256[](4);
        votes[0] = 3;
        votes[1] = 3;
        vm.assertEq(Grades.medians(votes), 0);
        votes[2] = 1;
        votes[3] = 1;
        vm.assertEq(Grades.medians(votes), 1);
    }

    function test_medians_fillEveryCounter() public pure {
        uint256[] memory votes = new uint256[](31);
        for (uint256 i; i < 31; ++i) votes[i] = type(uint256).max;
        vm.assertEq(Grades.medians(votes), type(uint256).max);
        for (uint256 i; i < 15; ++i) votes[i] = 0;
        vm.assertEq(Grades.medians(votes), type(uint256).max);
        votes[15] = 0;
        vm.assertEq(Grades.medians(votes), 0);
    }

    function testFuzz_mismatches_areAcceptanceOrTwoSteps(uint256 word, uint256 verdict) public pure {
        uint256 expected;
        for (uint256 lane; lane < LANES; ++lane) {
            uint256 a = _grade(word, lane);
            uint256 b = _grade(verdict, lane);
            uint256 distance = a > b ? a - b : b - a;
            if ((a == 0) != (b == 0) || distance >= 2) ++expected;
        }
        vm.assertEq(Grades.mismatches(word, verdict), expected);
    }

    function test_mismatches_ofAllLanes() public pure {
        vm.assertEq(Grades.mismatches(0, type(uint256).max), LANES);
        vm.assertEq(Grades.mismatches(type(uint256).max, type(uint256).max), 0);
    }

    function testFuzz_sums(uint256 word) public pure {
        uint256 points;
        uint256 accepted;
        for (uint256 lane; lane < LANES; ++lane) {
            points += _grade(word, lane);
            if (_grade(word, lane) != 0) ++accepted;
        }
        vm.assertEq(Grades.points(word), points);
        vm.assertEq(Grades.accepted(word), accepted);
    }

    function test_sums_ofTheFullWord() public pure {
        vm.assertEq(Grades.points(type(uint256).max), 3 * LANES);
        vm.assertEq(Grades.accepted(type(uint256).max), LANES);
    }

    function test_maskOf() public pure {
        vm.assertEq(Grades.maskOf(0), 0);
        vm.assertEq(Grades.maskOf(1), 3);
        vm.assertEq(Grades.maskOf(127), type(uint256).max >> 2);
        vm.assertEq(Grades.maskOf(128), type(uint256).max);
    }

    function _votes(uint256 seed, uint256 count) private pure returns (uint256[] memory votes) {
        votes = new uint256[](count);
        for (uint256 i; i < count; ++i) votes[i] = uint256(keccak256(abi.encode(seed, i)));
    }

    function _grade(uint256 word, uint256 lane) private pure returns (uint256) {
        return (word >> (2 * lane)) & 3;
    }

    function _lowerMedian(uint256[] memory votes, uint256 lane) private pure returns (uint256 median) {
        for (uint256 g = 1; g <= 3; ++g) {
            uint256 atLeast;
            for (uint256 i; i < votes.length; ++i) if (_grade(votes[i], lane) >= g) ++atLeast;
            if (2 * atLeast > votes.length) median = g;
        }
    }
}
