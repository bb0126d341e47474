// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice Bugs that auditors found in protocols like this one, tried here.
contract AuditFindingsTest is CourtTest {
    address private alice = address(0xa11ce);

    // ---------------------------------------------------------------------------------------- thresholds

    /// @dev A quorum or tolerance of 0 % lets one voter decide, or charges every honest one; 100 % never passes. The
    /// parameters refuse both, and whatever they say a verdict needs three draws and more than half.
    function test_attack_thresholdOfZeroOrOneHundredPercent() public {
        IParameters.PoolRules memory rules = poolRules()[TEXT];
        rules.toleranceBps = 10_000;
        vm.expectPartialRevert(IParameters.ParameterOutOfRange.selector);
        parameters.setPoolRules(TEXT, rules);
        rules.toleranceBps = 0;
        parameters.setPoolRules(TEXT, rules);
        seatVoters(TEXT, 7);
        uint40 docket = drawnAgain(4, 0);
        // Two of five draws are no quorum, though both agree.
        for (uint8 i; i < 2; ++i) commitOne(docket, i, 0xff);
        toReveals(docket);
        for (uint8 i; i < 2; ++i) revealOne(docket, i, 0xff);
        toSettling(docket);
        court.settle(docket);
        assertPhase(docket, ICourt.Phase.DRAWING);
        // With no tolerance at all, who agrees in every item is still not charged.
        skip(60);
        court.draw(docket);
        settleWith(docket, 0xff);
        for (uint256 i; i < 7; ++i) {
            vm.assertGe(seats.activeWeiOf(TEXT, voterNamed(i)), SEAT - 20e18, "charged once, for silence");
        }
    }

    // ------------------------------------------------------------------------------------------- slots

    /// @dev Leases that cost nothing were taken in bulk to keep others out. Here each one bonds stake of its own.
    function test_attack_freeClaimFarmedForSlots() public {
        bytes32 base = keccak256("base");
        models.addBase(base, "gpt2", "tiny", "MIT");
        token.approve(address(vault), type(uint256).max);
        seatHolder(COMPUTE, alice, 2);
        uint40 deadline = uint40(chainTime() + 1 days);
        for (uint40 job = 1; job <= 5; ++job) training.post(keccak256("spec"), base, 0, 1e18, deadline);
        vm.startPrank(alice);
        for (uint40 job = 1; job <= 4; ++job) training.claim(job);
        vm.expectRevert(
            abi.encodeWithSelector(ISeats.InsufficientStake.selector, alice, uint256(0), uint256(500e18))
        );
        training.claim(5);
        vm.stopPrank();
        // Sitting on them costs a part of every bond, and the jobs open again.
        skip(1 hours);
        for (uint40 job = 1; job <= 4; ++job) training.expire(job);
        vm.assertEq(seats.activeWeiOf(COMPUTE, alice), 2 * SEAT - 4 * 50e18);
        vm.assertEq(uint256(training.jobOf(1).status), uint256(ITraining.Status.OPEN));
    }

    // ------------------------------------------------------------------------------------------- leaving

    /// @dev A first small unstake started the clock, and a large one after it rode along.
    function test_attack_coolDownBypassedByAFirstSmallUnstake() public {
        seatHolder(TEXT, alice, 10);
        vm.startPrank(alice);
        seats.unstake(TEXT, 1);
        vm.warp(block.timestamp + 7 days - 1);
        seats.unstake(TEXT, 9);
        vm.warp(block.timestamp + 1);
        vm.expectPartialRevert(ISeats.StillThawing.selector);
        seats.withdraw(TEXT);
        vm.warp(block.timestamp + 7 days - 2);
        vm.expectPartialRevert(ISeats.StillThawing.selector);
        seats.withdraw(TEXT);
        vm.warp(block.timestamp + 1);
        vm.assertEq(seats.withdraw(TEXT), 10 * SEAT);
    }

    /// @dev Leaving, or letting oneself be evicted, must never cost less than being slashed: what thaws is charged as what
    /// is seated, to the last second.
    function test_attack_cheaperExitBeforeTheSlash() public {
        uint40 docket = drawn(5, 4, 0);
        address leaver = court.committee(docket)[0];
        address stayer = court.committee(docket)[1];
        vm.prank(leaver);
        seats.unstake(TEXT, 1);
        toSettling(docket);
        court.settle(docket);
        uint256 lostByLeaving = SEAT - seats.stakeOf(TEXT, leaver).thawingWei;
        uint256 lostByStaying = SEAT - seats.activeWeiOf(TEXT, stayer);
        vm.assertEq(lostByLeaving, lostByStaying);
        vm.assertEq(lostByLeaving, 20e18);
    }

    /// @dev Adding to a lock that had run out locked the old part anew, or set the new part free. Here stake that thawed
    /// stays the holder's to take, whatever is staked beside it.
    function test_attack_topUpOfAnExpiredLock() public {
        seatHolder(TEXT, alice, 2);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        skip(8 days);
        seatHolder(TEXT, alice, 3);
        ISeats.Stake memory stake = seats.stakeOf(TEXT, alice);
        vm.assertEq(uint256(stake.activeWei), 4 * SEAT);
        vm.assertEq(uint256(stake.thawingWei), SEAT);
        vm.startPrank(alice);
        vm.assertEq(seats.withdraw(TEXT), SEAT);
        vm.expectPartialRevert(ISeats.NothingThawing.selector);
        seats.withdraw(TEXT);
        vm.assertEq(uint256(seats.stakeOf(TEXT, alice).activeWei), 4 * SEAT);
    }

    /// @dev Stake that took effect later entered draws that had been fixed before. The committee is that of the closing.
    function test_attack_delayedStakeAppliedWhileDrawn() public {
        seatVoters(TEXT, 5);
        (uint40 docket,) = enqueue(TEXT, 4, 0);
        skip(1 hours);
        court.close(TEXT);
        seatHolder(TEXT, alice, 64);
        skip(60);
        court.draw(docket);
        address[] memory voters = court.committee(docket);
        for (uint256 i; i < voters.length; ++i) vm.assertNotEq(voters[i], alice);
        vm.assertEq(uint256(court.docketOf(docket).seats), 5);
    }

    // ----------------------------------------------------------------------------------------- coherence

    /// @dev In a tie both halves were paid, or neither. The lower median decides: who voted with it is coherent, and who
    /// voted against it is not, for every split of an even committee.
    function test_attack_tieCoherence() public {
        seatVoters(TEXT, 4);
        IParameters.PoolRules memory rules = poolRules()[TEXT];
        rules.committeeSize = 4;
        rules.toleranceBps = 0;
        parameters.setPoolRules(TEXT, rules);
        uint40 docket = drawnAgain(1, 4e18);
        for (uint8 i; i < 4; ++i) commitOne(docket, i, i < 2 ? 3 : 0);
        toReveals(docket);
        for (uint8 i; i < 4; ++i) revealOne(docket, i, i < 2 ? 3 : 0);
        address[] memory voters = court.committee(docket);
        court.settle(docket);
        vm.assertEq(court.docketOf(docket).verdict, 0, "not more than half accept");
        for (uint256 i; i < 4; ++i) {
            bool accepted = i < 2;
            vm.assertEq(earned(voters[i]), accepted ? 0 : 7e18, "the fee and two penalties of five");
            vm.assertEq(SEAT - seats.activeWeiOf(TEXT, voters[i]), accepted ? 5e18 : 0);
        }
    }
}
