// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Quicknet} from "../testing/Quicknet.t.sol";
import {vm} from "../testing/Vm.t.sol";
import {BlsSignature} from "./BlsSignature.sol";

/// @notice Hashing to the curve and decompression against values of another implementation.
contract BlsSignatureTest {
    uint256 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    function test_hashToCurve_agreesWithAnotherImplementation() public view {
        vm.assertEq(keccak256(BlsSignature.hashToCurve(_message(123))), keccak256(Quicknet.POINT_123));
        vm.assertEq(keccak256(BlsSignature.hashToCurve(_message(1_000))), keccak256(Quicknet.POINT_1000));
    }

    /// @dev Compressing by hand and decompressing again gives the point, whichever of the two ordinates it has.
    function test_decompress_findsTheOrdinate() public view {
        _assertRoundTrip(Quicknet.POINT_123);
        _assertRoundTrip(Quicknet.POINT_1000);
        _assertRoundTrip(_negative(Quicknet.POINT_123));
        _assertRoundTrip(_negative(Quicknet.POINT_1000));
    }

    function test_decompress_refusesOtherLengths() public view {
        _assertRefused("");
        _assertRefused(new bytes(47));
        _assertRefused(bytes.concat(Quicknet.SIGNATURE_123, hex"00"));
        _assertRefused(Quicknet.POINT_123);
    }

    function test_decompress_refusesWhatIsNotACompressedFinitePoint() public view {
        bytes memory signature = Quicknet.SIGNATURE_123;
        signature[0] &= 0x7f;
        _assertRefused(signature);
        // The point at infinity, in both of its spellings.
        bytes memory infinity = new bytes(48);
        infinity[0] = 0xc0;
        _assertRefused(infinity);
        infinity[0] = 0x40;
        _assertRefused(infinity);
    }

    function _message(uint64 round) private pure returns (bytes32) {
        return sha256(abi.encodePacked(round));
    }

    function _assertRefused(bytes memory compressed) private view {
        (bool decoded,) = BlsSignature.decompress(compressed);
        vm.assertFalse(decoded);
    }

    function _assertRoundTrip(bytes memory point) private view {
        (uint256 xHigh, uint256 xLow, uint256 yHigh, uint256 yLow) =
            abi.decode(point, (uint256, uint256, uint256, uint256));
        (uint256 otherHigh, uint256 otherLow) = _opposite(yHigh, yLow);
        bool larger = yHigh > otherHigh || (yHigh == otherHigh && yLow > otherLow);
        uint128 head = uint128(xHigh | uint256(larger ? 5 : 4) << 125);
        (bool decoded, bytes memory found) = BlsSignature.decompress(abi.encodePacked(head, xLow));
        vm.assertTrue(decoded);
        vm.assertEq(keccak256(found), keccak256(point));
    }

    function _negative(bytes memory point) private pure returns (bytes memory) {
        (uint256 xHigh, uint256 xLow, uint256 yHigh, uint256 yLow) =
            abi.decode(point, (uint256, uint256, uint256, uint256));
        (yHigh, yLow) = _opposite(yHigh, yLow);
        return abi.encode(xHigh, xLow, yHigh, yLow);
    }

    function _opposite(uint256 high, uint256 low) private pure returns (uint256, uint256) {
        unchecked {
            return (P_HIGH - high - (low > P_LOW ? 1 : 0), P_LOW - low);
        }
    }
}
