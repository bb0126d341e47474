// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {ISeats} from "../interfaces/ISeats.sol";
import {IVault} from "../interfaces/IVault.sol";
import {bound, chainTime, vm} from "../testing/Vm.t.sol";
import {Accounting} from "./Accounting.t.sol";

/// @notice Random contributors, an owner, voters who are honest, wrong or silent, and people who come and go.
contract DataHandler is Accounting {
    uint32 internal constant MAX_BYTES = 10 * 1024 * 1024;
    uint256 internal constant CONTRIBUTORS = 4;
    uint256 internal constant VOTERS = 7;

    address internal owner;
    uint32 internal datanet;
    bytes32[] internal roots;
    uint40[] internal dockets;
    uint256 internal nextDocket;

    /// @dev Files and bytes by contributor and day, and the largest of each.
    mapping(address contributor => mapping(uint256 day => uint256)) private _files;
    mapping(address contributor => mapping(uint256 day => uint256)) private _bytes;
    uint256 public mostFiles;
    uint256 public mostBytes;
    /// @dev Items by docket, and verdicts when they were first seen.
    mapping(uint40 docket => uint256) private _items;
    mapping(uint40 docket => uint256) private _verdicts;
    mapping(bytes32 root => bool) private _finalized;
    uint256 public finalizedFiles;

    function setUp() public override {
        super.setUp();
        owner = person("owner");
        datanet = createDatanet(owner, TEXT, 1e18, 0.5e18, 2_000e18);
        people.push(owner);
        for (uint256 i; i < CONTRIBUTORS; ++i) people.push(_contributor(i));
        for (uint256 i; i < VOTERS; ++i) people.push(voterNamed(i));
        seatVoters(TEXT, VOTERS);
    }

    // ------------------------------------------------------------------------------------------ actions

    function submit(uint256 who, uint256 count, uint256 size) external {
        address contributor = _contributor(who);
        uint8 files = uint8(bound(count, 1, 20));
        uint32 sizeBytes = uint32(bound(size, files, MAX_BYTES / 2));
        bytes32 leavesRoot = keccak256(abi.encode("root", roots.length));
        IDatanets.Submission memory submission = submissionOf(contributor, datanet, files, sizeBytes, leavesRoot);
        vm.prank(contributor);
        try datanets.submit(submission, "") {
            _noteSubmission(contributor, rootOf(contributor, leavesRoot), files, sizeBytes);
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
        skip(60);
        court.draw(docket);
        if (court.docketOf(docket).phase != ICourt.Phase.COMMITTING) return;
        _vote(docket, seed);
        court.settle(docket);
        if (court.docketOf(docket).phase != ICourt.Phase.SETTLED) return;
        _verdicts[docket] = court.docketOf(docket).verdict;
        ++nextDocket;
    }

    function finalize(uint256 which) external {
        if (roots.length == 0) return;
        bytes32 root = roots[which % roots.length];
        IDatanets.SubmissionState memory state = datanets.submissionOf(root);
        (bool isFinal,) = court.verdictOf(state.docket);
        uint256 scoreBefore = datanets.scoreOf(datanet, state.contributor).scoreBps;
        try datanets.finalize(root) {
            vm.assertTrue(isFinal && !_finalized[root], "finalized without a verdict, or twice");
            _finalized[root] = true;
            finalizedFiles += state.files;
        } catch {
            vm.assertTrue(!isFinal || _finalized[root], "a judged submission cannot be finalized");
        }
        uint256 scoreAfter = datanets.scoreOf(datanet, state.contributor).scoreBps;
        vm.assertGe(scoreAfter, scoreBefore, "a score fell");
    }

    function claim(uint256 who) external {
        _claim(who);
    }

    function fund(uint256 amountWei) external {
        amountWei = bound(amountWei, 1, 500e18);
        token.transfer(owner, amountWei);
        vm.prank(owner);
        datanets.fund(datanet, amountWei);
    }

    function withdraw(uint256 amountWei) external {
        (uint256 availableWei,) = vault.accountOf(address(datanets), datanet);
        amountWei = bound(amountWei, 0, availableWei);
        vm.prank(owner);
        datanets.withdraw(datanet, owner, amountWei);
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

    function judgedFiles() external view returns (uint256 sum) {
        for (uint256 i; i < CONTRIBUTORS; ++i) sum += datanets.scoreOf(datanet, _contributor(i)).judged;
    }

    // ------------------------------------------------------------------------------------------ details

    function _contributor(uint256 index) private pure returns (address) {
        return person(string.concat("contributor ", vm.toString(index % CONTRIBUTORS)));
    }

    function _noteSubmission(address contributor, bytes32 root, uint256 files, uint256 sizeBytes) private {
        roots.push(root);
        uint40 docket = datanets.submissionOf(root).docket;
        if (_items[docket] == 0) dockets.push(docket);
        _items[docket] += files;
        uint256 day = chainTime() / DAY;
        uint256 filesToday = _files[contributor][day] += files;
        uint256 bytesToday = _bytes[contributor][day] += sizeBytes;
        if (filesToday > mostFiles) mostFiles = filesToday;
        if (bytesToday > mostBytes) mostBytes = bytesToday;
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
