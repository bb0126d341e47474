// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {IModels} from "./interfaces/IModels.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {IVault} from "./interfaces/IVault.sol";
import {JobWord, JobWords, OfferWord, OfferWords} from "./libraries/JobWords.sol";

/// @title Training
/// @notice Fine-tuning jobs with the price in escrow, leased by bonded trainers and checked by the court.
/// @dev What a trainer attests is kept as a hash only; whoever settles hands the attestation in again.
contract Training is ITraining, AccessManaged {
    using SafeCast for uint256;

    /// @dev A job's slots: what the poster fixed (two), and its state.
    struct Record {
        OfferWord offer;
        bytes32 specDigest;
        JobWord state;
    }

    uint8 private constant COMPUTE = 3;
    uint256 private constant MILLI_OPEN = 1e15;
    uint256 private constant MAX_OFFER_SECONDS = 365 days;
    uint256 private constant BASIS_POINTS = 10_000;
    uint256 private constant ACTIVE_SHIFT = 96;
    uint256 private constant CLAIMS_SHIFT = 192;

    IParameters internal immutable PARAMETERS;
    ISeats internal immutable SEATS;
    ICourt internal immutable COURT;
    IVault internal immutable VAULT;
    IModels internal immutable MODELS;

    /// @inheritdoc ITraining
    uint40 public jobCount;
    /// @inheritdoc ITraining
    bool public claimsPaused;
    /// @inheritdoc ITraining
    mapping(bytes32 baseDigest => bool) public isBase;
    mapping(uint256 job => Record) private _records;
    /// @dev bondedWei 96 | activeWei 96, as Seats says | number of claims ever made 64, so that the end of the last lease
    /// does not empty the slot.
    mapping(address trainer => uint256) private _bonds;

    constructor(address authority, address parameters, address seats, address court, address vault, address models)
        AccessManaged(authority)
    {
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
        uint256 priceMilliOpen = priceWei / MILLI_OPEN;
        // 96 bits of wei are 46 bits of thousandths.
        unchecked {
            if (
                priceMilliOpen == 0 || priceMilliOpen > type(uint40).max || priceMilliOpen * MILLI_OPEN != priceWei
            ) revert BadPrice(priceWei);
        }
        if (!isBase[baseDigest]) revert UnknownBase(baseDigest);
        if (parentRelease != 0 && (parentRelease > MODELS.releaseCount() || parentRelease > type(uint24).max)) {
            revert UnknownParent(parentRelease);
        }
        IParameters.TrainingRules memory rules = PARAMETERS.trainingRules();
        // Chain times, and fewer jobs than transactions.
        unchecked {
            uint256 earliest = block.timestamp + rules.leaseSeconds;
            uint256 latest = block.timestamp + MAX_OFFER_SECONDS;
            if (deadline < earliest || deadline > latest) revert BadDeadline(deadline, earliest, latest);
            job = ++jobCount;
        }
        Record storage record = _records[job];
        // All within their fields, as checked above; chain times fit 32 bits until 2106.
        record.offer = OfferWords.pack(msg.sender, priceMilliOpen, deadline, parentRelease);
        record.specDigest = specDigest;
        record.state = JobWords.packOpen(0, rules.bondWei, deadline, rules.checkFeeWei, rules.leaseSeconds);
        emit JobPosted(
            job, msg.sender, specDigest, baseDigest, parentRelease, priceWei, rules.checkFeeWei, deadline
        );
        VAULT.depositReserved(msg.sender, priceWei, rules.checkFeeWei);
    }

    /// @inheritdoc ITraining
    function cancel(uint40 job) external {
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.OPEN);
        address poster = record.offer.poster();
        if (msg.sender != poster && block.timestamp < state.deadline()) revert NotPoster(job, msg.sender, poster);
        record.state = JobWords.packCancelled(state.rejections());
        uint256 refundWei = record.offer.priceWei() + state.checkFeeWei();
        emit JobCancelled(job, refundWei);
        COURT.returnFee(uint96(state.checkFeeWei()));
        _pay(poster, refundWei);
    }

    // ------------------------------------------------------------------------------------------- trainer

    /// @inheritdoc ITraining
    function claim(uint40 job) external {
        if (claimsPaused) revert ClaimsArePaused();
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.OPEN);
        uint256 deadline = state.deadline();
        if (block.timestamp >= deadline) revert DeadlinePassed(job, uint40(deadline));
        uint256 bondWei = state.bondWei();
        uint256 leaseEnds;
        // Chain times.
        unchecked {
            leaseEnds = Math.min(block.timestamp + state.leaseSeconds(), deadline);
        }
        record.state = state.withLease(leaseEnds, msg.sender);
        emit JobClaimed(job, msg.sender, uint40(leaseEnds), uint96(bondWei));
        _bond(msg.sender, bondWei);
    }

    /// @inheritdoc ITraining
    function heartbeat(uint40 job, uint32 step, bytes32 transcriptHead, uint64 lossMicronats) external {
        Record storage record = _records[job];
        JobWord state = _requireLease(job, record.state);
        uint256 extended = block.timestamp + PARAMETERS.trainingRules().leaseSeconds;
        uint256 leaseEnds = Math.max(state.leaseEnds(), Math.min(extended, record.offer.deadline()));
        record.state = state.withLease(leaseEnds, msg.sender);
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
        (uint40 docket, uint8 position) = COURT.admit(COMPUTE, 1, uint96(state.checkFeeWei()));
        record.state =
            state.withAttestation(uint256(docket).toUint32(), position, _commitmentOf(msg.sender, attestation));
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
        _unbond(trainer, bondWei);
        uint256 slashedWei = SEATS.slash(COMPUTE, trainer, bondWei * rules.expiredLeasePenaltyBps / BASIS_POINTS);
        emit LeaseExpired(job, trainer, slashedWei);
        _pay(record.offer.poster(), slashedWei);
    }

    /// @inheritdoc ITraining
    function settle(uint40 job, address trainer, Attestation calldata attestation) external {
        Record storage record = _records[job];
        JobWord state = _require(job, record.state, Status.ATTESTED);
        if (state.commitment() != _commitmentOf(trainer, attestation)) revert AttestationMismatch(job);
        (bool isFinal, uint256 verdict) = COURT.verdictOf(state.docket());
        // Where something of the docket was appealed, or can be, the court says what of it is final.
        uint256 grade;
        if (isFinal) {
            // A position below 128, two bits each.
            unchecked {
                grade = (verdict >> (2 * state.position())) & 3;
            }
        } else {
            grade = COURT.gradesOf(state.docket(), uint8(state.position()), 1);
        }
        if (grade == 0) return _reject(job, record, state, trainer);

        record.state = state.withAccepted();
        uint256 priceWei = record.offer.priceWei();
        emit JobAccepted(job, trainer, priceWei);
        _unbond(trainer, state.bondWei());
        _pay(trainer, priceWei);
    }

    /// @inheritdoc ITraining
    function appeal(uint40 job) external returns (uint40 appealDocket) {
        JobWord state = _require(job, _records[job].state, Status.ATTESTED);
        return COURT.appeal(state.docket(), uint8(state.position()), 1, msg.sender);
    }

    // -------------------------------------------------------------------------------- governance and contracts

    /// @inheritdoc ITraining
    function pauseClaims() external restricted {
        claimsPaused = true;
        emit ClaimsPausedSet(true, msg.sender);
    }

    /// @inheritdoc ITraining
    function unpauseClaims() external restricted {
        claimsPaused = false;
        emit ClaimsPausedSet(false, msg.sender);
    }

    /// @inheritdoc ITraining
    function noteStake(address trainer, uint96 activeWei) external {
        if (msg.sender != address(SEATS)) revert NotSeats(msg.sender);
        uint256 bond = _bonds[trainer];
        _bonds[trainer] = (bond & ~(uint256(type(uint96).max) << ACTIVE_SHIFT)) | (uint256(activeWei) << ACTIVE_SHIFT);
    }

    /// @inheritdoc ITraining
    function setBase(bytes32 baseDigest, bool allowed) external {
        if (msg.sender != address(MODELS)) revert NotModels(msg.sender);
        isBase[baseDigest] = allowed;
    }

    // --------------------------------------------------------------------------------------------- views

    /// @inheritdoc ITraining
    function jobOf(uint40 job) external view returns (Job memory state) {
        Record storage record = _records[job];
        JobWord word = record.state;
        state.status = word.status();
        if (state.status == Status.NONE) revert UnknownJob(job);
        state.poster = record.offer.poster();
        state.priceWei = uint96(record.offer.priceWei());
        state.specDigest = record.specDigest;
        state.parentRelease = record.offer.parentRelease();
        state.deadline = record.offer.deadline();
        state.attempts = uint8(word.rejections());
        if (state.status == Status.LEASED) {
            state.trainer = word.trainer();
            state.leaseEnds = uint40(word.leaseEnds());
        } else if (state.status == Status.ATTESTED || state.status == Status.ACCEPTED) {
            state.docket = word.docket();
            state.position = uint8(word.position());
        }
    }

    /// @inheritdoc ITraining
    function bondedWei(address trainer) external view returns (uint256) {
        return uint96(_bonds[trainer]);
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
        address poster = record.offer.poster();
        uint256 rejections = state.rejections() + 1;
        _unbond(trainer, state.bondWei());
        uint256 slashedWei = SEATS.slash(COMPUTE, trainer, state.bondWei());
        bool again =
            rejections < rules.maxAttempts && block.timestamp < record.offer.deadline() && slashedWei >= rules.checkFeeWei;
        if (again) {
            uint256 toPosterWei = slashedWei - rules.checkFeeWei;
            _reopen(record, rejections, rules.checkFeeWei, rules);
            emit AttestationRejected(job, trainer, slashedWei, toPosterWei);
            VAULT.passReserved(address(COURT), rules.checkFeeWei);
            _pay(poster, toPosterWei);
        } else {
            uint256 priceWei = record.offer.priceWei();
            record.state = JobWords.packCancelled(rejections);
            emit AttestationRejected(job, trainer, slashedWei, slashedWei);
            emit JobCancelled(job, priceWei);
            _pay(poster, priceWei + slashedWei);
        }
    }

    /// @dev `VAULT.pay(...)`, without asking whether there is code at the Vault: it was deployed together with this contract.
    function _pay(address account, uint256 amountWei) private {
        address vault = address(VAULT);
        bytes4 selector = IVault.pay.selector;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 0x04), account)
            mstore(add(data, 0x24), amountWei)
            if iszero(call(gas(), vault, 0, data, 0x44, 0x00, 0x00)) {
                returndatacopy(data, 0x00, returndatasize())
                revert(data, returndatasize())
            }
        }
    }

    /// @dev Bond a lease with stake that bonds no other one.
    function _bond(address trainer, uint256 amountWei) private {
        uint256 bond = _bonds[trainer];
        // Bounded by a stake of OPEN, and a count of transactions.
        unchecked {
            uint256 activeWei = uint96(bond >> ACTIVE_SHIFT);
            uint256 boundWei = uint96(bond);
            if (activeWei < boundWei + amountWei) {
                revert ISeats.InsufficientStake(trainer, Math.saturatingSub(activeWei, boundWei), amountWei);
            }
            _bonds[trainer] = bond + amountWei + (1 << CLAIMS_SHIFT);
        }
    }

    function _unbond(address trainer, uint256 amountWei) private {
        // What one claim added is taken away once: each way out of a lease or an attestation changes the job's status.
        unchecked {
            _bonds[trainer] -= amountWei;
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
            JobWords.packOpen(rejections, rules.bondWei, record.offer.deadline(), checkFeeWei, rules.leaseSeconds);
    }

    function _require(uint40 job, JobWord state, Status needed) private pure returns (JobWord) {
        if (state.is_(needed)) return state;
        if (state.is_(Status.NONE)) revert UnknownJob(job);
        revert WrongStatus(job, state.status(), needed);
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
    function _commitmentOf(address trainer, Attestation calldata attestation)
        private
        pure
        returns (uint176 commitment)
    {
        // keccak256(abi.encode(trainer, attestation)) of the words as they came in. Whoever attests has their ranges
        // checked by the event; whoever settles with others gets another hash.
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, trainer)
            calldatacopy(add(preimage, 0x20), attestation, 0xe0)
            commitment := shr(80, shl(80, keccak256(preimage, 0x100)))
        }
    }
}
