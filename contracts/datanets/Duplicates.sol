// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {DuplicateWord, DuplicateWords, SubmissionWord} from "../libraries/DatanetWords.sol";
import {DatanetsBase} from "./DatanetsBase.sol";

/// @title Duplicates
/// @notice Two leaves with one sha256: the later file's grade becomes 0 before it is credited, and the finder is paid.
abstract contract Duplicates is DatanetsBase {
    uint256 private constant GRADE_MASK = 3;
    uint256 private constant POOL_MASK = 3;
    uint256 private constant BASIS_POINTS = 10_000;

    mapping(bytes32 root => SubmissionWord) internal _submissions;
    mapping(bytes32 root => mapping(uint256 index => DuplicateWord)) private _duplicates;

    /// @inheritdoc IDatanets
    function proveDuplicate(
        bytes32 earlierRoot,
        Leaf calldata earlier,
        bytes32[] calldata earlierProof,
        bytes32 laterRoot,
        Leaf calldata later,
        bytes32[] calldata laterProof
    ) external {
        if (earlier.sha256 != later.sha256) revert DifferentFiles(earlier.sha256, later.sha256);
        SubmissionWord first = _submissionOf(earlierRoot, earlier, earlierProof);
        SubmissionWord second = _submissionOf(laterRoot, later, laterProof);
        if (second.finalized()) revert AlreadyFinalized(laterRoot);
        _requireEarlier(first, earlier.index, second, later.index);

        uint256 finderBps = PARAMETERS.contributorRules().finderBps;
        DuplicateWord proof = DuplicateWords.pack(msg.sender, first, earlier.index, finderBps);
        if (_isRejected(proof)) revert EarlierRejected(earlierRoot, earlier.index);
        // An earlier file that the court rejected after all must not shield the later one from its true origin.
        DuplicateWord known = _duplicates[laterRoot][later.index];
        if (!known.isZero() && !_isRejected(known)) revert AlreadyProven(laterRoot, later.index, known.finder());
        _duplicates[laterRoot][later.index] = proof;
        _submissions[laterRoot] = second.withDuplicates();
        emit DuplicateProven(laterRoot, earlierRoot, msg.sender, later.index, earlier.index, uint16(finderBps));
    }

    /// @inheritdoc IDatanets
    function duplicateOf(bytes32 root, uint8 index) external view returns (Duplicate memory) {
        DuplicateWord word = _duplicates[root][index];
        return Duplicate({
            finder: word.finder(),
            docket: word.docket(),
            position: word.position(),
            files: word.files(),
            index: word.index(),
            finderBps: uint16(word.finderBps())
        });
    }

    /// @dev The lanes of a submission's grades whose files are duplicates of files that the court accepted.
    /// @return ready Whether every earlier file has its final grade; the lanes say nothing before.
    function _duplicateLanes(bytes32 root, uint256 files) internal view returns (bool ready, uint256 lanes) {
        mapping(uint256 => DuplicateWord) storage found = _duplicates[root];
        // At most 20 files.
        unchecked {
            for (uint256 index; index < files; ++index) {
                DuplicateWord word = found[index];
                if (word.isZero()) continue;
                (, bool isFinal, uint256 grade) = _earlierGrade(word);
                if (!isFinal) return (false, 0);
                if (grade != 0) lanes |= GRADE_MASK << (2 * index);
            }
        }
        return (true, lanes);
    }

    /// @dev Pay the finders their share of what the zeroed files would have earned.
    /// @param grades The grades of those files alone.
    function _payFinders(bytes32 root, uint256 datanet, uint256 grades, uint256 rewardWei)
        internal
        returns (uint256 paidWei)
    {
        mapping(uint256 => DuplicateWord) storage found = _duplicates[root];
        // At most 20 files, and no share is more than three times 88 bits.
        unchecked {
            for (uint256 index; grades >> (2 * index) != 0; ++index) {
                uint256 grade = (grades >> (2 * index)) & GRADE_MASK;
                if (grade == 0) continue;
                DuplicateWord word = found[index];
                uint256 bountyWei = grade * rewardWei * word.finderBps() / BASIS_POINTS;
                paidWei += bountyWei;
                VAULT.settle(datanet, word.finder(), bountyWei, 0);
                emit DuplicateZeroed(root, word.finder(), uint8(index), uint8(grade), bountyWei);
            }
        }
    }

    /// @dev The submission to which a leaf belongs.
    function _submissionOf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof)
        private
        view
        returns (SubmissionWord submission)
    {
        submission = _submissions[root];
        if (submission.isZero()) revert UnknownSubmission(root);
        // A leaf for which its submission has no place would speak of a neighbour's file.
        if (leaf.index >= submission.files()) revert BadIndex(leaf.index, submission.files());
        address contributor = submission.contributor();
        // Hashed twice: no inner node of a tree, made of 64 bytes, passes for a leaf.
        bytes32 inner = keccak256(
            abi.encode(contributor, leaf.index, leaf.sha256, leaf.sizeBytes, leaf.mediaType, leaf.salt)
        );
        bytes32 leavesRoot = MerkleProof.processProofCalldata(proof, keccak256(bytes.concat(inner)));
        if (keccak256(abi.encode(contributor, leavesRoot)) != root) revert BadProof(root, leaf.index);
    }

    /// @dev A pool's dockets are numbered in the order in which they collect, as the items of a docket are.
    function _requireEarlier(SubmissionWord first, uint256 firstIndex, SubmissionWord second, uint256 secondIndex)
        private
        pure
    {
        uint40 docket = first.docket();
        uint40 laterDocket = second.docket();
        if ((docket ^ laterDocket) & POOL_MASK != 0) revert DifferentPools(docket, laterDocket);
        // Bytes and indexes below 20.
        unchecked {
            uint256 item = first.position() + firstIndex;
            uint256 laterItem = second.position() + secondIndex;
            if (docket > laterDocket || (docket == laterDocket && item >= laterItem)) {
                revert NotEarlier(docket, uint8(item), laterDocket, uint8(laterItem));
            }
        }
    }

    function _isRejected(DuplicateWord word) private view returns (bool) {
        (bool settled,, uint256 grade) = _earlierGrade(word);
        return settled && grade == 0;
    }

    /// @dev How the earlier file stands: the court knows a submission's files together.
    function _earlierGrade(DuplicateWord word) private view returns (bool settled, bool isFinal, uint256 grade) {
        (settled, isFinal, grade) = COURT.standingOf(word.docket(), word.position(), word.files());
        // An index below 20.
        unchecked {
            grade = (grade >> (2 * uint256(word.index()))) & GRADE_MASK;
        }
    }
}
