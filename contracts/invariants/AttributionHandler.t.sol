// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {ICourt} from "../interfaces/ICourt.sol";
import {IServerPool} from "../interfaces/IServerPool.sol";
import {AttributionTest} from "../testing/AttributionTest.t.sol";
import {bound, chainTime, vm} from "../testing/Vm.t.sol";
import {AttributionWorld} from "./AttributionWorld.t.sol";

/// @notice What the people of AttributionWorld do: users and stakers, proposers right and wrong, challengers and judges.
contract AttributionHandler is AttributionTest {
    uint256 private constant CONTRIBUTORS = 4;

    AttributionWorld private immutable WORLD;
    /// @dev What each contributor's leaf says, by proposal; and the last activated proposal of a model.
    mapping(uint40 proposal => uint96[CONTRIBUTORS]) private _lists;
    mapping(uint40 model => uint40 proposal) private _active;
    mapping(bytes32 leaf => bool) private _challenged;
    /// @dev The most that a user ever signed to a server for a model, and what was paid of it.
    mapping(bytes32 use => uint96) private _signed;
    mapping(bytes32 use => uint256) private _paid;

    constructor(AttributionWorld world) {
        WORLD = world;
        (token, attribution, court, vault) = world.deployed();
        (proposer, challenger) = (person("proposer"), person("challenger"));
    }

    /// @dev The world is set up already.
    function setUp() public pure override {}

    // ------------------------------------------------------------------------------------------ actions

    function depositSome(uint256 who, uint96 amountWei) external {
        uint256 most = token.balanceOf(_user(who));
        if (most == 0) return;
        vm.prank(_user(who));
        attribution.deposit(uint96(bound(amountWei, 1, most < 100 * OPEN ? most : 100 * OPEN)));
    }

    function requestSome(uint256 who, uint96 amountWei) external {
        uint96 mostWei = attribution.depositOf(_user(who)).amountWei;
        if (mostWei == 0) return;
        vm.prank(_user(who));
        attribution.requestWithdrawal(uint96(bound(amountWei, 1, mostWei)));
    }

    function cancelRequest(uint256 who) external {
        if (attribution.depositOf(_user(who)).requestedWei == 0) return;
        vm.prank(_user(who));
        attribution.cancelWithdrawal();
    }

    function withdraw(uint256 who) external {
        IAttribution.Deposit memory state = attribution.depositOf(_user(who));
        vm.prank(_user(who));
        try attribution.withdraw() returns (uint96 amountWei) {
            vm.assertGe(chainTime(), state.availableAt, "a deposit left too early");
            vm.assertEq(amountWei, state.requestedWei, "not what was requested");
        } catch {
            vm.assertTrue(state.requestedWei == 0 || chainTime() < state.availableAt, "a due request stayed");
        }
    }

    function redeemSome(uint256 seed, uint96 amountWei) external {
        address who = _user(seed);
        IAttribution.Receipt memory receipt = receiptOf(0);
        (receipt.user, receipt.server, receipt.model) = (who, WORLD.servers((seed >> 8) % 2), _model(seed >> 16));
        receipt.issuedAt -= uint40((seed >> 24) % 1.2 days);
        bytes32 key = keccak256(abi.encode(receipt.user, receipt.server, receipt.model));
        // Now and then an older receipt, or the same again.
        receipt.cumulativeWei = _signed[key] / 2 + uint96(bound(amountWei, 0, 80 * OPEN));
        if (receipt.cumulativeWei > _signed[key]) _signed[key] = receipt.cumulativeWei;
        bytes memory signature = signedBy(keyOf(WORLD.userNamed(seed)), receipt);
        uint256 depositWei = attribution.depositOf(who).amountWei;
        try attribution.redeem(receipt, signature) returns (uint96 paidWei) {
            vm.assertLe(chainTime(), receipt.issuedAt + 1 days, "a dead receipt was paid");
            _paid[key] += paidWei;
            vm.assertLe(_paid[key], _signed[key], "more was paid than signed");
            vm.assertEq(attribution.depositOf(who).amountWei, depositWei - paidWei);
        } catch {
            vm.assertTrue(
                chainTime() > receipt.issuedAt + 1 days || depositWei == 0 || receipt.cumulativeWei <= _paid[key],
                "a live receipt was refused"
            );
        }
    }

    function stakeSome(uint256 who, uint256 amountWei) external {
        address staker = _user(who);
        IServerPool staked = IServerPool(attribution.poolOf(WORLD.servers(who % 2)));
        uint256 most = token.balanceOf(staker);
        if (most == 0) return;
        vm.prank(staker);
        staked.deposit(bound(amountWei, 1, most < 100 * OPEN ? most : 100 * OPEN), staker);
    }

    function unstakeSome(uint256 who, uint256 shares) external {
        address staker = _user(who);
        IServerPool staked = IServerPool(attribution.poolOf(WORLD.servers(who % 2)));
        uint256 mine = staked.balanceOf(staker);
        vm.prank(staker);
        staked.redeem(bound(shares, 0, mine), staker, staker);
    }

    function proposeSome(uint256 seed) external {
        uint40 number = _model(seed);
        IAttribution.Pot memory pot = attribution.potOf(number);
        if (pot.pending != 0 || pot.receivedWei == 0) return;
        uint96 totalWei = uint96(bound(seed >> 1, pot.floorWei == 0 ? 1 : pot.floorWei, pot.receivedWei));
        uint96[CONTRIBUTORS] memory list = _share(seed, totalWei);
        // Some promise more than their total.
        if (seed % 5 == 0) list[0] += OPEN;
        bytes32 root = _rootOf(number, list);
        vm.prank(proposer);
        uint40 proposal = attribution.proposeRoot(number, pot.period + 1, root, totalWei, LIST);
        _lists[proposal] = list;
    }

    function challengeSome(uint256 seed) external {
        uint40 number = _model(seed);
        uint40 proposal = attribution.potOf(number).pending;
        if (proposal == 0 || chainTime() >= attribution.proposalOf(proposal).activatesAt) return;
        uint256 index = (seed >> 8) % CONTRIBUTORS;
        bool missing = (seed >> 16) % 2 == 0;
        uint96 cumulativeWei = missing ? 0 : _lists[proposal][index];
        bytes32 leaf = keccak256(abi.encode(proposal, index, cumulativeWei));
        if (_challenged[leaf]) return;
        _challenged[leaf] = true;
        bytes32[] memory proof = missing ? new bytes32[](0) : _proofOf(number, _lists[proposal], index);
        address contributor = _contributor(index);
        vm.prank(challenger);
        attribution.challenge(proposal, contributor, cumulativeWei, proof);
    }

    /// @dev Judges the first open challenge, with everything in its docket, and executes the verdict.
    function resolveFirst(uint256 word) external {
        for (uint40 number = 1; number <= attribution.challengeCount(); ++number) {
            IAttribution.Challenge memory state = attribution.challengeOf(number);
            if (state.resolved) continue;
            _judge(state.docket, word);
            attribution.resolve(number);
            break;
        }
    }

    function activateSome(uint256 which) external {
        uint40 number = _model(which);
        uint40 proposal = attribution.potOf(number).pending;
        if (proposal == 0) return;
        IAttribution.Proposal memory state = attribution.proposalOf(proposal);
        // Mostly when it is due.
        if (chainTime() < state.activatesAt && which % 8 > 1) skip(state.activatesAt - chainTime());
        try attribution.activateRoot(number) {
            vm.assertTrue(chainTime() >= state.activatesAt && state.openChallenges == 0, "activated too early");
            _active[number] = proposal;
        } catch {
            vm.assertTrue(chainTime() < state.activatesAt || state.openChallenges != 0, "a due root waits");
        }
    }

    function claimSome(uint256 seed) external {
        uint40 number = _model(seed);
        uint40 proposal = _active[number];
        if (proposal == 0) return;
        uint256 index = (seed >> 8) % CONTRIBUTORS;
        address contributor = _contributor(index);
        uint96 cumulativeWei = _lists[proposal][index];
        bytes32[] memory proof = _proofOf(number, _lists[proposal], index);
        uint256 before = attribution.claimedWei(number, contributor);
        IAttribution.Pot memory pot = attribution.potOf(number);
        try attribution.claim(number, contributor, cumulativeWei, proof) returns (uint96 paidWei) {
            vm.assertLe(before + paidWei, cumulativeWei, "a contributor got more than the leaf says");
        } catch {
            vm.assertTrue(cumulativeWei <= before || pot.claimedWei == pot.totalWei, "a claim was refused");
        }
    }

    function claimFromVault(uint256 who) external {
        WORLD.claimFromVault(who);
    }

    function pass(uint256 elapsedSeconds) external {
        skip(bound(elapsedSeconds, 1, 2 days));
    }

    // ------------------------------------------------------------------------------------------ details

    function _model(uint256 index) private view returns (uint40) {
        return WORLD.servedModels(index % 2);
    }

    function _user(uint256 index) private view returns (address) {
        return WORLD.userAt(index);
    }

    function _contributor(uint256 index) private view returns (address) {
        return WORLD.contributorAt(index);
    }

    function _judge(uint40 docket, uint256 word) private {
        ICourt.Phase phase = court.docketOf(docket).phase;
        if (phase == ICourt.Phase.SETTLED) return;
        if (phase == ICourt.Phase.COLLECTING) {
            skip(1 hours);
            court.close(COMPUTE);
        }
        skip(60);
        court.draw(docket);
        if (court.docketOf(docket).phase == ICourt.Phase.DRAWING) {
            // The seed's block was out of reach: another one was fixed.
            skip(60);
            court.draw(docket);
        }
        uint256 items = court.docketOf(docket).items;
        judge(docket, word & ((uint256(1) << (2 * items)) - 1));
    }

    function _share(uint256 seed, uint96 totalWei) private pure returns (uint96[CONTRIBUTORS] memory list) {
        uint96 leftWei = totalWei;
        for (uint256 i; i < CONTRIBUTORS - 1; ++i) {
            list[i] = uint96(uint256(keccak256(abi.encode(seed, i))) % (uint256(leftWei) + 1));
            leftWei -= list[i];
        }
        list[CONTRIBUTORS - 1] = leftWei;
    }

    function _leaf(uint40 number, uint96[CONTRIBUTORS] memory list, uint256 index) private view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(number, _contributor(index), list[index]))));
    }

    function _pair(uint40 number, uint96[CONTRIBUTORS] memory list, uint256 index) private view returns (bytes32) {
        return Hashes.commutativeKeccak256(_leaf(number, list, index), _leaf(number, list, index + 1));
    }

    function _rootOf(uint40 number, uint96[CONTRIBUTORS] memory list) private view returns (bytes32) {
        return Hashes.commutativeKeccak256(_pair(number, list, 0), _pair(number, list, 2));
    }

    function _proofOf(uint40 number, uint96[CONTRIBUTORS] memory list, uint256 index)
        private
        view
        returns (bytes32[] memory proof)
    {
        proof = new bytes32[](2);
        proof[0] = _leaf(number, list, index ^ 1);
        proof[1] = _pair(number, list, index < 2 ? 2 : 0);
    }
}
