// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "../interfaces/IDatanets.sol";

/// @notice The tree that contributors build: OpenZeppelin's StandardMerkleTree over leaves in the order of the files.
library Leaves {
    /// @dev A leaf of a text file. Its sha256 stands for its bytes; its salt makes it the contributor's secret.
    function leafOf(uint256 index, bytes32 sha256_, bytes32 salt) internal pure returns (IDatanets.Leaf memory) {
        return IDatanets.Leaf(uint8(index), sha256_, 1_000, "text/plain", salt);
    }

    function hash(address contributor, IDatanets.Leaf memory leaf) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                keccak256(
                    abi.encode(contributor, leaf.index, leaf.sha256, leaf.sizeBytes, leaf.mediaType, leaf.salt)
                )
            )
        );
    }

    function rootOf(address contributor, IDatanets.Leaf[] memory leaves) internal pure returns (bytes32) {
        return _nodes(contributor, leaves)[0];
    }

    function proofOf(address contributor, IDatanets.Leaf[] memory leaves, uint256 index)
        internal
        pure
        returns (bytes32[] memory proof)
    {
        return proofIn(_nodes(contributor, leaves), index);
    }

    /// @dev The whole tree over hashes: its root first, leaf i at the end less i.
    function treeOf(bytes32[] memory hashes) internal pure returns (bytes32[] memory nodes) {
        uint256 count = hashes.length;
        nodes = new bytes32[](2 * count - 1);
        for (uint256 i; i < count; ++i) nodes[2 * count - 2 - i] = hashes[i];
        for (uint256 i = count - 1; i > 0; --i) nodes[i - 1] = _pair(nodes[2 * i - 1], nodes[2 * i]);
    }

    function proofIn(bytes32[] memory nodes, uint256 index) internal pure returns (bytes32[] memory proof) {
        uint256 depth;
        for (uint256 node = nodes.length - 1 - index; node > 0; node = (node - 1) / 2) ++depth;
        proof = new bytes32[](depth);
        depth = 0;
        for (uint256 node = nodes.length - 1 - index; node > 0; node = (node - 1) / 2) {
            proof[depth++] = nodes[node % 2 == 0 ? node - 1 : node + 1];
        }
    }

    function _nodes(address contributor, IDatanets.Leaf[] memory leaves) private pure returns (bytes32[] memory) {
        bytes32[] memory hashes = new bytes32[](leaves.length);
        for (uint256 i; i < leaves.length; ++i) hashes[i] = hash(contributor, leaves[i]);
        return treeOf(hashes);
    }

    function _pair(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }
}
