// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {bound, chainTime, vm} from "../testing/Vm.t.sol";
import {Disputes} from "./Disputes.t.sol";

/// @notice Contributors who send the same files again and change their keys, challengers who appeal and show duplicates,
/// and a guardian who stops and resumes.
contract DisputeHandler is Disputes {
    uint256 private constant KEYS = 5;

    function submit(uint256 who, uint256 first, uint256 second, bool two) external {
        address contributor = current(who % CONTRIBUTORS);
        uint256[2] memory contents = [first % CONTENTS, second % CONTENTS];
        bytes32 leavesRoot = leavesRootOf(contributor, all.length, contents, two);
        (bool stopped,) = datanets.paused();
        IDatanets.Submission memory submission =
            submissionOf(contributor, datanet, two ? 2 : 1, 1_000, leavesRoot);
        vm.prank(contributor);
        try datanets.submit(submission, "") {
            vm.assertFalse(stopped, "submitted while that was stopped");
            note(rootOf(contributor, leavesRoot), contributor, contents);
        } catch (bytes memory reason) {
            vm.assertTrue(
                stopped || bytes4(reason) == IDatanets.FileQuotaExceeded.selector, "refused for no known reason"
            );
        }
    }

    function judge(uint256 seed) external {
        judgePending(TEXT, seed);
        look();
    }

    function appeal(uint256 which, uint256 who) external {
        if (all.length == 0) return;
        Sent storage sent = all[which % all.length];
        (bool settled, bool isFinal, uint256 grades) = court.standingOf(sent.docket, sent.position, sent.files);
        uint40 latest = court.latestAppeal(sent.docket, sent.position);
        bool judging = latest != 0 && court.docketOf(latest).phase != ICourt.Phase.SETTLED;
        uint256 potBefore = court.appealPotWei();
        vm.prank(challenger(who));
        try datanets.appeal(sent.root) returns (uint40 id) {
            vm.assertTrue(settled && !isFinal && !judging, "appealed what cannot be appealed");
            vm.assertLt(++sent.appeals, 3, "a third appeal");
            pending.push(id);
            bonds[id] = Bond(court.appealOf(id).bondWei, grades);
            openBondsWei += bonds[id].bondWei;
            uint256 feeWei = court.docketOf(id).feeWei;
            outOfPotWei += feeWei;
            vm.assertEq(potBefore - feeWei, court.appealPotWei(), "the pot pays the voters");
        } catch {
            vm.assertTrue(!settled || isFinal || judging, "an appeal was refused");
        }
    }

    function fundAppeals(uint96 amountWei) external {
        amountWei = uint96(bound(amountWei, 1, 200e18));
        court.fundAppeals(amountWei);
        intoPotWei += amountWei;
    }

    /// @dev Any two files of anybody, equal or not.
    function showDuplicate(uint256 first, uint256 second, uint256 places, uint256 who) external {
        if (all.length == 0) return;
        first %= all.length;
        second %= all.length;
        if (first > second && who % 4 != 0) (first, second) = (second, first);
        uint8 place = uint8(places & 1) % all[first].files;
        uint8 later = uint8((places >> 1) & 1) % all[second].files;
        bool duplicate = all[first].contents[place] == all[second].contents[later]
            && (first < second || (first == second && place < later)) && !all[second].finalized;
        vm.prank(challenger(who));
        try this.prove(first, place, second, later) {
            vm.assertTrue(duplicate, "no duplicate, or shown too late");
        } catch (bytes memory reason) {
            bool known = bytes4(reason) == IDatanets.AlreadyProven.selector
                || bytes4(reason) == IDatanets.EarlierRejected.selector;
            vm.assertTrue(known || !duplicate, "a duplicate was refused");
        }
    }

    /// @dev Not an action of its own: the runner calls those only that it was told.
    function prove(uint256 first, uint8 place, uint256 second, uint8 later) external {
        IDatanets.Leaf memory earlierLeaf = leafOf(first, place, all[first].contents[place]);
        IDatanets.Leaf memory laterLeaf = leafOf(second, later, all[second].contents[later]);
        bytes32[] memory earlierProof = proofOf(first, place);
        bytes32[] memory laterProof = proofOf(second, later);
        vm.prank(msg.sender);
        datanets.proveDuplicate(
            all[first].root, earlierLeaf, earlierProof, all[second].root, laterLeaf, laterProof
        );
    }

    /// @dev Mostly one that is ready, if there is one.
    function finalize(uint256 which) external {
        if (all.length == 0) return;
        uint256 index = which % all.length;
        for (uint256 i; i < all.length && which % 4 != 0; ++i) {
            Sent storage next = all[(index + i) % all.length];
            (, bool over,) = court.standingOf(next.docket, next.position, next.files);
            if (!over || next.finalized) continue;
            index = (index + i) % all.length;
            break;
        }
        _finalize(all[index]);
    }

    function _finalize(Sent storage sent) private {
        (, bool isFinal, uint256 grades) = court.standingOf(sent.docket, sent.position, sent.files);
        (, bool stopped) = datanets.paused();
        bool ready = isFinal && !sent.finalized && !stopped;
        uint256 credited = withoutDuplicates(sent, grades);
        try datanets.finalize(sent.root) {
            vm.assertTrue(ready, "credited twice, too early, or while that was stopped");
            sent.finalized = true;
            finalizedFiles += sent.files;
            expectedPoints += (credited & 3) + ((credited >> 2) & 3);
        } catch {
            vm.assertTrue(!ready || datanets.submissionOf(sent.root).hasDuplicates, "a judged submission waits");
        }
        look();
    }

    /// @dev Whatever is stopped, what was earned is paid.
    function claim(uint256 who) external {
        _claim(who);
    }

    function requestKey(uint256 who) external {
        who %= CONTRIBUTORS;
        address oldKey = current(who);
        (address asked,) = datanets.rotationOf(oldKey);
        if (asked != address(0)) return;
        vm.prank(oldKey);
        datanets.rotateKey(nextKey(who));
    }

    function acceptKey(uint256 who) external {
        who %= CONTRIBUTORS;
        if (keys[who].length == KEYS) return;
        (, uint40 readyAt) = datanets.rotationOf(current(who));
        address newKey = nextKey(who);
        vm.prank(newKey);
        try datanets.acceptRotation(current(who)) {
            vm.assertTrue(readyAt != 0 && chainTime() >= readyAt, "a key was replaced before its time");
            addKey(who, newKey);
        } catch {
            vm.assertTrue(readyAt == 0 || chainTime() < readyAt, "a key could not be replaced");
        }
        look();
    }

    function cancelKey(uint256 who) external {
        if (who % 4 != 0) return;
        vm.prank(current(who % CONTRIBUTORS));
        try datanets.cancelRotation() {} catch {}
    }

    function stop(bool submissions, bool credits, uint256 luck) external {
        if (luck % 4 != 0) return;
        datanets.pause(submissions, credits);
    }

    function resume() external {
        datanets.unpause();
    }

    function stake(uint256 who) external {
        address voter = voterNamed(who % VOTERS);
        if (seats.stakeOf(TEXT, voter).seats > 2) return;
        token.transfer(voter, 2_000e18);
        vm.prank(voter);
        try seats.stake(TEXT, 1) {} catch {}
    }

    /// @dev A pool with fewer than three seats judges nothing; that it waits is tested elsewhere.
    function unstake(uint256 who) external {
        address voter = voterNamed(who % VOTERS);
        (, uint24 total) = seats.occupancy(TEXT);
        if (total < 6 || seats.stakeOf(TEXT, voter).seats == 0) return;
        vm.prank(voter);
        seats.unstake(TEXT, 1);
    }

    function withdrawStake(uint256 who) external {
        vm.prank(voterNamed(who % VOTERS));
        try seats.withdraw(TEXT) {} catch {}
    }

    function pass(uint256 elapsedSeconds) external {
        skip(bound(elapsedSeconds, 1, 2 days));
        look();
    }
}
