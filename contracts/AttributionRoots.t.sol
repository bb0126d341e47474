// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IAttribution} from "./interfaces/IAttribution.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {AttributionTest} from "./testing/AttributionTest.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice What contributors are owed: proposed, activated, claimed. The pot has 50 OPEN.
contract AttributionRootsTest is AttributionTest {
    function setUp() public override {
        super.setUp();
        use(100 * OPEN);
    }

    // -------------------------------------------------------------------------------------------- proposing

    function test_proposeRoot_bondsAndWaits() public {
        bytes32 root = rootOf(30 * OPEN, 20 * OPEN);
        uint256 before = token.balanceOf(proposer);
        vm.expectEmit(address(attribution));
        emit IAttribution.RootProposed(
            1, model, proposer, 1, root, 50 * OPEN, ROOT_BOND, uint40(chainTime() + 2 days), LIST
        );
        uint40 proposal = propose(30 * OPEN, 20 * OPEN);
        vm.assertEq(proposal, 1);
        vm.assertEq(attribution.proposalCount(), 1);
        vm.assertEq(before - token.balanceOf(proposer), ROOT_BOND);
        IAttribution.Proposal memory state = attribution.proposalOf(proposal);
        vm.assertTrue(state.status == IAttribution.Status.PENDING);
        vm.assertEq(state.model, model);
        vm.assertEq(state.period, 1);
        vm.assertEq(state.bondWei, ROOT_BOND);
        vm.assertEq(state.totalWei, 50 * OPEN);
        vm.assertEq(state.proposer, proposer);
        vm.assertEq(state.root, root);
        vm.assertEq(attribution.potOf(model).pending, proposal);
        vm.assertEq(attribution.potOf(model).root, bytes32(0), "a pending root pays nobody");
    }

    function test_proposeRoot_needsTheBond() public {
        bytes32 root = rootOf(30 * OPEN, 20 * OPEN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector, address(attribution), 0, ROOT_BOND
            )
        );
        vm.prank(rival);
        attribution.proposeRoot(model, 1, root, 50 * OPEN, LIST);
    }

    function test_proposeRoot_refusesNothing() public {
        vm.expectRevert(IAttribution.EmptyProposal.selector);
        attribution.proposeRoot(model, 1, 0, 50 * OPEN, LIST);
        vm.expectRevert(IAttribution.EmptyProposal.selector);
        attribution.proposeRoot(model, 1, "root", 0, LIST);
    }

    function test_proposeRoot_periodsFollowEachOther() public {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.WrongPeriod.selector, model, 0, 1));
        attribution.proposeRoot(model, 0, "root", 50 * OPEN, LIST);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.WrongPeriod.selector, model, 2, 1));
        attribution.proposeRoot(model, 2, "root", 50 * OPEN, LIST);
        activate(30 * OPEN, 20 * OPEN);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.WrongPeriod.selector, model, 1, 2));
        attribution.proposeRoot(model, 1, "root", 50 * OPEN, LIST);
    }

    function test_proposeRoot_oneAtATime() public {
        uint40 proposal = propose(30 * OPEN, 20 * OPEN);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.RootPending.selector, model, proposal));
        attribution.proposeRoot(model, 1, "root", 50 * OPEN, LIST);
    }

    function test_attack_totalAboveThePot() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.TotalOutOfRange.selector, model, 50 * OPEN + 1, 0, 50 * OPEN
            )
        );
        attribution.proposeRoot(model, 1, "root", 50 * OPEN + 1, LIST);
        vm.expectRevert(
            abi.encodeWithSelector(IAttribution.TotalOutOfRange.selector, model + 1, 1, 0, 0)
        );
        attribution.proposeRoot(model + 1, 1, "root", 1, LIST);
    }

    function test_attack_rootWithATotalLowerThanBefore() public {
        activate(30 * OPEN, 20 * OPEN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.TotalOutOfRange.selector, model, 50 * OPEN - 1, 50 * OPEN, 50 * OPEN
            )
        );
        attribution.proposeRoot(model, 2, "root", 50 * OPEN - 1, LIST);
    }

    function test_attack_rootsThatNeverCatchUp() public {
        propose(1, 0);
        use(100 * OPEN);
        skip(2 days);
        vm.expectEmit(address(attribution));
        emit IAttribution.RootActivated(1, model, 1, rootOf(1, 0), 1, 100 * OPEN);
        attribution.activateRoot(model);
        use(100 * OPEN);
        // Whatever came in before the activation must be distributed by the next root.
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.TotalOutOfRange.selector, model, 100 * OPEN - 1, 100 * OPEN, 150 * OPEN
            )
        );
        attribution.proposeRoot(model, 2, "root", 100 * OPEN - 1, LIST);
        propose(60 * OPEN, 40 * OPEN);
    }

    // ------------------------------------------------------------------------------------------- activating

    function test_activateRoot_afterTheWindow() public {
        uint40 proposal = propose(30 * OPEN, 20 * OPEN);
        uint40 activatesAt = attribution.proposalOf(proposal).activatesAt;
        vm.warp(activatesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.RootNotDue.selector, proposal, activatesAt));
        attribution.activateRoot(model);
        vm.warp(activatesAt);
        vm.prank(rival);
        attribution.activateRoot(model);
        IAttribution.Pot memory pot = attribution.potOf(model);
        vm.assertEq(pot.period, 1);
        vm.assertEq(pot.pending, 0);
        vm.assertEq(pot.totalWei, 50 * OPEN);
        vm.assertEq(pot.floorWei, 50 * OPEN);
        vm.assertEq(pot.root, rootOf(30 * OPEN, 20 * OPEN));
        vm.assertTrue(attribution.proposalOf(proposal).status == IAttribution.Status.ACTIVATED);
        vm.assertEq(attribution.proposalOf(proposal).bondWei, 0);
    }

    function test_attack_theProposersBondTwice() public {
        activate(30 * OPEN, 20 * OPEN);
        vm.assertEq(earned(proposer), ROOT_BOND);
        vm.assertEq(held(), 50 * OPEN);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.NoPendingRoot.selector, model));
        attribution.activateRoot(model);
        vm.assertEq(earned(proposer), ROOT_BOND);
    }

    function test_proposeRoot_keepsTheBondAndWindowOfItsTime() public {
        propose(30 * OPEN, 20 * OPEN);
        IParameters.UsageRules memory rules = usageRules();
        (rules.rootBondWei, rules.activationSeconds) = (9_000 * OPEN, 20 days);
        ruleThat(rules);
        skip(2 days);
        attribution.activateRoot(model);
        vm.assertEq(earned(proposer), ROOT_BOND);
    }

    function test_attack_rulesLetARootWaitForEver() public {
        IParameters.UsageRules memory rules = usageRules();
        rules.activationSeconds = type(uint32).max;
        ruleThat(rules);
        uint40 proposal = propose(30 * OPEN, 20 * OPEN);
        vm.assertEq(attribution.proposalOf(proposal).activatesAt, chainTime() + 30 days);
    }

    // --------------------------------------------------------------------------------------------- claiming

    function test_claim_paysWhatIsOwed() public {
        activate(30 * OPEN, 20 * OPEN);
        vm.expectEmit(address(attribution));
        emit IAttribution.Claimed(model, alice, 30 * OPEN, 30 * OPEN, alice);
        vm.assertEq(_claimAlice(30 * OPEN, 20 * OPEN), 30 * OPEN);
        vm.assertEq(_claimBob(30 * OPEN, 20 * OPEN), 20 * OPEN);
        vm.assertEq(earned(alice), 30 * OPEN);
        vm.assertEq(earned(bob), 20 * OPEN);
        vm.assertEq(attribution.claimedWei(model, alice), 30 * OPEN);
        vm.assertEq(attribution.potOf(model).claimedWei, 50 * OPEN);
        vm.assertEq(held(), 0);
        vault.claim(alice);
        vm.assertEq(token.balanceOf(alice), 30 * OPEN);
    }

    function test_attack_claimByAStrangerPaysTheContributor() public {
        activate(30 * OPEN, 20 * OPEN);
        bytes32[] memory proof = proofBeside(bob, 20 * OPEN);
        vm.prank(rival);
        attribution.claim(model, alice, 30 * OPEN, proof);
        vm.assertEq(earned(alice), 30 * OPEN);
        vm.assertEq(earned(rival), 0);
        vm.expectRevert(
            abi.encodeWithSelector(IAttribution.InvalidProof.selector, model, rival, 30 * OPEN)
        );
        attribution.claim(model, rival, 30 * OPEN, proof);
    }

    function test_attack_doubleClaim() public {
        activate(30 * OPEN, 20 * OPEN);
        _claimAlice(30 * OPEN, 20 * OPEN);
        bytes32[] memory proof = proofBeside(bob, 20 * OPEN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.NothingOwed.selector, model, alice, 30 * OPEN, 30 * OPEN
            )
        );
        attribution.claim(model, alice, 30 * OPEN, proof);
    }

    function test_claim_inTheNextPeriodPaysTheDifference() public {
        activate(30 * OPEN, 20 * OPEN);
        _claimAlice(30 * OPEN, 20 * OPEN);
        use(100 * OPEN);
        activate(55 * OPEN, 45 * OPEN);
        vm.assertEq(_claimAlice(55 * OPEN, 45 * OPEN), 25 * OPEN);
        vm.assertEq(_claimBob(55 * OPEN, 45 * OPEN), 45 * OPEN, "who did not claim lost nothing");
        vm.assertEq(held(), 0);
    }

    function test_attack_claimWithTheLastPeriodsRoot() public {
        activate(30 * OPEN, 20 * OPEN);
        use(100 * OPEN);
        activate(20 * OPEN, 80 * OPEN);
        bytes32[] memory proof = proofBeside(bob, 20 * OPEN);
        vm.expectPartialRevert(IAttribution.InvalidProof.selector);
        attribution.claim(model, alice, 30 * OPEN, proof);
    }

    function test_claim_ofALowerLeafThanWasPaidPaysNothing() public {
        activate(30 * OPEN, 20 * OPEN);
        _claimAlice(30 * OPEN, 20 * OPEN);
        use(100 * OPEN);
        activate(20 * OPEN, 80 * OPEN);
        bytes32[] memory proof = proofBeside(bob, 80 * OPEN);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAttribution.NothingOwed.selector, model, alice, 20 * OPEN, 30 * OPEN
            )
        );
        attribution.claim(model, alice, 20 * OPEN, proof);
        vm.assertEq(_claimBob(20 * OPEN, 80 * OPEN), 70 * OPEN, "together they get the total");
    }

    function test_attack_leavesAboveTheTotal() public {
        // A root that nobody challenged promises 40 + 20, and says that it is 50.
        proposeTotal(rootOf(40 * OPEN, 20 * OPEN), 50 * OPEN);
        skip(2 days);
        attribution.activateRoot(model);
        // Money of others lies beside it.
        deposit(500 * OPEN);
        vm.assertEq(_claimAlice(40 * OPEN, 20 * OPEN), 40 * OPEN);
        vm.assertEq(_claimBob(40 * OPEN, 20 * OPEN), 10 * OPEN);
        bytes32[] memory proof = proofBeside(alice, 40 * OPEN);
        vm.expectRevert(
            abi.encodeWithSelector(IAttribution.NothingOwed.selector, model, bob, 20 * OPEN, 10 * OPEN)
        );
        attribution.claim(model, bob, 20 * OPEN, proof);
        vm.assertEq(held(), 500 * OPEN);
    }

    function test_attack_anotherModelsPot() public {
        activate(30 * OPEN, 20 * OPEN);
        uint40 other = models.releaseOf(models.release(acceptedJob(), trainer, attestation(1))).model;
        bytes32[] memory proof = proofBeside(bob, 20 * OPEN);
        vm.expectRevert(abi.encodeWithSelector(IAttribution.InvalidProof.selector, other, alice, 30 * OPEN));
        attribution.claim(other, alice, 30 * OPEN, proof);
    }

    function test_attack_claimBeforeAnyRoot() public {
        vm.expectRevert(abi.encodeWithSelector(IAttribution.InvalidProof.selector, model, alice, 0));
        attribution.claim(model, alice, 0, new bytes32[](0));
        propose(30 * OPEN, 20 * OPEN);
        bytes32[] memory proof = proofBeside(bob, 20 * OPEN);
        vm.expectPartialRevert(IAttribution.InvalidProof.selector);
        attribution.claim(model, alice, 30 * OPEN, proof);
    }

    function test_attack_merkleSecondPreimage() public {
        // An inner node of a tree of four, shown as if it were a leaf: with a proof of one instead of two.
        bytes32 left = rootOf(10 * OPEN, 10 * OPEN);
        bytes32 right = Hashes.commutativeKeccak256(leafOf(poster, 10 * OPEN), leafOf(rival, 20 * OPEN));
        proposeTotal(Hashes.commutativeKeccak256(left, right), 50 * OPEN);
        skip(2 days);
        attribution.activateRoot(model);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = right;
        vm.expectPartialRevert(IAttribution.InvalidProof.selector);
        attribution.claim(model, alice, 10 * OPEN, proof);
        // The leaf's inner hash, the leaf itself, and the root without a proof.
        vm.expectPartialRevert(IAttribution.InvalidProof.selector);
        attribution.claim(model, alice, 10 * OPEN, new bytes32[](0));
        proof = new bytes32[](2);
        (proof[0], proof[1]) = (leafOf(bob, 10 * OPEN), right);
        vm.assertEq(attribution.claim(model, alice, 10 * OPEN, proof), 10 * OPEN);
    }

    function test_claim_ofTheOnlyContributorNeedsNoProof() public {
        proposeTotal(leafOf(alice, 50 * OPEN), 50 * OPEN);
        skip(2 days);
        attribution.activateRoot(model);
        vm.assertEq(attribution.claim(model, alice, 50 * OPEN, new bytes32[](0)), 50 * OPEN);
    }

    function test_claim_followsARotatedKey() public {
        activate(30 * OPEN, 20 * OPEN);
        vm.prank(address(datanets));
        vault.rotate(alice, rival);
        vm.expectEmit(address(attribution));
        emit IAttribution.Claimed(model, alice, 30 * OPEN, 30 * OPEN, rival);
        _claimAlice(30 * OPEN, 20 * OPEN);
        vm.assertEq(earned(rival), 30 * OPEN);
    }

    // ---------------------------------------------------------------------------------------------- details

    function _claimAlice(uint96 aliceWei, uint96 bobWei) private returns (uint96) {
        return attribution.claim(model, alice, aliceWei, proofBeside(bob, bobWei));
    }

    function _claimBob(uint96 aliceWei, uint96 bobWei) private returns (uint96) {
        return attribution.claim(model, bob, bobWei, proofBeside(alice, aliceWei));
    }
}
