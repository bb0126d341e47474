// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "./interfaces/IDatanets.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IVault} from "./interfaces/IVault.sol";
import {DatanetBase} from "./testing/DatanetBase.t.sol";
import {SignatureWallet} from "./testing/Wallets.t.sol";
import {bound, chainTime, vm} from "./testing/Vm.t.sol";

/// @notice Contributors who move to another key.
contract DatanetsKeysTest is DatanetBase {
    uint256 internal constant DELAY = 3 days;

    address internal next;

    function setUp() public override {
        super.setUp();
        next = person("alice's next key");
    }

    function _request(address oldKey, address newKey) internal {
        vm.prank(oldKey);
        datanets.rotateKey(newKey);
    }

    function _accept(address oldKey, address newKey) internal {
        vm.prank(newKey);
        datanets.acceptRotation(oldKey);
    }

    function _rotate(address oldKey, address newKey) internal {
        _request(oldKey, newKey);
        skip(DELAY);
        _accept(oldKey, newKey);
    }

    function _refusesSubmission(address contributor, bytes memory reason) internal {
        IDatanets.Submission memory submission = submissionOf(contributor, datanet, 1, 1, "refused");
        vm.prank(contributor);
        vm.expectRevert(reason);
        datanets.submit(submission, "");
    }

    // ---------------------------------------------------------------------------------------- what moves

    function test_rotation_movesScoreAndUnclaimedMoney() public {
        creditedDay(alice, 4, uniform(3, 4));
        vault.claim(alice);
        creditedDay(alice, 4, uniform(3, 4));
        IDatanets.Score memory score = datanets.scoreOf(datanet, alice);
        _rotate(alice, next);
        vm.assertEq(unclaimed(alice), 0);
        vm.assertEq(unclaimed(next), 12 * uint256(REWARD));
        vm.assertEq(keccak256(abi.encode(datanets.scoreOf(datanet, next))), keccak256(abi.encode(score)));
        vm.assertEq(keccak256(abi.encode(datanets.scoreOf(datanet, alice))), keccak256(abi.encode(score)));
        vm.expectRevert(abi.encodeWithSelector(IVault.NothingToClaim.selector, alice));
        vault.claim(alice);
        vm.assertEq(vault.claim(next), 12 * uint256(REWARD));
        vm.assertEq(vault.identityOf(next), alice);
        vm.assertEq(vault.keyOf(alice), next);
    }

    function test_rotation_oldSubmissionsAreCreditedToTheNewKey() public {
        creditedDay(alice, 2, uniform(3, 2));
        uint256 before = unclaimed(alice);
        skip(DAY);
        bytes32 root = submitAs(alice, datanet, 3, 3, "under way");
        closeAndDraw(TEXT);
        _request(alice, next);
        judge(court.openDocket(TEXT) - 4, uniform(2, 3));
        skip(DELAY);
        _accept(alice, next);
        datanets.finalize(root);
        vm.assertEq(unclaimed(alice), 0);
        vm.assertEq(unclaimed(next), before + 6 * uint256(REWARD));
        IDatanets.Score memory score = datanets.scoreOf(datanet, next);
        vm.assertEq(score.judged, 5, "one score, under the identity");
        vm.assertEq(score.points, 12);
        vm.assertEq(score.days_, 2);
    }

    function test_rotation_theScoreContinuesUnderTheNewKey() public {
        creditedDay(alice, 2, uniform(3, 2));
        uint16 before = datanets.scoreOf(datanet, alice).scoreBps;
        _rotate(alice, next);
        creditedDay(next, 2, uniform(3, 2));
        IDatanets.Score memory score = datanets.scoreOf(datanet, next);
        vm.assertEq(score.judged, 4);
        vm.assertEq(score.accepted, 4);
        vm.assertGt(score.scoreBps, before);
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 4);
    }

    function test_rotation_chainOfTwo() public {
        address last = person("alice's last key");
        creditedDay(alice, 2, uniform(3, 2));
        skip(DAY);
        bytes32 first = submitAs(alice, datanet, 1, 1, "by the first key");
        closeAndJudge(TEXT, 3);
        _rotate(alice, next);
        skip(DAY);
        bytes32 second = submitAs(next, datanet, 1, 1, "by the second key");
        closeAndJudge(TEXT, 3);
        _rotate(next, last);
        datanets.finalize(first);
        datanets.finalize(second);
        vm.assertEq(unclaimed(alice), 0);
        vm.assertEq(unclaimed(next), 0);
        vm.assertEq(vault.claim(last), 12 * uint256(REWARD));
        vm.assertEq(datanets.scoreOf(datanet, last).judged, 4);
        vm.assertEq(vault.identityOf(last), alice);
        vm.assertEq(vault.identityOf(next), alice);
        vm.assertEq(vault.keyOf(alice), last);
        creditedDay(last, 1, 3);
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 5);
        _refusesSubmission(next, abi.encodeWithSelector(IDatanets.KeyRetired.selector, next));
    }

    function test_rotation_keepsWhatTheNewKeyEarnedOtherwise() public {
        creditedDay(alice, 2, uniform(3, 2));
        address voter = voterNamed(0);
        uint256 votedWei = unclaimed(voter);
        vm.assertGt(votedWei, 0);
        _rotate(alice, voter);
        vm.assertEq(unclaimed(voter), votedWei + 6 * uint256(REWARD));
    }

    function test_rotation_ofAContractWallet() public {
        SignatureWallet wallet = new SignatureWallet(alice);
        creditedDay(address(wallet), 1, 3);
        _rotate(address(wallet), next);
        vm.assertEq(vault.claim(next), 3 * uint256(REWARD));
    }

    function test_rotation_tellsEverybody() public {
        vm.expectEmit(address(datanets));
        emit IDatanets.RotationRequested(alice, next, uint40(chainTime() + DELAY));
        _request(alice, next);
        (address newKey, uint40 readyAt) = datanets.rotationOf(alice);
        vm.assertEq(newKey, next);
        vm.assertEq(readyAt, chainTime() + DELAY);
        skip(DELAY);
        vm.expectEmit(address(datanets));
        emit IDatanets.KeyRotated(alice, alice, next);
        _accept(alice, next);
        (newKey, readyAt) = datanets.rotationOf(alice);
        vm.assertEq(newKey, address(0));
        vm.assertEq(readyAt, 0);
    }

    // -------------------------------------------------------------------------------- the delay, and cancelling

    function test_rotation_cancelledInTime() public {
        _request(alice, next);
        vm.expectEmit(address(datanets));
        emit IDatanets.RotationCancelled(alice, next);
        vm.prank(alice);
        datanets.cancelRotation();
        skip(2 * DELAY);
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NoRotation.selector, alice));
        datanets.acceptRotation(alice);
        creditedDay(alice, 1, 3);
        vm.assertEq(unclaimed(alice), 3 * uint256(REWARD));
    }

    function test_rotation_cancelledWhenItIsReadyAndNotAccepted() public {
        _request(alice, next);
        skip(10 * DELAY);
        vm.prank(alice);
        datanets.cancelRotation();
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NoRotation.selector, alice));
        datanets.acceptRotation(alice);
    }

    function test_rotation_nothingToCancel() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NoRotation.selector, alice));
        datanets.cancelRotation();
        _rotate(alice, next);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NoRotation.selector, alice));
        datanets.cancelRotation();
    }

    function test_attack_rotationAcceptedASecondTooEarly() public {
        _request(alice, next);
        (, uint40 readyAt) = datanets.rotationOf(alice);
        vm.warp(readyAt - 1);
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.RotationNotReady.selector, alice, readyAt));
        datanets.acceptRotation(alice);
        vm.warp(readyAt);
        _accept(alice, next);
        vm.assertEq(vault.keyOf(alice), next);
    }

    function test_attack_rotationAcceptedByAnother() public {
        _request(alice, next);
        skip(DELAY);
        address[3] memory others = [alice, bob, address(this)];
        for (uint256 i; i < 3; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IDatanets.NotNewKey.selector, alice, others[i]));
            datanets.acceptRotation(alice);
        }
    }

    function test_attack_rotationAcceptedTwice() public {
        _rotate(alice, next);
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NoRotation.selector, alice));
        datanets.acceptRotation(alice);
    }

    /// @notice A thief with the old key names their own; the contributor names another one in time.
    function test_attack_aStolenKeyRotatesToTheThief() public {
        creditedDay(alice, 1, 3);
        address thief = person("thief");
        _request(alice, thief);
        skip(DELAY - 1);
        _request(alice, next);
        skip(1);
        vm.prank(thief);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.NotNewKey.selector, alice, thief));
        datanets.acceptRotation(alice);
        // The delay begins anew.
        vm.prank(next);
        vm.expectPartialRevert(IDatanets.RotationNotReady.selector);
        datanets.acceptRotation(alice);
        skip(DELAY);
        _accept(alice, next);
        vm.assertEq(vault.claim(next), 3 * uint256(REWARD));
    }

    // ------------------------------------------------------------------------------------- the retired key

    function test_attack_aRetiredKeySubmits() public {
        IDatanets.Submission memory submission = submissionOf(alice, datanet, 1, 1, "signed before");
        submission.deadline = uint40(chainTime() + 30 days);
        bytes memory signature = sign(keyOf("alice"), submission);
        _rotate(alice, next);
        bytes memory reason = abi.encodeWithSelector(IDatanets.KeyRetired.selector, alice);
        _refusesSubmission(alice, reason);
        vm.prank(relayer);
        vm.expectRevert(reason);
        datanets.submit(submission, signature);
        skip(DAY);
        _refusesSubmission(alice, reason);
        (uint256 filesLeft, uint256 bytesLeft, uint256 resetsAt) = datanets.quotaOf(alice);
        vm.assertEq(filesLeft, 0);
        vm.assertEq(bytesLeft, 0);
        vm.assertEq(resetsAt, (chainTime() / DAY + 1) * DAY);
    }

    function test_attack_aRetiredKeyRotatesAgain() public {
        _rotate(alice, next);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyRetired.selector, alice));
        datanets.rotateKey(person("another"));
    }

    function test_attack_rotationBackToARetiredKey() public {
        _rotate(alice, next);
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyNotFresh.selector, alice));
        datanets.rotateKey(alice);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyNotFresh.selector, alice));
        datanets.rotateKey(alice);
    }

    // ---------------------------------------------------------------------------------------- the new key

    function test_rotateKey_refusesWhatIsNoOtherKey() public {
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadKey.selector, address(0)));
        datanets.rotateKey(address(0));
        vm.expectRevert(abi.encodeWithSelector(IDatanets.BadKey.selector, alice));
        datanets.rotateKey(alice);
        vm.stopPrank();
    }

    function test_attack_rotationToAnotherContributor() public {
        submitAs(bob, datanet, 1, 1, "bob's");
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyNotFresh.selector, bob));
        datanets.rotateKey(bob);
    }

    function test_attack_rotationToAKeyThatSubmitsMeanwhile() public {
        _request(alice, next);
        skip(DELAY);
        submitAs(next, datanet, 1, 1, "meanwhile");
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyNotFresh.selector, next));
        datanets.acceptRotation(alice);
    }

    function test_attack_twoContributorsRotateToOneKey() public {
        _request(alice, next);
        _request(bob, next);
        skip(DELAY);
        _accept(alice, next);
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyNotFresh.selector, next));
        datanets.acceptRotation(bob);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyNotFresh.selector, next));
        datanets.rotateKey(next);
    }

    // -------------------------------------------------------------------------------------------- quota

    function test_attack_rotationDoublesTheQuota() public {
        _request(alice, next);
        // The new key takes over in the middle of a day on which the old one has submitted.
        vm.warp((chainTime() / DAY + 4) * DAY);
        submitAs(alice, datanet, 13, 5_000_000, "before");
        _accept(alice, next);
        (uint256 filesLeft, uint256 bytesLeft,) = datanets.quotaOf(next);
        vm.assertEq(filesLeft, 7);
        vm.assertEq(bytesLeft, 10 * 1024 * 1024 - 5_000_000);
        IDatanets.Submission memory submission = submissionOf(next, datanet, 8, 8, "too many");
        vm.prank(next);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.FileQuotaExceeded.selector, next, 13, 8, 20));
        datanets.submit(submission, "");
        submitAs(next, datanet, 7, 7, "the rest");
        vm.warp((chainTime() / DAY + 1) * DAY);
        submitAs(next, datanet, 20, 20, "the day after");
    }

    /// @notice However often keys are rotated, an identity has one quota a day.
    function testFuzz_quota_isOneForAllKeys(uint256 seed) public {
        parameters.setContributorRules(IParameters.ContributorRules({rotationSeconds: 1 minutes, finderBps: 0}));
        vm.warp((chainTime() / DAY + 1) * DAY);
        address key = alice;
        uint256 used;
        for (uint256 i; i < 6; ++i) {
            uint8 files = uint8(bound(uint256(keccak256(abi.encode(seed, i))), 1, 20));
            IDatanets.Submission memory submission =
                submissionOf(key, datanet, files, files, keccak256(abi.encode(seed, i)));
            vm.prank(key);
            try datanets.submit(submission, "") {
                used += files;
            } catch {
                vm.assertGt(used + files, 20, "refused within the quota");
            }
            vm.assertLe(used, 20);
            address newKey = person(string.concat("key ", vm.toString(i)));
            _request(key, newKey);
            skip(1 minutes);
            _accept(key, newKey);
            key = newKey;
        }
    }
}
