// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ContributorKeys} from "./datanets/ContributorKeys.sol";
import {DatanetRegistry} from "./datanets/DatanetRegistry.sol";
import {DatanetsBase} from "./datanets/DatanetsBase.sol";
import {Duplicates} from "./datanets/Duplicates.sol";
import {IDatanets} from "./interfaces/IDatanets.sol";
import {Grades} from "./libraries/Grades.sol";
import {Score as Wilson} from "./libraries/Score.sol";
import {ConfigWord, ScoreWord, SubmissionWord, SubmissionWords} from "./libraries/DatanetWords.sol";

/// @title Datanets
/// @notice Typed pools of data: signed submissions under a daily quota, pay for accepted files, scores that never fall.
contract Datanets is DatanetRegistry, ContributorKeys, Duplicates, EIP712 {
    bytes32 private constant SUBMISSION_TYPEHASH = keccak256(
        "Submission(address contributor,uint32 datanet,uint8 files,uint32 sizeBytes,uint16 terms,bytes32 leavesRoot,bytes32 manifestDigest,uint40 deadline)"
    );
    uint256 private constant MAX_GRADE = 3;
    uint256 private constant MAX_SWEEP = 64;
    /// @dev Submissions with duplicates that one sweep credits: each may pay 20 finders.
    uint256 private constant MAX_DUPLICATES_SWEEP = 4;

    mapping(uint256 datanetAndIdentity => ScoreWord) private _scores;

    constructor(address authority, address parameters, address court, address vault)
        DatanetsBase(parameters, court, vault)
        AccessManaged(authority)
        EIP712("OpenLedger", "1")
    {}

    // ------------------------------------------------------------------------------------------ everyone

    /// @inheritdoc IDatanets
    function submit(Submission calldata submission, bytes calldata signature) external {
        ConfigWord config = _records[submission.datanet].config;
        if (config.listed()) revert NotListed(submission.datanet, submission.contributor);
        _submit(submission, signature, config);
    }

    /// @inheritdoc IDatanets
    function submitListed(Submission calldata submission, bytes calldata signature, bytes32[] calldata proof)
        external
    {
        ConfigWord config = _records[submission.datanet].config;
        if (config.listed()) _requireListed(submission.datanet, submission.contributor, proof);
        _submit(submission, signature, config);
    }

    /// @inheritdoc IDatanets
    function appeal(bytes32 root) external returns (uint40 docket) {
        SubmissionWord submission = _known(root);
        return COURT.appeal(submission.docket(), submission.position(), submission.files(), msg.sender);
    }

    /// @inheritdoc IDatanets
    function finalize(bytes32 root) external {
        _requireCredits();
        SubmissionWord submission = _known(root);
        if (submission.finalized()) revert AlreadyFinalized(root);
        uint256 files = submission.files();
        uint256 grades = COURT.gradesOf(submission.docket(), submission.position(), uint8(files));
        uint256 duplicates;
        if (submission.hasDuplicates()) {
            bool ready;
            (ready, duplicates) = _duplicateLanes(root, files);
            if (!ready) revert EarlierNotFinal(root);
        }
        _finalize(root, submission, grades, duplicates);
    }

    /// @inheritdoc IDatanets
    function finalizeMany(bytes32[] calldata roots) external {
        _requireCredits();
        uint256 count = roots.length;
        if (count > MAX_SWEEP) revert TooManyRoots(count, MAX_SWEEP);
        uint40 known;
        bool isFinal;
        uint256 verdict;
        uint256 withDuplicates;
        // Counters of at most 64, and 2 * position < 256.
        unchecked {
            for (uint256 i; i < count; ++i) {
                bytes32 root = roots[i];
                SubmissionWord submission = _known(root);
                if (submission.finalized()) continue;
                // Docket ids count from 4. Submissions of one docket usually come together, and are rarely appealed.
                uint40 docket = submission.docket();
                if (docket != known) {
                    (isFinal, verdict) = COURT.verdictOf(docket);
                    known = docket;
                }
                uint256 files = submission.files();
                uint256 grades = (verdict >> (2 * uint256(submission.position()))) & Grades.maskOf(files);
                if (!isFinal) {
                    bool over;
                    (, over, grades) = COURT.standingOf(docket, submission.position(), uint8(files));
                    if (!over) continue;
                }
                uint256 duplicates;
                if (submission.hasDuplicates()) {
                    if (++withDuplicates > MAX_DUPLICATES_SWEEP) continue;
                    bool ready;
                    (ready, duplicates) = _duplicateLanes(root, files);
                    if (!ready) continue;
                }
                _finalize(root, submission, grades, duplicates);
            }
        }
    }

    // --------------------------------------------------------------------------------------------- views

    /// @inheritdoc IDatanets
    function submissionOf(bytes32 root) external view returns (SubmissionState memory) {
        SubmissionWord submission = _submissions[root];
        return SubmissionState({
            contributor: submission.contributor(),
            datanet: submission.datanet(),
            docket: submission.docket(),
            position: submission.position(),
            files: submission.files(),
            finalized: submission.finalized(),
            hasDuplicates: submission.hasDuplicates()
        });
    }

    /// @inheritdoc IDatanets
    function scoreOf(uint32 datanet, address contributor) external view returns (Score memory) {
        ScoreWord score = _scores[_scoreKey(datanet, VAULT.identityOf(contributor))];
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
    function digestOf(Submission calldata submission) public view returns (bytes32) {
        bytes32 typeHash = SUBMISSION_TYPEHASH;
        bytes32 structHash;
        // keccak256(abi.encode(SUBMISSION_TYPEHASH, submission)) of the words as they came in. A field outside its range
        // reverts where it is read.
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, typeHash)
            calldatacopy(add(preimage, 0x20), submission, 0x100)
            structHash := keccak256(preimage, 0x120)
        }
        return _hashTypedDataV4(structHash);
    }

    /// @inheritdoc IDatanets
    function rootOf(address contributor, bytes32 leavesRoot) public pure returns (bytes32) {
        return keccak256(abi.encode(contributor, leavesRoot));
    }

    // ------------------------------------------------------------------------------------------ internals

    function _known(bytes32 root) private view returns (SubmissionWord submission) {
        submission = _submissions[root];
        if (submission.isZero()) revert UnknownSubmission(root);
    }

    function _submit(Submission calldata submission, bytes calldata signature, ConfigWord config) private {
        if (block.timestamp > submission.deadline) revert SignatureExpired(submission.deadline);
        if (submission.leavesRoot == 0) revert EmptyRoot();
        address contributor = submission.contributor;
        // The contributor is part of the key: who copies a root from the mempool takes nobody's place.
        bytes32 root = rootOf(contributor, submission.leavesRoot);
        if (!_submissions[root].isZero()) revert AlreadySubmitted(root);
        if (msg.sender != contributor) _requireSigned(contributor, digestOf(submission), signature);
        uint32 datanet = submission.datanet;
        if (config.isZero()) revert UnknownDatanet(datanet);
        if (!config.open()) revert DatanetClosed(datanet);
        uint16 terms = submission.terms;
        if (terms != config.terms()) revert TermsChanged(datanet, terms, config.terms());
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
        emit Submitted(
            root, datanet, contributor, docket, position, files, sizeBytes, terms, submission.manifestDigest
        );
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

    /// @param duplicates The lanes of `grades` that become 0.
    function _finalize(bytes32 root, SubmissionWord submission, uint256 grades, uint256 duplicates) private {
        _submissions[root] = submission.withFinalized();
        uint32 datanet = submission.datanet();
        address contributor = submission.contributor();
        Record storage record = _records[datanet];
        ConfigWord config = record.config;
        uint256 finderWei;
        if (duplicates != 0) {
            finderWei = _payFinders(root, datanet, grades & duplicates, config.rewardWei());
            grades &= ~duplicates;
        }
        uint256 files = submission.files();
        uint256 points = Grades.points(grades);
        bytes32 head = record.versionHead;
        if (points != 0) {
            head = keccak256(abi.encode(head, root, grades));
            config = config.withNextVersion();
            record.versionHead = head;
            record.config = config;
        }
        // At most 60 points of 88 bits; points <= 3 * files, and no finder is paid more than the zeroed points.
        unchecked {
            uint256 rewardWei = points * config.rewardWei();
            uint256 releasedWei = MAX_GRADE * files * config.rewardWei() - rewardWei - finderWei;
            address identity = VAULT.settle(datanet, contributor, rewardWei, releasedWei);
            uint256 scoreBps = _raiseScore(datanet, identity, grades, points, files);
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
    function _raiseScore(uint256 datanet, address identity, uint256 grades, uint256 points, uint256 files)
        private
        returns (uint256)
    {
        uint256 key = _scoreKey(datanet, identity);
        ScoreWord score = _scores[key].withVerdict(points, files, Grades.accepted(grades), block.timestamp);
        uint256 mark = Wilson.wilsonBpsDown(score.points(), score.judged());
        if (mark > score.scoreBps()) score = score.withMark(mark, block.timestamp);
        _scores[key] = score;
        return score.scoreBps();
    }

    function _scoreKey(uint256 datanet, address identity) private pure returns (uint256) {
        return (datanet << 160) | uint160(identity);
    }
}
