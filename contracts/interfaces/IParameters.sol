// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Parameters
/// @notice The one place where the protocol's numbers live. Changed by governance through an AccessManager, within limits
/// that nobody can change.
interface IParameters {
    /// @notice What one address may submit in a UTC day, and in one submission.
    /// @param filesPerSubmission 1 to 20.
    /// @param filesPerDay Over all Datanets: filesPerSubmission to 200.
    /// @param bytesPerDay Over all Datanets: 1 byte to 1 GiB.
    struct SubmissionLimits {
        uint8 filesPerSubmission;
        uint8 filesPerDay;
        uint32 bytesPerDay;
    }

    /// @notice How a pool's dockets run. Seconds are chain time; basis points are of one seat.
    /// @param collectSeconds How long a docket collects after its first item: up to seven days. A pool learns a change when
    /// it closes a docket, for the next one.
    /// @param commitSeconds The window to commit: up to seven days.
    /// @param revealSeconds The window to reveal: up to seven days.
    /// @param committeeSize Seats drawn, 3 to 31; all of a pool with fewer.
    /// @param toleranceBps Share of a docket's items in which a coherent vote may contradict the verdict: up to half. Fixed
    /// for a docket when it closes.
    /// @param incoherentPenaltyBps What an incoherent vote costs a drawn seat: less than absentPenaltyBps.
    /// @param absentPenaltyBps What silence costs a drawn seat: up to half of it.
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
    /// @param seatWei The price, for ever: 0.001 to 1,000,000 OPEN.
    /// @param seatsPerAddress Most seats of an address in a pool: up to 64.
    /// @param thawSeconds How long stake thaws: longer than every pool's windows to commit and to reveal together, and up to
    /// 90 days. A committee is drawn from the seats at closing: whoever leaves a seat stays slashable for it as long as the
    /// docket is drawn before the difference has passed.
    struct SeatRules {
        uint96 seatWei;
        uint16 seatsPerAddress;
        uint32 thawSeconds;
    }

    /// @notice How training jobs are leased and checked. Bonds and fees are whole thousandths of an OPEN. A job keeps the
    /// lease, bond and fee of when it was posted, or opened again.
    /// @param leaseSeconds How long a trainer may be silent: up to 30 days.
    /// @param bondWei Stake that bonds a lease: checkFeeWei to 1,000,000 OPEN.
    /// @param checkFeeWei What the committee that checks an attestation shares: up to 10,000 OPEN.
    /// @param expiredLeasePenaltyBps What a lease that ran out costs, of its bond.
    /// @param maxAttempts Rejected attestations after which a job ends: 1 to 10.
    struct TrainingRules {
        uint32 leaseSeconds;
        uint96 bondWei;
        uint96 checkFeeWei;
        uint16 expiredLeasePenaltyBps;
        uint8 maxAttempts;
    }

    /// @notice Submission limits are set; they hold from the first UTC day on which nobody has submitted yet.
    event SubmissionLimitsSet(SubmissionLimits limits);
    /// @notice A pool's rules are set.
    event PoolRulesSet(uint8 indexed pool, PoolRules rules);
    /// @notice Seat rules are set.
    event SeatRulesSet(SeatRules rules);
    /// @notice Training rules are set.
    event TrainingRulesSet(TrainingRules rules);

    /// @notice A value lies outside the limits that the contract hard-codes.
    error ParameterOutOfRange(bytes32 name, uint256 value, uint256 minimum, uint256 maximum);
    /// @notice Bonds and check fees are whole thousandths of an OPEN.
    error NotWholeMilliOpen(bytes32 name, uint256 valueWei);
    /// @notice There are four pools.
    error UnknownPool(uint8 pool);

    /// @notice What one address may submit.
    function submissionLimits() external view returns (SubmissionLimits memory);

    /// @notice How a pool's dockets run.
    function poolRules(uint8 pool) external view returns (PoolRules memory);

    /// @notice What a seat costs and how it is left.
    function seatRules() external view returns (SeatRules memory);

    /// @notice How training jobs are leased and checked.
    function trainingRules() external view returns (TrainingRules memory);

    /// @notice Governance sets what one address may submit.
    function setSubmissionLimits(SubmissionLimits calldata limits) external;

    /// @notice Governance sets how a pool's dockets run.
    function setPoolRules(uint8 pool, PoolRules calldata rules) external;

    /// @notice Governance sets how seats are left and how many one address holds.
    function setSeatRules(SeatRules calldata rules) external;

    /// @notice Governance sets how training jobs are leased and checked.
    function setTrainingRules(TrainingRules calldata rules) external;
}
