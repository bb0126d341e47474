// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAttribution} from "./interfaces/IAttribution.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {AttributionTest} from "./testing/AttributionTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Leaves before the court. The pot has 50 OPEN; a root of 30 for Alice and 20 for Bob waits.
contract AttributionChallengesTest is AttributionTest {
    uint96 private constant ALICE = 30 * OPEN;
    uint96 private constant BOB = 20 * OPEN;
    uint256 private constant WRONG = 0;
    uint256 private constant RIGHT = 3;

    uint40 private _proposal;
    address private _friend;

    function setUp() public override {
        super.setUp();
        _friend = person("friend");
        use(100 * OPEN);
        _proposal = propose(ALICE, BOB);
    }

    // ------------------------------------------------------------------------------------------ challenging

    function test_challenge_paysTheCourt() public {
        (, uint256 escrowWei) = vault.accountOf(address(court), 0);
        uint40 docket = court.openDocket(COMPUTE);
        uint256 before = token.balanceOf(challenger);
        vm.expectEmit(address(attribution));
        emit IAttribution.Challenged(1, _proposal, alice, ALICE, challenger, FEE, docket, 0);
        uint40 number = challengeAlice(_proposal, ALICE, BOB);
        vm.assertEq(number, 1);
        vm.assertEq(attribution.challengeCount(), 1);
        vm.assertEq(before - token.balanceOf(challenger), FEE);
        (, uint256 escrowAfterWei) = vault.accountOf(address(court), 0);
        vm.assertEq(escrowAfterWei - escrowWei, FEE);
        vm.assertEq(held(), 50 * OPEN + ROOT_BOND, "the fee does not stay here");
        vm.assertEq(attribution.proposalOf(_proposal).openChallenges, 1);
        IAttribution.Challenge memory state = attribution.challengeOf(number);
        vm.assertEq(state.proposal, _proposal);
        vm.assertEq(state.docket, docket);
        vm.assertEq(state.position, 0);
        vm.assertEq(state.feeWei, FEE);
        vm.assertEq(state.challenger, challenger);
        vm.assertFalse(state.resolved);
    }

    function test_challenge_needsTheFee() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(attribution), 0, FEE)
        );
        vm.prank(rival);
        attribution.challenge(_proposal, bob, 0, new bytes32[](0));
    }

    function test_challenge_onlyWithinTheWindow() public {
        uint40 activatesAt = attribution.proposalOf(_proposal).activatesAt;
        vm.warp(activatesAt);
        bytes32[] memory proof = proofBeside(bob, BOB);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.ChallengeTooLate.selector, _proposal, activatesAt));
        vm.prank(challenger);
        attribution.challenge(_proposal, alice, ALICE, proof);
        vm.warp(activatesAt - 1);
        challengeAlice(_proposal, ALICE, BOB);
    }

    function test_challenge_onlyOfALeafOfTheRoot() public {
        bytes32[] memory proof = proofBeside(bob, BOB);
        vm.startPrank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.InvalidProof.selector, model, alice, ALICE + 1));
        attribution.challenge(_proposal, alice, ALICE + 1, proof);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.InvalidProof.selector, model, rival, ALICE));
        attribution.challenge(_proposal, rival, ALICE, proof);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.InvalidProof.selector, model, alice, 0));
        attribution.challenge(_proposal, alice, 0, proof);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.InvalidProof.selector, model, alice, 1));
        attribution.challenge(_proposal, alice, 1, new bytes32[](0));
    }

    function test_challenge_onlyOfAPendingRoot() public {
        _expectNotPending(0, IAttribution.Status.NONE);
        challengeMissing(0, bob);
        _expectNotPending(2, IAttribution.Status.NONE);
        challengeMissing(2, bob);
        skip(2 days);
        attribution.activateRoot(model);
        _expectNotPending(_proposal, IAttribution.Status.ACTIVATED);
        challengeMissing(_proposal, bob);
    }

    function test_challenge_ofOneLeafOnlyOnce() public {
        uint40 first = challengeAlice(_proposal, ALICE, BOB);
        bytes32[] memory proof = proofBeside(bob, BOB);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.AlreadyChallenged.selector, first));
        vm.prank(challenger);
        attribution.challenge(_proposal, alice, ALICE, proof);
        // That the same person is missing too is another claim.
        challengeMissing(_proposal, alice);
    }

    function test_challenge_ofTheSameLeafInAnotherProposal() public {
        attribution.resolve(_judged(challengeAlice(_proposal, ALICE, BOB), WRONG));
        uint40 again = propose(ALICE, BOB);
        vm.assertEq(challengeAlice(again, ALICE, BOB), 2);
    }

    // -------------------------------------------------------------------------------------------- resolving

    function test_resolve_dropsARootWithAWrongLeaf() public {
        uint40 number = _judged(challengeAlice(_proposal, ALICE, BOB), WRONG);
        uint96 rewardWei = FEE + (ROOT_BOND - FEE) / 2;
        vm.expectEmit(address(attribution));
        emit IAttribution.ChallengeResolved(number, _proposal, challenger, true, rewardWei);
        vm.expectEmit(address(attribution));
        emit IAttribution.RootDropped(_proposal, model, 1);
        vm.expectEmit(address(attribution));
        emit IAttribution.BondForfeited(_proposal, ROOT_BOND - rewardWei);
        uint256 treasuryWei = earned(treasury);
        vm.prank(rival);
        attribution.resolve(number);
        vm.assertEq(earned(challenger), rewardWei);
        vm.assertEq(earned(treasury) - treasuryWei, ROOT_BOND - rewardWei);
        vm.assertEq(earned(proposer), 0);
        vm.assertEq(held(), 50 * OPEN);
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.DROPPED);
        vm.assertEq(attribution.proposalOf(_proposal).bondWei, 0);
        vm.assertTrue(attribution.challengeOf(number).resolved);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NoPendingRoot.selector, model));
        attribution.activateRoot(model);
        _expectNotPending(_proposal, IAttribution.Status.DROPPED);
        challengeMissing(_proposal, bob);
        // Another may be proposed for the same period at once.
        activate(25 * OPEN, 25 * OPEN);
    }

    function test_resolve_ofADroppedRootFreesItsPeriod() public {
        uint40 number = _judged(challengeAlice(_proposal, ALICE, BOB), WRONG);
        attribution.resolve(number);
        uint40 next = propose(25 * OPEN, 25 * OPEN);
        vm.assertEq(attribution.potOf(model).pending, next);
        vm.assertEq(attribution.proposalOf(next).period, 1);
    }

    function test_resolve_letsARightRootGoOn() public {
        uint40 number = _judged(challengeAlice(_proposal, ALICE, BOB), RIGHT);
        vm.expectEmit(address(attribution));
        emit IAttribution.ChallengeResolved(number, _proposal, challenger, false, 0);
        attribution.resolve(number);
        vm.assertEq(earned(challenger), 0);
        vm.assertEq(held(), 50 * OPEN + ROOT_BOND);
        skip(2 days);
        attribution.activateRoot(model);
        vm.assertEq(earned(proposer), ROOT_BOND);
    }

    function test_resolve_aFairGradeIsEnough() public {
        uint40 number = _judged(challengeAlice(_proposal, ALICE, BOB), 1);
        attribution.resolve(number);
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.PENDING);
    }

    function test_resolve_somebodyMissing() public {
        uint40 number = challengeMissing(_proposal, rival);
        attribution.resolve(_judged(number, WRONG));
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.DROPPED);
    }

    function test_resolve_onlyWithAFinalVerdict() public {
        uint40 number = challengeAlice(_proposal, ALICE, BOB);
        vm.expectPartialRevert(ICourt.NotFinal.selector);
        attribution.resolve(number);
        settleWith(closeAndDraw(COMPUTE), WRONG);
        vm.expectPartialRevert(ICourt.StillAppealable.selector);
        attribution.resolve(number);
        skip(12 hours);
        attribution.resolve(number);
    }

    function test_resolve_refusesAnUnknownChallenge() public {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.UnknownChallenge.selector, 1));
        attribution.resolve(1);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.UnknownChallenge.selector, 1));
        attribution.appeal(1);
    }

    function test_attack_executeAVerdictTwice() public {
        uint40 number = _judged(challengeAlice(_proposal, ALICE, BOB), WRONG);
        attribution.resolve(number);
        uint256 paidWei = earned(challenger);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.AlreadyResolved.selector, number));
        attribution.resolve(number);
        // Nor against the next proposal.
        propose(25 * OPEN, 25 * OPEN);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.AlreadyResolved.selector, number));
        attribution.resolve(number);
        vm.assertEq(earned(challenger), paidWei);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.AlreadyResolved.selector, number));
        attribution.appeal(number);
    }

    // ------------------------------------------------------------------------------------ several challenges

    function test_attack_aShamChallengeShieldsABadRoot() public {
        // The proposer's friend challenges what is right; somebody else what is wrong, at the last moment.
        give(_friend, 100 * OPEN, address(attribution));
        bytes32[] memory proof = proofBeside(alice, ALICE);
        vm.prank(_friend);
        uint40 sham = attribution.challenge(_proposal, bob, BOB, proof);
        vm.warp(attribution.proposalOf(_proposal).activatesAt - 1);
        uint40 real = challengeAlice(_proposal, ALICE, BOB);
        skip(60);
        // They are judged in two dockets.
        court.draw(attribution.challengeOf(sham).docket);
        judge(attribution.challengeOf(sham).docket, RIGHT);
        closeAndJudge(COMPUTE, WRONG);
        attribution.resolve(sham);
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.PENDING);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.ChallengesOpen.selector, _proposal, 1));
        attribution.activateRoot(model);
        attribution.resolve(real);
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.DROPPED);
    }

    function test_attack_shamChallengesBlockAnHonestRoot() public {
        // They can only be made in the window, and are judged side by side.
        for (uint160 i = 1; i <= 20; ++i) challengeMissing(_proposal, address(i));
        closeAndJudge(COMPUTE, uniform(RIGHT, 20));
        for (uint40 i = 1; i <= 20; ++i) attribution.resolve(i);
        skip(2 days);
        vm.expectPartialRevert(IAttribution.ChallengeTooLate.selector);
        challengeMissing(_proposal, address(21));
        attribution.activateRoot(model);
        vm.assertEq(earned(proposer), ROOT_BOND);
    }

    function test_attack_theBondIsPaidTwice() public {
        // Two right challenges: the first earns the reward, the second gets the fee back, the treasury the rest.
        uint40 first = challengeAlice(_proposal, ALICE, BOB);
        uint40 second = _challengeMissingAs(_friend, bob);
        closeAndJudge(COMPUTE, uniform(WRONG, 2));
        uint96 rewardWei = FEE + (ROOT_BOND - FEE) / 2;
        uint256 treasuryWei = earned(treasury);
        attribution.resolve(first);
        vm.assertEq(attribution.proposalOf(_proposal).bondWei, ROOT_BOND - rewardWei);
        vm.assertEq(earned(treasury), treasuryWei, "while a challenge is open the rest stays");
        vm.expectEmit(address(attribution));
        emit IAttribution.ChallengeResolved(second, _proposal, _friend, true, FEE);
        attribution.resolve(second);
        vm.assertEq(earned(challenger), rewardWei);
        vm.assertEq(earned(_friend), FEE);
        vm.assertEq(earned(treasury) - treasuryWei, ROOT_BOND - rewardWei - FEE);
        vm.assertEq(held(), 50 * OPEN);
    }

    function test_resolve_aWrongChallengeOfADroppedRootIsPaidNothing() public {
        uint40 first = challengeAlice(_proposal, ALICE, BOB);
        uint40 second = _challengeMissingAs(_friend, bob);
        closeAndJudge(COMPUTE, WRONG | (RIGHT << 2));
        attribution.resolve(first);
        attribution.resolve(second);
        vm.assertEq(earned(_friend), 0);
        vm.assertEq(attribution.proposalOf(_proposal).openChallenges, 0);
        vm.assertEq(held(), 50 * OPEN);
    }

    function test_resolve_ofADroppedRootLeavesTheNextAlone() public {
        uint40 first = challengeAlice(_proposal, ALICE, BOB);
        uint40 second = _challengeMissingAs(_friend, bob);
        closeAndJudge(COMPUTE, uniform(WRONG, 2));
        attribution.resolve(first);
        uint40 next = propose(25 * OPEN, 25 * OPEN);
        attribution.resolve(second);
        vm.assertEq(attribution.potOf(model).pending, next);
        vm.assertTrue(attribution.proposalOf(next).status == IAttribution.Status.PENDING);
        vm.assertEq(attribution.proposalOf(next).bondWei, ROOT_BOND);
    }

    function test_attack_theProposerChallengesThemself() public {
        bytes32[] memory proof = proofBeside(bob, BOB);
        uint256 before = token.balanceOf(proposer) + ROOT_BOND;
        vm.prank(proposer);
        uint40 number = attribution.challenge(_proposal, alice, ALICE, proof);
        attribution.resolve(_judged(number, WRONG));
        vault.claim(proposer);
        vm.assertEq(before - token.balanceOf(proposer), (ROOT_BOND + FEE) / 2);
    }

    function test_resolve_aBondSmallerThanTheFeePaysWhatItIs() public {
        attribution.resolve(_judged(challengeAlice(_proposal, ALICE, BOB), WRONG));
        IParameters.UsageRules memory rules = usageRules();
        rules.rootBondWei = 4 * OPEN;
        ruleThat(rules);
        uint40 again = propose(ALICE, BOB);
        uint256 before = earned(challenger);
        uint40 number = challengeAlice(again, ALICE, BOB);
        attribution.resolve(_judged(number, WRONG));
        vm.assertEq(earned(challenger) - before, 4 * OPEN);
        vm.assertEq(held(), 50 * OPEN);
    }

    // -------------------------------------------------------------------------------------------- appealing

    function test_appeal_canSaveARoot() public {
        uint40 number = challengeAlice(_proposal, ALICE, BOB);
        settleWith(closeAndDraw(COMPUTE), WRONG);
        uint40 docket = _appeal(number);
        vm.assertEq(court.appealOf(docket).appellant, proposer);
        _judgeAppeal(docket, RIGHT);
        attribution.resolve(number);
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.PENDING);
        vm.assertEq(earned(challenger), 0);
    }

    function test_appeal_canDropARoot() public {
        uint40 number = challengeAlice(_proposal, ALICE, BOB);
        settleWith(closeAndDraw(COMPUTE), RIGHT);
        uint40 docket = _appeal(number);
        vm.expectRevert();
        attribution.resolve(number);
        _judgeAppeal(docket, WRONG);
        attribution.resolve(number);
        vm.assertTrue(attribution.proposalOf(_proposal).status == IAttribution.Status.DROPPED);
    }

    // ---------------------------------------------------------------------------------------------- details

    function _judged(uint40 number, uint256 grade) private returns (uint40) {
        closeAndJudge(COMPUTE, grade);
        return number;
    }

    function _challengeMissingAs(address who, address missing) private returns (uint40) {
        give(who, 100 * OPEN, address(attribution));
        vm.prank(who);
        return attribution.challenge(_proposal, missing, 0, new bytes32[](0));
    }

    function _appeal(uint40 number) private returns (uint40 docket) {
        vm.startPrank(proposer);
        token.approve(address(vault), type(uint256).max);
        docket = attribution.appeal(number);
        vm.stopPrank();
    }

    function _judgeAppeal(uint40 docket, uint256 grade) private {
        skip(60);
        court.draw(docket);
        judge(docket, grade);
        skip(12 hours);
    }

    function _expectNotPending(uint40 proposal, IAttribution.Status status) private {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NotPending.selector, proposal, status));
    }
}
