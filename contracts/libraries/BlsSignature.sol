// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title BlsSignature
/// @notice Verifies BLS signatures over BLS12-381 with signatures in G1 and keys in G2, as in RFC 9380 (hashing to the curve,
/// suite BLS12381G1_XMD:SHA-256_SSWU_RO_), by the precompiles of EIP-2537.
/// @dev A field element is 64 bytes, big-endian: the precompiles' form. Here it often stands as two words, high and low.
/// The pairing precompile refuses coordinates that are not below the modulus, points that are not on the curve and points
/// outside the subgroup, so nothing here checks that again.
library BlsSignature {
    address private constant G1_ADD = address(0x0b);
    address private constant PAIRING = address(0x0f);
    address private constant MAP_FP_TO_G1 = address(0x10);

    /// @dev The field's modulus p.
    uint256 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
    /// @dev (p - 1) / 2: the larger of two opposite ordinates lies above it.
    uint256 private constant HALF_HIGH = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_LOW = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;
    /// @dev (p + 1) / 4: the exponent of a square root, since p = 3 modulo 4.
    bytes private constant ROOT =
        hex"0680447a8e5ff9a692c6e9ed90d2eb35d91dd2e13ce144afd9cc34a83dac3d8907aaffffac54ffffee7fbfffffffeaab";

    /// @dev The suite's name and, as expand_message_xmd wants it, its length.
    bytes private constant SUITE = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_\x2b";

    /// @dev The negative of G2's generator.
    bytes private constant G2_NEGATIVE =
        hex"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        hex"0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        hex"000000000000000000000000000000000d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa"
        hex"0000000000000000000000000000000013fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed";

    /// @notice Whether `signature` is the key's signature of `message`.
    /// @param signature 48 bytes: a compressed point of G1. There is only one for each message and key.
    /// @param key 256 bytes: a point of G2 in the form of EIP-2537, checked by whoever chose it.
    function isValid(bytes32 message, bytes memory signature, bytes memory key) internal view returns (bool) {
        (bool decoded, bytes memory point) = decompress(signature);
        if (!decoded) return false;
        // e(signature, G2) = e(hash, key), written as a product of two pairings that must be one.
        (bool success, bytes memory result) =
            PAIRING.staticcall(bytes.concat(point, G2_NEGATIVE, hashToCurve(message), key));
        return success && result.length == 32 && abi.decode(result, (uint256)) == 1;
    }

    /// @notice Hashes a message to a point of G1; empty where the precompiles are missing.
    function hashToCurve(bytes32 message) internal view returns (bytes memory point) {
        bytes32 first = sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(128), uint8(0), SUITE));
        bytes32 a = sha256(abi.encodePacked(first, uint8(1), SUITE));
        bytes32 b = sha256(abi.encodePacked(first ^ a, uint8(2), SUITE));
        bytes32 c = sha256(abi.encodePacked(first ^ b, uint8(3), SUITE));
        bytes32 d = sha256(abi.encodePacked(first ^ c, uint8(4), SUITE));
        bytes memory sum = bytes.concat(_map(abi.encode(a, b)), _map(abi.encode(c, d)));
        (, point) = G1_ADD.staticcall(sum);
    }

    /// @notice The point of 48 compressed bytes, 128 bytes in the form of EIP-2537.
    /// @return decoded False when the bytes are no finite compressed point. True says nothing of curve and subgroup.
    function decompress(bytes memory compressed) internal view returns (bool decoded, bytes memory point) {
        if (compressed.length != 48) return (false, "");
        uint256 high;
        uint256 low;
        assembly ("memory-safe") {
            high := shr(128, mload(add(compressed, 0x20)))
            low := mload(add(compressed, 0x30))
        }
        // The three highest bits: compressed, infinite, the larger of the two ordinates.
        uint256 flags = high >> 125;
        if (flags & 6 != 4) return (false, "");
        high &= (1 << 125) - 1;

        (uint256 yHigh, uint256 yLow) = _ordinate(abi.encode(high, low));
        bool larger = yHigh > HALF_HIGH || (yHigh == HALF_HIGH && yLow > HALF_LOW);
        if (larger != (flags & 1 == 1)) {
            // p - y: the low word may borrow, and y is below p.
            unchecked {
                yHigh = P_HIGH - yHigh - (yLow > P_LOW ? 1 : 0);
                yLow = P_LOW - yLow;
            }
        }
        return (true, abi.encode(high, low, yHigh, yLow));
    }

    /// @dev A root of x³ + 4, if it has one; else a number that is not on the curve.
    function _ordinate(bytes memory x) private view returns (uint256 high, uint256 low) {
        (high, low) = abi.decode(Math.modExp(x, hex"03", abi.encode(P_HIGH, P_LOW)), (uint256, uint256));
        unchecked {
            low += 4;
            if (low < 4) ++high;
        }
        return abi.decode(Math.modExp(abi.encode(high, low), ROOT, abi.encode(P_HIGH, P_LOW)), (uint256, uint256));
    }

    /// @dev Reduces 64 bytes modulo p and maps them to a point of G1.
    function _map(bytes memory number) private view returns (bytes memory point) {
        (, point) = MAP_FP_TO_G1.staticcall(Math.modExp(number, hex"01", abi.encode(P_HIGH, P_LOW)));
    }
}
