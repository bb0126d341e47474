// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Committee} from "../libraries/Committee.sol";
import {Grades} from "../libraries/Grades.sol";
import {Score} from "../libraries/Score.sol";

/// @title LibraryHarness
/// @notice Opens the internal libraries to tests that compare them with the TypeScript versions, many inputs a call.
contract LibraryHarness {
    struct Draw {
        uint256 seed;
        uint256 docket;
        uint256 round;
        uint256 draws;
        uint256 seats;
    }

    struct Docket {
        uint256[] words;
        uint256[] weights;
        uint256 items;
    }

    struct Leaf {
        address contributor;
        uint8 index;
        bytes32 sha256_;
        uint256 sizeBytes;
        string mediaType;
        bytes32 salt;
    }

    struct Vote {
        uint256 chainId;
        address court;
        uint40 docket;
        address voter;
        uint256 word;
        bytes reasons;
        bytes32 salt;
    }

    function positions(Draw[] calldata draws) external pure returns (uint24[][] memory drawn) {
        drawn = new uint24[][](draws.length);
        for (uint256 i; i < draws.length; ++i) {
            Draw calldata draw = draws[i];
            drawn[i] = Committee.positions(draw.seed, draw.docket, draw.round, draw.draws, draw.seats);
        }
    }

    function scores(uint256[] calldata points, uint256[] calldata judged) external pure returns (uint256[] memory bps) {
        bps = new uint256[](points.length);
        for (uint256 i; i < points.length; ++i) {
            bps[i] = Score.wilsonBpsDown(points[i], judged[i]);
        }
    }

    /// @notice The verdict of a docket, and each word's mismatches with it.
    function verdicts(Docket[] calldata dockets)
        external
        pure
        returns (uint256[] memory medians, uint256[][] memory mismatches)
    {
        medians = new uint256[](dockets.length);
        mismatches = new uint256[][](dockets.length);
        for (uint256 i; i < dockets.length; ++i) {
            Docket calldata docket = dockets[i];
            medians[i] = Grades.medians(_votesOf(docket)) & Grades.maskOf(docket.items);
            mismatches[i] = new uint256[](docket.words.length);
            for (uint256 k; k < docket.words.length; ++k) {
                mismatches[i][k] = Grades.mismatches(docket.words[k], medians[i]);
            }
        }
    }

    function sums(uint256[] calldata words) external pure returns (uint256[] memory points, uint256[] memory accepted) {
        points = new uint256[](words.length);
        accepted = new uint256[](words.length);
        for (uint256 i; i < words.length; ++i) {
            points[i] = Grades.points(words[i]);
            accepted[i] = Grades.accepted(words[i]);
        }
    }

    /// @notice Whether a leaf belongs to a root, the way a contract checks it.
    function isLeaf(bytes32 root, Leaf calldata leaf, bytes32[] calldata proof) external pure returns (bool) {
        bytes32 inner = keccak256(
            abi.encode(leaf.contributor, leaf.index, leaf.sha256_, leaf.sizeBytes, leaf.mediaType, leaf.salt)
        );
        return MerkleProof.verifyCalldata(proof, root, keccak256(abi.encode(inner)));
    }

    /// @notice A vote's commitment as the interface of the court describes it.
    function commitment(Vote calldata vote) external pure returns (bytes32) {
        return keccak256(
            abi.encode(
                vote.chainId, vote.court, vote.docket, vote.voter, vote.word, keccak256(vote.reasons), vote.salt
            )
        );
    }

    /// @notice The head of a version chain after some links.
    function head(bytes32 from, bytes32[] calldata roots, uint256[] calldata grades) external pure returns (bytes32) {
        for (uint256 i; i < roots.length; ++i) {
            from = keccak256(abi.encode(from, roots[i], grades[i]));
        }
        return from;
    }

    /// @dev Every word as often as its weight says.
    function _votesOf(Docket calldata docket) private pure returns (uint256[] memory votes) {
        uint256 total;
        for (uint256 k; k < docket.weights.length; ++k) total += docket.weights[k];
        votes = new uint256[](total);
        for (uint256 k; k < docket.words.length; ++k) {
            for (uint256 n; n < docket.weights[k]; ++n) votes[--total] = docket.words[k];
        }
    }
}
