// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ITraining} from "../interfaces/ITraining.sol";

/// @dev A job's state in one word, from the low bits up, with money in thousandths of an OPEN:
///   all      status 4 | rejections 4
///   OPEN     bond 32 | deadline 32 | checkFee 24 | leaseSeconds 32
///   LEASED   bond 32 | leaseEnds 32 | checkFee 24 | trainer 160
///   ATTESTED and ACCEPTED   bond 32 | docket 32 | position 8 | commitment 176
type JobWord is uint256;

/// @dev What a job's poster fixed: poster 160 | price 40, in thousandths of an OPEN | deadline 32 | parentRelease 24.
type OfferWord is uint256;

using JobWords for JobWord global;
using OfferWords for OfferWord global;

/// @title OfferWords
library OfferWords {
    function pack(address poster_, uint256 priceMilliOpen_, uint256 deadline_, uint256 parentRelease_)
        internal
        pure
        returns (OfferWord)
    {
        return OfferWord.wrap(
            uint160(poster_) | (priceMilliOpen_ << 160) | (deadline_ << 200) | (parentRelease_ << 232)
        );
    }

    function poster(OfferWord word) internal pure returns (address) {
        return address(uint160(OfferWord.unwrap(word)));
    }

    function priceWei(OfferWord word) internal pure returns (uint256) {
        // 40 bits times 50 bits.
        unchecked {
            return uint40(OfferWord.unwrap(word) >> 160) * JobWords.MILLI_OPEN;
        }
    }

    function deadline(OfferWord word) internal pure returns (uint40) {
        return uint32(OfferWord.unwrap(word) >> 200);
    }

    function parentRelease(OfferWord word) internal pure returns (uint24) {
        return uint24(OfferWord.unwrap(word) >> 232);
    }
}

/// @title JobWords
library JobWords {
    uint256 internal constant MILLI_OPEN = 1e15;
    uint256 private constant STATUS_MASK = 15;
    /// @dev Rejections and bond.
    uint256 private constant HEAD_KEPT_MASK = type(uint40).max & ~STATUS_MASK;
    /// @dev Rejections, bond and check fee.
    uint256 private constant LEASE_KEPT_MASK = HEAD_KEPT_MASK | (uint256(type(uint24).max) << 72);

    function packOpen(
        uint256 rejections_,
        uint256 bondWei_,
        uint256 deadline_,
        uint256 checkFeeWei_,
        uint256 leaseSeconds_
    ) internal pure returns (JobWord) {
        return JobWord.wrap(
            _head(ITraining.Status.OPEN, rejections_, bondWei_) | (deadline_ << 40)
                | ((checkFeeWei_ / MILLI_OPEN) << 72) | (leaseSeconds_ << 96)
        );
    }

    /// @notice An open or leased job's word under a lease.
    function withLease(JobWord word, uint256 leaseEnds_, address trainer_) internal pure returns (JobWord) {
        return JobWord.wrap(
            (JobWord.unwrap(word) & LEASE_KEPT_MASK) | uint256(ITraining.Status.LEASED) | (leaseEnds_ << 40)
                | (uint256(uint160(trainer_)) << 96)
        );
    }

    /// @notice A leased job's word with an attestation.
    function withAttestation(JobWord word, uint32 docket_, uint8 position_, uint176 commitment_)
        internal
        pure
        returns (JobWord)
    {
        return JobWord.wrap(
            (JobWord.unwrap(word) & HEAD_KEPT_MASK) | uint256(ITraining.Status.ATTESTED) | (uint256(docket_) << 40)
                | (uint256(position_) << 72) | (uint256(commitment_) << 80)
        );
    }

    function packCancelled(uint256 rejections_) internal pure returns (JobWord) {
        return JobWord.wrap(_head(ITraining.Status.CANCELLED, rejections_, 0));
    }

    function status(JobWord word) internal pure returns (ITraining.Status) {
        return ITraining.Status(JobWord.unwrap(word) & STATUS_MASK);
    }

    function is_(JobWord word, ITraining.Status status_) internal pure returns (bool) {
        return JobWord.unwrap(word) & STATUS_MASK == uint256(status_);
    }

    function rejections(JobWord word) internal pure returns (uint256) {
        return (JobWord.unwrap(word) >> 4) & 15;
    }

    function bondWei(JobWord word) internal pure returns (uint256) {
        // 32 bits times 50 bits.
        unchecked {
            return uint32(JobWord.unwrap(word) >> 8) * MILLI_OPEN;
        }
    }

    /// @notice Of an open job.
    function deadline(JobWord word) internal pure returns (uint256) {
        return uint32(JobWord.unwrap(word) >> 40);
    }

    /// @notice Of a leased job.
    function leaseEnds(JobWord word) internal pure returns (uint256) {
        return uint32(JobWord.unwrap(word) >> 40);
    }

    /// @notice Of an open or leased job: paid to the court, and not spent yet.
    function checkFeeWei(JobWord word) internal pure returns (uint256) {
        // 24 bits times 50 bits.
        unchecked {
            return uint24(JobWord.unwrap(word) >> 72) * MILLI_OPEN;
        }
    }

    /// @notice Of an open job: what a claim leases it for.
    function leaseSeconds(JobWord word) internal pure returns (uint256) {
        return uint32(JobWord.unwrap(word) >> 96);
    }

    /// @notice Of a leased job.
    function trainer(JobWord word) internal pure returns (address) {
        return address(uint160(JobWord.unwrap(word) >> 96));
    }

    /// @notice Of an attested or accepted job.
    function docket(JobWord word) internal pure returns (uint40) {
        return uint32(JobWord.unwrap(word) >> 40);
    }

    /// @notice Of an attested or accepted job.
    function position(JobWord word) internal pure returns (uint256) {
        return uint8(JobWord.unwrap(word) >> 72);
    }

    /// @notice Of an attested or accepted job: the truncated hash of the trainer and the attestation.
    function commitment(JobWord word) internal pure returns (uint176) {
        return uint176(JobWord.unwrap(word) >> 80);
    }

    function withAccepted(JobWord word) internal pure returns (JobWord) {
        return JobWord.wrap((JobWord.unwrap(word) & ~STATUS_MASK) | uint256(ITraining.Status.ACCEPTED));
    }

    function _head(ITraining.Status status_, uint256 rejections_, uint256 bondWei_) private pure returns (uint256) {
        return uint256(status_) | (rejections_ << 4) | ((bondWei_ / MILLI_OPEN) << 8);
    }
}
