// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Verdicts before larger committees. Items 2 and 3 of a docket of five are one submission.
contract CourtAppealsTest is CourtTest {
    uint8 private constant POSITION = 2;
    uint8 private constant ITEMS = 2;
    uint256 private constant BOND = 10e18;
    uint256 private constant FEE = 5e18;
    /// @dev Grades of the five items: 3, 2, 0, 1, 3.
    uint256 private constant VERDICT = 0x34b;
    uint256 private constant SUBMISSION = 0x4;

    address private appellant = address(0xa99ea1);

    function setUp() public override {
        super.setUp();
        give(appellant, 10_000e18, address(vault));
    }

    // ------------------------------------------------------------------------------------------- opening

    function test_appeal_drawsTwiceAsManyAndOne() public {
        uint40 docket = settledDocket();
        vm.expectEmit();
        emit ICourt.Appealed(firstId(), docket, POSITION, ITEMS, 1, appellant, uint96(11 * BOND), 0);
        uint40 id = appeal(docket);
        ICourt.Docket memory state = court.docketOf(id);
        vm.assertEq(uint256(id), uint256(firstId()), "bit 39, sequence 1, pool TEXT");
        vm.assertEq(uint256(state.items), ITEMS);
        vm.assertEq(uint256(state.pool), TEXT);
        assertPhase(id, ICourt.Phase.DRAWING);
        drawAppeal(id);
        vm.assertEq(court.committee(id).length, 11);
        vm.assertEq(uint256(court.docketOf(docket).appeals), 1);
        vm.assertEq(token.balanceOf(appellant), 10_000e18 - 11 * BOND);
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, 11 * BOND);
    }

    function test_appeal_ofASmallPoolDrawsAllItsSeats() public {
        seatVoters(TEXT, 7);
        uint40 docket = settleDocket(drawnAgain(5, 0));
        uint40 id = appeal(docket);
        drawAppeal(id);
        vm.assertEq(court.committee(id).length, 7);
    }

    function test_appeal_belongsToClaimants() public {
        uint40 docket = settledDocket();
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotClaimant.selector, address(this)));
        court.appeal(docket, POSITION, ITEMS, appellant);
    }

    function test_appeal_untilTheWindowEnds() public {
        uint40 docket = drawn(23, 5, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.COMMITTING, ICourt.Phase.SETTLED
            )
        );
        appeal(docket);
        settleWith(docket, VERDICT);
        uint40 ends = court.docketOf(docket).appealEnds;
        vm.assertEq(uint256(ends), block.timestamp + 12 hours);
        uint256 snapshot = vm.snapshotState();
        vm.warp(uint256(ends) - 1);
        appeal(docket);
        vm.revertToState(snapshot);
        vm.warp(ends);
        vm.expectRevert(abi.encodeWithSelector(ICourt.AppealTooLate.selector, docket, ends));
        appeal(docket);
    }

    function test_appeal_needsTheBond() public {
        uint40 docket = settledDocket();
        vm.startPrank(appellant);
        token.transfer(address(this), token.balanceOf(appellant) - (11 * BOND - 1));
        vm.stopPrank();
        vm.expectRevert();
        appeal(docket);
    }

    function test_appeal_cannotBeMadeTwiceAtOnce() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        vm.expectRevert(
            abi.encodeWithSelector(ICourt.WrongPhase.selector, id, ICourt.Phase.DRAWING, ICourt.Phase.SETTLED)
        );
        appeal(docket);
    }

    // ------------------------------------------------------------------------------------------- deciding

    function test_decide_aChangeReturnsTheBond() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        drawAppeal(id);
        voteAll(id, 0xd);
        vm.expectEmit();
        emit ICourt.AppealDecided(id, docket, POSITION, 1, true, uint96(11 * BOND));
        court.settle(id);
        vm.assertEq(earned(appellant), 11 * BOND);
        vm.assertEq(uint256(court.appealPotWei()), 0);
        assertStanding(docket, true, false, 0xd);
        skip(12 hours);
        assertStanding(docket, true, true, 0xd);
        vm.assertEq(court.gradesOf(docket, POSITION, ITEMS), 0xd);
        vm.assertEq(court.gradesOf(docket, 0, 2), 0xb, "other submissions keep their grades");
    }

    function test_decide_noChangeLosesTheBondToThePot() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        drawAppeal(id);
        voteAll(id, SUBMISSION);
        court.settle(id);
        vm.assertEq(earned(appellant), 0);
        vm.assertEq(uint256(court.appealPotWei()), 11 * BOND);
        skip(12 hours);
        vm.assertEq(court.gradesOf(docket, POSITION, ITEMS), SUBMISSION);
    }

    /// @dev What voters are paid must not depend on what they decide.
    function testFuzz_decide_paysTheSameWhateverTheVerdict(uint256 word, uint96 potWei) public {
        potWei %= 100e18;
        word &= 0xf;
        fundPot(potWei);
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        uint256 feeWei = 11 * FEE < potWei ? 11 * FEE : potWei;
        vm.assertEq(uint256(court.docketOf(id).feeWei), feeWei);
        drawAppeal(id);
        address[] memory voters = court.committee(id);
        uint256 before = sumEarned(voters);
        voteAll(id, word);
        court.settle(id);
        vm.assertEq(sumEarned(voters) - before, feeWei);
        vm.assertEq(uint256(court.appealPotWei()), potWei - feeWei + (word == SUBMISSION ? 11 * BOND : 0));
    }

    function test_decide_anOpenAppealDelaysItsSubmissionAlone() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        skip(12 hours);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotFinal.selector, id, ICourt.Phase.DRAWING));
        court.gradesOf(docket, POSITION, ITEMS);
        assertStanding(docket, true, false, SUBMISSION);
        vm.assertEq(court.gradesOf(docket, 0, 2), 0xb);
        (bool isFinal,) = court.verdictOf(docket);
        vm.assertFalse(isFinal, "not all of the docket");
    }

    // -------------------------------------------------------------------------------------- second appeals

    function test_appeal_twiceAndNoMore() public {
        uint40 docket = settledDocket();
        uint40 first = appeal(docket);
        drawAppeal(first);
        voteAll(first, 0xd);
        court.settle(first);
        uint40 second = appeal(docket);
        ICourt.Appeal memory state = court.appealOf(second);
        vm.assertEq(uint256(state.docket), uint256(docket));
        vm.assertEq(uint256(state.position), POSITION);
        vm.assertEq(uint256(state.level), 2);
        vm.assertEq(uint256(state.bondWei), 23 * BOND);
        vm.assertEq(uint256(court.latestAppeal(docket, POSITION)), uint256(second));
        drawAppeal(second);
        vm.assertEq(court.committee(second).length, 23);
        voteAll(second, SUBMISSION);
        court.settle(second);
        vm.assertEq(earned(appellant), 34 * BOND, "each changed what it was made against");
        vm.assertEq(court.gradesOf(docket, POSITION, ITEMS), SUBMISSION, "final at once");
        vm.expectRevert(
            abi.encodeWithSelector(ICourt.AppealTooLate.selector, second, court.docketOf(second).appealEnds)
        );
        appeal(docket);
    }

    function test_appeal_ofAnAppealWaitsForItsVerdictAndWindow() public {
        uint40 docket = settledDocket();
        uint40 first = appeal(docket);
        drawAppeal(first);
        voteAll(first, 0xd);
        court.settle(first);
        uint40 ends = court.docketOf(first).appealEnds;
        vm.warp(ends);
        vm.expectRevert(abi.encodeWithSelector(ICourt.AppealTooLate.selector, first, ends));
        appeal(docket);
    }

    /// @dev Where two appeals take less time than the first verdict's window, the appealed items need not wait for it.
    function test_gradesOf_isFinalWithTheLastAppealThoughTheDocketIsNot() public {
        uint40 docket = settledDocket();
        uint40 ends = court.docketOf(docket).appealEnds;
        IParameters.PoolRules memory rules = poolRules()[TEXT];
        rules.commitSeconds = 1 hours;
        rules.revealSeconds = 1 hours;
        parameters.setPoolRules(TEXT, rules);
        for (uint256 level; level < 2; ++level) {
            uint40 id = appeal(docket);
            drawAppeal(id);
            voteAll(id, 0xd);
            court.settle(id);
        }
        vm.assertLt(block.timestamp, uint256(ends));
        assertStanding(docket, true, true, 0xd);
        vm.assertEq(court.gradesOf(docket, POSITION, ITEMS), 0xd);
        vm.expectRevert(abi.encodeWithSelector(ICourt.StillAppealable.selector, docket, ends));
        court.gradesOf(docket, 0, 2);
    }

    // -------------------------------------------------------------------------------------------- attacks

    /// @dev Exactly one first appeal counts, however the clock of the docket that it appeals goes on.
    function test_attack_anOldVerdictIsExecutedWhileItsAppealIsOpen() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        drawAppeal(id);
        voteAll(id, 0);
        skip(30 days);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        court.gradesOf(docket, POSITION, ITEMS);
        court.settle(id);
        vm.expectPartialRevert(ICourt.StillAppealable.selector);
        court.gradesOf(docket, POSITION, ITEMS);
    }

    function test_attack_aVerdictIsExecutedTwice() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        drawAppeal(id);
        voteAll(id, 0xd);
        court.settle(id);
        vm.expectPartialRevert(ICourt.WrongPhase.selector);
        court.settle(id);
        vm.assertEq(earned(appellant), 11 * BOND);
    }

    /// @dev A settled docket's window to appeal is no second window to commit.
    function test_attack_commitIntoASettledDocket() public {
        uint40 docket = settledDocket();
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.SETTLED, ICourt.Phase.COMMITTING
            )
        );
        court.commit(docket, keccak256("late"));
        vm.expectPartialRevert(ICourt.WrongPhase.selector);
        court.draw(docket);
    }

    function test_attack_allStaySilentInAnAppeal() public {
        uint40 docket = settledDocket();
        uint40 id = appeal(docket);
        drawAppeal(id);
        toSettling(id);
        court.settle(id);
        assertPhase(id, ICourt.Phase.DRAWING);
        vm.assertEq(uint256(court.docketOf(id).round), 1);
        vm.assertEq(uint256(court.docketOf(id).feeWei), 11 * 20e18, "the absent pay the next committee");
        drawAppeal(id);
        vm.assertEq(court.committee(id).length, 11);
        voteAll(id, 0xd);
        court.settle(id);
        skip(12 hours);
        vm.assertEq(court.gradesOf(docket, POSITION, ITEMS), 0xd);
    }

    function test_attack_appealOfElevenMembersUnderTenMillionGas() public {
        // 1,024 seats.
        for (uint256 i; i < 16; ++i) seatHolder(TEXT, voterNamed(i), 64);
        uint40 docket = settleDocket(drawnAgain(128, 0));
        vm.prank(address(datanets));
        uint40 id = court.appeal(docket, 0, 20, appellant);
        drawAppeal(id);
        vm.assertEq(court.committee(id).length, 11);
        voteAll(id, 0);
        uint256 before = gasleft();
        court.settle(id);
        vm.assertLt(before - gasleft(), TEN_MILLION_GAS);
    }

    /// @dev Committees of 7, 15 and 31: the largest there are.
    function test_attack_largestAppealUnderTenMillionGas() public {
        setCommittee(7);
        uint40 docket = settleDocket(drawn(40, 128, 0));
        uint40 first = appeal(docket);
        drawAppeal(first);
        vm.assertEq(court.committee(first).length, 15);
        voteAll(first, 0);
        court.settle(first);
        uint40 second = appeal(docket);
        drawAppeal(second);
        vm.assertEq(court.committee(second).length, 31);
        address[] memory voters = court.committee(second);
        for (uint8 i; i < 31; ++i) commitOne(second, i, i < 17 ? 0xf : 0);
        toReveals(second);
        for (uint8 i; i < 31; ++i) {
            if (i == 30) continue;
            if (firstIndex(voters, i) == i) revealOne(second, i, i < 17 ? 0xf : 0);
        }
        toSettling(second);
        uint256 before = gasleft();
        court.settle(second);
        vm.assertLt(before - gasleft(), TEN_MILLION_GAS);
        vm.assertEq(court.gradesOf(docket, POSITION, ITEMS), 0xf);
    }

    // -------------------------------------------------------------------------------------------- details

    function settledDocket() private returns (uint40 docket) {
        return settleDocket(drawn(23, 5, 0));
    }

    function settleDocket(uint40 docket) private returns (uint40) {
        settleWith(docket, VERDICT);
        return docket;
    }

    function appeal(uint40 docket) private returns (uint40 id) {
        vm.prank(address(datanets));
        return court.appeal(docket, POSITION, ITEMS, appellant);
    }

    function firstId() private pure returns (uint40) {
        return uint40((1 << 39) | 4);
    }

    function drawAppeal(uint40 id) private {
        skip(60);
        court.draw(id);
    }

    /// @dev Everybody commits and reveals `word`; the docket waits to be settled.
    function voteAll(uint40 id, uint256 word) private {
        commitAll(id, word);
        toReveals(id);
        address[] memory voters = court.committee(id);
        for (uint8 i; i < voters.length; ++i) if (firstIndex(voters, i) == i) revealOne(id, i, word);
    }

    function fundPot(uint96 amountWei) private {
        token.approve(address(vault), amountWei);
        court.fundAppeals(amountWei);
    }

    function sumEarned(address[] memory accounts) private view returns (uint256 sum) {
        for (uint256 i; i < accounts.length; ++i) sum += earned(accounts[i]);
    }

    function assertStanding(uint40 docket, bool settled, bool isFinal, uint256 grades) private view {
        (bool settled_, bool isFinal_, uint256 grades_) = court.standingOf(docket, POSITION, ITEMS);
        vm.assertEq(settled_, settled, "settled");
        vm.assertEq(isFinal_, isFinal, "final");
        vm.assertEq(grades_, grades, "grades");
    }
}
