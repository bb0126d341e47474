// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Appeals} from "./court/Appeals.sol";
import {Dockets} from "./court/Dockets.sol";
import {ICourt} from "./interfaces/ICourt.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IVault} from "./interfaces/IVault.sol";
import {ClosedWord, DrawnWord, DrawnWords, PoolWord} from "./libraries/DocketWords.sol";
import {Grades} from "./libraries/Grades.sol";
import {Round, Rounds} from "./libraries/Rounds.sol";

/// @title Court
/// @notice Grades dockets of items by a random committee that commits and reveals.
contract Court is Appeals {
    using Rounds for Round;

    uint256 private constant BASIS_POINTS = 10_000;

    constructor(
        address parameters,
        address seats,
        address vault,
        address randomness,
        address datanets,
        address training,
        address attribution
    ) Dockets(parameters, seats, vault, randomness, datanets, training, attribution) {}

    // ----------------------------------------------------------------------------------------- claimants

    /// @inheritdoc ICourt
    function admit(uint8 pool, uint8 items, uint96 feeWei)
        external
        onlyClaimant
        returns (uint40 docket, uint8 position)
    {
        if (pool >= POOLS) revert UnknownPool(pool);
        if (items == 0 || items > MAX_ITEMS) revert BadItemCount(items, MAX_ITEMS);
        PoolWord word = _pools[pool];
        uint256 collected = word.items();
        // Sums of small counters and of chain times.
        unchecked {
            if (collected != 0 && (collected + items > MAX_ITEMS || block.timestamp >= word.closesAt())) {
                word = _close(pool, word);
                collected = 0;
            }
            docket = _docketOf(pool, word.closed());
            if (collected == 0) {
                uint256 collectSeconds = word.collectSeconds();
                if (collectSeconds == 0) collectSeconds = PARAMETERS.poolRules(pool).collectSeconds;
                uint256 closesAt = block.timestamp + collectSeconds;
                word = word.withOpened(closesAt);
                emit DocketOpened(docket, uint40(closesAt));
            }
            position = uint8(collected);
            word = word.withItems(items, feeWei);
            if (collected + items == MAX_ITEMS) word = _close(pool, word);
        }
        _pools[pool] = word;
    }

    /// @inheritdoc ICourt
    function returnFee(uint96 feeWei) external onlyClaimant {
        VAULT.passReserved(msg.sender, feeWei);
    }

    // -------------------------------------------------------------------------------------------- phases

    /// @inheritdoc ICourt
    function close(uint8 pool) external returns (uint40 docket) {
        if (pool >= POOLS) revert UnknownPool(pool);
        PoolWord word = _pools[pool];
        if (word.items() == 0) revert DocketEmpty(pool);
        docket = _docketOf(pool, word.closed());
        if (block.timestamp < word.closesAt()) revert DocketNotDue(docket, uint40(word.closesAt()));
        _pools[pool] = _close(pool, word);
    }

    /// @inheritdoc ICourt
    function draw(uint40 docket) external {
        Record storage record = _records[docket];
        ClosedWord closed = record.closed;
        if (closed.isZero() || record.drawn.commitEnds() != 0) {
            revert WrongPhase(docket, _phaseOf(docket), Phase.DRAWING);
        }
        uint8 pool = _poolOf(docket);
        if (closed.seats() < MIN_COMMITTEE) {
            (, uint24 seats) = SEATS.occupancy(pool);
            if (seats < MIN_COMMITTEE) revert NotEnoughSeats(pool, seats, MIN_COMMITTEE);
            return _fix(docket, closed, closed.round());
        }
        (bytes32 hash, bool expired) = RANDOMNESS.seedOf(closed.seedBlock());
        if (expired) return _fix(docket, closed, closed.round());
        if (hash == 0) revert SeedNotReady(docket, closed.seedBlock());

        IParameters.PoolRules memory rules = PARAMETERS.poolRules(pool);
        uint256 size = closed.committeeSize() < closed.seats() ? closed.committeeSize() : closed.seats();
        uint64 seed = uint64(uint256(hash));
        // Chain times, and windows of at most seven days.
        unchecked {
            uint256 commitEnds = block.timestamp + rules.commitSeconds;
            record.drawn = DrawnWords.pack(closed, size, commitEnds, rules.revealSeconds, seed);
            emit DocketDrawn(
                docket,
                uint8(closed.round()),
                seed,
                uint8(size),
                uint40(commitEnds),
                uint40(commitEnds + rules.revealSeconds)
            );
        }
    }

    /// @inheritdoc ICourt
    function commit(uint40 docket, bytes32 commitment) external {
        DrawnWord drawn = _records[docket].drawn;
        // Before a draw the window ends at zero.
        if (block.timestamp >= drawn.commitEnds() || drawn.isSettled()) revert WrongPhase(docket, _phaseOf(docket), Phase.COMMITTING);
        if (commitment == 0) revert EmptyCommitment();
        _votes[_ballotOf(docket, drawn.box(), msg.sender)] = commitment;
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

        uint256 ballot = _ballotOf(docket, drawn.box(), msg.sender);
        bytes32 vote = _votes[ballot];
        if (vote == 0) revert NothingCommitted(docket, msg.sender);
        if (vote != _commitmentOf(docket, word, salt, reasons)) revert CommitmentMismatch(docket, msg.sender);
        _requireDrawn(docket, drawn, drawIndex);

        _votes[ballot] = bytes32(word);
        record.drawn = drawn.withRevealed(drawIndex);
        emit Revealed(docket, msg.sender, drawIndex, word, reasons);
    }

    /// @inheritdoc ICourt
    function settle(uint40 docket) external {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        if (drawn.commitEnds() == 0 || drawn.isSettled()) revert WrongPhase(docket, _phaseOf(docket), Phase.SETTLING);
        Round memory round = Rounds.muster(
            _votes, _ballotOf(docket, drawn.box(), address(0)), _votersOf(docket, drawn), drawn.revealed()
        );
        if (block.timestamp < drawn.revealEnds() && !round.complete) {
            revert WrongPhase(docket, _phaseOf(docket), Phase.SETTLING);
        }
        ClosedWord closed = record.closed;
        uint8 pool = _poolOf(docket);
        uint256 votes = round.votes.length;
        // At most 31 votes; a pot of OPEN.
        unchecked {
            if (votes < MIN_COMMITTEE || 2 * votes <= drawn.committeeSize()) {
                emit NoQuorum(docket, uint8(drawn.round()), uint32(drawn.revealed()));
                record.drawn = drawn.withoutDraw();
                uint256 penaltiesWei = _charge(pool, round, round.absent, 0);
                // Round 256 would be round 0 again. Its ballots may hold what earlier rounds left, which does no harm.
                return _fix(docket, closed.withPenalties(penaltiesWei), uint8(drawn.round() + 1));
            }
            uint256 verdict = Grades.medians(round.votes);
            uint256 paid = round.coherent(verdict, drawn.items() * closed.toleranceBps());
            // Where nobody is coherent the verdict says nothing about anybody: nobody is charged for incoherence, and
            // all who revealed share the pot.
            if (paid == 0) paid = round.present;
            record.closed = ClosedWord.wrap(verdict);
            record.drawn = drawn.withSettled(block.timestamp + closed.appealSeconds());
            if (drawn.box() != BOXES) _pools[pool] = _pools[pool].withoutBox(drawn.box());
            uint256 potWei = closed.feeWei() + _charge(pool, round, round.absent, round.present & ~paid);
            emit Settled(
                docket, uint8(drawn.round()), verdict, uint32(paid), uint32(drawn.revealed()), uint96(potWei)
            );
            if (potWei != 0) {
                uint256 count = Rounds.countBits(paid);
                _payShares(round.voters, paid, potWei / count, potWei % count);
            }
            if (docket & APPEAL_BIT != 0) _decide(docket, verdict, drawn.items());
        }
    }

    // --------------------------------------------------------------------------------------------- views

    /// @inheritdoc ICourt
    function docketOf(uint40 docket) external view returns (Docket memory state) {
        Record storage record = _records[docket];
        DrawnWord drawn = record.drawn;
        ClosedWord closed = record.closed;
        state.phase = _phaseOf(docket);
        state.pool = _poolOf(docket);
        if (state.phase == Phase.COLLECTING) {
            PoolWord word = _pools[state.pool];
            state.items = uint8(word.items());
            state.feeWei = uint96(word.feeWei());
            state.closesAt = uint40(word.closesAt());
            return state;
        }
        if (state.phase == Phase.SETTLED) {
            state.verdict = ClosedWord.unwrap(closed);
            state.appealEnds = uint40(drawn.appealEnds());
            state.appeals = uint24(drawn.appeals());
        } else {
            state.feeWei = uint96(closed.feeWei());
            state.seedBlock = closed.seedBlock();
        }
        if (state.phase == Phase.DRAWING) {
            state.items = uint8(closed.items());
            state.round = uint8(closed.round());
            state.seats = uint24(closed.seats());
            state.moment = closed.moment();
        } else {
            state.items = uint8(drawn.items());
            state.round = uint8(drawn.round());
            state.seats = uint24(drawn.seats());
            state.moment = drawn.moment();
            state.committeeSize = uint8(drawn.committeeSize());
            state.seed = uint96(drawn.seed());
            if (state.phase != Phase.SETTLED) {
                state.commitEnds = uint40(drawn.commitEnds());
                state.revealEnds = uint40(drawn.revealEnds());
            }
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
        DrawnWord drawn = _records[docket].drawn;
        if (drawn.commitEnds() == 0) revert WrongPhase(docket, _phaseOf(docket), Phase.COMMITTING);
        return _votersOf(docket, drawn);
    }

    /// @inheritdoc ICourt
    function voteOf(uint40 docket, address voter) external view returns (bytes32) {
        DrawnWord drawn = _records[docket].drawn;
        if (drawn.commitEnds() == 0 || drawn.isSettled()) return 0;
        return _votes[_ballotOf(docket, drawn.box(), voter)];
    }

    // ------------------------------------------------------------------------------------------ internals

    /// @dev Slash the holders of absent and of incoherent draws, once a draw; what they lose joins the pot.
    function _charge(uint8 pool, Round memory round, uint256 absent, uint256 incoherent)
        private
        returns (uint256 penaltiesWei)
    {
        uint256 charged = absent | incoherent;
        if (charged == 0) return 0;
        IParameters.PoolRules memory rules = PARAMETERS.poolRules(pool);
        uint256 seatWei = PARAMETERS.seatRules().seatWei;
        for (uint256 k; charged >> k != 0; ++k) {
            if ((charged >> k) & 1 == 0) continue;
            uint256 penaltyBps = (absent >> k) & 1 != 0 ? rules.absentPenaltyBps : rules.incoherentPenaltyBps;
            uint256 penaltyWei = seatWei * penaltyBps / BASIS_POINTS;
            if (penaltyWei != 0) penaltiesWei += SEATS.slash(pool, round.voters[k], penaltyWei);
        }
    }

    /// @dev `VAULT.payShares(...)`, with the list as memory holds it.
    function _payShares(address[] memory accounts, uint256 chosen, uint256 shareWei, uint256 restWei) private {
        address vault = address(VAULT);
        bytes4 selector = IVault.payShares.selector;
        assembly ("memory-safe") {
            let length := shl(5, add(mload(accounts), 1))
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 0x04), 0x80)
            mstore(add(data, 0x24), chosen)
            mstore(add(data, 0x44), shareWei)
            mstore(add(data, 0x64), restWei)
            mcopy(add(data, 0x84), accounts, length)
            if iszero(call(gas(), vault, 0, data, add(length, 0x84), 0x00, 0x00)) {
                returndatacopy(data, 0x00, returndatasize())
                revert(data, returndatasize())
            }
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
}
