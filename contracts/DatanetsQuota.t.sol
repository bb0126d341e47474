// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "./interfaces/IDatanets.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {bound, chainTime, vm} from "./testing/Vm.t.sol";

/// @notice What one address may submit in a UTC day.
contract DatanetsQuotaTest is ProtocolTest {
    uint32 internal constant MAX_BYTES = 10 * 1024 * 1024;

    address internal alice;
    uint32 internal datanet;
    uint256 internal sent;

    function setUp() public override {
        super.setUp();
        alice = person("alice");
        seatVoters(TEXT, 3);
        datanet = createDatanet(person("owner"), TEXT, 0, 0, 0);
    }

    function _submit(uint8 files, uint32 sizeBytes) internal {
        submitAs(alice, datanet, files, sizeBytes, keccak256(abi.encode(++sent)));
    }

    function _refused(uint8 files, uint32 sizeBytes, bytes memory reason) internal {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, files, sizeBytes, "refused");
        vm.prank(alice);
        vm.expectRevert(reason);
        datanets.submit(submission, "");
    }

    function _fileQuota(uint256 used, uint256 asked) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IDatanets.FileQuotaExceeded.selector, alice, used, asked, 20);
    }

    function _byteQuota(uint256 used, uint256 asked) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IDatanets.ByteQuotaExceeded.selector, alice, used, asked, MAX_BYTES);
    }

    function test_attack_twentyFirstFileInOneSubmission() public {
        _refused(21, 21, abi.encodeWithSelector(IDatanets.BadFileCount.selector, 21, 20));
    }

    function test_attack_twentyFirstFileOfTheDay() public {
        _submit(20, 20);
        _refused(1, 1, _fileQuota(20, 1));
    }

    function test_attack_twentyFirstFileInAnotherDatanet() public {
        _submit(15, 15);
        datanet = createDatanet(person("owner"), 1, 0, 0, 0);
        _refused(6, 6, _fileQuota(15, 6));
        _submit(5, 5);
    }

    function test_attack_tenMebibytesAndOneByte() public {
        _refused(1, MAX_BYTES + 1, _byteQuota(0, MAX_BYTES + 1));
        _submit(1, MAX_BYTES);
        _refused(1, 1, _byteQuota(MAX_BYTES, 1));
    }

    function test_attack_tenMebibytesAndOneByteInTwoSubmissions() public {
        _submit(1, MAX_BYTES - 1);
        _refused(1, 2, _byteQuota(MAX_BYTES - 1, 2));
        _submit(1, 1);
    }

    function test_attack_midnightMinusAndPlusOneSecond() public {
        uint256 midnight = (chainTime() / DAY + 1) * DAY;
        vm.warp(midnight - 1);
        _submit(20, MAX_BYTES);
        _refused(1, 1, _fileQuota(20, 1));
        vm.warp(midnight);
        _submit(20, MAX_BYTES);
        vm.warp(midnight + 1);
        _refused(1, 1, _fileQuota(20, 1));
        vm.warp(midnight + DAY - 1);
        _refused(1, 1, _fileQuota(20, 1));
        vm.warp(midnight + DAY);
        _submit(1, 1);
    }

    function test_quota_isOfTheContributorNotOfTheSender() public {
        address relayer = person("relayer");
        for (uint256 i; i < 3; ++i) {
            string memory name = string.concat("contributor ", vm.toString(i));
            IDatanets.Submission memory submission =
                submissionOf(person(name), datanet, 20, 20, keccak256(bytes(name)));
            bytes memory signature = sign(keyOf(name), submission);
            vm.prank(relayer);
            datanets.submit(submission, signature);
        }
        (uint256 filesLeft,,) = datanets.quotaOf(relayer);
        vm.assertEq(filesLeft, 20);
    }

    function test_quotaOf_tellsWhatIsLeftAndUntilWhen() public {
        _submit(7, 1_000);
        (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 13);
        vm.assertEq(bytesLeft, MAX_BYTES - 1_000);
        vm.assertEq(resetsAt, (chainTime() / DAY + 1) * DAY);
        vm.warp(resetsAt);
        (filesLeft, bytesLeft, resetsAt) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 20);
        vm.assertEq(bytesLeft, MAX_BYTES);
        vm.assertEq(resetsAt, chainTime() + DAY);
    }

    function test_limits_holdForTheWholeDay() public {
        _submit(4, 400);
        parameters.setSubmissionLimits(
            IParameters.SubmissionLimits({filesPerSubmission: 5, filesPerDay: 6, bytesPerDay: 1_000})
        );
        (uint256 filesLeft, uint256 bytesLeft,) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 16);
        vm.assertEq(bytesLeft, MAX_BYTES - 400);
        _submit(16, 1_600);
        vm.warp((chainTime() / DAY + 1) * DAY);
        (filesLeft, bytesLeft,) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 6);
        vm.assertEq(bytesLeft, 1_000);
        _refused(6, 6, abi.encodeWithSelector(IDatanets.BadFileCount.selector, 6, 5));
        _submit(5, 1_000);
        _refused(1, 1, abi.encodeWithSelector(IDatanets.ByteQuotaExceeded.selector, alice, 1_000, 1, 1_000));
    }

    function test_limits_changeBeforeTheDaysFirstSubmission() public {
        parameters.setSubmissionLimits(
            IParameters.SubmissionLimits({filesPerSubmission: 2, filesPerDay: 2, bytesPerDay: 10})
        );
        (uint256 filesLeft,,) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 2);
        _refused(3, 3, abi.encodeWithSelector(IDatanets.BadFileCount.selector, 3, 2));
        _submit(2, 10);
    }

    function test_limits_atTheirLargest() public {
        parameters.setSubmissionLimits(
            IParameters.SubmissionLimits({filesPerSubmission: 20, filesPerDay: 200, bytesPerDay: 1 << 30})
        );
        vm.warp((chainTime() / DAY + 1) * DAY);
        for (uint256 i; i < 10; ++i) _submit(20, i == 9 ? (1 << 30) - 9 * 100_000_000 : 100_000_000);
        (uint256 filesLeft, uint256 bytesLeft,) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 0);
        vm.assertEq(bytesLeft, 0);
        _refused(1, 1, abi.encodeWithSelector(IDatanets.FileQuotaExceeded.selector, alice, 200, 1, 200));
    }

    /// @notice No sequence of submissions passes the day's limits, and `quotaOf` is what the contract enforces.
    function testFuzz_quota_isNeverPassed(uint256 seed) public {
        uint256 day = chainTime() / DAY;
        uint256 usedFiles;
        uint256 usedBytes;
        for (uint256 i; i < 12; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            if (random % 5 == 0) vm.warp(chainTime() + (random >> 8) % DAY);
            if (chainTime() / DAY != day) (day, usedFiles, usedBytes) = (chainTime() / DAY, 0, 0);
            uint8 files = uint8(bound(random >> 32, 1, 20));
            uint32 sizeBytes = uint32(bound(random >> 64, 1, MAX_BYTES));
            bool fits = usedFiles + files <= 20 && usedBytes + sizeBytes <= MAX_BYTES;
            IDatanets.Submission memory submission =
                submissionOf(alice, datanet, files, sizeBytes, keccak256(abi.encode(seed, i)));
            vm.prank(alice);
            try datanets.submit(submission, "") {
                vm.assertTrue(fits, "a submission beyond the quota was taken");
                usedFiles += files;
                usedBytes += sizeBytes;
            } catch {
                vm.assertFalse(fits, "a submission within the quota was refused");
            }
            (uint256 filesLeft, uint256 bytesLeft,) = datanets.quotaOf(alice);
            vm.assertEq(filesLeft, 20 - usedFiles);
            vm.assertEq(bytesLeft, MAX_BYTES - usedBytes);
        }
    }
}
