// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IServerPool} from "./interfaces/IServerPool.sol";

/// @title ServerPool
/// @notice The stakers of one chat server.
/// @dev Attribution deploys this once and clones it for every server; a clone carries abi.encode(server, name) in its
/// code, and needs no initializer.
contract ServerPool is IServerPool, ERC4626 {
    /// @notice How long a reward takes to be released.
    uint256 public constant RELEASE_SECONDS = 7 days;
    /// @notice What the shares are worth at least while the pool takes rewards.
    uint256 public constant MIN_STAKE_WEI = 1e18;
    /// @notice The contract that pays the rewards.
    address public immutable ATTRIBUTION;

    /// @dev What was locked when it was locked last, in one slot with when all of it is released.
    uint128 private _lockedWei;
    uint40 private _releasedAt;

    constructor(IERC20 token) ERC4626(token) ERC20("", "sOPEN") {
        ATTRIBUTION = msg.sender;
    }

    /// @inheritdoc IServerPool
    function noteReward(uint256 amountWei) external {
        if (msg.sender != ATTRIBUTION) revert NotAttribution(msg.sender);
        _lock(amountWei, lockedWei() + amountWei);
    }

    /// @inheritdoc IServerPool
    function server() external view returns (address account) {
        (account,) = _arguments();
    }

    /// @inheritdoc IServerPool
    function isStaked() external view returns (bool) {
        return convertToAssets(totalSupply()) >= MIN_STAKE_WEI;
    }

    /// @inheritdoc IServerPool
    function lockedWei() public view returns (uint256) {
        if (totalSupply() == 0) return super.totalAssets();
        return Math.mulDiv(
            _lockedWei, Math.saturatingSub(_releasedAt, block.timestamp), RELEASE_SECONDS, Math.Rounding.Ceil
        );
    }

    /// @notice What the shares are worth together: everything here that is released.
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256) {
        return super.totalAssets() - lockedWei();
    }

    /// @notice The name that the server registered with.
    function name() public view override(ERC20, IERC20Metadata) returns (string memory text) {
        (, text) = _arguments();
    }

    /// @notice The symbol of every server's shares.
    function symbol() public pure override(ERC20, IERC20Metadata) returns (string memory) {
        return "sOPEN";
    }

    /// @dev The first staker finds what others left behind locked, and so cannot leave with it at once.
    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
        uint256 leftWei = totalSupply() == 0 ? super.totalAssets() : 0;
        if (leftWei != 0) _lock(0, leftWei);
        super._deposit(caller, receiver, assets, shares);
    }

    function _lock(uint256 amountWei, uint256 locked) private {
        uint40 releasedAt = uint40(block.timestamp + RELEASE_SECONDS);
        // OPEN that lies here, whose supply is below 2^90 wei.
        _lockedWei = uint128(locked);
        _releasedAt = releasedAt;
        emit Rewarded(amountWei, locked, releasedAt);
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return 6;
    }

    function _arguments() private view returns (address, string memory) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (address, string));
    }
}
