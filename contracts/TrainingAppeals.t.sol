// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {TrainingBase} from "./testing/TrainingBase.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Attestations before a larger committee, paused claims, and the stake that Training knows.
contract TrainingAppealsTest is TrainingBase {
    function test_appeal_byTheTrainerTurnsARejection() public {
        uint40 job = settledJob(0);
        uint40 id = appealAs(trainer, job);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        training.settle(job, trainer, attestation(1));
        skip(12 hours);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        training.settle(job, trainer, attestation(1));
        court.draw(id);
        settleWith(id, 2);
        vm.expectPartialRevert(ICourt.StillAppealable.selector);
        training.settle(job, trainer, attestation(1));
        skip(12 hours);
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.ACCEPTED);
        (uint256 earnedWei,) = vault.earnedBy(trainer);
        vm.assertGe(earnedWei, PRICE + 70e18, "the price and the bond of seven");
    }

    function test_appeal_byAThirdPartyOfAnAcceptance() public {
        uint40 job = settledJob(3);
        address stranger = person("stranger");
        give(stranger, 1_000e18, address(vault));
        uint40 id = appealAs(stranger, job);
        skip(60);
        court.draw(id);
        judge(id, 0);
        training.settle(job, trainer, attestation(1));
        assertStatus(job, ITraining.Status.OPEN);
        (uint256 earnedWei,) = vault.earnedBy(stranger);
        vm.assertEq(earnedWei, 70e18, "the stranger's bond");
    }

    function test_appeal_onlyOfAnAttestation() public {
        uint40 job = post();
        vm.expectRevert(
            abi.encodeWithSelector(
                ITraining.WrongStatus.selector, job, ITraining.Status.OPEN, ITraining.Status.ATTESTED
            )
        );
        training.appeal(job);
    }

    function test_attack_settleAJobThatCanBeAppealedStill() public {
        uint40 job = settledJob(3);
        vm.expectPartialRevert(ICourt.StillAppealable.selector);
        training.settle(job, trainer, attestation(1));
    }

    // ------------------------------------------------------------------------------------------- pausing

    function test_attack_pausedClaimsDoNotStopPayouts() public {
        uint40 leased = post();
        claimAs(trainer, leased);
        uint40 open = post();
        vm.expectEmit();
        emit ITraining.ClaimsPausedSet(true, address(this));
        training.pauseClaims();
        vm.prank(rival);
        vm.expectRevert(ITraining.ClaimsArePaused.selector);
        training.claim(open);
        attestAs(trainer, leased, 1);
        closeAndJudge(COMPUTE, 3);
        training.settle(leased, trainer, attestation(1));
        vm.assertEq(vault.claim(trainer) >= PRICE, true);
        vm.prank(poster);
        training.cancel(open);
        training.unpauseClaims();
        uint40 later = post();
        claimAs(rival, later);
    }

    function test_pause_belongsToTheAuthority() public {
        vm.startPrank(address(0xbad));
        bytes memory refusal =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad));
        vm.expectRevert(refusal);
        training.pauseClaims();
        vm.expectRevert(refusal);
        training.unpauseClaims();
    }

    // --------------------------------------------------------------------------------------------- stake

    function test_noteStake_belongsToSeats() public {
        vm.expectRevert(abi.encodeWithSelector(ITraining.NotSeats.selector, address(this)));
        training.noteStake(trainer, 1);
    }

    /// @dev Training's note equals the stake after everything that changes it: else a claim would bond what is not there.
    function test_attack_claimWithStakeThatIsGone() public {
        uint40 job = post();
        vm.prank(trainer);
        seats.unstake(COMPUTE, 2);
        vm.prank(trainer);
        vm.expectRevert(abi.encodeWithSelector(ISeats.InsufficientStake.selector, trainer, uint256(0), BOND));
        training.claim(job);
        vm.prank(address(training));
        seats.slash(COMPUTE, rival, 1_600e18);
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(ISeats.InsufficientStake.selector, rival, uint256(400e18), BOND));
        training.claim(job);
        token.transfer(rival, 1_600e18);
        vm.prank(rival);
        seats.stake(COMPUTE, 0);
        claimAs(rival, job);
    }

    function test_noteStake_ofAnEvictedSeatIsNothing() public {
        uint40 job = post();
        vm.prank(address(training));
        seats.slash(COMPUTE, voterNamed(0), 501e18);
        seats.evict(COMPUTE, voterNamed(0));
        vm.prank(voterNamed(0));
        vm.expectRevert(
            abi.encodeWithSelector(ISeats.InsufficientStake.selector, voterNamed(0), uint256(0), BOND)
        );
        training.claim(job);
    }

    // -------------------------------------------------------------------------------------------- details

    /// @dev A job whose attestation has its first verdict, which can be appealed still.
    function settledJob(uint256 grade) private returns (uint40 job) {
        job = post();
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        uint40 docket = closeAndDraw(COMPUTE);
        settleWith(docket, grade);
    }

    /// @dev Three draws before, seven now.
    function appealAs(address appellant, uint40 job) private returns (uint40) {
        if (appellant == trainer) give(trainer, 70e18, address(vault));
        vm.prank(appellant);
        return training.appeal(job);
    }
}
