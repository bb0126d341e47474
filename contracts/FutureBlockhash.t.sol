// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {FutureBlockhash} from "./FutureBlockhash.sol";
import {vm} from "./testing/Vm.t.sol";

contract FutureBlockhashTest {
    /// @dev The contract of EIP-2935, as every chain has it.
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    bytes private constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
    FutureBlockhash private randomness;

    function setUp() public {
        vm.roll(10_000);
        vm.etch(HISTORY, HISTORY_CODE);
        randomness = new FutureBlockhash(4);
    }

    function test_constructor_refusesTheBlockThatIsBeingMade() public {
        vm.expectRevert(FutureBlockhash.NoDelay.selector);
        new FutureBlockhash(0);
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
}
