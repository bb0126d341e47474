// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "./interfaces/IDatanets.sol";
import {DatanetBase} from "./testing/DatanetBase.t.sol";
import {Leaves} from "./testing/Leaves.t.sol";
import {bound, vm} from "./testing/Vm.t.sol";

/// @notice Under which terms contributors give their files, and who may.
contract DatanetsTermsTest is DatanetBase {
    function _setTerms() internal returns (uint16) {
        vm.prank(owner);
        return datanets.setTerms(datanet, "CC0-1.0", "Whole sentences.");
    }

    function _refuses(IDatanets.Submission memory submission, bytes memory signature, bytes memory reason) internal {
        vm.prank(relayer);
        vm.expectRevert(reason);
        datanets.submit(submission, signature);
    }

    // ------------------------------------------------------------------------------------------------ terms

    function test_terms_areNumberedFromOne() public {
        vm.assertEq(datanets.datanetOf(datanet).terms, 1);
        vm.expectEmit(address(datanets));
        emit IDatanets.TermsSet(datanet, 2, "CC0-1.0", "Whole sentences.");
        vm.assertEq(_setTerms(), 2);
        vm.assertEq(datanets.datanetOf(datanet).terms, 2);
        vm.assertEq(_setTerms(), 3);
    }

    function test_setTerms_belongsToTheOwner() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NotOwner.selector, datanet, alice));
        datanets.setTerms(datanet, "", "");
        vm.expectRevert(abi.encodeWithSelector(IDatanets.UnknownDatanet.selector, 9));
        datanets.setTerms(9, "", "");
    }

    /// @notice The owner cannot put other terms under what was signed: not before it is mined, and not afterwards.
    function test_attack_termsChangedUnderASignature() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 2, 2, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        _setTerms();
        _refuses(submission, signature, abi.encodeWithSelector(IDatanets.TermsChanged.selector, datanet, 1, 2));
        submission.terms = 2;
        _refuses(submission, signature, abi.encodeWithSelector(IDatanets.BadSignature.selector, alice));
        signature = sign(keyOf("alice"), submission);
        vm.expectEmit(address(datanets));
        emit IDatanets.Submitted(
            rootOf(alice, "root"), datanet, alice, court.openDocket(TEXT), 0, 2, 2, 2, submission.manifestDigest
        );
        vm.prank(relayer);
        datanets.submit(submission, signature);
    }

    function test_terms_ofTheFutureCannotBeSigned() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 2, 2, "root");
        for (uint16 signed; signed < 4; ++signed) {
            if (signed == 1) continue;
            submission.terms = signed;
            bytes memory reason = abi.encodeWithSelector(IDatanets.TermsChanged.selector, datanet, signed, 1);
            vm.prank(alice);
            vm.expectRevert(reason);
            datanets.submit(submission, "");
        }
    }

    function test_terms_leaveEverythingElseAsItIs() public {
        creditedDay(alice, 1, 3);
        IDatanets.Datanet memory before = datanets.datanetOf(datanet);
        for (uint256 i; i < 5; ++i) _setTerms();
        IDatanets.Datanet memory state = datanets.datanetOf(datanet);
        vm.assertEq(state.terms, 6);
        state.terms = 1;
        vm.assertEq(keccak256(abi.encode(state)), keccak256(abi.encode(before)));
    }

    function test_terms_ofWhatIsUnderWayStay() public {
        bytes32 root = submitAs(alice, datanet, 1, 1, "root");
        _setTerms();
        closeAndJudge(TEXT, 3);
        datanets.finalize(root);
        vm.assertEq(vault.claim(alice), 3 * uint256(REWARD));
        vm.assertEq(datanets.datanetOf(datanet).terms, 2);
        vm.assertEq(datanets.datanetOf(datanet).versionCount, 1);
    }

    function test_terms_end() public {
        vm.startPrank(owner);
        for (uint256 i = 1; i < type(uint16).max; ++i) datanets.setTerms(datanet, "", "");
        vm.expectRevert(abi.encodeWithSelector(IDatanets.TermsExhausted.selector, datanet));
        datanets.setTerms(datanet, "", "");
        vm.assertEq(datanets.datanetOf(datanet).terms, type(uint16).max);
    }

    // ------------------------------------------------------------------------------------- contributor lists

    /// @dev The list of `count` contributors, of whom alice is the one at `place`, and her proof.
    function _listOf(uint256 count, uint256 place) internal returns (bytes32[] memory proof) {
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            address listed = i == place ? alice : person(string.concat("listed ", vm.toString(i)));
            hashes[i] = keccak256(bytes.concat(keccak256(abi.encode(listed))));
        }
        bytes32[] memory nodes = Leaves.treeOf(hashes);
        vm.prank(owner);
        datanets.setContributorList(datanet, nodes[0]);
        return Leaves.proofIn(nodes, place);
    }

    function _refusesListed(address contributor, bytes32[] memory proof) internal {
        IDatanets.Submission memory submission = submissionOf(contributor, datanet, 1, 1, "refused");
        bytes memory reason = abi.encodeWithSelector(IDatanets.NotListed.selector, datanet, contributor);
        vm.prank(contributor);
        vm.expectRevert(reason);
        datanets.submitListed(submission, "", proof);
    }

    function _submitListed(address contributor, bytes32 leavesRoot, bytes32[] memory proof) internal {
        IDatanets.Submission memory submission = submissionOf(contributor, datanet, 1, 1, leavesRoot);
        vm.prank(contributor);
        datanets.submitListed(submission, "", proof);
        vm.assertEq(datanets.submissionOf(rootOf(contributor, leavesRoot)).contributor, contributor);
    }

    function testFuzz_list_takesEverybodyOnIt(uint256 seed) public {
        uint256 count = bound(seed, 1, 40);
        uint256 place = bound(seed >> 8, 0, count - 1);
        bytes32[] memory proof = _listOf(count, place);
        _refusesListed(bob, proof);
        _submitListed(alice, "root", proof);
    }

    function test_list_needsItsProof() public {
        bytes32[] memory proof = _listOf(5, 2);
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NotListed.selector, datanet, alice));
        datanets.submit(submission, "");
        _refusesListed(alice, new bytes32[](0));
        proof[0] = bytes32(uint256(proof[0]) ^ 1);
        _refusesListed(alice, proof);
    }

    function test_list_relayedWithASignature() public {
        bytes32[] memory proof = _listOf(5, 2);
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "root");
        bytes memory signature = sign(keyOf("alice"), submission);
        bytes memory another = sign(keyOf("bob"), submission);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadSignature.selector, alice));
        datanets.submitListed(submission, another, proof);
        vm.prank(relayer);
        datanets.submitListed(submission, signature, proof);
    }

    function test_setContributorList_belongsToTheOwner() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NotOwner.selector, datanet, alice));
        datanets.setContributorList(datanet, "list");
    }

    function test_list_isSetChangedAndLifted() public {
        vm.expectEmit(address(datanets));
        emit IDatanets.ContributorListSet(datanet, "list");
        vm.prank(owner);
        datanets.setContributorList(datanet, "list");
        vm.assertEq(datanets.datanetOf(datanet).listRoot, bytes32("list"));
        bytes32[] memory proof = _listOf(3, 1);
        _submitListed(alice, "first", proof);
        vm.startPrank(owner);
        datanets.setContributorList(datanet, "another");
        datanets.setContributorList(datanet, 0);
        datanets.setContributorList(datanet, 0);
        vm.stopPrank();
        // Open to all, with or without a proof.
        submitAs(bob, datanet, 1, 1, "second");
        _submitListed(bob, "third", new bytes32[](0));
        vm.assertEq(datanets.datanetOf(datanet).listRoot, bytes32(0));
    }

    function test_list_leavesOthersAndWhatIsUnderWay() public {
        bytes32 root = submitAs(bob, datanet, 1, 1, "before");
        uint32 other = createDatanet(owner, TEXT, 0, 0, 0);
        _listOf(3, 1);
        submitAs(bob, other, 1, 1, "elsewhere");
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(root);
        vm.assertEq(vault.claim(bob), 3 * uint256(REWARD));
        vm.assertTrue(datanets.datanetOf(datanet).open);
    }

    /// @notice A list names keys: one that replaced a listed first key is on it, one that replaced another is not.
    function test_list_takesTheKeyThatReplacedAListedOne() public {
        bytes32[] memory proof = _listOf(4, 3);
        address next = person("alice's next key");
        vm.prank(alice);
        datanets.rotateKey(next);
        _refusesListed(next, proof);
        skip(3 days);
        vm.prank(next);
        datanets.acceptRotation(alice);
        _submitListed(next, "root", proof);
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "late");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyRetired.selector, alice));
        datanets.submitListed(submission, "", proof);
    }

    /// @notice The root of a list of one is the leaf; the list's own inner nodes are no contributors.
    function test_attack_listSecondPreimage() public {
        bytes32[] memory proof = _listOf(2, 0);
        bytes32 node = datanets.datanetOf(datanet).listRoot;
        address dressed = address(uint160(uint256(node)));
        _refusesListed(dressed, new bytes32[](0));
        _refusesListed(dressed, proof);
    }
}
