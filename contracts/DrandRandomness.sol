// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDrandRandomness} from "./interfaces/IDrandRandomness.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {BlsSignature} from "./libraries/BlsSignature.sol";

/// @title DrandRandomness
contract DrandRandomness is IDrandRandomness {
    /// @notice Which beacon this is: the hash of quicknet's parameters, scheme bls-unchained-g1-rfc9380.
    bytes32 public constant CHAIN_HASH = 0x52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971;
    /// @notice When round 1 was made, in Unix seconds.
    uint256 public constant GENESIS = 1_692_803_367;
    /// @notice The time between two rounds.
    uint256 public constant PERIOD_SECONDS = 3;
    /// @dev Two of Ethereum's blocks and a little for the clocks; and what a voter would still wait for.
    uint40 private constant LEAST_MARGIN_SECONDS = 30;
    uint40 private constant MOST_MARGIN_SECONDS = 1 hours;

    /// @dev Quicknet's public key, decompressed (x.c0, x.c1, y.c0, y.c1).
    bytes private constant KEY =
        hex"000000000000000000000000000000000d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
        hex"0000000000000000000000000000000003cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        hex"000000000000000000000000000000000e5db2b6bfbb01c867749cadffca88b36c24f3012ba09fc4d3022c5c37dce0f977d3adb5d183c7477c442b1f04515273"
        hex"0000000000000000000000000000000001a714f2edb74119a2f2b0d5a7c75ba902d163700a61bc224ededd8e63aef7be1aaf8e93d7a9718b047ccddb3eb5d68b";
    /// @dev The beacon of round 1000, by which the constructor tries out the chain's precompiles.
    uint40 private constant KNOWN_ROUND = 1_000;
    bytes private constant KNOWN_SIGNATURE =
        hex"b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";

    /// @inheritdoc IDrandRandomness
    uint40 public immutable MARGIN_SECONDS;

    /// @dev One word for each round that somebody paid to publish; nothing walks over them.
    mapping(uint40 round => bytes32 seed) private _seeds;

    /// @param marginSeconds 30 seconds to an hour. On a chain whose blocks may be dated back longer, as long as that.
    constructor(uint40 marginSeconds) {
        if (marginSeconds < LEAST_MARGIN_SECONDS || marginSeconds > MOST_MARGIN_SECONDS) {
            revert MarginOutOfRange(marginSeconds, LEAST_MARGIN_SECONDS, MOST_MARGIN_SECONDS);
        }
        if (block.timestamp < GENESIS) revert BeforeGenesis(block.timestamp, GENESIS);
        if (!_isBeacon(KNOWN_ROUND, KNOWN_SIGNATURE)) revert NoBlsPrecompiles(block.chainid);
        MARGIN_SECONDS = marginSeconds;
    }

    /// @inheritdoc IDrandRandomness
    function publish(uint40 round, bytes calldata signature) external returns (bytes32 seed) {
        seed = _seeds[round];
        if (seed != 0) return seed;
        if (signature.length != 48) revert WrongLength(signature.length);
        if (!_isBeacon(round, signature)) revert WrongSignature(round, signature);
        seed = sha256(signature);
        _seeds[round] = seed;
        emit BeaconPublished(round, seed, signature);
    }

    /// @inheritdoc IRandomness
    /// @dev The first round that is made later than the margin from now.
    function seedBlock() external view returns (uint40 round) {
        return uint40((block.timestamp + MARGIN_SECONDS - GENESIS) / PERIOD_SECONDS + 2);
    }

    /// @inheritdoc IRandomness
    /// @dev Never expires.
    function seedOf(uint40 round) external view returns (bytes32 seed, bool expired) {
        return (_seeds[round], false);
    }

    /// @inheritdoc IDrandRandomness
    function timeOf(uint40 round) external pure returns (uint256 timestamp) {
        return GENESIS + uint256(round) * PERIOD_SECONDS - PERIOD_SECONDS;
    }

    /// @dev What is signed is the hash of the round's number, 8 bytes big-endian.
    function _isBeacon(uint40 round, bytes memory signature) private view returns (bool) {
        return BlsSignature.isValid(sha256(abi.encodePacked(uint64(round))), signature, KEY);
    }
}
