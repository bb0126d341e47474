// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IVault} from "./interfaces/IVault.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice What the Vault says in events, word for word, where its money lies, and the ends of its ranges.
contract VaultDetailsTest is ProtocolTest {
    address private alice = address(0xa11ce);
    address private bob = address(0xb0b);

    function setUp() public override {
        super.setUp();
        token.approve(address(vault), type(uint256).max);
    }

    // ------------------------------------------------------------------------------------------- events

    function test_events_ofAnAccount() public {
        vm.prank(address(datanets));
        vm.expectEmit(address(vault));
        emit IVault.Deposited(address(datanets), 7, address(this), 10e18);
        vault.deposit(7, address(this), 10e18);
        vm.assertEq(token.balanceOf(address(vault)), 10e18);
        vm.prank(address(datanets));
        vm.expectEmit(address(vault));
        emit IVault.Withdrawn(address(datanets), 7, alice, 4e18);
        vault.withdraw(7, alice, 4e18);
        vm.assertEq(token.balanceOf(alice), 4e18);
        vm.assertEq(token.balanceOf(address(vault)), 6e18);
        _assertAccount(address(datanets), 7, 6e18, 0);
    }

    function test_credit_takesTheMoney() public {
        uint256 before = token.balanceOf(address(this));
        vm.expectEmit(address(vault));
        emit IVault.Credited(address(this), alice, 9e18);
        vault.credit(alice, 9e18);
        vm.assertEq(token.balanceOf(address(this)), before - 9e18);
        vm.assertEq(token.balanceOf(address(vault)), 9e18);
        vault.claim(alice);
        vm.assertEq(token.balanceOf(alice), 9e18);
        vm.assertEq(token.balanceOf(address(vault)), 0);
    }

    function test_depositFees_takesTheMoney() public {
        vm.prank(address(attribution));
        vault.depositFees(address(this), 3e18);
        vm.assertEq(token.balanceOf(address(vault)), 3e18);
        _assertAccount(address(court), 0, 0, 3e18);
        _assertAccount(address(training), 0, 0, 0);
    }

    function test_depositReserved_splitsTheMoney() public {
        vm.prank(address(training));
        vault.depositReserved(address(this), 5e18, 2e18);
        vm.assertEq(token.balanceOf(address(vault)), 7e18);
        _assertAccount(address(training), 0, 0, 5e18);
        _assertAccount(address(court), 0, 0, 2e18);
    }

    function test_depositSlashed_goesToTheSlashersEscrow() public {
        vm.startPrank(address(seats));
        vault.depositSlashed(address(training), 5e18);
        vault.depositSlashed(address(court), 3e18);
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, alice));
        vault.depositSlashed(alice, 1);
        _assertAccount(address(training), 0, 0, 5e18);
        _assertAccount(address(court), 0, 0, 3e18);
    }

    // ------------------------------------------------------------------------------------------- ranges

    /// @dev The largest amounts pass the Vault's own check, and fail for want of money.
    function test_deposits_refuseWhatNoFieldHolds() public {
        bytes4 tooLarge = IVault.AmountTooLarge.selector;
        vm.startPrank(address(datanets));
        vm.expectRevert(abi.encodeWithSelector(tooLarge, uint256(1) << 128));
        vault.deposit(7, address(this), 1 << 128);
        _expectNoMoney(type(uint128).max);
        vault.deposit(7, address(this), type(uint128).max);
        vm.stopPrank();
        vm.startPrank(address(training));
        vm.expectRevert(abi.encodeWithSelector(tooLarge, uint256(1) << 127));
        vault.depositReserved(address(this), 1 << 126, 1 << 126);
        _expectNoMoney((uint256(1) << 127) - 1);
        vault.depositReserved(address(this), 1 << 126, (1 << 126) - 1);
        vm.stopPrank();
        vm.startPrank(address(court));
        vm.expectRevert(abi.encodeWithSelector(tooLarge, uint256(1) << 127));
        vault.depositFees(address(this), 1 << 127);
        _expectNoMoney((uint256(1) << 127) - 1);
        vault.depositFees(address(this), (1 << 127) - 1);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(tooLarge, uint256(1) << 127));
        vault.credit(alice, 1 << 127);
        _expectNoMoney((uint256(1) << 127) - 1);
        vault.credit(alice, (1 << 127) - 1);
    }

    function test_payShares_refuseSharesThatCouldWrap() public {
        address[] memory accounts = new address[](1);
        accounts[0] = alice;
        vm.startPrank(address(court));
        vm.expectRevert(abi.encodeWithSelector(IVault.AmountTooLarge.selector, uint256(1) << 112));
        vault.payShares(accounts, 1, 1 << 112, 0);
        vm.expectRevert(abi.encodeWithSelector(IVault.AmountTooLarge.selector, uint256(5)));
        vault.payShares(accounts, 1, 5, 1 << 112);
        uint256 largest = type(uint112).max;
        bytes4 insufficient = IVault.InsufficientReserved.selector;
        vm.expectRevert(abi.encodeWithSelector(insufficient, address(court), uint256(0), uint256(0), 2 * largest));
        vault.payShares(accounts, 1, largest, largest);
    }

    function test_escrows_giveAllTheyHoldAndNoMore() public {
        vm.startPrank(address(training));
        vault.depositReserved(address(this), 5e18, 0);
        bytes4 insufficient = IVault.InsufficientReserved.selector;
        vm.expectRevert(
            abi.encodeWithSelector(insufficient, address(training), uint256(0), uint256(5e18), uint256(5e18 + 1))
        );
        vault.pay(alice, 5e18 + 1);
        vault.pay(alice, 2e18);
        vault.passReserved(address(court), 3e18);
        vm.stopPrank();
        _assertAccount(address(training), 0, 0, 0);
        _assertAccount(address(court), 0, 0, 3e18);
        (uint256 earnedWei,) = vault.earnedBy(alice);
        vm.assertEq(earnedWei, 2e18);
    }

    function test_accounts_giveAllTheyHoldAndNoMore() public {
        vm.startPrank(address(datanets));
        vault.deposit(7, address(this), 10e18);
        bytes4 insufficient = IVault.InsufficientAvailable.selector;
        vm.expectRevert(
            abi.encodeWithSelector(insufficient, address(datanets), uint256(7), uint256(10e18), uint256(10e18 + 1))
        );
        vault.withdraw(7, alice, 10e18 + 1);
        vault.reserve(7, 10e18, 0);
        _assertAccount(address(datanets), 7, 0, 10e18);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVault.InsufficientReserved.selector, address(datanets), uint256(7), uint256(10e18), uint256(10e18 + 1)
            )
        );
        vault.settle(7, alice, 4e18, 6e18 + 1);
        vm.assertEq(vault.settle(7, alice, 4e18, 6e18), alice);
        _assertAccount(address(datanets), 7, 6e18, 0);
        vault.withdraw(7, bob, 6e18);
        _assertAccount(address(datanets), 7, 0, 0);
        vm.assertEq(vault.claim(alice), 4e18);
    }

    /// @dev Nothing to pay touches nobody's earnings, and still says who would have been paid.
    function test_settle_ofNothingNamesTheIdentity() public {
        vm.startPrank(address(datanets));
        vault.deposit(7, address(this), 10e18);
        vault.reserve(7, 10e18, 0);
        vm.assertEq(vault.settle(7, alice, 0, 4e18), alice);
        vault.rotate(alice, bob);
        vm.assertEq(vault.settle(7, bob, 0, 6e18), alice);
        (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(bob);
        vm.assertEq(earnedWei + claimedWei, 0);
        _assertAccount(address(datanets), 7, 10e18, 0);
    }

    function test_settle_ofOneWei() public {
        vm.startPrank(address(datanets));
        vault.deposit(7, address(this), 1);
        vault.reserve(7, 1, 0);
        vault.settle(7, alice, 1, 0);
        vm.assertEq(vault.claim(alice), 1);
    }

    // ------------------------------------------------------------------------------------------ details

    function _expectNoMoney(uint256 neededWei) private {
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientBalance(address,uint256,uint256)",
                address(this),
                token.balanceOf(address(this)),
                neededWei
            )
        );
    }

    function _assertAccount(address controller, uint256 id, uint256 availableWei, uint256 reservedWei) private view {
        (uint256 available, uint256 reserved) = vault.accountOf(controller, id);
        vm.assertEq(available, availableWei, "available");
        vm.assertEq(reserved, reservedWei, "reserved");
    }
}
