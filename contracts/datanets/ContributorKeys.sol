// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "../interfaces/IDatanets.sol";
import {QuotaWord, RotationWord, RotationWords} from "../libraries/DatanetWords.sol";
import {ContributorQuota} from "./ContributorQuota.sol";

/// @title ContributorKeys
/// @notice A contributor moves to another key: asked for by the old one, which may cancel while the delay runs, and
/// taken by the new one. The Vault remembers whose key a key is.
abstract contract ContributorKeys is ContributorQuota {
    mapping(address oldKey => RotationWord) private _rotations;

    /// @inheritdoc IDatanets
    function rotateKey(address newKey) external {
        if (newKey == address(0) || newKey == msg.sender) revert BadKey(newKey);
        if (_quotas[msg.sender].retired()) revert KeyRetired(msg.sender);
        _requireFresh(newKey);
        // A chain time and a delay of 32 bits.
        unchecked {
            uint256 readyAt = block.timestamp + PARAMETERS.contributorRules().rotationSeconds;
            _rotations[msg.sender] = RotationWords.pack(newKey, readyAt);
            emit RotationRequested(msg.sender, newKey, uint40(readyAt));
        }
    }

    /// @inheritdoc IDatanets
    function cancelRotation() external {
        RotationWord rotation = _rotations[msg.sender];
        if (rotation.isZero()) revert NoRotation(msg.sender);
        _rotations[msg.sender] = RotationWord.wrap(0);
        emit RotationCancelled(msg.sender, rotation.newKey());
    }

    /// @inheritdoc IDatanets
    function acceptRotation(address oldKey) external {
        RotationWord rotation = _rotations[oldKey];
        if (rotation.isZero()) revert NoRotation(oldKey);
        if (msg.sender != rotation.newKey()) revert NotNewKey(oldKey, msg.sender);
        if (block.timestamp < rotation.readyAt()) revert RotationNotReady(oldKey, uint40(rotation.readyAt()));
        _requireFresh(msg.sender);
        _rotations[oldKey] = RotationWord.wrap(0);
        // What the old key used today, the new one has used.
        QuotaWord quota = _quotas[oldKey];
        _quotas[msg.sender] = quota;
        _quotas[oldKey] = quota.withRetired();
        address identity = VAULT.rotate(oldKey, msg.sender);
        emit KeyRotated(identity, oldKey, msg.sender);
    }

    /// @inheritdoc IDatanets
    function rotationOf(address oldKey) external view returns (address newKey, uint40 readyAt) {
        RotationWord rotation = _rotations[oldKey];
        return (rotation.newKey(), uint40(rotation.readyAt()));
    }

    /// @dev A key with a past of its own would bring a second score, or a quota that was used, and one that is a
    /// contributor's already would give two people one account.
    function _requireFresh(address newKey) private view {
        if (!_quotas[newKey].isZero() || VAULT.identityOf(newKey) != newKey) revert KeyNotFresh(newKey);
    }
}
