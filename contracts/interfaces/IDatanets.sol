// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Datanets
/// @notice Typed pools of data. Contributors sign submissions of up to 20 files; the court grades every file; accepted
/// files earn OPEN and a score that never falls. The quota of files and bytes is an address's, over all Datanets, in a UTC
/// day, and is enforced on declared sizes: a file whose bytes differ from its leaf is rejected by the validators.
interface IDatanets {
    /// @notice What a contributor signs (EIP-712, domain "OpenLedger" version "1"). A submission's key is its Merkle root.
    /// @param contributor Who earns and whose quota is used.
    /// @param datanet Where to.
    /// @param files Number of leaves.
    /// @param sizeBytes Sum of the declared sizes of all files.
    /// @param root Merkle root of the leaves. A leaf binds its file to the contributor, so that copying a root is worthless.
    /// @param manifestDigest sha256 of the canonical manifest.
    /// @param deadline Last second at which the signature may be used.
    struct Submission {
        address contributor;
        uint32 datanet;
        uint8 files;
        uint32 sizeBytes;
        bytes32 root;
        bytes32 manifestDigest;
        uint40 deadline;
    }

    /// @notice A Datanet as it stands now.
    /// @param owner Who adds money, stops submissions and takes back what is not reserved.
    /// @param pool The pool that judges its files: its type, for ever.
    /// @param open Whether it takes new submissions.
    /// @param rewardWei What a point (a grade of 1) earns.
    /// @param feeWei What the voters of a file share.
    /// @param versionCount Number of submissions with an accepted file: with the head, the dataset's version.
    /// @param versionHead keccak256(abi.encode(head before, root, grades)), chained over those submissions.
    struct Datanet {
        address owner;
        uint8 pool;
        bool open;
        uint88 rewardWei;
        uint88 feeWei;
        uint40 versionCount;
        bytes32 versionHead;
    }

    /// @notice A contributor's standing in one Datanet.
    /// @param scoreBps The highest value that the lower bound of Wilson's interval of the graded acceptance rate ever had.
    /// @param points Sum of all grades.
    /// @param judged Files graded.
    /// @param accepted Files graded 1 or more.
    /// @param days_ UTC days on which an acceptance was finalized.
    /// @param lastDay The last of them, in days since 1970.
    /// @param reachedAt When the score was last raised.
    struct Score {
        uint16 scoreBps;
        uint40 points;
        uint32 judged;
        uint32 accepted;
        uint24 days_;
        uint24 lastDay;
        uint40 reachedAt;
    }

    /// @notice A submission as it stands now; all zero when there is none.
    /// @param contributor Who earns.
    /// @param datanet Where to.
    /// @param docket Where it is judged.
    /// @param position The place of its first file in the docket.
    /// @param files Number of files.
    /// @param finalized Whether it was credited.
    struct SubmissionState {
        address contributor;
        uint32 datanet;
        uint40 docket;
        uint8 position;
        uint8 files;
        bool finalized;
    }

    /// @notice A Datanet was made. Its prose stands here and nowhere else.
    /// @param licence SPDX identifier of the licence of its data.
    /// @param guidelines What its validators look for.
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
    /// @notice New submissions were stopped or resumed.
    event DatanetOpenSet(uint32 indexed datanet, bool open);
    /// @notice A submission is before the court: its files are items `position` and following of `docket`.
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
    /// @notice A submission was credited.
    /// @param grades Two bits a file.
    /// @param rewardWei What the contributor earned: the Vault notes it without an event of its own.
    /// @param scoreBps The contributor's score in the Datanet afterwards.
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

    /// @notice There is no such Datanet.
    error UnknownDatanet(uint32 datanet);
    /// @notice Only TEXT, IMAGE and AUDIO judge files.
    error UnknownPool(uint8 pool);
    /// @notice The caller does not own the Datanet.
    error NotOwner(uint32 datanet, address caller);
    /// @notice The owner stopped new submissions.
    error DatanetClosed(uint32 datanet);
    /// @notice A submission has at least one file and at most so many.
    error BadFileCount(uint256 files, uint256 maximum);
    /// @notice One call finalizes at most so many.
    error TooManyRoots(uint256 roots, uint256 maximum);
    /// @notice A submission needs a root.
    error EmptyRoot();
    /// @notice Every file has at least one byte.
    error BadSize(uint256 sizeBytes);
    /// @notice The signature's deadline has passed.
    error SignatureExpired(uint40 deadline);
    /// @notice Neither the contributor's key nor the contributor's contract signed this.
    error BadSignature(address contributor);
    /// @notice The root was submitted before.
    error AlreadySubmitted(bytes32 root);
    /// @notice The root was never submitted.
    error UnknownSubmission(bytes32 root);
    /// @notice The submission was credited before.
    error AlreadyFinalized(bytes32 root);
    /// @notice The contributor's files of the day would exceed the quota.
    error FileQuotaExceeded(address contributor, uint256 usedFiles, uint256 askedFiles, uint256 maximum);
    /// @notice The contributor's bytes of the day would exceed the quota.
    error ByteQuotaExceeded(address contributor, uint256 usedBytes, uint256 askedBytes, uint256 maximum);

    /// @notice Make a Datanet, owned by the caller for ever and open at once.
    /// @param pool TEXT 0, IMAGE 1 or AUDIO 2.
    /// @param rewardWei What a point earns; up to three a file.
    /// @param feeWei What the voters of a file share.
    /// @return datanet Its number, from 1.
    function create(
        uint8 pool,
        uint88 rewardWei,
        uint88 feeWei,
        string calldata name,
        string calldata licence,
        string calldata guidelines
    ) external returns (uint32 datanet);

    /// @notice Add money to a Datanet; the caller, who may be anybody, approved the Vault.
    function fund(uint32 datanet, uint256 amountWei) external;

    /// @notice The owner takes back what is not reserved.
    function withdraw(uint32 datanet, address to, uint256 amountWei) external;

    /// @notice The owner stops or resumes new submissions. What was submitted is judged and paid all the same.
    function setOpen(uint32 datanet, bool open) external;

    /// @notice Put a signed submission before the court. Anybody may send it; the contributor needs no signature for their
    /// own transaction. Three points and the fee of every file are reserved at once, so that nobody can take back what
    /// others are earning.
    /// @param signature The contributor's ECDSA signature, or what their contract accepts by ERC-1271.
    function submit(Submission calldata submission, bytes calldata signature) external;

    /// @notice Pay for the accepted files, raise the score, extend the version, release the rest. Anyone may call, once the
    /// docket is settled.
    function finalize(bytes32 root) external;

    /// @notice `finalize` for up to 64 submissions. Those already finalized, or in a docket without a verdict, are skipped.
    function finalizeMany(bytes32[] calldata roots) external;

    /// @notice A Datanet as it stands now.
    function datanetOf(uint32 datanet) external view returns (Datanet memory);

    /// @notice The number of Datanets, which is also the last one's.
    function datanetCount() external view returns (uint32);

    /// @notice A submission as it stands now.
    function submissionOf(bytes32 root) external view returns (SubmissionState memory);

    /// @notice A contributor's standing in a Datanet.
    function scoreOf(uint32 datanet, address contributor) external view returns (Score memory);

    /// @notice What is left today, and when the next UTC day begins. A day's limits are those in force at its first
    /// submission: a change of the parameters holds from the next day on.
    function quotaOf(address contributor)
        external
        view
        returns (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt);

    /// @notice The EIP-712 digest of a submission.
    function digestOf(Submission calldata submission) external view returns (bytes32);
}
