// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {AttributionBase} from "./AttributionBase.sol";

/// @title Pots
/// @notice What came in for the contributors of every model, and what they claimed of it.
abstract contract Pots is AttributionBase {
    mapping(uint40 model => Pot) internal _pots;

    /// @inheritdoc IAttribution
    mapping(uint40 model => mapping(address contributor => uint256)) public claimedWei;

    /// @inheritdoc IAttribution
    function claim(uint40 model, address contributor, uint96 cumulativeWei, bytes32[] calldata proof)
        external
        returns (uint96 paidWei)
    {
        Pot storage pot = _pots[model];
        _requireLeaf(pot.root, model, contributor, cumulativeWei, proof);
        uint256 claimed = claimedWei[model][contributor];
        // A root distributes no less than the last one, and claims never exceed what the root distributes.
        uint256 leftWei = pot.totalWei - pot.claimedWei;
        if (cumulativeWei <= claimed || leftWei == 0) revert NothingOwed(model, contributor, cumulativeWei, claimed);
        // cumulativeWei > claimed.
        unchecked {
            uint256 owedWei = cumulativeWei - claimed;
            paidWei = uint96(owedWei < leftWei ? owedWei : leftWei);
            claimed += paidWei;
            pot.claimedWei += paidWei;
        }
        claimedWei[model][contributor] = claimed;
        // Who rotated the key is paid with the new one.
        address payee = VAULT.keyOf(VAULT.identityOf(contributor));
        // claimed is at most cumulativeWei.
        emit Claimed(model, contributor, uint96(claimed), paidWei, payee);
        _credit(payee, paidWei);
    }

    /// @inheritdoc IAttribution
    function potOf(uint40 model) external view returns (Pot memory) {
        return _pots[model];
    }

    function _receive(uint40 model, uint96 amountWei) internal {
        _pots[model].receivedWei += amountWei;
    }

    function _requireLeaf(
        bytes32 root,
        uint40 model,
        address contributor,
        uint96 cumulativeWei,
        bytes32[] calldata proof
    ) internal pure {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(model, contributor, cumulativeWei))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) revert InvalidProof(model, contributor, cumulativeWei);
    }
}
