// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Datanets
/// @notice Typed pools of data. Contributors sign submissions of up to 20 files; the court grades every file; accepted
/// files earn OPEN and a score that never falls. The quota of files and bytes is an address's, over all Datanets, in a UTC
/// day, and is enforced on declared sizes: a file whose bytes differ from its leaf is rejected by the validators.
///
/// A submission's key, `root` below, is keccak256(abi.encode(contributor, leavesRoot)): nobody takes another one's place.
/// A leaf is keccak256(bytes.concat(keccak256(abi.encode(contributor, index, sha256, sizeBytes, mediaType, salt)))), with
/// the types (address, uint8, bytes32, uint256, string, bytes32); `index` is the file's place in the submission.
///
/// A contributor is an identity, which is its first key. The score is the identity's, and money goes to its current key.
interface IDatanets {
    /// @notice What a contributor signs (EIP-712, domain "OpenLedger" version "1").
    /// @param contributor Who earns and whose quota is used.
    /// @param datanet Where to.
    /// @param files Number of leaves.
    /// @param sizeBytes Sum of the declared sizes of all files.
    /// @param terms Number of the Datanet's terms (licence and guidelines) under which the files are given.
    /// @param leavesRoot Merkle root of the leaves. A leaf binds its file to the contributor: copying it is worthless.
    /// @param manifestDigest sha256 of the canonical manifest.
    /// @param deadline Last second at which the signature may be used.
    struct Submission {
        address contributor;
        uint32 datanet;
        uint8 files;
        uint32 sizeBytes;
        uint16 terms;
        bytes32 leavesRoot;
        bytes32 manifestDigest;
        uint40 deadline;
    }

    /// @notice What a leaf says of a file, beside its contributor.
    /// @param index The file's place in its submission.
    /// @param sha256 Of its bytes.
    /// @param sizeBytes Their number.
    /// @param mediaType Their type.
    /// @param salt Keeps the leaf secret until the manifest is published.
    struct Leaf {
        uint8 index;
        bytes32 sha256;
        uint256 sizeBytes;
        string mediaType;
        bytes32 salt;
    }

    /// @notice A Datanet as it stands now.
    /// @param owner Who adds money, stops submissions and takes back what is not reserved.
    /// @param pool The pool that judges its files: its type, for ever.
    /// @param open Whether it takes new submissions.
    /// @param rewardWei What a point (a grade of 1) earns.
    /// @param feeWei What the voters of a file share.
    /// @param terms The number of its terms, from 1.
    /// @param versionCount Number of submissions with an accepted file: with the head, the dataset's version.
    /// @param versionHead keccak256(abi.encode(head before, root, grades)), chained over those submissions.
    /// @param listRoot Merkle root of the contributors who may submit; zero when everybody may.
    struct Datanet {
        address owner;
        uint8 pool;
        bool open;
        uint88 rewardWei;
        uint88 feeWei;
        uint16 terms;
        uint40 versionCount;
        bytes32 versionHead;
        bytes32 listRoot;
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
    /// @param hasDuplicates Whether a file of it was shown to be a duplicate.
    struct SubmissionState {
        address contributor;
        uint32 datanet;
        uint40 docket;
        uint8 position;
        uint8 files;
        bool finalized;
        bool hasDuplicates;
    }

    /// @notice What was shown of a file; all zero when nothing was.
    /// @param finder Who showed it.
    /// @param docket Where the earlier file was judged.
    /// @param position The place of its submission's first file in the docket.
    /// @param files Number of files of its submission.
    /// @param index Its place in its submission.
    /// @param finderBps What the finder gets of what the later file would have earned.
    struct Duplicate {
        address finder;
        uint40 docket;
        uint8 position;
        uint8 files;
        uint8 index;
        uint16 finderBps;
    }

    /// @notice A Datanet was made, under its terms number 1. Its prose stands here, and in TermsSet.
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
    /// @notice New submissions need to be signed under new terms. Earlier ones keep those they were signed under.
    /// @param terms Their number.
    event TermsSet(uint32 indexed datanet, uint16 terms, string licence, string guidelines);
    /// @notice Who may submit was set: everybody, where the root is zero.
    event ContributorListSet(uint32 indexed datanet, bytes32 listRoot);
    /// @notice The guardian stopped submissions, or credits, or both. What was stopped before stays so.
    event Paused(address indexed guardian, bool submissions, bool credits);
    /// @notice Governance resumed everything.
    event Unpaused(address indexed governance);
    /// @notice A key asks to be replaced, instead of by whom it asked before.
    /// @param readyAt From when the new key may accept.
    event RotationRequested(address indexed oldKey, address indexed newKey, uint40 readyAt);
    /// @notice The old key took its request back.
    event RotationCancelled(address indexed oldKey, address indexed newKey);
    /// @notice The old key is retired. The Vault's Rotated says which money moved.
    /// @param identity The contributor's first key, under which the score stands.
    event KeyRotated(address indexed identity, address indexed oldKey, address indexed newKey);
    /// @notice Two leaves have one sha256. The later file earns nothing, unless the court rejects the earlier one. An
    /// event for the same file again replaces this one.
    /// @param finderBps What the finder gets of what the later file would have earned.
    event DuplicateProven(
        bytes32 indexed root,
        bytes32 indexed earlierRoot,
        address indexed finder,
        uint8 index,
        uint8 earlierIndex,
        uint16 finderBps
    );
    /// @notice A duplicate's grade became 0 as its submission was finalized.
    /// @param grade What the court gave it.
    /// @param bountyWei What the finder earned: the Vault notes it without an event of its own.
    event DuplicateZeroed(
        bytes32 indexed root, address indexed finder, uint8 index, uint8 grade, uint256 bountyWei
    );
    /// @notice A submission is before the court: its files are items `position` and following of `docket`.
    event Submitted(
        bytes32 indexed root,
        uint32 indexed datanet,
        address indexed contributor,
        uint40 docket,
        uint8 position,
        uint8 files,
        uint32 sizeBytes,
        uint16 terms,
        bytes32 manifestDigest
    );
    /// @notice A submission was credited.
    /// @param contributor Who signed it. Score and money are of the identity to which this key belongs.
    /// @param grades Two bits a file; 0 for a duplicate.
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
    /// @notice The contributor signed other terms than the Datanet has now.
    error TermsChanged(uint32 datanet, uint16 signed, uint16 current);
    /// @notice A Datanet has at most 65,535 terms.
    error TermsExhausted(uint32 datanet);
    /// @notice The Datanet has a list of contributors, and nothing showed that this one is on it.
    error NotListed(uint32 datanet, address contributor);
    /// @notice The guardian stopped submissions.
    error SubmissionsPaused();
    /// @notice The guardian stopped credits. What is earned can be claimed.
    error CreditsPaused();
    /// @notice The key was replaced.
    error KeyRetired(address key);
    /// @notice No key can be replaced by this one.
    error BadKey(address newKey);
    /// @notice The new key has submitted, or is, or was, a key of some contributor.
    error KeyNotFresh(address newKey);
    /// @notice The key does not ask to be replaced.
    error NoRotation(address oldKey);
    /// @notice The key asked to be replaced by another one.
    error NotNewKey(address oldKey, address caller);
    /// @notice The old key may still cancel.
    error RotationNotReady(address oldKey, uint40 readyAt);
    /// @notice The two leaves are not of the same bytes.
    error DifferentFiles(bytes32 earlierSha256, bytes32 laterSha256);
    /// @notice Files of two types have no order.
    error DifferentPools(uint40 earlierDocket, uint40 laterDocket);
    /// @notice The file said to be earlier is not.
    error NotEarlier(uint40 earlierDocket, uint8 earlierItem, uint40 laterDocket, uint8 laterItem);
    /// @notice The court rejected the earlier file.
    error EarlierRejected(bytes32 earlierRoot, uint8 earlierIndex);
    /// @notice The earlier file of a duplicate has no final grade yet.
    error EarlierNotFinal(bytes32 root);
    /// @notice Somebody showed it before.
    error AlreadyProven(bytes32 root, uint8 index, address finder);
    /// @notice The submission has fewer files.
    error BadIndex(uint8 index, uint8 files);
    /// @notice The proof does not lead from the leaf to the submission's root.
    error BadProof(bytes32 root, uint8 index);
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

    /// @notice The owner changes licence and guidelines, for submissions to come: what was signed under the terms before
    /// and is not yet sent is refused.
    /// @return terms Their number.
    function setTerms(uint32 datanet, string calldata licence, string calldata guidelines)
        external
        returns (uint16 terms);

    /// @notice The owner says who may submit.
    /// @param listRoot Merkle root of keccak256(bytes.concat(keccak256(abi.encode(contributor)))), or zero for everybody.
    function setContributorList(uint32 datanet, bytes32 listRoot) external;

    /// @notice The guardian stops submissions, or credits, or both. Nothing stops the Vault from paying what was earned,
    /// or an owner from taking back what is not reserved.
    function pause(bool submissions, bool credits) external;

    /// @notice Governance, which the guardian alone is not, resumes everything.
    function unpause() external;

    /// @notice The caller asks to be replaced by a key that has never been a contributor, once
    /// `contributorRules().rotationSeconds` have passed. Replaces an earlier request.
    function rotateKey(address newKey) external;

    /// @notice The caller takes the request back: until the new key has accepted, and for ever if it never does.
    function cancelRotation() external;

    /// @notice The caller takes the old key's place. Score, unclaimed earnings, later credit and the quota used today come
    /// along; the old key may never submit again.
    function acceptRotation(address oldKey) external;

    /// @notice Show that two files are the same bytes. Before the later one is credited its grade becomes 0, and the caller
    /// earns a share of what it would have earned, provided that the court accepts the earlier file in the end. Files of
    /// one contributor, and of one submission, count too. The order is that of the items before the court.
    /// @param earlierRoot The submission with the earlier file.
    /// @param earlierProof From its leaf to its leavesRoot.
    /// @param laterRoot The submission with the later file: not finalized yet.
    function proveDuplicate(
        bytes32 earlierRoot,
        Leaf calldata earlier,
        bytes32[] calldata earlierProof,
        bytes32 laterRoot,
        Leaf calldata later,
        bytes32[] calldata laterProof
    ) external;

    /// @notice Have a submission judged anew by a larger committee. The caller, who may be anybody, approved the Vault for
    /// the bond. Meanwhile the submission waits; nobody's score changes.
    /// @return docket The appeal's docket.
    function appeal(bytes32 root) external returns (uint40 docket);

    /// @notice Put a signed submission before the court. Anybody may send it; the contributor needs no signature for their
    /// own transaction. Three points and the fee of every file are reserved at once, so that nobody can take back what
    /// others are earning.
    /// @param signature The contributor's ECDSA signature, or what their contract accepts by ERC-1271.
    function submit(Submission calldata submission, bytes calldata signature) external;

    /// @notice `submit` to a Datanet with a list of contributors.
    /// @param proof From the leaf of the contributor's key, or of its first key, to the list's root.
    function submitListed(Submission calldata submission, bytes calldata signature, bytes32[] calldata proof) external;

    /// @notice Pay for the accepted files, raise the score, extend the version, release the rest. Anyone may call, once the
    /// grades are final, and those of the earlier files where some are duplicates.
    function finalize(bytes32 root) external;

    /// @notice `finalize` for up to 64 submissions. Those already finalized, or not yet final, are skipped, and after four
    /// submissions with duplicates the others with some.
    function finalizeMany(bytes32[] calldata roots) external;

    /// @notice A Datanet as it stands now.
    function datanetOf(uint32 datanet) external view returns (Datanet memory);

    /// @notice The number of Datanets, which is also the last one's.
    function datanetCount() external view returns (uint32);

    /// @notice A submission as it stands now.
    function submissionOf(bytes32 root) external view returns (SubmissionState memory);

    /// @notice What was shown of a submission's file.
    function duplicateOf(bytes32 root, uint8 index) external view returns (Duplicate memory);

    /// @notice By whom a key asks to be replaced, and from when; all zero when it does not.
    function rotationOf(address oldKey) external view returns (address newKey, uint40 readyAt);

    /// @notice What the guardian stopped.
    function paused() external view returns (bool submissions, bool credits);

    /// @notice A submission's key.
    function rootOf(address contributor, bytes32 leavesRoot) external pure returns (bytes32);

    /// @notice The standing in a Datanet of the contributor to whom a key belongs.
    function scoreOf(uint32 datanet, address contributor) external view returns (Score memory);

    /// @notice What is left today, and when the next UTC day begins. A day's limits are those in force at its first
    /// submission: a change of the parameters holds from the next day on. A retired key has nothing left.
    function quotaOf(address contributor)
        external
        view
        returns (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt);

    /// @notice The EIP-712 digest of a submission.
    function digestOf(Submission calldata submission) external view returns (bytes32);
}
