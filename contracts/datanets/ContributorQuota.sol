// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {LimitsWord, LimitsWords, QuotaWord, QuotaWords} from "../libraries/DatanetWords.sol";
import {DatanetsBase} from "./DatanetsBase.sol";

/// @title ContributorQuota
/// @notice What one address may submit in a UTC day, and the pauses of submissions and of credits, which lie in the word
/// that a submission reads anyway.
abstract contract ContributorQuota is DatanetsBase, AccessManaged {
    /// @dev The limits of the last day on which anybody submitted, as they were at that day's first submission.
    LimitsWord private _limits;
    mapping(address contributor => QuotaWord) internal _quotas;

    /// @inheritdoc IDatanets
    function pause(bool submissions, bool credits) external restricted {
        _limits = _limits.withPauses(submissions, credits);
        emit Paused(msg.sender, submissions, credits);
    }

    /// @inheritdoc IDatanets
    function unpause() external restricted {
        _limits = _limits.withoutPauses();
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc IDatanets
    function paused() external view returns (bool submissions, bool credits) {
        LimitsWord limits = _limits;
        return (limits.submissionsPaused(), limits.creditsPaused());
    }

    /// @inheritdoc IDatanets
    function quotaOf(address contributor)
        external
        view
        returns (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt)
    {
        uint256 today = block.timestamp / 1 days;
        resetsAt = (today + 1) * 1 days;
        QuotaWord quota = _quotas[contributor];
        if (quota.retired()) return (0, 0, resetsAt);
        LimitsWord limits = _limits;
        if (!limits.isOf(today)) limits = _readLimits(today, limits);
        (uint256 files, uint256 sizeBytes) = quota.usedOn(today);
        filesLeft = Math.saturatingSub(limits.filesPerDay(), files);
        bytesLeft = Math.saturatingSub(limits.bytesPerDay(), sizeBytes);
    }

    function _useQuota(address contributor, uint256 files, uint256 sizeBytes) internal {
        uint256 today = block.timestamp / 1 days;
        LimitsWord limits = _limits;
        if (limits.submissionsPaused()) revert SubmissionsPaused();
        if (!limits.isOf(today)) {
            limits = _readLimits(today, limits);
            _limits = limits;
        }
        if (files == 0 || files > limits.filesPerSubmission()) {
            revert BadFileCount(files, limits.filesPerSubmission());
        }
        // A file has at least one byte.
        if (sizeBytes < files) revert BadSize(sizeBytes);
        QuotaWord quota = _quotas[contributor];
        if (quota.retired()) revert KeyRetired(contributor);
        (uint256 usedFiles, uint256 usedBytes) = quota.usedOn(today);
        // Sums of 8-bit and of 32-bit numbers.
        unchecked {
            if (usedFiles + files > limits.filesPerDay()) {
                revert FileQuotaExceeded(contributor, usedFiles, files, limits.filesPerDay());
            }
            if (usedBytes + sizeBytes > limits.bytesPerDay()) {
                revert ByteQuotaExceeded(contributor, usedBytes, sizeBytes, limits.bytesPerDay());
            }
            _quotas[contributor] = QuotaWords.pack(today, usedFiles + files, usedBytes + sizeBytes);
        }
    }

    function _requireCredits() internal view {
        if (_limits.creditsPaused()) revert CreditsPaused();
    }

    /// @dev The limits of a new day, under the pauses of the word before.
    function _readLimits(uint256 today, LimitsWord before) private view returns (LimitsWord) {
        IParameters.SubmissionLimits memory limits = PARAMETERS.submissionLimits();
        return LimitsWords.pack(today, limits.filesPerSubmission, limits.filesPerDay, limits.bytesPerDay)
            .withPausesOf(before);
    }
}
