// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {Vm, vm} from "./testing/Vm.t.sol";

/// @notice Says no to everything, with a reason.
contract Refusing {
    error Refused(uint256 reason);

    fallback() external {
        revert Refused(7);
    }
}

/// @notice What the court says in events and views, word for word, and where its keys could collide.
contract CourtDetailsTest is CourtTest {
    uint8 private constant IMAGE = 1;
    address private appellant = address(0xa99ea1);

    // ------------------------------------------------------------------------------------------- events

    function test_events_ofADocketsLife() public {
        seatVoters(TEXT, 7);
        _reserve(9e18);
        uint40 docket = court.openDocket(TEXT);
        vm.prank(address(datanets));
        vm.expectEmit(address(court));
        emit ICourt.DocketOpened(docket, uint40(block.timestamp + 1 hours));
        court.admit(TEXT, 2, 9e18);
        skip(1 hours);
        vm.expectEmit(address(court));
        emit ICourt.DocketClosed(docket, 0, 2, 9e18, 7, 7, uint40(vm.getBlockNumber() + 2));
        court.close(TEXT);
        skip(60);
        uint40 seedBlock = court.docketOf(docket).seedBlock;
        bytes32 hash = keccak256("mined");
        vm.setBlockhash(seedBlock, hash);
        uint40 commitEnds = uint40(vm.getBlockTimestamp() + 6 hours);
        vm.expectEmit(address(court));
        emit ICourt.DocketDrawn(docket, 0, uint64(uint256(hash)), 5, commitEnds, commitEnds + 6 hours);
        court.draw(docket);
        _commitAndRevealWithEvents(docket);
        vm.recordLogs();
        vm.expectEmit(address(court));
        emit ICourt.Settled(docket, 0, 0xe, 0x1f, 0x1f, 9e18);
        court.settle(docket);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            vm.assertNotEq(logs[i].topics[0], ICourt.AppealDecided.selector);
        }
    }

    function _commitAndRevealWithEvents(uint40 docket) private {
        address[] memory voters = court.committee(docket);
        bytes memory reasons = "";
        for (uint8 i; i < 5; ++i) {
            bytes32 commitment = commitmentOf(docket, voters[i], 0xe, reasons);
            vm.prank(voters[i]);
            vm.expectEmit(address(court));
            emit ICourt.Committed(docket, voters[i], commitment);
            court.commit(docket, commitment);
            vm.assertEq(court.voteOf(docket, voters[i]), commitment);
        }
        toReveals(docket);
        for (uint8 i; i < 5; ++i) {
            vm.prank(voters[i]);
            vm.expectEmit(address(court));
            emit ICourt.Revealed(docket, voters[i], i, 0xe, reasons);
            court.reveal(docket, i, 0xe, saltOf(voters[i]), reasons);
        }
    }

    function test_events_ofARoundWithoutAQuorum() public {
        uint40 docket = drawn(7, 1, 0);
        commitOne(docket, 3, 1);
        commitOne(docket, 4, 1);
        toReveals(docket);
        revealOne(docket, 3, 1);
        revealOne(docket, 4, 1);
        toSettling(docket);
        (uint48 moment, uint24 count) = seats.occupancy(TEXT);
        vm.expectEmit(address(court));
        emit ICourt.NoQuorum(docket, 0, 0x18);
        vm.expectEmit(address(court));
        emit ICourt.DocketClosed(docket, 1, 1, 3 * 20e18, moment, count, uint40(vm.getBlockNumber() + 2));
        court.settle(docket);
    }

    function test_events_ofTheAppealPot() public {
        token.approve(address(vault), 10e18);
        vm.expectEmit(address(court));
        emit ICourt.AppealsFunded(address(this), 10e18);
        court.fundAppeals(10e18);
        vm.assertEq(uint256(court.appealPotWei()), 10e18);
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 10e18);
    }

    // -------------------------------------------------------------------------------------------- views

    function test_docketOf_inEveryPhase() public {
        seatVoters(TEXT, 7);
        (uint40 docket,) = enqueue(TEXT, 3, 6e18);
        ICourt.Docket memory state = court.docketOf(docket);
        assertPhase(docket, ICourt.Phase.COLLECTING);
        vm.assertEq(uint256(state.items), 3);
        vm.assertEq(uint256(state.feeWei), 6e18);
        vm.assertEq(uint256(state.closesAt), vm.getBlockTimestamp() + 1 hours);
        assertPhase(docket + 4, ICourt.Phase.NONE);
        skip(1 hours);
        court.close(TEXT);
        uint256 seedBlock = vm.getBlockNumber() + 2;
        state = court.docketOf(docket);
        assertPhase(docket, ICourt.Phase.DRAWING);
        _assertState(state, 3, 7, 7, seedBlock);
        vm.assertEq(uint256(state.committeeSize), 0);
        skip(60);
        court.draw(docket);
        uint256 drawnAt = vm.getBlockTimestamp();
        state = court.docketOf(docket);
        assertPhase(docket, ICourt.Phase.COMMITTING);
        _assertState(state, 3, 7, 7, seedBlock);
        vm.assertEq(uint256(state.committeeSize), 5);
        vm.assertEq(uint256(state.commitEnds), drawnAt + 6 hours);
        vm.assertEq(uint256(state.revealEnds), drawnAt + 12 hours);
        vm.assertEq(uint256(state.revealed), 0);
        vm.assertNotEq(uint256(state.seed), 0);
        uint96 seed = state.seed;
        commitAll(docket, 0x15);
        toReveals(docket);
        assertPhase(docket, ICourt.Phase.REVEALING);
        for (uint8 i; i < 4; ++i) revealOne(docket, i, 0x15);
        vm.assertEq(uint256(court.docketOf(docket).revealed), 0xf);
        toSettling(docket);
        assertPhase(docket, ICourt.Phase.SETTLING);
        court.settle(docket);
        state = court.docketOf(docket);
        assertPhase(docket, ICourt.Phase.SETTLED);
        _assertState(state, 3, 7, 7, 0);
        vm.assertEq(state.verdict, 0x15);
        vm.assertEq(uint256(state.committeeSize), 5);
        vm.assertEq(uint256(state.seed), seed);
        vm.assertEq(uint256(state.feeWei) + state.commitEnds + state.revealEnds, 0);
        vm.assertEq(uint256(state.appealEnds), vm.getBlockTimestamp() + 12 hours);
        vm.assertEq(uint256(state.appeals), 0);
    }

    /// @dev The ballots of a box that an earlier docket used are not the votes of one that has no committee yet.
    function test_voteOf_isNothingBeforeTheDrawAndAfterTheVerdict() public {
        uint40 docket = drawn(5, 1, 0);
        vm.assertEq(court.voteOf(docket, voterNamed(0)), 0);
        commitAll(docket, 1);
        toReveals(docket);
        for (uint8 i; i < 5; ++i) revealOne(docket, i, 1);
        vm.assertEq(court.voteOf(docket, voterNamed(0)), bytes32(uint256(1)));
        court.settle(docket);
        vm.assertEq(court.voteOf(docket, voterNamed(0)), 0);
        (uint40 next,) = enqueue(TEXT, 1, 0);
        vm.assertEq(court.voteOf(next, voterNamed(0)), 0);
    }

    function test_standingOf_beforeAndAfterItsWindow() public {
        uint40 docket = drawn(5, 2, 0);
        (bool settled, bool isFinal, uint256 grades) = court.standingOf(docket, 0, 2);
        vm.assertFalse(settled || isFinal);
        vm.assertEq(grades, 0);
        settleWith(docket, 0xd);
        vm.warp(uint256(court.docketOf(docket).appealEnds) - 1);
        (settled, isFinal, grades) = court.standingOf(docket, 1, 1);
        vm.assertTrue(settled && !isFinal);
        vm.assertEq(grades, 3);
        vm.expectPartialRevert(ICourt.StillAppealable.selector);
        court.gradesOf(docket, 1, 1);
        (isFinal, grades) = court.verdictOf(docket);
        vm.assertFalse(isFinal);
        vm.assertEq(grades, 0);
        vm.warp(court.docketOf(docket).appealEnds);
        (settled, isFinal, grades) = court.standingOf(docket, 1, 1);
        vm.assertTrue(settled && isFinal);
        vm.assertEq(grades, 3);
        (isFinal, grades) = court.verdictOf(docket);
        vm.assertTrue(isFinal);
        vm.assertEq(grades, 0xd);
    }

    function test_appealOf_nothingIsNothing() public view {
        ICourt.Appeal memory state = court.appealOf(uint40(1) << 39);
        vm.assertEq(uint256(state.docket) + state.position + state.level + state.bondWei, 0);
        vm.assertEq(state.appellant, address(0));
    }

    // --------------------------------------------------------------------------------------- boundaries

    function test_reveal_twiceWithAnyDrawIsRefusedAsSuch() public {
        uint40 docket = drawn(5, 1, 0);
        commitAll(docket, 1);
        toReveals(docket);
        address[] memory voters = court.committee(docket);
        for (uint8 i; i < 5; ++i) {
            revealOne(docket, i, 1);
            vm.prank(voters[i]);
            vm.expectRevert(abi.encodeWithSelector(ICourt.AlreadyRevealed.selector, docket, voters[i]));
            court.reveal(docket, i, 1, saltOf(voters[i]), "");
        }
    }

    /// @dev One voter, drawn in two pools at once, both with their first box.
    function test_ballots_ofTwoPoolsAreApart() public {
        seatVoters(TEXT, 3);
        seatVoters(IMAGE, 3);
        (uint40 text,) = enqueue(TEXT, 1, 0);
        (uint40 image,) = enqueue(IMAGE, 1, 0);
        skip(1 hours);
        court.close(TEXT);
        court.close(IMAGE);
        skip(60);
        court.draw(text);
        court.draw(image);
        commitAll(text, 1);
        commitAll(image, 2);
        toReveals(text);
        for (uint8 i; i < 3; ++i) revealOne(text, i, 1);
        for (uint8 i; i < 3; ++i) revealOne(image, i, 2);
        court.settle(text);
        court.settle(image);
        vm.assertEq(court.docketOf(text).verdict, 1);
        vm.assertEq(court.docketOf(image).verdict, 2);
    }

    /// @dev The second committee says what the first said, of items that differ: nothing has changed.
    function test_decide_aSecondAppealIsMeasuredAtTheFirst() public {
        give(appellant, 10_000e18, address(vault));
        uint40 docket = drawn(23, 5, 0);
        settleWith(docket, 0x34b);
        uint40 first = _appealed(docket, 0xd);
        vm.assertEq(uint256(court.appealOf(first).level), 1);
        uint40 second = _appealed(docket, 0xd);
        vm.assertEq(earned(appellant), 110e18, "the first alone changed something");
        vm.assertEq(uint256(court.appealPotWei()), 230e18);
        vm.assertEq(uint256(court.latestAppeal(docket, 2)), second);
        (,, uint256 grades) = court.standingOf(docket, 2, 2);
        vm.assertEq(grades, 0xd);
    }

    /// @dev Submissions at one place of two dockets, and at two places of one, are appealed one by one.
    function test_appeal_ofOneSubmissionIsOfNoOther() public {
        give(appellant, 10_000e18, address(vault));
        uint40 docket = drawn(23, 5, 0);
        settleWith(docket, 0x34b);
        vm.prank(address(datanets));
        uint40 id = court.appeal(docket, 2, 2, appellant);
        vm.assertEq(uint256(court.latestAppeal(docket, 2)), id);
        vm.assertEq(uint256(court.latestAppeal(docket, 0)), 0);
        ICourt.Appeal memory state = court.appealOf(id);
        vm.assertEq(uint256(state.docket), docket);
        vm.assertEq(uint256(state.position), 2);
        vm.assertEq(uint256(state.level), 1);
        vm.assertEq(state.appellant, appellant);
        vm.assertEq(uint256(state.bondWei), 110e18);
        vm.assertEq(uint256(court.docketOf(docket).appeals), 1);
        vm.prank(address(datanets));
        vm.assertEq(uint256(court.appeal(docket, 0, 2, appellant)), uint256(id) + 4);
        vm.assertEq(uint256(court.docketOf(docket).appeals), 2);
        uint40 next = drawnAgain(5, 0);
        settleWith(next, 0x34b);
        vm.assertEq(uint256(court.latestAppeal(next, 2)), 0);
        vm.assertEq(uint256(court.docketOf(next).appeals), 0);
    }

    function test_standingOf_whileASecondAppealIsOpenIsTheFirsts() public {
        give(appellant, 10_000e18, address(vault));
        uint40 docket = drawn(23, 5, 0);
        settleWith(docket, 0x34b);
        _appealed(docket, 0xd);
        vm.prank(address(datanets));
        court.appeal(docket, 2, 2, appellant);
        (bool settled, bool isFinal, uint256 grades) = court.standingOf(docket, 2, 2);
        vm.assertTrue(settled && !isFinal);
        vm.assertEq(grades, 0xd);
    }

    function test_admit_byEveryClaimant() public {
        address[3] memory claimants = [address(datanets), address(training), address(attribution)];
        for (uint256 i; i < 3; ++i) {
            vm.prank(claimants[i]);
            (, uint8 position) = court.admit(TEXT, 1, 0);
            vm.assertEq(uint256(position), i);
        }
    }

    function test_close_unknownPools() public {
        vm.expectRevert(abi.encodeWithSelector(ICourt.UnknownPool.selector, 4));
        court.close(4);
        vm.expectRevert(abi.encodeWithSelector(ICourt.UnknownPool.selector, 4));
        court.openDocket(4);
        vm.prank(address(datanets));
        vm.expectRevert(abi.encodeWithSelector(ICourt.UnknownPool.selector, 4));
        court.admit(4, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(ICourt.DocketEmpty.selector, 3));
        court.close(3);
    }

    /// @dev Draws go on behind the committee's end; who stands there was not drawn.
    function test_reveal_refusesTheDrawsBehindTheCommittee() public {
        uint40 docket = drawn(7, 1, 0);
        for (uint256 i; i < 7; ++i) commitAs(docket, voterNamed(i), 1, "");
        toReveals(docket);
        for (uint256 i; i < 7; ++i) {
            for (uint8 drawIndex = 5; drawIndex < 7; ++drawIndex) {
                vm.prank(voterNamed(i));
                vm.expectRevert(
                    abi.encodeWithSelector(ICourt.NotDrawn.selector, docket, voterNamed(i), drawIndex)
                );
                court.reveal(docket, drawIndex, 1, saltOf(voterNamed(i)), "");
            }
        }
    }

    function test_settle_refusesWhatWasNeverDrawn() public {
        seatVoters(IMAGE, 3);
        (uint40 docket,) = enqueue(IMAGE, 1, 0);
        _refusesToSettle(docket + 4, ICourt.Phase.NONE);
        _refusesToSettle(docket, ICourt.Phase.COLLECTING);
        vm.assertEq(uint256(court.docketOf(docket).pool), IMAGE);
        skip(1 hours);
        court.close(IMAGE);
        _refusesToSettle(docket, ICourt.Phase.DRAWING);
        skip(60);
        court.draw(docket);
        _refusesToSettle(docket, ICourt.Phase.COMMITTING);
        vm.assertEq(uint256(court.docketOf(docket).pool), IMAGE);
        toSettling(docket);
        court.settle(docket);
        _refusesToSettle(docket, ICourt.Phase.DRAWING);
        skip(60);
        court.draw(docket);
        vm.assertEq(uint256(court.docketOf(docket).round), 1);
    }

    function _refusesToSettle(uint40 docket, ICourt.Phase phase) private {
        vm.expectRevert(
            abi.encodeWithSelector(ICourt.WrongPhase.selector, docket, phase, ICourt.Phase.SETTLING)
        );
        court.settle(docket);
    }

    // -------------------------------------------------------------------------------- others' refusals

    function test_settle_passesOnWhyTheVaultRefuses() public {
        uint40 docket = drawn(5, 1, 5e18);
        commitAll(docket, 1);
        toReveals(docket);
        for (uint8 i; i < 5; ++i) revealOne(docket, i, 1);
        vm.etch(address(vault), address(new Refusing()).code);
        vm.expectRevert(abi.encodeWithSelector(Refusing.Refused.selector, 7));
        court.settle(docket);
    }

    function test_committee_passesOnWhySeatsRefuse() public {
        uint40 docket = drawn(5, 1, 0);
        vm.etch(address(seats), address(new Refusing()).code);
        vm.expectRevert(abi.encodeWithSelector(Refusing.Refused.selector, 7));
        court.committee(docket);
    }

    // ------------------------------------------------------------------------------------------ details

    function _reserve(uint96 feeWei) private {
        token.approve(address(vault), type(uint256).max);
        vm.startPrank(address(datanets));
        vault.deposit(999, address(this), feeWei);
        vault.reserve(999, 0, feeWei);
        vm.stopPrank();
    }

    function _appealed(uint40 docket, uint256 word) private returns (uint40 id) {
        vm.prank(address(datanets));
        id = court.appeal(docket, 2, 2, appellant);
        skip(60);
        court.draw(id);
        commitAll(id, word);
        toReveals(id);
        uint256 count = court.committee(id).length;
        for (uint8 i; i < count; ++i) revealOne(id, i, word);
        court.settle(id);
    }

    function _assertState(ICourt.Docket memory state, uint256 items, uint256 moment, uint256 count, uint256 seedBlock)
        private
        pure
    {
        vm.assertEq(uint256(state.items), items, "items");
        vm.assertEq(uint256(state.round), 0, "round");
        vm.assertEq(uint256(state.moment), moment, "moment");
        vm.assertEq(uint256(state.seats), count, "seats");
        vm.assertEq(uint256(state.seedBlock), seedBlock, "seed's block");
        vm.assertEq(uint256(state.pool), TEXT, "pool");
    }
}
