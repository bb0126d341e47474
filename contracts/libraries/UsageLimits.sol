// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IParameters} from "../interfaces/IParameters.sol";

/// @title UsageLimits
/// @notice The usage rules within limits that nobody can change. Rules beyond them count as the limit, so that no parameter
/// can stop a redemption or a withdrawal.
library UsageLimits {
    uint256 internal constant BPS = 10_000;
    /// @dev The protocol never gets more of a redemption.
    uint256 internal constant MAX_PROTOCOL_BPS = 2_000;
    /// @dev Contributors never get less of a redemption.
    uint256 internal constant MIN_CONTRIBUTORS_BPS = 3_000;
    uint256 internal constant MAX_RECEIPT_SECONDS = 30 days;
    /// @dev Nobody's deposit can be kept longer after they asked for it.
    uint256 internal constant MAX_WITHDRAW_SECONDS = 90 days;
    uint256 internal constant MAX_ACTIVATION_SECONDS = 30 days;

    /// @notice Everybody's share of a redemption, rounded down; the rest is the contributors'. Where the shares leave the
    /// contributors too little, the pool gives way first, then the owner.
    function splitDown(IParameters.UsageRules memory rules, uint256 paidWei)
        internal
        pure
        returns (uint256 protocolWei, uint256 ownerWei, uint256 poolWei)
    {
        // A money amount is below 2^96, and every share at most the whole.
        unchecked {
            uint256 leftBps = BPS - MIN_CONTRIBUTORS_BPS;
            uint256 protocolBps = Math.min(rules.protocolBps, MAX_PROTOCOL_BPS);
            leftBps -= protocolBps;
            uint256 ownerBps = Math.min(rules.ownerBps, leftBps);
            leftBps -= ownerBps;
            uint256 poolBps = Math.min(rules.poolBps, leftBps);
            protocolWei = paidWei * protocolBps / BPS;
            ownerWei = paidWei * ownerBps / BPS;
            poolWei = paidWei * poolBps / BPS;
        }
    }

    /// @notice How long after its issue a receipt can be redeemed.
    function receiptSeconds(IParameters.UsageRules memory rules) internal pure returns (uint256) {
        return Math.min(rules.receiptSeconds, MAX_RECEIPT_SECONDS);
    }

    /// @notice How long a requested deposit stays: always longer than a receipt lives.
    function withdrawSeconds(IParameters.UsageRules memory rules) internal pure returns (uint256) {
        return Math.min(Math.max(rules.withdrawSeconds, receiptSeconds(rules) + 1), MAX_WITHDRAW_SECONDS);
    }

    /// @notice How long a proposed root can be challenged.
    function activationSeconds(IParameters.UsageRules memory rules) internal pure returns (uint256) {
        return Math.min(rules.activationSeconds, MAX_ACTIVATION_SECONDS);
    }
}
