// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// @title OPEN
/// @notice The protocol's token: a fixed supply, permits, and votes that count chain time. Nobody can mint. OPEN votes
/// only once its holder has delegated, to themselves or to another.
contract OpenToken is ERC20, ERC20Permit, ERC20Votes {
    /// @notice A part of the supply at the start.
    struct Allocation {
        address holder;
        uint256 amountWei;
    }

    /// @notice One thousand million OPEN.
    uint256 public constant SUPPLY_WEI = 1_000_000_000e18;
    /// @notice The Vault, whose balance never votes.
    address public immutable VAULT;

    /// @notice The allocations do not add up to the supply.
    error AllocationsAreNotTheSupply(uint256 allocatedWei, uint256 supplyWei);

    /// @param allocations Who receives how much of the supply; together all of it.
    /// @param vault The Vault; it delegates to nobody, so that a payment out of it need not look.
    constructor(Allocation[] memory allocations, address vault) ERC20("OpenLedger", "OPEN") ERC20Permit("OpenLedger") {
        VAULT = vault;
        for (uint256 i; i < allocations.length; ++i) {
            _mint(allocations[i].holder, allocations[i].amountWei);
        }
        uint256 allocatedWei = totalSupply();
        if (allocatedWei != SUPPLY_WEI) revert AllocationsAreNotTheSupply(allocatedWei, SUPPLY_WEI);
    }

    /// @inheritdoc Votes
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc Votes
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc Votes
    function delegates(address account) public view override returns (address) {
        return account == VAULT ? address(0) : super.delegates(account);
    }

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
