// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IRandomness} from "./IRandomness.sol";

/// @title DrandRandomness
/// @notice Seeds from drand's quicknet: a beacon that some twenty organisations sign together every three seconds and that
/// none of them can foresee or choose. For chains whose block hashes cannot be trusted.
/// @dev A beacon is a BLS signature of its round's number, unique for the round, so that whoever publishes it has no choice
/// but to publish or to leave it to the next. A round never expires: drand keeps every beacon, and anybody can publish an old
/// one at any later time. Should quicknet ever stop, draws wait until another source takes this contract's place.
interface IDrandRandomness is IRandomness {
    /// @notice A round's seed is known from now on.
    /// @param seed SHA-256 of the signature: what drand itself calls the round's randomness.
    event BeaconPublished(uint40 indexed round, bytes32 seed, bytes signature);

    /// @notice The margin must outlast a late block, and a draw must not wait for hours.
    error MarginOutOfRange(uint40 marginSeconds, uint40 leastSeconds, uint40 mostSeconds);

    /// @notice The chain's clock lies before quicknet's first round.
    error BeforeGenesis(uint256 timestamp, uint256 genesis);

    /// @notice The chain does not verify a beacon that is known to be good: it lacks the precompiles of EIP-2537.
    error NoBlsPrecompiles(uint256 chainId);

    /// @notice A signature in G1 has 48 bytes when compressed.
    error WrongLength(uint256 length);

    /// @notice These bytes are not quicknet's signature of this round.
    error WrongSignature(uint40 round, bytes signature);

    /// @notice How long after a draw is fixed its round's beacon comes out, at least. Whoever makes a block may hold it back
    /// or date it back; up to this long they learn no seed by it.
    function MARGIN_SECONDS() external view returns (uint40);

    /// @notice Publishes a round's beacon. Anybody may, in any order, for any round; a round that is out already is left
    /// alone, so that two who publish at once do not disturb one another.
    /// @param signature The 48 bytes that drand's nodes serve as `signature` (a compressed point of G1).
    /// @return seed The round's seed.
    function publish(uint40 round, bytes calldata signature) external returns (bytes32 seed);

    /// @notice When drand makes a round's beacon, in Unix seconds. Rounds begin with 1.
    function timeOf(uint40 round) external pure returns (uint256 timestamp);
}
