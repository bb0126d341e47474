// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {IServerPool} from "../interfaces/IServerPool.sol";
import {vm} from "../testing/Vm.t.sol";
import {Targets} from "./Accounting.t.sol";
import {AttributionHandler} from "./AttributionHandler.t.sol";
import {AttributionWorld} from "./AttributionWorld.t.sol";

/// @notice What holds whatever users, servers, stakers, proposers and challengers do, in any order.
contract AttributionInvariants is Targets {
    AttributionWorld internal world;
    AttributionHandler internal handler;
    IAttribution private _attribution;
    IERC20 private _token;

    function setUp() public {
        world = new AttributionWorld();
        world.setUp();
        handler = new AttributionHandler(world);
        (_token, _attribution,,) = world.deployed();
        bytes4[] memory actions = new bytes4[](18);
        // What moves money through to the contributors comes twice: the rest only disturbs it.
        actions[0] = handler.depositSome.selector;
        actions[1] = handler.depositSome.selector;
        actions[2] = handler.redeemSome.selector;
        actions[3] = handler.redeemSome.selector;
        actions[4] = handler.proposeSome.selector;
        actions[5] = handler.proposeSome.selector;
        actions[6] = handler.activateSome.selector;
        actions[7] = handler.activateSome.selector;
        actions[8] = handler.claimSome.selector;
        actions[9] = handler.challengeSome.selector;
        actions[10] = handler.resolveFirst.selector;
        actions[12] = handler.requestSome.selector;
        actions[13] = handler.cancelRequest.selector;
        actions[14] = handler.withdraw.selector;
        actions[15] = handler.stakeSome.selector;
        actions[16] = handler.unstakeSome.selector;
        actions[17] = handler.pass.selector;
        actions[11] = handler.claimFromVault.selector;
        _target(address(handler), actions);
    }

    /// @notice balance of Attribution = deposits + received - claimed + bonds, since nobody sends it money unasked.
    function invariant_attributionHoldsWhatItOwes() public view {
        uint256 owedWei;
        for (uint256 i; i < 2; ++i) {
            owedWei += _attribution.depositOf(world.userAt(i)).amountWei;
            IAttribution.Pot memory pot = _attribution.potOf(world.servedModels(i));
            owedWei += pot.receivedWei - pot.claimedWei;
        }
        for (uint40 i = 1; i <= _attribution.proposalCount(); ++i) owedWei += _attribution.proposalOf(i).bondWei;
        vm.assertEq(_token.balanceOf(address(_attribution)), owedWei);
    }

    /// @notice balance of the Vault = available + reserved + earned - claimed, with what Attribution credits.
    function invariant_vaultHoldsWhatItOwes() public view {
        vm.assertEq(world.vaultWei(), world.owedWei());
    }

    /// @notice claimed <= the active root's total <= what had come in when it became active <= what came in.
    function invariant_claimsStayWithinThePot() public view {
        for (uint256 i; i < 2; ++i) {
            uint40 model = world.servedModels(i);
            IAttribution.Pot memory pot = _attribution.potOf(model);
            vm.assertLe(pot.claimedWei, pot.totalWei, "claimed above the root's total");
            vm.assertLe(pot.totalWei, pot.floorWei, "a total above the floor");
            vm.assertLe(pot.floorWei, pot.receivedWei, "a floor above what came in");
            uint256 claimedWei;
            for (uint256 k; k < world.CONTRIBUTORS(); ++k) {
                claimedWei += _attribution.claimedWei(model, world.contributorAt(k));
            }
            vm.assertEq(claimedWei, pot.claimedWei, "claims do not add up");
        }
    }

    /// @notice A request is part of its deposit.
    function invariant_requestsArePartOfDeposits() public view {
        for (uint256 i; i < 2; ++i) {
            IAttribution.Deposit memory state = _attribution.depositOf(world.userAt(i));
            vm.assertLe(state.requestedWei, state.amountWei);
        }
    }

    /// @notice A pool's balance = what its shares are worth + what is locked.
    function invariant_poolsHoldWhatTheyOwe() public view {
        for (uint256 i; i < 2; ++i) {
            IServerPool pool = IServerPool(_attribution.poolOf(world.servers(i)));
            vm.assertEq(_token.balanceOf(address(pool)), pool.totalAssets() + pool.lockedWei());
        }
    }

    /// @notice Bonds lie here only for pending roots, and for dropped ones with open challenges; a proposal's open
    /// challenges are those without a verdict.
    function invariant_bondsHaveAReason() public view {
        uint256 open;
        for (uint40 i = 1; i <= _attribution.challengeCount(); ++i) {
            if (!_attribution.challengeOf(i).resolved) ++open;
        }
        for (uint40 i = 1; i <= _attribution.proposalCount(); ++i) {
            IAttribution.Proposal memory state = _attribution.proposalOf(i);
            open -= state.openChallenges;
            bool kept = state.status == IAttribution.Status.PENDING
                || (state.status == IAttribution.Status.DROPPED && state.openChallenges != 0);
            if (!kept) vm.assertEq(uint256(state.bondWei) + state.openChallenges, 0, "a bond without a reason");
        }
        vm.assertEq(open, 0, "challenges do not add up");
    }
}
