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
    /// @dev A counter has five bit planes: it counts to 31.
    uint256 private constant PLANES = 5;
    /// @dev Counters of fewer than eight votes fill three.
    uint256 private constant FEW_PLANES = 3;

    /// @notice Counts, for every item, how many votes are >= 1, >= 2 and >= 3, as bit planes.
    /// @dev `low[p]` holds bit p of the counts of ">= 1" in the even bits and of ">= 2" in the odd bits; `high[p]`
    /// holds bit p of the counts of ">= 3" in the even bits.
    struct Tally {
        uint256[5] low;
        uint256[5] high;
        uint256 votes;
    }

    /// @notice Count `word` `weight` times. The caller keeps the sum of all weights at or below 31.
    function add(Tally memory tally, uint256 word, uint256 weight) internal pure {
        uint256 atLeastOneAndTwo = (word & ~LOW) | ((word | (word >> 1)) & LOW);
        uint256 atLeastThree = word & (word >> 1) & LOW;
        uint256[5] memory low = tally.low;
        uint256[5] memory high = tally.high;
        // A sum of weights of at most 31 overflows neither counter.
        unchecked {
            tally.votes += weight;
            for (uint256 i; i < weight; ++i) {
                _count(low, atLeastOneAndTwo);
                _count(high, atLeastThree);
            }
        }
    }

    /// @notice The lower median of every item: at least g where strictly more than half of the votes are at least g.
    function medians(Tally memory tally) internal pure returns (uint256 verdict) {
        uint256 needed = tally.votes / 2 + 1;
        uint256 planes = tally.votes < 1 << FEW_PLANES ? FEW_PLANES : PLANES;
        uint256 oneAndTwo = _reached(tally.low, planes, needed);
        uint256 three = _reached(tally.high, planes, needed) & LOW;
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

    /// @dev Add one bit to each lane's counter: a ripple of half adders over the bit planes. No carry leaves the last
    /// plane, since a counter counts to 31 and no further.
    function _count(uint256[5] memory planes, uint256 carry) private pure {
        assembly ("memory-safe") {
            for { let plane := planes } carry { plane := add(plane, 0x20) } {
                let bits := mload(plane)
                mstore(plane, xor(bits, carry))
                carry := and(bits, carry)
            }
        }
    }

    /// @dev Lanes whose counter is at least `needed`: those where adding 2^planes - needed carries out of the planes.
    function _reached(uint256[5] memory planes, uint256 count, uint256 needed) private pure returns (uint256 carry) {
        // needed is at most half of 2^count; p < count <= 5.
        unchecked {
            uint256 addend = (1 << count) - needed;
            for (uint256 p; p < count; ++p) {
                uint256 bits = planes[p];
                carry = (addend >> p) & 1 == 1 ? bits | carry : bits & carry;
            }
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
