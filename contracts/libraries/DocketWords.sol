// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev The docket that a pool collects: closed 40 | items 8 | closesAt 40 | feeWei 96, from the low bits up.
/// `closed` counts the dockets that the pool has closed.
type PoolWord is uint256;

/// @dev A closed docket's draw: moment 48 | seats 24 | seedBlock 40 | items 8 | round 8 | feeWei 96.
/// Never zero, since a closed docket has an item. Once settled the slot holds the verdict instead.
type ClosedWord is uint256;

/// @dev A drawn round: items 8 | round 8 | committeeSize 8 | settled 8 | drawnAt 40 | commitSeconds 24 |
/// revealSeconds 24 | revealed 32 | seed 96. `drawnAt` is zero while a round waits for its draw.
type DrawnWord is uint256;

using PoolWords for PoolWord global;
using ClosedWords for ClosedWord global;
using DrawnWords for DrawnWord global;

/// @title PoolWords
library PoolWords {
    function pack(uint256 closed_, uint256 items_, uint256 closesAt_, uint256 feeWei_) internal pure returns (PoolWord) {
        return PoolWord.wrap(closed_ | (items_ << 40) | (closesAt_ << 48) | (feeWei_ << 88));
    }

    function closed(PoolWord word) internal pure returns (uint256) {
        return uint40(PoolWord.unwrap(word));
    }

    function items(PoolWord word) internal pure returns (uint256) {
        return uint8(PoolWord.unwrap(word) >> 40);
    }

    function closesAt(PoolWord word) internal pure returns (uint256) {
        return uint40(PoolWord.unwrap(word) >> 48);
    }

    function feeWei(PoolWord word) internal pure returns (uint256) {
        return uint96(PoolWord.unwrap(word) >> 88);
    }
}

/// @title ClosedWords
library ClosedWords {
    function pack(
        uint256 moment_,
        uint256 seats_,
        uint256 seedBlock_,
        uint256 items_,
        uint256 round_,
        uint256 feeWei_
    ) internal pure returns (ClosedWord) {
        return ClosedWord.wrap(
            moment_ | (seats_ << 48) | (seedBlock_ << 72) | (items_ << 112) | (round_ << 120) | (feeWei_ << 128)
        );
    }

    function moment(ClosedWord word) internal pure returns (uint48) {
        return uint48(ClosedWord.unwrap(word));
    }

    function seats(ClosedWord word) internal pure returns (uint256) {
        return uint24(ClosedWord.unwrap(word) >> 48);
    }

    function seedBlock(ClosedWord word) internal pure returns (uint40) {
        return uint40(ClosedWord.unwrap(word) >> 72);
    }

    function items(ClosedWord word) internal pure returns (uint256) {
        return uint8(ClosedWord.unwrap(word) >> 112);
    }

    function round(ClosedWord word) internal pure returns (uint256) {
        return uint8(ClosedWord.unwrap(word) >> 120);
    }

    function feeWei(ClosedWord word) internal pure returns (uint256) {
        return uint96(ClosedWord.unwrap(word) >> 128);
    }

    function isZero(ClosedWord word) internal pure returns (bool) {
        return ClosedWord.unwrap(word) == 0;
    }
}

/// @title DrawnWords
library DrawnWords {
    uint256 private constant SETTLED_BIT = 1 << 24;

    function pack(
        uint256 items_,
        uint256 round_,
        uint256 committeeSize_,
        uint256 drawnAt_,
        uint256 commitSeconds_,
        uint256 revealSeconds_,
        uint256 seed_
    ) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(
            items_ | (round_ << 8) | (committeeSize_ << 16) | (drawnAt_ << 32) | (commitSeconds_ << 72)
                | (revealSeconds_ << 96) | (seed_ << 152)
        );
    }

    function items(DrawnWord word) internal pure returns (uint256) {
        return uint8(DrawnWord.unwrap(word));
    }

    function round(DrawnWord word) internal pure returns (uint256) {
        return uint8(DrawnWord.unwrap(word) >> 8);
    }

    function committeeSize(DrawnWord word) internal pure returns (uint256) {
        return uint8(DrawnWord.unwrap(word) >> 16);
    }

    function isSettled(DrawnWord word) internal pure returns (bool) {
        return DrawnWord.unwrap(word) & SETTLED_BIT != 0;
    }

    function drawnAt(DrawnWord word) internal pure returns (uint256) {
        return uint40(DrawnWord.unwrap(word) >> 32);
    }

    /// @notice First second at which a commitment is too late and a reveal is welcome.
    function commitEnds(DrawnWord word) internal pure returns (uint256) {
        // A sum of 40 and 24 bits.
        unchecked {
            return drawnAt(word) + uint24(DrawnWord.unwrap(word) >> 72);
        }
    }

    /// @notice First second at which a reveal is too late.
    function revealEnds(DrawnWord word) internal pure returns (uint256) {
        // A sum of 41 and 24 bits.
        unchecked {
            return commitEnds(word) + uint24(DrawnWord.unwrap(word) >> 96);
        }
    }

    /// @notice Bit k is set when draw k revealed.
    function revealed(DrawnWord word) internal pure returns (uint256) {
        return uint32(DrawnWord.unwrap(word) >> 120);
    }

    function seed(DrawnWord word) internal pure returns (uint256) {
        return uint96(DrawnWord.unwrap(word) >> 152);
    }

    function withRevealed(DrawnWord word, uint256 drawIndex) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(DrawnWord.unwrap(word) | (1 << (120 + drawIndex)));
    }

    function withSettled(DrawnWord word) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(DrawnWord.unwrap(word) | SETTLED_BIT);
    }
}
