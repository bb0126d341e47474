// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev The docket that a pool collects: closed 40 | items 8 | closesAt 40 | feeWei 96 | collectSeconds 24 | boxes 48,
/// from the low bits up. `closed` counts the dockets that the pool has closed; `boxes` has a bit for every ballot box
/// in use.
type PoolWord is uint256;

/// @dev What a docket's draw is made of: moment 40 | seats 24 | seedBlock 40 | items 8 | round 8 | feeWei 90 | box 8 |
/// toleranceBps 13 | committeeSize 5 | appealSeconds 20. Never zero, since a closed docket has an item. Once settled the
/// slot holds the verdict instead.
type ClosedWord is uint256;

/// @dev A drawn round: items 8 | round 8 | committeeSize 8 | box 7 | settled 1 | commitEnds 32 | revealSeconds 24 |
/// revealed 32 | moment 48 | seats 24 | seed 64. `commitEnds` is zero while a round waits for its draw. Once settled,
/// `appealEnds` stands in place of `commitEnds`, and the number of items' appeals in place of `revealSeconds`.
type DrawnWord is uint256;

/// @dev An appeal: appellant 160 | bond 38, in thousandths of an OPEN | parent docket 40 | position 8 | level 2.
/// Its key is the id of the docket that judges it.
type AppealWord is uint256;

using PoolWords for PoolWord global;
using ClosedWords for ClosedWord global;
using DrawnWords for DrawnWord global;
using AppealWords for AppealWord global;

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
    uint256 private constant KEPT_MASK = ~uint256((1 << 104) - 1) & ~(uint256(0xff) << 112);
    uint256 private constant FEE_MASK = (1 << 90) - 1;

    /// @param rules_ What a docket's own rules leave of it: see `packRules`.
    function pack(uint256 items_, uint256 feeWei_, uint256 box_, uint256 rules_) internal pure returns (ClosedWord) {
        return ClosedWord.wrap((items_ << 104) | (feeWei_ << 120) | (box_ << 210) | (rules_ << 218));
    }

    /// @notice toleranceBps 13 | committeeSize 5 | appealSeconds 20.
    function packRules(uint256 toleranceBps_, uint256 committeeSize_, uint256 appealSeconds_)
        internal
        pure
        returns (uint256)
    {
        return toleranceBps_ | (committeeSize_ << 13) | (appealSeconds_ << 18);
    }

    function moment(ClosedWord word) internal pure returns (uint48) {
        return uint40(ClosedWord.unwrap(word));
    }

    function seats(ClosedWord word) internal pure returns (uint256) {
        return uint24(ClosedWord.unwrap(word) >> 40);
    }

    function seedBlock(ClosedWord word) internal pure returns (uint40) {
        return uint40(ClosedWord.unwrap(word) >> 64);
    }

    function items(ClosedWord word) internal pure returns (uint256) {
        return uint8(ClosedWord.unwrap(word) >> 104);
    }

    function round(ClosedWord word) internal pure returns (uint256) {
        return uint8(ClosedWord.unwrap(word) >> 112);
    }

    function feeWei(ClosedWord word) internal pure returns (uint256) {
        return (ClosedWord.unwrap(word) >> 120) & FEE_MASK;
    }

    function box(ClosedWord word) internal pure returns (uint256) {
        return uint8(ClosedWord.unwrap(word) >> 210);
    }

    function toleranceBps(ClosedWord word) internal pure returns (uint256) {
        return (ClosedWord.unwrap(word) >> 218) & 0x1fff;
    }

    /// @notice How many seats a round draws, if the pool has as many.
    function committeeSize(ClosedWord word) internal pure returns (uint256) {
        return (ClosedWord.unwrap(word) >> 231) & 0x1f;
    }

    function appealSeconds(ClosedWord word) internal pure returns (uint256) {
        return ClosedWord.unwrap(word) >> 236;
    }

    function isZero(ClosedWord word) internal pure returns (bool) {
        return ClosedWord.unwrap(word) == 0;
    }

    /// @notice The word with what a round's draw is made of. 2^40 moments, one a second, take 35,000 years.
    function withDraw(ClosedWord word, uint256 round_, uint256 moment_, uint256 seats_, uint256 seedBlock_)
        internal
        pure
        returns (ClosedWord)
    {
        return ClosedWord.wrap(
            (ClosedWord.unwrap(word) & KEPT_MASK) | moment_ | (seats_ << 40) | (seedBlock_ << 64) | (round_ << 112)
        );
    }

    /// @notice The word with a larger pot.
    function withPenalties(ClosedWord word, uint256 penaltiesWei) internal pure returns (ClosedWord) {
        // Fees and penalties are OPEN, of which there are fewer than 2^90 wei.
        unchecked {
            return ClosedWord.wrap(ClosedWord.unwrap(word) + (penaltiesWei << 120));
        }
    }
}

/// @title DrawnWords
library DrawnWords {
    uint256 private constant SETTLED_BIT = 1 << 31;
    uint256 private constant BOX_MASK = 0x7f;
    uint256 private constant APPEALS_MASK = uint256(type(uint24).max) << 64;
    /// @dev `commitEnds` and `revealSeconds`.
    uint256 private constant TIMES_MASK = uint256(type(uint56).max) << 32;

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

    /// @notice The word of a settled docket, whose verdict can be appealed until `appealEnds_`.
    function withSettled(DrawnWord word, uint256 appealEnds_) internal pure returns (DrawnWord) {
        return DrawnWord.wrap((DrawnWord.unwrap(word) & ~TIMES_MASK) | SETTLED_BIT | (appealEnds_ << 32));
    }

    /// @notice Of a settled docket: the first second at which an appeal is too late.
    function appealEnds(DrawnWord word) internal pure returns (uint256) {
        return uint32(DrawnWord.unwrap(word) >> 32);
    }

    /// @notice Of a settled docket: how many of its submissions were appealed.
    function appeals(DrawnWord word) internal pure returns (uint256) {
        return uint24(DrawnWord.unwrap(word) >> 64);
    }

    /// @notice A settled docket's word with one more appealed submission.
    function withAppeal(DrawnWord word) internal pure returns (DrawnWord) {
        // At most 128 submissions a docket.
        unchecked {
            return DrawnWord.wrap(DrawnWord.unwrap(word) + (1 << 64));
        }
    }

    /// @notice Whether a whole docket has a verdict that nobody can change any more: settled, its window over, and none of
    /// its submissions appealed.
    function isFinal(DrawnWord word) internal view returns (bool) {
        return DrawnWord.unwrap(word) & (SETTLED_BIT | APPEALS_MASK) == SETTLED_BIT
            && block.timestamp >= appealEnds(word);
    }

    /// @notice The word between two rounds: its slot stays in use, and everything that belongs to the draw is gone.
    function withoutDraw(DrawnWord word) internal pure returns (DrawnWord) {
        return DrawnWord.wrap(uint32(DrawnWord.unwrap(word)));
    }
}

/// @title AppealWords
library AppealWords {
    uint256 internal constant MILLI_OPEN = 1e15;
    uint256 private constant BOND_MASK = (1 << 38) - 1;

    /// @param bondWei_ Whole thousandths of an OPEN.
    function pack(address appellant_, uint256 bondWei_, uint256 docket_, uint256 position_, uint256 level_)
        internal
        pure
        returns (AppealWord)
    {
        return AppealWord.wrap(
            uint160(appellant_) | ((bondWei_ / MILLI_OPEN) << 160) | (docket_ << 198) | (position_ << 238)
                | (level_ << 246)
        );
    }

    function appellant(AppealWord word) internal pure returns (address) {
        return address(uint160(AppealWord.unwrap(word)));
    }

    function bondWei(AppealWord word) internal pure returns (uint256) {
        // 38 bits times 50 bits.
        unchecked {
            return ((AppealWord.unwrap(word) >> 160) & BOND_MASK) * MILLI_OPEN;
        }
    }

    /// @notice The docket in which the appealed items were judged first.
    function docket(AppealWord word) internal pure returns (uint40) {
        return uint40(AppealWord.unwrap(word) >> 198);
    }

    /// @notice The first item's place there.
    function position(AppealWord word) internal pure returns (uint8) {
        return uint8(AppealWord.unwrap(word) >> 238);
    }

    /// @notice 1 for a first appeal, 2 for a second.
    function level(AppealWord word) internal pure returns (uint256) {
        return (AppealWord.unwrap(word) >> 246) & 3;
    }

    function isZero(AppealWord word) internal pure returns (bool) {
        return AppealWord.unwrap(word) == 0;
    }
}
