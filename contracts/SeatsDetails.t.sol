// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISeats} from "./interfaces/ISeats.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice What Seats says in events, word for word, and the ends of its ranges.
contract SeatsDetailsTest is ProtocolTest {
    uint256 private constant SEAT = 1_000e18;
    address private alice = address(0xa11ce);
    address private bob = address(0xb0b);

    // ------------------------------------------------------------------------------------------- events

    function test_events_ofStakingAndLeaving() public {
        give(alice, 3 * SEAT, address(seats));
        vm.prank(alice);
        vm.expectEmit(address(seats));
        emit ISeats.SeatTaken(TEXT, alice, 0, 1);
        vm.expectEmit(address(seats));
        emit ISeats.SeatTaken(TEXT, alice, 1, 2);
        vm.expectEmit(address(seats));
        emit ISeats.Staked(TEXT, alice, 2 * SEAT);
        seats.stake(TEXT, 2);
        seatHolder(TEXT, bob, 1);
        // Bob, the last one, moves to where alice sat.
        uint40 thawsAt = uint40(block.timestamp + 7 days);
        vm.prank(alice);
        vm.expectEmit(address(seats));
        emit ISeats.SeatTaken(TEXT, bob, 1, 4);
        vm.expectEmit(address(seats));
        emit ISeats.SeatLeft(TEXT, alice, 1, 4);
        vm.expectEmit(address(seats));
        emit ISeats.Unstaked(TEXT, alice, SEAT, thawsAt);
        seats.unstake(TEXT, 1);
        vm.assertEq(seats.positionsOf(TEXT, bob).length, 1);
        vm.assertEq(uint256(seats.positionsOf(TEXT, bob)[0]), 1);
        vm.warp(uint256(thawsAt) - 1);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.StillThawing.selector, thawsAt));
        seats.withdraw(TEXT);
        vm.warp(thawsAt);
        vm.prank(alice);
        vm.expectEmit(address(seats));
        emit ISeats.Withdrawn(TEXT, alice, SEAT);
        seats.withdraw(TEXT);
        vm.assertEq(token.balanceOf(alice), 2 * SEAT);
        ISeats.Stake memory stake = seats.stakeOf(TEXT, alice);
        vm.assertEq(uint256(stake.thawsAt) + stake.thawingWei, 0);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.NothingThawing.selector, alice));
        seats.withdraw(TEXT);
    }

    function test_events_ofSlashing() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(address(training));
        vm.expectEmit(address(seats));
        emit ISeats.Slashed(TEXT, alice, address(training), 1);
        vm.assertEq(seats.slash(TEXT, alice, 1), 1, "the least there is");
        vm.assertEq(token.balanceOf(address(vault)), 1);
        (, uint256 reservedWei) = vault.accountOf(address(training), 0);
        vm.assertEq(reservedWei, 1);
        vm.recordLogs();
        vm.prank(address(training));
        vm.assertEq(seats.slash(TEXT, bob, 5), 0);
        vm.assertEq(vm.getRecordedLogs().length, 0, "nothing happened");
    }

    function test_events_ofEviction() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(address(training));
        seats.slash(TEXT, alice, SEAT / 2 + 1);
        vm.expectEmit(address(seats));
        emit ISeats.SeatLeft(TEXT, alice, 0, 2);
        vm.expectEmit(address(seats));
        emit ISeats.Unstaked(TEXT, alice, SEAT / 2 - 1, uint40(block.timestamp + 7 days));
        seats.evict(TEXT, alice);
        vm.assertEq(seats.positionsOf(TEXT, alice).length, 0);
    }

    // ------------------------------------------------------------------------------------------- ranges

    /// @dev What is kept cannot be more than what is left.
    function test_unstake_ofAStakeThatIsMostlyGone() public {
        seatHolder(TEXT, alice, 3);
        vm.prank(address(training));
        seats.slash(TEXT, alice, 5 * SEAT / 2);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        ISeats.Stake memory stake = seats.stakeOf(TEXT, alice);
        vm.assertEq(uint256(stake.activeWei), SEAT / 2);
        vm.assertEq(uint256(stake.thawingWei), 0);
        vm.assertEq(uint256(stake.seats), 2);
    }

    function test_unstake_allThatIsHeldAndNoMore() public {
        seatHolder(TEXT, alice, 2);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.NotEnoughSeats.selector, alice, uint256(2), uint256(3)));
        seats.unstake(TEXT, 3);
        vm.expectRevert(ISeats.NoSeats.selector);
        seats.unstake(TEXT, 0);
        seats.unstake(TEXT, 2);
        vm.assertEq(uint256(seats.stakeOf(TEXT, alice).seats), 0);
        (uint48 moment, uint24 count) = seats.occupancy(TEXT);
        vm.assertEq(uint256(moment), 4);
        vm.assertEq(uint256(count), 0);
    }

    function test_stake_fourPoolsAndSixtyFourSeats() public {
        give(alice, 1_000 * SEAT, address(seats));
        vm.startPrank(alice);
        for (uint8 pool; pool < 4; ++pool) {
            vm.expectRevert(abi.encodeWithSelector(ISeats.TooManySeats.selector, alice, uint256(65), uint256(64)));
            seats.stake(pool, 65);
            seats.stake(pool, 64);
            vm.assertEq(seats.positionsOf(pool, alice).length, 64);
        }
        vm.expectRevert(abi.encodeWithSelector(ISeats.UnknownPool.selector, 4));
        seats.stake(4, 1);
    }

    /// @dev A bond as large as the stake that is kept is covered; one more wei is not.
    function test_unstake_keepsExactlyWhatIsBonded() public {
        seatHolder(COMPUTE, alice, 2);
        _bond(alice, SEAT + 1);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.StakeLocked.selector, alice, SEAT, SEAT + 1));
        seats.unstake(COMPUTE, 1);
        _bond(alice, SEAT);
        vm.assertEq(uint256(seats.stakeOf(COMPUTE, alice).lockedWei), SEAT);
        vm.prank(alice);
        seats.unstake(COMPUTE, 1);
        vm.warp(block.timestamp + 7 days);
        _bond(alice, SEAT + 1);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(ISeats.StakeLocked.selector, alice, SEAT, SEAT + 1));
        seats.withdraw(COMPUTE);
        _bond(alice, SEAT);
        vm.prank(alice);
        vm.assertEq(seats.withdraw(COMPUTE), SEAT);
    }

    function test_holdersAt_knowWhoSatWhereBeforeOthersDid() public {
        seatHolder(TEXT, alice, 2);
        seatHolder(TEXT, bob, 1);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        uint24[] memory positions = new uint24[](3);
        (positions[0], positions[1], positions[2]) = (0, 1, 2);
        address[] memory then = seats.holdersAt(TEXT, positions, 3);
        vm.assertEq(then[0], alice);
        vm.assertEq(then[1], alice);
        vm.assertEq(then[2], bob);
        address[] memory today = seats.holdersAt(TEXT, positions, 4);
        vm.assertEq(today[0], alice);
        vm.assertEq(today[1], bob);
        vm.assertEq(today[2], address(0));
        address[] memory early = seats.holdersAt(TEXT, positions, 1);
        vm.assertEq(early[0], alice);
        vm.assertEq(early[1], address(0));
        vm.assertEq(seats.holdersAt(TEXT, new uint24[](0), 4).length, 0);
    }

    function test_holdersAt_answersWithTheListAlone() public {
        seatHolder(TEXT, alice, 2);
        uint24[] memory positions = new uint24[](2);
        positions[1] = 1;
        (, bytes memory now_) = address(seats).staticcall(abi.encodeCall(seats.holdersAt, (TEXT, positions, 2)));
        vm.assertEq(now_.length, 4 * 32);
        (, bytes memory before) = address(seats).staticcall(abi.encodeCall(seats.holdersAt, (TEXT, positions, 1)));
        vm.assertEq(before.length, 4 * 32);
    }

    function test_slash_ofOneThawingWei() public {
        seatHolder(TEXT, alice, 1);
        vm.prank(alice);
        seats.unstake(TEXT, 1);
        vm.prank(address(training));
        vm.assertEq(seats.slash(TEXT, alice, 1), 1);
        vm.assertEq(uint256(seats.stakeOf(TEXT, alice).thawingWei), SEAT - 1);
    }

    function _bond(address holder, uint256 amountWei) private {
        vm.mockCall(
            address(training), abi.encodeWithSignature("bondedWei(address)", holder), abi.encode(amountWei)
        );
    }
}
