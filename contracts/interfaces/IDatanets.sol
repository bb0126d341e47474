// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Datanets
/// @notice Typed pools of data. Contributors sign submissions of up to 20 files; the court grades every file; accepted
/// files earn OPEN and a score that never falls.
interface IDatanets {
    /// @notice What a contributor signs (EIP-712, domain "OpenLedger" version "1"). A submission's key is its Merkle root.
    /// @param sizeBytes Sum of the declared sizes of all files.
    /// @param manifestDigest sha256 of the canonical manifest.
    struct Submission {
        address contributor;
        uint32 datanet;
        uint8 files;
        uint32 sizeBytes;
        bytes32 root;
        bytes32 manifestDigest;
        uint40 deadline;
    }

    struct Datanet {
        address owner;
        uint8 pool;
        bool open;
        uint88 rewardWei;
        uint88 feeWei;
        uint40 versionCount;
        bytes32 versionHead;
    }

    /// @notice A contributor's standing in one Datanet. `scoreBps` is a high-water mark.
    struct Score {
        uint16 scoreBps;
        uint40 points;
        uint32 judged;
        uint32 accepted;
        uint24 days_;
        uint24 lastDay;
        uint40 reachedAt;
    }

    struct SubmissionState {
        address contributor;
        uint32 datanet;
        uint40 docket;
        uint8 position;
        uint8 files;
        bool finalized;
    }

    event DatanetCreated(
        uint32 indexed datanet,
        address indexed owner,
        uint8 indexed pool,
        uint88 rewardWei,
        uint88 feeWei,
        string name,
        string licence,
        string guidelines
    );
    event DatanetOpenSet(uint32 indexed datanet, bool open);
    event Submitted(
        bytes32 indexed root,
        uint32 indexed datanet,
        address indexed contributor,
        uint40 docket,
        uint8 position,
        uint8 files,
        uint32 sizeBytes,
        bytes32 manifestDigest
    );
    /// @param grades Two bits a file.
    /// @param versionCount Unchanged when no file was accepted.
    event Finalized(
        bytes32 indexed root,
        uint32 indexed datanet,
        address indexed contributor,
        uint256 grades,
        uint256 rewardWei,
        uint16 scoreBps,
        uint40 versionCount,
        bytes32 versionHead
    );

    error UnknownDatanet(uint32 datanet);
    error UnknownPool(uint8 pool);
    error NotOwner(uint32 datanet, address caller);
    error DatanetClosed(uint32 datanet);
    error BadFileCount(uint256 files, uint256 maximum);
    error TooManyRoots(uint256 roots, uint256 maximum);
    error EmptyRoot();
    error BadSize(uint256 sizeBytes);
    error SignatureExpired(uint40 deadline);
    error BadSignature(address contributor);
    error AlreadySubmitted(bytes32 root);
    error UnknownSubmission(bytes32 root);
    error AlreadyFinalized(bytes32 root);
    error FileQuotaExceeded(address contributor, uint256 usedFiles, uint256 askedFiles, uint256 maximum);
    error ByteQuotaExceeded(address contributor, uint256 usedBytes, uint256 askedBytes, uint256 maximum);

    function create(
        uint8 pool, uint88 rewardWei, uint88 feeWei, string calldata name, string calldata licence, string calldata guidelines
    ) external returns (uint32 datanet);

    /// @notice Add money; the caller approved the Vault.
    function fund(uint32 datanet, uint256 amountWei) external;

    /// @notice The owner takes back what is not reserved.
    function withdraw(uint32 datanet, address to, uint256 amountWei) external;

    /// @notice The owner stops or resumes new submissions.
    function setOpen(uint32 datanet, bool open) external;

    /// @notice Put a signed submission before the court. The contributor needs no signature for their own transaction.
    function submit(Submission calldata submission, bytes calldata signature) external;

    /// @notice Pay for the accepted files, raise the score, extend the version, release the rest. Anyone may call.
    function finalize(bytes32 root) external;

    /// @notice `finalize` for up to 64 submissions; those already finalized are skipped.
    function finalizeMany(bytes32[] calldata roots) external;

    function datanetOf(uint32 datanet) external view returns (Datanet memory);
    function datanetCount() external view returns (uint32);
    function submissionOf(bytes32 root) external view returns (SubmissionState memory);
    function scoreOf(uint32 datanet, address contributor) external view returns (Score memory);

    /// @notice What is left today, and when the next UTC day begins. A day's limits are those in force at its first
    /// submission: a change of the parameters holds from the next day on.
    function quotaOf(address contributor) external view returns (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt);

    /// @notice The EIP-712 digest of a submission.
    function digestOf(Submission calldata submission) external view returns (bytes32);
}
