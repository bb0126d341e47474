// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ICourt} from "../interfaces/ICourt.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {AppealWord, AppealWords, ClosedWord, ClosedWords, DrawnWord} from "../libraries/DocketWords.sol";
import {Grades} from "../libraries/Grades.sol";
import {Dockets} from "./Dockets.sol";

/// @title Appeals
/// @notice Verdicts before a larger committee, and what is final.
/// @dev An appeal is a docket of its own, closed at once, with the appealed items alone. It takes two more slots: the
/// appeal's word, and the latest appeal of the items.
abstract contract Appeals is Dockets {
    uint256 private constant MAX_LEVEL = 2;
    uint256 private constant MAX_COMMITTEE = 31;

    /// @dev Appeals ever made, and what their voters are paid from, in one slot.
    uint40 private _appealCount;
    uint96 private _potWei;
    mapping(uint256 appeal => AppealWord) private _appeals;
    mapping(uint256 docketAndPosition => uint40 appeal) private _latest;

    /// @inheritdoc ICourt
    function appeal(uint40 docket, uint8 position, uint8 items, address appellant)
        external
        onlyClaimant
        returns (uint40 id)
    {
        uint256 key = _keyOf(docket, position);
        uint40 parent = _latest[key];
        uint256 level = 1;
        if (parent == 0) {
            parent = docket;
        } else {
            level += _appeals[parent].level();
        }
        DrawnWord drawn = _records[parent].drawn;
        if (!drawn.isSettled()) revert WrongPhase(parent, _phaseOf(parent), Phase.SETTLED);
        if (block.timestamp >= drawn.appealEnds()) revert AppealTooLate(parent, uint40(drawn.appealEnds()));

        uint256 size = Math.min(2 * drawn.committeeSize() + 1, MAX_COMMITTEE);
        IParameters.AppealRules memory rules = PARAMETERS.appealRules();
        uint256 bondWei = rules.bondWei * size;
        uint256 feeWei = Math.min(rules.feeWei * size, _potWei);
        // The pot holds the fee; 2^38 appeals take longer than there is time.
        unchecked {
            _potWei -= uint96(feeWei);
            id = uint40(APPEAL_BIT | (4 * uint256(++_appealCount)) | _poolOf(docket));
        }
        if (level == 1) _records[docket].drawn = drawn.withAppeal();
        _latest[key] = id;
        _appeals[id] = AppealWords.pack(appellant, bondWei, parent, position, level);
        emit Appealed(id, docket, position, items, uint8(level), appellant, uint96(bondWei), uint96(feeWei));
        _fix(id, ClosedWords.pack(items, feeWei, BOXES, _rulesOf(docket, size, level)), 0);
        VAULT.depositFees(appellant, bondWei);
    }

    /// @inheritdoc ICourt
    function fundAppeals(uint96 amountWei) external {
        _potWei += amountWei;
        emit AppealsFunded(msg.sender, amountWei);
        VAULT.depositFees(msg.sender, amountWei);
    }

    /// @inheritdoc ICourt
    function gradesOf(uint40 docket, uint8 position, uint8 items) external view returns (uint256 grades) {
        if (_records[docket].drawn.appeals() != 0) {
            uint40 latest = _latest[_keyOf(docket, position)];
            if (latest != 0) {
                // What was appealed is final with its appeal, even while others of the docket can be appealed still.
                _requireFinal(latest);
                return ClosedWord.unwrap(_records[latest].closed);
            }
        }
        _requireFinal(docket);
        return _grades(docket, position, items);
    }

    /// @inheritdoc ICourt
    function standingOf(uint40 docket, uint8 position, uint8 items)
        external
        view
        returns (bool settled, bool isFinal, uint256 grades)
    {
        DrawnWord drawn = _records[docket].drawn;
        if (!drawn.isSettled()) return (false, false, 0);
        uint40 latest = _latest[_keyOf(docket, position)];
        if (latest == 0) return (true, block.timestamp >= drawn.appealEnds(), _grades(docket, position, items));
        AppealWord word = _appeals[latest];
        drawn = _records[latest].drawn;
        if (drawn.isSettled()) {
            return (true, block.timestamp >= drawn.appealEnds(), ClosedWord.unwrap(_records[latest].closed));
        }
        return (true, false, _before(word, items));
    }

    /// @inheritdoc ICourt
    function verdictOf(uint40 docket) external view returns (bool isFinal, uint256 verdict) {
        Record storage record = _records[docket];
        isFinal = record.drawn.isFinal();
        if (isFinal) verdict = ClosedWord.unwrap(record.closed);
    }

    /// @inheritdoc ICourt
    function appealOf(uint40 id) external view returns (Appeal memory) {
        AppealWord word = _appeals[id];
        if (word.isZero()) return Appeal(0, 0, 0, address(0), 0);
        return Appeal(
            word.level() == 1 ? word.docket() : _appeals[word.docket()].docket(),
            word.position(),
            uint8(word.level()),
            word.appellant(),
            uint96(word.bondWei())
        );
    }

    /// @inheritdoc ICourt
    function latestAppeal(uint40 docket, uint8 position) external view returns (uint40 id) {
        return _latest[_keyOf(docket, position)];
    }

    /// @inheritdoc ICourt
    function appealPotWei() external view returns (uint96) {
        return _potWei;
    }

    /// @dev An appeal has its verdict: the bond goes back where it changed an item, and into the pot where it did not.
    function _decide(uint40 id, uint256 verdict, uint256 items) internal {
        AppealWord word = _appeals[id];
        bool changed = verdict != _before(word, items);
        uint256 bondWei = word.bondWei();
        uint40 docket = word.level() == 1 ? word.docket() : _appeals[word.docket()].docket();
        emit AppealDecided(id, docket, word.position(), uint8(word.level()), changed, uint96(bondWei));
        if (changed) VAULT.pay(word.appellant(), bondWei);
        else _potWei += uint96(bondWei);
    }

    /// @dev The grades against which an appeal was made.
    function _before(AppealWord word, uint256 items) private view returns (uint256) {
        return _grades(word.docket(), word.level() == 1 ? word.position() : 0, items);
    }

    function _grades(uint40 docket, uint256 position, uint256 items) private view returns (uint256) {
        // 2 * position < 256.
        unchecked {
            return (ClosedWord.unwrap(_records[docket].closed) >> (2 * position)) & Grades.maskOf(items);
        }
    }

    /// @dev A second appeal's verdict is final at once.
    function _rulesOf(uint40 docket, uint256 size, uint256 level) private view returns (uint256) {
        IParameters.PoolRules memory rules = PARAMETERS.poolRules(_poolOf(docket));
        return ClosedWords.packRules(rules.toleranceBps, size, level == MAX_LEVEL ? 0 : rules.appealSeconds);
    }

    function _requireFinal(uint40 docket) private view {
        DrawnWord drawn = _records[docket].drawn;
        if (!drawn.isSettled()) revert NotFinal(docket, _phaseOf(docket));
        if (block.timestamp < drawn.appealEnds()) revert StillAppealable(docket, uint40(drawn.appealEnds()));
    }

    function _keyOf(uint40 docket, uint256 position) private pure returns (uint256) {
        return (uint256(docket) << 8) | position;
    }
}
