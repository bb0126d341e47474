// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Seats
/// @notice OPEN staked in seats of a fixed size, in four pools. Who sat at which position at which moment is kept for
/// ever, so that a committee is a pure function of (seed, docket, seats at that moment).
/// Invariant: balance = sum(active) + sum(thawing).
interface ISeats {
    /// @notice A holder's stake in one pool. `lockedWei` is the part of `activeWei` that bonds leases.
    struct Stake {
        uint96 activeWei;
        uint96 lockedWei;
        uint16 seats;
        uint96 thawingWei;
        uint40 thawsAt;
    }

    /// @param moment The pool's change counter after this change.
    event SeatTaken(uint8 indexed pool, address indexed holder, uint24 position, uint48 moment);
    event SeatLeft(uint8 indexed pool, address indexed holder, uint24 position, uint48 moment);
    event Staked(uint8 indexed pool, address indexed holder, uint256 amountWei);
    event Unstaked(uint8 indexed pool, address indexed holder, uint256 amountWei, uint40 thawsAt);
    event Withdrawn(uint8 indexed pool, address indexed holder, uint256 amountWei);
    event Slashed(uint8 indexed pool, address indexed holder, address indexed beneficiary, uint256 amountWei);
    error UnknownPool(uint8 pool);
    error NoSeats();
    error TooManySeats(address holder, uint256 seats, uint256 maximum);
    error NotEnoughSeats(address holder, uint256 seats, uint256 asked);
    error StakeLocked(address holder, uint256 freeWei, uint256 neededWei);
    error InsufficientStake(address holder, uint256 freeWei, uint256 neededWei);
    error StillThawing(uint40 thawsAt);
    error NothingThawing(address holder);
    error SeatStillBacked(address holder, uint256 activeWei, uint256 neededWei);
    error NotCourt(address caller);

    /// @notice Take `seats` seats in `pool`; pulls the missing stake from the caller.
    function stake(uint8 pool, uint16 seats) external;

    /// @notice Leave `seats` seats. Their stake thaws and stays slashable until then.
    function unstake(uint8 pool, uint16 seats) external;

    /// @notice Take home what has thawed.
    function withdraw(uint8 pool) external returns (uint256 amountWei);

    /// @notice Remove one seat of a holder whose active stake no longer backs all their seats. Anyone may call.
    function evict(uint8 pool, address holder) external;

    /// @notice Take up to `amountWei` from the holder's active, then thawing stake; it goes to the Vault for the caller.
    function slash(uint8 pool, address holder, uint256 amountWei) external returns (uint256 slashedWei);

    /// @notice The pool's change counter and number of seats now.
    function occupancy(uint8 pool) external view returns (uint48 moment, uint24 seats);

    /// @notice Who sat at `position` at `moment`; zero when the seat did not exist.
    function holderAt(uint8 pool, uint24 position, uint48 moment) external view returns (address holder);

    /// @notice `holderAt` for several positions.
    function holdersAt(uint8 pool, uint24[] calldata positions, uint48 moment) external view returns (address[] memory holders);

    /// @notice The positions that `holder` occupies now.
    function positionsOf(uint8 pool, address holder) external view returns (uint24[] memory positions);

    /// @notice A holder's active stake alone.
    function activeWeiOf(uint8 pool, address holder) external view returns (uint256 activeWei);

    function stakeOf(uint8 pool, address holder) external view returns (Stake memory);
}
