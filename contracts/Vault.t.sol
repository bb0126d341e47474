// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IVault} from "./interfaces/IVault.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";
import {Vault} from "./Vault.sol";

/// @notice A token that says no without reverting.
contract RefusingToken {
    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }
}

/// @notice A token that lets its receiver act in the middle of a transfer, and says yes.
contract CallingToken {
    function transfer(address to, uint256) external returns (bool) {
        Greedy(to).received();
        return true;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return true;
    }
}

/// @notice Claims again while it is paid.
contract Greedy {
    Vault private immutable VAULT;
    uint256 public claims;
    bytes public lastRefusal;

    constructor(Vault vault) {
        VAULT = vault;
    }

    function received() external {
        ++claims;
        try VAULT.claim(address(this)) {}
        catch (bytes memory refusal) {
            lastRefusal = refusal;
        }
    }
}

contract VaultTest is ProtocolTest {
    address private alice = address(0xa11ce);
    address private bob = address(0xb0b);

    function setUp() public override {
        super.setUp();
        token.approve(address(vault), type(uint256).max);
    }

    // ------------------------------------------------------------------------------------------- accounts

    function test_reserve_movesMoneyWithinAnAccountAndPassesTheFee() public {
        _deposit(7, 100e18);
        vm.prank(address(datanets));
        vault.reserve(7, 60e18, 10e18);
        _assertAccount(address(datanets), 7, 30e18, 60e18);
        _assertAccount(address(court), 0, 0, 10e18);
    }

    function test_reserve_refusesMoreThanIsThere() public {
        _deposit(7, 100e18);
        vm.prank(address(datanets));
        vm.expectRevert(
            abi.encodeWithSelector(
                IVault.InsufficientAvailable.selector, address(datanets), uint256(7), 100e18, 100e18 + 1
            )
        );
        vault.reserve(7, 90e18, 10e18 + 1);
    }

    function test_reserve_doesNotTouchAnotherDatanet() public {
        _deposit(7, 100e18);
        vm.prank(address(datanets));
        vm.expectPartialRevert(IVault.InsufficientAvailable.selector);
        vault.reserve(8, 1, 0);
    }

    function test_reserve_ofTwoHugeSumsDoesNotWrap() public {
        _deposit(7, 100e18);
        vm.prank(address(datanets));
        vm.expectRevert();
        vault.reserve(7, type(uint256).max, 2);
    }

    function test_settle_paysAndReleases() public {
        _deposit(7, 100e18);
        vm.startPrank(address(datanets));
        vault.reserve(7, 60e18, 0);
        vault.settle(7, alice, 25e18, 35e18);
        vm.stopPrank();
        _assertAccount(address(datanets), 7, 75e18, 0);
        _assertEarned(alice, 25e18, 0);
    }

    function test_settle_refusesMoreThanIsReserved() public {
        _deposit(7, 100e18);
        vm.startPrank(address(datanets));
        vault.reserve(7, 60e18, 0);
        vm.expectPartialRevert(IVault.InsufficientReserved.selector);
        vault.settle(7, alice, 60e18, 1);
    }

    function test_withdraw_takesAvailableMoneyOnly() public {
        _deposit(7, 100e18);
        vm.startPrank(address(datanets));
        vault.reserve(7, 60e18, 0);
        vm.expectPartialRevert(IVault.InsufficientAvailable.selector);
        vault.withdraw(7, alice, 40e18 + 1);
        vault.withdraw(7, alice, 40e18);
        vm.assertEq(token.balanceOf(alice), 40e18);
    }

    function test_deposit_refusesMoreThanAnyAmountOfOpen() public {
        vm.prank(address(datanets));
        vm.expectRevert(abi.encodeWithSelector(IVault.AmountTooLarge.selector, uint256(type(uint128).max) + 1));
        vault.deposit(7, address(this), uint256(type(uint128).max) + 1);
    }

    // -------------------------------------------------------------------------------------------- escrows

    function test_escrows_areApart() public {
        _escrow(100e18, 5e18);
        _assertAccount(address(training), 0, 0, 100e18);
        _assertAccount(address(court), 0, 0, 5e18);
        vm.prank(address(court));
        vm.expectRevert(
            abi.encodeWithSelector(
                IVault.InsufficientReserved.selector, address(court), uint256(0), 5e18, 5e18 + 1
            )
        );
        vault.pay(alice, 5e18 + 1);
        vm.prank(address(training));
        vm.expectPartialRevert(IVault.InsufficientReserved.selector);
        vault.pay(alice, 100e18 + 1);
    }

    function test_escrows_numberOtherThanZeroIsEmpty() public {
        _escrow(100e18, 5e18);
        _assertAccount(address(court), 1, 0, 0);
        _assertAccount(address(0xbad), 0, 0, 0);
    }

    function test_passReserved_movesBetweenEscrows() public {
        _escrow(100e18, 5e18);
        vm.prank(address(training));
        vault.passReserved(address(court), 30e18);
        vm.prank(address(court));
        vault.passReserved(address(training), 1e18);
        _assertAccount(address(training), 0, 0, 71e18);
        _assertAccount(address(court), 0, 0, 34e18);
        vm.prank(address(training));
        vm.expectRevert(abi.encodeWithSelector(IVault.NotController.selector, address(datanets)));
        vault.passReserved(address(datanets), 1);
    }

    function test_payShares_goToTheChosen() public {
        _escrow(0, 100e18);
        address[] memory accounts = new address[](4);
        (accounts[0], accounts[1], accounts[2], accounts[3]) = (bob, alice, bob, alice);
        vm.prank(address(court));
        // Draws 1, 2 and 3, and a bit that belongs to nobody.
        vault.payShares(accounts, 0x1e, 30e18, 7);
        _assertEarned(alice, 60e18 + 7, 0);
        _assertEarned(bob, 30e18, 0);
        _assertAccount(address(court), 0, 0, 10e18 - 7);
    }

    function test_payShares_refuseMoreThanTheEscrow() public {
        _escrow(50e18, 100e18);
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (alice, bob);
        vm.prank(address(court));
        vm.expectPartialRevert(IVault.InsufficientReserved.selector);
        vault.payShares(accounts, 3, 50e18, 1);
        _assertEarned(alice, 0, 0);
        vm.prank(address(court));
        vm.expectPartialRevert(IVault.AmountTooLarge.selector);
        vault.payShares(accounts, 3, type(uint256).max, 2);
    }

    function testFuzz_payShares_leaveNothingAndTakeNothingMore(uint96 potWei, uint8 count, uint256 chosen) public {
        count = 1 + count % 31;
        chosen &= (uint256(1) << count) - 1;
        vm.assume(chosen != 0);
        uint256 pot = potWei % 1_000_000e18;
        _escrow(3, pot);
        address[] memory accounts = new address[](count);
        uint256 paid;
        for (uint256 i; i < count; ++i) {
            accounts[i] = address(uint160(0x1000 + i));
            if ((chosen >> i) & 1 != 0) ++paid;
        }
        vm.prank(address(court));
        vault.payShares(accounts, chosen, pot / paid, pot % paid);
        _assertAccount(address(court), 0, 0, 0);
        _assertAccount(address(training), 0, 0, 3);
        uint256 total;
        for (uint256 i; i < count; ++i) {
            (uint256 earnedWei,) = vault.earnedBy(accounts[i]);
            vm.assertEq(earnedWei > 0, (chosen >> i) & 1 != 0 && (pot / paid > 0 || (total == 0 && pot % paid > 0)));
            total += earnedWei;
        }
        vm.assertEq(total, pot);
    }

    // ------------------------------------------------------------------------------------------- stranger

    function test_attack_strangersMoveNothing() public {
        _deposit(7, 100e18);
        _escrow(10e18, 10e18);
        address[] memory accounts = new address[](1);
        accounts[0] = address(0xbad);
        vm.startPrank(address(0xbad));
        bytes memory refusal = abi.encodeWithSelector(IVault.NotController.selector, address(0xbad));
        vm.expectRevert(refusal);
        vault.deposit(7, address(this), 1);
        vm.expectRevert(refusal);
        vault.withdraw(7, address(0xbad), 1);
        vm.expectRevert(refusal);
        vault.reserve(7, 1, 0);
        vm.expectRevert(refusal);
        vault.settle(7, address(0xbad), 1, 0);
        vm.expectRevert(refusal);
        vault.depositReserved(address(this), 1, 0);
        vm.expectRevert(refusal);
        vault.depositSlashed(address(court), 1);
        vm.expectRevert(refusal);
        vault.pay(address(0xbad), 1);
        vm.expectRevert(refusal);
        vault.payShares(accounts, 1, 1, 0);
        vm.expectRevert(refusal);
        vault.passReserved(address(court), 1);
    }

    function test_attack_controllersCannotReachEachOthersAccounts() public {
        _deposit(7, 100e18);
        _escrow(10e18, 10e18);
        vm.prank(address(court));
        vm.expectPartialRevert(IVault.NotController.selector);
        vault.settle(7, alice, 1, 0);
        vm.prank(address(datanets));
        vm.expectPartialRevert(IVault.NotController.selector);
        vault.pay(alice, 1);
        vm.prank(address(seats));
        vm.expectPartialRevert(IVault.NotController.selector);
        vault.pay(alice, 1);
    }

    // ---------------------------------------------------------------------------------------------- claims

    function test_claim_sendsWhatWasEarnedToItsOwner() public {
        _escrow(0, 100e18);
        vm.prank(address(court));
        vault.pay(alice, 60e18);
        // Anyone may pay the gas; the money goes to alice.
        vm.prank(address(0xbad));
        vm.assertEq(vault.claim(alice), 60e18);
        vm.assertEq(token.balanceOf(alice), 60e18);
        _assertEarned(alice, 60e18, 60e18);
    }

    function test_attack_doubleClaim() public {
        _escrow(0, 100e18);
        vm.prank(address(court));
        vault.pay(alice, 60e18);
        vault.claim(alice);
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToClaim.selector, alice));
        vault.claim(alice);
        vm.prank(address(court));
        vault.pay(alice, 1);
        vm.assertEq(vault.claim(alice), 1);
    }

    function test_attack_revertingToken() public {
        Vault other = _vaultOf(address(new RefusingToken()));
        vm.prank(address(datanets));
        vm.expectRevert();
        other.deposit(7, address(this), 1e18);
        vm.prank(address(training));
        vm.expectRevert();
        other.depositReserved(address(this), 1e18, 0);
    }

    /// @dev A fee on transfers would credit what never came. The Vault's only token, for ever, is OPEN, which moves exact
    /// amounts on every way into the Vault and out of it.
    function testFuzz_attack_feeOnTransferToken(uint96 amountWei, uint8 part) public {
        uint256 amount = 1 + amountWei % 1_000_000e18;
        uint256 held = token.balanceOf(address(vault));
        _deposit(7, amount);
        _escrow(amount, amount);
        vm.assertEq(token.balanceOf(address(vault)), held + 3 * amount);
        uint256 out = amount * part / 255;
        vm.prank(address(datanets));
        vault.withdraw(7, bob, out);
        vm.assertEq(token.balanceOf(bob), out);
        vm.prank(address(court));
        vault.pay(alice, amount);
        vault.claim(alice);
        vm.assertEq(token.balanceOf(alice), amount);
        vm.assertEq(token.balanceOf(address(vault)), held + 2 * amount - out);
    }

    function test_attack_reentryByAReceiver() public {
        // OPEN calls nobody. Even over a token that does, what is being paid is noted as claimed before it is sent.
        Vault other = _vaultOf(address(new CallingToken()));
        Greedy greedy = new Greedy(other);
        vm.prank(address(training));
        other.depositReserved(address(this), 10e18, 0);
        vm.prank(address(training));
        other.pay(address(greedy), 4e18);
        other.claim(address(greedy));
        vm.assertEq(greedy.claims(), 1);
        vm.assertEq(
            keccak256(greedy.lastRefusal()),
            keccak256(abi.encodeWithSelector(IVault.NothingToClaim.selector, address(greedy)))
        );
        (uint256 earnedWei, uint256 claimedWei) = other.earnedBy(address(greedy));
        vm.assertEq(earnedWei, claimedWei);
    }

    function test_attack_openSentByMistakeBelongsToNobody() public {
        _escrow(10e18, 0);
        token.transfer(address(vault), 50e18);
        _assertAccount(address(training), 0, 0, 10e18);
        vm.prank(address(training));
        vm.expectPartialRevert(IVault.InsufficientReserved.selector);
        vault.pay(alice, 10e18 + 1);
    }

    // --------------------------------------------------------------------------------------------- helpers

    function _vaultOf(address token_) private returns (Vault) {
        return new Vault(token_, address(seats), address(court), address(datanets), address(training), address(7));
    }

    function _deposit(uint256 id, uint256 amountWei) private {
        vm.prank(address(datanets));
        vault.deposit(id, address(this), amountWei);
    }

    function _escrow(uint256 trainingWei, uint256 courtWei) private {
        vm.prank(address(training));
        vault.depositReserved(address(this), trainingWei, courtWei);
    }

    function _assertAccount(address controller, uint256 id, uint256 availableWei, uint256 reservedWei) private view {
        (uint256 available, uint256 reserved) = vault.accountOf(controller, id);
        vm.assertEq(available, availableWei, "available");
        vm.assertEq(reserved, reservedWei, "reserved");
    }

    function _assertEarned(address account, uint256 earnedWei, uint256 claimedWei) private view {
        (uint256 earned, uint256 claimed) = vault.earnedBy(account);
        vm.assertEq(earned, earnedWei, "earned");
        vm.assertEq(claimed, claimedWei, "claimed");
    }
}
