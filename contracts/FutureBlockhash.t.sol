// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IRandomness} from "./interfaces/IRandomness.sol";
import {CodeVm} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

contract FutureBlockhashTest {
    /// @dev The contract of EIP-2935, as every chain has it.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    bytes private constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
    IRandomness private randomness;

    function setUp() public {
        vm.roll(10_000);
        vm.etch(HISTORY, HISTORY_CODE);
        randomness = IRandomness(_deploy(4));
    }

    function test_constructor_refusesTheBlockThatIsBeingMade() public {
        vm.expectRevert(abi.encodeWithSignature("NoDelay()"));
        _deploy(0);
    }

    /// @dev Of these, every hash can be worked out in advance, or the chain's makers warn of them.
    function test_constructor_refusesChainsKnownForTheirHashes() public {
        uint256[5] memory unfit = [uint256(1_313_161_554), 1_313_161_555, 42_161, 42_170, 421_614];
        for (uint256 i; i < unfit.length; ++i) {
            vm.chainId(unfit[i]);
            _assertUnfit(unfit[i]);
        }
        vm.chainId(1);
        _deploy(4);
    }

    function test_constructor_refusesMissingHashes() public {
        for (uint256 back = 1; back <= 4; ++back) {
            vm.setBlockhash(10_000 - back, 0);
            _assertUnfit(block.chainid);
            vm.setBlockhash(10_000 - back, keccak256(abi.encode(back)));
        }
        _deploy(4);
    }

    function test_constructor_refusesEqualHashes() public {
        for (uint256 back = 2; back <= 4; ++back) {
            vm.setBlockhash(10_000 - back, blockhash(9_999));
            _assertUnfit(block.chainid);
            vm.setBlockhash(10_000 - back, keccak256(abi.encode(back)));
        }
        _deploy(4);
    }

    /// @dev What Scroll's blockhash was before its Feynman upgrade.
    function test_constructor_refusesHashesOfChainIdAndHeight() public {
        vm.setBlockhash(9_998, keccak256(abi.encodePacked(uint64(block.chainid), uint64(9_998))));
        _assertUnfit(block.chainid);
    }

    /// @dev A chain that has just begun has fewer blocks to look at.
    function test_constructor_takesAYoungChain() public {
        for (uint256 height; height < 5; ++height) {
            vm.roll(height);
            _deploy(4);
        }
    }

    function test_seedBlock_liesAhead() public view {
        vm.assertEq(uint256(randomness.seedBlock()), 10_004);
    }

    function test_attack_seedGroundByChoosingTheBlock() public {
        uint40 seedBlock = randomness.seedBlock();
        // Whoever fixes the block knows nothing of its hash, nor does anybody in that block itself.
        _assertNotReady(seedBlock);
        vm.roll(seedBlock);
        _assertNotReady(seedBlock);
        vm.roll(uint256(seedBlock) + 1);
        vm.setBlockhash(seedBlock, keccak256("mined"));
        (bytes32 seed, bool expired) = randomness.seedOf(seedBlock);
        vm.assertEq(seed, keccak256("mined"));
        vm.assertFalse(expired);
    }

    function test_seedOf_reachesTheHistoryOfBlocks() public {
        uint40 seedBlock = randomness.seedBlock();
        vm.store(HISTORY, bytes32(uint256(seedBlock) % 8_191), keccak256("kept"));
        vm.roll(uint256(seedBlock) + 8_191);
        (bytes32 seed, bool expired) = randomness.seedOf(seedBlock);
        vm.assertEq(seed, keccak256("kept"));
        vm.assertFalse(expired);
    }

    function test_seedOf_tellsWhenTheHashIsOutOfReach() public {
        uint40 seedBlock = randomness.seedBlock();
        vm.store(HISTORY, bytes32(uint256(seedBlock) % 8_191), keccak256("of a later block"));
        vm.roll(uint256(seedBlock) + 8_192);
        (bytes32 seed, bool expired) = randomness.seedOf(seedBlock);
        vm.assertEq(seed, bytes32(0));
        vm.assertTrue(expired);
    }

    function _assertNotReady(uint40 seedBlock) private view {
        (bytes32 seed, bool expired) = randomness.seedOf(seedBlock);
        vm.assertEq(seed, bytes32(0));
        vm.assertFalse(expired);
    }

    function _assertUnfit(uint256 chainId) private {
        vm.expectRevert(abi.encodeWithSignature("UnfitBlockhash(uint256)", chainId));
        _deploy(4);
    }

    function _deploy(uint256 delayBlocks) private returns (address created) {
        bytes memory code =
            bytes.concat(CodeVm(address(vm)).getCode("FutureBlockhash.sol:FutureBlockhash"), abi.encode(delayBlocks));
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
    }
}
