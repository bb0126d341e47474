// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "../interfaces/IDatanets.sol";
import {DatanetBase} from "./DatanetBase.t.sol";
import {Leaves} from "./Leaves.t.sol";
import {vm} from "./Vm.t.sol";

/// @notice Submissions whose leaves are known, and proofs about them.
abstract contract DuplicateBase is DatanetBase {
    /// @dev A submission and what its contributor knows of it.
    struct Known {
        address contributor;
        bytes32 root;
        IDatanets.Leaf[] leaves;
    }

    uint256 internal constant FINDER_BPS = 5_000;
    bytes32 internal constant SONG = keccak256("a file that two people have");

    address internal finder;
    uint256 private _salts;

    function setUp() public virtual override {
        super.setUp();
        finder = person("finder");
    }

    /// @dev `count` files, different from everybody's, of which the one at `place` is `sha256_`.
    function files(uint256 count, uint256 place, bytes32 sha256_) internal returns (IDatanets.Leaf[] memory leaves) {
        leaves = new IDatanets.Leaf[](count);
        for (uint256 i; i < count; ++i) {
            bytes32 salt = keccak256(abi.encode("salt", ++_salts));
            leaves[i] = Leaves.leafOf(i, i == place ? sha256_ : keccak256(abi.encode(salt)), salt);
        }
    }

    function submitLeaves(address contributor, uint32 into, IDatanets.Leaf[] memory leaves)
        internal
        returns (Known memory known)
    {
        uint8 count = uint8(leaves.length);
        known.contributor = contributor;
        known.leaves = leaves;
        known.root = submitAs(contributor, into, count, count, Leaves.rootOf(contributor, leaves));
    }

    function submitFiles(address contributor, uint256 count, uint256 place) internal returns (Known memory) {
        return submitLeaves(contributor, datanet, files(count, place, SONG));
    }

    function proofOf(Known memory known, uint256 index) internal pure returns (bytes32[] memory) {
        return Leaves.proofOf(known.contributor, known.leaves, index);
    }

    /// @dev As `finder`.
    function prove(Known memory earlier, uint256 earlierIndex, Known memory later, uint256 laterIndex) internal {
        proveAs(finder, earlier, earlierIndex, later, laterIndex);
    }

    function proveAs(address who, Known memory earlier, uint256 earlierIndex, Known memory later, uint256 laterIndex)
        internal
    {
        bytes32[] memory earlierProof = proofOf(earlier, earlierIndex);
        bytes32[] memory laterProof = proofOf(later, laterIndex);
        vm.prank(who);
        datanets.proveDuplicate(
            earlier.root,
            earlier.leaves[earlierIndex],
            earlierProof,
            later.root,
            later.leaves[laterIndex],
            laterProof
        );
    }

    function refuses(
        Known memory earlier,
        uint256 earlierIndex,
        Known memory later,
        uint256 laterIndex,
        bytes memory reason
    ) internal {
        bytes32[] memory earlierProof = proofOf(earlier, earlierIndex);
        bytes32[] memory laterProof = proofOf(later, laterIndex);
        vm.expectRevert(reason);
        vm.prank(finder);
        datanets.proveDuplicate(
            earlier.root,
            earlier.leaves[earlierIndex],
            earlierProof,
            later.root,
            later.leaves[laterIndex],
            laterProof
        );
    }
}
