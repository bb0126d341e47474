// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "./interfaces/IDatanets.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {DuplicateBase} from "./testing/DuplicateBase.t.sol";
import {Leaves} from "./testing/Leaves.t.sol";
import {Vm, bound, vm} from "./testing/Vm.t.sol";

/// @notice Proofs that two files are the same bytes, and what they do to grades and money.
contract DatanetsDuplicatesTest is DuplicateBase {
    // ----------------------------------------------------------------------------------------- the effect

    function test_duplicate_zeroesTheLaterFileAndPaysTheFinder() public {
        Known memory first = submitFiles(alice, 3, 1);
        Known memory second = submitFiles(bob, 4, 2);
        prove(first, 1, second, 2);
        vm.assertTrue(datanets.submissionOf(second.root).hasDuplicates);
        vm.assertFalse(datanets.submissionOf(first.root).hasDuplicates);
        closeAndJudge(TEXT, uniform(3, 7));
        (, uint256 reservedWei) = pooled();
        vm.assertEq(reservedWei, 21 * uint256(REWARD));
        uint256 bountyWei = 3 * uint256(REWARD) * FINDER_BPS / 10_000;
        vm.expectEmit(address(datanets));
        emit IDatanets.DuplicateZeroed(second.root, finder, 2, 3, bountyWei);
        datanets.finalize(second.root);
        datanets.finalize(first.root);
        vm.assertEq(unclaimed(alice), 9 * uint256(REWARD));
        vm.assertEq(unclaimed(bob), 9 * uint256(REWARD));
        vm.assertEq(unclaimed(finder), bountyWei);
        IDatanets.Score memory score = datanets.scoreOf(datanet, bob);
        vm.assertEq(score.judged, 4);
        vm.assertEq(score.accepted, 3);
        vm.assertEq(score.points, 9);
        uint256 availableWei;
        (availableWei, reservedWei) = pooled();
        vm.assertEq(reservedWei, 0);
        vm.assertEq(availableWei, FUNDS - 7 * uint256(FEE) - 18 * uint256(REWARD) - bountyWei);
        vm.assertEq(vault.claim(finder), bountyWei);
    }

    function test_duplicate_entersTheVersionWithGradeZero() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 2, 0);
        prove(first, 0, second, 0);
        closeAndJudge(TEXT, uniform(2, 3));
        datanets.finalize(second.root);
        bytes32 head = keccak256(abi.encode(bytes32(0), second.root, uint256(2) << 2));
        vm.assertEq(datanets.datanetOf(datanet).versionHead, head);
    }

    function test_duplicate_aloneInItsSubmissionMakesNoVersion() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 1, 0);
        prove(first, 0, second, 0);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(second.root);
        vm.assertEq(datanets.datanetOf(datanet).versionCount, 0);
        vm.assertEq(datanets.scoreOf(datanet, bob).scoreBps, 0);
        vm.assertEq(unclaimed(bob), 0);
    }

    function test_duplicate_ofAnEarlierDocket() public {
        Known memory first = submitFiles(alice, 2, 0);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(first.root);
        skip(DAY);
        Known memory second = submitFiles(bob, 2, 1);
        prove(first, 0, second, 1);
        closeAndJudge(TEXT, uniform(1, 2));
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(bob), uint256(REWARD));
        vm.assertEq(unclaimed(finder), uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_duplicate_ofAnotherDatanetOfThePool() public {
        uint32 other = createDatanet(owner, TEXT, 2 * REWARD, FEE, FUNDS);
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitLeaves(bob, other, files(1, 0, SONG));
        prove(first, 0, second, 0);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(second.root);
        // The Datanet that would have paid the file pays the finder.
        vm.assertEq(unclaimed(finder), 6 * uint256(REWARD) * FINDER_BPS / 10_000);
        vm.assertEq(unclaimed(bob), 0);
    }

    function test_duplicate_thatTheCourtRejectedAnywayPaysNobody() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 2, 0);
        prove(first, 0, second, 0);
        closeAndJudge(TEXT, 3 | (uint256(3) << 4));
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(finder), 0);
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD));
    }

    /// @notice Only what was zeroed is said to be.
    function test_duplicate_tellsOfZeroedFilesAlone() public {
        Known memory first = submitFiles(alice, 3, 1);
        Known memory second = submitFiles(bob, 4, 2);
        prove(first, 1, second, 2);
        closeAndJudge(TEXT, uniform(3, 7));
        vm.recordLogs();
        datanets.finalize(second.root);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 2, "one for the duplicate, one for the submission");
        vm.assertEq(logs[0].topics[0], IDatanets.DuplicateZeroed.selector);
        vm.assertEq(logs[1].topics[0], IDatanets.Finalized.selector);
    }

    function test_duplicate_inASweep() public {
        Known memory first = submitFiles(alice, 2, 1);
        Known memory second = submitFiles(bob, 2, 1);
        prove(first, 1, second, 1);
        closeAndJudge(TEXT, uniform(3, 4));
        bytes32[] memory roots = new bytes32[](2);
        (roots[0], roots[1]) = (second.root, first.root);
        datanets.finalizeMany(roots);
        vm.assertEq(unclaimed(alice), 6 * uint256(REWARD));
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD));
        vm.assertEq(unclaimed(finder), 3 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_duplicate_paysWhatWasPromisedAtTheProof() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 1, 0);
        prove(first, 0, second, 0);
        parameters.setContributorRules(IParameters.ContributorRules({rotationSeconds: 1 days, finderBps: 0}));
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(finder), 3 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_duplicate_paysAFinderWhoRotatedKeys() public {
        address next = person("finder's next key");
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 1, 0);
        prove(first, 0, second, 0);
        vm.prank(finder);
        datanets.rotateKey(next);
        skip(3 days);
        vm.prank(next);
        datanets.acceptRotation(finder);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(next), 3 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_proveDuplicate_saysWhatItFound() public {
        submitFiles(person("somebody before"), 5, 0);
        Known memory first = submitFiles(alice, 3, 1);
        Known memory second = submitFiles(bob, 4, 2);
        vm.expectEmit(address(datanets));
        emit IDatanets.DuplicateProven(second.root, first.root, finder, 2, 1, uint16(FINDER_BPS));
        prove(first, 1, second, 2);
        IDatanets.Duplicate memory found = datanets.duplicateOf(second.root, 2);
        vm.assertEq(found.finder, finder);
        vm.assertEq(found.docket, court.openDocket(TEXT));
        vm.assertEq(found.position, 5);
        vm.assertEq(found.files, 3);
        vm.assertEq(found.index, 1);
        vm.assertEq(found.finderBps, FINDER_BPS);
        vm.assertEq(datanets.duplicateOf(second.root, 1).finder, address(0));
    }

    // ------------------------------------------------------------------------------- whose files, what order

    function test_duplicate_ofTheSameContributorCounts() public {
        Known memory first = submitFiles(alice, 2, 0);
        Known memory second = submitFiles(alice, 2, 1);
        prove(first, 0, second, 1);
        closeAndJudge(TEXT, uniform(3, 4));
        datanets.finalize(first.root);
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(alice), 9 * uint256(REWARD));
    }

    function test_duplicate_withinOneSubmissionCounts() public {
        IDatanets.Leaf[] memory leaves = files(4, 1, SONG);
        leaves[3].sha256 = SONG;
        Known memory both = submitLeaves(alice, datanet, leaves);
        refuses(both, 3, both, 1, _notEarlier(court.openDocket(TEXT), 3, court.openDocket(TEXT), 1));
        refuses(both, 1, both, 1, _notEarlier(court.openDocket(TEXT), 1, court.openDocket(TEXT), 1));
        prove(both, 1, both, 3);
        closeAndJudge(TEXT, uniform(2, 4));
        datanets.finalize(both.root);
        vm.assertEq(unclaimed(alice), 6 * uint256(REWARD));
        vm.assertEq(unclaimed(finder), 2 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_attack_aContributionReusedInANewRoundUnderNewLeaves() public {
        Known memory first = submitFiles(alice, 1, 0);
        closeAndJudge(TEXT, 3);
        datanets.finalize(first.root);
        skip(DAY);
        // The same bytes under another salt are another leaf, and so another root.
        Known memory again = submitFiles(alice, 1, 0);
        vm.assertNotEq(first.root, again.root);
        prove(first, 0, again, 0);
        closeAndJudge(TEXT, 3);
        datanets.finalize(again.root);
        vm.assertEq(earned(alice), 3 * uint256(REWARD), "paid once");
        vm.assertEq(datanets.scoreOf(datanet, alice).accepted, 1);
    }

    function test_attack_earlierAndLaterSwapped() public {
        Known memory first = submitFiles(alice, 3, 1);
        Known memory second = submitFiles(bob, 4, 2);
        uint40 docket = court.openDocket(TEXT);
        refuses(second, 2, first, 1, _notEarlier(docket, 5, docket, 1));
        closeAndJudge(TEXT, uniform(3, 7));
        skip(DAY);
        Known memory third = submitFiles(person("carol"), 1, 0);
        refuses(third, 0, first, 1, _notEarlier(docket + 4, 0, docket, 1));
    }

    function test_attack_filesOfTwoPoolsHaveNoOrder() public {
        seatVoters(1, 5);
        uint32 images = createDatanet(owner, 1, REWARD, FEE, FUNDS);
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitLeaves(bob, images, files(1, 0, SONG));
        refuses(
            first,
            0,
            second,
            0,
            abi.encodeWithSelector(
                IDatanets.DifferentPools.selector, court.openDocket(TEXT), court.openDocket(1)
            )
        );
    }

    function test_proveDuplicate_needsOneSha256() public {
        Known memory first = submitFiles(alice, 2, 0);
        Known memory second = submitFiles(bob, 2, 0);
        bytes32 other = second.leaves[1].sha256;
        refuses(first, 0, second, 1, abi.encodeWithSelector(IDatanets.DifferentFiles.selector, SONG, other));
    }

    function _notEarlier(uint40 docket, uint8 item, uint40 laterDocket, uint8 laterItem)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IDatanets.NotEarlier.selector, docket, item, laterDocket, laterItem);
    }

    // ------------------------------------------------------------------------------------------ too late, twice

    function test_attack_zeroedTwice() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 1, 0);
        Known memory third = submitFiles(person("carol"), 1, 0);
        prove(first, 0, third, 0);
        bytes memory reason = abi.encodeWithSelector(IDatanets.AlreadyProven.selector, third.root, 0, finder);
        refuses(first, 0, third, 0, reason);
        refuses(second, 0, third, 0, reason);
        closeAndJudge(TEXT, uniform(3, 3));
        refuses(second, 0, third, 0, reason);
        datanets.finalize(third.root);
        vm.assertEq(unclaimed(finder), 3 * uint256(REWARD) * FINDER_BPS / 10_000);
    }

    function test_attack_proofAfterFinalize() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 1, 0);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(second.root);
        refuses(first, 0, second, 0, abi.encodeWithSelector(IDatanets.AlreadyFinalized.selector, second.root));
        vm.assertEq(unclaimed(bob), 3 * uint256(REWARD));
    }

    function test_proveDuplicate_untilItIsFinalized() public {
        Known memory first = submitFiles(alice, 1, 0);
        Known memory second = submitFiles(bob, 1, 0);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(first.root);
        prove(first, 0, second, 0);
        datanets.finalize(second.root);
        vm.assertEq(unclaimed(bob), 0);
    }

    // ------------------------------------------------------------------------------------------ false proofs

    function test_attack_proofOfSomebodyElsesLeaf() public {
        Known memory first = submitFiles(alice, 2, 0);
        Known memory second = submitFiles(bob, 2, 0);
        // Alice's leaf under bob's submission, and bob's under alice's: a leaf names its contributor.
        Known memory forged = Known(bob, second.root, first.leaves);
        refuses(first, 0, forged, 0, abi.encodeWithSelector(IDatanets.BadProof.selector, second.root, 0));
        forged = Known(alice, first.root, second.leaves);
        refuses(forged, 0, second, 0, abi.encodeWithSelector(IDatanets.BadProof.selector, first.root, 0));
    }

    /// @notice A thief copies root and leaves of a submission that waits in the mempool, and is mined first.
    function test_attack_leafCopiedFromTheMempool() public {
        IDatanets.Leaf[] memory leaves = files(3, 1, SONG);
        bytes32 leavesRoot = Leaves.rootOf(alice, leaves);
        Known memory stolen =
            Known(person("thief"), submitAs(person("thief"), datanet, 3, 3, leavesRoot), leaves);
        Known memory hers = submitLeaves(alice, datanet, leaves);
        // The thief's submission has no leaf that opens: neither as the thief's, nor as hers.
        refuses(stolen, 1, hers, 1, abi.encodeWithSelector(IDatanets.BadProof.selector, stolen.root, 1));
        stolen.contributor = alice;
        refuses(stolen, 1, hers, 1, abi.encodeWithSelector(IDatanets.BadProof.selector, stolen.root, 1));
        closeAndJudge(TEXT, uniform(3, 6) & ~uint256(63));
        datanets.finalize(stolen.root);
        datanets.finalize(hers.root);
        vm.assertEq(unclaimed(alice), 9 * uint256(REWARD));
        vm.assertEq(unclaimed(person("thief")), 0);
    }

    /// @notice Whatever is changed of a leaf, it is no leaf of the submission any more.
    function testFuzz_attack_aLeafIsChanged(uint256 field, uint256 change) public {
        Known memory first = submitFiles(alice, 5, 3);
        Known memory second = submitFiles(bob, 3, 1);
        bytes32[] memory proof = proofOf(first, 3);
        bytes32[] memory laterProof = proofOf(second, 1);
        IDatanets.Leaf memory leaf = first.leaves[3];
        field = field % 5;
        if (field == 0) leaf.sizeBytes = bound(change, 1_001, type(uint256).max);
        if (field == 1) leaf.salt = keccak256(abi.encode(change));
        if (field == 2) leaf.mediaType = "text/markdown";
        if (field == 3) leaf.index = uint8(bound(change, 0, 2));
        if (field == 4) proof[change % proof.length] = keccak256(abi.encode(change));
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadProof.selector, first.root, leaf.index));
        datanets.proveDuplicate(first.root, leaf, proof, second.root, second.leaves[1], laterProof);
    }

    /// @notice An inner node of a tree is made of 64 bytes, and a leaf's hash of 32: none passes for the other.
    function test_attack_merkleSecondPreimage() public {
        Known memory first = submitFiles(alice, 4, 0);
        Known memory second = submitFiles(bob, 1, 0);
        bytes32[] memory laterProof = proofOf(second, 0);
        // A shorter and a longer proof, the empty one, and one that begins a level higher.
        bytes32[] memory proof = proofOf(first, 0);
        bytes32[] memory shorter = new bytes32[](proof.length - 1);
        for (uint256 i; i < shorter.length; ++i) shorter[i] = proof[i + 1];
        bytes32[] memory longer = new bytes32[](proof.length + 1);
        longer[0] = Leaves.hash(alice, first.leaves[1]);
        for (uint256 i; i < proof.length; ++i) longer[i + 1] = proof[i];
        bytes32[][3] memory proofs = [shorter, longer, new bytes32[](0)];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IDatanets.BadProof.selector, first.root, 0));
            datanets.proveDuplicate(first.root, first.leaves[0], proofs[i], second.root, second.leaves[0], laterProof);
        }
    }

    /// @notice A tree whose root is made of an inner node that somebody dressed as a leaf cannot be opened.
    function test_attack_anInnerNodeDressedAsALeaf() public {
        Known memory first = submitFiles(alice, 2, 0);
        Known memory second = submitFiles(bob, 1, 0);
        bytes32 left = Leaves.hash(alice, first.leaves[0]);
        bytes32 right = Leaves.hash(alice, first.leaves[1]);
        // The fields that would make the 64 bytes of the node: contributor and index swallow the first 64 of a leaf's
        // encoding, which is longer by five words and hashed once more.
        IDatanets.Leaf memory node = Leaves.leafOf(0, SONG, left < right ? left : right);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadProof.selector, first.root, 0));
        datanets.proveDuplicate(
            first.root, node, new bytes32[](0), second.root, second.leaves[0], proofOf(second, 0)
        );
    }

    /// @notice A contributor hides a leaf with an index that the submission does not have: it would be a neighbour's item.
    function test_attack_aLeafBeyondTheSubmission() public {
        IDatanets.Leaf[] memory leaves = files(3, 2, SONG);
        bytes32 leavesRoot = Leaves.rootOf(alice, leaves);
        // Three leaves, and two files.
        Known memory hiding = Known(alice, submitAs(alice, datanet, 2, 2, leavesRoot), leaves);
        Known memory second = submitFiles(bob, 1, 0);
        Known memory third = submitFiles(person("carol"), 1, 0);
        bytes memory reason = abi.encodeWithSelector(IDatanets.BadIndex.selector, 2, 2);
        refuses(hiding, 2, third, 0, reason);
        prove(second, 0, third, 0);
    }

    function test_proveDuplicate_needsSubmissions() public {
        Known memory known = submitFiles(alice, 1, 0);
        Known memory unknown = Known(bob, "never", files(1, 0, SONG));
        refuses(unknown, 0, known, 0, abi.encodeWithSelector(IDatanets.UnknownSubmission.selector, bytes32("never")));
        refuses(known, 0, unknown, 0, abi.encodeWithSelector(IDatanets.UnknownSubmission.selector, bytes32("never")));
    }

    /// @notice Every leaf of every size of tree is proven, in its own place only.
    function testFuzz_proveDuplicate_everyLeafOfEveryTree(uint256 seed) public {
        uint256 count = bound(seed, 1, 20);
        uint256 place = bound(seed >> 8, 0, count - 1);
        Known memory first = submitFiles(alice, count, place);
        Known memory second = submitFiles(bob, count, place);
        prove(first, place, second, place);
        vm.assertEq(datanets.duplicateOf(second.root, uint8(place)).index, place);
    }
}
