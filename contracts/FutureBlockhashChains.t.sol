// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {CodeVm} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Which chains FutureBlockhash is deployed on, one by one, seen by whether there is a contract afterwards.
contract FutureBlockhashChainsTest {
    uint256 private constant HEIGHT = 10_000;

    function setUp() public {
        vm.roll(HEIGHT);
        for (uint256 i = 1; i <= 8; ++i) vm.setBlockhash(HEIGHT - i, keccak256(abi.encode("mined", i)));
    }

    function test_constructor_takesAnOrdinaryChain() public {
        vm.assertTrue(_isDeployed(1));
        vm.chainId(10);
        vm.assertTrue(_isDeployed(1));
    }

    function test_constructor_refusesEachChainThatIsKnownToBeUnfit() public {
        uint256[5] memory unfit = [uint256(1_313_161_554), 1_313_161_555, 42_161, 42_170, 421_614];
        for (uint256 i; i < 5; ++i) {
            vm.chainId(unfit[i]);
            vm.assertFalse(_isDeployed(1));
            vm.chainId(unfit[i] + 2);
            vm.assertTrue(_isDeployed(1));
        }
    }

    function test_constructor_refusesNoDelay() public {
        vm.assertFalse(_isDeployed(0));
        vm.assertTrue(_isDeployed(1));
    }

    /// @dev The last four hashes are looked at: any of them that is missing tells, an older one does not.
    function test_constructor_looksAtTheLastFourHashes() public {
        for (uint256 i = 1; i <= 5; ++i) {
            bytes32 kept = blockhash(HEIGHT - i);
            vm.setBlockhash(HEIGHT - i, 0);
            vm.assertEq(_isDeployed(1), i == 5);
            vm.setBlockhash(HEIGHT - i, kept);
        }
        vm.assertTrue(_isDeployed(1));
    }

    function test_constructor_refusesAnyTwoHashesThatAreOne() public {
        for (uint256 i = 1; i <= 4; ++i) {
            for (uint256 k = 1; k < i; ++k) {
                bytes32 kept = blockhash(HEIGHT - i);
                vm.setBlockhash(HEIGHT - i, blockhash(HEIGHT - k));
                vm.assertFalse(_isDeployed(1));
                vm.setBlockhash(HEIGHT - i, kept);
            }
        }
    }

    function test_constructor_refusesHashesMadeOfChainAndHeight() public {
        for (uint256 i = 1; i <= 5; ++i) {
            bytes32 kept = blockhash(HEIGHT - i);
            vm.setBlockhash(HEIGHT - i, keccak256(abi.encodePacked(uint64(block.chainid), uint64(HEIGHT - i))));
            vm.assertEq(_isDeployed(1), i == 5);
            vm.setBlockhash(HEIGHT - i, kept);
        }
    }

    function _isDeployed(uint256 delayBlocks) private returns (bool) {
        bytes memory code =
            bytes.concat(CodeVm(address(vm)).getCode("FutureBlockhash.sol:FutureBlockhash"), abi.encode(delayBlocks));
        address created;
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        return created != address(0);
    }
}
