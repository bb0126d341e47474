// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Committing and revealing.
contract CourtVotesTest is CourtTest {
    // ------------------------------------------------------------------------------------------ committing

    function test_commit_untilTheWindowEnds() public {
        uint40 docket = drawn(5, 4, 0);
        address voter = court.committee(docket)[0];
        uint40 commitEnds = court.docketOf(docket).commitEnds;
        vm.warp(uint256(commitEnds) - 1);
        commitAs(docket, voter, 0xff, "");
        vm.warp(commitEnds);
        vm.prank(voter);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.REVEALING, ICourt.Phase.COMMITTING
            )
        );
        court.commit(docket, keccak256("late"));
    }

    function test_commit_refusesNothingAndUndrawnDockets() public {
        uint40 docket = drawn(5, 4, 0);
        vm.expectRevert(ICourt.EmptyCommitment.selector);
        court.commit(docket, 0);
        vm.expectRevert(
            abi.encodeWithSelector(ICourt.WrongPhase.selector, docket + 4, ICourt.Phase.NONE, ICourt.Phase.COMMITTING)
        );
        court.commit(docket + 4, keccak256("early"));
    }

    function test_commit_costsNoNewSlotToAVoterWhoVotedBefore() public {
        uint40 first = drawn(3, 4, 0);
        judge(first, 0xff);
        uint40 second = drawnAgain(4, 0);
        address voter = court.committee(second)[0];
        bytes32 commitment = commitmentOf(second, voter, 0xff, "");
        vm.cool(address(court));
        vm.prank(voter);
        uint256 before = gasleft();
        court.commit(second, commitment);
        vm.assertLt(before - gasleft(), 16_000, "a used slot costs 5,000 gas, a new one 22,100");
    }

    function test_attack_twoCommitmentsByOneVoter() public {
        uint40 docket = drawn(5, 4, 0);
        address voter = court.committee(docket)[2];
        commitAs(docket, voter, 0xff, "");
        // The second replaces the first: there is one vote, the last one.
        commitAs(docket, voter, 0xaa, "");
        toReveals(docket);
        vm.prank(voter);
        vm.expectRevert(abi.encodeWithSelector(ICourt.CommitmentMismatch.selector, docket, voter));
        court.reveal(docket, 2, 0xff, saltOf(voter), "");
        revealAs(docket, voter, 2, 0xaa, "");
        vm.assertEq(court.voteOf(docket, voter), bytes32(uint256(0xaa)));
    }

    function test_attack_commitmentCopiedByAnotherVoter() public {
        uint40 docket = drawn(5, 4, 0);
        address[] memory voters = court.committee(docket);
        bytes32 commitment = commitmentOf(docket, voters[0], 0xff, "");
        commitAs(docket, voters[0], 0xff, "");
        vm.prank(voters[1]);
        court.commit(docket, commitment);
        toReveals(docket);
        revealAs(docket, voters[0], 0, 0xff, "");
        // Word and salt are known now, and open nothing for anybody else.
        vm.prank(voters[1]);
        vm.expectRevert(abi.encodeWithSelector(ICourt.CommitmentMismatch.selector, docket, voters[1]));
        court.reveal(docket, 1, 0xff, saltOf(voters[0]), "");
    }

    // ------------------------------------------------------------------------------------------- revealing

    function test_reveal_keepsTheWord() public {
        uint40 docket = drawn(5, 4, 0);
        commitAll(docket, 0x1b);
        toReveals(docket);
        for (uint8 i; i < 5; ++i) revealOne(docket, i, 0x1b);
        vm.assertEq(uint256(court.docketOf(docket).revealed), 0x1f);
        vm.assertEq(court.voteOf(docket, court.committee(docket)[4]), bytes32(uint256(0x1b)));
    }

    function test_reveal_inItsWindowOnly() public {
        uint40 docket = drawn(5, 4, 0);
        commitAll(docket, 0xff);
        address voter = court.committee(docket)[0];
        uint40 revealEnds = court.docketOf(docket).revealEnds;
        vm.warp(revealEnds);
        vm.prank(voter);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.SETTLING, ICourt.Phase.REVEALING
            )
        );
        court.reveal(docket, 0, 0xff, saltOf(voter), "");
        vm.warp(uint256(revealEnds) - 1);
        revealAs(docket, voter, 0, 0xff, "");
    }

    function test_attack_revealInTheCommitBlock() public {
        uint40 docket = drawn(5, 4, 0);
        address voter = court.committee(docket)[0];
        // In the last second of the window a commitment still goes, and no reveal does; in the next it is the other way.
        vm.warp(uint256(court.docketOf(docket).commitEnds) - 1);
        commitAs(docket, voter, 0xff, "");
        vm.prank(voter);
        vm.expectRevert(
            abi.encodeWithSelector(
                ICourt.WrongPhase.selector, docket, ICourt.Phase.COMMITTING, ICourt.Phase.REVEALING
            )
        );
        court.reveal(docket, 0, 0xff, saltOf(voter), "");
    }

    function test_reveal_refusesWhoWasNotDrawn() public {
        uint40 docket = drawn(9, 4, 0);
        address outsider = address(0x0075);
        commitAs(docket, outsider, 0xff, "");
        toReveals(docket);
        for (uint8 i; i < 6; ++i) {
            vm.prank(outsider);
            vm.expectRevert(abi.encodeWithSelector(ICourt.NotDrawn.selector, docket, outsider, i));
            court.reveal(docket, i, 0xff, saltOf(outsider), "");
        }
    }

    function test_reveal_refusesAnothersDraw() public {
        uint40 docket = drawn(5, 4, 0);
        commitAll(docket, 0xff);
        toReveals(docket);
        address voter = court.committee(docket)[0];
        vm.prank(voter);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NotDrawn.selector, docket, voter, 1));
        court.reveal(docket, 1, 0xff, saltOf(voter), "");
    }

    function test_reveal_refusesWhatWasNotCommitted() public {
        uint40 docket = drawn(5, 4, 0);
        address voter = court.committee(docket)[0];
        toReveals(docket);
        vm.prank(voter);
        vm.expectRevert(abi.encodeWithSelector(ICourt.NothingCommitted.selector, docket, voter));
        court.reveal(docket, 0, 0xff, saltOf(voter), "");
    }

    function test_reveal_refusesIllFormedWords() public {
        uint40 docket = drawn(5, 4, 0);
        address voter = court.committee(docket)[0];
        toReveals(docket);
        vm.startPrank(voter);
        vm.expectRevert(abi.encodeWithSelector(ICourt.WordTooLong.selector, uint256(0x1ff), 4));
        court.reveal(docket, 0, 0x1ff, 0, "");
        vm.expectRevert(abi.encodeWithSelector(ICourt.ReasonCountMismatch.selector, uint256(0), uint256(1)));
        court.reveal(docket, 0, 0xfc, 0, "");
        vm.expectRevert(abi.encodeWithSelector(ICourt.ReasonCountMismatch.selector, uint256(2), uint256(1)));
        court.reveal(docket, 0, 0xfc, 0, hex"0707");
    }

    function test_reveal_bindsTheReasons() public {
        uint40 docket = drawn(5, 4, 0);
        address voter = court.committee(docket)[0];
        commitAs(docket, voter, 0xfc, hex"07");
        toReveals(docket);
        vm.prank(voter);
        vm.expectRevert(abi.encodeWithSelector(ICourt.CommitmentMismatch.selector, docket, voter));
        court.reveal(docket, 0, 0xfc, saltOf(voter), hex"08");
        revealAs(docket, voter, 0, 0xfc, hex"07");
    }

    function test_reveal_onceOnly() public {
        uint40 docket = drawn(5, 4, 0);
        commitAll(docket, 0xff);
        toReveals(docket);
        revealOne(docket, 0, 0xff);
        address voter = court.committee(docket)[0];
        vm.prank(voter);
        vm.expectRevert(abi.encodeWithSelector(ICourt.AlreadyRevealed.selector, docket, voter));
        court.reveal(docket, 0, 0xff, saltOf(voter), "");
    }

    function test_reveal_ofAZeroWordIsAVote() public {
        uint40 docket = drawn(3, 4, 3e18);
        commitAll(docket, 0);
        toReveals(docket);
        for (uint8 i; i < 3; ++i) revealOne(docket, i, 0);
        court.settle(docket);
        assertPhase(docket, ICourt.Phase.SETTLED);
        vm.assertEq(court.docketOf(docket).verdict, 0);
        vm.assertEq(earned(voterNamed(0)), 1e18);
    }

    // --------------------------------------------------------------------------- holders of several drawn seats

    function test_reveal_ofAHolderOfSeveralDrawsCountsForAll() public {
        // Two seats each, and five of the six are drawn.
        for (uint256 i; i < 3; ++i) seatHolder(TEXT, voterNamed(i), 2);
        uint40 docket = drawnAgain(4, 5e18);
        address[] memory voters = court.committee(docket);
        commitAll(docket, 0xff);
        toReveals(docket);
        uint256 revealed;
        for (uint8 i; i < 5; ++i) {
            if (_firstDraw(voters, i) != i) continue;
            revealOne(docket, i, 0xff);
            ++revealed;
        }
        vm.assertEq(revealed, 3);
        // Everybody has spoken: nobody has to wait for the window's end.
        court.settle(docket);
        vm.assertEq(earned(voterNamed(0)) + earned(voterNamed(1)) + earned(voterNamed(2)), 5e18);
        for (uint256 i; i < 3; ++i) {
            uint256 draws;
            for (uint256 k; k < 5; ++k) if (voters[k] == voterNamed(i)) ++draws;
            vm.assertEq(earned(voterNamed(i)), draws * 1e18);
        }
    }

    function test_reveal_withAnotherDrawOpensNothing() public {
        seatHolder(TEXT, voterNamed(0), 5);
        uint40 docket = drawnAgain(4, 0);
        commitOne(docket, 0, 0xff);
        toReveals(docket);
        revealOne(docket, 0, 0xff);
        vm.prank(voterNamed(0));
        vm.expectRevert(abi.encodeWithSelector(ICourt.CommitmentMismatch.selector, docket, voterNamed(0)));
        court.reveal(docket, 1, 0xff, saltOf(voterNamed(0)), "");
    }

    /// @dev With 128 items any word is well formed, also one that is the commitment to a second vote. The trick opens a
    /// second reveal to the holder of two draws, and costs that voter both votes and the penalty of silence.
    function test_attack_secondVoteHiddenInTheFirstWord() public {
        for (uint256 i; i < 3; ++i) seatHolder(TEXT, voterNamed(i), 2);
        uint40 docket = drawnAgain(128, 9e18);
        address[] memory voters = court.committee(docket);
        (address cheat, uint8 first, uint8 second) = _holderOfTwo(voters);
        uint256 honest = uniform(3, 128);
        uint256 late = uniform(1, 128);
        uint256 trick = uint256(commitmentOf(docket, cheat, late, ""));
        bytes memory trickReasons = reasonsOf(trick, 128);
        for (uint8 i; i < 5; ++i) if (voters[i] != cheat) commitOne(docket, i, honest);
        commitAs(docket, cheat, trick, trickReasons);
        toReveals(docket);
        for (uint8 i; i < 5; ++i) {
            if (voters[i] != cheat && _firstDraw(voters, i) == i) revealOne(docket, i, honest);
        }
        revealAs(docket, cheat, first, trick, trickReasons);
        revealAs(docket, cheat, second, late, "");
        toSettling(docket);
        uint256 stakeBefore = seats.activeWeiOf(TEXT, cheat);
        court.settle(docket);
        uint256 verdict = court.docketOf(docket).verdict;
        vm.assertEq(verdict, honest);
        vm.assertEq(earned(cheat), 0);
        vm.assertEq(stakeBefore - seats.activeWeiOf(TEXT, cheat), 2 * 20e18, "the penalty of silence for two draws");
    }

    // --------------------------------------------------------------------------------------- ballots of old

    function test_attack_voteLeftFromAnEarlierDocket() public {
        uint40 first = drawn(3, 4, 3e18);
        commitAll(first, 0xff);
        judge(first, 0xff);
        uint40 second = drawnAgain(4, 3e18);
        address[] memory voters = court.committee(second);
        for (uint8 i = 1; i < 3; ++i) commitOne(second, i, 0xaa);
        toReveals(second);
        vm.prank(voters[0]);
        vm.expectRevert(abi.encodeWithSelector(ICourt.CommitmentMismatch.selector, second, voters[0]));
        court.reveal(second, 0, 0xff, saltOf(voters[0]), "");
        for (uint8 i = 1; i < 3; ++i) revealOne(second, i, 0xaa);
        toSettling(second);
        // Two of three: no quorum. What voter 0 left in the ballot is not counted as a vote.
        court.settle(second);
        assertPhase(second, ICourt.Phase.DRAWING);
        vm.assertEq(uint256(court.docketOf(second).round), 1);
    }

    function test_ballots_ofDocketsJudgedTogetherAreApart() public {
        seatVoters(TEXT, 3);
        uint40[3] memory dockets;
        for (uint256 i; i < 3; ++i) dockets[i] = drawnAgain(128, 3e18);
        for (uint256 i; i < 3; ++i) commitAll(dockets[i], uniform(i + 1, 128));
        for (uint256 i; i < 3; ++i) toReveals(dockets[i]);
        for (uint256 i; i < 3; ++i) for (uint8 k; k < 3; ++k) revealOne(dockets[i], k, uniform(i + 1, 128));
        for (uint256 i; i < 3; ++i) {
            court.settle(dockets[i]);
            uint256 verdict = court.docketOf(dockets[i]).verdict;
            vm.assertEq(verdict, uniform(i + 1, 128));
        }
    }

    /// @dev More dockets at once than a pool has boxes: those beyond keep their ballots in boxes of their own.
    function test_ballots_ofMoreDocketsThanBoxes() public {
        seatVoters(TEXT, 3);
        uint40[] memory dockets = new uint40[](51);
        for (uint256 i; i < 51; ++i) (dockets[i],) = enqueue(TEXT, 128, 3e18);
        skip(60);
        for (uint256 i; i < 51; ++i) court.draw(dockets[i]);
        for (uint256 i; i < 51; ++i) commitAll(dockets[i], uniform(1 + i % 3, 128));
        toReveals(dockets[0]);
        for (uint256 i; i < 51; ++i) for (uint8 k; k < 3; ++k) revealOne(dockets[i], k, uniform(1 + i % 3, 128));
        for (uint256 i; i < 51; ++i) {
            court.settle(dockets[i]);
            uint256 verdict = court.docketOf(dockets[i]).verdict;
            vm.assertEq(verdict, uniform(1 + i % 3, 128));
        }
        // All boxes are free again.
        judge(drawnAgain(128, 3e18), uniform(2, 128));
        vm.assertEq(earned(voterNamed(0)), 52e18);
    }

    function _firstDraw(address[] memory voters, uint256 index) private pure returns (uint256 first) {
        while (voters[first] != voters[index]) ++first;
    }

    function _holderOfTwo(address[] memory voters) private pure returns (address holder, uint8 first, uint8 second) {
        for (second = 1; second < voters.length; ++second) {
            first = uint8(_firstDraw(voters, second));
            if (first != second) return (voters[second], first, second);
        }
    }
}
