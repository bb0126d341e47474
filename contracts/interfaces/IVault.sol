// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Vault
/// @notice Holds the OPEN of every claimant. An account belongs to (controller, id); only its controller, one of the
/// protocol's own contracts, moves what is in it. Money is `available`, `reserved` for somebody who may still earn it,
/// or `earned` by an address that claims it. The Vault pays by pull.
/// No event says that money was earned: it stands, with account and amount, in what the controller emits in the same
/// call (Finalized, JobAccepted, JobCancelled, LeaseExpired, AttestationRejected, and Settled, whose pot is shared by the
/// draws). A claim is visible as the ERC-20 Transfer from the Vault to the account.
/// Invariant: balance >= sum(available) + sum(reserved) + sum(earned) - sum(claimed).
interface IVault {
    event Deposited(address indexed controller, uint256 indexed id, address indexed from, uint256 amountWei);
    event Withdrawn(address indexed controller, uint256 indexed id, address indexed to, uint256 amountWei);
    error NotController(address caller);
    error InsufficientAvailable(address controller, uint256 id, uint256 availableWei, uint256 neededWei);
    error InsufficientReserved(address controller, uint256 id, uint256 reservedWei, uint256 neededWei);
    error NothingToClaim(address account);
    error AmountTooLarge(uint256 amountWei);

    /// @notice Pull OPEN from `from`, who approved the Vault, into the caller's account `id`, as available money.
    function deposit(uint256 id, address from, uint256 amountWei) external;

    /// @notice Pull OPEN from `from` and reserve it at once: `reservedWei` in the caller's account `id`, `feeWei` for `feeController`.
    function depositReserved(uint256 id, address from, uint256 reservedWei, address feeController, uint256 feeWei) external;

    /// @notice Take note of slashed stake that the Seats contract just sent: reserved money of `controller`'s account 0.
    function depositSlashed(address controller, uint256 amountWei) external;

    /// @notice Turn available money of the caller's account `id` into reserved money, `feeWei` of it for `feeController`.
    function reserve(uint256 id, uint256 reservedWei, address feeController, uint256 feeWei) external;

    /// @notice Pay `earnedWei` of the caller's reserved money to `account` and make `releasedWei` of it available again.
    function settle(uint256 id, address account, uint256 earnedWei, uint256 releasedWei) external;

    /// @notice Pay several accounts from the caller's reserved money of account `id`.
    function pay(uint256 id, address[] calldata accounts, uint256[] calldata amountsWei) external;

    /// @notice Move reserved money of the caller's account `id` to another controller's account 0, still reserved.
    function passReserved(uint256 id, address toController, uint256 amountWei) external;

    /// @notice Send available money of the caller's account `id` to `to`.
    function withdraw(uint256 id, address to, uint256 amountWei) external;

    /// @notice Send everything that `account` has earned and not claimed to `account`. Anyone may call.
    function claim(address account) external returns (uint256 amountWei);

    function accountOf(address controller, uint256 id) external view returns (uint256 availableWei, uint256 reservedWei);
    function earnedBy(address account) external view returns (uint256 earnedWei, uint256 claimedWei);
}
