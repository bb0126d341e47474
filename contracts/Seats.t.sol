// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISeats} from "./interfaces/ISeats.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

contract SeatsTest is ProtocolTest {
    uint256 private constant SEAT = 1_000e18;
    address private alice = address(0xa11ce);
    address private bob = address(0xb0b);
    address private carol = address(0xca201);

    // --------------------------------------------------------------------------------------------- staking

    function test_stake_takesSeatsForTheirPrice() public {
        seatHolder(TEXT, alice, 3);
        _assertStake(TEXT, alice, 3 * SEAT, 0, 3);
        vm.assertEq(token.balanceOf(address(seats)), 3 * SEAT);
        (uint48 moment, uint24 count) = seats.occupancy(TEXT);
        vm.assertEq(uint256(moment), 3);
        vm.assertEq(uint256(count), 3);
        vm.assertEq(seats.holderAt(TEXT, 2, 3), alice);
        vm.assertEq(seats.holderAt(TEXT, 2, 2), address(0));
        vm.assertEq(seats.activeWeiOf(TEXT, alice), 3 * SEAT);
    }

    function test_stake_ofOnePoolIsNotOfAnother() public {
        seatHolder(TEXT, alice, 1);
        _assertStake(COMPUTE, alice, 0, 0, 0);
        vm.assertEq(seats.holderAt(COMPUTE, 0, 1), address(0));
    }

    function test_stake_refusesNothingAndUnknownPools() public {
        vm.startPrank(alice);
        vm.expectRevert(ISeats.NoSeats.selector);
        seats.stake(TEXT, 0);
        vm.expectRevert(abi.encodeWithSelector(ISeats.UnknownPool.selector, 4));
        seats.stake(4, 1);
    }

    function test_attack_oneVoterWithMostSeats() public {
        seatHolder(TEXT, alice, 64);
        give(alice, SEAT, address(seats));
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.TooManySeats.selector, alice, uint256(65), uint256(64)));
        seats.stake(TEXT, 1);
    }

    // --------------------------------------------------------------------------------------------- leaving

    function test_unstake_thawsAndReturns() public {
        seatHolder(TEXT, alice, 2);
        vm.startPrank(alice);
        seats.unstake(TEXT, 1);
        _assertStake(TEXT, alice, SEAT, SEAT, 1);
        uint40 thawsAt = seats.stakeOf(TEXT, alice).thawsAt;
        vm.assertEq(uint256(thawsAt), block.timestamp + 7 days);
        vm.warp(uint256(thawsAt) - 1);
        vm.expectRevert(abi.encodeWithSelector(ISeats.StillThawing.selector, thawsAt));
        seats.withdraw(TEXT);
        vm.warp(thawsAt);
        vm.assertEq(seats.withdraw(TEXT), SEAT);
        vm.assertEq(token.balanceOf(alice), SEAT);
        vm.expectRevert(abi.encodeWithSelector(ISeats.NothingThawing.selector, alice));
        seats.withdraw(TEXT);
    }

    function test_unstake_extendsTheThawOfAll() public {
        seatHolder(TEXT, alice, 2);
        vm.startPrank(alice);
        seats.unstake(TEXT, 1);
        skip(6 days);
        seats.unstake(TEXT, 1);
        vm.assertEq(uint256(seats.stakeOf(TEXT, alice).thawsAt), block.timestamp + 7 days);
        skip(1 days);
        vm.expectPartialRevert(ISeats.StillThawing.selector);
        seats.withdraw(TEXT);
    }

    function test_unstake_refusesMoreThanIsHeld() public {
        seatHolder(TEXT, alice, 2);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.NotEnoughSeats.selector, alice, uint256(2), uint256(3)));
        seats.unstake(TEXT, 3);
        vm.expectRevert(ISeats.NoSeats.selector);
        seats.unstake(TEXT, 0);
    }

    function test_unstake_theLastPositionFillsTheGap() public {
        seatHolder(TEXT, alice, 1);
        seatHolder(TEXT, bob, 1);
        seatHolder(TEXT, carol, 1);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        (uint48 moment, uint24 count) = seats.occupancy(TEXT);
        vm.assertEq(uint256(moment), 4);
        vm.assertEq(uint256(count), 2);
        vm.assertEq(seats.holderAt(TEXT, 0, 4), carol);
        vm.assertEq(seats.holderAt(TEXT, 0, 3), alice);
        vm.assertEq(seats.holderAt(TEXT, 2, 3), carol);
        vm.assertEq(seats.holderAt(TEXT, 2, 4), address(0));
        vm.assertEq(uint256(seats.positionsOf(TEXT, carol)[0]), 0);
        vm.assertEq(seats.positionsOf(TEXT, alice).length, 0);
    }

    function test_unstake_afterASlashKeepsTheOtherSeatsWhole() public {
        seatHolder(TEXT, alice, 3);
        _slash(alice, 200e18);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        _assertStake(TEXT, alice, 2 * SEAT, 800e18, 2);
    }

    function test_unstake_cannotTakeABondAway() public {
        seatHolder(COMPUTE, alice, 1);
        _mockBond(alice, 500e18);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.StakeLocked.selector, alice, uint256(0), uint256(500e18)));
        seats.unstake(COMPUTE, 1);
        vm.assertEq(uint256(seats.stakeOf(COMPUTE, alice).lockedWei), 500e18);
    }

    function test_withdraw_waitsForABondThatASlashLeftUncovered() public {
        seatHolder(COMPUTE, alice, 2);
        vm.prank(alice);
        seats.unstake(COMPUTE, 1);
        vm.prank(address(training));
        seats.slash(COMPUTE, alice, 700e18);
        _mockBond(alice, 500e18);
        skip(8 days);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.StakeLocked.selector, alice, uint256(300e18), uint256(500e18)));
        seats.withdraw(COMPUTE);
        _mockBond(alice, 300e18);
        vm.prank(alice);
        vm.assertEq(seats.withdraw(COMPUTE), SEAT);
    }

    // -------------------------------------------------------------------------------------------- slashing

    function test_slash_belongsToCourtAndTraining() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(ISeats.NotCourt.selector, address(0xbad)));
        seats.slash(TEXT, alice, 1);
    }

    function test_slash_sendsTheMoneyToTheCallersEscrow() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(address(court));
        vm.assertEq(seats.slash(TEXT, alice, 30e18), 30e18);
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 30e18);
        vm.assertEq(token.balanceOf(address(vault)), 30e18);
        vm.prank(address(training));
        seats.slash(TEXT, alice, 5e18);
        (, reservedWei) = vault.accountOf(address(training), 0);
        vm.assertEq(reservedWei, 5e18);
    }

    function test_slash_takesActiveThenThawingAndNoMore() public {
        seatHolder(TEXT, alice, 2);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        vm.assertEq(_slash(alice, 1_300e18), 1_300e18);
        _assertStake(TEXT, alice, 0, 700e18, 1);
        vm.assertEq(_slash(alice, 1_300e18), 700e18);
        vm.assertEq(_slash(alice, 1), 0);
    }

    function test_attack_unstakeBeforeTheSlash() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        vm.assertEq(_slash(alice, 20e18), 20e18);
        _assertStake(TEXT, alice, 0, 980e18, 0);
    }

    function test_attack_slashAtTheThawsLastSecond() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        vm.warp(uint256(seats.stakeOf(TEXT, alice).thawsAt) - 1);
        vm.assertEq(_slash(alice, 20e18), 20e18);
        vm.warp(block.timestamp + 1);
        // Thawed, and not taken home yet: still slashable.
        vm.assertEq(_slash(alice, 20e18), 20e18);
        vm.prank(alice);
        vm.assertEq(seats.withdraw(TEXT), 960e18);
        vm.assertEq(_slash(alice, 20e18), 0);
    }

    // -------------------------------------------------------------------------------------------- evicting

    function test_evict_needsASeatBackedByLessThanHalf() public {
        seatHolder(TEXT, alice, 2);
        _slash(alice, SEAT);
        vm.expectRevert(abi.encodeWithSelector(ISeats.SeatStillBacked.selector, alice, SEAT, SEAT));
        seats.evict(TEXT, alice);
        _slash(alice, 1);
        seats.evict(TEXT, alice);
        _assertStake(TEXT, alice, SEAT - 1, 0, 1);
        vm.expectPartialRevert(ISeats.SeatStillBacked.selector);
        seats.evict(TEXT, alice);
    }

    function test_evict_theLastSeatThawsWhatIsLeft() public {
        seatHolder(TEXT, alice, 1);
        _slash(alice, 600e18);
        seats.evict(TEXT, alice);
        _assertStake(TEXT, alice, 0, 400e18, 0);
        vm.expectRevert(ISeats.NoSeats.selector);
        seats.evict(TEXT, alice);
    }

    function test_stake_toppingUpSavesASeat() public {
        seatHolder(TEXT, alice, 1);
        _slash(alice, 600e18);
        give(alice, 600e18, address(seats));
        vm.startPrank(alice);
        seats.stake(TEXT, 0);
        _assertStake(TEXT, alice, SEAT, 0, 1);
        vm.expectRevert(ISeats.NoSeats.selector);
        seats.stake(TEXT, 0);
        vm.expectPartialRevert(ISeats.SeatStillBacked.selector);
        seats.evict(TEXT, alice);
    }

    function test_stake_toppingUpWorksAboveALoweredCap() public {
        seatHolder(TEXT, alice, 5);
        IParameters.SeatRules memory rules = seatRules();
        rules.seatsPerAddress = 2;
        parameters.setSeatRules(rules);
        _slash(alice, 10e18);
        give(alice, 2 * SEAT, address(seats));
        vm.startPrank(alice);
        seats.stake(TEXT, 0);
        vm.expectPartialRevert(ISeats.TooManySeats.selector);
        seats.stake(TEXT, 1);
    }

    // ---------------------------------------------------------------------------------------------- limits

    function test_attack_largestStakeAndLargestLeaveUnderTenMillionGas() public {
        // Every one of alice's positions was occupied before and is filled by somebody else: the dearest leave.
        seatHolder(TEXT, bob, 64);
        seatHolder(TEXT, carol, 64);
        vm.prank(bob);
        seats.unstake(TEXT, 64);
        give(alice, 64 * SEAT, address(seats));
        vm.prank(alice);
        uint256 before = gasleft();
        seats.stake(TEXT, 64);
        vm.assertLt(before - gasleft(), 10_000_000);
        vm.prank(carol);
        before = gasleft();
        seats.unstake(TEXT, 64);
        vm.assertLt(before - gasleft(), 10_000_000);
    }

    // --------------------------------------------------------------------------------------------- helpers

    function _slash(address holder, uint256 amountWei) private returns (uint256) {
        vm.prank(address(training));
        return seats.slash(TEXT, holder, amountWei);
    }

    function _mockBond(address holder, uint256 amountWei) private {
        vm.mockCall(
            address(training), abi.encodeWithSignature("bondedWei(address)", holder), abi.encode(amountWei)
        );
    }

    function _assertStake(uint8 pool, address holder, uint256 activeWei, uint256 thawingWei, uint256 count) private view {
        ISeats.Stake memory stake = seats.stakeOf(pool, holder);
        vm.assertEq(uint256(stake.activeWei), activeWei, "active");
        vm.assertEq(uint256(stake.thawingWei), thawingWei, "thawing");
        vm.assertEq(uint256(stake.seats), count, "seats");
    }

    /// @dev Whatever the parameters say: the limit stands in the contract that holds the stake.
    function test_slash_byTheCourtTakesAtMostHalfASeat() public {
        seatHolder(TEXT, alice, 2);
        vm.startPrank(address(court));
        vm.assertEq(seats.slash(TEXT, alice, 500e18), 500e18);
        vm.expectRevert(
            abi.encodeWithSelector(ISeats.PenaltyTooLarge.selector, uint256(500e18 + 1), uint256(500e18))
        );
        seats.slash(TEXT, alice, 500e18 + 1);
    }
}
