// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {Grades} from "./libraries/Grades.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Verdicts, pay and penalties.
contract CourtSettleTest is CourtTest {
    uint256 private constant ABSENT_PENALTY = 20e18;
    uint256 private constant INCOHERENT_PENALTY = 5e18;

    function test_settle_paysCoherentVotersEqually() public {
        uint40 docket = drawn(5, 4, 10e18 + 3);
        address first = court.committee(docket)[0];
        judge(docket, 0xe4);
        vm.assertEq(earned(first), 2e18 + 3, "the remainder goes to the first");
        for (uint256 i; i < 5; ++i) {
            if (voterNamed(i) != first) vm.assertEq(earned(voterNamed(i)), 2e18);
        }
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 0);
        vm.assertEq(court.gradesOf(docket, 1, 2), 0x9);
        vm.assertEq(court.gradesOf(docket, 0, 4), 0xe4);
        assertPhase(docket, ICourt.Phase.SETTLED);
    }

    function test_settle_waitsForTheWindowUnlessAllHaveRevealed() public {
        uint40 docket = drawn(5, 4, 0);
        vm.expectPartialRevert(ICourt.WrongPhase.selector);
        court.settle(docket);
        commitAll(docket, 0xff);
        toReveals(docket);
        for (uint8 i; i < 4; ++i) revealOne(docket, i, 0xff);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.REVEALING, ICourt.Phase.SETTLING
            )
        );
        court.settle(docket);
        revealOne(docket, 4, 0xff);
        court.settle(docket);
        vm.expectRevert(
            abi.encodeWithSelector(ICourt.WrongPhase.selector, docket, ICourt.Phase.SETTLED, ICourt.Phase.SETTLING)
        );
        court.settle(docket);
    }

    function test_reveal_afterAnEarlySettlementIsTooLate() public {
        seatHolder(TEXT, voterNamed(0), 5);
        uint40 docket = drawnAgain(4, 0);
        commitOne(docket, 0, 0xff);
        toReveals(docket);
        revealOne(docket, 0, 0xff);
        court.settle(docket);
        vm.prank(voterNamed(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.SETTLED, ICourt.Phase.REVEALING
            )
        );
        court.reveal(docket, 1, 0xff, saltOf(voterNamed(0)), "");
    }

    function test_gradesOf_waitForTheVerdict() public {
        uint40 docket = drawn(5, 4, 0);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotFinal.selector, docket, ICourt.Phase.COMMITTING));
        court.gradesOf(docket, 0, 4);
        (bool settled, uint256 verdict) = court.verdictOf(docket);
        vm.assertFalse(settled);
        vm.assertEq(verdict, 0);
    }

    function test_docketOf_keepsTheDrawOfASettledDocket() public {
        uint40 docket = drawn(7, 4, 0);
        ICourt.Docket memory before = court.docketOf(docket);
        address[] memory voters = court.committee(docket);
        judge(docket, 0xe4);
        ICourt.Docket memory state = court.docketOf(docket);
        vm.assertEq(state.verdict, 0xe4);
        vm.assertEq(uint256(state.seed), uint256(before.seed));
        vm.assertEq(uint256(state.moment), uint256(before.moment));
        vm.assertEq(uint256(state.commitEnds), 0, "its windows are over");
        vm.assertEq(keccak256(abi.encode(court.committee(docket))), keccak256(abi.encode(voters)));
    }

    // ------------------------------------------------------------------------------------------- penalties

    function test_settle_anIncoherentVoteCostsALittle() public {
        uint40 docket = drawn(5, 10, 10e18);
        address liar = court.committee(docket)[4];
        uint256 honest = uniform(2, 10);
        for (uint8 i; i < 4; ++i) commitOne(docket, i, honest);
        // Three of ten items rejected: beyond the tolerance of two in ten.
        uint256 word = honest & ~uint256(0x3f);
        commitOne(docket, 4, word);
        toReveals(docket);
        for (uint8 i; i < 4; ++i) revealOne(docket, i, honest);
        revealOne(docket, 4, word);
        court.settle(docket);
        vm.assertEq(SEAT - seats.activeWeiOf(TEXT, liar), INCOHERENT_PENALTY);
        vm.assertEq(earned(liar), 0);
        vm.assertEq(earned(court.committee(docket)[0]), (10e18 + INCOHERENT_PENALTY) / 4);
    }

    function test_settle_toleratesAFewMismatches() public {
        uint40 docket = drawn(5, 10, 10e18);
        address other = court.committee(docket)[4];
        uint256 honest = uniform(2, 10);
        for (uint8 i; i < 4; ++i) commitOne(docket, i, honest);
        uint256 word = honest & ~uint256(0xf);
        commitOne(docket, 4, word);
        toReveals(docket);
        for (uint8 i; i < 4; ++i) revealOne(docket, i, honest);
        revealOne(docket, 4, word);
        court.settle(docket);
        vm.assertEq(seats.activeWeiOf(TEXT, other), SEAT);
        vm.assertEq(earned(other), 2e18);
    }

    function test_attack_lastRevealerStaysSilent() public {
        uint40 docket = drawn(5, 4, 10e18);
        address silent = court.committee(docket)[4];
        commitAll(docket, 0xff);
        toReveals(docket);
        for (uint8 i; i < 4; ++i) revealOne(docket, i, 0xff);
        toSettling(docket);
        // Silence changes no verdict that four agree on, and costs strictly more than being wrong.
        court.settle(docket);
        uint256 verdict = court.docketOf(docket).verdict;
        vm.assertEq(verdict, 0xff);
        vm.assertEq(SEAT - seats.activeWeiOf(TEXT, silent), ABSENT_PENALTY);
        vm.assertGt(ABSENT_PENALTY, INCOHERENT_PENALTY);
        vm.assertEq(earned(court.committee(docket)[0]), (10e18 + ABSENT_PENALTY) / 4);
    }

    function test_attack_allStaySilent() public {
        uint40 docket = drawn(5, 4, 10e18);
        toSettling(docket);
        court.settle(docket);
        ICourt.Docket memory state = court.docketOf(docket);
        vm.assertEq(uint256(state.phase), uint256(ICourt.Phase.DRAWING));
        vm.assertEq(uint256(state.round), 1);
        vm.assertEq(uint256(state.feeWei), 10e18 + 5 * ABSENT_PENALTY, "what they lose waits for the next committee");
        skip(60);
        court.draw(docket);
        vm.assertEq(uint256(court.docketOf(docket).revealed), 0);
        judge(docket, 0xff);
        vm.assertEq(earned(voterNamed(0)), (10e18 + 5 * ABSENT_PENALTY) / 5);
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 0);
    }

    function test_settle_withoutAQuorumDrawsAnotherCommittee() public {
        uint40 docket = drawn(9, 4, 10e18);
        bytes32 before = keccak256(abi.encode(court.committee(docket)));
        commitAll(docket, 0xff);
        toReveals(docket);
        for (uint8 i; i < 2; ++i) revealOne(docket, i, 0xff);
        toSettling(docket);
        court.settle(docket);
        skip(60);
        court.draw(docket);
        vm.assertNotEq(keccak256(abi.encode(court.committee(docket))), before);
        vm.assertEq(uint256(court.docketOf(docket).feeWei), 10e18 + 3 * ABSENT_PENALTY);
        vm.assertEq(uint256(court.docketOf(docket).items), 4);
        judge(docket, 0xff);
    }

    function test_attack_sequencerDownOverAWholeWindow() public {
        uint40 docket = drawn(5, 4, 10e18);
        commitAll(docket, 0xff);
        // No block comes for two days: both windows pass. Nothing is stuck, and each absent voter loses one penalty.
        vm.warp(block.timestamp + 2 days);
        vm.roll(block.number + 1);
        court.settle(docket);
        for (uint256 i; i < 5; ++i) vm.assertEq(SEAT - seats.activeWeiOf(TEXT, voterNamed(i)), ABSENT_PENALTY);
        skip(60);
        court.draw(docket);
        judge(docket, 0xff);
        // The next round gives back what the outage cost.
        for (uint256 i; i < 5; ++i) vm.assertGe(earned(voterNamed(i)), ABSENT_PENALTY + 2e18);
    }

    function test_settle_whereNobodyIsCoherentNobodyIsCharged() public {
        uint40 docket = drawn(3, 3, 3e18);
        // Each rejects another of three items: the verdict accepts all, and contradicts everybody in a third.
        uint256[3] memory words = [uint256(0x3c), 0x33, 0x0f];
        for (uint8 i; i < 3; ++i) commitOne(docket, i, words[i]);
        toReveals(docket);
        for (uint8 i; i < 3; ++i) revealOne(docket, i, words[i]);
        court.settle(docket);
        vm.assertEq(court.docketOf(docket).verdict, 0x3f);
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(seats.activeWeiOf(TEXT, voterNamed(i)), SEAT);
            vm.assertEq(earned(voterNamed(i)), 1e18);
        }
    }

    function test_attack_voterWithdrawsBeforeThePenalty() public {
        uint40 docket = drawn(5, 4, 0);
        address leaver = court.committee(docket)[0];
        vm.prank(leaver);
        seats.unstake(TEXT, 1);
        toSettling(docket);
        vm.prank(leaver);
        vm.expectRevert();
        seats.withdraw(TEXT);
        court.settle(docket);
        vm.assertEq(SEAT - seats.stakeOf(TEXT, leaver).thawingWei, ABSENT_PENALTY);
    }

    function test_settle_chargesNoMoreThanTheStake() public {
        uint40 docket = drawn(5, 4, 0);
        address poor = court.committee(docket)[0];
        vm.prank(address(training));
        seats.slash(TEXT, poor, SEAT - 1e18);
        toSettling(docket);
        court.settle(docket);
        vm.assertEq(seats.activeWeiOf(TEXT, poor), 0);
        vm.assertEq(uint256(court.docketOf(docket).feeWei), 4 * ABSENT_PENALTY + 1e18);
    }

    // ---------------------------------------------------------------------------------- against the definition

    /// @dev Any committee, any words, anybody silent: verdict, quorum, pay and penalties are the definition's.
    function testFuzz_settle_isTheDefinition(uint256 seed, uint8 size, uint8 items, uint88 feeWei) public {
        size = 3 + size % 5;
        items = 1 + items % 128;
        setCommittee(size);
        // Fewer holders than seats, so that some are drawn more than once.
        for (uint256 i; i < 4; ++i) seatHolder(TEXT, voterNamed(i), uint16(2 + i % 2));
        uint40 docket = drawnAgain(items, feeWei % 1_000e18);
        Expected memory expected = _vote(docket, seed, items);
        uint256 potBefore = court.docketOf(docket).feeWei;
        toSettling(docket);
        court.settle(docket);
        _compare(docket, expected, potBefore, items);
    }

    struct Expected {
        address[] voters;
        uint256[] words;
        bool[] present;
        uint256[] votes;
    }

    function _vote(uint40 docket, uint256 seed, uint8 items) private returns (Expected memory expected) {
        address[] memory voters = court.committee(docket);
        uint256 size = voters.length;
        expected = Expected(voters, new uint256[](size), new bool[](size), new uint256[](0));
        for (uint256 i; i < size; ++i) {
            uint256 own = uint256(keccak256(abi.encode(seed, voters[i])));
            // Mostly a common opinion, with some own grades, so that coherence goes both ways.
            uint256 word = uint256(keccak256(abi.encode(seed))) ^ (own & (own >> 3) & (own >> 7));
            expected.words[i] = word & Grades.maskOf(items);
            expected.present[i] = own % 5 != 0;
            commitAs(docket, voters[i], expected.words[i], reasonsOf(expected.words[i], items));
        }
        toReveals(docket);
        uint256 votes;
        for (uint256 i; i < size; ++i) {
            if (!expected.present[i]) continue;
            ++votes;
            bool first = true;
            for (uint256 k; k < i; ++k) if (voters[k] == voters[i]) first = false;
            if (first) revealOne(docket, uint8(i), expected.words[i]);
        }
        expected.votes = new uint256[](votes);
        for (uint256 i; i < size; ++i) if (expected.present[i]) expected.votes[--votes] = expected.words[i];
    }

    function _compare(uint40 docket, Expected memory expected, uint256 potWei, uint8 items) private view {
        uint256 votes = expected.votes.length;
        uint256 size = expected.voters.length;
        if (votes < 3 || 2 * votes <= size) {
            vm.assertEq(uint256(court.docketOf(docket).phase), uint256(ICourt.Phase.DRAWING));
            vm.assertEq(uint256(court.docketOf(docket).feeWei), potWei + (size - votes) * ABSENT_PENALTY);
            return;
        }
        uint256 verdict = court.docketOf(docket).verdict;
        vm.assertEq(verdict, Grades.medians(expected.votes));
        bool[] memory paid = new bool[](size);
        uint256 paidDraws;
        for (uint256 i; i < size; ++i) {
            uint256 mismatches = Grades.mismatches(expected.words[i], verdict);
            paid[i] = expected.present[i] && mismatches * 10_000 <= uint256(items) * 2_000;
            if (paid[i]) ++paidDraws;
        }
        bool nobody = paidDraws == 0;
        for (uint256 i; i < size; ++i) {
            if (nobody && expected.present[i]) {
                paid[i] = true;
                ++paidDraws;
            } else if (!paid[i]) {
                potWei += expected.present[i] ? INCOHERENT_PENALTY : ABSENT_PENALTY;
            }
        }
        _compareMoney(expected, paid, paidDraws, potWei);
    }

    function _compareMoney(Expected memory expected, bool[] memory paid, uint256 paidDraws, uint256 potWei)
        private
        view
    {
        uint256 restWei = potWei % paidDraws;
        for (uint256 i; i < paid.length; ++i) {
            address voter = expected.voters[i];
            uint256 due;
            uint256 rest = restWei;
            for (uint256 k; k < paid.length; ++k) {
                if (!paid[k]) continue;
                if (expected.voters[k] == voter) due += potWei / paidDraws + rest;
                rest = 0;
            }
            vm.assertEq(earned(voter), due, "pay");
        }
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 0, "nothing is left in the court's escrow");
    }
}
