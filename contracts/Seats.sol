// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {ITraining} from "./interfaces/ITraining.sol";
import {IVault} from "./interfaces/IVault.sol";
import {SeatWord, SeatWords} from "./libraries/SeatWords.sol";

/// @title Seats
/// @notice Stake in seats, with the history of who sat where.
/// @dev A pool's seats are the positions [0, seats). Whoever leaves a position in the middle has it filled by the holder
/// of the last one. The present occupant of a position lies in one slot with the moment of sitting down, so that a
/// committee is read in one slot a draw; earlier occupants are checkpoints keyed by moment.
contract Seats is ISeats {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;
    using Checkpoints for Checkpoints.Trace208;

    /// @dev A pool's counter of changes and number of seats.
    struct Pool {
        uint48 moment;
        uint24 seats;
    }

    /// @dev A holder's stake in a pool, in one slot.
    struct Account {
        uint96 activeWei;
        uint96 thawingWei;
        uint40 thawsAt;
        uint16 seats;
    }

    uint8 private constant COMPUTE = 3;
    uint256 private constant POOLS = 4;

    IERC20 internal immutable TOKEN;
    IParameters internal immutable PARAMETERS;
    IVault internal immutable VAULT;
    address internal immutable COURT;
    ITraining internal immutable TRAINING;
    /// @notice The most that the court takes for one vote: half a seat, whatever the parameters say.
    uint256 internal immutable MAX_PENALTY_WEI;

    mapping(uint256 pool => Pool) private _pools;
    mapping(uint256 pool => mapping(uint256 position => SeatWord)) private _seats;
    mapping(uint256 pool => mapping(uint256 position => Checkpoints.Trace208)) private _earlier;
    mapping(uint256 pool => mapping(address holder => uint24[])) private _positions;
    mapping(uint256 pool => mapping(address holder => Account)) private _accounts;

    constructor(address token, address parameters, address vault, address court, address training) {
        TOKEN = IERC20(token);
        PARAMETERS = IParameters(parameters);
        VAULT = IVault(vault);
        COURT = court;
        TRAINING = ITraining(training);
        // The price of a seat never changes.
        MAX_PENALTY_WEI = IParameters(parameters).seatRules().seatWei / 2;
    }

    /// @inheritdoc ISeats
    function stake(uint8 pool, uint16 seats) external {
        if (pool >= POOLS) revert UnknownPool(pool);
        IParameters.SeatRules memory rules = PARAMETERS.seatRules();
        Account storage account = _accounts[pool][msg.sender];
        uint256 total = uint256(account.seats) + seats;
        if (total == 0) revert NoSeats();
        if (seats != 0 && total > rules.seatsPerAddress) revert TooManySeats(msg.sender, total, rules.seatsPerAddress);

        // A holder's active stake never exceeds the price of the seats held, so that the difference is what is missing.
        uint256 missingWei = total * rules.seatWei - account.activeWei;
        if (seats == 0 && missingWei == 0) revert NoSeats();
        account.seats = total.toUint16();
        _setActive(pool, msg.sender, account, total * rules.seatWei);

        Pool memory state = _pools[pool];
        for (uint256 i; i < seats; ++i) {
            _take(pool, state, msg.sender);
        }
        _pools[pool] = state;

        emit Staked(pool, msg.sender, missingWei);
        TOKEN.safeTransferFrom(msg.sender, address(this), missingWei);
    }

    /// @inheritdoc ISeats
    function unstake(uint8 pool, uint16 seats) external {
        if (seats == 0) revert NoSeats();
        IParameters.SeatRules memory rules = PARAMETERS.seatRules();
        Account storage account = _accounts[pool][msg.sender];
        if (account.seats < seats) revert NotEnoughSeats(msg.sender, account.seats, seats);
        uint256 remaining = account.seats - seats;
        uint256 activeWei = account.activeWei;
        uint256 keptWei = remaining * rules.seatWei;
        if (keptWei > activeWei) keptWei = activeWei;
        uint256 lockedWei = _lockedWei(pool, msg.sender);
        if (keptWei < lockedWei) revert StakeLocked(msg.sender, keptWei, lockedWei);
        account.seats = remaining.toUint16();
        _setActive(pool, msg.sender, account, keptWei);
        _leave(pool, msg.sender, seats);
        _thaw(pool, msg.sender, account, activeWei - keptWei, rules.thawSeconds);
    }

    /// @inheritdoc ISeats
    function withdraw(uint8 pool) external returns (uint256 amountWei) {
        Account storage account = _accounts[pool][msg.sender];
        amountWei = account.thawingWei;
        if (amountWei == 0) revert NothingThawing(msg.sender);
        if (block.timestamp < account.thawsAt) revert StillThawing(account.thawsAt);
        // A slashed stake may be smaller than what it bonds: then the thawing part bonds, too.
        uint256 lockedWei = _lockedWei(pool, msg.sender);
        if (account.activeWei < lockedWei) revert StakeLocked(msg.sender, account.activeWei, lockedWei);
        account.thawingWei = 0;
        account.thawsAt = 0;
        emit Withdrawn(pool, msg.sender, amountWei);
        TOKEN.safeTransfer(msg.sender, amountWei);
    }

    /// @inheritdoc ISeats
    function evict(uint8 pool, address holder) external {
        Account storage account = _accounts[pool][holder];
        uint256 seats = account.seats;
        if (seats == 0) revert NoSeats();
        IParameters.SeatRules memory rules = PARAMETERS.seatRules();
        uint256 activeWei = account.activeWei;
        uint256 neededWei = (seats * rules.seatWei + 1) / 2;
        if (activeWei >= neededWei) revert SeatStillBacked(holder, activeWei, neededWei);
        account.seats = (seats - 1).toUint16();
        _leave(pool, holder, 1);
        if (seats == 1) {
            _setActive(pool, holder, account, 0);
            _thaw(pool, holder, account, activeWei, rules.thawSeconds);
        }
    }

    /// @inheritdoc ISeats
    function slash(uint8 pool, address holder, uint256 amountWei) external returns (uint256 slashedWei) {
        if (msg.sender == COURT) {
            if (amountWei > MAX_PENALTY_WEI) revert PenaltyTooLarge(amountWei, MAX_PENALTY_WEI);
        } else if (msg.sender != address(TRAINING)) {
            revert NotCourt(msg.sender);
        }
        Account storage account = _accounts[pool][holder];
        uint256 activeWei = account.activeWei;
        uint256 fromActiveWei = amountWei < activeWei ? amountWei : activeWei;
        if (fromActiveWei != 0) _setActive(pool, holder, account, activeWei - fromActiveWei);
        slashedWei = fromActiveWei;
        if (fromActiveWei < amountWei) {
            uint256 thawingWei = account.thawingWei;
            uint256 restWei = amountWei - fromActiveWei;
            uint256 fromThawingWei = restWei < thawingWei ? restWei : thawingWei;
            if (fromThawingWei != 0) account.thawingWei = (thawingWei - fromThawingWei).toUint96();
            slashedWei += fromThawingWei;
        }
        if (slashedWei == 0) return 0;
        emit Slashed(pool, holder, msg.sender, slashedWei);
        TOKEN.safeTransfer(address(VAULT), slashedWei);
        VAULT.depositSlashed(msg.sender, slashedWei);
    }

    /// @inheritdoc ISeats
    function occupancy(uint8 pool) external view returns (uint48 moment, uint24 seats) {
        Pool memory state = _pools[pool];
        return (state.moment, state.seats);
    }

    /// @inheritdoc ISeats
    function holderAt(uint8 pool, uint24 position, uint48 moment) public view returns (address holder) {
        SeatWord seat = _seats[pool][position];
        return seat.since() <= moment ? seat.holder() : _earlierHolder(pool, position, moment);
    }

    /// @inheritdoc ISeats
    function holdersAt(uint8 pool, uint24[] calldata positions, uint48 moment)
        external
        view
        returns (address[] memory holders)
    {
        mapping(uint256 position => SeatWord) storage seats = _seats[pool];
        // Every settlement reads its committee here, hence the assembly.
        assembly ("memory-safe") {
            // abi.encode(holders): an offset and the list.
            let answer := mload(0x40)
            mstore(answer, 0x20)
            holders := add(answer, 0x20)
            mstore(holders, positions.length)
            let entry := add(holders, 0x20)
            let end := add(entry, shl(5, positions.length))
            mstore(0x40, end)
            mstore(0x20, seats.slot)
            let changed := 0
            for { let position := positions.offset } lt(entry, end) { position := add(position, 0x20) } {
                mstore(0x00, calldataload(position))
                // holder 160 | since 48, as in SeatWord.
                let seat := sload(keccak256(0x00, 0x40))
                mstore(entry, shr(96, shl(96, seat)))
                entry := add(entry, 0x20)
                changed := or(changed, gt(and(shr(160, seat), 0xffffffffffff), moment))
            }
            if iszero(changed) { return(answer, sub(end, answer)) }
        }
        // Somebody sat down later: the positions' histories know.
        for (uint256 i; i < positions.length; ++i) {
            holders[i] = holderAt(pool, positions[i], moment);
        }
    }

    /// @inheritdoc ISeats
    function activeWeiOf(uint8 pool, address holder) external view returns (uint256 activeWei) {
        return _accounts[pool][holder].activeWei;
    }

    /// @inheritdoc ISeats
    function stakeOf(uint8 pool, address holder) external view returns (Stake memory) {
        Account memory account = _accounts[pool][holder];
        return Stake({
            activeWei: account.activeWei,
            lockedWei: _lockedWei(pool, holder).toUint96(),
            seats: account.seats,
            thawingWei: account.thawingWei,
            thawsAt: account.thawsAt
        });
    }

    /// @inheritdoc ISeats
    function positionsOf(uint8 pool, address holder) external view returns (uint24[] memory) {
        return _positions[pool][holder];
    }

    /// @dev Training keeps the active stake of the COMPUTE pool, too, since every claim of a job reads it.
    function _setActive(uint8 pool, address holder, Account storage account, uint256 activeWei) private {
        account.activeWei = activeWei.toUint96();
        if (pool == COMPUTE) TRAINING.noteStake(holder, activeWei.toUint96());
    }

    /// @dev Stake that bonds leases. Training keeps the sum, since it changes with every lease and a stake rarely does.
    function _lockedWei(uint8 pool, address holder) private view returns (uint256) {
        return pool == COMPUTE ? TRAINING.bondedWei(holder) : 0;
    }

    function _earlierHolder(uint256 pool, uint256 position, uint48 moment) private view returns (address) {
        return address(uint160(_earlier[pool][position].upperLookupRecent(moment)));
    }

    /// @dev Seat `holder` at the end of the pool; the caller stores `state`.
    function _take(uint8 pool, Pool memory state, address holder) private {
        uint24 position = state.seats;
        state.moment += 1;
        state.seats = position + 1;
        uint24[] storage list = _positions[pool][holder];
        _occupy(pool, position, SeatWords.pack(holder, state.moment, list.length));
        list.push(position);
        emit SeatTaken(pool, holder, position, state.moment);
    }

    /// @dev Free the `count` last seats of the holder's list, at most 64 of them.
    function _leave(uint8 pool, address holder, uint256 count) private {
        Pool memory state = _pools[pool];
        uint24[] storage list = _positions[pool][holder];
        for (uint256 i; i < count; ++i) {
            uint24 position = list[list.length - 1];
            list.pop();
            state.seats -= 1;
            state.moment += 1;
            if (position != state.seats) _moveLast(pool, state, position);
            _occupy(pool, state.seats, SeatWords.pack(address(0), state.moment, 0));
            emit SeatLeft(pool, holder, position, state.moment);
        }
        _pools[pool] = state;
    }

    /// @dev Seat the holder of the position that ends now, the last one, at `position`.
    function _moveLast(uint8 pool, Pool memory state, uint24 position) private {
        SeatWord last = _seats[pool][state.seats];
        address mover = last.holder();
        _positions[pool][mover][last.listIndex()] = position;
        _occupy(pool, position, SeatWords.pack(mover, state.moment, last.listIndex()));
        emit SeatTaken(pool, mover, position, state.moment);
    }

    /// @dev Replace a position's occupant and keep the earlier one, or the earlier emptiness, as history.
    function _occupy(uint256 pool, uint256 position, SeatWord next) private {
        SeatWord previous = _seats[pool][position];
        if (previous.since() != 0) _earlier[pool][position].push(previous.since(), uint160(previous.holder()));
        _seats[pool][position] = next;
    }

    /// @dev Start or extend the holder's one thaw: what was thawing waits with what joins it.
    function _thaw(uint8 pool, address holder, Account storage account, uint256 amountWei, uint256 thawSeconds) private {
        uint40 thawsAt = (block.timestamp + thawSeconds).toUint40();
        account.thawingWei = (account.thawingWei + amountWei).toUint96();
        account.thawsAt = thawsAt;
        emit Unstaked(pool, holder, amountWei, thawsAt);
    }
}
