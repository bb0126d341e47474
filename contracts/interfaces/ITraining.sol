// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Training
/// @notice Fine-tuning jobs: posted with the price in escrow, leased by staked trainers, attested, checked by the COMPUTE pool.
interface ITraining {
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
    struct Attestation {
        bytes32 adapterDigest;
        bytes32 transcriptHead;
        bytes32 reportDigest;
        uint64 lossBeforeMicronats;
        uint64 lossAfterMicronats;
        uint64 tokens;
        uint32 steps;
    }

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
    event JobClaimed(uint40 indexed job, address indexed trainer, uint40 leaseEnds, uint96 bondWei);
    event Heartbeat(uint40 indexed job, address indexed trainer, uint32 step, bytes32 transcriptHead, uint64 lossMicronats, uint40 leaseEnds);
    event LeaseExpired(uint40 indexed job, address indexed trainer, uint256 penaltyWei);
    event Attested(uint40 indexed job, address indexed trainer, uint40 docket, uint8 position, Attestation attestation);
    event JobAccepted(uint40 indexed job, address indexed trainer, uint256 paidWei);
    event AttestationRejected(uint40 indexed job, address indexed trainer, uint256 slashedWei, uint256 toPosterWei);
    event JobCancelled(uint40 indexed job, uint256 refundedWei);

    error UnknownJob(uint40 job);
    error UnknownBase(bytes32 baseDigest);
    error NotModels(address caller);
    error UnknownParent(uint40 parentRelease);
    error EmptySpec();
    error BadDeadline(uint40 deadline, uint256 minimum, uint256 maximum);
    error BadPrice(uint256 priceWei);
    error WrongStatus(uint40 job, Status status, Status needed);
    error DeadlinePassed(uint40 job, uint40 deadline);
    error NotTrainer(uint40 job, address caller, address trainer);
    error NotPoster(uint40 job, address caller, address poster);
    error LeaseOver(uint40 job, uint40 leaseEnds);
    error LeaseRunning(uint40 job, uint40 leaseEnds);
    error AttestationMismatch(uint40 job);
    error BadAttestation();

    /// @notice Post a job; pulls price and check fee from the caller, who approved the Vault.
    /// @param parentRelease Release to refine, or 0.
    function post(bytes32 specDigest, bytes32 baseDigest, uint40 parentRelease, uint96 priceWei, uint40 deadline)
        external
        returns (uint40 job);

    /// @notice Lease an open job, bonded by the caller's free COMPUTE stake.
    function claim(uint40 job) external;

    /// @notice Extend the lease while training; the event keeps the transcript's head.
    function heartbeat(uint40 job, uint32 step, bytes32 transcriptHead, uint64 lossMicronats) external;

    /// @notice Reopen a job whose lease ran out, at the trainer's cost. Anyone may call.
    function expire(uint40 job) external;

    /// @notice Claim that the job is done, and put that claim before the court.
    function attest(uint40 job, Attestation calldata attestation) external;

    /// @notice After the verdict: pay the trainer, or slash the bond and reopen the job. Anyone may call.
    function settle(uint40 job, address trainer, Attestation calldata attestation) external;

    /// @notice The poster takes the money back from a job that nobody holds and nobody finished in time.
    function cancel(uint40 job) external;

    /// @notice Allow or forbid jobs on a base model. Models alone calls, for governance.
    function setBase(bytes32 baseDigest, bool allowed) external;

    /// @notice Whether jobs may name a base model.
    function isBase(bytes32 baseDigest) external view returns (bool allowed);

    /// @notice COMPUTE stake that bonds a trainer's leases and unchecked attestations.
    function bondedWei(address trainer) external view returns (uint256);

    function jobOf(uint40 job) external view returns (Job memory);
    function jobCount() external view returns (uint40);

    /// @notice True when `attestation` by `trainer` is the one that the court accepted for `job`.
    function isAccepted(uint40 job, address trainer, Attestation calldata attestation) external view returns (bool);
}
