// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VestingWallet} from "@openzeppelin/contracts/finance/VestingWallet.sol";
import {VestingWalletCliff} from "@openzeppelin/contracts/finance/VestingWalletCliff.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @title OpenVesting
/// @notice Releases a part of the OPEN supply to its beneficiary, evenly over time and nothing before a cliff. Time counts
/// from the deployment. Anybody may call `release`: the money goes to the beneficiary alone. What is not released yet
/// votes only once the beneficiary has delegated it.
contract OpenVesting is VestingWalletCliff {
    /// @param beneficiary Receives what is released; the owner, who may hand the place to another.
    /// @param durationSeconds After which everything is released.
    /// @param cliffSeconds Before which nothing is; then as much at once as if there had been no cliff.
    constructor(address beneficiary, uint64 durationSeconds, uint64 cliffSeconds)
        VestingWallet(beneficiary, uint64(block.timestamp), durationSeconds)
        VestingWalletCliff(cliffSeconds)
    {}

    /// @notice The beneficiary has everything that this wallet holds vote as `delegatee`; address 0 ends it.
    /// @param token OPEN, or any token whose balance votes.
    /// @param delegatee Who votes with it.
    function delegate(IVotes token, address delegatee) external onlyOwner {
        token.delegate(delegatee);
    }
}
