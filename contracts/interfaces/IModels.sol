// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ITraining} from "./ITraining.sol";

/// @title Models
/// @notice An ERC-721 whose tokens are models. A release of a model is an accepted job; a refined model adds a release.
interface IModels {
    /// @notice What a release is made of. Everything else stands in the event Released, and in JobPosted of its job.
    /// @param model The token.
    /// @param job The job that made it.
    /// @param parentRelease The release that it refines, or 0.
    /// @param adapterDigest sha256 of adapter_model.safetensors.
    struct Release {
        uint40 model;
        uint40 job;
        uint40 parentRelease;
        bytes32 adapterDigest;
    }

    /// @notice Jobs may name a base model.
    /// @param baseDigest sha256 over the canonical list of its files.
    /// @param family The architecture, as in `config.model_type`.
    /// @param licence SPDX identifier.
    event BaseAdded(bytes32 indexed baseDigest, string family, string name, string licence);
    /// @notice New jobs may name a base model no more.
    event BaseRemoved(bytes32 indexed baseDigest);
    /// @notice A model has one more release, or its first.
    event Released(
        uint40 indexed release,
        uint40 indexed model,
        uint40 indexed job,
        uint40 parentRelease,
        bytes32 specDigest,
        address trainer,
        ITraining.Attestation attestation
    );

    /// @notice The base model is not on the list, or its digest is zero.
    error UnknownBase(bytes32 baseDigest);
    /// @notice The base model is on the list.
    error BaseAlreadyAdded(bytes32 baseDigest);
    /// @notice The court did not accept that attestation for the job.
    error NotAccepted(uint40 job);
    /// @notice The job was released before.
    error AlreadyReleased(uint40 job, uint40 release);
    /// @notice There is no such release.
    error UnknownRelease(uint40 release);

    /// @notice Governance adds a base model to the list that jobs may name.
    /// @param baseDigest sha256 over the canonical list of its files.
    /// @param family The architecture, as in `config.model_type`.
    /// @param name What people call it.
    /// @param licence SPDX identifier.
    function addBase(bytes32 baseDigest, string calldata family, string calldata name, string calldata licence) external;

    /// @notice Governance takes a base model off the list. Jobs already posted go on.
    function removeBase(bytes32 baseDigest) external;

    /// @notice Whether jobs may name a base model.
    function isBase(bytes32 baseDigest) external view returns (bool);

    /// @notice Publish an accepted job as a release: a new token for the poster, or, when its parent's model belongs to
    /// the poster, one more release of that model. Anyone may call, once a job, with what the event Attested says.
    /// @return releaseId Its number, from 1.
    function release(uint40 job, address trainer, ITraining.Attestation calldata attestation)
        external
        returns (uint40 releaseId);

    /// @notice What a release is made of.
    function releaseOf(uint40 releaseId) external view returns (Release memory);

    /// @notice The number of releases, which is also the last one's.
    function releaseCount() external view returns (uint40);

    /// @notice The number of models, which is also the last one's.
    function modelCount() external view returns (uint40);

    /// @notice The release of a job; zero when it has none.
    function releaseOfJob(uint40 job) external view returns (uint40 releaseId);
}
