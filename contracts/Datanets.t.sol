// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "./interfaces/IDatanets.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Delegate, SignatureWallet} from "./testing/Wallets.t.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {bound, vm} from "./testing/Vm.t.sol";

/// @notice Creating and funding Datanets, and putting signed submissions before the court.
contract DatanetsTest is ProtocolTest {
    uint88 internal constant REWARD = 1e18;
    uint88 internal constant FEE = 0.5e18;
    /// @dev Reserved for one file: three points and the fee.
    uint256 internal constant RESERVE = 3 * uint256(REWARD) + FEE;
    uint256 internal constant FUNDS = 1_000e18;

    address internal owner;
    address internal alice;
    address internal relayer;
    uint32 internal datanet;

    function setUp() public override {
        super.setUp();
        owner = person("owner");
        alice = person("alice");
        relayer = person("relayer");
        seatVoters(TEXT, 5);
        datanet = createDatanet(owner, TEXT, REWARD, FEE, FUNDS);
    }

    // ----------------------------------------------------------------------------------- owner and money

    function test_create_numbersDatanetsFromOne() public {
        vm.assertEq(datanet, 1);
        vm.assertEq(createDatanet(alice, 1, 2, 3, 0), 2);
        vm.assertEq(datanets.datanetCount(), 2);
        IDatanets.Datanet memory made = datanets.datanetOf(2);
        vm.assertEq(made.owner, alice);
        vm.assertEq(made.pool, 1);
        vm.assertTrue(made.open);
        vm.assertEq(made.rewardWei, 2);
        vm.assertEq(made.feeWei, 3);
    }

    function test_create_tellsEverybody() public {
        vm.expectEmit(address(datanets));
        emit IDatanets.DatanetCreated(2, alice, 2, 3, 4, "Voices", "CC0-1.0", "Clear speech.");
        vm.prank(alice);
        datanets.create(2, 3, 4, "Voices", "CC0-1.0", "Clear speech.");
        IDatanets.Datanet memory made = datanets.datanetOf(2);
        vm.assertEq(made.pool, 2);
        vm.assertEq(made.terms, 1);
        vm.assertEq(made.versionCount, 0);
        vm.assertEq(made.versionHead, bytes32(0));
        vm.assertEq(made.listRoot, bytes32(0));
    }

    /// @notice No field of a Datanet runs into another one, whatever their sizes.
    function testFuzz_datanet_keepsItsFieldsApart(uint88 rewardWei, uint88 feeWei, uint8 pool, bytes32 listRoot)
        public
    {
        pool = pool % 3;
        uint32 made = createDatanet(owner, pool, rewardWei, feeWei, 0);
        vm.startPrank(owner);
        datanets.setTerms(made, "a", "b");
        datanets.setOpen(made, false);
        datanets.setContributorList(made, listRoot);
        datanets.setTerms(made, "c", "d");
        vm.stopPrank();
        IDatanets.Datanet memory state = datanets.datanetOf(made);
        vm.assertEq(state.owner, owner);
        vm.assertEq(state.pool, pool);
        vm.assertFalse(state.open);
        vm.assertEq(state.rewardWei, rewardWei);
        vm.assertEq(state.feeWei, feeWei);
        vm.assertEq(state.terms, 3);
        vm.assertEq(state.listRoot, listRoot);
        vm.assertEq(state.versionCount, 0);
    }

    function test_datanetOf_refusesAnUnknownDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownDatanet.selector, 9));
        datanets.datanetOf(9);
    }

    function test_create_refusesAPoolThatHoldsNoData() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownPool.selector, 4));
        datanets.create(4, REWARD, FEE, "a", "b", "c");
        // COMPUTE judges attestations of training, not files.
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownPool.selector, 3));
        datanets.create(3, REWARD, FEE, "a", "b", "c");
    }

    function test_fund_refusesAnUnknownDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownDatanet.selector, 9));
        datanets.fund(9, 1);
    }

    function test_setOpen_belongsToTheOwner() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NotOwner.selector, datanet, alice));
        datanets.setOpen(datanet, false);
        vm.prank(owner);
        datanets.setOpen(datanet, false);
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.DatanetClosed.selector, datanet));
        datanets.submit(submission, "");
    }

    function test_setOpen_resumes() public {
        vm.startPrank(owner);
        datanets.setOpen(datanet, false);
        datanets.setOpen(datanet, false);
        vm.assertFalse(datanets.datanetOf(datanet).open);
        vm.expectEmit(address(datanets));
        emit IDatanets.DatanetOpenSet(datanet, true);
        datanets.setOpen(datanet, true);
        datanets.setOpen(datanet, true);
        vm.stopPrank();
        submitAs(alice, datanet, 1, 1, "root");
    }

    function test_fund_byAnybodyAndWithdrawToAnybody() public {
        give(alice, 5e18, address(vault));
        vm.prank(alice);
        datanets.fund(datanet, 5e18);
        (uint256 availableWei,) = vault.accountOf(address(datanets), datanet);
        vm.assertEq(availableWei, FUNDS + 5e18);
        vm.prank(owner);
        datanets.withdraw(datanet, relayer, FUNDS + 5e18);
        vm.assertEq(token.balanceOf(relayer), FUNDS + 5e18);
    }

    function test_withdraw_belongsToTheOwner() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NotOwner.selector, datanet, alice));
        datanets.withdraw(datanet, alice, 1);
    }

    function test_attack_ownerDrainsAReservedPool() public {
        submitAs(alice, datanet, 20, 20, "root");
        uint256 freeWei = FUNDS - 20 * RESERVE;
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVault.InsufficientAvailable.selector, address(datanets), uint256(datanet), freeWei, freeWei + 1
            )
        );
        datanets.withdraw(datanet, owner, freeWei + 1);
        vm.prank(owner);
        datanets.withdraw(datanet, owner, freeWei);
        vm.assertEq(token.balanceOf(owner), freeWei);
        closeAndJudge(TEXT, uniform(3, 20));
        datanets.finalize(rootOf(alice, "root"));
        vm.assertEq(vault.claim(alice), 60 * uint256(REWARD));
    }

    function test_attack_poolWithNoMoneyLeft() public {
        uint32 poor = createDatanet(owner, TEXT, REWARD, FEE, 2 * RESERVE - 1);
        submitAs(alice, poor, 1, 1, "first");
        IDatanets.Submission memory submission = submissionOf(alice, poor, 1, 1, "second");
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVault.InsufficientAvailable.selector, address(datanets), uint256(poor), RESERVE - 1, RESERVE
            )
        );
        datanets.submit(submission, "");
        (uint256 filesLeft,,) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 19, "a refused submission consumes no quota");
    }

    function test_submit_workWithoutRewardAndFee() public {
        uint32 free = createDatanet(owner, TEXT, 0, 0, 0);
        submitAs(alice, free, 2, 2, "root");
        closeAndJudge(TEXT, uniform(2, 2));
        datanets.finalize(rootOf(alice, "root"));
        vm.assertGt(datanets.scoreOf(free, alice).scoreBps, 0);
        (uint256 earnedWei,) = vault.earnedBy(alice);
        vm.assertEq(earnedWei, 0);
    }

    // ---------------------------------------------------------------------------------------- submission

    function test_submit_reservesRewardAndPassesTheFee() public {
        submitAs(alice, datanet, 20, 1_000, "root");
        (uint256 availableWei, uint256 reservedWei) = vault.accountOf(address(datanets), datanet);
        vm.assertEq(availableWei, FUNDS - 20 * RESERVE);
        vm.assertEq(reservedWei, 60 * uint256(REWARD));
        (, uint256 courtWei) = vault.accountOf(address(court), 0);
        vm.assertEq(courtWei, 20 * uint256(FEE));
        IDatanets.SubmissionState memory state = datanets.submissionOf(rootOf(alice, "root"));
        vm.assertEq(state.contributor, alice);
        vm.assertEq(state.datanet, datanet);
        vm.assertEq(state.files, 20);
        vm.assertEq(state.docket, court.openDocket(TEXT));
        vm.assertFalse(state.finalized);
    }

    function test_submit_itemsOfOneDocketFollowEachOther() public {
        bytes32 first = submitAs(alice, datanet, 7, 7, "first");
        bytes32 second = submitAs(person("bob"), datanet, 5, 5, "second");
        vm.assertEq(datanets.submissionOf(first).position, 0);
        vm.assertEq(datanets.submissionOf(second).position, 7);
        vm.assertEq(datanets.submissionOf(second).docket, datanets.submissionOf(first).docket);
    }

    function test_submit_relayedWithTheContributorsSignature() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 3, 300, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.prank(relayer);
        datanets.submit(submission, signature);
        vm.assertEq(datanets.submissionOf(rootOf(alice, "root")).contributor, alice);
    }

    function test_submit_refusesWhatCannotBeASubmission() public {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownDatanet.selector, 9));
        datanets.submit(submissionOf(alice, 9, 1, 1, "root"), "");
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadFileCount.selector, 0, 20));
        datanets.submit(submissionOf(alice, datanet, 0, 1, "root"), "");
        vm.expectRevert(IDatanets.EmptyRoot.selector);
        datanets.submit(submissionOf(alice, datanet, 1, 1, bytes32(0)), "");
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadSize.selector, 0));
        datanets.submit(submissionOf(alice, datanet, 1, 0, "root"), "");
        vm.stopPrank();
    }

    function test_submit_needsAByteForEveryFile() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 5, 4, "root");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadSize.selector, 4));
        datanets.submit(submission, "");
        submitAs(alice, datanet, 5, 5, "root");
    }

    function test_submit_tellsEverybody() public {
        submitAs(person("bob"), datanet, 5, 5, "before");
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 3, 300, "root");
        vm.expectEmit(address(datanets));
        emit IDatanets.Submitted(
            rootOf(alice, "root"), datanet, alice, court.openDocket(TEXT), 5, 3, 300, 1, submission.manifestDigest
        );
        vm.prank(alice);
        datanets.submit(submission, "");
        vm.assertEq(datanets.rootOf(alice, "root"), rootOf(alice, "root"));
    }

    function test_submit_refusesALateSignature() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.warp(uint256(submission.deadline) + 1);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.SignatureExpired.selector, submission.deadline));
        datanets.submit(submission, signature);
    }

    function test_submit_acceptsTheDeadlinesLastSecond() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.warp(submission.deadline);
        vm.prank(relayer);
        datanets.submit(submission, signature);
    }

    // ------------------------------------------------------------------------------------- signed by whom

    /// @notice What a wallet signs, put together as EIP-712 says.
    function testFuzz_digestOf_isEip712(IDatanets.Submission memory submission) public view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OpenLedger"),
                keccak256("1"),
                block.chainid,
                address(datanets)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "Submission(address contributor,uint32 datanet,uint8 files,uint32 sizeBytes,uint16 terms,bytes32 leavesRoot,bytes32 manifestDigest,uint40 deadline)"
                ),
                submission.contributor,
                submission.datanet,
                submission.files,
                submission.sizeBytes,
                submission.terms,
                submission.leavesRoot,
                submission.manifestDigest,
                submission.deadline
            )
        );
        vm.assertEq(datanets.digestOf(submission), keccak256(abi.encodePacked(hex"1901", domain, message)));
    }

    function _expectBadSignature(IDatanets.Submission memory submission, bytes memory signature) internal {
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadSignature.selector, submission.contributor));
        datanets.submit(submission, signature);
    }

    function test_attack_signatureReplayedOnAnotherDatanet() public {
        uint32 other = createDatanet(owner, TEXT, REWARD, FEE, FUNDS);
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        submission.datanet = other;
        _expectBadSignature(submission, signature);
    }

    function test_attack_signatureReplayedOnAnotherChain() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.chainId(8_453);
        _expectBadSignature(submission, signature);
    }

    function test_attack_signatureReplayedOnAnotherContract() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        IDatanets first = datanets;
        datanets = deployDatanets();
        vm.assertNotEq(address(first), address(datanets));
        vm.prank(owner);
        uint32 same = datanets.create(TEXT, 0, 0, "a", "b", "c");
        vm.assertEq(same, datanet);
        _expectBadSignature(submission, signature);
    }

    function test_attack_signatureReplayedOnTheSameDatanet() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.prank(relayer);
        datanets.submit(submission, signature);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.AlreadySubmitted.selector, rootOf(alice, "root")));
        datanets.submit(submission, signature);
    }

    function test_attack_rootCopiedFromTheMempool() public {
        // The thief cannot pass alice's signature off as their own...
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 2, 2, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        submission.contributor = person("thief");
        _expectBadSignature(submission, signature);
        // ...and one sent in the thief's own name is another submission, of leaves that name alice: hers still goes
        // through, under the signature that she gave.
        address thief = person("thief");
        bytes32 stolen = submitAs(thief, datanet, 2, 2, "root");
        submission.contributor = alice;
        vm.prank(relayer);
        datanets.submit(submission, signature);
        bytes32 own = rootOf(alice, "root");
        vm.assertNotEq(stolen, own);
        closeAndJudge(TEXT, uniform(3, 4) & ~uint256(15));
        datanets.finalize(stolen);
        datanets.finalize(own);
        vm.assertEq(datanets.scoreOf(datanet, thief).scoreBps, 0);
        vm.assertEq(datanets.scoreOf(datanet, alice).accepted, 2);
        (uint256 stolenWei,) = vault.earnedBy(thief);
        vm.assertEq(stolenWei, 0);
    }

    function testFuzz_submit_refusesAnyChangeOfWhatWasSigned(uint8 field, uint256 change) public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 3, 300, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        field = uint8(bound(field, 0, 5));
        if (field == 0) submission.files = uint8(bound(change, 4, 20));
        if (field == 1) submission.sizeBytes = uint32(bound(change, 301, 10 * 1024 * 1024));
        if (field == 2) submission.leavesRoot = keccak256(abi.encode(change));
        if (field == 3) submission.manifestDigest = keccak256(abi.encode(change));
        if (field == 5) submission.terms = uint16(bound(change, 2, type(uint16).max));
        if (field == 4) submission.deadline += uint40(bound(change, 1, 1 days));
        _expectBadSignature(submission, signature);
    }

    function testFuzz_submit_refusesAnyOtherSigner(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 3, 300, "root");
        _expectBadSignature(submission, sign(key, submission));
    }

    function test_submit_refusesAMalformedSignature() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 3, 300, "root");
        _expectBadSignature(submission, "");
        _expectBadSignature(submission, hex"0102");
        _expectBadSignature(submission, new bytes(65));
        bytes memory signature = sign(keyOf("alice"), submission);
        signature[64] = bytes1(uint8(signature[64]) ^ 7);
        _expectBadSignature(submission, signature);
    }

    function test_attack_theOtherHalfOfTheCurve() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 3, 300, "root");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf("alice"), datanets.digestOf(submission));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        _expectBadSignature(submission, abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27)));
    }

    // ---------------------------------------------------------------------------------- kinds of accounts

    function test_attack_smartContractWalletAsContributor() public {
        SignatureWallet wallet = new SignatureWallet(alice);
        IDatanets.Submission memory submission = submissionOf(address(wallet), datanet, 2, 2, "root");
        _expectBadSignature(submission, sign(keyOf("mallory"), submission));
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.prank(relayer);
        datanets.submit(submission, signature);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(rootOf(address(wallet), "root"));
        vault.claim(address(wallet));
        vm.assertEq(token.balanceOf(address(wallet)), 6 * uint256(REWARD));
    }

    function test_attack_walletThatRevertsOrAnswersNonsense() public {
        SignatureWallet wallet = new SignatureWallet(alice);
        IDatanets.Submission memory submission = submissionOf(address(wallet), datanet, 2, 2, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        wallet.misbehave(SignatureWallet.Manner.REVERTS);
        _expectBadSignature(submission, signature);
        wallet.misbehave(SignatureWallet.Manner.ANSWERS_NONSENSE);
        _expectBadSignature(submission, signature);
    }

    function test_attack_eip7702AccountAsContributor() public {
        Delegate implementation = new Delegate();
        vm.etch(alice, abi.encodePacked(hex"ef0100", address(implementation)));
        // The account's own key still signs, although there is code at its address now.
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 2, 2, "signed by the key");
        bytes memory signature = sign(keyOf("alice"), submission);
        vm.prank(relayer);
        datanets.submit(submission, signature);
        // The delegate's word counts as well.
        submission = submissionOf(alice, datanet, 2, 2, "agreed by the delegate");
        bytes memory agreement = implementation.MAGIC_SIGNATURE();
        vm.prank(relayer);
        datanets.submit(submission, agreement);
        closeAndJudge(TEXT, uniform(3, 4));
        datanets.finalize(rootOf(alice, "signed by the key"));
        datanets.finalize(rootOf(alice, "agreed by the delegate"));
        vm.assertEq(vault.claim(alice), 12 * uint256(REWARD));
    }

    function test_attack_walletReentersWhileItsSignatureIsChecked() public {
        SignatureWallet wallet = new SignatureWallet(alice);
        IDatanets.Submission memory submission = submissionOf(address(wallet), datanet, 11, 11, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        // ERC-1271 is asked by a static call: whatever the wallet tries, nothing can be written meanwhile.
        wallet.reenter(address(datanets), abi.encodeCall(IDatanets.submit, (submission, signature)));
        vm.prank(relayer);
        try datanets.submit(submission, signature) {} catch {}
        (uint256 filesLeft,,) = datanets.quotaOf(address(wallet));
        vm.assertGe(filesLeft, 9, "eleven files count once at most");
    }
}
