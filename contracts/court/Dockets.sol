// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {ISeats} from "../interfaces/ISeats.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Committee} from "../libraries/Committee.sol";
import {ClosedWord, ClosedWords, DrawnWord, PoolWord} from "../libraries/DocketWords.sol";

/// @title Dockets
/// @notice What the court keeps of dockets, and how one is fixed and drawn.
/// @dev A docket takes two slots: `closed` (what its draw is made of, later its verdict) and `drawn` (the round under
/// way). A vote takes one: the commitment, later the word. That slot belongs to the voter's ballot in a *box* of the
/// pool: a docket takes a free box when it closes and gives it back when it is settled, so that a voter writes to a
/// used slot. What an earlier docket or round left in a ballot does no harm: a commitment to another docket never
/// opens, one to an earlier round of the same docket is the voter's own, and a settlement reads revealed ballots only.
abstract contract Dockets is ICourt {
    /// @dev The two words of a docket.
    struct Record {
        ClosedWord closed;
        DrawnWord drawn;
    }

    uint256 internal constant POOLS = 4;
    uint256 internal constant MAX_ITEMS = 128;
    uint256 internal constant MIN_COMMITTEE = 3;
    /// @dev Ballot boxes of a pool. A docket that finds all of them in use gets a box of its own, with this number, and so
    /// does every appeal.
    uint256 internal constant BOXES = 48;
    /// @dev A box's ballot: box 8 | voter 160, with the pool above; a docket's own ballots have the docket above.
    uint256 private constant BOX_SHIFT = 160;
    uint256 private constant POOL_SHIFT = 168;
    uint256 private constant DOCKET_SHIFT = 176;
    /// @dev Set in the id of every appeal's docket.
    uint256 internal constant APPEAL_BIT = 1 << 39;

    IParameters internal immutable PARAMETERS;
    ISeats internal immutable SEATS;
    IVault internal immutable VAULT;
    IRandomness internal immutable RANDOMNESS;
    address internal immutable DATANETS;
    address internal immutable TRAINING;
    address internal immutable ATTRIBUTION;

    mapping(uint256 pool => PoolWord) internal _pools;
    mapping(uint256 docket => Record) internal _records;
    mapping(uint256 ballot => bytes32) internal _votes;

    modifier onlyClaimant() {
        if (msg.sender != DATANETS && msg.sender != TRAINING && msg.sender != ATTRIBUTION) {
            revert NotClaimant(msg.sender);
        }
        _;
    }

    constructor(
        address parameters,
        address seats,
        address vault,
        address randomness,
        address datanets,
        address training,
        address attribution
    ) {
        PARAMETERS = IParameters(parameters);
        SEATS = ISeats(seats);
        VAULT = IVault(vault);
        RANDOMNESS = IRandomness(randomness);
        DATANETS = datanets;
        TRAINING = training;
        ATTRIBUTION = attribution;
    }

    /// @dev Close what a pool collected: give it a box, and fix its draw. The pool learns how long to collect next.
    function _close(uint8 pool, PoolWord word) internal returns (PoolWord) {
        IParameters.PoolRules memory rules = PARAMETERS.poolRules(pool);
        uint256 boxes = word.boxes();
        uint256 box;
        // Ends at BOXES at the latest, since the word has no more than BOXES bits.
        unchecked {
            while ((boxes >> box) & 1 != 0) ++box;
        }
        if (box != BOXES) boxes |= 1 << box;
        uint256 kept = ClosedWords.packRules(rules.toleranceBps, rules.committeeSize, rules.appealSeconds);
        _fix(_docketOf(pool, word.closed()), ClosedWords.pack(word.items(), word.feeWei(), box, kept), 0);
        return word.withClosed(rules.collectSeconds, boxes);
    }

    /// @dev Fix what a round's draw is made of: the seats at this moment and a block that is not mined yet.
    function _fix(uint40 docket, ClosedWord closed, uint256 round) internal {
        (uint48 moment, uint24 seats) = SEATS.occupancy(_poolOf(docket));
        uint40 seedBlock = RANDOMNESS.seedBlock();
        closed = closed.withDraw(round, moment, seats, seedBlock);
        _records[docket].closed = closed;
        emit DocketClosed(
            docket, uint8(round), uint8(closed.items()), uint96(closed.feeWei()), moment, seats, seedBlock
        );
    }

    /// @dev `SEATS.holdersAt(...)` for the positions drawn.
    function _votersOf(uint40 docket, DrawnWord drawn) internal view returns (address[] memory voters) {
        uint24[] memory positions =
            Committee.positions(drawn.seed(), docket, drawn.round(), drawn.committeeSize(), drawn.seats());
        address seats = address(SEATS);
        bytes4 selector = ISeats.holdersAt.selector;
        uint8 pool = _poolOf(docket);
        uint48 moment = drawn.moment();
        assembly ("memory-safe") {
            // abi.encodeCall(ISeats.holdersAt, (pool, positions, moment)), which ends with the list as memory holds it.
            let length := shl(5, add(mload(positions), 1))
            voters := mload(0x40)
            mstore(voters, selector)
            mstore(add(voters, 0x04), pool)
            mstore(add(voters, 0x24), 0x60)
            mstore(add(voters, 0x44), moment)
            mcopy(add(voters, 0x64), positions, length)
            if iszero(staticcall(gas(), seats, voters, add(length, 0x64), 0x00, 0x00)) {
                returndatacopy(voters, 0x00, returndatasize())
                revert(voters, returndatasize())
            }
            // The answer is an offset and a list of as many holders, as memory holds it.
            returndatacopy(voters, 0x20, length)
            mstore(0x40, add(voters, length))
        }
    }

    function _requireDrawn(uint40 docket, DrawnWord drawn, uint8 drawIndex) internal view {
        // drawIndex is below the committee's size.
        unchecked {
            uint24[] memory positions =
                Committee.positions(drawn.seed(), docket, drawn.round(), uint256(drawIndex) + 1, drawn.seats());
            if (SEATS.holderAt(_poolOf(docket), positions[drawIndex], drawn.moment()) != msg.sender) {
                revert NotDrawn(docket, msg.sender, drawIndex);
            }
        }
    }

    function _phaseOf(uint40 docket) internal view returns (Phase) {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        if (drawn.isSettled()) return Phase.SETTLED;
        if (drawn.commitEnds() != 0) {
            if (block.timestamp < drawn.commitEnds()) return Phase.COMMITTING;
            return block.timestamp < drawn.revealEnds() ? Phase.REVEALING : Phase.SETTLING;
        }
        if (!record.closed.isZero()) return Phase.DRAWING;
        PoolWord word = _pools[_poolOf(docket)];
        bool collecting = word.items() != 0 && docket == _docketOf(_poolOf(docket), word.closed());
        return collecting ? Phase.COLLECTING : Phase.NONE;
    }

    /// @dev The key of a voter's vote in a docket under judgement.
    function _ballotOf(uint40 docket, uint256 box, address voter) internal pure returns (uint256) {
        uint256 owner = box == BOXES ? uint256(docket) << DOCKET_SHIFT : uint256(_poolOf(docket)) << POOL_SHIFT;
        return owner | (box << BOX_SHIFT) | uint160(voter);
    }

    /// @dev The id of the docket after `closed` closed ones: sequences count from 1.
    function _docketOf(uint8 pool, uint256 closed) internal pure returns (uint40) {
        // 2^38 dockets of one pool, one a second, take 8,700 years.
        unchecked {
            return uint40(4 * (closed + 1) + pool);
        }
    }

    function _poolOf(uint40 docket) internal pure returns (uint8) {
        return uint8(docket & 3);
    }
}
