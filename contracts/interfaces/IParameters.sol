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
    /// @param appealSeconds The window to appeal after a verdict: up to seven days.
    /// @param committeeSize Seats drawn, 3 to 7; all of a pool with fewer. An appeal draws twice as many and one.
    /// @param toleranceBps Share of a docket's items in which a coherent vote may contradict the verdict: up to half. Like
    /// appealSeconds and committeeSize it is fixed for a docket when it closes.
    /// @param incoherentPenaltyBps What an incoherent vote costs a drawn seat: less than absentPenaltyBps.
    /// @param absentPenaltyBps What silence costs a drawn seat: up to half of it.
    struct PoolRules {
        uint24 collectSeconds;
        uint24 commitSeconds;
        uint24 revealSeconds;
        uint24 appealSeconds;
        uint8 committeeSize;
        uint16 toleranceBps;
        uint16 incoherentPenaltyBps;
        uint16 absentPenaltyBps;
    }

    /// @notice What a seat costs and how it is left.
    /// @param seatWei The price, for ever: 0.001 to 1,000,000 OPEN.
    /// @param seatsPerAddress Most seats of an address in a pool: up to 64.
    /// @param thawSeconds How long stake thaws: longer than a verdict and both its appeals take in every pool, and up to 90
    /// days. A committee is drawn from the seats at closing: whoever leaves a seat stays slashable for it as long as the
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

    /// @notice What an appeal costs and pays, for each member of its committee.
    /// @param bondWei What the appellant bonds: at least feeWei, up to 10,000 OPEN.
    /// @param feeWei What the court's appeal pot pays the voters, as far as it goes.
    struct AppealRules {
        uint96 bondWei;
        uint96 feeWei;
    }

    /// @notice What concerns contributors beyond their quota.
    /// @param rotationSeconds How long a key waits to be replaced, and may cancel: one minute to 90 days.
    /// @param finderBps What the finder of a duplicate gets of what it would have earned: up to all of it.
    struct ContributorRules {
        uint32 rotationSeconds;
        uint16 finderBps;
    }

    /// @notice How the use of models is paid. Of every redemption the contributors get what the three shares leave.
    /// @param protocolBps The treasury's share: up to 20 %.
    /// @param ownerBps The model owner's share.
    /// @param poolBps The share of those who staked behind the server. The three are at most 70 % together.
    /// @param receiptSeconds How long a receipt can be redeemed: one minute to 30 days.
    /// @param withdrawSeconds How long a deposit waits to be withdrawn: longer than receiptSeconds, up to 90 days.
    /// @param activationSeconds How long a root can be challenged before it counts: one second to 30 days.
    /// @param rootBondWei What the proposer of a root bonds: challengeFeeWei to 1,000,000 OPEN.
    /// @param challengeFeeWei What a challenge costs, for its voters: up to 10,000 OPEN.
    struct UsageRules {
        uint16 protocolBps;
        uint16 ownerBps;
        uint16 poolBps;
        uint32 receiptSeconds;
        uint32 withdrawSeconds;
        uint32 activationSeconds;
        uint96 rootBondWei;
        uint96 challengeFeeWei;
    }

    /// @notice Submission limits are set; they hold from the first UTC day on which nobody has submitted yet.
    event SubmissionLimitsSet(SubmissionLimits limits);
    /// @notice A pool's rules are set.
    event PoolRulesSet(uint8 indexed pool, PoolRules rules);
    /// @notice Seat rules are set.
    event SeatRulesSet(SeatRules rules);
    /// @notice Training rules are set.
    event TrainingRulesSet(TrainingRules rules);
    /// @notice Appeal rules are set.
    event AppealRulesSet(AppealRules rules);
    /// @notice Contributor rules are set.
    event ContributorRulesSet(ContributorRules rules);
    /// @notice Usage rules are set.
    event UsageRulesSet(UsageRules rules);

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

    /// @notice What an appeal costs and pays.
    function appealRules() external view returns (AppealRules memory);

    /// @notice What concerns contributors beyond their quota.
    function contributorRules() external view returns (ContributorRules memory);

    /// @notice How the use of models is paid.
    function usageRules() external view returns (UsageRules memory);

    /// @notice Governance sets what one address may submit.
    function setSubmissionLimits(SubmissionLimits calldata limits) external;

    /// @notice Governance sets how a pool's dockets run.
    function setPoolRules(uint8 pool, PoolRules calldata rules) external;

    /// @notice Governance sets how seats are left and how many one address holds.
    function setSeatRules(SeatRules calldata rules) external;

    /// @notice Governance sets how training jobs are leased and checked.
    function setTrainingRules(TrainingRules calldata rules) external;

    /// @notice Governance sets what an appeal costs and pays.
    function setAppealRules(AppealRules calldata rules) external;

    /// @notice Governance sets what concerns contributors beyond their quota.
    function setContributorRules(ContributorRules calldata rules) external;

    /// @notice Governance sets how the use of models is paid.
    function setUsageRules(UsageRules calldata rules) external;
}
