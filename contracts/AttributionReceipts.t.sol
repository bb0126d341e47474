// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAttribution} from "./interfaces/IAttribution.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IServerPool} from "./interfaces/IServerPool.sol";
import {AttributionTest} from "./testing/AttributionTest.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";
import {Delegate, SignatureWallet} from "./testing/Wallets.t.sol";

/// @notice What users sign to servers, and how it is paid and split.
contract AttributionReceiptsTest is AttributionTest {
    // -------------------------------------------------------------------------------------------- splitting

    function test_redeem_splitsByTheRules() public {
        deposit(200 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(100 * OPEN);
        vm.expectEmit(address(attribution));
        emit IAttribution.Redeemed(
            user, server, model, 100 * OPEN, 10 * OPEN, 20 * OPEN, 20 * OPEN, 50 * OPEN, poster, server
        );
        // Anybody may send it.
        bytes memory signature = signed(receipt);
        vm.prank(rival);
        vm.assertEq(attribution.redeem(receipt, signature), 100 * OPEN);
        vm.assertEq(earned(treasury), 10 * OPEN);
        vm.assertEq(earned(poster), 20 * OPEN);
        vm.assertEq(earned(server), 20 * OPEN, "nobody staked, so the server earns the pool's share");
        vm.assertEq(attribution.potOf(model).receivedWei, 50 * OPEN);
        vm.assertEq(attribution.depositOf(user).amountWei, 100 * OPEN);
        vm.assertEq(held(), 150 * OPEN);
    }

    function test_redeem_paysTheStakersPool() public {
        _stake(1 * OPEN);
        deposit(100 * OPEN);
        redeem(100 * OPEN);
        vm.assertEq(earned(server), 0);
        vm.assertEq(token.balanceOf(address(pool)), 21 * OPEN);
        vm.assertEq(pool.lockedWei(), 20 * OPEN);
    }

    function test_redeem_paysWhoeverOwnsTheModelNow() public {
        use(100 * OPEN);
        uint256 posterWei = earned(poster);
        vm.prank(poster);
        IERC721(address(models)).transferFrom(poster, rival, model);
        use(100 * OPEN);
        vm.assertEq(earned(poster), posterWei);
        vm.assertEq(earned(rival), 20 * OPEN);
    }

    function test_redeem_cumulativelyPaysTheDifference() public {
        deposit(100 * OPEN);
        vm.assertEq(redeem(30 * OPEN), 30 * OPEN);
        vm.assertEq(redeem(30 * OPEN + 1), 1);
        vm.assertEq(redeem(100 * OPEN), 70 * OPEN - 1);
        vm.assertEq(attribution.redeemedWei(user, server, model), 100 * OPEN);
    }

    function test_redeem_paysAsFarAsTheDepositGoes() public {
        deposit(30 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(50 * OPEN);
        bytes memory signature = signed(receipt);
        vm.assertEq(attribution.redeem(receipt, signature), 30 * OPEN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.NothingToRedeem.selector, user, server, model, 30 * OPEN, 0
            )
        );
        attribution.redeem(receipt, signature);
        deposit(100 * OPEN);
        vm.assertEq(attribution.redeem(receipt, signature), 20 * OPEN);
        vm.assertEq(attribution.depositOf(user).amountWei, 80 * OPEN);
    }

    function test_redeem_serversDoNotShareAnAccount() public {
        deposit(100 * OPEN);
        redeem(30 * OPEN);
        vm.prank(rival);
        attribution.registerServer("Other answers");
        IAttribution.Receipt memory receipt = receiptOf(40 * OPEN);
        receipt.server = rival;
        vm.assertEq(attribution.redeem(receipt, signed(receipt)), 40 * OPEN);
    }

    function testFuzz_redeem_splitsEveryWei(uint96 paidWei) public {
        paidWei = uint96(paidWei % (10_000 * OPEN)) + 1;
        use(paidWei);
        uint256 paidOut = earned(treasury) + earned(poster) + earned(server);
        uint256 contributorsWei = attribution.potOf(model).receivedWei;
        vm.assertEq(paidOut + contributorsWei, paidWei);
        vm.assertGe(contributorsWei * 2, paidWei, "rounding favours the contributors");
        vm.assertEq(held(), contributorsWei);
    }

    function testFuzz_attack_rulesTakeFromTheContributors(uint16 protocolBps, uint16 ownerBps, uint16 poolBps) public {
        IParameters.UsageRules memory rules = usageRules();
        (rules.protocolBps, rules.ownerBps, rules.poolBps) = (protocolBps, ownerBps, poolBps);
        ruleThat(rules);
        use(100 * OPEN);
        vm.assertGe(attribution.potOf(model).receivedWei, 30 * OPEN);
        vm.assertLe(earned(treasury), 20 * OPEN);
        vm.assertEq(earned(treasury) + earned(poster) + earned(server) + held(), 100 * OPEN);
    }

    function test_redeem_withinTheLimitsNobodyChanges() public {
        IParameters.UsageRules memory rules = usageRules();
        (rules.protocolBps, rules.ownerBps, rules.poolBps) = (2_000, 3_000, 2_000);
        ruleThat(rules);
        use(100 * OPEN);
        vm.assertEq(earned(treasury), 20 * OPEN);
        vm.assertEq(earned(poster), 30 * OPEN);
        vm.assertEq(earned(server), 20 * OPEN);
        // The pool gives way first, then the owner.
        (rules.protocolBps, rules.ownerBps, rules.poolBps) = (2_001, 3_001, 2_000);
        ruleThat(rules);
        use(100 * OPEN);
        vm.assertEq(earned(treasury), 40 * OPEN);
        vm.assertEq(earned(poster), 60.01e18);
        vm.assertEq(earned(server), 39.99e18);
        (rules.ownerBps, rules.poolBps) = (9_000, 9_000);
        ruleThat(rules);
        use(100 * OPEN);
        vm.assertEq(earned(treasury), 60 * OPEN);
        vm.assertEq(earned(poster), 110.01e18);
        vm.assertEq(earned(server), 39.99e18);
        vm.assertEq(attribution.potOf(model).receivedWei, 90 * OPEN);
    }

    function test_redeem_withoutSharesLeavesAllToTheContributors() public {
        IParameters.UsageRules memory rules = usageRules();
        (rules.protocolBps, rules.ownerBps, rules.poolBps) = (0, 0, 0);
        ruleThat(rules);
        _stake(1 * OPEN);
        use(100 * OPEN);
        vm.assertEq(attribution.potOf(model).receivedWei, 100 * OPEN);
        vm.assertEq(pool.lockedWei(), 0);
    }

    function test_digestOf_isWhatWalletsSign() public view {
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OpenLedger Attribution"),
                keccak256("1"),
                block.chainid,
                address(attribution)
            )
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Receipt(address user,address server,uint40 model,uint96 cumulativeWei,uint40 issuedAt)"),
                user,
                server,
                model,
                30 * OPEN,
                receipt.issuedAt
            )
        );
        vm.assertEq(attribution.digestOf(receipt), keccak256(abi.encodePacked(hex"1901", domain, structHash)));
    }

    // ---------------------------------------------------------------------------------------------- attacks

    function test_attack_doubleRedeem() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        attribution.redeem(receipt, signature);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.NothingToRedeem.selector, user, server, model, 30 * OPEN, 70 * OPEN
            )
        );
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptWithALowerCumulative() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory older = receiptOf(30 * OPEN - 1);
        redeem(30 * OPEN);
        bytes memory signature = signed(older);
        vm.expectPartialRevert(IAttribution.NothingToRedeem.selector);
        attribution.redeem(older, signature);
    }

    function test_attack_receiptTooOld() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        vm.warp(receipt.issuedAt + 1 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.ReceiptExpired.selector, receipt.issuedAt, uint256(receipt.issuedAt) + 1 days
            )
        );
        attribution.redeem(receipt, signature);
        vm.warp(receipt.issuedAt + 1 days);
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptFromTheFuture() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        ++receipt.issuedAt;
        bytes memory signature = signed(receipt);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.ReceiptFromFuture.selector, receipt.issuedAt));
        attribution.redeem(receipt, signature);
        vm.warp(receipt.issuedAt);
        attribution.redeem(receipt, signature);
    }

    function test_attack_rulesLetAReceiptLiveForEver() public {
        deposit(100 * OPEN);
        IParameters.UsageRules memory rules = usageRules();
        rules.receiptSeconds = type(uint32).max;
        ruleThat(rules);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        vm.warp(receipt.issuedAt + 30 days + 1);
        vm.expectPartialRevert(IAttribution.ReceiptExpired.selector);
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptReplayedOnAnotherChain() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        vm.chainId(2);
        _expectBadSignature();
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptReplayedOnAnotherContract() public {
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        IAttribution other = deployAttribution();
        _expectBadSignature();
        other.redeem(receipt, signature);
    }

    function test_attack_receiptReplayedByAnotherServer() public {
        deposit(100 * OPEN);
        vm.prank(rival);
        attribution.registerServer("Other answers");
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        receipt.server = rival;
        _expectBadSignature();
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptReplayedForAnotherModel() public {
        deposit(100 * OPEN);
        uint40 other = models.releaseOf(models.release(acceptedJob(), trainer, attestation(1))).model;
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        receipt.model = other;
        _expectBadSignature();
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptReplayedForAnotherUser() public {
        give(rival, 100 * OPEN, address(attribution));
        vm.prank(rival);
        attribution.deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        receipt.user = rival;
        vm.expectRevert(abi.encodeWithSelector(IAttribution.BadSignature.selector, rival));
        attribution.redeem(receipt, signature);
    }

    function test_attack_receiptOfAnotherAmountOrTime() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        bytes memory signature = signed(receipt);
        receipt.cumulativeWei += 1;
        _expectBadSignature();
        attribution.redeem(receipt, signature);
        receipt.cumulativeWei -= 1;
        receipt.issuedAt -= 1;
        _expectBadSignature();
        attribution.redeem(receipt, signature);
    }

    function test_redeem_refusesAnUnknownServer() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        receipt.server = rival;
        bytes memory signature = signed(receipt);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.UnknownServer.selector, rival));
        attribution.redeem(receipt, signature);
    }

    function test_redeem_refusesAnUnknownModel() public {
        deposit(100 * OPEN);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        receipt.model = model + 1;
        bytes memory signature = signed(receipt);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, model + 1));
        attribution.redeem(receipt, signature);
    }

    // ---------------------------------------------------------------------------------------------- wallets

    function test_redeem_ofASmartContractWallet() public {
        SignatureWallet wallet = new SignatureWallet(person("wallet owner"));
        IAttribution.Receipt memory receipt = _receiptOfWallet(address(wallet));
        bytes memory signature = signedBy(keyOf("wallet owner"), receipt);
        vm.assertEq(attribution.redeem(receipt, signature), 30 * OPEN);
    }

    function test_attack_aWalletThatRevertsOrAnswersNonsense() public {
        SignatureWallet wallet = new SignatureWallet(person("wallet owner"));
        IAttribution.Receipt memory receipt = _receiptOfWallet(address(wallet));
        bytes memory signature = signedBy(keyOf("wallet owner"), receipt);
        bytes memory refusal = abi.encodeWithSelector(IAttribution.BadSignature.selector, address(wallet));
        wallet.misbehave(SignatureWallet.Manner.REVERTS);
        vm.expectRevert(refusal);
        attribution.redeem(receipt, signature);
        wallet.misbehave(SignatureWallet.Manner.ANSWERS_NONSENSE);
        vm.expectRevert(refusal);
        attribution.redeem(receipt, signature);
        wallet.misbehave(SignatureWallet.Manner.HONEST);
        bytes memory strangers = signedBy(keyOf("rival"), receipt);
        vm.expectRevert(refusal);
        attribution.redeem(receipt, strangers);
    }

    function test_attack_reentryByTheWalletThatIsAsked() public {
        SignatureWallet wallet = new SignatureWallet(person("wallet owner"));
        IAttribution.Receipt memory receipt = _receiptOfWallet(address(wallet));
        bytes memory signature = signedBy(keyOf("wallet owner"), receipt);
        // The wallet requires that its call fails: it is asked by a static call.
        wallet.reenter(address(attribution), abi.encodeCall(IAttribution.requestWithdrawal, (30 * OPEN)));
        attribution.redeem(receipt, signature);
        vm.assertEq(attribution.depositOf(address(wallet)).requestedWei, 0);
    }

    function test_redeem_ofAnEip7702AccountByItsKeyAndByItsCode() public {
        vm.etch(user, bytes.concat(hex"ef0100", bytes20(address(new Delegate()))));
        deposit(100 * OPEN);
        vm.assertGt(user.code.length, 0);
        IAttribution.Receipt memory receipt = receiptOf(30 * OPEN);
        vm.assertEq(attribution.redeem(receipt, signed(receipt)), 30 * OPEN);
        receipt = receiptOf(50 * OPEN);
        vm.assertEq(attribution.redeem(receipt, "agreed"), 20 * OPEN);
        receipt = receiptOf(60 * OPEN);
        _expectBadSignature();
        attribution.redeem(receipt, "disagreed");
    }

    // ---------------------------------------------------------------------------------------------- servers

    function test_registerServer_makesAPool() public {
        vm.recordLogs();
        vm.prank(rival);
        IServerPool made = IServerPool(attribution.registerServer("Slow answers"));
        vm.assertEq(attribution.poolOf(rival), address(made));
        vm.assertEq(made.server(), rival);
        vm.assertEq(made.name(), "Slow answers");
        vm.assertEq(made.asset(), address(token));
    }

    function test_registerServer_onlyOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.AlreadyRegistered.selector, server, address(pool)));
        vm.prank(server);
        attribution.registerServer("Another name");
    }

    function test_registerServer_refusesNamesEmptyOrTooLong() public {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.BadName.selector, 0, 64));
        attribution.registerServer("");
        vm.expectRevert(abi.encodeWithSelector(IAttribution.BadName.selector, 65, 64));
        attribution.registerServer(string(new bytes(65)));
        attribution.registerServer(string(new bytes(64)));
    }

    // ---------------------------------------------------------------------------------------------- details

    function _stake(uint96 amountWei) private {
        give(rival, amountWei, address(pool));
        vm.prank(rival);
        pool.deposit(amountWei, rival);
    }

    function _receiptOfWallet(address wallet) private returns (IAttribution.Receipt memory receipt) {
        give(wallet, 100 * OPEN, address(attribution));
        vm.prank(wallet);
        attribution.deposit(30 * OPEN);
        receipt = receiptOf(30 * OPEN);
        receipt.user = wallet;
    }

    function _expectBadSignature() private {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.BadSignature.selector, user));
    }
}
