// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDrandRandomness} from "./interfaces/IDrandRandomness.sol";
import {CodeVm} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Which chains and margins DrandRandomness is deployed with, seen by whether there is a contract afterwards.
contract DrandRandomnessChainsTest {
    /// @dev As https://api.drand.sh/v2/beacons/quicknet/info says.
    bytes32 private constant QUICKNET = 0x52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971;
    uint256 private constant GENESIS = 1_692_803_367;

    function setUp() public {
        vm.warp(1_800_000_000);
    }

    function test_constructor_takesMarginsFromHalfAMinuteToAnHour() public {
        vm.assertFalse(_isDeployed(29));
        vm.assertTrue(_isDeployed(30));
        vm.assertTrue(_isDeployed(3_600));
        vm.assertFalse(_isDeployed(3_601));
    }

    function test_constructor_waitsForTheFirstRound() public {
        vm.warp(GENESIS - 1);
        vm.assertFalse(_isDeployed(30));
        vm.warp(GENESIS);
        vm.assertTrue(_isDeployed(30));
    }

    /// @dev A chain whose pairing says no to everything verifies no beacon.
    function test_constructor_triesThePrecompilesOut() public {
        vm.assertTrue(_isDeployed(30));
        vm.mockCall(address(0x0f), "", abi.encode(uint256(0)));
        vm.assertFalse(_isDeployed(30));
    }

    function test_constants_areQuicknets() public {
        IDrandRandomness drand = IDrandRandomness(_deploy(30));
        (bool found, bytes memory answer) = address(drand).staticcall(abi.encodeWithSignature("CHAIN_HASH()"));
        vm.assertTrue(found);
        vm.assertEq(abi.decode(answer, (bytes32)), QUICKNET);
    }

    function _isDeployed(uint256 marginSeconds) private returns (bool) {
        return _deploy(marginSeconds) != address(0);
    }

    function _deploy(uint256 marginSeconds) private returns (address created) {
        bytes memory code = bytes.concat(
            CodeVm(address(vm)).getCode("DrandRandomness.sol:DrandRandomness"), abi.encode(marginSeconds)
        );
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
    }
}
