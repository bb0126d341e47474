// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ServerPool} from "../ServerPool.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {IServerPool} from "../interfaces/IServerPool.sol";
import {AttributionBase} from "./AttributionBase.sol";

/// @title Servers
/// @notice Chat servers, and the pools of those who stake on them.
abstract contract Servers is AttributionBase {
    using SafeERC20 for IERC20;

    uint256 private constant MAX_NAME_BYTES = 64;

    /// @notice What every server's pool is a clone of.
    address public immutable POOL_IMPLEMENTATION;

    /// @inheritdoc IAttribution
    mapping(address server => address pool) public poolOf;

    constructor() {
        POOL_IMPLEMENTATION = address(new ServerPool(TOKEN));
    }

    /// @inheritdoc IAttribution
    function registerServer(string calldata name) external returns (address pool) {
        uint256 sizeBytes = bytes(name).length;
        if (sizeBytes == 0 || sizeBytes > MAX_NAME_BYTES) revert BadName(sizeBytes, MAX_NAME_BYTES);
        if (poolOf[msg.sender] != address(0)) revert AlreadyRegistered(msg.sender, poolOf[msg.sender]);
        pool = Clones.cloneWithImmutableArgs(POOL_IMPLEMENTATION, abi.encode(msg.sender, name));
        poolOf[msg.sender] = pool;
        emit ServerRegistered(msg.sender, pool, name);
    }

    /// @dev Who gets the pool's share: the pool, or the server while nobody stakes on it.
    function _poolPayee(address server) internal view returns (address) {
        address pool = poolOf[server];
        if (pool == address(0)) revert UnknownServer(server);
        return IServerPool(pool).isStaked() ? pool : server;
    }

    function _payPool(address server, address payee, uint256 amountWei) internal {
        if (payee == server) {
            _credit(server, amountWei);
        } else if (amountWei != 0) {
            TOKEN.safeTransfer(payee, amountWei);
            IServerPool(payee).noteReward(amountWei);
        }
    }
}
