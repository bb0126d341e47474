// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {ISeats} from "../interfaces/ISeats.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Leaves} from "../testing/Leaves.t.sol";
import {bound, chainTime, vm} from "../testing/Vm.t.sol";
import {Accounting} from "./Accounting.t.sol";

/// @notice Random contributors, an owner, voters who are honest, wrong or silent, and people who come and go. Files come
/// from a small stock, so that many are duplicates.
contract DataHandler is Accounting {
    /// @dev A submission as its contributor knows it: its leaves follow from its number.
    struct Sent {
        bytes32 root;
        address signer;
        uint8 files;
        uint256 line;
    }

    /// @dev What the handler knows of a file shown to be a duplicate: by whom, and of which submission's which file.
    struct Shown {
        address finder;
        uint256 origin;
        uint256 index;
    }

    uint32 internal constant MAX_BYTES = 10 * 1024 * 1024;
    uint256 internal constant CONTRIBUTORS = 4;
    uint256 internal constant VOTERS = 7;
    uint256 internal constant STOCK = 16;
    uint88 internal constant REWARD = 1e18;
    uint88 internal constant FEE = 0.5e18;
    uint256 internal constant FINDER_BPS = 5_000;

    address internal owner;
    uint32 internal datanet;
    Sent[] internal sent;
    uint40[] internal dockets;
    uint256 internal nextDocket;

    /// @dev The key of every contributor now, and how many they had before.
    address[CONTRIBUTORS] internal keys;
    uint256[CONTRIBUTORS] internal retired;
    /// @dev Files and bytes by contributor, whatever the key, and day, and the largest of each.
    mapping(uint256 line => mapping(uint256 day => uint256)) private _files;
    mapping(uint256 line => mapping(uint256 day => uint256)) private _bytes;
    uint256 public mostFiles;
    uint256 public mostBytes;
    /// @dev Items by docket, and verdicts when they were first seen.
    mapping(uint40 docket => uint256) private _items;
    mapping(uint40 docket => uint256) private _verdicts;
    mapping(uint256 submission => bool) internal _finalized;
    mapping(uint256 submission => mapping(uint256 index => Shown)) internal _shown;
    uint256 public finalizedFiles;
    uint256 public creditedPoints;
    uint256 public zeroedPoints;
    uint256 public creditedWei;
    uint256 public fundedWei = 2_000e18;
    uint256 public withdrawnWei;

    function setUp() public override {
        super.setUp();
        owner = person("owner");
        datanet = createDatanet(owner, TEXT, REWARD, FEE, fundedWei);
        people.push(owner);
        for (uint256 i; i < CONTRIBUTORS; ++i) {
            keys[i] = keyNamed(i, 0);
            people.push(keys[i]);
        }
        for (uint256 i; i < VOTERS; ++i) people.push(voterNamed(i));
        seatVoters(TEXT, VOTERS);
    }

    // ------------------------------------------------------------------------------------------ actions

    function submit(uint256 who, uint256 count, uint256 size) external {
        uint256 line = who % CONTRIBUTORS;
        uint8 files = uint8(bound(count, 1, 20));
        uint32 sizeBytes = uint32(bound(size, files, MAX_BYTES / 2));
        bytes32 leavesRoot = Leaves.rootOf(keys[line], leavesOf(sent.length, files));
        IDatanets.Submission memory submission = submissionOf(keys[line], datanet, files, sizeBytes, leavesRoot);
        submission.terms = datanets.datanetOf(datanet).terms;
        vm.prank(keys[line]);
        try datanets.submit(submission, "") {
            sent.push(Sent(rootOf(keys[line], leavesRoot), keys[line], files, line));
            _noteSubmission(line, files, sizeBytes);
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            vm.assertTrue(
                selector == IDatanets.FileQuotaExceeded.selector || selector == IDatanets.ByteQuotaExceeded.selector
                    || selector == IVault.InsufficientAvailable.selector,
                "refused for a reason that nobody expects"
            );
        }
    }

    /// @dev Takes the oldest unsettled docket through a round, with random votes and absences.
    function judgeNext(uint256 seed) external {
        if (nextDocket == dockets.length) return;
        uint40 docket = dockets[nextDocket];
        if (court.docketOf(docket).phase == ICourt.Phase.COLLECTING) {
            skip(1 hours);
            court.close(TEXT);
        }
        if (!_judge(docket, seed)) return;
        _verdicts[docket] = court.docketOf(docket).verdict;
        ++nextDocket;
    }

    /// @dev A credit is exactly what the court's last grades and the proofs of duplicates make it.
    function finalize(uint256 which) external {
        if (sent.length == 0) return;
        uint256 number = which % sent.length;
        Sent memory submission = sent[number];
        (bool ready, uint256 grades, uint256 zeroed) = _expected(number);
        IDatanets.Score memory before = datanets.scoreOf(datanet, submission.signer);
        uint256 earnedBefore = _unclaimed(keys[submission.line]);
        try datanets.finalize(submission.root) {
            vm.assertTrue(ready && !_finalized[number], "finalized before its time, or twice");
            _finalized[number] = true;
            finalizedFiles += submission.files;
        } catch {
            vm.assertTrue(!ready || _finalized[number], "a judged submission cannot be finalized");
            return;
        }
        IDatanets.Score memory score = datanets.scoreOf(datanet, keys[submission.line]);
        vm.assertGe(score.scoreBps, before.scoreBps, "a score fell");
        uint256 points = _pointsOf(grades & ~zeroed);
        vm.assertEq(score.points - before.points, points, "points");
        creditedPoints += points;
        zeroedPoints += _pointsOf(grades & zeroed);
        uint256 bountyWei = _pointsOf(grades & zeroed) * REWARD * FINDER_BPS / 10_000;
        creditedWei += points * REWARD + bountyWei;
        vm.assertGe(_unclaimed(keys[submission.line]), earnedBefore + points * REWARD, "the current key earns");
    }

    function claim(uint256 who) external {
        _claim(who);
    }

    function fund(uint256 amountWei) external {
        amountWei = bound(amountWei, 1, 500e18);
        token.transfer(owner, amountWei);
        vm.prank(owner);
        datanets.fund(datanet, amountWei);
        fundedWei += amountWei;
    }

    function withdraw(uint256 amountWei) external {
        (uint256 availableWei,) = vault.accountOf(address(datanets), datanet);
        amountWei = bound(amountWei, 0, availableWei);
        vm.prank(owner);
        datanets.withdraw(datanet, owner, amountWei);
        withdrawnWei += amountWei;
    }

    function stake(uint256 who, uint256 count) external {
        address voter = voterNamed(who % VOTERS);
        uint16 added = uint16(bound(count, 1, 3));
        token.transfer(voter, uint256(added + 64) * 1_000e18);
        vm.prank(voter);
        try seats.stake(TEXT, added) {} catch (bytes memory reason) {
            vm.assertTrue(bytes4(reason) == ISeats.TooManySeats.selector, "staking failed");
        }
    }

    function unstake(uint256 who, uint256 count) external {
        address voter = voterNamed(who % VOTERS);
        uint256 held = seats.stakeOf(TEXT, voter).seats;
        (, uint24 total) = seats.occupancy(TEXT);
        // A pool with fewer than three seats judges nothing; that it waits is tested elsewhere.
        if (held == 0 || total < 4) return;
        uint256 most = held < total - 3 ? held : total - 3;
        vm.prank(voter);
        seats.unstake(TEXT, uint16(bound(count, 1, most)));
    }

    function withdrawStake(uint256 who) external {
        address voter = voterNamed(who % VOTERS);
        ISeats.Stake memory state = seats.stakeOf(TEXT, voter);
        vm.prank(voter);
        try seats.withdraw(TEXT) {
            vm.assertGe(chainTime(), state.thawsAt, "stake left before it thawed");
        } catch {}
    }

    function evict(uint256 who) external {
        (, uint24 total) = seats.occupancy(TEXT);
        if (total < 4) return;
        try seats.evict(TEXT, voterNamed(who % VOTERS)) {} catch {}
    }

    function pass(uint256 elapsedSeconds) external {
        skip(bound(elapsedSeconds, 1, 8 days));
    }

    // ------------------------------------------------------------------------------------------- checks

    function checkVerdicts() external view {
        for (uint256 i; i < dockets.length; ++i) {
            uint40 docket = dockets[i];
            vm.assertLe(_items[docket], 128, "a docket of more than 128 items");
            ICourt.Docket memory state = court.docketOf(docket);
            vm.assertEq(
                state.phase == ICourt.Phase.SETTLED, i < nextDocket, "a docket settled by itself, or no more"
            );
            if (i < nextDocket) vm.assertEq(state.verdict, _verdicts[docket], "a verdict changed");
        }
    }

    function judgedFiles() external view returns (uint256 judged, uint256 points) {
        for (uint256 i; i < CONTRIBUTORS; ++i) {
            IDatanets.Score memory score = datanets.scoreOf(datanet, keys[i]);
            judged += score.judged;
            points += score.points;
        }
    }

    /// @notice What the Datanet's account holds and what left it: fees, credits, bounties, and what the owner took back.
    function heldWei() external view returns (uint256) {
        (uint256 availableWei, uint256 reservedWei) = vault.accountOf(address(datanets), datanet);
        uint256 underWayWei;
        uint256 feesWei;
        for (uint256 i; i < sent.length; ++i) {
            feesWei += sent[i].files * FEE;
            if (!_finalized[i]) underWayWei += 3 * uint256(sent[i].files) * REWARD;
        }
        vm.assertEq(reservedWei, underWayWei, "reserved is what can still be earned");
        return availableWei + reservedWei + feesWei + creditedWei + withdrawnWei;
    }

    // ------------------------------------------------------------------------------------------ details

    /// @dev The key that a contributor has after so many others.
    function keyNamed(uint256 line, uint256 before) internal pure returns (address) {
        return person(string.concat("contributor ", vm.toString(line), " key ", vm.toString(before)));
    }

    /// @dev The leaves of a submission: every file is one of a small stock.
    function leavesOf(uint256 number, uint256 files) internal pure returns (IDatanets.Leaf[] memory leaves) {
        leaves = new IDatanets.Leaf[](files);
        for (uint256 i; i < files; ++i) {
            leaves[i] = Leaves.leafOf(i, fileOf(number, i), keccak256(abi.encode("salt", number, i)));
        }
    }

    function fileOf(uint256 number, uint256 index) internal pure returns (bytes32) {
        return bytes32(1 + uint256(keccak256(abi.encode("file", number, index))) % STOCK);
    }

    function _unclaimed(address account) internal view returns (uint256) {
        (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(account);
        return earnedWei - claimedWei;
    }

    /// @dev Whether a submission can be finalized, with which grades, and which of them are zeroed.
    function _expected(uint256 number) private view returns (bool ready, uint256 grades, uint256 zeroed) {
        (ready, grades) = _standing(number);
        for (uint256 i; ready && i < sent[number].files; ++i) {
            Shown memory shown = _shown[number][i];
            if (shown.finder == address(0)) continue;
            (bool isFinal, uint256 origin) = _standing(shown.origin);
            ready = isFinal;
            if ((origin >> (2 * shown.index)) & 3 != 0) zeroed |= uint256(3) << (2 * i);
        }
    }

    function _standing(uint256 number) internal view returns (bool isFinal, uint256 grades) {
        IDatanets.SubmissionState memory state = datanets.submissionOf(sent[number].root);
        (, isFinal, grades) = court.standingOf(state.docket, state.position, state.files);
    }

    function _pointsOf(uint256 grades) private pure returns (uint256 points) {
        for (; grades != 0; grades >>= 2) points += grades & 3;
    }

    function _noteSubmission(uint256 line, uint256 files, uint256 sizeBytes) private {
        uint40 docket = datanets.submissionOf(sent[sent.length - 1].root).docket;
        if (_items[docket] == 0) dockets.push(docket);
        _items[docket] += files;
        uint256 day = chainTime() / DAY;
        uint256 filesToday = _files[line][day] += files;
        uint256 bytesToday = _bytes[line][day] += sizeBytes;
        if (filesToday > mostFiles) mostFiles = filesToday;
        if (bytesToday > mostBytes) mostBytes = bytesToday;
    }

    /// @dev One round of a closed docket, with random votes and absences. Whether it settled.
    function _judge(uint40 docket, uint256 seed) internal returns (bool) {
        skip(60);
        court.draw(docket);
        if (court.docketOf(docket).phase != ICourt.Phase.COMMITTING) return false;
        _vote(docket, seed);
        court.settle(docket);
        return court.docketOf(docket).phase == ICourt.Phase.SETTLED;
    }

    function _vote(uint40 docket, uint256 seed) private {
        address[] memory voters = court.committee(docket);
        uint8 items = court.docketOf(docket).items;
        uint256 mask = items == 128 ? type(uint256).max : (uint256(1) << (2 * uint256(items))) - 1;
        uint256 common = (seed | (seed >> 1)) & mask;
        for (uint256 i; i < voters.length; ++i) {
            uint256 word = _wordOf(seed, voters[i], common) & mask;
            if (!_isSilent(seed, voters[i])) commitAs(docket, voters[i], word, reasonsOf(word, items));
        }
        skip(6 hours);
        for (uint256 i; i < voters.length; ++i) {
            uint256 word = _wordOf(seed, voters[i], common) & mask;
            if (_isSilent(seed, voters[i]) || firstIndex(voters, i) != i) continue;
            revealAs(docket, voters[i], uint8(i), word, reasonsOf(word, items));
        }
        skip(6 hours);
    }

    function _isSilent(uint256 seed, address voter) private pure returns (bool) {
        return uint256(keccak256(abi.encode(seed, voter, "silent"))) % 5 == 0;
    }

    function _wordOf(uint256 seed, address voter, uint256 common) private pure returns (uint256) {
        uint256 own = uint256(keccak256(abi.encode(seed, voter, "word")));
        return own % 4 == 0 ? own : common;
    }
}
