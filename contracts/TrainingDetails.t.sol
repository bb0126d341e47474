// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IModels} from "./interfaces/IModels.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {TrainingBase} from "./testing/TrainingBase.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice Says no to everything, with a reason.
contract RefusingVault {
    error Refused(uint256 reason);

    fallback() external {
        revert Refused(7);
    }
}

/// @notice What Training and Models say in events and views, word for word, and the ends of their ranges.
contract TrainingDetailsTest is TrainingBase {
    // ------------------------------------------------------------------------------------------- events

    function test_events_ofAnAcceptedJob() public {
        uint40 deadline = uint40(chainTime() + 30 days);
        vm.prank(poster);
        vm.expectEmit(address(training));
        emit ITraining.JobPosted(1, poster, SPEC, BASE, 0, PRICE, uint96(CHECK_FEE), deadline);
        training.post(SPEC, BASE, 0, PRICE, deadline);
        vm.prank(trainer);
        vm.expectEmit(address(training));
        emit ITraining.JobClaimed(1, trainer, uint40(chainTime() + 1 hours), uint96(BOND));
        training.claim(1);
        skip(10 minutes);
        vm.prank(trainer);
        vm.expectEmit(address(training));
        emit ITraining.Heartbeat(1, trainer, 7, "head", 99, uint40(chainTime() + 1 hours));
        training.heartbeat(1, 7, "head", 99);
        uint40 docket = court.openDocket(COMPUTE);
        vm.prank(trainer);
        vm.expectEmit(address(training));
        emit ITraining.Attested(1, trainer, docket, 0, attestation(1));
        training.attest(1, attestation(1));
        closeAndJudge(COMPUTE, 3);
        skip(12 hours);
        vm.expectEmit(address(training));
        emit ITraining.JobAccepted(1, trainer, PRICE);
        training.settle(1, trainer, attestation(1));
        vm.expectEmit(address(models));
        emit IModels.Released(1, 1, 1, 0, SPEC, trainer, attestation(1));
        models.release(1, trainer, attestation(1));
    }

    function test_events_ofARejectedAndOfACancelledJob() public {
        uint40 job = judgedJob(0);
        skip(12 hours);
        vm.expectEmit(address(training));
        emit ITraining.AttestationRejected(job, trainer, BOND, BOND - CHECK_FEE);
        training.settle(job, trainer, attestation(1));
        vm.assertEq(uint256(training.jobOf(job).attempts), 1);
        vm.prank(poster);
        vm.expectEmit(address(training));
        emit ITraining.JobCancelled(job, PRICE + CHECK_FEE);
        training.cancel(job);
        assertStatus(job, ITraining.Status.CANCELLED);
        vm.assertEq(uint256(training.jobOf(job).attempts), 1);
    }

    function test_events_ofARejectionAfterTheDeadline() public {
        uint40 job = judgedJob(0);
        skip(31 days);
        vm.expectEmit(address(training));
        emit ITraining.AttestationRejected(job, trainer, BOND, BOND);
        vm.expectEmit(address(training));
        emit ITraining.JobCancelled(job, PRICE);
        training.settle(job, trainer, attestation(1));
        _assertEarned(poster, BOND + PRICE);
    }

    function test_events_ofALeaseThatRanOut() public {
        uint40 job = post();
        claimAs(trainer, job);
        uint256 ends = training.jobOf(job).leaseEnds;
        vm.warp(ends - 1);
        vm.expectRevert(abi.encodeWithSelector(ITraining.LeaseRunning.selector, job, ends));
        training.expire(job);
        vm.warp(ends);
        vm.expectEmit(address(training));
        emit ITraining.LeaseExpired(job, trainer, BOND / 10);
        training.expire(job);
        _assertEarned(poster, BOND / 10);
        vm.assertEq(training.bondedWei(trainer), 0);
        assertStatus(job, ITraining.Status.OPEN);
    }

    function test_events_ofPauses() public {
        vm.expectEmit(address(training));
        emit ITraining.ClaimsPausedSet(true, address(this));
        training.pauseClaims();
        vm.assertTrue(training.claimsPaused());
        vm.expectEmit(address(training));
        emit ITraining.ClaimsPausedSet(false, address(this));
        training.unpauseClaims();
        vm.assertFalse(training.claimsPaused());
    }

    function test_events_ofBases() public {
        vm.expectEmit(address(models));
        emit IModels.BaseAdded("other", "llama", "tiny", "MIT");
        models.addBase("other", "llama", "tiny", "MIT");
        vm.expectEmit(address(models));
        emit IModels.BaseRemoved("other");
        models.removeBase("other");
        vm.expectRevert(abi.encodeWithSelector(IModels.UnknownBase.selector, bytes32(0)));
        models.addBase(0, "llama", "tiny", "MIT");
        models.addBase(bytes32(uint256(1)), "llama", "tiny", "MIT");
        vm.assertTrue(models.isBase(bytes32(uint256(1))));
    }

    // ------------------------------------------------------------------------------------------- ranges

    function test_post_acceptsBothEndsOfADeadline() public {
        uint256 earliest = chainTime() + 1 hours;
        uint256 latest = chainTime() + 365 days;
        vm.startPrank(poster);
        training.post(SPEC, BASE, 0, PRICE, uint40(earliest));
        training.post(SPEC, BASE, 0, PRICE, uint40(latest));
        bytes4 bad = ITraining.BadDeadline.selector;
        vm.expectRevert(abi.encodeWithSelector(bad, earliest - 1, earliest, latest));
        training.post(SPEC, BASE, 0, PRICE, uint40(earliest - 1));
        vm.expectRevert(abi.encodeWithSelector(bad, latest + 1, earliest, latest));
        training.post(SPEC, BASE, 0, PRICE, uint40(latest + 1));
        vm.stopPrank();
    }

    function test_post_acceptsBothEndsOfAPrice() public {
        uint40 deadline = uint40(chainTime() + 1 days);
        vm.startPrank(poster);
        uint40 job = training.post(SPEC, BASE, 0, 1e15, deadline);
        vm.assertEq(uint256(training.jobOf(job).priceWei), 1e15);
        uint96[3] memory bad = [uint96(1e15 - 1), 1e15 + 1, uint96((uint256(1) << 40) * 1e15)];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ITraining.BadPrice.selector, bad[i]));
            training.post(SPEC, BASE, 0, bad[i], deadline);
        }
        vm.stopPrank();
        give(poster, 100_000_000e18, address(vault));
        vm.prank(poster);
        job = training.post(SPEC, BASE, 0, 50_000_000e18, deadline);
        vm.assertEq(uint256(training.jobOf(job).priceWei), 50_000_000e18);
    }

    function test_post_keepsTheParentAndRefusesTheNext() public {
        uint40 deadline = uint40(chainTime() + 30 days);
        vm.prank(poster);
        vm.expectRevert(abi.encodeWithSelector(ITraining.UnknownParent.selector, 1));
        training.post(SPEC, BASE, 1, PRICE, deadline);
        models.release(acceptedJob(), trainer, attestation(1));
        uint40 job = postWithParent(1);
        ITraining.Job memory state = training.jobOf(job);
        vm.assertEq(uint256(state.parentRelease), 1);
        vm.assertEq(state.poster, poster);
        vm.assertEq(state.specDigest, SPEC);
        vm.assertEq(uint256(state.deadline), chainTime() + 30 days);
        vm.assertEq(uint256(state.attempts), 0);
        vm.prank(poster);
        vm.expectRevert(abi.encodeWithSelector(ITraining.UnknownParent.selector, 2));
        training.post(SPEC, BASE, 2, PRICE, uint40(chainTime() + 30 days));
    }

    function test_claim_inTheLastSecondBeforeTheDeadline() public {
        uint40 job = post();
        uint256 deadline = training.jobOf(job).deadline;
        uint256 snapshot = vm.snapshotState();
        vm.warp(deadline);
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ITraining.DeadlinePassed.selector, job, deadline));
        training.claim(job);
        vm.revertToState(snapshot);
        vm.warp(deadline - 1);
        claimAs(trainer, job);
        vm.assertEq(uint256(training.jobOf(job).leaseEnds), deadline, "no lease outlasts the deadline");
    }

    function test_heartbeat_untilTheLeasesLastSecond() public {
        uint40 job = post();
        claimAs(trainer, job);
        uint256 ends = training.jobOf(job).leaseEnds;
        vm.warp(ends);
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ITraining.LeaseOver.selector, job, ends));
        training.heartbeat(job, 1, "head", 1);
        vm.warp(ends - 1);
        vm.prank(trainer);
        training.heartbeat(job, 1, "head", 1);
        vm.assertEq(uint256(training.jobOf(job).leaseEnds), ends - 1 + 1 hours);
    }

    function test_attest_refusesEachEmptyField() public {
        uint40 job = post();
        claimAs(trainer, job);
        for (uint256 field; field < 4; ++field) {
            ITraining.Attestation memory empty = attestation(1);
            if (field == 0) empty.adapterDigest = 0;
            if (field == 1) empty.transcriptHead = 0;
            if (field == 2) empty.reportDigest = 0;
            if (field == 3) empty.steps = 0;
            vm.prank(trainer);
            vm.expectRevert(ITraining.BadAttestation.selector);
            training.attest(job, empty);
        }
        ITraining.Attestation memory least = attestation(1);
        (least.adapterDigest, least.transcriptHead) = (bytes32(uint256(1)), bytes32(uint256(1)));
        (least.reportDigest, least.steps) = (bytes32(uint256(1)), 1);
        vm.prank(trainer);
        training.attest(job, least);
        assertStatus(job, ITraining.Status.ATTESTED);
    }

    function test_cancel_fromTheDeadlineOnByAnyone() public {
        uint40 job = post();
        uint256 deadline = training.jobOf(job).deadline;
        vm.warp(deadline - 1);
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(ITraining.NotPoster.selector, job, rival, poster));
        training.cancel(job);
        vm.warp(deadline);
        vm.prank(rival);
        training.cancel(job);
        _assertEarned(poster, PRICE + CHECK_FEE);
    }

    function test_settle_readsItsOwnItemOnly() public {
        uint40 first = post();
        claimAs(trainer, first);
        attestAs(trainer, first, 1);
        uint40 second = post();
        claimAs(rival, second);
        attestAs(rival, second, 2);
        vm.assertEq(uint256(training.jobOf(first).docket), training.jobOf(second).docket);
        vm.assertEq(uint256(training.jobOf(second).position), 1);
        // The first is rejected, the second accepted.
        closeAndJudge(COMPUTE, 0xc);
        skip(12 hours);
        training.settle(first, trainer, attestation(1));
        assertStatus(first, ITraining.Status.OPEN);
        training.settle(second, rival, attestation(2));
        assertStatus(second, ITraining.Status.ACCEPTED);
    }

    function test_views_ofWhatIsNotThere() public {
        vm.expectRevert(abi.encodeWithSelector(ITraining.UnknownJob.selector, 1));
        training.jobOf(1);
        uint40 job = post();
        vm.assertFalse(training.isAccepted(job, trainer, attestation(1)));
        vm.assertEq(uint256(training.jobOf(job).leaseEnds), 0);
        vm.assertEq(uint256(training.jobOf(job).docket), 0);
        claimAs(trainer, job);
        vm.assertEq(training.jobOf(job).trainer, trainer);
        vm.assertEq(uint256(training.jobOf(job).docket), 0);
        attestAs(trainer, job, 1);
        vm.assertEq(training.jobOf(job).trainer, address(0), "a hash is all that is kept");
        vm.assertFalse(training.isAccepted(job, trainer, attestation(1)));
    }

    function test_setBase_belongsToModels() public {
        vm.expectRevert(abi.encodeWithSelector(ITraining.NotModels.selector, address(this)));
        training.setBase(BASE, false);
    }

    /// @dev bondedWei 96 | activeWei 96 | claims 64, in whichever slot the compiler chose.
    function test_bonds_lieAsTheirCommentSays() public {
        uint40 job = post();
        claimAs(trainer, job);
        claimAs(trainer, post());
        uint256 expected = (2 * BOND) | (uint256(2_000e18) << 96) | (uint256(2) << 192);
        bool found;
        for (uint256 slot; slot < 10; ++slot) {
            if (vm.load(address(training), keccak256(abi.encode(trainer, slot))) == bytes32(expected)) found = true;
        }
        vm.assertTrue(found);
        vm.assertEq(training.bondedWei(trainer), 2 * BOND);
    }

    /// @dev Between two accepted ones, in one docket.
    function test_settle_ofARejectionAmongAcceptances() public {
        uint40[3] memory jobs = _threeJobs();
        closeAndJudge(COMPUTE, 0x33);
        skip(12 hours);
        training.settle(jobs[1], rival, attestation(2));
        assertStatus(jobs[1], ITraining.Status.OPEN);
        training.settle(jobs[0], trainer, attestation(1));
        assertStatus(jobs[0], ITraining.Status.ACCEPTED);
        training.settle(jobs[2], trainer, attestation(3));
        assertStatus(jobs[2], ITraining.Status.ACCEPTED);
    }

    /// @dev The same where another job of the docket was appealed, so that the court is asked for each.
    function test_settle_besideAnAppealReadsItsOwnItemOnly() public {
        uint40[3] memory jobs = _threeJobs();
        settleWith(closeAndDraw(COMPUTE), 0x33);
        give(rival, 10_000e18, address(vault));
        uint40 docket = training.jobOf(jobs[2]).docket;
        vm.prank(rival);
        uint40 id = training.appeal(jobs[2]);
        vm.assertEq(uint256(court.docketOf(id).items), 1, "one attestation");
        vm.assertEq(uint256(court.appealOf(id).docket), docket);
        vm.assertEq(uint256(court.appealOf(id).position), 2);
        skip(12 hours);
        training.settle(jobs[1], rival, attestation(2));
        assertStatus(jobs[1], ITraining.Status.OPEN);
    }

    function test_reject_atTheDeadlineEndsTheJob() public {
        uint40 job = judgedJob(0);
        uint256 snapshot = vm.snapshotState();
        uint256 deadline = training.jobOf(job).deadline;
        vm.warp(deadline - 1);
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.OPEN);
        vm.revertToState(snapshot);
        vm.warp(deadline);
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.CANCELLED);
    }

    /// @dev What is left of the stake pays one more check, and nothing to the poster.
    function test_reject_whereTheStakeJustPaysTheNextCheck() public {
        uint40 job = judgedJob(0);
        skip(12 hours);
        vm.prank(address(training));
        seats.slash(COMPUTE, trainer, 2_000e18 - CHECK_FEE);
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.OPEN);
        _assertEarned(poster, 0);
    }

    function test_reject_whereTheStakePaysNoCheckEndsTheJob() public {
        uint40 job = judgedJob(0);
        skip(12 hours);
        vm.prank(address(training));
        seats.slash(COMPUTE, trainer, 2_000e18 - CHECK_FEE + 1);
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.CANCELLED);
        _assertEarned(poster, PRICE + CHECK_FEE - 1);
    }

    function test_reject_paysThePosterTheRestOfTheBond() public {
        uint40 job = judgedJob(0);
        skip(12 hours);
        training.settle(job, trainer, attestation(1));
        _assertEarned(poster, BOND - CHECK_FEE);
    }

    function test_settle_passesOnWhyTheVaultRefuses() public {
        uint40 job = judgedJob(3);
        skip(12 hours);
        vm.etch(address(vault), address(new RefusingVault()).code);
        vm.expectRevert(abi.encodeWithSelector(RefusingVault.Refused.selector, 7));
        training.settle(job, trainer, attestation(1));
    }

    /// @dev 176 bits of the hash of trainer and attestation, above docket and position.
    function test_attest_keepsAHashOfAllItSays() public {
        uint40 job = post();
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        uint256 hash = uint256(keccak256(abi.encode(trainer, attestation(1))));
        bool found;
        for (uint256 slot; slot < 10; ++slot) {
            uint256 record = uint256(keccak256(abi.encode(uint256(job), slot)));
            for (uint256 k; k < 6; ++k) {
                uint256 word = uint256(vm.load(address(training), bytes32(record + k)));
                if (word >> 80 == uint256(uint176(hash))) found = true;
            }
        }
        vm.assertTrue(found);
    }

    function _threeJobs() private returns (uint40[3] memory jobs) {
        address[3] memory who = [trainer, rival, trainer];
        for (uint256 i; i < 3; ++i) {
            jobs[i] = post();
            claimAs(who[i], jobs[i]);
            attestAs(who[i], jobs[i], i + 1);
        }
    }

    function _assertEarned(address account, uint256 expectedWei) private view {
        (uint256 earnedWei,) = vault.earnedBy(account);
        vm.assertEq(earnedWei, expectedWei, "earned");
    }
}
