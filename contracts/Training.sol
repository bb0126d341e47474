// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {IModels} from "./interfaces/IModels.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {IVault} from "./interfaces/IVault.sol";
import {JobWord, JobWords} from "./libraries/JobWords.sol";

/// @title Training
/// @notice Fine-tuning jobs with the price in escrow, leased by bonded trainers and checked by the court.
/// @dev What a trainer attests is kept as a hash only; whoever settles hands the attestation in again.
contract Training is ITraining {
    using SafeCast for uint256;

    /// @dev A job's slots: what the poster fixed (two), and its state.
    struct Record {
        address poster;
        uint40 priceMilliOpen;
        uint32 deadline;
        uint24 parentRelease;
        bytes32 specDigest;
        JobWord state;
    }

    uint8 private constant COMPUTE = 3;
    uint256 private constant MILLI_OPEN = 1e15;
    uint256 private constant MAX_OFFER_SECONDS = 365 days;
    uint256 private constant BASIS_POINTS = 10_000;

    IParameters public immutable PARAMETERS;
    ISeats public immutable SEATS;
    ICourt public immutable COURT;
    IVault public immutable VAULT;
    IModels public immutable MODELS;

    /// @inheritdoc ITraining
    uint40 public jobCount;
    mapping(uint256 job => Record) private _records;

    constructor(address parameters, address seats, address court, address vault, address models) {
        PARAMETERS = IParameters(parameters);
        SEATS = ISeats(seats);
        COURT = ICourt(court);
        VAULT = IVault(vault);
        MODELS = IModels(models);
    }

    // -------------------------------------------------------------------------------------------- poster

    /// @inheritdoc ITraining
    function post(bytes32 specDigest, bytes32 baseDigest, uint40 parentRelease, uint96 priceWei, uint40 deadline)
        external
        returns (uint40 job)
    {
        if (specDigest == 0) revert EmptySpec();
        if (priceWei == 0 || priceWei % MILLI_OPEN != 0) revert BadPrice(priceWei);
        if (!MODELS.isBase(baseDigest)) revert UnknownBase(baseDigest);
        if (parentRelease != 0 && parentRelease > MODELS.releaseCount()) revert UnknownParent(parentRelease);
        IParameters.TrainingRules memory rules = PARAMETERS.trainingRules();
        uint256 earliest = block.timestamp + rules.leaseSeconds;
        uint256 latest = block.timestamp + MAX_OFFER_SECONDS;
        if (deadline < earliest || deadline > latest) revert BadDeadline(deadline, earliest, latest);

        job = ++jobCount;
        Record storage record = _records[job];
        record.poster = msg.sender;
        record.priceMilliOpen = (priceWei / MILLI_OPEN).toUint40();
        record.deadline = uint256(deadline).toUint32();
        record.parentRelease = uint256(parentRelease).toUint24();
        record.specDigest = specDigest;
        record.state = JobWords.packOpen(0, rules.bondWei, deadline, rules.checkFeeWei, rules.leaseSeconds);
        emit JobPosted(
            job, msg.sender, specDigest, baseDigest, parentRelease, priceWei, rules.checkFeeWei, deadline
        );
        VAULT.depositReserved(0, msg.sender, priceWei, address(COURT), rules.checkFeeWei);
    }

    /// @inheritdoc ITraining
    function cancel(uint40 job) external {
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.OPEN);
        address poster = record.poster;
        if (msg.sender != poster && block.timestamp < state.deadline()) revert NotPoster(job, msg.sender, poster);
        record.state = JobWords.packCancelled(state.rejections());
        uint256 refundWei = record.priceMilliOpen * MILLI_OPEN + state.checkFeeWei();
        emit JobCancelled(job, refundWei);
        COURT.returnFee(uint96(state.checkFeeWei()));
        VAULT.settle(0, poster, refundWei, 0);
    }

    // ------------------------------------------------------------------------------------------- trainer

    /// @inheritdoc ITraining
    function claim(uint40 job) external {
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.OPEN);
        uint256 deadline = state.deadline();
        if (block.timestamp >= deadline) revert DeadlinePassed(job, uint40(deadline));
        uint256 bondWei = state.bondWei();
        uint256 leaseEnds = Math.min(block.timestamp + state.leaseSeconds(), deadline);
        record.state = JobWords.packLeased(state.rejections(), bondWei, leaseEnds, state.checkFeeWei(), msg.sender);
        emit JobClaimed(job, msg.sender, uint40(leaseEnds), uint96(bondWei));
        SEATS.lock(msg.sender, bondWei);
    }

    /// @inheritdoc ITraining
    function heartbeat(uint40 job, uint32 step, bytes32 transcriptHead, uint64 lossMicronats) external {
        Record storage record = _records[job];
        JobWord state = _requireLease(job, record.state);
        uint256 extended = block.timestamp + PARAMETERS.trainingRules().leaseSeconds;
        uint256 leaseEnds = Math.max(state.leaseEnds(), Math.min(extended, record.deadline));
        record.state = JobWords.packLeased(
            state.rejections(), state.bondWei(), leaseEnds, state.checkFeeWei(), msg.sender
        );
        emit Heartbeat(job, msg.sender, step, transcriptHead, lossMicronats, uint40(leaseEnds));
    }

    /// @inheritdoc ITraining
    function attest(uint40 job, Attestation calldata attestation) external {
        Record storage record = _records[job];
        JobWord state = _requireLease(job, record.state);
        if (
            attestation.adapterDigest == 0 || attestation.transcriptHead == 0 || attestation.reportDigest == 0
                || attestation.steps == 0
        ) revert BadAttestation();
        (uint40 docket, uint8 position) = COURT.enqueue(COMPUTE, 1, uint96(state.checkFeeWei()));
        record.state = JobWords.packAttested(
            state.rejections(),
            state.bondWei(),
            uint256(docket).toUint32(),
            position,
            _commitmentOf(msg.sender, attestation)
        );
        emit Attested(job, msg.sender, docket, position, attestation);
    }

    // ------------------------------------------------------------------------------------------ everyone

    /// @inheritdoc ITraining
    function expire(uint40 job) external {
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.LEASED);
        if (block.timestamp < state.leaseEnds()) revert LeaseRunning(job, uint40(state.leaseEnds()));
        IParameters.TrainingRules memory rules = PARAMETERS.trainingRules();
        address trainer = state.trainer();
        uint256 bondWei = state.bondWei();
        _reopen(record, state.rejections(), state.checkFeeWei(), rules);
        SEATS.unlock(trainer, bondWei);
        uint256 slashedWei = SEATS.slash(COMPUTE, trainer, bondWei * rules.expiredLeasePenaltyBps / BASIS_POINTS);
        emit LeaseExpired(job, trainer, slashedWei);
        VAULT.settle(0, record.poster, slashedWei, 0);
    }

    /// @inheritdoc ITraining
    function settle(uint40 job, address trainer, Attestation calldata attestation) external {
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.ATTESTED);
        if (state.commitment() != _commitmentOf(trainer, attestation)) revert AttestationMismatch(job);
        bool accepted = COURT.gradesOf(state.docket(), state.position(), 1) != 0;
        if (!accepted) return _reject(job, record, state, trainer);

        record.state = state.withAccepted();
        uint256 priceWei = record.priceMilliOpen * MILLI_OPEN;
        emit JobAccepted(job, trainer, priceWei);
        SEATS.unlock(trainer, state.bondWei());
        VAULT.settle(0, trainer, priceWei, 0);
    }

    // --------------------------------------------------------------------------------------------- views

    /// @inheritdoc ITraining
    function jobOf(uint40 job) external view returns (Job memory state) {
        Record storage record = _records[job];
        JobWord word = record.state;
        state.status = word.status();
        if (state.status == Status.NONE) revert UnknownJob(job);
        state.poster = record.poster;
        state.priceWei = uint96(record.priceMilliOpen * MILLI_OPEN);
        state.specDigest = record.specDigest;
        state.parentRelease = record.parentRelease;
        state.deadline = record.deadline;
        state.attempts = uint8(word.rejections());
        if (state.status == Status.LEASED) {
            state.trainer = word.trainer();
            state.leaseEnds = uint40(word.leaseEnds());
        } else if (state.status == Status.ATTESTED || state.status == Status.ACCEPTED) {
            state.docket = word.docket();
            state.position = word.position();
        }
    }

    /// @inheritdoc ITraining
    function isAccepted(uint40 job, address trainer, Attestation calldata attestation) external view returns (bool) {
        JobWord state = _records[job].state;
        return state.status() == Status.ACCEPTED && state.commitment() == _commitmentOf(trainer, attestation);
    }

    // ------------------------------------------------------------------------------------------ internals

    /// @dev The bond pays the next check and the rest goes to the poster; the job opens again, or ends when nobody
    /// should try again: too many rejections, too late, or a bond that no longer pays for a check.
    function _reject(uint40 job, Record storage record, JobWord state, address trainer) private {
        IParameters.TrainingRules memory rules = PARAMETERS.trainingRules();
        address poster = record.poster;
        uint256 rejections = state.rejections() + 1;
        SEATS.unlock(trainer, state.bondWei());
        uint256 slashedWei = SEATS.slash(COMPUTE, trainer, state.bondWei());
        bool again =
            rejections < rules.maxAttempts && block.timestamp < record.deadline && slashedWei >= rules.checkFeeWei;
        if (again) {
            uint256 toPosterWei = slashedWei - rules.checkFeeWei;
            _reopen(record, rejections, rules.checkFeeWei, rules);
            emit AttestationRejected(job, trainer, slashedWei, toPosterWei);
            VAULT.passReserved(0, address(COURT), rules.checkFeeWei);
            VAULT.settle(0, poster, toPosterWei, 0);
        } else {
            uint256 priceWei = record.priceMilliOpen * MILLI_OPEN;
            record.state = JobWords.packCancelled(rejections);
            emit AttestationRejected(job, trainer, slashedWei, slashedWei);
            emit JobCancelled(job, priceWei);
            VAULT.settle(0, poster, priceWei + slashedWei, 0);
        }
    }

    /// @dev Offer the job again on the terms of now; `checkFeeWei` is what the court already holds for it.
    function _reopen(
        Record storage record,
        uint256 rejections,
        uint256 checkFeeWei,
        IParameters.TrainingRules memory rules
    ) private {
        record.state =
            JobWords.packOpen(rejections, rules.bondWei, record.deadline, checkFeeWei, rules.leaseSeconds);
    }

    function _require(uint40 job, JobWord state, Status needed) private pure returns (JobWord) {
        Status status = state.status();
        if (status == Status.NONE) revert UnknownJob(job);
        if (status != needed) revert WrongStatus(job, status, needed);
        return state;
    }

    /// @dev The caller holds the job, and the lease runs.
    function _requireLease(uint40 job, JobWord state) private view returns (JobWord) {
        _require(job, state, Status.LEASED);
        address trainer = state.trainer();
        if (msg.sender != trainer) revert NotTrainer(job, msg.sender, trainer);
        if (block.timestamp >= state.leaseEnds()) revert LeaseOver(job, uint40(state.leaseEnds()));
        return state;
    }

    /// @dev 176 bits of a hash: two attestations with one commitment cost 2^88 tries.
    function _commitmentOf(address trainer, Attestation calldata attestation) private pure returns (uint176) {
        return uint176(uint256(keccak256(abi.encode(trainer, attestation))));
    }
}
