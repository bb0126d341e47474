// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IAttribution} from "./interfaces/IAttribution.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {AttributionTest} from "./testing/AttributionTest.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice What users deposit, and how it leaves.
contract AttributionDepositsTest is AttributionTest {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function test_deposit_addsToTheUsersDeposit() public {
        vm.expectEmit(address(attribution));
        emit IAttribution.Deposited(user, 3 * OPEN);
        deposit(3 * OPEN);
        deposit(2 * OPEN);
        vm.assertEq(attribution.depositOf(user).amountWei, 5 * OPEN);
        vm.assertEq(attribution.spendableOf(user), 5 * OPEN);
        vm.assertEq(held(), 5 * OPEN);
    }

    function test_deposit_refusesNothing() public {
        vm.expectRevert(IAttribution.EmptyAmount.selector);
        attribution.deposit(0);
    }

    function test_depositWithPermit_needsNoOtherTransaction() public {
        address payer = _payerWithoutAllowance();
        (uint8 v, bytes32 r, bytes32 s) = _permit(5 * OPEN, chainTime());
        vm.prank(payer);
        attribution.depositWithPermit(5 * OPEN, chainTime(), v, r, s);
        vm.assertEq(attribution.depositOf(payer).amountWei, 5 * OPEN);
    }

    function test_attack_aPermitAlreadyUsedByAFrontRunner() public {
        address payer = _payerWithoutAllowance();
        (uint8 v, bytes32 r, bytes32 s) = _permit(5 * OPEN, chainTime());
        vm.prank(rival);
        IERC20Permit(address(token)).permit(payer, address(attribution), 5 * OPEN, chainTime(), v, r, s);
        vm.prank(payer);
        attribution.depositWithPermit(5 * OPEN, chainTime(), v, r, s);
        vm.assertEq(attribution.depositOf(payer).amountWei, 5 * OPEN);
    }

    function test_depositWithPermit_ofAnotherAmountMovesNothing() public {
        address payer = _payerWithoutAllowance();
        (uint8 v, bytes32 r, bytes32 s) = _permit(5 * OPEN, chainTime());
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(attribution), 0, 6 * OPEN
            )
        );
        vm.prank(payer);
        attribution.depositWithPermit(6 * OPEN, chainTime(), v, r, s);
    }

    function test_requestWithdrawal_isOfTheDepositAtMost() public {
        deposit(5 * OPEN);
        vm.startPrank(user);
        vm.expectRevert(IAttribution.EmptyAmount.selector);
        attribution.requestWithdrawal(0);
        vm.expectRevert(
            abi.encodeWithSelector(IAttribution.InsufficientDeposit.selector, user, 5 * OPEN, 5 * OPEN + 1)
        );
        attribution.requestWithdrawal(5 * OPEN + 1);
        vm.expectEmit(address(attribution));
        emit IAttribution.WithdrawalRequested(user, 5 * OPEN, uint40(chainTime() + 3 days));
        attribution.requestWithdrawal(5 * OPEN);
        vm.assertEq(attribution.spendableOf(user), 0);
    }

    function test_attack_withdrawBeforeTheDelay() public {
        deposit(5 * OPEN);
        _request(2 * OPEN);
        uint40 availableAt = uint40(chainTime() + 3 days);
        vm.warp(availableAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.WithdrawalNotDue.selector, user, availableAt));
        vm.prank(user);
        attribution.withdraw();

        vm.warp(availableAt);
        uint256 before = token.balanceOf(user);
        vm.expectEmit(address(attribution));
        emit IAttribution.Withdrawn(user, 2 * OPEN);
        vm.prank(user);
        vm.assertEq(attribution.withdraw(), 2 * OPEN);
        vm.assertEq(token.balanceOf(user) - before, 2 * OPEN);
        vm.assertEq(attribution.depositOf(user).amountWei, 3 * OPEN);
        vm.assertEq(attribution.depositOf(user).availableAt, 0);
    }

    function test_attack_withdrawTwice() public {
        deposit(5 * OPEN);
        _request(2 * OPEN);
        skip(3 days);
        vm.startPrank(user);
        attribution.withdraw();
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NothingRequested.selector, user));
        attribution.withdraw();
    }

    function test_withdraw_ofAnothersDepositIsImpossible() public {
        deposit(5 * OPEN);
        _request(5 * OPEN);
        skip(3 days);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NothingRequested.selector, rival));
        vm.prank(rival);
        attribution.withdraw();
    }

    function test_requestWithdrawal_againBeginsTheDelayAnew() public {
        deposit(5 * OPEN);
        _request(1 * OPEN);
        skip(2 days);
        _request(5 * OPEN);
        uint40 availableAt = uint40(chainTime() + 3 days);
        skip(2 days);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.WithdrawalNotDue.selector, user, availableAt));
        vm.prank(user);
        attribution.withdraw();
    }

    function test_cancelWithdrawal_makesAllOfItSpendable() public {
        deposit(5 * OPEN);
        _request(2 * OPEN);
        vm.startPrank(user);
        vm.expectEmit(address(attribution));
        emit IAttribution.WithdrawalCancelled(user, 2 * OPEN);
        attribution.cancelWithdrawal();
        vm.assertEq(attribution.spendableOf(user), 5 * OPEN);
        vm.assertEq(attribution.depositOf(user).availableAt, 0);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NothingRequested.selector, user));
        attribution.cancelWithdrawal();
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NothingRequested.selector, user));
        attribution.withdraw();
    }

    // ------------------------------------------------------------------------------- requests and receipts

    function test_redeem_takesWhatWasNotRequestedFirst() public {
        deposit(5 * OPEN);
        _request(2 * OPEN);
        redeem(3 * OPEN);
        vm.assertEq(attribution.depositOf(user).requestedWei, 2 * OPEN);
        redeem(4 * OPEN);
        vm.assertEq(attribution.depositOf(user).requestedWei, 1 * OPEN);
        skip(3 days);
        vm.prank(user);
        vm.assertEq(attribution.withdraw(), 1 * OPEN);
    }

    function test_attack_withdrawWhatALiveReceiptCovers() public {
        deposit(5 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(5 * OPEN);
        bytes memory signature = signed(receipt);
        _request(5 * OPEN);
        // In all the time that the receipt lives the money cannot leave.
        vm.warp(receipt.issuedAt + 1 days);
        vm.expectPartialRevert(IAttribution.WithdrawalNotDue.selector);
        vm.prank(user);
        attribution.withdraw();
        vm.assertEq(attribution.redeem(receipt, signature), 5 * OPEN);
        skip(3 days);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NothingRequested.selector, user));
        vm.prank(user);
        attribution.withdraw();
    }

    function test_attack_aDueRequestTakesALaterDepositAlong() public {
        deposit(5 * OPEN);
        _request(5 * OPEN);
        redeem(4 * OPEN);
        deposit(4 * OPEN);
        vm.assertEq(attribution.spendableOf(user), 4 * OPEN);
        skip(3 days);
        vm.prank(user);
        vm.assertEq(attribution.withdraw(), 1 * OPEN);
        vm.assertEq(attribution.depositOf(user).amountWei, 4 * OPEN);
    }

    function test_redeem_ofEverythingEndsARequest() public {
        deposit(5 * OPEN);
        _request(5 * OPEN);
        redeem(5 * OPEN);
        IAttribution.Deposit memory left = attribution.depositOf(user);
        vm.assertEq(uint256(left.amountWei) + left.requestedWei + left.availableAt, 0);
    }

    // ------------------------------------------------------------------------------- limits nobody changes

    function test_requestWithdrawal_waitsLongerThanAReceiptWhateverTheRules() public {
        deposit(5 * OPEN);
        IParameters.UsageRules memory rules = usageRules();
        (rules.receiptSeconds, rules.withdrawSeconds) = (5 days, 5 days);
        ruleThat(rules);
        _request(5 * OPEN);
        vm.assertEq(attribution.depositOf(user).availableAt, chainTime() + 5 days + 1);
        rules.withdrawSeconds = 5 days + 2;
        ruleThat(rules);
        _request(5 * OPEN);
        vm.assertEq(attribution.depositOf(user).availableAt, chainTime() + 5 days + 2);
        rules.withdrawSeconds = 0;
        rules.receiptSeconds = type(uint32).max;
        ruleThat(rules);
        _request(5 * OPEN);
        vm.assertEq(attribution.depositOf(user).availableAt, chainTime() + 30 days + 1);
    }

    function test_attack_rulesKeepADepositForEver() public {
        deposit(5 * OPEN);
        IParameters.UsageRules memory rules = usageRules();
        rules.withdrawSeconds = type(uint32).max;
        ruleThat(rules);
        _request(5 * OPEN);
        vm.assertEq(attribution.depositOf(user).availableAt, chainTime() + 90 days);
    }

    function testFuzz_deposits_addUp(uint96 first, uint96 second, uint96 requested) public {
        first = uint96(first % (1_000 * OPEN)) + 1;
        second = uint96(second % (1_000 * OPEN)) + 1;
        requested = uint96(requested % (first + second)) + 1;
        uint256 before = token.balanceOf(user);
        deposit(first);
        deposit(second);
        _request(requested);
        vm.assertEq(attribution.spendableOf(user), uint256(first) + second - requested);
        skip(3 days);
        vm.prank(user);
        attribution.withdraw();
        vm.assertEq(attribution.depositOf(user).amountWei, uint256(first) + second - requested);
        vm.assertEq(before - token.balanceOf(user), held());
    }

    // --------------------------------------------------------------------------------------------- details

    function _request(uint96 amountWei) private {
        vm.prank(user);
        attribution.requestWithdrawal(amountWei);
    }

    function _payerWithoutAllowance() private returns (address payer) {
        payer = person("payer");
        token.transfer(payer, 100 * OPEN);
    }

    function _permit(uint256 amountWei, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        IERC20Permit permits = IERC20Permit(address(token));
        address payer = person("payer");
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, payer, address(attribution), amountWei, permits.nonces(payer), deadline)
        );
        return vm.sign(
            keyOf("payer"), keccak256(abi.encodePacked(hex"1901", permits.DOMAIN_SEPARATOR(), structHash))
        );
    }
}
