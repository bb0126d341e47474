// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

/// @title Server pool
/// @notice The stakers of one chat server: an ERC-4626 vault over OPEN, whose shares become worth more with every
/// redemption of the server's receipts. What a redemption brings is released evenly over a week, so that staking just
/// before a redemption and leaving just after it earns nothing. Shares can be left at any time, and no stake is slashed.
///
/// A pool takes rewards while its shares are worth an OPEN or more. What is left when the last staker leaves is released
/// anew from when somebody stakes again.
///
/// Shares have 24 decimals: a million virtual shares stand against the first staker's, so that inflating a share's price by
/// a gift costs a thief a million times what it takes from anybody.
interface IServerPool is IERC4626 {
    /// @notice The server's receipts brought money, or somebody stakes where there was money and nobody.
    /// @param amountWei What came in now; zero when somebody begins.
    /// @param lockedWei What is not released yet, with it.
    /// @param releasedAt When all of it is, unless more comes in before.
    event Rewarded(uint256 amountWei, uint256 lockedWei, uint40 releasedAt);

    /// @notice Attribution alone brings rewards that are released over time. Others may simply send OPEN.
    error NotAttribution(address caller);

    /// @notice Take note of money that Attribution has just sent. What was not released yet is released along with it, over
    /// a week from now.
    function noteReward(uint256 amountWei) external;

    /// @notice Whose pool this is.
    function server() external view returns (address);

    /// @notice Whether there are stakers to reward.
    function isStaked() external view returns (bool);

    /// @notice What the pool holds and no share is worth yet; all of it while nobody has a share.
    function lockedWei() external view returns (uint256);
}
