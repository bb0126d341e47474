// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {
    ConfigWord,
    ConfigWords,
    DuplicateWord,
    DuplicateWords,
    LimitsWord,
    LimitsWords,
    QuotaWord,
    QuotaWords,
    RotationWord,
    RotationWords,
    ScoreWord,
    SubmissionWord,
    SubmissionWords
} from "./DatanetWords.sol";

/// @notice Every field of Datanets' words lies where its type's comment says, holds its largest value, and leaves its
/// neighbours alone.
contract DatanetWordsTest {
    uint256 private constant ALL = type(uint256).max;

    // -------------------------------------------------------------------------------------------- config

    function testFuzz_config_fieldsLieSideBySide(uint256 raw) public pure {
        ConfigWord word = ConfigWord.wrap(raw);
        vm.assertEq(uint256(word.pool()), raw % 256);
        vm.assertEq(word.open(), _field(raw, 9, 1) == 1);
        vm.assertEq(word.listed(), _field(raw, 10, 1) == 1);
        vm.assertEq(word.rewardWei(), _field(raw, 24, 88));
        vm.assertEq(word.feeWei(), _field(raw, 112, 88));
        vm.assertEq(word.versionCount(), _field(raw, 200, 40));
        vm.assertEq(uint256(word.terms()), _field(raw, 240, 16));
        vm.assertEq(word.isZero(), raw == 0);
    }

    function test_config_ofAllOnesAndOfNothing() public pure {
        testFuzz_config_fieldsLieSideBySide(ALL);
        testFuzz_config_fieldsLieSideBySide(0);
    }

    function testFuzz_config_beginsOpenToAllUnderItsFirstTerms(uint8 pool, uint88 rewardWei, uint88 feeWei) public pure {
        uint256 raw = ConfigWord.unwrap(ConfigWords.pack(pool, rewardWei, feeWei));
        vm.assertEq(
            raw,
            pool | (1 << 8) | (1 << 9) | (uint256(rewardWei) << 24) | (uint256(feeWei) << 112) | (uint256(1) << 240)
        );
    }

    function testFuzz_config_changesOneFieldAtATime(uint256 raw, uint16 terms) public pure {
        ConfigWord word = ConfigWord.wrap(raw);
        vm.assertEq(ConfigWord.unwrap(word.withOpen(true)), raw | 0x200);
        vm.assertEq(ConfigWord.unwrap(word.withOpen(false)), raw & ~uint256(0x200));
        vm.assertEq(ConfigWord.unwrap(word.withListed(true)), raw | 0x400);
        vm.assertEq(ConfigWord.unwrap(word.withListed(false)), raw & ~uint256(0x400));
        vm.assertEq(ConfigWord.unwrap(word.withTerms(terms)), (raw % 2 ** 240) | (uint256(terms) << 240));
        raw &= ~(uint256(1) << 239);
        vm.assertEq(ConfigWord.unwrap(ConfigWord.wrap(raw).withNextVersion()), raw + 2 ** 200);
    }

    function test_config_changesOneFieldOfAllOnesAndOfNothing() public pure {
        testFuzz_config_changesOneFieldAtATime(ALL, 0);
        testFuzz_config_changesOneFieldAtATime(0, type(uint16).max);
    }

    // --------------------------------------------------------------------------------------- submissions

    function testFuzz_submission_fieldsLieSideBySide(uint256 raw) public pure {
        SubmissionWord word = SubmissionWord.wrap(raw);
        vm.assertEq(uint256(uint160(word.contributor())), raw % 2 ** 160);
        vm.assertEq(uint256(word.datanet()), _field(raw, 160, 32));
        vm.assertEq(uint256(word.docket()), _field(raw, 192, 40));
        vm.assertEq(uint256(word.position()), _field(raw, 232, 8));
        vm.assertEq(uint256(word.files()), _field(raw, 240, 8));
        vm.assertEq(word.finalized(), _field(raw, 248, 1) == 1);
        vm.assertEq(word.hasDuplicates(), _field(raw, 249, 1) == 1);
        vm.assertEq(word.isZero(), raw == 0);
        vm.assertEq(SubmissionWord.unwrap(word.withFinalized()), raw | (uint256(1) << 248));
        vm.assertEq(SubmissionWord.unwrap(word.withDuplicates()), raw | (uint256(1) << 249));
        SubmissionWord packed =
            SubmissionWords.pack(word.contributor(), word.datanet(), word.docket(), word.position(), word.files());
        vm.assertEq(SubmissionWord.unwrap(packed), raw % 2 ** 248);
    }

    function test_submission_ofAllOnesAndOfNothing() public pure {
        testFuzz_submission_fieldsLieSideBySide(ALL);
        testFuzz_submission_fieldsLieSideBySide(0);
    }

    // -------------------------------------------------------------------------------- quotas and limits

    function testFuzz_quota_isThatOfItsDay(uint24 day, uint8 files, uint32 sizeBytes) public pure {
        QuotaWord word = QuotaWords.pack(day, files, sizeBytes);
        vm.assertEq(QuotaWord.unwrap(word), uint256(day) | (uint256(files) << 24) | (uint256(sizeBytes) << 32));
        (uint256 usedFiles, uint256 usedBytes) = word.usedOn(day);
        vm.assertEq(usedFiles, files);
        vm.assertEq(usedBytes, sizeBytes);
        (usedFiles, usedBytes) = word.usedOn(uint256(day) + 1);
        vm.assertEq(usedFiles + usedBytes, 0, "another day");
        vm.assertFalse(word.retired());
        vm.assertTrue(word.withRetired().retired());
        vm.assertEq(QuotaWord.unwrap(word.withRetired()), QuotaWord.unwrap(word) | (uint256(1) << 64));
        vm.assertEq(word.isZero(), QuotaWord.unwrap(word) == 0);
        (usedFiles, usedBytes) = word.withRetired().usedOn(day);
        vm.assertEq(usedFiles, files);
        vm.assertEq(usedBytes, sizeBytes);
    }

    function test_quota_ofTheLargestValuesAndOfNone() public pure {
        testFuzz_quota_isThatOfItsDay(type(uint24).max, type(uint8).max, type(uint32).max);
        testFuzz_quota_isThatOfItsDay(0, 0, 0);
        vm.assertFalse(QuotaWord.wrap(0).withRetired().isZero());
        vm.assertTrue(QuotaWord.wrap(ALL).retired());
    }

    function testFuzz_limits_comeBackAsPacked(uint24 day, uint8 each, uint8 filesADay, uint32 bytesADay) public pure {
        LimitsWord word = LimitsWords.pack(day, each, filesADay, bytesADay);
        vm.assertTrue(word.isOf(day));
        vm.assertFalse(word.isOf(uint256(day) + 1));
        vm.assertEq(word.filesPerSubmission(), each);
        vm.assertEq(word.filesPerDay(), filesADay);
        vm.assertEq(word.bytesPerDay(), bytesADay);
        vm.assertEq(LimitsWord.unwrap(word) >> 72, 0);
        vm.assertFalse(word.submissionsPaused());
        vm.assertFalse(word.creditsPaused());
    }

    function test_limits_ofTheLargestValues() public pure {
        testFuzz_limits_comeBackAsPacked(type(uint24).max, 255, 255, type(uint32).max);
        testFuzz_limits_comeBackAsPacked(0, 255, 0, type(uint32).max);
        testFuzz_limits_comeBackAsPacked(0, 0, 255, 0);
    }

    function testFuzz_limits_pausesAddUpUntilAllAreTakenAway(uint256 raw) public pure {
        raw %= 2 ** 72;
        LimitsWord word = LimitsWord.wrap(raw);
        vm.assertEq(LimitsWord.unwrap(word.withPauses(false, false)), raw);
        LimitsWord submissions = word.withPauses(true, false);
        LimitsWord credits = word.withPauses(false, true);
        vm.assertEq(LimitsWord.unwrap(submissions), raw + 2 ** 72);
        vm.assertEq(LimitsWord.unwrap(credits), raw + 2 ** 73);
        vm.assertTrue(submissions.submissionsPaused());
        vm.assertFalse(submissions.creditsPaused());
        vm.assertTrue(credits.creditsPaused());
        vm.assertFalse(credits.submissionsPaused());
        vm.assertEq(LimitsWord.unwrap(submissions.withPauses(false, true)), raw + 2 ** 72 + 2 ** 73);
        vm.assertEq(LimitsWord.unwrap(submissions.withPauses(true, false)), raw + 2 ** 72);
        vm.assertEq(LimitsWord.unwrap(credits.withPauses(true, true).withoutPauses()), raw);
    }

    // -------------------------------------------------------------------------- rotations and duplicates

    function testFuzz_rotation_comesBackAsPacked(address newKey, uint40 readyAt) public pure {
        RotationWord word = RotationWords.pack(newKey, readyAt);
        vm.assertEq(word.newKey(), newKey);
        vm.assertEq(word.readyAt(), readyAt);
        vm.assertEq(RotationWord.unwrap(word), uint256(uint160(newKey)) | (uint256(readyAt) << 160));
        vm.assertEq(word.isZero(), newKey == address(0) && readyAt == 0);
    }

    function test_rotation_ofTheLargestValuesAndOfNone() public pure {
        testFuzz_rotation_comesBackAsPacked(address(type(uint160).max), type(uint40).max);
        testFuzz_rotation_comesBackAsPacked(address(0), type(uint40).max);
        testFuzz_rotation_comesBackAsPacked(address(0), 0);
    }

    function testFuzz_duplicate_comesBackAsPacked(address finder, uint256 earlier, uint8 index, uint16 finderBps)
        public
        pure
    {
        SubmissionWord submission = SubmissionWord.wrap(earlier);
        DuplicateWord word = DuplicateWords.pack(finder, submission, index, finderBps);
        vm.assertEq(word.finder(), finder);
        vm.assertEq(uint256(word.docket()), submission.docket());
        vm.assertEq(uint256(word.position()), submission.position());
        vm.assertEq(uint256(word.files()), submission.files());
        vm.assertEq(uint256(word.index()), index);
        vm.assertEq(word.finderBps(), finderBps);
        vm.assertEq(DuplicateWord.unwrap(word) >> 240, 0);
        vm.assertEq(word.isZero(), DuplicateWord.unwrap(word) == 0);
    }

    function test_duplicate_ofTheLargestValuesAndOfNone() public pure {
        testFuzz_duplicate_comesBackAsPacked(address(type(uint160).max), ALL, 255, type(uint16).max);
        testFuzz_duplicate_comesBackAsPacked(address(0), ALL, 0, 0);
        testFuzz_duplicate_comesBackAsPacked(address(0), 0, 255, 0);
        testFuzz_duplicate_comesBackAsPacked(address(0), 0, 0, 0);
    }

    // -------------------------------------------------------------------------------------------- scores

    function testFuzz_score_fieldsLieSideBySide(uint256 raw) public pure {
        ScoreWord word = ScoreWord.wrap(raw);
        vm.assertEq(word.scoreBps(), raw % 2 ** 16);
        vm.assertEq(word.points(), _field(raw, 16, 40));
        vm.assertEq(word.judged(), _field(raw, 56, 32));
        vm.assertEq(word.accepted(), _field(raw, 88, 32));
        vm.assertEq(word.acceptanceDays(), _field(raw, 120, 24));
        vm.assertEq(word.lastDay(), _field(raw, 144, 24));
        vm.assertEq(word.reachedAt(), _field(raw, 168, 40));
    }

    function test_score_ofAllOnes() public pure {
        testFuzz_score_fieldsLieSideBySide(ALL);
    }

    function testFuzz_score_countsAVerdict(uint32 before, uint8 points, uint8 judged, uint8 accepted, uint24 day)
        public
        pure
    {
        before %= 2 ** 20;
        uint256 raw = 77 | (uint256(before) << 16) | (uint256(before) << 56) | (uint256(before) << 88)
            | (uint256(before) << 120) | (uint256(day) << 144) | (uint256(type(uint40).max) << 168);
        ScoreWord word = ScoreWord.wrap(raw);
        ScoreWord same = word.withVerdict(points, judged, accepted, uint256(day) * 1 days + 86_399);
        vm.assertEq(same.points(), uint256(before) + points);
        vm.assertEq(same.judged(), uint256(before) + judged);
        vm.assertEq(same.accepted(), uint256(before) + accepted);
        vm.assertEq(same.acceptanceDays(), before);
        vm.assertEq(same.lastDay(), day);
        vm.assertEq(same.scoreBps(), 77);
        vm.assertEq(same.reachedAt(), type(uint40).max);
        uint256 next = day == type(uint24).max ? 0 : uint256(day) + 1;
        ScoreWord later = word.withVerdict(points, judged, accepted, next * 1 days);
        vm.assertEq(later.acceptanceDays(), uint256(before) + (accepted == 0 ? 0 : 1));
        vm.assertEq(later.lastDay(), accepted == 0 ? day : next);
        vm.assertEq(later.points(), uint256(before) + points);
        vm.assertEq(later.reachedAt(), type(uint40).max);
    }

    function test_score_countsADayWithOneAcceptedFile() public pure {
        testFuzz_score_countsAVerdict(0, 0, 1, 0, 20_833);
        testFuzz_score_countsAVerdict(0, 1, 1, 1, 20_833);
        testFuzz_score_countsAVerdict(2 ** 20 - 1, 255, 255, 255, type(uint24).max);
    }

    function testFuzz_score_raisesItsMark(uint256 raw, uint16 scoreBps, uint40 timestamp) public pure {
        ScoreWord word = ScoreWord.wrap(raw).withMark(scoreBps, timestamp);
        uint256 kept = raw & ~(uint256(type(uint16).max) | (uint256(type(uint40).max) << 168));
        vm.assertEq(ScoreWord.unwrap(word), kept | scoreBps | (uint256(timestamp) << 168));
    }

    function test_score_raisesAMarkOfAllOnes() public pure {
        testFuzz_score_raisesItsMark(ALL, 0, 0);
        testFuzz_score_raisesItsMark(0, type(uint16).max, type(uint40).max);
    }

    /// @dev `width` bits of a word from `shift` on, by arithmetic alone.
    function _field(uint256 raw, uint256 shift, uint256 width) private pure returns (uint256) {
        return (raw / 2 ** shift) % 2 ** width;
    }
}
