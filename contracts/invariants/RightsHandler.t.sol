// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "../interfaces/IDatanets.sol";
import {Leaves} from "../testing/Leaves.t.sol";
import {chainTime, vm} from "../testing/Vm.t.sol";
import {DataHandler} from "./DataHandler.t.sol";

/// @notice Contributors who change keys, finders of duplicates, appellants, an owner who changes terms, and a guardian.
contract RightsHandler is DataHandler {
    uint256 private constant KEYS = 4;

    uint40[] private _appeals;
    uint256 private _nextAppeal;
    uint256 public rotations;
    uint256 public proofs;
    uint256 public appealsMade;

    // ------------------------------------------------------------------------------------------------- keys

    function requestRotation(uint256 who) external {
        uint256 line = who % CONTRIBUTORS;
        if (retired[line] == KEYS) return;
        vm.prank(keys[line]);
        datanets.rotateKey(keyNamed(line, retired[line] + 1));
    }

    function cancelRotation(uint256 who) external {
        address key = keys[who % CONTRIBUTORS];
        (address newKey,) = datanets.rotationOf(key);
        vm.prank(key);
        try datanets.cancelRotation() {
            vm.assertTrue(newKey != address(0), "cancelled what nobody asked for");
        } catch {
            vm.assertEq(newKey, address(0), "a request that cannot be cancelled");
        }
    }

    function acceptRotation(uint256 who) external {
        uint256 line = who % CONTRIBUTORS;
        address oldKey = keys[line];
        address newKey = keyNamed(line, retired[line] + 1);
        (address asked, uint40 readyAt) = datanets.rotationOf(oldKey);
        uint256 movedWei = _unclaimed(oldKey);
        (uint256 filesLeft, uint256 bytesLeft,) = datanets.quotaOf(oldKey);
        bytes32 score = keccak256(abi.encode(datanets.scoreOf(datanet, oldKey)));
        vm.prank(newKey);
        try datanets.acceptRotation(oldKey) {
            vm.assertTrue(asked == newKey && chainTime() >= readyAt, "taken over before its time");
        } catch {
            vm.assertTrue(asked != newKey || chainTime() < readyAt, "a key that cannot take over");
            return;
        }
        ++rotations;
        ++retired[line];
        keys[line] = newKey;
        people.push(newKey);
        vm.assertEq(_unclaimed(newKey), movedWei, "unclaimed money moves");
        vm.assertEq(_unclaimed(oldKey), 0);
        vm.assertEq(keccak256(abi.encode(datanets.scoreOf(datanet, newKey))), score, "the score moves");
        (uint256 filesNow, uint256 bytesNow,) = datanets.quotaOf(newKey);
        vm.assertEq(filesNow, filesLeft, "the day's quota moves");
        vm.assertEq(bytesNow, bytesLeft);
        (filesNow,,) = datanets.quotaOf(oldKey);
        vm.assertEq(filesNow, 0);
    }

    /// @dev A key that was replaced never submits again.
    function submitWithARetiredKey(uint256 who) external {
        uint256 line = who % CONTRIBUTORS;
        if (retired[line] == 0) return;
        address key = keyNamed(line, (who >> 8) % retired[line]);
        IDatanets.Submission memory submission = submissionOf(key, datanet, 1, 1, bytes32(who | 1));
        submission.terms = datanets.datanetOf(datanet).terms;
        vm.prank(key);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.KeyRetired.selector, key));
        datanets.submit(submission, "");
    }

    // ------------------------------------------------------------------------------------------- duplicates

    /// @dev Shows a random file to be a copy of a random one with the same bytes, or of what is no origin.
    function proveDuplicate(uint256 which, uint256 whose, uint256 who) external {
        if (sent.length == 0) return;
        uint256 later = which % sent.length;
        uint256 laterIndex = (which >> 32) % sent[later].files;
        uint256 earlier = whose % sent.length;
        uint256 earlierIndex = (whose >> 32) % sent[earlier].files;
        for (uint256 tries; fileOf(earlier, earlierIndex) != fileOf(later, laterIndex); ++tries) {
            if (tries == 40) return;
            earlierIndex = (earlierIndex + 1) % sent[earlier].files;
            if (earlierIndex == 0) earlier = (earlier + 1) % sent.length;
        }
        bool isEarlier = earlier < later || (earlier == later && earlierIndex < laterIndex);
        bool fits = isEarlier && !_finalized[later] && !_isRejected(earlier, earlierIndex);
        Shown memory known = _shown[later][laterIndex];
        if (known.finder != address(0) && !_isRejected(known.origin, known.index)) fits = false;
        address finder = people[who % people.length];
        if (_prove(finder, earlier, earlierIndex, later, laterIndex)) {
            vm.assertTrue(fits, "a proof that shows nothing was taken");
            _shown[later][laterIndex] = Shown(finder, earlier, earlierIndex);
            ++proofs;
        } else {
            vm.assertFalse(fits, "a proof was refused");
        }
    }

    function _prove(address finder, uint256 earlier, uint256 earlierIndex, uint256 later, uint256 laterIndex)
        private
        returns (bool taken)
    {
        IDatanets.Leaf[] memory first = leavesOf(earlier, sent[earlier].files);
        IDatanets.Leaf[] memory second = leavesOf(later, sent[later].files);
        bytes32[] memory proof = Leaves.proofOf(sent[earlier].signer, first, earlierIndex);
        bytes32[] memory laterProof = Leaves.proofOf(sent[later].signer, second, laterIndex);
        vm.prank(finder);
        try datanets.proveDuplicate(
            sent[earlier].root, first[earlierIndex], proof, sent[later].root, second[laterIndex], laterProof
        ) {
            return true;
        } catch {
            return false;
        }
    }

    function _isRejected(uint256 number, uint256 index) private view returns (bool) {
        IDatanets.SubmissionState memory state = datanets.submissionOf(sent[number].root);
        (bool settled,, uint256 grades) = court.standingOf(state.docket, state.position, state.files);
        return settled && (grades >> (2 * index)) & 3 == 0;
    }

    // ---------------------------------------------------------------------------------------------- appeals

    /// @dev Looks for a submission that can be appealed, from a random one on, and appeals it.
    function appeal(uint256 which, uint256 who) external {
        for (uint256 i; i < sent.length; ++i) {
            uint256 number = (which % sent.length + i) % sent.length;
            if (_finalized[number]) continue;
            bytes32 score = keccak256(abi.encode(datanets.scoreOf(datanet, sent[number].signer)));
            address appellant = people[who % people.length];
            give(appellant, 400e18, address(vault));
            vm.prank(appellant);
            try datanets.appeal(sent[number].root) returns (uint40 docket) {
                _appeals.push(docket);
                ++appealsMade;
                (bool isFinal,) = _standing(number);
                vm.assertFalse(isFinal, "an appealed submission is final");
                vm.assertEq(keccak256(abi.encode(datanets.scoreOf(datanet, sent[number].signer))), score);
                return;
            } catch {}
        }
    }

    function judgeAppeal(uint256 seed) external {
        if (_nextAppeal == _appeals.length) return;
        if (_judge(_appeals[_nextAppeal], seed)) ++_nextAppeal;
    }

    // ---------------------------------------------------------------------------------------- terms and pauses

    function setTerms() external {
        uint16 before = datanets.datanetOf(datanet).terms;
        vm.prank(owner);
        datanets.setTerms(datanet, "CC0-1.0", "Other guidelines.");
        vm.assertEq(datanets.datanetOf(datanet).terms, before + 1);
        IDatanets.Submission memory submission = submissionOf(keys[0], datanet, 1, 1, "under the terms before");
        submission.terms = before;
        vm.prank(keys[0]);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.TermsChanged.selector, datanet, before, before + 1));
        datanets.submit(submission, "");
    }

    /// @dev While everything is paused nothing is submitted or credited, and whoever earned is paid.
    function pauseForAWhile(uint256 who) external {
        datanets.pause(true, true);
        if (sent.length != 0) {
            vm.expectRevert(IDatanets.CreditsPaused.selector);
            datanets.finalize(sent[who % sent.length].root);
        }
        _claim(who);
        datanets.unpause();
    }
}
