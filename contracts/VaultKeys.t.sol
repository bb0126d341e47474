// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IVault} from "./interfaces/IVault.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice What keys that replace each other earn, and money that comes from outside.
contract VaultKeysTest is ProtocolTest {
    address private alice = address(0xa11ce);
    address private bella = address(0xbe11a);
    address private clara = address(0xc1a2a);

    function setUp() public override {
        super.setUp();
        token.approve(address(vault), type(uint256).max);
        vm.startPrank(address(datanets));
        vault.deposit(7, address(this), 100e18);
        vault.reserve(7, 100e18, 0);
        vm.stopPrank();
    }

    // ---------------------------------------------------------------------------------------------- keys

    function test_rotate_movesWhatIsUnclaimed() public {
        settle(alice, 10e18);
        vault.claim(alice);
        settle(alice, 5e18);
        vm.expectEmit();
        emit IVault.Rotated(alice, alice, bella, 5e18);
        vm.assertEq(rotate(alice, bella), alice);
        assertEarned(alice, 15e18, 15e18);
        assertEarned(bella, 5e18, 0);
        vm.assertEq(vault.claim(bella), 5e18);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToClaim.selector, alice));
        vault.claim(alice);
    }

    function test_settle_followsTheLineOfKeys() public {
        vm.assertEq(settle(alice, 1e18), alice);
        rotate(alice, bella);
        vm.assertEq(settle(alice, 2e18), alice, "the identity stays");
        assertEarned(bella, 3e18, 0);
        vm.assertEq(rotate(bella, clara), alice);
        vm.assertEq(settle(alice, 4e18), alice);
        vm.assertEq(settle(bella, 5e18), alice);
        vm.assertEq(settle(clara, 6e18), alice);
        vm.assertEq(settle(clara, 0), alice, "of a rejected submission, too");
        assertEarned(clara, 18e18, 0);
        vm.assertEq(vault.identityOf(clara), alice);
        vm.assertEq(vault.identityOf(bella), alice);
        vm.assertEq(vault.keyOf(alice), clara);
    }

    function test_rotate_refusesKeysInUse() public {
        rotate(alice, bella);
        expectKeyInUse(alice, alice);
        rotate(alice, clara);
        expectKeyInUse(alice, alice);
        rotate(clara, alice);
        expectKeyInUse(bella, alice);
        rotate(clara, bella);
        expectKeyInUse(clara, clara);
        rotate(clara, clara);
    }

    function test_rotate_belongsToDatanets() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, address(this)));
        vault.rotate(alice, bella);
    }

    function test_rotate_keepsWhatTheNewKeyEarnedItself() public {
        settle(bella, 3e18);
        vault.claim(bella);
        settle(bella, 2e18);
        settle(alice, 5e18);
        rotate(alice, bella);
        assertEarned(bella, 10e18, 3e18);
        vm.assertEq(vault.claim(bella), 7e18);
    }

    /// @dev A retired key may still earn by judging: that is its own.
    function test_pay_ofARetiredKeyIsItsOwn() public {
        rotate(alice, bella);
        vault.credit(alice, 4e18);
        vm.assertEq(vault.claim(alice), 4e18);
        assertEarned(alice, 4e18, 4e18);
    }

    function testFuzz_rotate_losesNoMoney(uint256 seed) public {
        address[3] memory keys = [alice, bella, clara];
        uint256 current;
        uint256 paidWei;
        for (uint256 i; i < 12; ++i) {
            uint256 step = uint256(keccak256(abi.encode(seed, i)));
            if (step % 4 == 0 && current < 2) rotate(keys[current], keys[++current]);
            else if (step % 4 == 1 && claimable(keys[current]) != 0) vault.claim(keys[current]);
            else paidWei += settled(keys[(step >> 8) % (current + 1)], (step >> 16) % 5e18);
        }
        uint256 heldWei;
        for (uint256 i; i < 3; ++i) heldWei += claimable(keys[i]) + token.balanceOf(keys[i]);
        vm.assertEq(heldWei, paidWei);
    }

    // --------------------------------------------------------------------------------------- from outside

    function test_credit_isForTheAccountToClaim() public {
        vm.expectEmit();
        emit IVault.Credited(address(this), alice, 9e18);
        vault.credit(alice, 9e18);
        vm.assertEq(vault.claim(alice), 9e18);
        vm.expectRevert(abi.encodeWithSelector(IVault.AmountTooLarge.selector, uint256(1) << 127));
        vault.credit(alice, 1 << 127);
    }

    function test_depositFees_belongsToCourtAndAttribution() public {
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, address(this)));
        vault.depositFees(address(this), 1);
        vm.prank(address(court));
        vault.depositFees(address(this), 3e18);
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 3e18);
        vm.prank(address(court));
        vm.expectRevert(abi.encodeWithSelector(IVault.AmountTooLarge.selector, uint256(1) << 127));
        vault.depositFees(address(this), 1 << 127);
    }

    // -------------------------------------------------------------------------------------------- details

    function settle(address account, uint256 earnedWei) private returns (address identity) {
        vm.prank(address(datanets));
        return vault.settle(7, account, earnedWei, 0);
    }

    function settled(address account, uint256 earnedWei) private returns (uint256) {
        settle(account, earnedWei);
        return earnedWei;
    }

    function rotate(address oldKey, address newKey) private returns (address) {
        vm.prank(address(datanets));
        return vault.rotate(oldKey, newKey);
    }

    function expectKeyInUse(address key, address identity) private {
        vm.expectRevert(abi.encodeWithSelector(IVault.KeyInUse.selector, key, identity));
    }

    function claimable(address account) private view returns (uint256) {
        (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(account);
        return earnedWei - claimedWei;
    }

    function assertEarned(address account, uint256 earnedWei, uint256 claimedWei) private view {
        (uint256 earned, uint256 claimed) = vault.earnedBy(account);
        vm.assertEq(earned, earnedWei, "earned");
        vm.assertEq(claimed, claimedWei, "claimed");
    }
}
