// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Vault
/// @notice Holds the OPEN of every claimant. A Datanet has an account, numbered like the Datanet, with `available` money
/// and money `reserved` for somebody who may still earn it; the contract Datanets controls it. The court and Training
/// control an escrow each, account 0, whose money is all reserved. What is `earned` belongs to an address, which claims
/// it: the Vault pays by pull, to that address only.
/// No event says that money was earned: it stands, with account and amount, in what the controller emits in the same
/// call (Finalized, JobAccepted, JobCancelled, LeaseExpired, AttestationRejected, and Settled, whose pot is shared by the
/// draws). A claim is visible as the ERC-20 Transfer from the Vault to the account.
/// Invariant: balance >= sum(available) + sum(reserved) + sum(earned) - sum(claimed).
/// The token is OPEN, for ever: a token that takes a fee on transfers or that calls its receiver must not stand here.
interface IVault {
    /// @notice Money came into a Datanet's account.
    event Deposited(address indexed controller, uint256 indexed id, address indexed from, uint256 amountWei);
    /// @notice A Datanet's owner took available money back.
    event Withdrawn(address indexed controller, uint256 indexed id, address indexed to, uint256 amountWei);

    /// @notice Somebody paid `account` from outside: it may claim so much more.
    event Credited(address indexed from, address indexed account, uint256 amountWei);
    /// @notice What `oldKey` had earned and not claimed belongs to `newKey` from now on, and so does what the identity
    /// earns later as a contributor.
    /// @param identity The first key of the line.
    event Rotated(address indexed identity, address indexed oldKey, address indexed newKey, uint256 amountWei);

    /// @notice The caller, or the named contract, does not control this kind of account.
    error NotController(address caller);
    /// @notice The key was replaced, or belongs to a line of keys already.
    error KeyInUse(address key, address identity);
    /// @notice An account has less available money than needed.
    error InsufficientAvailable(address controller, uint256 id, uint256 availableWei, uint256 neededWei);
    /// @notice An account has less reserved money than needed.
    error InsufficientReserved(address controller, uint256 id, uint256 reservedWei, uint256 neededWei);
    /// @notice Everything that the account earned is claimed.
    error NothingToClaim(address account);
    /// @notice More than any amount of OPEN.
    error AmountTooLarge(uint256 amountWei);

    /// @notice Pull OPEN from `from`, who approved the Vault, into a Datanet's account, as available money.
    /// @param id The Datanet.
    function deposit(uint256 id, address from, uint256 amountWei) external;

    /// @notice Send available money of a Datanet's account to `to`.
    function withdraw(uint256 id, address to, uint256 amountWei) external;

    /// @notice Turn available money of a Datanet's account into reserved money, and pass a fee to the court's escrow.
    /// @param reservedWei What becomes reserved in the account.
    /// @param feeWei What leaves the account for the court.
    function reserve(uint256 id, uint256 reservedWei, uint256 feeWei) external;

    /// @notice Pay reserved money of a Datanet's account to `account`, or to the key that replaced it, and make more of it
    /// available again.
    /// @param earnedWei What `account` earns.
    /// @param releasedWei What becomes available.
    /// @return identity The first key of the line to which `account` belongs: itself unless keys were rotated.
    function settle(uint256 id, address account, uint256 earnedWei, uint256 releasedWei)
        external
        returns (address identity);

    /// @notice Replace a contributor's key: Datanets alone calls, when the delay is over. Unclaimed earnings move.
    /// @param oldKey The current key of an identity, or an address that is its own identity.
    /// @param newKey An address that belongs to no line of keys yet.
    /// @return identity The first key of the line.
    function rotate(address oldKey, address newKey) external returns (address identity);

    /// @notice Pull OPEN from `from`, who approved the Vault, into Training's escrow, and a fee into the court's.
    function depositReserved(address from, uint256 reservedWei, uint256 feeWei) external;

    /// @notice Pull OPEN from `from`, who approved the Vault, into the court's escrow: the bond of an appeal, or the fee of
    /// a challenge. The court and Attribution call.
    function depositFees(address from, uint256 amountWei) external;

    /// @notice Pull OPEN from the caller, who approved the Vault, for `account` to claim.
    function credit(address account, uint256 amountWei) external;

    /// @notice Take note of slashed stake that the Seats contract just sent: money in `controller`'s escrow.
    function depositSlashed(address controller, uint256 amountWei) external;

    /// @notice Pay an account out of the caller's escrow.
    function pay(address account, uint256 amountWei) external;

    /// @notice Pay equal shares out of the caller's escrow.
    /// @param accounts At most 256.
    /// @param chosen Bit k is set when accounts[k] gets a share. An account that stands several times gets several.
    /// @param shareWei What each of them gets.
    /// @param restWei What the first of them gets more.
    function payShares(address[] calldata accounts, uint256 chosen, uint256 shareWei, uint256 restWei) external;

    /// @notice Move money from the caller's escrow to another one.
    /// @param toController The court or Training.
    function passReserved(address toController, uint256 amountWei) external;

    /// @notice Send everything that `account` has earned and not claimed to `account`. Anyone may call.
    /// @return amountWei What was sent.
    function claim(address account) external returns (uint256 amountWei);

    /// @notice What an account holds.
    /// @param controller Datanets, the court or Training.
    /// @param id The Datanet, or 0 for an escrow.
    function accountOf(address controller, uint256 id) external view returns (uint256 availableWei, uint256 reservedWei);

    /// @notice What an address has earned and claimed since the beginning. What moved to another key counts as claimed, and
    /// as earned there.
    function earnedBy(address account) external view returns (uint256 earnedWei, uint256 claimedWei);

    /// @notice The first key of the line to which a key belongs: itself unless keys were rotated.
    function identityOf(address key) external view returns (address identity);

    /// @notice The key that an identity has now: itself unless keys were rotated.
    function keyOf(address identity) external view returns (address key);
}
