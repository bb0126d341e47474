// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IVault} from "./interfaces/IVault.sol";

/// @title Vault
/// @notice Holds the claimants' OPEN and pays by pull.
contract Vault is IVault {
    using SafeERC20 for IERC20;

    IERC20 public immutable TOKEN;
    address public immutable SEATS;
    address public immutable COURT;
    address public immutable DATANETS;
    address public immutable TRAINING;

    /// @dev available 128 | reserved 128, from the low bits up.
    mapping(address controller => mapping(uint256 id => uint256)) private _accounts;
    /// @dev earned 128 | claimed 128, both ever growing, so that a claim never empties the slot.
    mapping(address account => uint256) private _earnings;

    modifier onlyController() {
        if (msg.sender != COURT && msg.sender != DATANETS && msg.sender != TRAINING) revert NotController(msg.sender);
        _;
    }

    constructor(address token, address seats, address court, address datanets, address training) {
        TOKEN = IERC20(token);
        SEATS = seats;
        COURT = court;
        DATANETS = datanets;
        TRAINING = training;
    }

    /// @inheritdoc IVault
    function deposit(uint256 id, address from, uint256 amountWei) external onlyController {
        _addAvailable(msg.sender, id, amountWei);
        emit Deposited(msg.sender, id, from, amountWei);
        TOKEN.safeTransferFrom(from, address(this), amountWei);
    }

    /// @inheritdoc IVault
    function depositReserved(uint256 id, address from, uint256 reservedWei, address feeController, uint256 feeWei)
        external
        onlyController
    {
        _addReserved(msg.sender, id, reservedWei);
        _addReserved(feeController, 0, feeWei);
        TOKEN.safeTransferFrom(from, address(this), reservedWei + feeWei);
    }

    /// @inheritdoc IVault
    function depositSlashed(address controller, uint256 amountWei) external {
        if (msg.sender != SEATS) revert NotController(msg.sender);
        _addReserved(controller, 0, amountWei);
    }

    /// @inheritdoc IVault
    function reserve(uint256 id, uint256 reservedWei, address feeController, uint256 feeWei) external onlyController {
        uint256 account = _accounts[msg.sender][id];
        uint256 neededWei = reservedWei + feeWei;
        uint256 availableWei = uint128(account);
        if (availableWei < neededWei) revert InsufficientAvailable(msg.sender, id, availableWei, neededWei);
        // The lower half holds at least neededWei; what leaves it enters the upper half, whose sum with the lower
        // one never exceeds the token's supply.
        unchecked {
            _accounts[msg.sender][id] = account - neededWei + (reservedWei << 128);
        }
        _addReserved(feeController, 0, feeWei);
    }

    /// @inheritdoc IVault
    function settle(uint256 id, address account, uint256 earnedWei, uint256 releasedWei) external onlyController {
        uint256 word = _takeReserved(id, earnedWei + releasedWei);
        // Released money was part of the account, which holds no more than the token's supply.
        unchecked {
            _accounts[msg.sender][id] = word + releasedWei;
        }
        _earn(account, earnedWei);
    }

    /// @inheritdoc IVault
    function pay(uint256 id, address[] calldata accounts, uint256[] calldata amountsWei) external onlyController {
        uint256 totalWei;
        for (uint256 i; i < accounts.length; ++i) {
            totalWei += amountsWei[i];
            _earn(accounts[i], amountsWei[i]);
            emit Earned(msg.sender, id, accounts[i], amountsWei[i]);
        }
        _accounts[msg.sender][id] = _takeReserved(id, totalWei);
    }

    /// @inheritdoc IVault
    function passReserved(uint256 id, address toController, uint256 amountWei) external onlyController {
        _accounts[msg.sender][id] = _takeReserved(id, amountWei);
        _addReserved(toController, 0, amountWei);
    }

    /// @inheritdoc IVault
    function withdraw(uint256 id, address to, uint256 amountWei) external onlyController {
        uint256 account = _accounts[msg.sender][id];
        uint256 availableWei = uint128(account);
        if (availableWei < amountWei) revert InsufficientAvailable(msg.sender, id, availableWei, amountWei);
        // availableWei >= amountWei, so that the lower half does not borrow from the upper.
        unchecked {
            _accounts[msg.sender][id] = account - amountWei;
        }
        emit Withdrawn(msg.sender, id, to, amountWei);
        TOKEN.safeTransfer(to, amountWei);
    }

    /// @inheritdoc IVault
    function claim(address account) external returns (uint256 amountWei) {
        uint256 word = _earnings[account];
        uint256 earnedWei = uint128(word);
        // claimed never exceeds earned.
        unchecked {
            amountWei = earnedWei - (word >> 128);
        }
        if (amountWei == 0) revert NothingToClaim(account);
        _earnings[account] = earnedWei | (earnedWei << 128);
        TOKEN.safeTransfer(account, amountWei);
    }

    /// @inheritdoc IVault
    function accountOf(address controller, uint256 id)
        external
        view
        returns (uint256 availableWei, uint256 reservedWei)
    {
        uint256 account = _accounts[controller][id];
        return (uint128(account), account >> 128);
    }

    /// @inheritdoc IVault
    function earnedBy(address account) external view returns (uint256 earnedWei, uint256 claimedWei) {
        uint256 word = _earnings[account];
        return (uint128(word), word >> 128);
    }

    function _addAvailable(address controller, uint256 id, uint256 amountWei) private {
        if (amountWei > type(uint128).max) revert AmountTooLarge(amountWei);
        uint256 account = _accounts[controller][id];
        // A transfer of the amount succeeds in the same call, so that the account stays within the token's supply,
        // and that fits 128 bits.
        unchecked {
            _accounts[controller][id] = account + amountWei;
        }
    }

    function _addReserved(address controller, uint256 id, uint256 amountWei) private {
        if (amountWei > type(uint128).max) revert AmountTooLarge(amountWei);
        // Backed by money that came in the same call: the sum stays within the token's supply.
        unchecked {
            _accounts[controller][id] += amountWei << 128;
        }
    }

    /// @dev The caller's account word less `amountWei` of reserved money; the caller writes it back.
    function _takeReserved(uint256 id, uint256 amountWei) private view returns (uint256 word) {
        word = _accounts[msg.sender][id];
        uint256 reservedWei = word >> 128;
        if (reservedWei < amountWei) revert InsufficientReserved(msg.sender, id, reservedWei, amountWei);
        // The upper half holds at least amountWei.
        unchecked {
            word -= amountWei << 128;
        }
    }

    /// @dev The amount left a reserved balance, so that all earnings together stay within the token's supply for ever
    /// claimed and deposited again fewer than 2^38 times.
    function _earn(address account, uint256 amountWei) private {
        if (amountWei == 0) return;
        uint256 word = _earnings[account];
        if (uint128(word) + amountWei > type(uint128).max) revert AmountTooLarge(amountWei);
        // Just checked: the lower half does not overflow.
        unchecked {
            _earnings[account] = word + amountWei;
        }
    }
}
