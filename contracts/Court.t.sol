// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Collecting, closing and drawing.
contract CourtDocketsTest is CourtTest {
    // ------------------------------------------------------------------------------------------ collecting

    function test_enqueue_belongsToTheClaimants() public {
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotClaimant.selector, address(this)));
        court.admit(TEXT, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotClaimant.selector, address(this)));
        court.returnFee(1);
    }

    function test_enqueue_refusesWhatNoDocketHolds() public {
        vm.startPrank(address(datanets));
        vm.expectRevert(abi.encodeWithSelector(ICourt.UnknownPool.selector, 4));
        court.admit(4, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(ICourt.BadItemCount.selector, uint256(0), uint256(128)));
        court.admit(TEXT, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ICourt.BadItemCount.selector, uint256(129), uint256(128)));
        court.admit(TEXT, 129, 0);
    }

    function test_enqueue_numbersDocketsByPool() public {
        for (uint8 pool; pool < 4; ++pool) {
            vm.assertEq(uint256(court.openDocket(pool)), 4 + pool);
            (uint40 docket, uint8 position) = enqueue(pool, 3, 1e18);
            vm.assertEq(uint256(docket), 4 + pool);
            vm.assertEq(uint256(position), 0);
            assertPhase(docket, ICourt.Phase.COLLECTING);
        }
        vm.expectRevert(abi.encodeWithSelector(ICourt.UnknownPool.selector, 4));
        court.openDocket(4);
    }

    function test_enqueue_itemsFollowEachOther() public {
        (uint40 docket,) = enqueue(TEXT, 20, 1e18);
        (uint40 second, uint8 position) = enqueue(TEXT, 7, 2e18);
        vm.assertEq(uint256(second), docket);
        vm.assertEq(uint256(position), 20);
        ICourt.Docket memory state = court.docketOf(docket);
        vm.assertEq(uint256(state.items), 27);
        vm.assertEq(uint256(state.feeWei), 3e18);
        vm.assertEq(uint256(state.closesAt), block.timestamp + 1 hours);
    }

    function test_enqueue_theItemThatFillsADocketClosesIt() public {
        enqueue(TEXT, 120, 6e18);
        (uint40 docket, uint8 position) = enqueue(TEXT, 8, 4e17);
        vm.assertEq(uint256(position), 120);
        assertPhase(docket, ICourt.Phase.DRAWING);
        vm.assertEq(uint256(court.openDocket(TEXT)), docket + 4);
        assertPhase(docket + 4, ICourt.Phase.NONE);
        vm.assertEq(uint256(court.docketOf(docket).feeWei), 64e17);
    }

    function test_enqueue_whatDoesNotFitOpensTheNext() public {
        (uint40 first,) = enqueue(TEXT, 120, 6e18);
        (uint40 second, uint8 position) = enqueue(TEXT, 9, 1e18);
        vm.assertEq(uint256(second), first + 4);
        vm.assertEq(uint256(position), 0);
        assertPhase(first, ICourt.Phase.DRAWING);
        vm.assertEq(uint256(court.docketOf(first).items), 120);
        vm.assertEq(uint256(court.docketOf(second).items), 9);
        vm.assertEq(uint256(court.docketOf(second).feeWei), 1e18);
    }

    function test_enqueue_afterTheWindowClosesWhatWasCollected() public {
        (uint40 first,) = enqueue(TEXT, 20, 1e18);
        vm.warp(block.timestamp + 1 hours - 1);
        (uint40 same,) = enqueue(TEXT, 20, 1e18);
        vm.assertEq(uint256(same), first);
        vm.warp(block.timestamp + 1);
        (uint40 next,) = enqueue(TEXT, 20, 1e18);
        vm.assertEq(uint256(next), first + 4);
        assertPhase(first, ICourt.Phase.DRAWING);
    }

    function test_enqueue_aNewWindowLengthCountsFromTheNextDocketButOne() public {
        enqueue(TEXT, 128, 0);
        IParameters.PoolRules memory rules = poolRules()[TEXT];
        rules.collectSeconds = 2 hours;
        parameters.setPoolRules(TEXT, rules);
        (uint40 docket,) = enqueue(TEXT, 127, 0);
        vm.assertEq(uint256(court.docketOf(docket).closesAt), block.timestamp + 1 hours);
        enqueue(TEXT, 1, 0);
        (docket,) = enqueue(TEXT, 1, 0);
        vm.assertEq(uint256(court.docketOf(docket).closesAt), block.timestamp + 2 hours);
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_enqueue_everyItemHasOnePlace(uint256 seed) public {
        uint256 previous = type(uint256).max;
        for (uint256 i; i < 30; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            uint8 items = uint8(1 + seed % 60);
            (uint40 docket, uint8 position) = enqueue(TEXT, items, 0);
            vm.assertLe(uint256(position) + items, 128);
            uint256 start = uint256(docket / 4) * 128 + position;
            if (previous != type(uint256).max) vm.assertGe(start, previous);
            previous = start + items;
            if ((seed >> 8) % 5 == 0) skip(40 minutes);
        }
    }

    function test_returnFee_goesToTheClaimantsEscrow() public {
        vm.prank(address(training));
        vm.expectRevert();
        court.returnFee(1e18);
        token.approve(address(vault), 5e18);
        vm.prank(address(training));
        vault.depositReserved(address(this), 3e18, 2e18);
        vm.prank(address(training));
        court.returnFee(2e18);
        (, uint256 reservedWei) = vault.accountOf(address(training), 0);
        vm.assertEq(reservedWei, 5e18);
    }

    // --------------------------------------------------------------------------------------------- closing

    function test_close_waitsForTheWindow() public {
        vm.expectRevert(abi.encodeWithSelector(ICourt.UnknownPool.selector, 4));
        court.close(4);
        vm.expectRevert(abi.encodeWithSelector(ICourt.DocketEmpty.selector, TEXT));
        court.close(TEXT);
        (uint40 docket,) = enqueue(TEXT, 1, 0);
        uint40 closesAt = court.docketOf(docket).closesAt;
        vm.warp(uint256(closesAt) - 1);
        vm.expectRevert(abi.encodeWithSelector(ICourt.DocketNotDue.selector, docket, closesAt));
        court.close(TEXT);
        vm.warp(closesAt);
        vm.assertEq(uint256(court.close(TEXT)), docket);
        vm.expectRevert(abi.encodeWithSelector(ICourt.DocketEmpty.selector, TEXT));
        court.close(TEXT);
    }

    function test_close_fixesSeatsAndABlockAhead() public {
        seatVoters(TEXT, 6);
        (uint40 docket,) = enqueue(TEXT, 128, 0);
        ICourt.Docket memory state = court.docketOf(docket);
        vm.assertEq(uint256(state.seats), 6);
        vm.assertEq(uint256(state.moment), 6);
        vm.assertGt(uint256(state.seedBlock), block.number);
    }

    // --------------------------------------------------------------------------------------------- drawing

    function test_draw_isTheCommitteeOfTheSeatsAtClosing() public {
        seatVoters(TEXT, 7);
        (uint40 docket,) = enqueue(TEXT, 128, 0);
        // Whoever comes or leaves afterwards changes nothing.
        seatHolder(TEXT, address(0x1a7e), 3);
        address leaver = voterNamed(0);
        vm.prank(leaver);
        seats.unstake(TEXT, 1);
        skip(60);
        court.draw(docket);
        address[] memory voters = court.committee(docket);
        vm.assertEq(voters.length, 5);
        for (uint256 i; i < 5; ++i) {
            vm.assertTrue(voters[i] != address(0x1a7e) && voters[i] != address(0));
            for (uint256 k; k < i; ++k) vm.assertNotEq(voters[i], voters[k]);
        }
        ICourt.Docket memory state = court.docketOf(docket);
        vm.assertEq(uint256(state.commitEnds), block.timestamp + 6 hours);
        vm.assertEq(uint256(state.revealEnds), block.timestamp + 12 hours);
        assertPhase(docket, ICourt.Phase.COMMITTING);
    }

    function test_draw_waitsForTheBlock() public {
        seatVoters(TEXT, 3);
        (uint40 docket,) = enqueue(TEXT, 128, 0);
        uint40 seedBlock = court.docketOf(docket).seedBlock;
        vm.roll(seedBlock);
        vm.expectRevert(abi.encodeWithSelector(ICourt.SeedNotReady.selector, docket, seedBlock));
        court.draw(docket);
        vm.roll(uint256(seedBlock) + 1);
        court.draw(docket);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.COMMITTING, ICourt.Phase.DRAWING
            )
        );
        court.draw(docket);
    }

    function test_draw_refusesAnOpenDocket() public {
        (uint40 docket,) = enqueue(TEXT, 1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.COLLECTING, ICourt.Phase.DRAWING
            )
        );
        court.draw(docket);
        vm.expectPartialRevert(ICourt.WrongPhase.selector);
        court.committee(docket);
    }

    function test_draw_ofASmallPoolTakesEverySeat() public {
        uint40 docket = drawn(3, 1, 0);
        vm.assertEq(court.committee(docket).length, 3);
    }

    function test_draw_waitsForSeatsAndNothingIsStuck() public {
        seatVoters(TEXT, 2);
        (uint40 docket,) = enqueue(TEXT, 128, 0);
        skip(60);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotEnoughSeats.selector, TEXT, uint256(2), uint256(3)));
        court.draw(docket);
        seatHolder(TEXT, address(0x1a7e), 1);
        court.draw(docket);
        assertPhase(docket, ICourt.Phase.DRAWING);
        vm.assertEq(uint256(court.docketOf(docket).seats), 3);
        skip(60);
        court.draw(docket);
        assertPhase(docket, ICourt.Phase.COMMITTING);
    }

    function test_draw_fixesANewBlockWhenTheHashIsOutOfReach() public {
        seatVoters(TEXT, 3);
        (uint40 docket,) = enqueue(TEXT, 128, 5e18);
        uint40 first = court.docketOf(docket).seedBlock;
        vm.mockCall(
            address(randomness), abi.encodeWithSignature("seedOf(uint40)", first), abi.encode(bytes32(0), true)
        );
        skip(1 days);
        court.draw(docket);
        ICourt.Docket memory state = court.docketOf(docket);
        vm.assertEq(uint256(state.phase), uint256(ICourt.Phase.DRAWING));
        vm.assertGt(uint256(state.seedBlock), block.number);
        vm.assertEq(uint256(state.feeWei), 5e18);
        vm.assertEq(uint256(state.items), 128);
        skip(60);
        court.draw(docket);
        assertPhase(docket, ICourt.Phase.COMMITTING);
    }

    function test_attack_seedGroundByChoosingTheBlock() public {
        seatVoters(TEXT, 9);
        (uint40 docket,) = enqueue(TEXT, 128, 0);
        uint40 seedBlock = court.docketOf(docket).seedBlock;
        // Drawing early, late or twice gives one and the same committee: that of the block fixed at closing.
        vm.roll(uint256(seedBlock) + 1);
        uint256 snapshot = vm.snapshotState();
        court.draw(docket);
        bytes32 early = keccak256(abi.encode(court.committee(docket)));
        vm.revertToState(snapshot);
        vm.roll(uint256(seedBlock) + 200);
        vm.warp(block.timestamp + 2_400);
        court.draw(docket);
        vm.assertEq(keccak256(abi.encode(court.committee(docket))), early);
    }

    function test_attack_largestCommitteeAndDocketUnderTenMillionGas() public {
        setCommittee(7);
        uint40 docket = drawn(7, 128, 31e18);
        vm.assertEq(court.committee(docket).length, 7);
        uint256 word = uniform(2, 128);
        for (uint8 i; i < 7; ++i) commitOne(docket, i, i < 4 ? word : 0);
        toReveals(docket);
        for (uint8 i; i < 7; ++i) {
            if (i == 6) continue;
            revealOne(docket, i, i < 4 ? word : 0);
        }
        toSettling(docket);
        // Four are paid, two are incoherent and one is absent: three slashes.
        uint256 before = gasleft();
        court.settle(docket);
        vm.assertLt(before - gasleft(), TEN_MILLION_GAS);
        uint256 verdict = court.docketOf(docket).verdict;
        vm.assertEq(verdict, word);
    }
}
