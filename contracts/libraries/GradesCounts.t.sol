// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {Grades} from "./Grades.sol";

/// @notice Medians of every number of votes, where all agree and where one vote decides.
contract GradesCountsTest {
    function test_medians_ofVotesThatAgree() public pure {
        for (uint256 count = 1; count <= 31; ++count) {
            for (uint256 grade; grade < 4; ++grade) {
                uint256 word = grade * (type(uint256).max / 3);
                vm.assertEq(Grades.medians(_votes(count, count, word, 0)), word);
            }
        }
    }

    /// @dev Strictly more than half decide.
    function test_medians_ofVotesAtTheMajority() public pure {
        for (uint256 count = 1; count <= 31; ++count) {
            for (uint256 grade = 1; grade < 4; ++grade) {
                uint256 word = grade * (type(uint256).max / 3);
                vm.assertEq(Grades.medians(_votes(count, count / 2 + 1, word, 0)), word);
                vm.assertEq(Grades.medians(_votes(count, count / 2, word, 0)), 0);
            }
        }
    }

    function _votes(uint256 count, uint256 many, uint256 word, uint256 other) private pure returns (uint256[] memory votes) {
        votes = new uint256[](count);
        for (uint256 i; i < count; ++i) votes[i] = i < many ? word : other;
    }
}
