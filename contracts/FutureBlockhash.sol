// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";

/// @title FutureBlockhash
/// @notice Seeds from the hash of a block that was not mined when the draw was fixed, within the reach of EIP-2935.
/// @dev Such a hash is hard to foresee only where it depends on what is in the block. The contract refuses the chains where
/// that is known not to be so; DrandRandomness serves there.
contract FutureBlockhash is IRandomness {
    /// @dev So many of the last hashes are looked at before the contract agrees to a chain.
    uint256 private constant TRIED_BLOCKS = 4;

    /// @notice How many blocks after the fixing the seed's block lies.
    uint40 public immutable DELAY_BLOCKS;

    /// @notice A delay of zero would name the current block, whose hash its proposer chooses last.
    error NoDelay();

    /// @notice The chain's block hashes are constant, missing, or can be worked out before the block is made.
    error UnfitBlockhash(uint256 chainId);

    /// @param delayBlocks At least 1.
    constructor(uint40 delayBlocks) {
        if (delayBlocks == 0) revert NoDelay();
        if (_isKnownUnfit(block.chainid) || !_looksRandom()) revert UnfitBlockhash(block.chainid);
        DELAY_BLOCKS = delayBlocks;
    }

    /// @inheritdoc IRandomness
    function seedBlock() external view returns (uint40 blockNumber) {
        return uint40(block.number) + DELAY_BLOCKS;
    }

    /// @inheritdoc IRandomness
    function seedOf(uint40 blockNumber) external view returns (bytes32 seed, bool expired) {
        if (block.number <= blockNumber) return (0, false);
        seed = Blockhash.blockHash(blockNumber);
        expired = seed == 0;
    }

    /// @dev Chains whose own makers say so:
    /// - Aurora (main, test): a hash is the SHA-256 of chain id, contract and height, known for ever in advance
    ///   (https://github.com/aurora-is-near/aurora-engine/pull/213).
    /// - Arbitrum One, Nova and Sepolia: "should not be relied on as a secure source of randomness", and `block.number` is
    ///   that of another chain (https://docs.arbitrum.io/solidity-support).
    /// Scroll, whose hashes were keccak(chain id, height), has returned real ones since its Feynman upgrade and is not here
    /// (https://docs.scroll.io/en/technology/overview/scroll-upgrades/feynman-upgrade).
    function _isKnownUnfit(uint256 chainId) private pure returns (bool) {
        return chainId == 1_313_161_554 || chainId == 1_313_161_555 || chainId == 42_161 || chainId == 42_170
            || chainId == 421_614;
    }

    /// @dev The last hashes are there, differ, and are not made of chain id and height alone.
    function _looksRandom() private view returns (bool) {
        uint256 last = block.number;
        uint256 tried = last < TRIED_BLOCKS ? last : TRIED_BLOCKS;
        for (uint256 i = 1; i <= tried; ++i) {
            bytes32 hash = blockhash(last - i);
            if (hash == 0 || hash == keccak256(abi.encodePacked(uint64(block.chainid), uint64(last - i)))) return false;
            for (uint256 j = 1; j < i; ++j) {
                if (hash == blockhash(last - j)) return false;
            }
        }
        return true;
    }
}
