// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Randomness
/// @notice A source of seeds that nobody knows when a draw is fixed and everybody can check afterwards. A seed comes from a
/// moment that lies ahead: a block of this chain, or a round of a public beacon.
interface IRandomness {
    /// @notice The block or the beacon round that will seed a draw that is fixed now.
    /// @return blockNumber A number that only `seedOf` need understand; nobody knows the seed behind it yet.
    function seedBlock() external view returns (uint40 blockNumber);

    /// @notice The seed of a fixed block or beacon round.
    /// @return seed Zero while the block is not mined or the beacon not published, and once it is out of reach.
    /// @return expired True when the seed is out of reach for ever, so that a new block or round must be fixed.
    function seedOf(uint40 blockNumber) external view returns (bytes32 seed, bool expired);
}
