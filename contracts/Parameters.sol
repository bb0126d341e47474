// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IParameters} from "./interfaces/IParameters.sol";

/// @title Parameters
/// @notice The protocol's numbers, set through an AccessManager within limits that nobody can change.
contract Parameters is IParameters, AccessManaged {
    uint256 private constant POOLS = 4;
    uint256 private constant MAX_FILES_PER_SUBMISSION = 20;
    uint256 private constant MAX_FILES_PER_DAY = 200;
    uint256 private constant MAX_BYTES_PER_DAY = 1 << 30;
    uint256 private constant MAX_WINDOW_SECONDS = 7 days;
    uint256 private constant MIN_COMMITTEE = 3;
    uint256 private constant MAX_COMMITTEE = 7;
    uint256 private constant MAX_TOLERANCE_BPS = 5_000;
    uint256 private constant MAX_PENALTY_BPS = 5_000;
    uint256 private constant MIN_SEAT_WEI = 1e15;
    uint256 private constant MAX_SEAT_WEI = 1_000_000e18;
    uint256 private constant MAX_SEATS_PER_ADDRESS = 64;
    uint256 private constant MAX_THAW_SECONDS = 90 days;
    uint256 private constant MAX_LEASE_SECONDS = 30 days;
    uint256 private constant MIN_ROTATION_SECONDS = 1 minutes;
    uint256 private constant MAX_ROTATION_SECONDS = 90 days;
    uint256 private constant MAX_PROTOCOL_BPS = 2_000;
    uint256 private constant MAX_SHARES_BPS = 7_000;
    uint256 private constant MIN_RECEIPT_SECONDS = 1 minutes;
    uint256 private constant MAX_RECEIPT_SECONDS = 30 days;
    uint256 private constant MAX_WITHDRAW_SECONDS = 90 days;
    uint256 private constant MAX_ACTIVATION_SECONDS = 30 days;
    /// @dev A verdict is judged at most three times, with a window to appeal after the first two.
    uint256 private constant JUDGEMENTS = 3;
    /// @dev Bonds and check fees are kept in thousandths of an OPEN.
    uint256 private constant MILLI_OPEN = 1e15;
    uint256 private constant MAX_BOND_WEI = 1_000_000e18;
    uint256 private constant MAX_CHECK_FEE_WEI = 10_000e18;
    uint256 private constant BASIS_POINTS = 10_000;
    uint256 private constant MAX_ATTEMPTS = 10;

    SubmissionLimits private _submissionLimits;
    mapping(uint8 pool => PoolRules) private _poolRules;
    SeatRules private _seatRules;
    TrainingRules private _trainingRules;
    AppealRules private _appealRules;
    ContributorRules private _contributorRules;
    UsageRules private _usageRules;

    /// @param authority The AccessManager.
    /// @param limits Submission limits at the start.
    /// @param rules Rules of the four pools, in the order TEXT, IMAGE, AUDIO, COMPUTE.
    /// @param seats Seat rules at the start. The price of a seat never changes afterwards.
    /// @param training Training rules at the start.
    /// @param appeals Appeal rules at the start.
    /// @param contributors Contributor rules at the start.
    /// @param usage Usage rules at the start.
    constructor(
        address authority,
        SubmissionLimits memory limits,
        PoolRules[4] memory rules,
        SeatRules memory seats,
        TrainingRules memory training,
        AppealRules memory appeals,
        ContributorRules memory contributors,
        UsageRules memory usage
    ) AccessManaged(authority) {
        _requireWithin("seatWei", seats.seatWei, MIN_SEAT_WEI, MAX_SEAT_WEI);
        _seatRules.seatWei = seats.seatWei;
        _seatRules.thawSeconds = seats.thawSeconds;
        for (uint8 pool; pool < POOLS; ++pool) {
            _setPoolRules(pool, rules[pool]);
        }
        _setSubmissionLimits(limits);
        _setSeatRules(seats);
        _setTrainingRules(training);
        _setAppealRules(appeals);
        _setContributorRules(contributors);
        _setUsageRules(usage);
    }

    /// @inheritdoc IParameters
    function setSubmissionLimits(SubmissionLimits calldata limits) external restricted {
        _setSubmissionLimits(limits);
    }

    /// @inheritdoc IParameters
    function setPoolRules(uint8 pool, PoolRules calldata rules) external restricted {
        _setPoolRules(pool, rules);
    }

    /// @inheritdoc IParameters
    function setSeatRules(SeatRules calldata rules) external restricted {
        _setSeatRules(rules);
    }

    /// @inheritdoc IParameters
    function setTrainingRules(TrainingRules calldata rules) external restricted {
        _setTrainingRules(rules);
    }

    /// @inheritdoc IParameters
    function setAppealRules(AppealRules calldata rules) external restricted {
        _setAppealRules(rules);
    }

    /// @inheritdoc IParameters
    function setContributorRules(ContributorRules calldata rules) external restricted {
        _setContributorRules(rules);
    }

    /// @inheritdoc IParameters
    function setUsageRules(UsageRules calldata rules) external restricted {
        _setUsageRules(rules);
    }

    /// @inheritdoc IParameters
    function submissionLimits() external view returns (SubmissionLimits memory) {
        // The three getters that transactions pay for unpack their one slot by hand, in the order of the struct's fields,
        // and return the struct's words as they are.
        assembly ("memory-safe") {
            let word := sload(_submissionLimits.slot)
            let out := mload(0x40)
            mstore(out, and(word, 0xff))
            mstore(add(out, 0x20), and(shr(8, word), 0xff))
            mstore(add(out, 0x40), and(shr(16, word), 0xffffffff))
            return(out, 0x60)
        }
    }

    /// @inheritdoc IParameters
    function poolRules(uint8 pool) external view returns (PoolRules memory) {
        if (pool >= POOLS) revert UnknownPool(pool);
        PoolRules storage rules = _poolRules[pool];
        assembly ("memory-safe") {
            let word := sload(rules.slot)
            let out := mload(0x40)
            mstore(out, and(word, 0xffffff))
            mstore(add(out, 0x20), and(shr(24, word), 0xffffff))
            mstore(add(out, 0x40), and(shr(48, word), 0xffffff))
            mstore(add(out, 0x60), and(shr(72, word), 0xffffff))
            mstore(add(out, 0x80), and(shr(96, word), 0xff))
            mstore(add(out, 0xa0), and(shr(104, word), 0xffff))
            mstore(add(out, 0xc0), and(shr(120, word), 0xffff))
            mstore(add(out, 0xe0), and(shr(136, word), 0xffff))
            return(out, 0x100)
        }
    }

    /// @inheritdoc IParameters
    function trainingRules() external view returns (TrainingRules memory) {
        assembly ("memory-safe") {
            let word := sload(_trainingRules.slot)
            let out := mload(0x40)
            mstore(out, and(word, 0xffffffff))
            mstore(add(out, 0x20), and(shr(32, word), 0xffffffffffffffffffffffff))
            mstore(add(out, 0x40), and(shr(128, word), 0xffffffffffffffffffffffff))
            mstore(add(out, 0x60), and(shr(224, word), 0xffff))
            mstore(add(out, 0x80), and(shr(240, word), 0xff))
            return(out, 0xa0)
        }
    }

    /// @inheritdoc IParameters
    function seatRules() external view returns (SeatRules memory) {
        return _seatRules;
    }

    /// @inheritdoc IParameters
    function appealRules() external view returns (AppealRules memory) {
        return _appealRules;
    }

    /// @inheritdoc IParameters
    function contributorRules() external view returns (ContributorRules memory) {
        return _contributorRules;
    }

    /// @inheritdoc IParameters
    function usageRules() external view returns (UsageRules memory) {
        return _usageRules;
    }

    function _setSubmissionLimits(SubmissionLimits memory limits) private {
        _requireWithin("filesPerSubmission", limits.filesPerSubmission, 1, MAX_FILES_PER_SUBMISSION);
        _requireWithin("filesPerDay", limits.filesPerDay, limits.filesPerSubmission, MAX_FILES_PER_DAY);
        _requireWithin("bytesPerDay", limits.bytesPerDay, 1, MAX_BYTES_PER_DAY);
        _submissionLimits = limits;
        emit SubmissionLimitsSet(limits);
    }

    function _setPoolRules(uint8 pool, PoolRules memory rules) private {
        if (pool >= POOLS) revert UnknownPool(pool);
        _requireWithin("collectSeconds", rules.collectSeconds, 1, MAX_WINDOW_SECONDS);
        _requireWithin("commitSeconds", rules.commitSeconds, 1, MAX_WINDOW_SECONDS);
        _requireWithin("revealSeconds", rules.revealSeconds, 1, MAX_WINDOW_SECONDS);
        _requireWithin("appealSeconds", rules.appealSeconds, 1, MAX_WINDOW_SECONDS);
        _requireWithin("committeeSize", rules.committeeSize, MIN_COMMITTEE, MAX_COMMITTEE);
        _requireWithin("toleranceBps", rules.toleranceBps, 0, MAX_TOLERANCE_BPS);
        _requireWithin("absentPenaltyBps", rules.absentPenaltyBps, 1, MAX_PENALTY_BPS);
        _requireWithin("incoherentPenaltyBps", rules.incoherentPenaltyBps, 0, rules.absentPenaltyBps - 1);
        _requireThawOutlasts(_seatRules.thawSeconds, rules);
        _poolRules[pool] = rules;
        emit PoolRulesSet(pool, rules);
    }

    function _setSeatRules(SeatRules memory rules) private {
        _requireWithin("seatWei", rules.seatWei, _seatRules.seatWei, _seatRules.seatWei);
        _requireWithin("seatsPerAddress", rules.seatsPerAddress, 1, MAX_SEATS_PER_ADDRESS);
        for (uint8 pool; pool < POOLS; ++pool) {
            _requireThawOutlasts(rules.thawSeconds, _poolRules[pool]);
        }
        _seatRules = rules;
        emit SeatRulesSet(rules);
    }

    function _setTrainingRules(TrainingRules memory rules) private {
        _requireWithin("leaseSeconds", rules.leaseSeconds, 1, MAX_LEASE_SECONDS);
        _requireWithin("checkFeeWei", rules.checkFeeWei, 0, MAX_CHECK_FEE_WEI);
        _requireWithin("bondWei", rules.bondWei, rules.checkFeeWei, MAX_BOND_WEI);
        _requireWithin("expiredLeasePenaltyBps", rules.expiredLeasePenaltyBps, 0, BASIS_POINTS);
        _requireWithin("maxAttempts", rules.maxAttempts, 1, MAX_ATTEMPTS);
        _requireWhole("bondWei", rules.bondWei);
        _requireWhole("checkFeeWei", rules.checkFeeWei);
        _trainingRules = rules;
        emit TrainingRulesSet(rules);
    }

    function _setAppealRules(AppealRules memory rules) private {
        _requireWithin("feeWei", rules.feeWei, 0, MAX_CHECK_FEE_WEI);
        _requireWithin("bondWei", rules.bondWei, Math.max(rules.feeWei, MILLI_OPEN), MAX_CHECK_FEE_WEI);
        _requireWhole("bondWei", rules.bondWei);
        _appealRules = rules;
        emit AppealRulesSet(rules);
    }

    function _setContributorRules(ContributorRules memory rules) private {
        _requireWithin("rotationSeconds", rules.rotationSeconds, MIN_ROTATION_SECONDS, MAX_ROTATION_SECONDS);
        _requireWithin("finderBps", rules.finderBps, 0, BASIS_POINTS);
        _contributorRules = rules;
        emit ContributorRulesSet(rules);
    }

    function _setUsageRules(UsageRules memory rules) private {
        _requireWithin("protocolBps", rules.protocolBps, 0, MAX_PROTOCOL_BPS);
        uint256 sharesBps = uint256(rules.protocolBps) + rules.ownerBps + rules.poolBps;
        _requireWithin("sharesBps", sharesBps, 0, MAX_SHARES_BPS);
        _requireWithin("receiptSeconds", rules.receiptSeconds, MIN_RECEIPT_SECONDS, MAX_RECEIPT_SECONDS);
        _requireWithin(
            "withdrawSeconds", rules.withdrawSeconds, uint256(rules.receiptSeconds) + 1, MAX_WITHDRAW_SECONDS
        );
        _requireWithin("activationSeconds", rules.activationSeconds, 1, MAX_ACTIVATION_SECONDS);
        _requireWithin("challengeFeeWei", rules.challengeFeeWei, 1, MAX_CHECK_FEE_WEI);
        _requireWithin("rootBondWei", rules.rootBondWei, rules.challengeFeeWei, MAX_BOND_WEI);
        _usageRules = rules;
        emit UsageRulesSet(rules);
    }

    /// @dev Thawing stake must stay slashable when the round that drew its seat ends, with every appeal.
    function _requireThawOutlasts(uint256 thawSeconds, PoolRules memory rules) private pure {
        uint256 minimum = JUDGEMENTS * (uint256(rules.commitSeconds) + rules.revealSeconds)
            + (JUDGEMENTS - 1) * rules.appealSeconds + 1;
        _requireWithin("thawSeconds", thawSeconds, minimum, MAX_THAW_SECONDS);
    }

    function _requireWithin(bytes32 name, uint256 value, uint256 minimum, uint256 maximum) private pure {
        if (value < minimum || value > maximum) revert ParameterOutOfRange(name, value, minimum, maximum);
    }

    function _requireWhole(bytes32 name, uint256 valueWei) private pure {
        if (valueWei % MILLI_OPEN != 0) revert NotWholeMilliOpen(name, valueWei);
    }
}
