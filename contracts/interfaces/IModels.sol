// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ITraining} from "./ITraining.sol";

/// @title Models
/// @notice An ERC-721 whose tokens are models. A release of a model is an accepted job; a refined model adds a release.
interface IModels {
    struct Release {
        uint40 model;
        uint40 job;
        uint40 parentRelease;
        bytes32 adapterDigest;
    }

    /// @param licence SPDX identifier.
    event BaseAdded(bytes32 indexed baseDigest, string family, string name, string licence);
    event BaseRemoved(bytes32 indexed baseDigest);
    event Released(
        uint40 indexed release,
        uint40 indexed model,
        uint40 indexed job,
        uint40 parentRelease,
        bytes32 specDigest,
        address trainer,
        ITraining.Attestation attestation
    );

    error UnknownBase(bytes32 baseDigest);
    error BaseAlreadyAdded(bytes32 baseDigest);
    error NotAccepted(uint40 job);
    error AlreadyReleased(uint40 job, uint40 release);
    error UnknownRelease(uint40 release);

    /// @notice Governance adds a base model to the list that jobs may name.
    function addBase(bytes32 baseDigest, string calldata family, string calldata name, string calldata licence) external;
    function removeBase(bytes32 baseDigest) external;
    function isBase(bytes32 baseDigest) external view returns (bool);

    /// @notice Publish an accepted job as a release: a new token for the poster, or, when its parent's model belongs to
    /// the poster, one more release of that model. Anyone may call, once a job.
    function release(uint40 job, address trainer, ITraining.Attestation calldata attestation) external returns (uint40 releaseId);

    function releaseOf(uint40 releaseId) external view returns (Release memory);
    function releaseCount() external view returns (uint40);
    function modelCount() external view returns (uint40);
    function releaseOfJob(uint40 job) external view returns (uint40 releaseId);
}
