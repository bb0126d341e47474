// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {ICourt} from "../interfaces/ICourt.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IVault} from "../interfaces/IVault.sol";

/// @title AttributionBase
/// @notice What Attribution is wired to.
/// @dev Nothing here guards against re-entry: every contract called is the protocol's own, OPEN calls nobody, and the
/// signature of a contract is asked for by a static call.
abstract contract AttributionBase is IAttribution {
    using SafeERC20 for IERC20;

    IERC20 public immutable TOKEN;
    IParameters public immutable PARAMETERS;
    ICourt public immutable COURT;
    IVault public immutable VAULT;
    IERC721 public immutable MODELS;
    /// @notice Who earns the protocol's share and forfeited bonds.
    address public immutable TREASURY;

    constructor(address token, address parameters, address court, address vault, address models, address treasury) {
        TOKEN = IERC20(token);
        PARAMETERS = IParameters(parameters);
        COURT = ICourt(court);
        VAULT = IVault(vault);
        MODELS = IERC721(models);
        TREASURY = treasury;
        // The Vault takes only what this contract tells it to, as fee or credit.
        IERC20(token).forceApprove(vault, type(uint256).max);
    }

    /// @dev Let somebody earn money that lies here.
    function _credit(address account, uint256 amountWei) internal {
        if (amountWei != 0) VAULT.credit(account, amountWei);
    }

    function _pull(uint256 amountWei) internal {
        TOKEN.safeTransferFrom(msg.sender, address(this), amountWei);
    }
}
