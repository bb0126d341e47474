// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IVault} from "./interfaces/IVault.sol";

/// @title Vault
/// @notice Holds the claimants' OPEN and pays by pull.
/// @dev The escrows of the court and of Training share a word, so that money that passes between them, or comes in for
/// both, changes one slot. Additions are unchecked throughout: all money in any field came in as OPEN, whose supply is
/// below 2^90 wei, and every field has 127 bits or more.
contract Vault is IVault {
    using SafeERC20 for IERC20;

    /// @dev Set for ever, so that the escrows' word is never empty.
    uint256 private constant ESCROW_MARK = 1 << 255;
    uint256 private constant TRAINING_MASK = type(uint128).max >> 1;
    /// @dev Marks the earnings of a key in a line of keys. It stands in both halves, so that earned less claimed does not
    /// see it.
    uint256 private constant LINE_MARK = (1 << 127) | (1 << 255);
    uint256 private constant EARNED_MASK = type(uint128).max >> 1;

    IERC20 internal immutable TOKEN;
    address internal immutable SEATS;
    address internal immutable COURT;
    address internal immutable DATANETS;
    address internal immutable TRAINING;
    address internal immutable ATTRIBUTION;

    /// @dev Reserved money: court 128 | training 127 | mark 1, from the low bits up.
    uint256 private _escrows = ESCROW_MARK;
    /// @dev available 128 | reserved 128.
    mapping(uint256 datanet => uint256) private _accounts;
    /// @dev earned 128 | claimed 128, both ever growing, so that a claim never empties the slot.
    mapping(address account => uint256) private _earnings;
    /// @dev The first key of the line, of every other key of it.
    mapping(address key => address) private _identities;
    /// @dev The last key of the line, of the first one.
    mapping(address identity => address) private _keys;

    modifier only(address controller) {
        if (msg.sender != controller) revert NotController(msg.sender);
        _;
    }

    constructor(
        address token,
        address seats,
        address court,
        address datanets,
        address training,
        address attribution
    ) {
        TOKEN = IERC20(token);
        SEATS = seats;
        COURT = court;
        DATANETS = datanets;
        TRAINING = training;
        ATTRIBUTION = attribution;
    }

    // ------------------------------------------------------------------------------------ Datanets' accounts

    /// @inheritdoc IVault
    function deposit(uint256 id, address from, uint256 amountWei) external only(DATANETS) {
        if (amountWei > type(uint128).max) revert AmountTooLarge(amountWei);
        unchecked {
            _accounts[id] += amountWei;
        }
        emit Deposited(msg.sender, id, from, amountWei);
        TOKEN.safeTransferFrom(from, address(this), amountWei);
    }

    /// @inheritdoc IVault
    function withdraw(uint256 id, address to, uint256 amountWei) external only(DATANETS) {
        uint256 account = _accounts[id];
        uint256 availableWei = uint128(account);
        if (availableWei < amountWei) revert InsufficientAvailable(msg.sender, id, availableWei, amountWei);
        // availableWei >= amountWei.
        unchecked {
            _accounts[id] = account - amountWei;
        }
        emit Withdrawn(msg.sender, id, to, amountWei);
        TOKEN.safeTransfer(to, amountWei);
    }

    /// @inheritdoc IVault
    function reserve(uint256 id, uint256 reservedWei, uint256 feeWei) external only(DATANETS) {
        uint256 account = _accounts[id];
        uint256 neededWei = reservedWei + feeWei;
        uint256 availableWei = uint128(account);
        if (availableWei < neededWei) revert InsufficientAvailable(msg.sender, id, availableWei, neededWei);
        // The lower half holds at least neededWei, so that nothing borrows from the upper.
        unchecked {
            _accounts[id] = account - neededWei + (reservedWei << 128);
            _escrows += feeWei;
        }
    }

    /// @inheritdoc IVault
    function settle(uint256 id, address account, uint256 earnedWei, uint256 releasedWei)
        external
        only(DATANETS)
        returns (address identity)
    {
        uint256 word = _accounts[id];
        uint256 takenWei = earnedWei + releasedWei;
        if (word >> 128 < takenWei) revert InsufficientReserved(msg.sender, id, word >> 128, takenWei);
        // The upper half holds at least takenWei.
        unchecked {
            _accounts[id] = word - (takenWei << 128) + releasedWei;
        }
        uint256 earnings = _earnings[account];
        identity = account;
        if (earnings & LINE_MARK != 0) {
            identity = identityOf(account);
            account = keyOf(identity);
            earnings = _earnings[account];
        }
        if (earnedWei == 0) return identity;
        unchecked {
            _earnings[account] = earnings + earnedWei;
        }
    }

    /// @inheritdoc IVault
    function rotate(address oldKey, address newKey) external only(DATANETS) returns (address identity) {
        identity = identityOf(oldKey);
        if (oldKey == newKey || keyOf(identity) != oldKey) revert KeyInUse(oldKey, identity);
        uint256 older = _earnings[oldKey];
        uint256 newer = _earnings[newKey];
        if (newer & LINE_MARK != 0) revert KeyInUse(newKey, identityOf(newKey));
        _identities[newKey] = identity;
        _keys[identity] = newKey;
        // claimed never exceeds earned, and the mark in both halves cancels out.
        unchecked {
            uint256 amountWei = uint128(older) - (older >> 128);
            uint256 earnedWei = older & EARNED_MASK;
            _earnings[oldKey] = earnedWei | (earnedWei << 128) | LINE_MARK;
            _earnings[newKey] = (newer + amountWei) | LINE_MARK;
            emit Rotated(identity, oldKey, newKey, amountWei);
        }
    }

    // ---------------------------------------------------------------------------------------------- escrows

    /// @inheritdoc IVault
    function depositReserved(address from, uint256 reservedWei, uint256 feeWei) external only(TRAINING) {
        uint256 amountWei = reservedWei + feeWei;
        if (amountWei > TRAINING_MASK) revert AmountTooLarge(amountWei);
        unchecked {
            _escrows += (reservedWei << 128) + feeWei;
        }
        TOKEN.safeTransferFrom(from, address(this), amountWei);
    }

    /// @inheritdoc IVault
    function depositFees(address from, uint256 amountWei) external {
        if (msg.sender != COURT && msg.sender != ATTRIBUTION) revert NotController(msg.sender);
        if (amountWei > TRAINING_MASK) revert AmountTooLarge(amountWei);
        unchecked {
            _escrows += amountWei;
        }
        TOKEN.safeTransferFrom(from, address(this), amountWei);
    }

    /// @inheritdoc IVault
    function depositSlashed(address controller, uint256 amountWei) external only(SEATS) {
        unchecked {
            _escrows += amountWei << _shiftOf(controller);
        }
    }

    /// @inheritdoc IVault
    function pay(address account, uint256 amountWei) external {
        _takeEscrow(amountWei);
        unchecked {
            _earnings[account] += amountWei;
        }
    }

    /// @inheritdoc IVault
    function payShares(address[] calldata accounts, uint256 chosen, uint256 shareWei, uint256 restWei) external {
        if (shareWei > type(uint112).max || restWei > type(uint112).max) revert AmountTooLarge(shareWei);
        uint256 totalWei = restWei;
        // Sums of at most 256 shares of 112 bits. Earnings are undone below when they are more than the escrow holds.
        assembly ("memory-safe") {
            mstore(0x20, _earnings.slot)
            let amountWei := add(shareWei, restWei)
            let entry := accounts.offset
            for { let end := add(entry, shl(5, accounts.length)) } lt(entry, end) { entry := add(entry, 0x20) } {
                if and(chosen, 1) {
                    mstore(0x00, shr(96, shl(96, calldataload(entry))))
                    let slot := keccak256(0x00, 0x40)
                    sstore(slot, add(sload(slot), amountWei))
                    totalWei := add(totalWei, shareWei)
                    amountWei := shareWei
                }
                chosen := shr(1, chosen)
            }
        }
        _takeEscrow(totalWei);
    }

    /// @inheritdoc IVault
    function passReserved(address toController, uint256 amountWei) external {
        _takeEscrow(amountWei);
        unchecked {
            _escrows += amountWei << _shiftOf(toController);
        }
    }

    // --------------------------------------------------------------------------------------------- everyone

    /// @inheritdoc IVault
    function credit(address account, uint256 amountWei) external {
        if (amountWei > EARNED_MASK) revert AmountTooLarge(amountWei);
        unchecked {
            _earnings[account] += amountWei;
        }
        emit Credited(msg.sender, account, amountWei);
        TOKEN.safeTransferFrom(msg.sender, address(this), amountWei);
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

    // ------------------------------------------------------------------------------------------------ views

    /// @inheritdoc IVault
    function accountOf(address controller, uint256 id)
        external
        view
        returns (uint256 availableWei, uint256 reservedWei)
    {
        if (controller == DATANETS) {
            uint256 account = _accounts[id];
            return (uint128(account), account >> 128);
        }
        if (id == 0 && controller == COURT) reservedWei = uint128(_escrows);
        if (id == 0 && controller == TRAINING) reservedWei = (_escrows >> 128) & TRAINING_MASK;
    }

    /// @inheritdoc IVault
    function earnedBy(address account) external view returns (uint256 earnedWei, uint256 claimedWei) {
        uint256 word = _earnings[account];
        return (word & EARNED_MASK, (word >> 128) & EARNED_MASK);
    }

    /// @inheritdoc IVault
    function identityOf(address key) public view returns (address identity) {
        identity = _identities[key];
        if (identity == address(0)) identity = key;
    }

    /// @inheritdoc IVault
    function keyOf(address identity) public view returns (address key) {
        key = _keys[identity];
        if (key == address(0)) key = identity;
    }

    // -------------------------------------------------------------------------------------------- internals

    /// @dev Take money out of the caller's escrow.
    function _takeEscrow(uint256 amountWei) private {
        uint256 shift = _shiftOf(msg.sender);
        uint256 escrows = _escrows;
        uint256 reservedWei = (escrows >> shift) & TRAINING_MASK;
        if (reservedWei < amountWei) revert InsufficientReserved(msg.sender, 0, reservedWei, amountWei);
        // The escrow holds at least the amount.
        unchecked {
            _escrows = escrows - (amountWei << shift);
        }
    }

    /// @dev Where a controller's escrow begins in the word.
    function _shiftOf(address controller) private view returns (uint256) {
        if (controller == TRAINING) return 128;
        if (controller == COURT) return 0;
        revert NotController(controller);
    }
}
