// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {IDatanets} from "./interfaces/IDatanets.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Grades} from "./libraries/Grades.sol";
import {Score as Wilson} from "./libraries/Score.sol";
import {
    ConfigWord,
    ConfigWords,
    LimitsWord,
    LimitsWords,
    QuotaWord,
    QuotaWords,
    ScoreWord,
    ScoreWords,
    SubmissionWord,
    SubmissionWords
} from "./libraries/DatanetWords.sol";

/// @title Datanets
/// @notice Typed pools of data: signed submissions under a daily quota, pay for accepted files, scores that never fall.
contract Datanets is IDatanets, EIP712 {
    /// @dev A Datanet's slots.
    struct Record {
        ConfigWord config;
        bytes32 versionHead;
        address owner;
    }

    bytes32 private constant SUBMISSION_TYPEHASH = keccak256(
        "Submission(address contributor,uint32 datanet,uint8 files,uint32 sizeBytes,bytes32 root,bytes32 manifestDigest,uint40 deadline)"
    );
    uint256 private constant MAX_GRADE = 3;
    uint256 private constant DATA_POOLS = 3;
    uint256 private constant MAX_SWEEP = 64;

    IParameters public immutable PARAMETERS;
    ICourt public immutable COURT;
    IVault public immutable VAULT;

    /// @inheritdoc IDatanets
    uint32 public datanetCount;
    mapping(uint256 datanet => Record) private _records;
    mapping(bytes32 root => SubmissionWord) private _submissions;
    /// @dev The limits of the last day on which anybody submitted, as they were at that day's first submission.
    LimitsWord private _limits;
    mapping(address contributor => QuotaWord) private _quotas;
    mapping(uint256 datanetAndContributor => ScoreWord) private _scores;

    modifier onlyOwner(uint32 datanet) {
        if (msg.sender != _ownerOf(datanet)) revert NotOwner(datanet, msg.sender);
        _;
    }

    constructor(address parameters, address court, address vault) EIP712("OpenLedger", "1") {
        PARAMETERS = IParameters(parameters);
        COURT = ICourt(court);
        VAULT = IVault(vault);
    }

    // ------------------------------------------------------------------------------------------- owners

    /// @inheritdoc IDatanets
    function create(
        uint8 pool,
        uint88 rewardWei,
        uint88 feeWei,
        string calldata name,
        string calldata licence,
        string calldata guidelines
    ) external returns (uint32 datanet) {
        // The pools after the data pools judge no files.
        if (pool >= DATA_POOLS) revert UnknownPool(pool);
        datanet = ++datanetCount;
        Record storage record = _records[datanet];
        record.config = ConfigWords.pack(pool, rewardWei, feeWei);
        record.owner = msg.sender;
        emit DatanetCreated(datanet, msg.sender, pool, rewardWei, feeWei, name, licence, guidelines);
    }

    /// @inheritdoc IDatanets
    function fund(uint32 datanet, uint256 amountWei) external {
        _ownerOf(datanet);
        VAULT.deposit(datanet, msg.sender, amountWei);
    }

    /// @inheritdoc IDatanets
    function withdraw(uint32 datanet, address to, uint256 amountWei) external onlyOwner(datanet) {
        VAULT.withdraw(datanet, to, amountWei);
    }

    /// @inheritdoc IDatanets
    function setOpen(uint32 datanet, bool open) external onlyOwner(datanet) {
        Record storage record = _records[datanet];
        record.config = record.config.withOpen(open);
        emit DatanetOpenSet(datanet, open);
    }

    // ------------------------------------------------------------------------------------------ everyone

    /// @inheritdoc IDatanets
    function submit(Submission calldata submission, bytes calldata signature) external {
        if (block.timestamp > submission.deadline) revert SignatureExpired(submission.deadline);
        bytes32 root = submission.root;
        if (root == 0) revert EmptyRoot();
        if (!_submissions[root].isZero()) revert AlreadySubmitted(root);
        address contributor = submission.contributor;
        if (msg.sender != contributor) _requireSigned(contributor, digestOf(submission), signature);
        uint32 datanet = submission.datanet;
        ConfigWord config = _records[datanet].config;
        if (config.isZero()) revert UnknownDatanet(datanet);
        if (!config.open()) revert DatanetClosed(datanet);
        uint8 files = submission.files;
        uint32 sizeBytes = submission.sizeBytes;
        _useQuota(contributor, files, sizeBytes);

        uint96 feeWei;
        // 8 bits times 88 bits, times three.
        unchecked {
            feeWei = uint96(files * config.feeWei());
            VAULT.reserve(datanet, MAX_GRADE * files * config.rewardWei(), feeWei);
        }
        (uint40 docket, uint8 position) = COURT.admit(config.pool(), files, feeWei);
        _submissions[root] = SubmissionWords.pack(contributor, datanet, docket, position, files);
        emit Submitted(root, datanet, contributor, docket, position, files, sizeBytes, submission.manifestDigest);
    }

    /// @inheritdoc IDatanets
    function finalize(bytes32 root) external {
        SubmissionWord submission = _submissions[root];
        if (submission.isZero()) revert UnknownSubmission(root);
        if (submission.finalized()) revert AlreadyFinalized(root);
        uint256 grades = COURT.gradesOf(submission.docket(), submission.position(), submission.files());
        _finalize(root, submission, grades);
    }

    /// @inheritdoc IDatanets
    function finalizeMany(bytes32[] calldata roots) external {
        uint256 count = roots.length;
        if (count > MAX_SWEEP) revert TooManyRoots(count, MAX_SWEEP);
        uint40 known;
        bool settled;
        uint256 verdict;
        for (uint256 i; i < count; ++i) {
            bytes32 root = roots[i];
            SubmissionWord submission = _submissions[root];
            if (submission.isZero()) revert UnknownSubmission(root);
            if (submission.finalized()) continue;
            // Docket ids count from 4. Submissions of one docket usually come together.
            uint40 docket = submission.docket();
            if (docket != known) {
                (settled, verdict) = COURT.verdictOf(docket);
                known = docket;
            }
            if (!settled) continue;
            // 2 * position < 256.
            unchecked {
                uint256 grades =
                    (verdict >> (2 * uint256(submission.position()))) & Grades.maskOf(submission.files());
                _finalize(root, submission, grades);
            }
        }
    }

    // --------------------------------------------------------------------------------------------- views

    /// @inheritdoc IDatanets
    function datanetOf(uint32 datanet) external view returns (Datanet memory) {
        Record storage record = _records[datanet];
        ConfigWord config = record.config;
        if (config.isZero()) revert UnknownDatanet(datanet);
        return Datanet({
            owner: record.owner,
            pool: config.pool(),
            open: config.open(),
            rewardWei: uint88(config.rewardWei()),
            feeWei: uint88(config.feeWei()),
            versionCount: uint40(config.versionCount()),
            versionHead: record.versionHead
        });
    }

    /// @inheritdoc IDatanets
    function submissionOf(bytes32 root) external view returns (SubmissionState memory) {
        SubmissionWord submission = _submissions[root];
        return SubmissionState({
            contributor: submission.contributor(),
            datanet: submission.datanet(),
            docket: submission.docket(),
            position: submission.position(),
            files: submission.files(),
            finalized: submission.finalized()
        });
    }

    /// @inheritdoc IDatanets
    function scoreOf(uint32 datanet, address contributor) external view returns (Score memory) {
        ScoreWord score = _scores[_scoreKey(datanet, contributor)];
        return Score({
            scoreBps: uint16(score.scoreBps()),
            points: uint40(score.points()),
            judged: uint32(score.judged()),
            accepted: uint32(score.accepted()),
            days_: uint24(score.acceptanceDays()),
            lastDay: uint24(score.lastDay()),
            reachedAt: uint40(score.reachedAt())
        });
    }

    /// @inheritdoc IDatanets
    function quotaOf(address contributor)
        external
        view
        returns (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt)
    {
        uint256 today = block.timestamp / 1 days;
        LimitsWord limits = _limits;
        if (!limits.isOf(today)) limits = _readLimits(today);
        (uint256 files, uint256 sizeBytes) = _quotas[contributor].usedOn(today);
        filesLeft = Math.saturatingSub(limits.filesPerDay(), files);
        bytesLeft = Math.saturatingSub(limits.bytesPerDay(), sizeBytes);
        resetsAt = (today + 1) * 1 days;
    }

    /// @inheritdoc IDatanets
    function digestOf(Submission calldata submission) public view returns (bytes32) {
        bytes32 typeHash = SUBMISSION_TYPEHASH;
        bytes32 structHash;
        // keccak256(abi.encode(SUBMISSION_TYPEHASH, submission)) of the words as they came in. A field outside its range
        // reverts where it is read.
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, typeHash)
            calldatacopy(add(preimage, 0x20), submission, 0xe0)
            structHash := keccak256(preimage, 0x100)
        }
        return _hashTypedDataV4(structHash);
    }

    // ------------------------------------------------------------------------------------------ internals

    function _ownerOf(uint32 datanet) private view returns (address owner) {
        owner = _records[datanet].owner;
        if (owner == address(0)) revert UnknownDatanet(datanet);
    }

    /// @dev ECDSA first, so that an EOA with delegated code (EIP-7702) signs like any other; then ERC-1271.
    function _requireSigned(address contributor, bytes32 digest, bytes calldata signature) private view {
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && signer == contributor) return;
        if (
            contributor.code.length == 0
                || !SignatureChecker.isValidERC1271SignatureNowCalldata(contributor, digest, signature)
        ) revert BadSignature(contributor);
    }

    function _useQuota(address contributor, uint256 files, uint256 sizeBytes) private {
        uint256 today = block.timestamp / 1 days;
        LimitsWord limits = _limits;
        if (!limits.isOf(today)) {
            limits = _readLimits(today);
            _limits = limits;
        }
        if (files == 0 || files > limits.filesPerSubmission()) {
            revert BadFileCount(files, limits.filesPerSubmission());
        }
        // A file has at least one byte.
        if (sizeBytes < files) revert BadSize(sizeBytes);
        (uint256 usedFiles, uint256 usedBytes) = _quotas[contributor].usedOn(today);
        // Sums of 8-bit and of 32-bit numbers.
        unchecked {
            if (usedFiles + files > limits.filesPerDay()) {
                revert FileQuotaExceeded(contributor, usedFiles, files, limits.filesPerDay());
            }
            if (usedBytes + sizeBytes > limits.bytesPerDay()) {
                revert ByteQuotaExceeded(contributor, usedBytes, sizeBytes, limits.bytesPerDay());
            }
            _quotas[contributor] = QuotaWords.pack(today, usedFiles + files, usedBytes + sizeBytes);
        }
    }

    function _readLimits(uint256 today) private view returns (LimitsWord) {
        IParameters.SubmissionLimits memory limits = PARAMETERS.submissionLimits();
        return LimitsWords.pack(today, limits.filesPerSubmission, limits.filesPerDay, limits.bytesPerDay);
    }

    function _finalize(bytes32 root, SubmissionWord submission, uint256 grades) private {
        _submissions[root] = submission.withFinalized();
        uint32 datanet = submission.datanet();
        address contributor = submission.contributor();
        uint256 files = submission.files();
        uint256 points = Grades.points(grades);
        uint256 scoreBps = _raiseScore(datanet, contributor, grades, points, files);

        Record storage record = _records[datanet];
        ConfigWord config = record.config;
        bytes32 head = record.versionHead;
        if (points != 0) {
            head = keccak256(abi.encode(head, root, grades));
            config = config.withNextVersion();
            record.versionHead = head;
            record.config = config;
        }
        // At most 60 points of 88 bits, and points <= 3 * files.
        unchecked {
            uint256 rewardWei = points * config.rewardWei();
            VAULT.settle(datanet, contributor, rewardWei, MAX_GRADE * files * config.rewardWei() - rewardWei);
            emit Finalized(
                root,
                datanet,
                contributor,
                grades,
                rewardWei,
                uint16(scoreBps),
                uint40(config.versionCount()),
                head
            );
        }
    }

    /// @dev Count the judged files and raise the high-water mark where the new rate is above it.
    function _raiseScore(uint256 datanet, address contributor, uint256 grades, uint256 points, uint256 files)
        private
        returns (uint256)
    {
        uint256 key = _scoreKey(datanet, contributor);
        ScoreWord score = _scores[key].withVerdict(points, files, Grades.accepted(grades), block.timestamp);
        uint256 mark = Wilson.wilsonBpsDown(score.points(), score.judged());
        if (mark > score.scoreBps()) score = score.withMark(mark, block.timestamp);
        _scores[key] = score;
        return score.scoreBps();
    }

    function _scoreKey(uint256 datanet, address contributor) private pure returns (uint256) {
        return (datanet << 160) | uint160(contributor);
    }
}
