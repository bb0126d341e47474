// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";

/// @title FutureBlockhash
/// @notice Seeds from the hash of a block that was not mined when the draw was fixed, within the reach of EIP-2935.
contract FutureBlockhash is IRandomness {
    /// @notice How many blocks after the fixing the seed's block lies.
    uint40 public immutable DELAY_BLOCKS;

    /// @notice A delay of zero would name the current block, whose hash its proposer chooses last.
    error NoDelay();

    /// @param delayBlocks At least 1.
    constructor(uint40 delayBlocks) {
        if (delayBlocks == 0) revert NoDelay();
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
}
