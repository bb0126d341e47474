// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {vm} from "../testing/Vm.t.sol";
import {AppealWord, AppealWords, ClosedWord, ClosedWords, DrawnWord, DrawnWords, PoolWord} from "./DocketWords.sol";

/// @notice Every field of a docket's words lies where its type's comment says, holds its largest value, and leaves its
/// neighbours alone.
contract DocketWordsTest {
    uint256 private constant ALL = type(uint256).max;

    // --------------------------------------------------------------------------------------------- pools

    function testFuzz_pool_fieldsLieSideBySide(uint256 raw) public pure {
        PoolWord word = PoolWord.wrap(raw);
        vm.assertEq(word.closed(), raw % 2 ** 40);
        vm.assertEq(word.items(), _field(raw, 40, 8));
        vm.assertEq(word.closesAt(), _field(raw, 48, 40));
        vm.assertEq(word.feeWei(), _field(raw, 88, 96));
        vm.assertEq(word.collectSeconds(), _field(raw, 184, 24));
        vm.assertEq(word.boxes(), _field(raw, 208, 48));
    }

    function test_pool_ofAllOnes() public pure {
        testFuzz_pool_fieldsLieSideBySide(ALL);
    }

    function testFuzz_pool_opensAndCollects(uint40 closed, uint40 closesAt, uint96 feeWei, uint48 boxes) public pure {
        uint256 raw = uint256(closed) | (uint256(boxes) << 208);
        PoolWord word = PoolWord.wrap(raw).withOpened(closesAt).withItems(100, 0).withItems(28, feeWei);
        vm.assertEq(PoolWord.unwrap(word), raw | (128 << 40) | (uint256(closesAt) << 48) | (uint256(feeWei) << 88));
    }

    function testFuzz_pool_closes(uint256 raw, uint24 collectSeconds, uint48 boxes) public pure {
        PoolWord word = PoolWord.wrap(raw & ~uint256(1)).withClosed(collectSeconds, boxes);
        vm.assertEq(
            PoolWord.unwrap(word),
            ((raw % 2 ** 40) | 1) | (uint256(collectSeconds) << 184) | (uint256(boxes) << 208)
        );
    }

    function testFuzz_pool_givesABoxBack(uint256 raw, uint8 box) public pure {
        box %= 48;
        uint256 bit = 1 << (208 + uint256(box));
        vm.assertEq(PoolWord.unwrap(PoolWord.wrap(raw | bit).withoutBox(box)), raw & ~bit);
        vm.assertEq(PoolWord.unwrap(PoolWord.wrap(raw & ~bit).withoutBox(box)), raw & ~bit);
    }

    // -------------------------------------------------------------------------------------------- closed

    function testFuzz_closed_fieldsLieSideBySide(uint256 raw) public pure {
        ClosedWord word = ClosedWord.wrap(raw);
        vm.assertEq(uint256(word.moment()), raw % 2 ** 40);
        vm.assertEq(word.seats(), _field(raw, 40, 24));
        vm.assertEq(uint256(word.seedBlock()), _field(raw, 64, 40));
        vm.assertEq(word.items(), _field(raw, 104, 8));
        vm.assertEq(word.round(), _field(raw, 112, 8));
        vm.assertEq(word.feeWei(), _field(raw, 120, 90));
        vm.assertEq(word.box(), _field(raw, 210, 8));
        vm.assertEq(word.toleranceBps(), _field(raw, 218, 13));
        vm.assertEq(word.committeeSize(), _field(raw, 231, 5));
        vm.assertEq(word.appealSeconds(), _field(raw, 236, 20));
        vm.assertEq(word.isZero(), raw == 0);
    }

    function test_closed_ofAllOnesAndOfNothing() public pure {
        testFuzz_closed_fieldsLieSideBySide(ALL);
        testFuzz_closed_fieldsLieSideBySide(0);
    }

    function testFuzz_closed_isPackedAsItIsRead(uint256 raw) public pure {
        ClosedWord word = ClosedWord.wrap(raw);
        uint256 rules = ClosedWords.packRules(word.toleranceBps(), word.committeeSize(), word.appealSeconds());
        ClosedWord packed = ClosedWords.pack(word.items(), word.feeWei(), word.box(), rules)
            .withDraw(word.round(), word.moment(), word.seats(), word.seedBlock());
        vm.assertEq(ClosedWord.unwrap(packed), raw);
        vm.assertEq(ClosedWord.unwrap(ClosedWord.wrap(ALL).withDraw(0, 0, 0, 0)), ALL << 120 | (uint256(0xff) << 104));
    }

    function test_closed_isPackedAsItIsReadWhereAllAreOnes() public pure {
        testFuzz_closed_isPackedAsItIsRead(ALL);
    }

    function test_closed_penaltiesJoinThePot() public pure {
        ClosedWord word = ClosedWords.pack(1, 5, 0, 0).withPenalties(9);
        vm.assertEq(word.feeWei(), 14);
        vm.assertEq(ClosedWord.unwrap(word), (1 << 104) | (14 << 120));
    }

    // --------------------------------------------------------------------------------------------- drawn

    function testFuzz_drawn_fieldsLieSideBySide(uint256 raw) public view {
        DrawnWord word = DrawnWord.wrap(raw);
        vm.assertEq(word.items(), raw % 256);
        vm.assertEq(word.round(), _field(raw, 8, 8));
        vm.assertEq(word.committeeSize(), _field(raw, 16, 8));
        vm.assertEq(word.box(), _field(raw, 24, 7));
        vm.assertEq(word.isSettled(), _field(raw, 31, 1) == 1);
        vm.assertEq(word.commitEnds(), _field(raw, 32, 32));
        vm.assertEq(word.appealEnds(), _field(raw, 32, 32));
        vm.assertEq(word.revealEnds(), _field(raw, 32, 32) + _field(raw, 64, 24));
        vm.assertEq(word.appeals(), _field(raw, 64, 24));
        vm.assertEq(word.revealed(), _field(raw, 88, 32));
        vm.assertEq(uint256(word.moment()), _field(raw, 120, 48));
        vm.assertEq(word.seats(), _field(raw, 168, 24));
        vm.assertEq(word.seed(), _field(raw, 192, 64));
    }

    function test_drawn_ofAllOnesAndOfNothing() public view {
        testFuzz_drawn_fieldsLieSideBySide(ALL);
        testFuzz_drawn_fieldsLieSideBySide(0);
    }

    function testFuzz_drawn_isPackedAsItIsRead(uint256 raw) public pure {
        // Fields that a round begins without: settled, revealed. A closed docket's moment has 40 bits.
        raw &= ~((uint256(1) << 31) | (uint256(type(uint32).max) << 88) | (uint256(0xff) << 160));
        DrawnWord word = DrawnWord.wrap(raw);
        ClosedWord closed = ClosedWords.pack(word.items(), 0, word.box(), 0)
            .withDraw(word.round(), word.moment(), word.seats(), 0);
        DrawnWord packed = DrawnWords.pack(
            closed, word.committeeSize(), word.commitEnds(), word.revealEnds() - word.commitEnds(), word.seed()
        );
        vm.assertEq(DrawnWord.unwrap(packed), raw);
    }

    function test_drawn_isPackedAsItIsReadWhereAllAreOnes() public pure {
        testFuzz_drawn_isPackedAsItIsRead(ALL);
    }

    function testFuzz_drawn_goesThroughItsStates(uint256 raw, uint8 index, uint32 appealEnds) public pure {
        index %= 32;
        DrawnWord word = DrawnWord.wrap(raw);
        vm.assertEq(DrawnWord.unwrap(word.withRevealed(index)), raw | (1 << (88 + uint256(index))));
        vm.assertEq(DrawnWord.unwrap(word.withoutDraw()), raw % 2 ** 32);
        uint256 kept = raw & ~(uint256(type(uint56).max) << 32);
        vm.assertEq(
            DrawnWord.unwrap(word.withSettled(appealEnds)), kept | (1 << 31) | (uint256(appealEnds) << 32)
        );
        vm.assertEq(DrawnWord.unwrap(DrawnWord.wrap(kept).withAppeal().withAppeal()), kept + (2 << 64));
    }

    function test_drawn_isFinalWhenItsWindowIsOverAndNothingAppealed() public {
        vm.warp(1_000);
        DrawnWord running = DrawnWord.wrap(uint256(1_000) << 32);
        vm.assertFalse(running.isFinal(), "not settled");
        vm.assertTrue(running.withSettled(1_000).isFinal());
        vm.assertTrue(running.withSettled(999).isFinal());
        vm.assertFalse(running.withSettled(1_001).isFinal(), "still appealable");
        vm.assertFalse(running.withSettled(1_000).withAppeal().isFinal(), "appealed");
    }

    // ------------------------------------------------------------------------------------------- appeals

    function testFuzz_appeal_comesBackAsPacked(
        address appellant,
        uint40 bondMilliOpen,
        uint40 docket,
        uint8 position,
        uint8 level
    ) public pure {
        bondMilliOpen %= 2 ** 38;
        level %= 4;
        AppealWord word = AppealWords.pack(appellant, uint256(bondMilliOpen) * 1e15, docket, position, level);
        vm.assertEq(word.appellant(), appellant);
        vm.assertEq(word.bondWei(), uint256(bondMilliOpen) * 1e15);
        vm.assertEq(uint256(word.docket()), docket);
        vm.assertEq(uint256(word.position()), position);
        vm.assertEq(word.level(), level);
        vm.assertEq(word.isZero(), AppealWord.unwrap(word) == 0);
        vm.assertEq(AppealWord.unwrap(word) >> 248, 0);
    }

    function test_appeal_ofTheLargestValuesAndOfNone() public pure {
        testFuzz_appeal_comesBackAsPacked(address(type(uint160).max), 2 ** 38 - 1, type(uint40).max, 255, 3);
        testFuzz_appeal_comesBackAsPacked(address(0), 0, 0, 0, 0);
        testFuzz_appeal_comesBackAsPacked(address(0), 2 ** 38 - 1, 0, 0, 0);
        testFuzz_appeal_comesBackAsPacked(address(0), 0, type(uint40).max, 0, 0);
    }

    /// @dev `width` bits of a word from `shift` on, by arithmetic alone.
    function _field(uint256 raw, uint256 shift, uint256 width) private pure returns (uint256) {
        return (raw / 2 ** shift) % 2 ** width;
    }
}
