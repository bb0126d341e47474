// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev A Datanet's configuration: pool 8 | exists 8 | open 8 | rewardWei 88 | feeWei 88 | versionCount 40.
type ConfigWord is uint256;

/// @dev A submission: contributor 160 | datanet 32 | docket 40 | position 8 | files 8 | finalized 8.
type SubmissionWord is uint256;

/// @dev What a contributor used on a UTC day: day 24 | files 8 | sizeBytes 32.
type QuotaWord is uint256;

/// @dev A UTC day's limits: day 24 | filesPerSubmission 8 | filesPerDay 8 | bytesPerDay 32.
type LimitsWord is uint256;

/// @dev A standing: scoreBps 16 | points 40 | judged 32 | accepted 32 | acceptanceDays 24 | lastDay 24 | reachedAt 40.
type ScoreWord is uint256;

using ConfigWords for ConfigWord global;
using SubmissionWords for SubmissionWord global;
using QuotaWords for QuotaWord global;
using LimitsWords for LimitsWord global;
using ScoreWords for ScoreWord global;

/// @title ConfigWords
library ConfigWords {
    uint256 private constant EXISTS_BIT = 1 << 8;
    uint256 private constant OPEN_BIT = 1 << 16;

    /// @notice A Datanet that is open and has no version yet.
    function pack(uint256 pool_, uint256 rewardWei_, uint256 feeWei_) internal pure returns (ConfigWord) {
        return ConfigWord.wrap(pool_ | EXISTS_BIT | OPEN_BIT | (rewardWei_ << 24) | (feeWei_ << 112));
    }

    function pool(ConfigWord word) internal pure returns (uint8) {
        return uint8(ConfigWord.unwrap(word));
    }

    function open(ConfigWord word) internal pure returns (bool) {
        return ConfigWord.unwrap(word) & OPEN_BIT != 0;
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

    function isZero(ConfigWord word) internal pure returns (bool) {
        return ConfigWord.unwrap(word) == 0;
    }

    function withOpen(ConfigWord word, bool open_) internal pure returns (ConfigWord) {
        uint256 raw = ConfigWord.unwrap(word);
        return ConfigWord.wrap(open_ ? raw | OPEN_BIT : raw & ~OPEN_BIT);
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

    function isZero(SubmissionWord word) internal pure returns (bool) {
        return SubmissionWord.unwrap(word) == 0;
    }

    function withFinalized(SubmissionWord word) internal pure returns (SubmissionWord) {
        return SubmissionWord.wrap(SubmissionWord.unwrap(word) | FINALIZED_BIT);
    }
}

/// @title QuotaWords
library QuotaWords {
    function pack(uint256 day, uint256 files, uint256 sizeBytes) internal pure returns (QuotaWord) {
        return QuotaWord.wrap(day | (files << 24) | (sizeBytes << 32));
    }

    /// @notice What was used on `day`: nothing when the word speaks of another day.
    function usedOn(QuotaWord word, uint256 day) internal pure returns (uint256 files, uint256 sizeBytes) {
        uint256 raw = QuotaWord.unwrap(word);
        if (uint24(raw) != day) return (0, 0);
        return (uint8(raw >> 24), uint32(raw >> 32));
    }
}

/// @title LimitsWords
library LimitsWords {
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
