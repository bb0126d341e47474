// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Parameters
/// @notice The one place where the protocol's numbers live. Changed by governance through an AccessManager.
interface IParameters {
    /// @notice What one address may submit in a UTC day, and in one submission.
    struct SubmissionLimits {
        uint8 filesPerSubmission;
        uint8 filesPerDay;
        uint32 bytesPerDay;
    }

    /// @notice How a pool's dockets run. Seconds are chain time; basis points are of one seat.
    struct PoolRules {
        uint24 collectSeconds;
        uint24 commitSeconds;
        uint24 revealSeconds;
        uint8 committeeSize;
        uint16 toleranceBps;
        uint16 incoherentPenaltyBps;
        uint16 absentPenaltyBps;
    }

    /// @notice What a seat costs and how it is left.
    struct SeatRules {
        uint96 seatWei;
        uint16 seatsPerAddress;
        uint32 thawSeconds;
    }

    /// @notice How training jobs are leased and checked.
    struct TrainingRules {
        uint32 leaseSeconds;
        uint96 bondWei;
        uint96 checkFeeWei;
        uint16 expiredLeasePenaltyBps;
        uint8 maxAttempts;
    }

    event SubmissionLimitsSet(SubmissionLimits limits);
    event PoolRulesSet(uint8 indexed pool, PoolRules rules);
    event SeatRulesSet(SeatRules rules);
    event TrainingRulesSet(TrainingRules rules);

    /// @notice A value lies outside the limits that the contract hard-codes.
    error ParameterOutOfRange(bytes32 name, uint256 value, uint256 minimum, uint256 maximum);
    /// @notice Bonds and check fees are whole thousandths of an OPEN.
    error NotWholeMilliOpen(bytes32 name, uint256 valueWei);
    error UnknownPool(uint8 pool);

    function submissionLimits() external view returns (SubmissionLimits memory);
    function poolRules(uint8 pool) external view returns (PoolRules memory);
    function seatRules() external view returns (SeatRules memory);
    function trainingRules() external view returns (TrainingRules memory);

    function setSubmissionLimits(SubmissionLimits calldata limits) external;
    function setPoolRules(uint8 pool, PoolRules calldata rules) external;
    function setSeatRules(SeatRules calldata rules) external;
    function setTrainingRules(TrainingRules calldata rules) external;
}
