// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {TrainingBase} from "./testing/TrainingBase.t.sol";
import {bound, chainTime, vm} from "./testing/Vm.t.sol";

/// @notice Jobs from posting to pay.
contract TrainingTest is TrainingBase {
    // ------------------------------------------------------------------------------------------- posting

    function test_post_escrowsPriceAndCheckFee() public {
        uint256 before = token.balanceOf(poster);
        uint40 job = post();
        vm.assertEq(job, 1);
        vm.assertEq(training.jobCount(), 1);
        vm.assertEq(before - token.balanceOf(poster), PRICE + CHECK_FEE);
        ITraining.Job memory state = training.jobOf(job);
        vm.assertEq(state.poster, poster);
        vm.assertEq(state.priceWei, PRICE);
        vm.assertEq(state.specDigest, SPEC);
        assertStatus(job, ITraining.Status.OPEN);
    }

    function test_post_refusesWhatCannotBeAJob() public {
        uint40 deadline = uint40(chainTime() + 30 days);
        vm.startPrank(poster);
        vm.expectRevert(ITraining.EmptySpec.selector);
        training.post(bytes32(0), BASE, 0, PRICE, deadline);
        vm.expectRevert(abi.encodeWithSelector(ITraining.UnknownBase.selector, bytes32("unknown")));
        training.post(SPEC, "unknown", 0, PRICE, deadline);
        vm.expectPartialRevert(ITraining.BadDeadline.selector);
        training.post(SPEC, BASE, 0, PRICE, uint40(chainTime()));
        vm.expectRevert(abi.encodeWithSelector(ITraining.BadPrice.selector, 0));
        training.post(SPEC, BASE, 0, 0, deadline);
        vm.stopPrank();
    }

    function test_post_refusesAnUnknownParent() public {
        uint40 deadline = uint40(chainTime() + 30 days);
        vm.prank(poster);
        vm.expectRevert();
        training.post(SPEC, BASE, 77, PRICE, deadline);
    }

    function test_post_refusesAPosterWithoutMoney() public {
        vm.prank(rival);
        vm.expectRevert();
        training.post(SPEC, BASE, 0, PRICE, uint40(chainTime() + 30 days));
        vm.assertEq(training.jobCount(), 0);
    }

    // ------------------------------------------------------------------------------------------- claiming

    function test_claim_locksTheBond() public {
        uint40 job = post();
        claimAs(trainer, job);
        ITraining.Job memory state = training.jobOf(job);
        assertStatus(job, ITraining.Status.LEASED);
        vm.assertEq(state.trainer, trainer);
        vm.assertEq(state.leaseEnds, chainTime() + 1 hours);
        vm.assertEq(seats.stakeOf(COMPUTE, trainer).lockedWei, BOND);
    }

    function test_claim_refusesWhoHasNoFreeStake() public {
        uint40 job = post();
        address stranger = person("stranger");
        vm.prank(stranger);
        vm.expectPartialRevert(ISeats.InsufficientStake.selector);
        training.claim(job);
    }

    function test_claim_bondsAddUpToTheStake() public {
        for (uint256 i; i < 4; ++i) claimAs(trainer, post());
        uint40 fifth = post();
        vm.prank(trainer);
        vm.expectPartialRevert(ISeats.InsufficientStake.selector);
        training.claim(fifth);
    }

    function test_attack_claimALeasedJob() public {
        uint40 job = post();
        claimAs(trainer, job);
        vm.prank(rival);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.claim(job);
    }

    function test_claim_refusesAnUnknownJob() public {
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ITraining.UnknownJob.selector, 5));
        training.claim(5);
    }

    function test_claim_refusesAfterTheDeadline() public {
        uint40 job = post();
        uint40 deadline = training.jobOf(job).deadline;
        vm.warp(deadline);
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ITraining.DeadlinePassed.selector, job, deadline));
        training.claim(job);
    }

    // ---------------------------------------------------------------------------------------- heartbeats

    function test_heartbeat_extendsTheLease() public {
        uint40 job = post();
        claimAs(trainer, job);
        skip(50 minutes);
        vm.prank(trainer);
        training.heartbeat(job, 10, keccak256("head"), 3_000_000);
        vm.assertEq(training.jobOf(job).leaseEnds, chainTime() + 1 hours);
    }

    function test_attack_heartbeatForAnothersJob() public {
        uint40 job = post();
        claimAs(trainer, job);
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(ITraining.NotTrainer.selector, job, rival, trainer));
        training.heartbeat(job, 10, keccak256("head"), 3_000_000);
    }

    function test_heartbeat_refusesAfterTheLease() public {
        uint40 job = post();
        claimAs(trainer, job);
        uint40 leaseEnds = training.jobOf(job).leaseEnds;
        vm.warp(leaseEnds);
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ITraining.LeaseOver.selector, job, leaseEnds));
        training.heartbeat(job, 10, keccak256("head"), 3_000_000);
    }

    // ------------------------------------------------------------------------------------- a lost lease

    function test_attack_claimAJobAndSitOnIt() public {
        uint40 job = post();
        claimAs(trainer, job);
        vm.expectPartialRevert(ITraining.LeaseRunning.selector);
        training.expire(job);
        vm.warp(training.jobOf(job).leaseEnds);
        training.expire(job);
        assertStatus(job, ITraining.Status.OPEN);
        ISeats.Stake memory stake = seats.stakeOf(COMPUTE, trainer);
        vm.assertEq(stake.lockedWei, 0, "the rest of the bond is free again");
        vm.assertEq(stake.activeWei, 2_000e18 - BOND / 10, "a tenth of the bond is gone");
        claimAs(rival, job);
        attestAs(rival, job, 1);
    }

    function test_attack_sitOnAJobForEverByHeartbeats() public {
        uint40 job = post();
        claimAs(trainer, job);
        uint256 deadline = training.jobOf(job).deadline;
        // Heartbeats keep a lease, but not beyond the job's deadline and one lease more.
        uint256 held;
        while (held < 60 days) {
            skip(59 minutes);
            held += 59 minutes;
            vm.prank(trainer);
            try training.heartbeat(job, 1, keccak256("idle"), 1) {} catch { break; }
        }
        vm.assertLe(training.jobOf(job).leaseEnds, deadline + 1 hours);
        vm.warp(deadline + 2 hours);
        training.expire(job);
        uint256 before = token.balanceOf(poster);
        vm.prank(poster);
        training.cancel(job);
        vm.assertGe(token.balanceOf(poster) + _earned(poster), before + PRICE);
    }

    function test_expire_cannotHappenTwice() public {
        uint40 job = post();
        claimAs(trainer, job);
        vm.warp(training.jobOf(job).leaseEnds);
        training.expire(job);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.expire(job);
    }

    // ---------------------------------------------------------------------------------------- attesting

    function test_attest_putsOneItemBeforeTheCourt() public {
        uint40 job = post();
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        assertStatus(job, ITraining.Status.ATTESTED);
        ITraining.Job memory state = training.jobOf(job);
        vm.assertEq(state.docket, court.openDocket(COMPUTE));
        vm.assertEq(court.docketOf(state.docket).items, 1);
    }

    function test_attack_attestAfterTheLease() public {
        uint40 job = post();
        claimAs(trainer, job);
        uint40 leaseEnds = training.jobOf(job).leaseEnds;
        vm.warp(leaseEnds);
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ITraining.LeaseOver.selector, job, leaseEnds));
        training.attest(job, attestation(1));
    }

    function test_attack_attestAnothersJob() public {
        uint40 job = post();
        claimAs(trainer, job);
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(ITraining.NotTrainer.selector, job, rival, trainer));
        training.attest(job, attestation(1));
    }

    function test_attack_attestTwice() public {
        uint40 job = post();
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        vm.prank(trainer);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.attest(job, attestation(2));
    }

    function test_attack_attestAnothersAdapter() public {
        // The rival waits for the trainer's attestation and passes it off as their own: settling names the trainer.
        uint40 job = judgedJob(3);
        vm.expectRevert(abi.encodeWithSelector(ITraining.AttestationMismatch.selector, job));
        training.settle(job, rival, attestation(1));
        training.settle(job, trainer, attestation(1));
        vm.assertFalse(training.isAccepted(job, rival, attestation(1)));
    }

    function test_attest_refusesAnEmptyAttestation() public {
        uint40 job = post();
        claimAs(trainer, job);
        ITraining.Attestation memory empty = attestation(1);
        empty.adapterDigest = 0;
        vm.prank(trainer);
        vm.expectRevert(ITraining.BadAttestation.selector);
        training.attest(job, empty);
    }

    // ------------------------------------------------------------------------------------------ settling

    function test_settle_paysTheTrainerAndFreesTheBond() public {
        uint40 job = acceptedJob();
        assertStatus(job, ITraining.Status.ACCEPTED);
        vm.assertGe(_earned(trainer), PRICE);
        vm.assertEq(seats.stakeOf(COMPUTE, trainer).lockedWei, 0);
        vm.assertTrue(training.isAccepted(job, trainer, attestation(1)));
        vm.assertFalse(training.isAccepted(job, trainer, attestation(2)));
    }

    function test_settle_waitsForTheVerdict() public {
        uint40 job = post();
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        training.settle(job, trainer, attestation(1));
    }

    function test_attack_terminalJobPaysTwice() public {
        uint40 job = acceptedJob();
        uint256 earnedWei = _earned(trainer);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.settle(job, trainer, attestation(1));
        vm.prank(poster);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.cancel(job);
        vm.assertEq(_earned(trainer), earnedWei);
    }

    function testFuzz_attack_evaluationMadeUpAfterTheFact(uint8 field, uint64 change) public {
        uint40 job = judgedJob(3);
        ITraining.Attestation memory altered = attestation(1);
        field = uint8(bound(field, 0, 4));
        change = uint64(bound(change, 1, type(uint32).max - 1_000));
        if (field == 0) altered.adapterDigest ^= bytes32(uint256(change));
        if (field == 1) altered.lossBeforeMicronats += change;
        if (field == 2) altered.lossAfterMicronats += change;
        if (field == 3) altered.tokens += change;
        if (field == 4) altered.steps += uint32(change);
        vm.expectRevert(abi.encodeWithSelector(ITraining.AttestationMismatch.selector, job));
        training.settle(job, trainer, altered);
        vm.assertFalse(training.isAccepted(job, trainer, altered));
    }

    function test_attack_fraudCostsTheBondAndReopensTheJob() public {
        uint40 job = judgedJob(0);
        uint256 activeBefore = seats.stakeOf(COMPUTE, trainer).activeWei;
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.OPEN);
        ISeats.Stake memory stake = seats.stakeOf(COMPUTE, trainer);
        vm.assertEq(activeBefore - stake.activeWei, BOND);
        vm.assertEq(stake.lockedWei, 0);
        vm.assertFalse(training.isAccepted(job, trainer, attestation(1)));
        // Another trainer can do it properly; the check of the second attestation is paid as well.
        claimAs(rival, job);
        attestAs(rival, job, 2);
        closeAndJudge(COMPUTE, 3);
        training.settle(job, rival, attestation(2));
        vm.assertGe(_earned(rival), PRICE);
    }

    // ---------------------------------------------------------------------------------------- cancelling

    function test_cancel_returnsEverythingToThePoster() public {
        uint256 before = token.balanceOf(poster);
        uint40 job = post();
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(ITraining.NotPoster.selector, job, rival, poster));
        training.cancel(job);
        vm.prank(poster);
        training.cancel(job);
        assertStatus(job, ITraining.Status.CANCELLED);
        vm.assertEq(token.balanceOf(poster) + _earned(poster), before);
        vm.prank(poster);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.cancel(job);
    }

    function test_cancel_byAnyoneAfterTheDeadline() public {
        uint256 before = token.balanceOf(poster);
        uint40 job = post();
        vm.warp(training.jobOf(job).deadline);
        vm.prank(rival);
        training.cancel(job);
        vm.assertEq(token.balanceOf(poster) + _earned(poster), before);
    }

    function test_attack_posterCancelsUnderTheTrainersHands() public {
        uint40 job = post();
        claimAs(trainer, job);
        vm.prank(poster);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.cancel(job);
        attestAs(trainer, job, 1);
        vm.warp(uint256(training.jobOf(job).deadline) + 1);
        vm.prank(poster);
        vm.expectPartialRevert(ITraining.WrongStatus.selector);
        training.cancel(job);
    }

    function test_settle_afterMaxAttemptsTheJobIsOver() public {
        uint40 job = post();
        uint256 paidWei = PRICE + CHECK_FEE;
        for (uint256 i; i < 5; ++i) {
            address who = voterNamed(i);
            seatHolder(COMPUTE, who, 1);
            claimAs(who, job);
            attestAs(who, job, i);
            closeAndJudge(COMPUTE, 0);
            training.settle(job, who, attestation(i));
        }
        vm.assertNotEq(statusOf(job), uint256(ITraining.Status.LEASED));
        if (statusOf(job) == uint256(ITraining.Status.OPEN)) {
            vm.prank(rival);
            vm.expectRevert();
            training.claim(job);
            vm.prank(poster);
            training.cancel(job);
        }
        assertStatus(job, ITraining.Status.CANCELLED);
        vm.assertGe(token.balanceOf(poster) + _earned(poster), 1_000_000e18 - paidWei + PRICE);
    }

    function _earned(address account) internal view returns (uint256) {
        (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(account);
        return earnedWei - claimedWei;
    }
}
