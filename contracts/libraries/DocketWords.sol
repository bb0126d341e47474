// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev The docket that a pool collects: closed 40 | items 8 | closesAt 40 | feeWei 96 | collectSeconds 24 | boxes 48,
/// from the low bits up. `closed` counts the dockets that the pool has closed; `boxes` has a bit for every ballot box
/// in use.
type PoolWord is uint256;

/// @dev What a docket's draw is made of: moment 48 | seats 24 | seedBlock 40 | items 8 | round 8 | feeWei 96 | box 8 |
/// toleranceBps 16. Never zero, since a closed docket has an item. Once settled the slot holds the verdict instead.
type ClosedWord is uint256;

/// @dev A drawn round: items 8 | round 8 | committeeSize 8 | box 7 | settled 1 | commitEnds 32 | revealSeconds 24 |
/// revealed 32 | moment 48 | seats 24 | seed 64. `commitEnds` is zero while a round waits for its draw.
type DrawnWord is uint256;

using PoolWords for PoolWord global;
using ClosedWords for ClosedWord global;
using DrawnWords for DrawnWord global;

/// @title PoolWords
library PoolWords {
    uint256 private constant CLOSED_MASK = type(uint40).max;

    function closed(PoolWord word) internal pure returns (uint256) {
        return PoolWord.unwrap(word) & CLOSED_MASK;
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

    /// @notice How long the next docket collects; zero until the pool closes its first one.
    function collectSeconds(PoolWord word) internal pure returns (uint256) {
        return uint24(PoolWord.unwrap(word) >> 184);
    }

    function boxes(PoolWord word) internal pure returns (uint256) {
        return PoolWord.unwrap(word) >> 208;
    }

    /// @notice The word with an open docket that closes at `closesAt_`; the pool collected nothing before.
    function withOpened(PoolWord word, uint256 closesAt_) internal pure returns (PoolWord) {
        return PoolWord.wrap(PoolWord.unwrap(word) | (closesAt_ << 48));
    }

    /// @notice The word with more items; the caller keeps the items at or below 128.
    function withItems(PoolWord word, uint256 items_, uint256 feeWei_) internal pure returns (PoolWord) {
        // Items stay within 8 bits, and fees are OPEN, of which there are fewer than 2^90 wei.
        unchecked {
            return PoolWord.wrap(PoolWord.unwrap(word) + (items_ << 40) + (feeWei_ << 88));
        }
    }

    /// @notice The word after its docket was closed.
    function withClosed(PoolWord word, uint256 collectSeconds_, uint256 boxes_) internal pure returns (PoolWord) {
        // 2^40 dockets, one a second, take 35,000 years.
        unchecked {
            return PoolWord.wrap((closed(word) + 1) | (collectSeconds_ << 184) | (boxes_ << 208));
        }
    }

    function withoutBox(PoolWord word, uint256 box) internal pure returns (PoolWord) {
        return PoolWord.wrap(PoolWord.unwrap(word) & ~(1 << (208 + box)));
    }
}

/// @title ClosedWords
library ClosedWords {
    /// @dev Everything but the moment, the seats, the seed's block and the round.
    uint256 private constant KEPT_MASK = ~uint256((1 << 112) - 1) & ~(uint256(0xff) << 120);

    function pack(uint256 items_, uint256 feeWei_, uint256 box_, uint256 toleranceBps_)
        internal
        pure
        returns (ClosedWord)
    {
        return ClosedWord.wrap((items_ << 112) | (feeWei_ << 128) | (box_ << 224) | (toleranceBps_ << 232));
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

    function box(ClosedWord word) internal pure returns (uint256) {
        return uint8(ClosedWord.unwrap(word) >> 224);
    }

    function toleranceBps(ClosedWord word) internal pure returns (uint256) {
        return uint16(ClosedWord.unwrap(word) >> 232);
    }

    function isZero(ClosedWord word) internal pure returns (bool) {
        return ClosedWord.unwrap(word) == 0;
    }

    /// @notice The word with what a round's draw is made of.
    function withDraw(ClosedWord word, uint256 round_, uint256 moment_, uint256 seats_, uint256 seedBlock_)
        internal
        pure
        returns (ClosedWord)
    {
        return ClosedWord.wrap(
            (ClosedWord.unwrap(word) & KEPT_MASK) | moment_ | (seats_ << 48) | (seedBlock_ << 72) | (round_ << 120)
        );
    }

    /// @notice The word with a larger pot.
    function withPenalties(ClosedWord word, uint256 penaltiesWei) internal pure returns (ClosedWord) {
        // Fees and penalties are OPEN, of which there are fewer than 2^90 wei.
        unchecked {
            return ClosedWord.wrap(ClosedWord.unwrap(word) + (penaltiesWei << 128));
        }
    }
}

/// @title DrawnWords
library DrawnWords {
    uint256 private constant SETTLED_BIT = 1 << 31;
    uint256 private constant BOX_MASK = 0x7f;

    /// @notice A round that was drawn from what `closed` fixed.
    function pack(
        ClosedWord closed,
        uint256 committeeSize_,
        uint256 commitEnds_,
        uint256 revealSeconds_,
        uint256 seed_
    ) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(
            closed.items() | (closed.round() << 8) | (committeeSize_ << 16) | (closed.box() << 24)
                | (commitEnds_ << 32) | (revealSeconds_ << 64) | (uint256(closed.moment()) << 120)
                | (closed.seats() << 168) | (seed_ << 192)
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

    function box(DrawnWord word) internal pure returns (uint256) {
        return (DrawnWord.unwrap(word) >> 24) & BOX_MASK;
    }

    function isSettled(DrawnWord word) internal pure returns (bool) {
        return DrawnWord.unwrap(word) & SETTLED_BIT != 0;
    }

    /// @notice First second at which a commitment is too late and a reveal is welcome; zero before the draw.
    function commitEnds(DrawnWord word) internal pure returns (uint256) {
        return uint32(DrawnWord.unwrap(word) >> 32);
    }

    /// @notice First second at which a reveal is too late.
    function revealEnds(DrawnWord word) internal pure returns (uint256) {
        // A sum of 32 and 24 bits.
        unchecked {
            return commitEnds(word) + uint24(DrawnWord.unwrap(word) >> 64);
        }
    }

    /// @notice Bit k is set when draw k revealed.
    function revealed(DrawnWord word) internal pure returns (uint256) {
        return uint32(DrawnWord.unwrap(word) >> 88);
    }

    function moment(DrawnWord word) internal pure returns (uint48) {
        return uint48(DrawnWord.unwrap(word) >> 120);
    }

    function seats(DrawnWord word) internal pure returns (uint256) {
        return uint24(DrawnWord.unwrap(word) >> 168);
    }

    function seed(DrawnWord word) internal pure returns (uint256) {
        return DrawnWord.unwrap(word) >> 192;
    }

    function withRevealed(DrawnWord word, uint256 drawIndex) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(DrawnWord.unwrap(word) | (1 << (88 + drawIndex)));
    }

    function withSettled(DrawnWord word) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(DrawnWord.unwrap(word) | SETTLED_BIT);
    }

    /// @notice The word between two rounds: its slot stays in use, and everything that belongs to the draw is gone.
    function withoutDraw(DrawnWord word) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(uint32(DrawnWord.unwrap(word)));
    }
}
