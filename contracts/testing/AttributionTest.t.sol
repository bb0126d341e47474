// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IServerPool} from "../interfaces/IServerPool.sol";
import {TrainingBase} from "./TrainingBase.t.sol";
import {chainTime, vm} from "./Vm.t.sol";

/// @notice A released model of the poster, a chat server, a user with money, and two contributors.
abstract contract AttributionTest is TrainingBase {
    uint96 internal constant OPEN = 1e18;
    uint96 internal constant ROOT_BOND = 500e18;
    uint96 internal constant FEE = 10e18;
    bytes32 internal constant LIST = "list";

    address internal user;
    address internal server;
    address internal proposer;
    address internal challenger;
    address internal treasury;
    address internal alice;
    address internal bob;
    uint40 internal model;
    IServerPool internal pool;

    function setUp() public virtual override {
        super.setUp();
        model = models.releaseOf(models.release(acceptedJob(), trainer, attestation(1))).model;
        (user, server, alice, bob) = (person("user"), person("server"), person("alice"), person("bob"));
        treasury = person("treasury");
        (proposer, challenger) = (person("proposer"), person("challenger"));
        give(user, 10_000 * OPEN, address(attribution));
        give(proposer, 10_000 * OPEN, address(attribution));
        give(challenger, 10_000 * OPEN, address(attribution));
        vm.prank(server);
        pool = IServerPool(attribution.registerServer("Quick answers"));
    }

    // -------------------------------------------------------------------------------------------- receipts

    function deposit(uint96 amountWei) internal {
        vm.prank(user);
        attribution.deposit(amountWei);
    }

    function receiptOf(uint96 cumulativeWei) internal view returns (IAttribution.Receipt memory) {
        return IAttribution.Receipt(user, server, model, cumulativeWei, uint40(chainTime()));
    }

    function signed(IAttribution.Receipt memory receipt) internal view returns (bytes memory) {
        return signedBy(keyOf("user"), receipt);
    }

    function signedBy(uint256 key, IAttribution.Receipt memory receipt) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, attribution.digestOf(receipt));
        return abi.encodePacked(r, s, v);
    }

    function redeem(uint96 cumulativeWei) internal returns (uint96 paidWei) {
        IAttribution.Receipt memory receipt = receiptOf(cumulativeWei);
        return attribution.redeem(receipt, signed(receipt));
    }

    /// @dev A user deposits and spends so much; half of it is the contributors'.
    function use(uint96 amountWei) internal {
        uint256 before = attribution.redeemedWei(user, server, model);
        deposit(amountWei);
        redeem(uint96(before + amountWei));
    }

    /// @dev Whatever governance, or who replaced it, says.
    function ruleThat(IParameters.UsageRules memory rules) internal {
        vm.mockCall(address(parameters), abi.encodeCall(IParameters.usageRules, ()), abi.encode(rules));
    }

    // ----------------------------------------------------------------------------------------------- roots

    function leafOf(address contributor, uint96 cumulativeWei) internal view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(model, contributor, cumulativeWei))));
    }

    /// @dev The root of a list of Alice and Bob.
    function rootOf(uint96 aliceWei, uint96 bobWei) internal view returns (bytes32) {
        return Hashes.commutativeKeccak256(leafOf(alice, aliceWei), leafOf(bob, bobWei));
    }

    /// @dev In a list of two the proof of one is the leaf of the other.
    function proofBeside(address other, uint96 otherWei) internal view returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = leafOf(other, otherWei);
    }

    function propose(uint96 aliceWei, uint96 bobWei) internal returns (uint40 proposal) {
        return proposeTotal(rootOf(aliceWei, bobWei), aliceWei + bobWei);
    }

    function proposeTotal(bytes32 root, uint96 totalWei) internal returns (uint40 proposal) {
        uint40 period = attribution.potOf(model).period + 1;
        vm.prank(proposer);
        return attribution.proposeRoot(model, period, root, totalWei, LIST);
    }

    function activate(uint96 aliceWei, uint96 bobWei) internal returns (uint40 proposal) {
        proposal = propose(aliceWei, bobWei);
        skip(2 days);
        attribution.activateRoot(model);
    }

    // ------------------------------------------------------------------------------------------ challenges

    /// @dev The challenger says that Alice's leaf is wrong.
    function challengeAlice(uint40 proposal, uint96 aliceWei, uint96 bobWei) internal returns (uint40) {
        bytes32[] memory proof = proofBeside(bob, bobWei);
        vm.prank(challenger);
        return attribution.challenge(proposal, alice, aliceWei, proof);
    }

    /// @dev The challenger says that somebody is missing.
    function challengeMissing(uint40 proposal, address missing) internal returns (uint40) {
        vm.prank(challenger);
        return attribution.challenge(proposal, missing, 0, new bytes32[](0));
    }

    function earned(address account) internal view returns (uint256 earnedWei) {
        (earnedWei,) = vault.earnedBy(account);
    }

    function held() internal view returns (uint256) {
        return token.balanceOf(address(attribution));
    }
}
