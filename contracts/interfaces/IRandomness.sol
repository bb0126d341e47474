// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Randomness
/// @notice A source of seeds that nobody knows when a draw is fixed and everybody can check afterwards.
interface IRandomness {
    /// @notice The block whose hash will seed a draw that is fixed now.
    function seedBlock() external view returns (uint40 blockNumber);

    /// @notice The seed of a fixed block.
    /// @return seed Zero while the block is not mined, and once its hash is out of reach.
    /// @return expired True when the hash is out of reach for ever, so that a new block must be fixed.
    function seedOf(uint40 blockNumber) external view returns (bytes32 seed, bool expired);
}
