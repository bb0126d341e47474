// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAttribution} from "../interfaces/IAttribution.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {UsageLimits} from "../libraries/UsageLimits.sol";
import {Pots} from "./Pots.sol";

/// @title Roots
/// @notice What contributors are owed: proposed by anybody against a bond, active when nobody could show a wrong leaf.
abstract contract Roots is Pots {
    /// @inheritdoc IAttribution
    uint40 public proposalCount;
    mapping(uint40 proposal => Proposal) internal _proposals;

    /// @inheritdoc IAttribution
    function proposeRoot(uint40 model, uint40 period, bytes32 root, uint96 totalWei, bytes32 listDigest)
        external
        returns (uint40 proposal)
    {
        Pot storage pot = _pots[model];
        if (root == 0 || totalWei == 0) revert EmptyProposal();
        if (period != pot.period + 1) revert WrongPeriod(model, period, pot.period + 1);
        if (pot.pending != 0) revert RootPending(model, pot.pending);
        if (totalWei < pot.floorWei || totalWei > pot.receivedWei) {
            revert TotalOutOfRange(model, totalWei, pot.floorWei, pot.receivedWei);
        }
        IParameters.UsageRules memory rules = PARAMETERS.usageRules();
        uint40 activatesAt = uint40(block.timestamp + UsageLimits.activationSeconds(rules));
        proposal = ++proposalCount;
        pot.pending = proposal;
        _proposals[proposal] = Proposal({
            status: Status.PENDING,
            model: model,
            period: period,
            activatesAt: activatesAt,
            openChallenges: 0,
            bondWei: rules.rootBondWei,
            totalWei: totalWei,
            proposer: msg.sender,
            root: root
        });
        emit RootProposed(
            proposal, model, msg.sender, period, root, totalWei, rules.rootBondWei, activatesAt, listDigest
        );
        _pull(rules.rootBondWei);
    }

    /// @inheritdoc IAttribution
    function activateRoot(uint40 model) external {
        Pot storage pot = _pots[model];
        uint40 number = pot.pending;
        if (number == 0) revert NoPendingRoot(model);
        Proposal storage proposal = _proposals[number];
        if (block.timestamp < proposal.activatesAt) revert RootNotDue(number, proposal.activatesAt);
        if (proposal.openChallenges != 0) revert ChallengesOpen(number, proposal.openChallenges);
        (uint96 bondWei, uint96 totalWei, bytes32 root) = (proposal.bondWei, proposal.totalWei, proposal.root);
        proposal.status = Status.ACTIVATED;
        proposal.bondWei = 0;
        pot.pending = 0;
        pot.period = proposal.period;
        pot.root = root;
        pot.totalWei = totalWei;
        pot.floorWei = pot.receivedWei;
        emit RootActivated(number, model, proposal.period, root, totalWei, pot.receivedWei);
        _credit(proposal.proposer, bondWei);
    }

    /// @inheritdoc IAttribution
    function proposalOf(uint40 proposal) external view returns (Proposal memory) {
        return _proposals[proposal];
    }
}
