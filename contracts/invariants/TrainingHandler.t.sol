// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {ISeats} from "../interfaces/ISeats.sol";
import {ITraining} from "../interfaces/ITraining.sol";
import {ProtocolTest} from "../testing/ProtocolTest.t.sol";
import {TrainingBase} from "../testing/TrainingBase.t.sol";
import {bound, chainTime, vm} from "../testing/Vm.t.sol";
import {Bench} from "./Bench.t.sol";

/// @notice A poster, trainers who finish, sit or cheat, and checkers.
contract TrainingHandler is TrainingBase, Bench {
    uint256 internal constant TRAINERS = 3;

    /// @dev How often a job ended by paying its trainer or returning its price.
    mapping(uint40 job => uint256) public payouts;
    mapping(uint40 job => address) private _attestedBy;

    function setUp() public override(TrainingBase, ProtocolTest) {
        TrainingBase.setUp();
        people.push(poster);
        people.push(trainer);
        people.push(rival);
        give(rival, 100_000e18, address(vault));
        for (uint256 i; i < 5; ++i) people.push(voterNamed(i));
    }

    // ------------------------------------------------------------------------------------------ actions

    function postJob() external {
        if (training.jobCount() < 12) post();
    }

    function claimJob(uint256 which, uint256 who) external {
        uint40 job = _pick(which, ITraining.Status.OPEN);
        if (job == 0) return;
        vm.prank(_trainer(who));
        try training.claim(job) {} catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            vm.assertTrue(
                selector == ISeats.InsufficientStake.selector || selector == ITraining.DeadlinePassed.selector,
                "a claim was refused for a reason that nobody expects"
            );
        }
    }

    function heartbeat(uint256 which) external {
        uint40 job = _pick(which, ITraining.Status.LEASED);
        if (job == 0) return;
        ITraining.Job memory state = training.jobOf(job);
        vm.prank(state.trainer);
        try training.heartbeat(job, 1, "head", 1) {} catch {
            vm.assertGe(chainTime(), state.leaseEnds, "a running lease took no heartbeat");
        }
    }

    function expire(uint256 which) external {
        uint40 job = _pick(which, ITraining.Status.LEASED);
        if (job == 0) return;
        try training.expire(job) {} catch {
            vm.assertLt(chainTime(), training.jobOf(job).leaseEnds, "a lost lease could not be ended");
        }
    }

    function attest(uint256 which) external {
        uint40 job = _pick(which, ITraining.Status.LEASED);
        if (job == 0) return;
        ITraining.Job memory state = training.jobOf(job);
        if (chainTime() >= state.leaseEnds) return;
        attestAs(state.trainer, job, job);
        _attestedBy[job] = state.trainer;
        if (training.jobOf(job).position == 0) pending.push(training.jobOf(job).docket);
    }

    /// @dev Every docket and every appeal under judgement goes through a round.
    function judge(uint256 seed) external {
        judgePending(COMPUTE, seed);
    }

    /// @dev Anybody may appeal, an acceptance too.
    function appeal(uint256 which, uint256 who) external {
        uint40 job = _pick(which, ITraining.Status.ATTESTED);
        if (job == 0) return;
        ITraining.Job memory state = training.jobOf(job);
        (bool settled, bool isFinal,) = court.standingOf(state.docket, state.position, 1);
        uint40 latest = court.latestAppeal(state.docket, state.position);
        bool judging = latest != 0 && court.docketOf(latest).phase != ICourt.Phase.SETTLED;
        vm.prank(who % 2 == 0 ? poster : rival);
        try training.appeal(job) returns (uint40 id) {
            vm.assertTrue(settled && !isFinal && !judging, "appealed what cannot be appealed");
            pending.push(id);
        } catch {
            vm.assertTrue(!settled || isFinal || judging, "an appeal was refused");
        }
    }

    function settle(uint256 which) external {
        uint40 job = _pick(which, ITraining.Status.ATTESTED);
        if (job == 0) return;
        ITraining.Job memory state = training.jobOf(job);
        (, bool isFinal, uint256 grade) = court.standingOf(state.docket, state.position, 1);
        try training.settle(job, _attestedBy[job], attestation(job)) {
            vm.assertTrue(isFinal, "settled before the verdict was final");
            bool accepted = training.jobOf(job).status == ITraining.Status.ACCEPTED;
            vm.assertTrue(accepted == (grade != 0), "the final grade decides");
            if (training.jobOf(job).status != ITraining.Status.OPEN) ++payouts[job];
        } catch {
            vm.assertFalse(isFinal, "a judged job waits");
        }
    }

    function cancel(uint256 which) external {
        uint40 job = _pick(which, ITraining.Status.OPEN);
        if (job == 0) return;
        vm.prank(poster);
        training.cancel(job);
        ++payouts[job];
    }

    /// @dev Whatever a job's state, none of these may move money that is not theirs to move.
    function meddle(uint256 which, uint256 who) external {
        uint40 count = training.jobCount();
        if (count == 0) return;
        uint40 job = uint40(1 + which % count);
        ITraining.Status before = training.jobOf(job).status;
        address stranger = _trainer(who);
        vm.prank(stranger);
        try training.settle(job, stranger, attestation(job + 1_000)) {
            vm.assertTrue(false, "settled with an attestation that nobody made");
        } catch {}
        if (before == ITraining.Status.ACCEPTED || before == ITraining.Status.CANCELLED) {
            vm.prank(poster);
            try training.cancel(job) {
                vm.assertTrue(false, "a job ended twice");
            } catch {}
            try training.settle(job, _attestedBy[job], attestation(job)) {
                vm.assertTrue(false, "a job paid twice");
            } catch {}
        }
        vm.assertEq(uint256(training.jobOf(job).status), uint256(before));
    }

    function claim(uint256 who) external {
        _claim(who);
    }

    /// @dev Trainers buy seats back, so that the game goes on after a slash.
    function stake(uint256 who) external {
        address holder = _trainer(who);
        token.transfer(holder, 100_000e18);
        vm.prank(holder);
        try seats.stake(COMPUTE, 1) {} catch {}
    }

    function unstake(uint256 who) external {
        address holder = _trainer(who);
        if (seats.stakeOf(COMPUTE, holder).seats == 0) return;
        vm.prank(holder);
        try seats.unstake(COMPUTE, 1) {} catch {}
    }

    function withdrawStake(uint256 who) external {
        vm.prank(_trainer(who));
        try seats.withdraw(COMPUTE) {} catch {}
    }

    /// @dev Mostly within a lease, sometimes days.
    function pass(uint256 elapsedSeconds, bool long) external {
        skip(bound(elapsedSeconds, 1, long ? 3 days : 40 minutes));
    }

    // ------------------------------------------------------------------------------------------- checks

    function checkJobs() external view {
        for (uint40 job = 1; job <= training.jobCount(); ++job) {
            ITraining.Status status = training.jobOf(job).status;
            bool ended = status == ITraining.Status.ACCEPTED || status == ITraining.Status.CANCELLED;
            vm.assertEq(payouts[job], ended ? 1 : 0, "a job that ended pays exactly once");
        }
    }

    function lockedWei() external view returns (uint256 sum) {
        for (uint256 i; i < people.length; ++i) sum += seats.stakeOf(COMPUTE, people[i]).lockedWei;
    }

    function bondsWei() external view returns (uint256 sum) {
        for (uint40 job = 1; job <= training.jobCount(); ++job) {
            ITraining.Status status = training.jobOf(job).status;
            if (status == ITraining.Status.LEASED || status == ITraining.Status.ATTESTED) sum += BOND;
        }
    }

    // ------------------------------------------------------------------------------------------ details

    function onVerdict(uint40) internal override {}

    function _trainer(uint256 index) private view returns (address) {
        uint256 choice = index % TRAINERS;
        return choice == 0 ? trainer : choice == 1 ? rival : voterNamed(0);
    }

    /// @dev The first job in a status, beginning at a random one; zero when there is none.
    function _pick(uint256 which, ITraining.Status status) private view returns (uint40) {
        uint40 count = training.jobCount();
        for (uint256 i; i < count; ++i) {
            uint40 job = uint40(1 + (which % count + i) % count);
            if (training.jobOf(job).status == status) return job;
        }
        return 0;
    }
}
