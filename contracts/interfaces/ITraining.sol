// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Training
/// @notice Fine-tuning jobs: posted with the price in escrow, leased by staked trainers, attested, checked by the COMPUTE
/// pool. A job is open, leased, attested and then accepted; it opens again when its lease runs out or its attestation is
/// rejected, and is cancelled when its poster takes it back, too many attestations were rejected, or one was rejected too
/// late. A job that was accepted or cancelled pays exactly once.
interface ITraining {
    /// @notice Where a job stands.
    enum Status {
        NONE,
        OPEN,
        LEASED,
        ATTESTED,
        ACCEPTED,
        CANCELLED
    }

    /// @notice What a trainer says about a finished run. Losses are held-out, in millionths of a nat a token.
    /// @param adapterDigest sha256 of adapter_model.safetensors.
    /// @param transcriptHead Head of the hash chain over (step, checkpoint digest, loss).
    /// @param reportDigest sha256 of the canonical report (CIDs, software, hardware, transcript), stored as a raw IPFS block.
    /// @param lossBeforeMicronats Of the base, or of the parent release, on the held-out split.
    /// @param lossAfterMicronats Of the adapter on the same split.
    /// @param tokens Tokens trained on.
    /// @param steps Optimizer steps.
    struct Attestation {
        bytes32 adapterDigest;
        bytes32 transcriptHead;
        bytes32 reportDigest;
        uint64 lossBeforeMicronats;
        uint64 lossAfterMicronats;
        uint64 tokens;
        uint32 steps;
    }

    /// @notice A job as it stands now. What a status does not know is zero.
    /// @param status Where it stands.
    /// @param poster Who pays, and owns the model.
    /// @param priceWei What the trainer of an accepted attestation earns.
    /// @param specDigest sha256 of the canonical specification, which names base, dataset versions and method.
    /// @param parentRelease The release that is refined, or 0.
    /// @param trainer Who leases it; zero once attested, when the events name the trainer.
    /// @param leaseEnds First second at which the lease is over; of a leased job.
    /// @param attempts Attestations rejected.
    /// @param docket Where the attestation is judged; of an attested or accepted job.
    /// @param position Its place there.
    /// @param deadline When nobody may begin or finish any more.
    struct Job {
        Status status;
        address poster;
        uint96 priceWei;
        bytes32 specDigest;
        uint40 parentRelease;
        address trainer;
        uint40 leaseEnds;
        uint8 attempts;
        uint40 docket;
        uint8 position;
        uint40 deadline;
    }

    /// @notice A job is open; its price is in escrow and its check fee with the court.
    event JobPosted(
        uint40 indexed job,
        address indexed poster,
        bytes32 specDigest,
        bytes32 baseDigest,
        uint40 parentRelease,
        uint96 priceWei,
        uint96 checkFeeWei,
        uint40 deadline
    );
    /// @notice A trainer leases a job.
    event JobClaimed(uint40 indexed job, address indexed trainer, uint40 leaseEnds, uint96 bondWei);
    /// @notice A trainer works on; the lease is extended.
    event Heartbeat(
        uint40 indexed job,
        address indexed trainer,
        uint32 step,
        bytes32 transcriptHead,
        uint64 lossMicronats,
        uint40 leaseEnds
    );
    /// @notice A lease ran out, and the job is open again.
    /// @param penaltyWei What the trainer lost and the poster earned.
    event LeaseExpired(uint40 indexed job, address indexed trainer, uint256 penaltyWei);
    /// @notice A trainer's claim is before the court, as item `position` of `docket`.
    event Attested(uint40 indexed job, address indexed trainer, uint40 docket, uint8 position, Attestation attestation);
    /// @notice The court accepted the attestation.
    /// @param paidWei What the trainer earned.
    event JobAccepted(uint40 indexed job, address indexed trainer, uint256 paidWei);
    /// @notice The court rejected the attestation. The job is open again, unless JobCancelled follows.
    /// @param slashedWei What the trainer lost.
    /// @param toPosterWei What the poster earned of it; the rest pays the next check.
    event AttestationRejected(uint40 indexed job, address indexed trainer, uint256 slashedWei, uint256 toPosterWei);
    /// @notice A job ended without a model.
    /// @param refundedWei What the poster got back of price and check fee, as earned money.
    event JobCancelled(uint40 indexed job, uint256 refundedWei);

    /// @notice Claims of jobs were stopped by the guardian, or allowed again by governance.
    event ClaimsPausedSet(bool paused, address indexed by);

    /// @notice There is no such job.
    error UnknownJob(uint40 job);
    /// @notice The guardian stopped claims of jobs.
    error ClaimsArePaused();
    /// @notice Seats alone says what stake is active.
    error NotSeats(address caller);
    /// @notice Governance has not listed that base model.
    error UnknownBase(bytes32 baseDigest);
    /// @notice Models alone changes the list of bases.
    error NotModels(address caller);
    /// @notice There is no such release to refine.
    error UnknownParent(uint40 parentRelease);
    /// @notice A job needs a specification.
    error EmptySpec();
    /// @notice A deadline leaves time for one lease, and lies within a year.
    error BadDeadline(uint40 deadline, uint256 minimum, uint256 maximum);
    /// @notice A price is a whole number of thousandths of an OPEN, and not zero.
    error BadPrice(uint256 priceWei);
    /// @notice The job stands elsewhere.
    error WrongStatus(uint40 job, Status status, Status needed);
    /// @notice Nobody may begin the job any more.
    error DeadlinePassed(uint40 job, uint40 deadline);
    /// @notice Another trainer holds the lease.
    error NotTrainer(uint40 job, address caller, address trainer);
    /// @notice Before the deadline the poster alone cancels.
    error NotPoster(uint40 job, address caller, address poster);
    /// @notice The lease has run out.
    error LeaseOver(uint40 job, uint40 leaseEnds);
    /// @notice The lease still runs.
    error LeaseRunning(uint40 job, uint40 leaseEnds);
    /// @notice This is not what was attested, or not by that trainer.
    error AttestationMismatch(uint40 job);
    /// @notice An attestation names adapter, transcript and report, and at least one step.
    error BadAttestation();

    /// @notice Post a job; pulls price and check fee from the caller, who approved the Vault.
    /// @param specDigest sha256 of the canonical specification.
    /// @param baseDigest The base model that the specification names.
    /// @param parentRelease Release to refine, below 2^24, or 0.
    /// @param priceWei What the trainer earns: whole thousandths of an OPEN.
    /// @param deadline When nobody may begin or finish any more.
    /// @return job Its number, from 1.
    function post(bytes32 specDigest, bytes32 baseDigest, uint40 parentRelease, uint96 priceWei, uint40 deadline)
        external
        returns (uint40 job);

    /// @notice Lease an open job, bonded by COMPUTE stake of the caller that bonds nothing else. A lease never outlasts the
    /// deadline.
    function claim(uint40 job) external;

    /// @notice Extend the lease while training, never beyond the deadline; the event keeps the transcript's head.
    function heartbeat(uint40 job, uint32 step, bytes32 transcriptHead, uint64 lossMicronats) external;

    /// @notice Reopen a job whose lease ran out, at the trainer's cost and in the poster's favour. Anyone may call.
    function expire(uint40 job) external;

    /// @notice Claim that the job is done, and put that claim before the court. The bond stays until it is settled.
    function attest(uint40 job, Attestation calldata attestation) external;

    /// @notice After the verdict: pay the trainer and end the bond, or slash it. A slashed bond pays the next check, the
    /// rest is the poster's; the job opens again, or ends. Anyone may call, with what the event Attested says.
    function settle(uint40 job, address trainer, Attestation calldata attestation) external;

    /// @notice End an open job: the poster at any time, anybody after the deadline. Price and unspent check fee are the
    /// poster's to claim.
    function cancel(uint40 job) external;

    /// @notice Have the attestation of a job judged anew by a larger committee; the caller, who may be anybody, approved
    /// the Vault for the bond. The job waits for the last verdict.
    /// @return appealDocket Where it is judged.
    function appeal(uint40 job) external returns (uint40 appealDocket);

    /// @notice The guardian stops claims of jobs. Leases, attestations, verdicts and payouts go on.
    function pauseClaims() external;

    /// @notice Governance lets jobs be claimed again.
    function unpauseClaims() external;

    /// @notice Whether claims of jobs are stopped.
    function claimsPaused() external view returns (bool);

    /// @notice Take note of a trainer's active COMPUTE stake. Seats alone calls, whenever it changes.
    function noteStake(address trainer, uint96 activeWei) external;

    /// @notice Allow or forbid jobs on a base model. Models alone calls, for governance. Jobs already posted go on.
    function setBase(bytes32 baseDigest, bool allowed) external;

    /// @notice Whether jobs may name a base model.
    function isBase(bytes32 baseDigest) external view returns (bool allowed);

    /// @notice COMPUTE stake that bonds a trainer's leases and unchecked attestations.
    function bondedWei(address trainer) external view returns (uint256);

    /// @notice A job as it stands now.
    function jobOf(uint40 job) external view returns (Job memory);

    /// @notice The number of jobs, which is also the last one's.
    function jobCount() external view returns (uint40);

    /// @notice True when `attestation` by `trainer` is the one that the court accepted for `job`.
    function isAccepted(uint40 job, address trainer, Attestation calldata attestation) external view returns (bool);
}
