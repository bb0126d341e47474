// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {Roots} from "./Roots.sol";

/// @title Challenges
/// @notice Puts leaves of pending roots before the court, and executes its verdicts.
abstract contract Challenges is Roots {
    uint8 private constant COMPUTE = 3;

    /// @inheritdoc IAttribution
    uint40 public challengeCount;
    mapping(uint40 challenge => Challenge) private _challenges;
    /// @dev By the hash of proposal, contributor and cumulativeWei.
    mapping(bytes32 leaf => uint40 challenge) private _challengeOfLeaf;

    /// @inheritdoc IAttribution
    function challenge(uint40 proposal, address contributor, uint96 cumulativeWei, bytes32[] calldata proof)
        external
        returns (uint40 challenge_)
    {
        _requireChallengeable(proposal, contributor, cumulativeWei, proof);
        bytes32 leaf = keccak256(abi.encode(proposal, contributor, cumulativeWei));
        if (_challengeOfLeaf[leaf] != 0) revert AlreadyChallenged(_challengeOfLeaf[leaf]);
        uint96 feeWei = PARAMETERS.usageRules().challengeFeeWei;
        challenge_ = ++challengeCount;
        _challengeOfLeaf[leaf] = challenge_;
        ++_proposals[proposal].openChallenges;

        // The court's place is part of the record and of the event: it must be asked first.
        _pull(feeWei);
        VAULT.depositFees(address(this), feeWei);
        (uint40 docket, uint8 position) = COURT.admit(COMPUTE, 1, feeWei);
        _challenges[challenge_] = Challenge(proposal, docket, position, feeWei, false, msg.sender);
        emit Challenged(challenge_, proposal, contributor, cumulativeWei, msg.sender, feeWei, docket, position);
    }

    /// @inheritdoc IAttribution
    function appeal(uint40 challenge_) external returns (uint40 appealDocket) {
        Challenge storage challenged = _openChallenge(challenge_);
        return COURT.appeal(challenged.docket, challenged.position, 1, msg.sender);
    }

    /// @inheritdoc IAttribution
    function resolve(uint40 challenge_) external {
        Challenge storage challenged = _openChallenge(challenge_);
        bool upheld = COURT.gradesOf(challenged.docket, challenged.position, 1) == 0;
        (uint40 number, address challenger) = (challenged.proposal, challenged.challenger);
        Proposal storage proposal = _proposals[number];
        challenged.resolved = true;
        uint32 openChallenges = proposal.openChallenges - 1;
        proposal.openChallenges = openChallenges;

        uint96 paidWei;
        if (upheld) {
            paidWei = _rewardWei(proposal.status == Status.PENDING, proposal.bondWei, challenged.feeWei);
            proposal.bondWei -= paidWei;
        }
        emit ChallengeResolved(challenge_, number, challenger, upheld, paidWei);
        if (upheld && proposal.status == Status.PENDING) {
            proposal.status = Status.DROPPED;
            _pots[proposal.model].pending = 0;
            emit RootDropped(number, proposal.model, proposal.period);
        }
        uint96 forfeitedWei;
        if (openChallenges == 0 && proposal.status == Status.DROPPED) {
            forfeitedWei = proposal.bondWei;
            proposal.bondWei = 0;
            emit BondForfeited(number, forfeitedWei);
        }
        _credit(challenger, paidWei);
        _credit(TREASURY, forfeitedWei);
    }

    /// @inheritdoc IAttribution
    function challengeOf(uint40 challenge_) external view returns (Challenge memory) {
        return _challenges[challenge_];
    }

    /// @dev The fee, and to the first one half of what is left, as far as the bond goes.
    function _rewardWei(bool isFirst, uint96 bondWei, uint96 feeWei) private pure returns (uint96 rewardWei) {
        rewardWei = uint96(Math.min(bondWei, feeWei));
        // At most the bond.
        unchecked {
            if (isFirst) rewardWei += (bondWei - rewardWei) / 2;
        }
    }

    function _requireChallengeable(
        uint40 number,
        address contributor,
        uint96 cumulativeWei,
        bytes32[] calldata proof
    ) private view {
        Proposal storage proposal = _proposals[number];
        if (proposal.status != Status.PENDING) revert NotPending(number, proposal.status);
        if (block.timestamp >= proposal.activatesAt) revert ChallengeTooLate(number, proposal.activatesAt);
        // No leaf, no proof: somebody is said to be missing.
        if (cumulativeWei == 0 && proof.length == 0) return;
        _requireLeaf(proposal.root, proposal.model, contributor, cumulativeWei, proof);
    }

    function _openChallenge(uint40 challenge_) private view returns (Challenge storage challenged) {
        challenged = _challenges[challenge_];
        if (challenged.challenger == address(0)) revert UnknownChallenge(challenge_);
        if (challenged.resolved) revert AlreadyResolved(challenge_);
    }
}
