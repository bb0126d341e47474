// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {UsageLimits} from "../libraries/UsageLimits.sol";
import {AttributionBase} from "./AttributionBase.sol";

/// @title Deposits
/// @notice What users have to pay with, and how they take it back.
abstract contract Deposits is AttributionBase {
    using SafeERC20 for IERC20;

    mapping(address user => Deposit) private _deposits;

    /// @inheritdoc IAttribution
    function deposit(uint96 amountWei) external {
        _addDeposit(amountWei);
    }

    /// @inheritdoc IAttribution
    function depositWithPermit(uint96 amountWei, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // Whoever saw the permit may have used it: then the allowance is there.
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amountWei, deadline, v, r, s) {} catch {}
        _addDeposit(amountWei);
    }

    /// @inheritdoc IAttribution
    function requestWithdrawal(uint96 amountWei) external {
        if (amountWei == 0) revert EmptyAmount();
        Deposit storage mine = _deposits[msg.sender];
        if (amountWei > mine.amountWei) revert InsufficientDeposit(msg.sender, mine.amountWei, amountWei);
        uint40 availableAt = uint40(block.timestamp + UsageLimits.withdrawSeconds(PARAMETERS.usageRules()));
        mine.requestedWei = amountWei;
        mine.availableAt = availableAt;
        emit WithdrawalRequested(msg.sender, amountWei, availableAt);
    }

    /// @inheritdoc IAttribution
    function cancelWithdrawal() external {
        Deposit storage mine = _deposits[msg.sender];
        uint96 amountWei = mine.requestedWei;
        if (amountWei == 0) revert NothingRequested(msg.sender);
        mine.requestedWei = 0;
        mine.availableAt = 0;
        emit WithdrawalCancelled(msg.sender, amountWei);
    }

    /// @inheritdoc IAttribution
    function withdraw() external returns (uint96 amountWei) {
        Deposit storage mine = _deposits[msg.sender];
        amountWei = mine.requestedWei;
        if (amountWei == 0) revert NothingRequested(msg.sender);
        if (block.timestamp < mine.availableAt) revert WithdrawalNotDue(msg.sender, mine.availableAt);
        mine.amountWei -= amountWei;
        mine.requestedWei = 0;
        mine.availableAt = 0;
        emit Withdrawn(msg.sender, amountWei);
        TOKEN.safeTransfer(msg.sender, amountWei);
    }

    /// @inheritdoc IAttribution
    function depositOf(address user) external view returns (Deposit memory) {
        return _deposits[user];
    }

    /// @inheritdoc IAttribution
    function spendableOf(address user) external view returns (uint256) {
        Deposit storage theirs = _deposits[user];
        return theirs.amountWei - theirs.requestedWei;
    }

    function _depositWei(address user) internal view returns (uint96) {
        return _deposits[user].amountWei;
    }

    /// @dev Take what was not requested first. What is left limits the request, so that a later deposit is not part of it.
    function _spend(address user, uint96 amountWei) internal {
        Deposit storage theirs = _deposits[user];
        uint96 leftWei = theirs.amountWei - amountWei;
        theirs.amountWei = leftWei;
        if (theirs.requestedWei > leftWei) {
            theirs.requestedWei = leftWei;
            if (leftWei == 0) theirs.availableAt = 0;
        }
    }

    function _addDeposit(uint96 amountWei) private {
        if (amountWei == 0) revert EmptyAmount();
        _deposits[msg.sender].amountWei += amountWei;
        emit Deposited(msg.sender, amountWei);
        _pull(amountWei);
    }
}
