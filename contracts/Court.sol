// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IRandomness} from "./interfaces/IRandomness.sol";
import {ISeats} from "./interfaces/ISeats.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Committee} from "./libraries/Committee.sol";
import {
    ClosedWord, ClosedWords, DrawnWord, DrawnWords, PoolWord, PoolWords
} from "./libraries/DocketWords.sol";
import {Grades} from "./libraries/Grades.sol";

/// @title Court
/// @notice Grades dockets of items by a random committee that commits and reveals.
/// @dev A docket takes two slots: `closed` (what its draw is made of, later its verdict) and `drawn` (the round under
/// way). A vote takes one: the commitment, later the word.
contract Court is ICourt {
    using SafeCast for uint256;
    using Grades for Grades.Tally;

    /// @dev The two words of a docket.
    struct Record {
        ClosedWord closed;
        DrawnWord drawn;
    }

    /// @dev A round while it is settled. Voter v is the holder of draw v where `draws[v]` is not zero: draws of one
    /// holder count for the first of them.
    struct Round {
        uint256 docket;
        uint256 items;
        uint256 number;
        uint256 committeeSize;
        address[] voters;
        uint256[] draws;
        uint256[] words;
        /// Bit v is set when voter v revealed exactly once.
        uint256 present;
        /// Draws of present voters.
        uint256 votes;
        bool complete;
        uint256 potWei;
        uint256 seatWei;
    }

    uint256 private constant POOLS = 4;
    uint256 private constant MAX_ITEMS = 128;
    uint256 private constant MIN_COMMITTEE = 3;
    uint256 private constant BASIS_POINTS = 10_000;

    IParameters public immutable PARAMETERS;
    ISeats public immutable SEATS;
    IVault public immutable VAULT;
    IRandomness public immutable RANDOMNESS;
    address public immutable DATANETS;
    address public immutable TRAINING;

    mapping(uint256 pool => PoolWord) private _pools;
    mapping(uint256 docket => Record) private _records;
    mapping(uint256 ballot => bytes32) private _votes;

    modifier onlyClaimant() {
        if (msg.sender != DATANETS && msg.sender != TRAINING) revert NotClaimant(msg.sender);
        _;
    }

    constructor(
        address parameters,
        address seats,
        address vault,
        address randomness,
        address datanets,
        address training
    ) {
        PARAMETERS = IParameters(parameters);
        SEATS = ISeats(seats);
        VAULT = IVault(vault);
        RANDOMNESS = IRandomness(randomness);
        DATANETS = datanets;
        TRAINING = training;
    }

    // ----------------------------------------------------------------------------------------- claimants

    /// @inheritdoc ICourt
    function enqueue(uint8 pool, uint8 items, uint96 feeWei)
        external
        onlyClaimant
        returns (uint40 docket, uint8 position)
    {
        if (pool >= POOLS) revert UnknownPool(pool);
        if (items == 0 || items > MAX_ITEMS) revert BadItemCount(items, MAX_ITEMS);
        PoolWord word = _pools[pool];
        uint256 closed = word.closed();
        uint256 collected = word.items();
        uint256 closesAt = word.closesAt();
        uint256 potWei = word.feeWei();
        // Counters of 8, 40 and 96 bits: none of the sums overflows. The fees are OPEN that the Vault holds.
        unchecked {
            if (collected != 0 && (collected + items > MAX_ITEMS || block.timestamp >= closesAt)) {
                _close(_docketOf(pool, closed), 0, collected, potWei);
                ++closed;
                collected = 0;
                potWei = 0;
            }
            docket = _docketOf(pool, closed);
            if (collected == 0) {
                closesAt = block.timestamp + PARAMETERS.poolRules(pool).collectSeconds;
                emit DocketOpened(docket, uint40(closesAt));
            }
            position = uint8(collected);
            collected += items;
            potWei += feeWei;
            if (collected == MAX_ITEMS) {
                _close(docket, 0, collected, potWei);
                ++closed;
                collected = 0;
                potWei = 0;
            }
        }
        _pools[pool] = PoolWords.pack(closed, collected, closesAt, potWei);
    }

    /// @inheritdoc ICourt
    function returnFee(uint96 feeWei) external onlyClaimant {
        VAULT.passReserved(0, msg.sender, feeWei);
    }

    // -------------------------------------------------------------------------------------------- phases

    /// @inheritdoc ICourt
    function close(uint8 pool) external returns (uint40 docket) {
        if (pool >= POOLS) revert UnknownPool(pool);
        PoolWord word = _pools[pool];
        if (word.items() == 0) revert DocketEmpty(pool);
        docket = _docketOf(pool, word.closed());
        if (block.timestamp < word.closesAt()) revert DocketNotDue(docket, uint40(word.closesAt()));
        _close(docket, 0, word.items(), word.feeWei());
        _pools[pool] = PoolWords.pack(word.closed() + 1, 0, word.closesAt(), 0);
    }

    /// @inheritdoc ICourt
    function draw(uint40 docket) external {
        Record storage record = _records[docket];
        ClosedWord closed = record.closed;
        DrawnWord drawn = record.drawn;
        if (closed.isZero() || drawn.drawnAt() != 0) revert WrongPhase(docket, _phaseOf(docket), Phase.DRAWING);

        uint8 pool = _poolOf(docket);
        if (closed.seats() < MIN_COMMITTEE) {
            (, uint24 seats) = SEATS.occupancy(pool);
            if (seats < MIN_COMMITTEE) revert NotEnoughSeats(pool, seats, MIN_COMMITTEE);
            _close(docket, closed.round(), closed.items(), closed.feeWei());
            return;
        }
        (bytes32 hash, bool expired) = RANDOMNESS.seedOf(closed.seedBlock());
        if (expired) {
            _close(docket, closed.round(), closed.items(), closed.feeWei());
            return;
        }
        if (hash == 0) revert SeedNotReady(docket, closed.seedBlock());

        IParameters.PoolRules memory rules = PARAMETERS.poolRules(pool);
        uint256 size = rules.committeeSize < closed.seats() ? rules.committeeSize : closed.seats();
        uint96 seed = uint96(uint256(hash));
        drawn = DrawnWords.pack(
            closed.items(),
            closed.round(),
            size,
            block.timestamp,
            rules.commitSeconds,
            rules.revealSeconds,
            seed
        );
        record.drawn = drawn;
        emit DocketDrawn(
            docket,
            uint8(closed.round()),
            seed,
            uint8(size),
            uint40(drawn.commitEnds()),
            uint40(drawn.revealEnds())
        );
    }

    /// @inheritdoc ICourt
    function commit(uint40 docket, bytes32 commitment) external {
        DrawnWord drawn = _records[docket].drawn;
        if (drawn.drawnAt() == 0 || block.timestamp >= drawn.commitEnds()) {
            revert WrongPhase(docket, _phaseOf(docket), Phase.COMMITTING);
        }
        if (commitment == 0) revert EmptyCommitment();
        _votes[_ballotOf(docket, drawn.round(), msg.sender)] = commitment;
        emit Committed(docket, msg.sender, commitment);
    }

    /// @inheritdoc ICourt
    function reveal(uint40 docket, uint8 drawIndex, uint256 word, bytes32 salt, bytes calldata reasons) external {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        if (block.timestamp < drawn.commitEnds() || block.timestamp >= drawn.revealEnds() || drawn.isSettled()) {
            revert WrongPhase(docket, _phaseOf(docket), Phase.REVEALING);
        }
        if (drawIndex >= drawn.committeeSize()) revert NotDrawn(docket, msg.sender, drawIndex);
        if ((drawn.revealed() >> drawIndex) & 1 != 0) revert AlreadyRevealed(docket, msg.sender);
        _requireWellFormed(word, drawn.items(), reasons.length);

        uint256 ballot = _ballotOf(docket, drawn.round(), msg.sender);
        bytes32 vote = _votes[ballot];
        if (vote == 0) revert NothingCommitted(docket, msg.sender);
        if (vote != _commitmentOf(docket, word, salt, reasons)) revert CommitmentMismatch(docket, msg.sender);
        _requireDrawn(docket, record.closed, drawn, drawIndex);

        _votes[ballot] = bytes32(word);
        record.drawn = drawn.withRevealed(drawIndex);
        emit Revealed(docket, msg.sender, drawIndex, word, reasons);
    }

    /// @inheritdoc ICourt
    function settle(uint40 docket) external {
        Record storage record = _records[docket];
        ClosedWord closed = record.closed;
        DrawnWord drawn = record.drawn;
        if (drawn.drawnAt() == 0 || drawn.isSettled()) revert WrongPhase(docket, _phaseOf(docket), Phase.SETTLING);

        Round memory round = _muster(docket, closed, drawn);
        if (block.timestamp < drawn.revealEnds() && !round.complete) {
            revert WrongPhase(docket, _phaseOf(docket), Phase.SETTLING);
        }
        IParameters.PoolRules memory rules = PARAMETERS.poolRules(_poolOf(docket));
        _chargeAbsent(round, rules.absentPenaltyBps);
        // At most 31 draws.
        unchecked {
            if (round.votes < MIN_COMMITTEE || 2 * round.votes <= round.committeeSize) {
                emit NoQuorum(docket, uint8(round.number), uint32(drawn.revealed()));
                record.drawn = DrawnWords.pack(round.items, round.number, 0, 0, 0, 0, 0);
                // A round after the 256th begins at zero again. What earlier rounds left in its ballots can be
                // opened by its own voter only, like any commitment, and is replaced by a new one.
                _close(docket, uint8(round.number + 1), round.items, round.potWei);
                return;
            }
        }
        uint256 verdict = _verdictOf(round);
        uint256 coherent = _judgeVoters(round, rules, verdict);
        record.closed = ClosedWord.wrap(verdict);
        record.drawn = drawn.withSettled();
        emit Settled(
            docket, uint8(round.number), verdict, uint32(coherent), uint32(drawn.revealed()), uint96(round.potWei)
        );
        _pay(round, coherent);
    }

    // --------------------------------------------------------------------------------------------- views

    /// @inheritdoc ICourt
    function gradesOf(uint40 docket, uint8 position, uint8 items) external view returns (uint256 grades) {
        Record storage record = _records[docket];
        if (!record.drawn.isSettled()) revert NotFinal(docket, _phaseOf(docket));
        return (ClosedWord.unwrap(record.closed) >> (2 * uint256(position))) & Grades.maskOf(items);
    }

    /// @inheritdoc ICourt
    function verdictOf(uint40 docket) external view returns (bool settled, uint256 verdict) {
        Record storage record = _records[docket];
        settled = record.drawn.isSettled();
        if (settled) verdict = ClosedWord.unwrap(record.closed);
    }

    /// @inheritdoc ICourt
    function docketOf(uint40 docket) external view returns (Docket memory state) {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        state.phase = _phaseOf(docket);
        state.pool = _poolOf(docket);
        if (state.phase == Phase.COLLECTING) {
            PoolWord word = _pools[state.pool];
            state.items = uint8(word.items());
            state.feeWei = uint96(word.feeWei());
            state.closesAt = uint40(word.closesAt());
        } else if (state.phase == Phase.SETTLED) {
            state.verdict = ClosedWord.unwrap(record.closed);
        } else {
            ClosedWord closed = record.closed;
            state.items = uint8(closed.items());
            state.round = uint8(closed.round());
            state.seats = uint24(closed.seats());
            state.moment = closed.moment();
            state.seedBlock = closed.seedBlock();
            state.feeWei = uint96(closed.feeWei());
        }
        if (drawn.drawnAt() != 0) {
            state.items = uint8(drawn.items());
            state.round = uint8(drawn.round());
            state.committeeSize = uint8(drawn.committeeSize());
            state.seed = uint96(drawn.seed());
            state.commitEnds = uint40(drawn.commitEnds());
            state.revealEnds = uint40(drawn.revealEnds());
            state.revealed = uint32(drawn.revealed());
        }
    }

    /// @inheritdoc ICourt
    function openDocket(uint8 pool) external view returns (uint40 docket) {
        if (pool >= POOLS) revert UnknownPool(pool);
        return _docketOf(pool, _pools[pool].closed());
    }

    /// @inheritdoc ICourt
    function committee(uint40 docket) external view returns (address[] memory voters) {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        if (drawn.drawnAt() == 0 || drawn.isSettled()) revert WrongPhase(docket, _phaseOf(docket), Phase.COMMITTING);
        return _votersOf(docket, record.closed, drawn);
    }

    /// @inheritdoc ICourt
    function voteOf(uint40 docket, address voter) external view returns (bytes32) {
        return _votes[_ballotOf(docket, _records[docket].drawn.round(), voter)];
    }

    // ------------------------------------------------------------------------------------------ internals

    /// @dev Fix what a draw is made of: the seats at this moment and a block that is not mined yet.
    function _close(uint40 docket, uint256 round, uint256 items, uint256 feeWei) private {
        (uint48 moment, uint24 seats) = SEATS.occupancy(_poolOf(docket));
        uint40 seedBlock = RANDOMNESS.seedBlock();
        _records[docket].closed = ClosedWords.pack(moment, seats, seedBlock, items, round, feeWei);
        emit DocketClosed(docket, uint8(round), uint8(items), uint96(feeWei), moment, seats, seedBlock);
    }

    /// @dev The voters of a round by their first draw, with their number of draws and, where they revealed, their word.
    function _muster(uint40 docket, ClosedWord closed, DrawnWord drawn) private view returns (Round memory round) {
        round.docket = docket;
        round.items = drawn.items();
        round.number = drawn.round();
        round.potWei = closed.feeWei();
        uint256 size = drawn.committeeSize();
        round.committeeSize = size;
        address[] memory voters = _votersOf(docket, closed, drawn);
        round.voters = voters;
        uint256[] memory draws = new uint256[](size);
        uint256[] memory words = new uint256[](size);
        uint256 revealed = drawn.revealed();
        uint256 seen;
        uint256 present;
        uint256 votes;
        bool complete = true;
        // size is at most 31, and no counter exceeds it.
        unchecked {
            for (uint256 v; v < size; ++v) {
                if ((seen >> v) & 1 != 0) continue;
                address voter = voters[v];
                uint256 weight;
                uint256 reveals;
                for (uint256 k = v; k < size; ++k) {
                    if (voters[k] != voter) continue;
                    seen |= 1 << k;
                    ++weight;
                    reveals += (revealed >> k) & 1;
                }
                draws[v] = weight;
                if (reveals == 0) complete = false;
                // Two reveals by one voter mean that the first word was itself prepared as a commitment to the
                // second one: neither is a vote, and the voter counts as absent.
                if (reveals == 1) {
                    present |= 1 << v;
                    votes += weight;
                    words[v] = uint256(_votes[_ballotOf(docket, round.number, voter)]);
                }
            }
        }
        round.draws = draws;
        round.words = words;
        round.present = present;
        round.votes = votes;
        round.complete = complete;
    }

    function _chargeAbsent(Round memory round, uint256 penaltyBps) private {
        uint256 size = round.committeeSize;
        for (uint256 v; v < size; ++v) {
            if (round.draws[v] != 0 && (round.present >> v) & 1 == 0) _charge(round, v, penaltyBps);
        }
    }

    /// @dev Slash a voter for each of their draws; the money joins the pot.
    function _charge(Round memory round, uint256 v, uint256 penaltyBps) private {
        if (penaltyBps == 0) return;
        if (round.seatWei == 0) round.seatWei = PARAMETERS.seatRules().seatWei;
        uint256 penaltyWei = round.seatWei * penaltyBps * round.draws[v] / BASIS_POINTS;
        round.potWei += SEATS.slash(_poolOf(uint40(round.docket)), round.voters[v], penaltyWei);
    }

    function _verdictOf(Round memory round) private pure returns (uint256) {
        Grades.Tally memory tally;
        uint256 size = round.committeeSize;
        for (uint256 v; v < size; ++v) {
            if ((round.present >> v) & 1 != 0) tally.add(round.words[v], round.draws[v]);
        }
        return tally.medians();
    }

    /// @dev Charge the incoherent voters. Where nobody is coherent the verdict says nothing about anybody: nobody is
    /// charged, and all who revealed share the pot.
    /// @return coherent Bit v is set when voter v is to be paid.
    function _judgeVoters(Round memory round, IParameters.PoolRules memory rules, uint256 verdict)
        private
        returns (uint256 coherent)
    {
        uint256 size = round.committeeSize;
        uint256 tolerance = round.items * rules.toleranceBps;
        for (uint256 v; v < size; ++v) {
            if ((round.present >> v) & 1 == 0) continue;
            if (Grades.mismatches(round.words[v], verdict) * BASIS_POINTS <= tolerance) coherent |= 1 << v;
        }
        if (coherent == 0) return round.present;
        uint256 incoherent = round.present & ~coherent;
        for (uint256 v; incoherent >> v != 0; ++v) {
            if ((incoherent >> v) & 1 != 0) _charge(round, v, rules.incoherentPenaltyBps);
        }
    }

    /// @dev Share the pot a draw among the coherent, rounded down; the remainder goes to the first of them.
    function _pay(Round memory round, uint256 coherent) private {
        uint256 potWei = round.potWei;
        if (potWei == 0) return;
        uint256 size = round.committeeSize;
        uint256 paidDraws;
        uint256 paidVoters;
        for (uint256 v; v < size; ++v) {
            if ((coherent >> v) & 1 == 0) continue;
            paidDraws += round.draws[v];
            ++paidVoters;
        }
        address[] memory accounts = new address[](paidVoters);
        uint256[] memory amountsWei = new uint256[](paidVoters);
        uint256 shareWei = potWei / paidDraws;
        uint256 i;
        for (uint256 v; v < size; ++v) {
            if ((coherent >> v) & 1 == 0) continue;
            accounts[i] = round.voters[v];
            amountsWei[i] = shareWei * round.draws[v];
            ++i;
        }
        amountsWei[0] += potWei - shareWei * paidDraws;
        VAULT.pay(0, accounts, amountsWei);
    }

    function _votersOf(uint40 docket, ClosedWord closed, DrawnWord drawn) private view returns (address[] memory) {
        uint24[] memory positions =
            Committee.positions(drawn.seed(), docket, drawn.round(), drawn.committeeSize(), closed.seats());
        return SEATS.holdersAt(_poolOf(docket), positions, closed.moment());
    }

    function _requireDrawn(uint40 docket, ClosedWord closed, DrawnWord drawn, uint8 drawIndex) private view {
        uint24[] memory positions =
            Committee.positions(drawn.seed(), docket, drawn.round(), uint256(drawIndex) + 1, closed.seats());
        if (SEATS.holderAt(_poolOf(docket), positions[drawIndex], closed.moment()) != msg.sender) {
            revert NotDrawn(docket, msg.sender, drawIndex);
        }
    }

    function _requireWellFormed(uint256 word, uint256 items, uint256 reasons) private pure {
        if (word & ~Grades.maskOf(items) != 0) revert WordTooLong(word, uint8(items));
        uint256 rejected = items - Grades.accepted(word);
        if (reasons != rejected) revert ReasonCountMismatch(reasons, rejected);
    }

    function _commitmentOf(uint40 docket, uint256 word, bytes32 salt, bytes calldata reasons)
        private
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(this), docket, msg.sender, word, keccak256(reasons), salt));
    }

    function _phaseOf(uint40 docket) private view returns (Phase) {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        if (drawn.isSettled()) return Phase.SETTLED;
        if (drawn.drawnAt() != 0) {
            if (block.timestamp < drawn.commitEnds()) return Phase.COMMITTING;
            return block.timestamp < drawn.revealEnds() ? Phase.REVEALING : Phase.SETTLING;
        }
        if (!record.closed.isZero()) return Phase.DRAWING;
        PoolWord word = _pools[_poolOf(docket)];
        bool collecting = word.items() != 0 && docket == _docketOf(_poolOf(docket), word.closed());
        return collecting ? Phase.COLLECTING : Phase.NONE;
    }

    /// @dev The slot of a voter's vote in one round: docket 40 | round 8 | voter 160.
    function _ballotOf(uint40 docket, uint256 round, address voter) private pure returns (uint256) {
        return (uint256(docket) << 168) | (round << 160) | uint160(voter);
    }

    /// @dev The id of the docket after `closed` closed ones: sequences count from 1.
    function _docketOf(uint8 pool, uint256 closed) private pure returns (uint40) {
        // 2^38 dockets of one pool, one a second, take 8,700 years.
        unchecked {
            return uint40(4 * (closed + 1) + pool);
        }
    }

    function _poolOf(uint40 docket) private pure returns (uint8) {
        return uint8(docket & 3);
    }
}
