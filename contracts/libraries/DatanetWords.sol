// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev A Datanet's configuration: pool 8 | exists, open, listed 16 | rewardWei 88 | feeWei 88 | versionCount 40 | terms 16.
type ConfigWord is uint256;

/// @dev A submission: contributor 160 | datanet 32 | docket 40 | position 8 | files 8 | finalized, duplicates 8.
type SubmissionWord is uint256;

/// @dev What a key used on a UTC day: day 24 | files 8 | sizeBytes 32 | retired 1.
type QuotaWord is uint256;

/// @dev A UTC day's limits: day 24 | filesPerSubmission 8 | filesPerDay 8 | bytesPerDay 32 | paused: submissions, credits 2.
type LimitsWord is uint256;

/// @dev A key that waits to take over: newKey 160 | readyAt 40.
type RotationWord is uint256;

/// @dev Who showed that a file is a duplicate, and of what: finder 160 | docket 40 | position 8 | files 8 (of the
/// earlier submission) | index 8 (of the earlier file in it) | finderBps 16.
type DuplicateWord is uint256;

/// @dev A standing: scoreBps 16 | points 40 | judged 32 | accepted 32 | acceptanceDays 24 | lastDay 24 | reachedAt 40.
type ScoreWord is uint256;

using ConfigWords for ConfigWord global;
using SubmissionWords for SubmissionWord global;
using QuotaWords for QuotaWord global;
using LimitsWords for LimitsWord global;
using RotationWords for RotationWord global;
using DuplicateWords for DuplicateWord global;
using ScoreWords for ScoreWord global;

/// @title ConfigWords
library ConfigWords {
    uint256 private constant EXISTS_BIT = 1 << 8;
    uint256 private constant OPEN_BIT = 1 << 9;
    uint256 private constant LISTED_BIT = 1 << 10;
    uint256 private constant TERMS_SHIFT = 240;

    /// @notice A Datanet that is open to all, under its first terms, and has no version yet.
    function pack(uint256 pool_, uint256 rewardWei_, uint256 feeWei_) internal pure returns (ConfigWord) {
        return ConfigWord.wrap(
            pool_ | EXISTS_BIT | OPEN_BIT | (rewardWei_ << 24) | (feeWei_ << 112) | (1 << TERMS_SHIFT)
        );
    }

    function pool(ConfigWord word) internal pure returns (uint8) {
        return uint8(ConfigWord.unwrap(word));
    }

    function open(ConfigWord word) internal pure returns (bool) {
        return ConfigWord.unwrap(word) & OPEN_BIT != 0;
    }

    function listed(ConfigWord word) internal pure returns (bool) {
        return ConfigWord.unwrap(word) & LISTED_BIT != 0;
    }

    function rewardWei(ConfigWord word) internal pure returns (uint256) {
        return uint88(ConfigWord.unwrap(word) >> 24);
    }

    function feeWei(ConfigWord word) internal pure returns (uint256) {
        return uint88(ConfigWord.unwrap(word) >> 112);
    }

    function versionCount(ConfigWord word) internal pure returns (uint256) {
        return uint40(ConfigWord.unwrap(word) >> 200);
    }

    function terms(ConfigWord word) internal pure returns (uint16) {
        return uint16(ConfigWord.unwrap(word) >> TERMS_SHIFT);
    }

    function isZero(ConfigWord word) internal pure returns (bool) {
        return ConfigWord.unwrap(word) == 0;
    }

    function withOpen(ConfigWord word, bool open_) internal pure returns (ConfigWord) {
        uint256 raw = ConfigWord.unwrap(word);
        return ConfigWord.wrap(open_ ? raw | OPEN_BIT : raw & ~OPEN_BIT);
    }

    function withListed(ConfigWord word, bool listed_) internal pure returns (ConfigWord) {
        uint256 raw = ConfigWord.unwrap(word);
        return ConfigWord.wrap(listed_ ? raw | LISTED_BIT : raw & ~LISTED_BIT);
    }

    function withTerms(ConfigWord word, uint16 terms_) internal pure returns (ConfigWord) {
        uint256 raw = ConfigWord.unwrap(word) & ((1 << TERMS_SHIFT) - 1);
        return ConfigWord.wrap(raw | (uint256(terms_) << TERMS_SHIFT));
    }

    function withNextVersion(ConfigWord word) internal pure returns (ConfigWord) {
        // A count of submissions: 2^40 of them, one a second, take 35,000 years.
        unchecked {
            return ConfigWord.wrap(ConfigWord.unwrap(word) + (1 << 200));
        }
    }
}

/// @title SubmissionWords
library SubmissionWords {
    uint256 private constant FINALIZED_BIT = 1 << 248;
    uint256 private constant DUPLICATES_BIT = 1 << 249;

    function pack(address contributor_, uint256 datanet_, uint256 docket_, uint256 position_, uint256 files_)
        internal
        pure
        returns (SubmissionWord)
    {
        return SubmissionWord.wrap(
            uint160(contributor_) | (datanet_ << 160) | (docket_ << 192) | (position_ << 232) | (files_ << 240)
        );
    }

    function contributor(SubmissionWord word) internal pure returns (address) {
        return address(uint160(SubmissionWord.unwrap(word)));
    }

    function datanet(SubmissionWord word) internal pure returns (uint32) {
        return uint32(SubmissionWord.unwrap(word) >> 160);
    }

    function docket(SubmissionWord word) internal pure returns (uint40) {
        return uint40(SubmissionWord.unwrap(word) >> 192);
    }

    function position(SubmissionWord word) internal pure returns (uint8) {
        return uint8(SubmissionWord.unwrap(word) >> 232);
    }

    function files(SubmissionWord word) internal pure returns (uint8) {
        return uint8(SubmissionWord.unwrap(word) >> 240);
    }

    function finalized(SubmissionWord word) internal pure returns (bool) {
        return SubmissionWord.unwrap(word) & FINALIZED_BIT != 0;
    }

    function hasDuplicates(SubmissionWord word) internal pure returns (bool) {
        return SubmissionWord.unwrap(word) & DUPLICATES_BIT != 0;
    }

    function isZero(SubmissionWord word) internal pure returns (bool) {
        return SubmissionWord.unwrap(word) == 0;
    }

    function withFinalized(SubmissionWord word) internal pure returns (SubmissionWord) {
        return SubmissionWord.wrap(SubmissionWord.unwrap(word) | FINALIZED_BIT);
    }

    function withDuplicates(SubmissionWord word) internal pure returns (SubmissionWord) {
        return SubmissionWord.wrap(SubmissionWord.unwrap(word) | DUPLICATES_BIT);
    }
}

/// @title QuotaWords
library QuotaWords {
    uint256 private constant RETIRED_BIT = 1 << 64;

    function pack(uint256 day, uint256 files, uint256 sizeBytes) internal pure returns (QuotaWord) {
        return QuotaWord.wrap(day | (files << 24) | (sizeBytes << 32));
    }

    /// @notice What was used on `day`: nothing when the word speaks of another day.
    function usedOn(QuotaWord word, uint256 day) internal pure returns (uint256 files, uint256 sizeBytes) {
        uint256 raw = QuotaWord.unwrap(word);
        if (uint24(raw) != day) return (0, 0);
        return (uint8(raw >> 24), uint32(raw >> 32));
    }

    function retired(QuotaWord word) internal pure returns (bool) {
        return QuotaWord.unwrap(word) & RETIRED_BIT != 0;
    }

    function isZero(QuotaWord word) internal pure returns (bool) {
        return QuotaWord.unwrap(word) == 0;
    }

    function withRetired(QuotaWord word) internal pure returns (QuotaWord) {
        return QuotaWord.wrap(QuotaWord.unwrap(word) | RETIRED_BIT);
    }
}

/// @title LimitsWords
library LimitsWords {
    uint256 private constant SUBMISSIONS_BIT = 1 << 72;
    uint256 private constant CREDITS_BIT = 1 << 73;

    function pack(uint256 day, uint256 filesPerSubmission_, uint256 filesPerDay_, uint256 bytesPerDay_)
        internal
        pure
        returns (LimitsWord)
    {
        return LimitsWord.wrap(day | (filesPerSubmission_ << 24) | (filesPerDay_ << 32) | (bytesPerDay_ << 40));
    }

    function isOf(LimitsWord word, uint256 day) internal pure returns (bool) {
        return uint24(LimitsWord.unwrap(word)) == day;
    }

    function filesPerSubmission(LimitsWord word) internal pure returns (uint256) {
        return uint8(LimitsWord.unwrap(word) >> 24);
    }

    function filesPerDay(LimitsWord word) internal pure returns (uint256) {
        return uint8(LimitsWord.unwrap(word) >> 32);
    }

    function bytesPerDay(LimitsWord word) internal pure returns (uint256) {
        return uint32(LimitsWord.unwrap(word) >> 40);
    }

    function submissionsPaused(LimitsWord word) internal pure returns (bool) {
        return LimitsWord.unwrap(word) & SUBMISSIONS_BIT != 0;
    }

    function creditsPaused(LimitsWord word) internal pure returns (bool) {
        return LimitsWord.unwrap(word) & CREDITS_BIT != 0;
    }

    /// @notice The word with more pauses: none is taken away.
    function withPauses(LimitsWord word, bool submissions, bool credits) internal pure returns (LimitsWord) {
        uint256 raw = LimitsWord.unwrap(word);
        if (submissions) raw |= SUBMISSIONS_BIT;
        if (credits) raw |= CREDITS_BIT;
        return LimitsWord.wrap(raw);
    }

    /// @notice A new day's word, under what was paused before.
    function withPausesOf(LimitsWord word, LimitsWord before) internal pure returns (LimitsWord) {
        uint256 pauses = LimitsWord.unwrap(before) & (SUBMISSIONS_BIT | CREDITS_BIT);
        return LimitsWord.wrap(LimitsWord.unwrap(word) | pauses);
    }

    function withoutPauses(LimitsWord word) internal pure returns (LimitsWord) {
        return LimitsWord.wrap(LimitsWord.unwrap(word) & ~(SUBMISSIONS_BIT | CREDITS_BIT));
    }
}

/// @title RotationWords
library RotationWords {
    function pack(address newKey_, uint256 readyAt_) internal pure returns (RotationWord) {
        return RotationWord.wrap(uint160(newKey_) | (readyAt_ << 160));
    }

    function newKey(RotationWord word) internal pure returns (address) {
        return address(uint160(RotationWord.unwrap(word)));
    }

    function readyAt(RotationWord word) internal pure returns (uint256) {
        return uint40(RotationWord.unwrap(word) >> 160);
    }

    function isZero(RotationWord word) internal pure returns (bool) {
        return RotationWord.unwrap(word) == 0;
    }
}

/// @title DuplicateWords
library DuplicateWords {
    /// @param earlier The submission that holds the earlier file.
    function pack(address finder_, SubmissionWord earlier, uint256 index_, uint256 finderBps_)
        internal
        pure
        returns (DuplicateWord)
    {
        // Docket, position and files lie together in a submission's word.
        uint256 place = (SubmissionWord.unwrap(earlier) >> 192) & type(uint56).max;
        return DuplicateWord.wrap(uint160(finder_) | (place << 160) | (index_ << 216) | (finderBps_ << 224));
    }

    function finder(DuplicateWord word) internal pure returns (address) {
        return address(uint160(DuplicateWord.unwrap(word)));
    }

    function docket(DuplicateWord word) internal pure returns (uint40) {
        return uint40(DuplicateWord.unwrap(word) >> 160);
    }

    function position(DuplicateWord word) internal pure returns (uint8) {
        return uint8(DuplicateWord.unwrap(word) >> 200);
    }

    function files(DuplicateWord word) internal pure returns (uint8) {
        return uint8(DuplicateWord.unwrap(word) >> 208);
    }

    function index(DuplicateWord word) internal pure returns (uint8) {
        return uint8(DuplicateWord.unwrap(word) >> 216);
    }

    function finderBps(DuplicateWord word) internal pure returns (uint256) {
        return uint16(DuplicateWord.unwrap(word) >> 224);
    }

    function isZero(DuplicateWord word) internal pure returns (bool) {
        return DuplicateWord.unwrap(word) == 0;
    }
}

/// @title ScoreWords
library ScoreWords {
    function scoreBps(ScoreWord word) internal pure returns (uint256) {
        return uint16(ScoreWord.unwrap(word));
    }

    function points(ScoreWord word) internal pure returns (uint256) {
        return uint40(ScoreWord.unwrap(word) >> 16);
    }

    function judged(ScoreWord word) internal pure returns (uint256) {
        return uint32(ScoreWord.unwrap(word) >> 56);
    }

    function accepted(ScoreWord word) internal pure returns (uint256) {
        return uint32(ScoreWord.unwrap(word) >> 88);
    }

    function acceptanceDays(ScoreWord word) internal pure returns (uint256) {
        return uint24(ScoreWord.unwrap(word) >> 120);
    }

    function lastDay(ScoreWord word) internal pure returns (uint256) {
        return uint24(ScoreWord.unwrap(word) >> 144);
    }

    function reachedAt(ScoreWord word) internal pure returns (uint256) {
        return uint40(ScoreWord.unwrap(word) >> 168);
    }

    /// @notice The standing after a verdict, before its mark is raised.
    function withVerdict(ScoreWord word, uint256 points_, uint256 judged_, uint256 accepted_, uint256 timestamp)
        internal
        pure
        returns (ScoreWord)
    {
        uint256 raw = ScoreWord.unwrap(word);
        // A quota of at most 200 files a day keeps every counter within its field for 58,000 years.
        unchecked {
            raw += (points_ << 16) + (judged_ << 56) + (accepted_ << 88);
            uint256 today = timestamp / 1 days;
            if (accepted_ != 0 && lastDay(word) != today) {
                raw = (raw & ~(uint256(type(uint24).max) << 144)) + (1 << 120) | (today << 144);
            }
        }
        return ScoreWord.wrap(raw);
    }

    /// @notice The standing with a higher mark, reached now.
    function withMark(ScoreWord word, uint256 scoreBps_, uint256 timestamp) internal pure returns (ScoreWord) {
        uint256 raw = ScoreWord.unwrap(word);
        raw &= ~(uint256(type(uint16).max) | (uint256(type(uint40).max) << 168));
        return ScoreWord.wrap(raw | scoreBps_ | (timestamp << 168));
    }
}
