// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev A round while it is settled. A holder of several drawn seats stands in it once a draw. Sets of draws are bits.
struct Round {
    /// The holder of each draw.
    address[] voters;
    /// The word of each draw whose holder is present; undefined for the others.
    uint256[] words;
    /// The words of the present draws alone.
    uint256[] votes;
    /// Draws whose holder revealed exactly once.
    uint256 present;
    /// The other draws.
    uint256 absent;
    /// Whether every holder revealed.
    bool complete;
}

/// @title Rounds
/// @notice What settling a round computes in memory. The loops that run for every voter are in assembly: compiled from
/// Solidity, they cost as much gas as paying two of five voters.
library Rounds {
    /// @dev The low bit of every grade, and the masks that count such bits.
    uint256 private constant LOW = 0x5555555555555555555555555555555555555555555555555555555555555555;
    uint256 private constant PAIRS = 0x3333333333333333333333333333333333333333333333333333333333333333;
    uint256 private constant NIBBLES = 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
    uint256 private constant BYTES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @notice Who is present, and their words.
    /// @dev Two reveals by one holder mean that the first word was itself prepared as a commitment to the second one:
    /// neither is a vote, and the holder counts as absent.
    /// @param ballots Votes by ballot.
    /// @param ballot The ballot of nobody: a voter's has the voter's address in its low bits.
    /// @param voters The holder of each draw, at most 31.
    /// @param revealed The draws with which somebody revealed.
    function muster(
        mapping(uint256 ballot => bytes32) storage ballots,
        uint256 ballot,
        address[] memory voters,
        uint256 revealed
    ) internal view returns (Round memory round) {
        bool repeated = _mayRepeat(voters);
        uint256[] memory words;
        uint256[] memory votes;
        uint256 present;
        uint256 silent;
        assembly ("memory-safe") {
            let length := add(0x20, shl(5, mload(voters)))
            words := mload(0x40)
            votes := add(words, length)
            mstore(0x40, add(votes, length))
            mstore(words, mload(voters))
            mstore(0x20, ballots.slot)
            let vote := votes
            let bit := 1
            for { let offset := 0x20 } lt(offset, length) { offset := add(offset, 0x20) } {
                let voter := mload(add(voters, offset))
                let opened := and(bit, revealed)
                if repeated {
                    let other := 1
                    for { let i := 0x20 } lt(i, length) { i := add(i, 0x20) } {
                        if eq(mload(add(voters, i)), voter) { opened := or(opened, and(other, revealed)) }
                        other := shl(1, other)
                    }
                }
                switch opened
                case 0 { silent := 1 }
                default {
                    if iszero(and(opened, sub(opened, 1))) {
                        present := or(present, bit)
                        mstore(0x00, or(ballot, voter))
                        let word := sload(keccak256(0x00, 0x40))
                        mstore(add(words, offset), word)
                        vote := add(vote, 0x20)
                        mstore(vote, word)
                    }
                }
                bit := shl(1, bit)
            }
            mstore(votes, shr(5, sub(vote, votes)))
        }
        uint256 all = (1 << voters.length) - 1;
        return Round(voters, words, votes, present, all & ~present, silent == 0);
    }

    /// @notice Which of the present draws do not contradict the verdict in more items than tolerated:
    /// `Grades.mismatches(word, verdict) * 10000 <= tolerance`.
    /// @param tolerance Mismatches that are still coherent, times 10,000.
    function coherent(Round memory round, uint256 verdict, uint256 tolerance) internal pure returns (uint256 draws) {
        uint256[] memory words = round.words;
        uint256 present = round.present;
        assembly ("memory-safe") {
            let accepted := or(verdict, shr(1, verdict))
            let entry := words
            for { let bit := 1 } iszero(gt(bit, present)) { bit := shl(1, bit) } {
                entry := add(entry, 0x20)
                if iszero(and(present, bit)) { continue }
                let word := mload(entry)
                // Mismatches, one low bit each, and their number as in Grades.
                let x := and(shr(1, xor(word, verdict)), and(word, verdict))
                x := and(or(xor(or(word, shr(1, word)), accepted), x), LOW)
                if x {
                    x := add(and(x, PAIRS), and(shr(2, x), PAIRS))
                    x := and(add(x, shr(4, x)), NIBBLES)
                    x := mul(shr(248, mul(x, BYTES)), 10000)
                }
                if iszero(gt(x, tolerance)) { draws := or(draws, bit) }
            }
        }
    }

    /// @notice How many bits are set.
    function countBits(uint256 bits) internal pure returns (uint256 count) {
        // One step a set bit.
        unchecked {
            for (; bits != 0; bits &= bits - 1) ++count;
        }
    }

    /// @dev Whether two voters may be one: their addresses agree in the last byte. A quick no spares comparing all pairs.
    function _mayRepeat(address[] memory voters) private pure returns (bool may) {
        assembly ("memory-safe") {
            let seen := 0
            let last := add(voters, shl(5, mload(voters)))
            for { let entry := voters } lt(entry, last) { } {
                entry := add(entry, 0x20)
                let bit := shl(and(mload(entry), 0xff), 1)
                if and(seen, bit) {
                    may := 1
                    break
                }
                seen := or(seen, bit)
            }
        }
    }
}
