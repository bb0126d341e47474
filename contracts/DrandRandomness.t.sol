// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDrandRandomness} from "./interfaces/IDrandRandomness.sol";
import {CodeVm} from "./testing/ProtocolTest.t.sol";
import {Quicknet} from "./testing/Quicknet.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Real beacons are taken, and nothing else.
contract DrandRandomnessTest {
    uint256 private constant GENESIS = 1_692_803_367;
    /// @dev A point that is refused burns all gas that the precompile got.
    uint256 private constant ENOUGH_GAS = 500_000;
    uint128 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    IDrandRandomness private drand;

    function setUp() public {
        vm.warp(GENESIS + 1 days);
        drand = IDrandRandomness(_deploy(30));
    }

    // --------------------------------------------------------------------------------------- deployment

    function test_constructor_wantsAMarginThatOutlastsALateBlock() public {
        vm.expectRevert(abi.encodeWithSelector(IDrandRandomness.MarginOutOfRange.selector, 29, 30, 3_600));
        _deploy(29);
        vm.expectRevert(abi.encodeWithSelector(IDrandRandomness.MarginOutOfRange.selector, 3_601, 30, 3_600));
        _deploy(3_601);
        vm.assertEq(uint256(IDrandRandomness(_deploy(3_600)).MARGIN_SECONDS()), 3_600);
        vm.assertEq(uint256(drand.MARGIN_SECONDS()), 30);
    }

    function test_constructor_refusesAClockBeforeTheFirstRound() public {
        vm.warp(GENESIS - 1);
        vm.expectRevert(abi.encodeWithSelector(IDrandRandomness.BeforeGenesis.selector, GENESIS - 1, GENESIS));
        _deploy(30);
        vm.warp(GENESIS);
        _deploy(30);
    }

    /// @dev A chain without EIP-2537 answers a call to its addresses with nothing.
    function test_constructor_refusesAChainThatVerifiesNoBeacon() public {
        for (uint160 precompile = 0x0b; precompile <= 0x10; ++precompile) {
            if (precompile != 0x0b && precompile < 0x0f) continue; // the others are not used
            vm.mockCall(address(precompile), "", "");
            vm.expectRevert(abi.encodeWithSelector(IDrandRandomness.NoBlsPrecompiles.selector, block.chainid));
            _deploy(30);
            vm.clearMockedCalls();
        }
    }

    // ------------------------------------------------------------------------------------------- rounds

    function test_seedBlock_isTheFirstRoundBeyondTheMargin() public {
        for (uint256 elapsed; elapsed < 7; ++elapsed) {
            vm.warp(GENESIS + 1 days + elapsed);
            uint40 round = drand.seedBlock();
            vm.assertGt(drand.timeOf(round), GENESIS + 1 days + elapsed + 30);
            vm.assertLe(drand.timeOf(round - 1), GENESIS + 1 days + elapsed + 30);
        }
    }

    function testFuzz_seedBlock_liesBeyondTheMargin(uint40 elapsed, uint16 margin) public {
        margin = 30 + margin % 3_571;
        vm.warp(GENESIS + elapsed);
        IDrandRandomness source = IDrandRandomness(_deploy(margin));
        uint256 made = source.timeOf(source.seedBlock());
        vm.assertGt(made, block.timestamp + margin);
        vm.assertLe(made, block.timestamp + margin + 3);
    }

    function test_timeOf_countsFromTheFirstRound() public view {
        vm.assertEq(drand.timeOf(1), GENESIS);
        vm.assertEq(drand.timeOf(2), GENESIS + 3);
        vm.assertEq(drand.timeOf(1_000), 1_692_806_364);
    }

    // ------------------------------------------------------------------------------------- real beacons

    function test_publish_takesRealBeacons() public {
        _assertPublishes(123, Quicknet.SIGNATURE_123, Quicknet.RANDOMNESS_123);
        _assertPublishes(1_002, Quicknet.SIGNATURE_1002, Quicknet.RANDOMNESS_1002);
        _assertPublishes(1_001, Quicknet.SIGNATURE_1001, Quicknet.RANDOMNESS_1001);
        _assertPublishes(1_000, Quicknet.SIGNATURE_1000, Quicknet.RANDOMNESS_1000);
    }

    function test_publish_twiceChangesNothing() public {
        drand.publish(123, Quicknet.SIGNATURE_123);
        vm.recordLogs();
        // Neither the same again nor rubbish: the round is out, and nobody need look.
        vm.assertEq(drand.publish(123, Quicknet.SIGNATURE_123), Quicknet.RANDOMNESS_123);
        vm.assertEq(drand.publish(123, "rubbish"), Quicknet.RANDOMNESS_123);
        vm.assertEq(vm.getRecordedLogs().length, 0);
        _assertSeed(123, Quicknet.RANDOMNESS_123);
    }

    function test_seedOf_waitsForEverAndNeverExpires() public {
        uint40 round = drand.seedBlock();
        _assertSeed(round, 0);
        vm.warp(GENESIS + 3_650 days);
        _assertSeed(round, 0);
        // A round of years ago can still be published, and stays.
        _assertPublishes(123, Quicknet.SIGNATURE_123, Quicknet.RANDOMNESS_123);
        vm.warp(GENESIS + 36_500 days);
        _assertSeed(123, Quicknet.RANDOMNESS_123);
    }

    // ------------------------------------------------------------------------------------------ attacks

    function test_attack_beaconOfAnotherRound() public {
        _assertRefused(124, Quicknet.SIGNATURE_123);
        _assertRefused(1_001, Quicknet.SIGNATURE_1000);
        _assertRefused(0, Quicknet.SIGNATURE_123);
        // 123 + 2^32: the round's number is signed whole.
        _assertRefused(4_294_967_419, Quicknet.SIGNATURE_123);
    }

    function testFuzz_attack_oneBitOfTheSignatureChanged(uint256 bit) public {
        bytes memory signature = Quicknet.SIGNATURE_1000;
        bit %= 384;
        signature[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        _assertRefused(1_000, signature);
    }

    /// @dev The opposite point has the same abscissa: only the flag tells the two apart.
    function test_attack_oppositePoint() public {
        bytes memory signature = Quicknet.SIGNATURE_123;
        signature[0] ^= 0x20;
        _assertRefused(123, signature);
    }

    function test_attack_signatureOfAnotherLength() public {
        bytes[4] memory wrong = [
            bytes(""),
            new bytes(47),
            bytes.concat(Quicknet.SIGNATURE_123, hex"00"),
            bytes.concat(bytes32(0), bytes32(0), bytes32(0))
        ];
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDrandRandomness.WrongLength.selector, wrong[i].length));
            drand.publish(123, wrong[i]);
        }
    }

    /// @dev x = 1: 1³ + 4 has no root.
    function test_attack_pointOffTheCurve() public {
        _assertRefused(123, _compressed(0, 1, 4));
        _assertRefused(123, _compressed(0, 1, 5));
    }

    /// @dev x = 4 lies on the curve, and in no subgroup of G1's order.
    function test_attack_pointOutsideTheSubgroup() public {
        _assertRefused(123, _compressed(0, 4, 4));
        _assertRefused(123, _compressed(0, 4, 5));
    }

    /// @dev The same point by an abscissa that is not below the modulus would be a second signature, with another seed.
    function test_attack_abscissaBeyondTheModulus() public {
        _assertRefused(123, _compressed(P_HIGH, P_LOW, 4));
        _assertRefused(123, _compressed(P_HIGH, P_LOW + 4, 4));
    }

    function test_attack_pointAtInfinity() public {
        _assertRefused(123, _compressed(0, 0, 6));
        _assertRefused(123, _compressed(0, 0, 4));
    }

    // ------------------------------------------------------------------------------------------ details

    function _deploy(uint256 marginSeconds) private returns (address created) {
        bytes memory code = bytes.concat(
            CodeVm(address(vm)).getCode("DrandRandomness.sol:DrandRandomness"), abi.encode(marginSeconds)
        );
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
    }

    function _compressed(uint128 high, uint256 low, uint128 flags) private pure returns (bytes memory) {
        return abi.encodePacked(high | flags << 125, low);
    }

    function _assertPublishes(uint40 round, bytes memory signature, bytes32 randomness) private {
        vm.expectEmit(address(drand));
        emit IDrandRandomness.BeaconPublished(round, randomness, signature);
        vm.assertEq(drand.publish(round, signature), randomness);
        _assertSeed(round, randomness);
    }

    function _assertRefused(uint40 round, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IDrandRandomness.WrongSignature.selector, round, signature));
        drand.publish{gas: ENOUGH_GAS}(round, signature);
        _assertSeed(round, 0);
    }

    function _assertSeed(uint40 round, bytes32 expected) private view {
        (bytes32 seed, bool expired) = drand.seedOf(round);
        vm.assertEq(seed, expected);
        vm.assertFalse(expired);
    }
}
