// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Seats
/// @notice OPEN staked in seats of a fixed size, in four pools. Who sat at which position at which moment is kept for
/// ever, so that a committee is a pure function of (seed, docket, seats at that moment). A moment is the pool's counter of
/// changes, not a time: seats are exact even within one block.
/// Stake that leaves a seat thaws for a time that outlasts every round it may have been drawn into, and stays slashable
/// until it is taken home. A seat must be backed by at least half its price: below that anybody may evict its holder from
/// it, and the holder may top up before.
/// Invariant: balance = sum(active) + sum(thawing).
interface ISeats {
    /// @notice A holder's stake in one pool.
    /// @param activeWei What backs the seats: at most their price.
    /// @param lockedWei The part of it that bonds leases (COMPUTE only).
    /// @param seats Seats held.
    /// @param thawingWei What has left its seats and is not taken home.
    /// @param thawsAt When that may be taken home.
    struct Stake {
        uint96 activeWei;
        uint96 lockedWei;
        uint16 seats;
        uint96 thawingWei;
        uint40 thawsAt;
    }

    /// @notice A holder sits at a position, newly or moved there from the last one.
    /// @param moment The pool's change counter after this change.
    event SeatTaken(uint8 indexed pool, address indexed holder, uint24 position, uint48 moment);
    /// @notice A holder left a position. Who held the pool's last position moved there in the same moment.
    /// @param moment The pool's change counter after this change.
    event SeatLeft(uint8 indexed pool, address indexed holder, uint24 position, uint48 moment);
    /// @notice Stake came in.
    event Staked(uint8 indexed pool, address indexed holder, uint256 amountWei);
    /// @notice Stake began to thaw, and all that was thawing waits with it.
    event Unstaked(uint8 indexed pool, address indexed holder, uint256 amountWei, uint40 thawsAt);
    /// @notice Thawed stake was taken home.
    event Withdrawn(uint8 indexed pool, address indexed holder, uint256 amountWei);
    /// @notice Stake was taken for the escrow of `beneficiary`, the court or Training: active stake first, then thawing.
    event Slashed(uint8 indexed pool, address indexed holder, address indexed beneficiary, uint256 amountWei);

    /// @notice There are four pools.
    error UnknownPool(uint8 pool);
    /// @notice No seat is asked for or held, and no stake is missing.
    error NoSeats();
    /// @notice An address holds no more seats of a pool.
    error TooManySeats(address holder, uint256 seats, uint256 maximum);
    /// @notice The holder has fewer seats.
    error NotEnoughSeats(address holder, uint256 seats, uint256 asked);
    /// @notice The stake that would stay is smaller than what bonds leases.
    error StakeLocked(address holder, uint256 freeWei, uint256 neededWei);
    /// @notice The stake that bonds nothing yet is smaller than the bond.
    error InsufficientStake(address holder, uint256 freeWei, uint256 neededWei);
    /// @notice The stake still thaws.
    error StillThawing(uint40 thawsAt);
    /// @notice No stake thaws.
    error NothingThawing(address holder);
    /// @notice The holder's seats are backed by half their price or more.
    error SeatStillBacked(address holder, uint256 activeWei, uint256 neededWei);
    /// @notice Only the court and Training slash.
    error NotCourt(address caller);

    /// @notice The court takes at most half a seat for one vote.
    error PenaltyTooLarge(uint256 amountWei, uint256 maximumWei);

    /// @notice Take seats in a pool; pulls the missing stake from the caller, who approved this contract. With no seats it
    /// tops up what a slash took.
    function stake(uint8 pool, uint16 seats) external;

    /// @notice Leave seats. Stake beyond the price of the remaining seats thaws and stays slashable until withdrawn.
    function unstake(uint8 pool, uint16 seats) external;

    /// @notice Take home what has thawed.
    /// @return amountWei What was sent.
    function withdraw(uint8 pool) external returns (uint256 amountWei);

    /// @notice Remove one seat of a holder whose active stake is below half the price of all the holder's seats in the pool.
    /// With the last seat, the rest of the stake thaws. Anyone may call.
    function evict(uint8 pool, address holder) external;

    /// @notice Take up to `amountWei` from the holder's active, then thawing stake into the caller's escrow in the Vault.
    /// @return slashedWei What was there to take.
    function slash(uint8 pool, address holder, uint256 amountWei) external returns (uint256 slashedWei);

    /// @notice The pool's change counter and number of seats now.
    function occupancy(uint8 pool) external view returns (uint48 moment, uint24 seats);

    /// @notice Who sat at `position` at `moment`; zero when the seat did not exist.
    function holderAt(uint8 pool, uint24 position, uint48 moment) external view returns (address holder);

    /// @notice `holderAt` for several positions.
    function holdersAt(uint8 pool, uint24[] calldata positions, uint48 moment)
        external
        view
        returns (address[] memory holders);

    /// @notice The positions that `holder` occupies now.
    function positionsOf(uint8 pool, address holder) external view returns (uint24[] memory positions);

    /// @notice A holder's active stake alone.
    function activeWeiOf(uint8 pool, address holder) external view returns (uint256 activeWei);

    /// @notice A holder's stake.
    function stakeOf(uint8 pool, address holder) external view returns (Stake memory);
}
