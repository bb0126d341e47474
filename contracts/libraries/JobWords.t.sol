// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ITraining} from "../interfaces/ITraining.sol";
import {vm} from "../testing/Vm.t.sol";
import {JobWord, JobWords} from "./JobWords.sol";
import {SeatWord, SeatWords} from "./SeatWords.sol";

/// @notice A job's word in each of its states, and a seat's: fields lie where the types' comments say.
contract JobWordsTest {
    uint256 private constant ALL = type(uint256).max;
    uint256 private constant MILLI_OPEN = 1e15;

    function testFuzz_open_comesBackAsPacked(
        uint8 rejections,
        uint32 bond,
        uint32 deadline,
        uint24 checkFee,
        uint32 leaseSeconds
    ) public pure {
        rejections %= 16;
        JobWord word = JobWords.packOpen(
            rejections, uint256(bond) * MILLI_OPEN, deadline, uint256(checkFee) * MILLI_OPEN, leaseSeconds
        );
        vm.assertEq(
            JobWord.unwrap(word),
            uint256(ITraining.Status.OPEN) | (uint256(rejections) << 4) | (uint256(bond) << 8)
                | (uint256(deadline) << 40) | (uint256(checkFee) << 72) | (uint256(leaseSeconds) << 96)
        );
        vm.assertTrue(word.is_(ITraining.Status.OPEN));
        vm.assertFalse(word.is_(ITraining.Status.NONE));
        vm.assertEq(uint256(word.status()), uint256(ITraining.Status.OPEN));
    }

    function test_open_ofTheLargestValues() public pure {
        testFuzz_open_comesBackAsPacked(15, type(uint32).max, type(uint32).max, type(uint24).max, type(uint32).max);
        testFuzz_open_comesBackAsPacked(0, type(uint32).max, 0, type(uint24).max, 0);
    }

    function testFuzz_fieldsLieSideBySide(uint256 raw) public pure {
        JobWord word = JobWord.wrap(raw);
        vm.assertEq(word.rejections(), _field(raw, 4, 4));
        vm.assertEq(word.bondWei(), _field(raw, 8, 32) * MILLI_OPEN);
        vm.assertEq(word.deadline(), _field(raw, 40, 32));
        vm.assertEq(word.leaseEnds(), _field(raw, 40, 32));
        vm.assertEq(uint256(word.docket()), _field(raw, 40, 32));
        vm.assertEq(word.checkFeeWei(), _field(raw, 72, 24) * MILLI_OPEN);
        vm.assertEq(word.position(), _field(raw, 72, 8));
        vm.assertEq(word.leaseSeconds(), _field(raw, 96, 32));
        vm.assertEq(uint256(uint160(word.trainer())), _field(raw, 96, 160));
        vm.assertEq(uint256(word.commitment()), _field(raw, 80, 176));
        vm.assertEq(JobWord.unwrap(word.withAccepted()), (raw & ~uint256(15)) | uint256(ITraining.Status.ACCEPTED));
        for (uint256 i; i <= uint256(type(ITraining.Status).max); ++i) {
            vm.assertEq(word.is_(ITraining.Status(i)), raw % 16 == i);
            vm.assertEq(uint256(JobWord.wrap((raw & ~uint256(15)) | i).status()), i);
        }
    }

    function test_fieldsOfAllOnes() public pure {
        testFuzz_fieldsLieSideBySide(ALL);
    }

    function testFuzz_leaseAndAttestationKeepWhatStays(uint256 raw, uint32 when, address trainer, uint8 position, uint176 hash)
        public
        pure
    {
        JobWord word = JobWord.wrap(raw);
        uint256 head = (raw % 2 ** 40) & ~uint256(15);
        vm.assertEq(
            JobWord.unwrap(word.withLease(when, trainer)),
            head | uint256(ITraining.Status.LEASED) | (uint256(when) << 40) | (_field(raw, 72, 24) << 72)
                | (uint256(uint160(trainer)) << 96)
        );
        vm.assertEq(
            JobWord.unwrap(word.withAttestation(when, position, hash)),
            head | uint256(ITraining.Status.ATTESTED) | (uint256(when) << 40) | (uint256(position) << 72)
                | (uint256(hash) << 80)
        );
    }

    function test_leaseAndAttestationKeepWhatStaysOfAllOnes() public pure {
        testFuzz_leaseAndAttestationKeepWhatStays(ALL, 0, address(0), 0, 0);
        testFuzz_leaseAndAttestationKeepWhatStays(
            0, type(uint32).max, address(type(uint160).max), 255, type(uint176).max
        );
    }

    function test_cancelled_keepsItsRejections() public pure {
        vm.assertEq(JobWord.unwrap(JobWords.packCancelled(15)), uint256(ITraining.Status.CANCELLED) | (15 << 4));
    }

    function testFuzz_seat_comesBackAsPacked(address holder, uint48 since, uint16 listIndex) public pure {
        SeatWord word = SeatWords.pack(holder, since, listIndex);
        vm.assertEq(word.holder(), holder);
        vm.assertEq(uint256(word.since()), since);
        vm.assertEq(uint256(word.listIndex()), listIndex);
        vm.assertEq(
            SeatWord.unwrap(word), uint256(uint160(holder)) | (uint256(since) << 160) | (uint256(listIndex) << 208)
        );
    }

    function test_seat_ofTheLargestValues() public pure {
        testFuzz_seat_comesBackAsPacked(address(type(uint160).max), type(uint48).max, type(uint16).max);
        testFuzz_seat_comesBackAsPacked(address(0), type(uint48).max, 0);
    }

    /// @dev `width` bits of a word from `shift` on, by arithmetic alone.
    function _field(uint256 raw, uint256 shift, uint256 width) private pure returns (uint256) {
        return (raw / 2 ** shift) % 2 ** width;
    }
}
