// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Grades
/// @notice Arithmetic on words of 128 two-bit grades, all lanes at once. Item i lies in bits 2i and 2i+1.
library Grades {
    /// @dev The low bit of every lane.
    uint256 internal constant LOW = 0x5555555555555555555555555555555555555555555555555555555555555555;
    uint256 private constant PAIRS = 0x3333333333333333333333333333333333333333333333333333333333333333;
    uint256 private constant NIBBLES = 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
    uint256 private constant BYTES = 0x0101010101010101010101010101010101010101010101010101010101010101;
    /// @dev Votes that counters of three bit planes can count, and of five.
    uint256 private constant FEW_VOTES = 7;
    uint256 private constant PLANES = 5;

    /// @notice The lower median of every item over some votes: at least g where strictly more than half of the votes are
    /// at least g.
    /// @dev Counts, for every item at once, how many votes are >= 1, >= 2 and >= 3. The counts are kept as bit planes:
    /// plane p holds bit p of every count. Two counts share a word: ">= 1" in the even bits and ">= 2" in the odd ones.
    /// @param votes The words, at most 31.
    function medians(uint256[] memory votes) internal pure returns (uint256 verdict) {
        (uint256 oneAndTwo, uint256 three) = votes.length > FEW_VOTES ? _majorities(votes) : _majoritiesOfFew(votes);
        uint256 high = oneAndTwo & ~LOW;
        return high | (oneAndTwo & LOW & ~(high >> 1)) | three;
    }

    /// @notice How many items of `word` contradict `verdict`: acceptance differs, or the grades lie two or more apart.
    function mismatches(uint256 word, uint256 verdict) internal pure returns (uint256) {
        uint256 acceptance = (word | (word >> 1)) ^ (verdict | (verdict >> 1));
        // Grades two apart with equal acceptance are 1 and 3: both low bits set, high bits different.
        uint256 distance = ((word ^ verdict) >> 1) & word & verdict;
        return _countLow((acceptance | distance) & LOW);
    }

    /// @notice The sum of all grades.
    function points(uint256 word) internal pure returns (uint256) {
        return _countLow(word & LOW) + 2 * _countLow((word >> 1) & LOW);
    }

    /// @notice How many grades are not zero.
    function accepted(uint256 word) internal pure returns (uint256) {
        return _countLow((word | (word >> 1)) & LOW);
    }

    /// @notice A word that covers the first `items` items with ones; `items` is at most 128.
    function maskOf(uint256 items) internal pure returns (uint256) {
        // A shift by 256 gives zero, and zero minus one all ones, which is the mask of 128 items.
        unchecked {
            return (1 << (2 * items)) - 1;
        }
    }

    /// @dev Where more than half of at most seven votes are >= 1 and >= 2, and where >= 3. Everything stays on the stack.
    function _majoritiesOfFew(uint256[] memory votes) private pure returns (uint256 oneAndTwo, uint256 three) {
        assembly ("memory-safe") {
            let a0 := 0
            let a1 := 0
            let a2 := 0
            let b0 := 0
            let b1 := 0
            let b2 := 0
            let end := add(votes, shl(5, mload(votes)))
            for { let entry := votes } lt(entry, end) { } {
                entry := add(entry, 0x20)
                let word := mload(entry)
                let halves := shr(1, word)
                let bits := or(and(word, not(LOW)), and(or(word, halves), LOW))
                let carry := and(a0, bits)
                a0 := xor(a0, bits)
                a2 := xor(a2, and(a1, carry))
                a1 := xor(a1, carry)
                bits := and(and(word, halves), LOW)
                carry := and(b0, bits)
                b0 := xor(b0, bits)
                b2 := xor(b2, and(b1, carry))
                b1 := xor(b1, carry)
            }
            // A count reaches floor(n / 2) + 1 where adding 8 less that carries out of three bits. A carry is the
            // majority of the count's bit, the addend's bit (a word of zeros or ones) and the carry before.
            let addend := sub(7, shr(1, mload(votes)))
            let bit := sub(0, and(addend, 1))
            oneAndTwo := and(a0, bit)
            three := and(b0, bit)
            bit := sub(0, and(shr(1, addend), 1))
            oneAndTwo := or(and(a1, oneAndTwo), and(bit, or(a1, oneAndTwo)))
            three := or(and(b1, three), and(bit, or(b1, three)))
            bit := sub(0, and(shr(2, addend), 1))
            oneAndTwo := or(and(a2, oneAndTwo), and(bit, or(a2, oneAndTwo)))
            three := or(and(b2, three), and(bit, or(b2, three)))
        }
    }

    /// @dev The same of at most 31 votes.
    function _majorities(uint256[] memory votes) private pure returns (uint256 oneAndTwo, uint256 three) {
        uint256[5] memory low;
        uint256[5] memory high;
        for (uint256 i; i < votes.length; ++i) {
            uint256 word = votes[i];
            _count(low, (word & ~LOW) | ((word | (word >> 1)) & LOW));
            _count(high, word & (word >> 1) & LOW);
        }
        uint256 needed = votes.length / 2 + 1;
        return (_reached(low, needed), _reached(high, needed));
    }

    /// @dev Add one bit to each lane's counter: a ripple of half adders over the bit planes.
    function _count(uint256[5] memory planes, uint256 carry) private pure {
        for (uint256 p; carry != 0 && p < PLANES; ++p) {
            uint256 plane = planes[p];
            planes[p] = plane ^ carry;
            carry &= plane;
        }
    }

    /// @dev Lanes whose counter is at least `needed`: those where adding 32 - needed carries out of five bits.
    function _reached(uint256[5] memory planes, uint256 needed) private pure returns (uint256 carry) {
        uint256 addend = (1 << PLANES) - needed;
        for (uint256 p; p < PLANES; ++p) {
            carry = (addend >> p) & 1 == 1 ? planes[p] | carry : planes[p] & carry;
        }
    }

    /// @dev Ones of a word that uses the low bit of its lanes only. 128 of them fit the byte that the product sums to.
    function _countLow(uint256 x) private pure returns (uint256) {
        // Every partial sum fits its field: 2 in two bits, 4 in four, 8 in eight, 128 in the top byte.
        unchecked {
            x = (x & PAIRS) + ((x >> 2) & PAIRS);
            x = (x + (x >> 4)) & NIBBLES;
            return (x * BYTES) >> 248;
        }
    }
}
