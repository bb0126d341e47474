// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IModels} from "./interfaces/IModels.sol";
import {ITraining} from "./interfaces/ITraining.sol";

/// @title Models
/// @notice Models as ERC-721 tokens, their releases, and the list of base models that jobs may name (which Training
/// keeps, since it reads it with every job).
contract Models is IModels, ERC721, AccessManaged {
    /// @dev What refining reads of a release, in two slots.
    struct Record {
        uint40 model;
        uint40 job;
        uint40 parentRelease;
        bytes32 adapterDigest;
    }

    ITraining public immutable TRAINING;

    /// @inheritdoc IModels
    uint40 public releaseCount;
    /// @inheritdoc IModels
    uint40 public modelCount;
    mapping(uint256 releaseId => Record) private _releases;
    /// @inheritdoc IModels
    mapping(uint40 job => uint40 releaseId) public releaseOfJob;

    constructor(address authority, address training) ERC721("OpenLedger Models", "OLM") AccessManaged(authority) {
        TRAINING = ITraining(training);
    }

    /// @inheritdoc IModels
    function addBase(bytes32 baseDigest, string calldata family, string calldata name, string calldata licence)
        external
        restricted
    {
        if (baseDigest == 0) revert UnknownBase(baseDigest);
        if (isBase(baseDigest)) revert BaseAlreadyAdded(baseDigest);
        TRAINING.setBase(baseDigest, true);
        emit BaseAdded(baseDigest, family, name, licence);
    }

    /// @inheritdoc IModels
    function removeBase(bytes32 baseDigest) external restricted {
        if (!isBase(baseDigest)) revert UnknownBase(baseDigest);
        TRAINING.setBase(baseDigest, false);
        emit BaseRemoved(baseDigest);
    }

    /// @inheritdoc IModels
    function release(uint40 job, address trainer, ITraining.Attestation calldata attestation)
        external
        returns (uint40 releaseId)
    {
        if (!TRAINING.isAccepted(job, trainer, attestation)) revert NotAccepted(job);
        if (releaseOfJob[job] != 0) revert AlreadyReleased(job, releaseOfJob[job]);
        ITraining.Job memory posted = TRAINING.jobOf(job);
        uint40 model = _releases[posted.parentRelease].model;
        bool isNew = model == 0 || ownerOf(model) != posted.poster;
        if (isNew) model = ++modelCount;
        releaseId = ++releaseCount;
        releaseOfJob[job] = releaseId;
        _releases[releaseId] = Record(model, job, posted.parentRelease, attestation.adapterDigest);
        emit Released(releaseId, model, job, posted.parentRelease, posted.specDigest, trainer, attestation);
        // Without the receiver's hook: a poster that is a contract must not be able to refuse its model.
        if (isNew) _mint(posted.poster, model);
    }

    /// @inheritdoc IModels
    function isBase(bytes32 baseDigest) public view returns (bool) {
        return TRAINING.isBase(baseDigest);
    }

    /// @inheritdoc IModels
    function releaseOf(uint40 releaseId) external view returns (Release memory) {
        Record memory record = _releases[releaseId];
        if (record.model == 0) revert UnknownRelease(releaseId);
        return Release(record.model, record.job, record.parentRelease, record.adapterDigest);
    }
}
