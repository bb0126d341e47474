// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IParameters} from "./interfaces/IParameters.sol";
import {CodeVm, ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Every parameter at both ends of its range and one beyond either, and the event of every change.
/// @dev Rules are words: a test changes one of them and sends them raw.
contract ParametersBoundsTest is ProtocolTest {
    // ------------------------------------------------------------------------------------------- ranges

    function test_bounds_ofSubmissions() public {
        bytes memory rules = abi.encodeCall(parameters.setSubmissionLimits, (IParameters.SubmissionLimits(10, 50, 1)));
        _bounds(rules, 0, "filesPerSubmission", 1, 20);
        _bounds(rules, 1, "filesPerDay", 10, 200);
        _bounds(rules, 2, "bytesPerDay", 1, 1 << 30);
    }

    function test_bounds_ofPools() public {
        for (uint8 pool; pool < 4; ++pool) {
            bytes memory rules = abi.encodeCall(parameters.setPoolRules, (pool, poolRules()[pool]));
            // What thawing stake outlasts bounds the windows before the week does: they are tried with short others.
            _bounds(rules, 1, "collectSeconds", 1, 7 days);
            _bounds(rules, 5, "committeeSize", 3, 7);
            _bounds(rules, 6, "toleranceBps", 0, 5_000);
            _bounds(rules, 7, "incoherentPenaltyBps", 0, 199);
            _bounds(_with(rules, 7, 0), 8, "absentPenaltyBps", 1, 5_000);
        }
    }

    function test_bounds_ofWindows() public {
        IParameters.SeatRules memory seats_ = seatRules();
        seats_.thawSeconds = 90 days;
        parameters.setSeatRules(seats_);
        IParameters.PoolRules memory rules = poolRules()[0];
        bytes memory call = abi.encodeCall(parameters.setPoolRules, (0, rules));
        _bounds(call, 2, "commitSeconds", 1, 7 days);
        _bounds(call, 3, "revealSeconds", 1, 7 days);
        _bounds(call, 4, "appealSeconds", 1, 7 days);
    }

    function test_bounds_ofSeats() public {
        bytes memory rules = abi.encodeCall(parameters.setSeatRules, (seatRules()));
        _bounds(rules, 0, "seatWei", 1_000e18, 1_000e18);
        _bounds(rules, 1, "seatsPerAddress", 1, 64);
        // Every pool: three judgements of 12 hours, two windows to appeal of 12 hours.
        _bounds(rules, 2, "thawSeconds", 60 hours + 1, 90 days);
    }

    function test_bounds_ofTheThawByTheLongestPool() public {
        for (uint8 pool; pool < 4; ++pool) {
            IParameters.PoolRules memory rules = poolRules()[pool];
            rules.commitSeconds += uint24(pool) + 1;
            parameters.setPoolRules(pool, rules);
            bytes memory call = abi.encodeCall(parameters.setSeatRules, (seatRules()));
            uint256 minimum = 60 hours + 1 + 3 * (uint256(pool) + 1);
            _accepts(_with(call, 2, minimum));
            _refusesValue(_with(call, 2, minimum - 1), "thawSeconds", minimum - 1, minimum, 90 days);
            _accepts(call);
        }
    }

    function test_bounds_ofTraining() public {
        bytes memory rules = abi.encodeCall(parameters.setTrainingRules, (trainingRules()));
        _bounds(rules, 0, "leaseSeconds", 1, 30 days);
        _boundsWhole(rules, 1, "bondWei", 10e18, 1_000_000e18);
        _boundsWhole(_with(rules, 1, 1_000_000e18), 2, "checkFeeWei", 0, 10_000e18);
        _bounds(rules, 3, "expiredLeasePenaltyBps", 0, 10_000);
        _bounds(rules, 4, "maxAttempts", 1, 10);
        _refuses(
            _with(rules, 2, 10e18 + 1),
            abi.encodeWithSelector(IParameters.NotWholeMilliOpen.selector, bytes32("checkFeeWei"), 10e18 + 1)
        );
    }

    function test_bounds_ofAppeals() public {
        bytes memory rules = abi.encodeCall(parameters.setAppealRules, (IParameters.AppealRules(10_000e18, 5e18)));
        _bounds(rules, 1, "feeWei", 0, 10_000e18);
        _boundsWhole(rules, 0, "bondWei", 5e18, 10_000e18);
        _boundsWhole(_with(rules, 1, 0), 0, "bondWei", 1e15, 10_000e18);
    }

    function test_bounds_ofContributors() public {
        bytes memory rules = abi.encodeCall(parameters.setContributorRules, (contributorRules()));
        _bounds(rules, 0, "rotationSeconds", 60, 90 days);
        _bounds(rules, 1, "finderBps", 0, 10_000);
    }

    function test_bounds_ofUsage() public {
        IParameters.UsageRules memory usage =
            IParameters.UsageRules(1_000, 2_000, 2_000, 1 days, 2 days, 1 days, 100e18, 10e18);
        bytes memory rules = abi.encodeCall(parameters.setUsageRules, (usage));
        _bounds(rules, 0, "protocolBps", 0, 2_000);
        _bounds(_with(rules, 4, 90 days), 3, "receiptSeconds", 60, 30 days);
        _bounds(rules, 4, "withdrawSeconds", 1 days + 1, 90 days);
        _bounds(rules, 5, "activationSeconds", 1, 30 days);
        _bounds(rules, 6, "rootBondWei", 10e18, 1_000_000e18);
        _bounds(_with(rules, 6, 1_000_000e18), 7, "challengeFeeWei", 1, 10_000e18);
        // Shares are bounded together, whichever of them grows.
        _accepts(_with(rules, 1, 4_000));
        _refusesValue(_with(rules, 1, 4_001), "sharesBps", 7_001, 0, 7_000);
        _accepts(_with(rules, 2, 4_000));
        _refusesValue(_with(rules, 2, 4_001), "sharesBps", 7_001, 0, 7_000);
        _refusesValue(_with(_with(rules, 0, 2_000), 1, 3_001), "sharesBps", 7_001, 0, 7_000);
    }

    // ------------------------------------------------------------------------------------- the beginning

    function test_constructor_boundsTheSeatsPrice() public {
        IParameters.SeatRules memory rules = seatRules();
        rules.seatWei = 1e15;
        vm.assertEq(uint256(_deployed(rules, 0).seatRules().seatWei), 1e15);
        rules.seatWei = 1_000_000e18;
        vm.assertEq(uint256(_deployed(rules, 0).seatRules().seatWei), 1_000_000e18);
        rules.seatWei = 1e15 - 1;
        vm.assertEq(address(_deployed(rules, 0)), address(0));
        rules.seatWei = 1_000_000e18 + 1;
        vm.assertEq(address(_deployed(rules, 0)), address(0));
    }

    function test_constructor_setsAllRulesWithinTheirRanges() public {
        IParameters created = _deployed(seatRules(), 0);
        vm.assertEq(keccak256(abi.encode(created.appealRules())), keccak256(abi.encode(appealRules())));
        vm.assertEq(keccak256(abi.encode(created.contributorRules())), keccak256(abi.encode(contributorRules())));
        vm.assertEq(keccak256(abi.encode(created.usageRules())), keccak256(abi.encode(usageRules())));
        // Each of the rules once beyond its range, which no constructor lets pass.
        for (uint256 broken = 1; broken <= 6; ++broken) {
            vm.assertEq(address(_deployed(seatRules(), broken)), address(0));
        }
        IParameters.SeatRules memory rules = seatRules();
        rules.seatsPerAddress = 65;
        vm.assertEq(address(_deployed(rules, 0)), address(0));
        rules = seatRules();
        rules.thawSeconds = 60 hours;
        vm.assertEq(address(_deployed(rules, 0)), address(0));
    }

    // ------------------------------------------------------------------------------------------- events

    function test_set_saysWhatChanged() public {
        vm.expectEmit(address(parameters));
        emit IParameters.SubmissionLimitsSet(limits());
        parameters.setSubmissionLimits(limits());
        vm.expectEmit(address(parameters));
        emit IParameters.PoolRulesSet(2, poolRules()[2]);
        parameters.setPoolRules(2, poolRules()[2]);
        vm.expectEmit(address(parameters));
        emit IParameters.SeatRulesSet(seatRules());
        parameters.setSeatRules(seatRules());
        vm.expectEmit(address(parameters));
        emit IParameters.TrainingRulesSet(trainingRules());
        parameters.setTrainingRules(trainingRules());
        vm.expectEmit(address(parameters));
        emit IParameters.AppealRulesSet(appealRules());
        parameters.setAppealRules(appealRules());
        vm.expectEmit(address(parameters));
        emit IParameters.ContributorRulesSet(contributorRules());
        parameters.setContributorRules(contributorRules());
        vm.expectEmit(address(parameters));
        emit IParameters.UsageRulesSet(usageRules());
        parameters.setUsageRules(usageRules());
    }

    /// @dev The getters written in assembly answer with the words of their struct, and not a byte more.
    function test_getters_answerWithTheirStructAlone() public view {
        _assertLength(abi.encodeCall(parameters.submissionLimits, ()), 3 * 32);
        _assertLength(abi.encodeCall(parameters.poolRules, (3)), 8 * 32);
        _assertLength(abi.encodeCall(parameters.trainingRules, ()), 5 * 32);
        _assertLength(abi.encodeCall(parameters.seatRules, ()), 3 * 32);
    }

    function _assertLength(bytes memory call, uint256 length) private view {
        (bool done, bytes memory answer) = address(parameters).staticcall(call);
        vm.assertTrue(done);
        vm.assertEq(answer.length, length);
    }

    // ------------------------------------------------------------------------------------------- details

    /// @dev Both ends are taken, and one beyond either is refused.
    function _bounds(bytes memory call, uint256 field, bytes32 name, uint256 minimum, uint256 maximum) private {
        _accepts(_with(call, field, minimum));
        _accepts(_with(call, field, maximum));
        if (minimum != 0) _refusesValue(_with(call, field, minimum - 1), name, minimum - 1, minimum, maximum);
        _refusesValue(_with(call, field, maximum + 1), name, maximum + 1, minimum, maximum);
        _accepts(call);
    }

    /// @dev The same of a sum in whole thousandths of an OPEN.
    function _boundsWhole(bytes memory call, uint256 field, bytes32 name, uint256 minimum, uint256 maximum) private {
        _accepts(_with(call, field, minimum));
        _accepts(_with(call, field, maximum));
        if (minimum != 0) _refusesValue(_with(call, field, minimum - 1e15), name, minimum - 1e15, minimum, maximum);
        _refusesValue(_with(call, field, maximum + 1e15), name, maximum + 1e15, minimum, maximum);
        _accepts(call);
    }

    function _with(bytes memory call, uint256 field, uint256 value) private pure returns (bytes memory changed) {
        changed = bytes.concat(call);
        assembly ("memory-safe") {
            mstore(add(add(changed, 0x24), shl(5, field)), value)
        }
    }

    function _accepts(bytes memory call) private {
        (bool done, bytes memory answer) = address(parameters).call(call);
        vm.assertTrue(done, string(answer));
    }

    function _refuses(bytes memory call, bytes memory expected) private {
        (bool done, bytes memory answer) = address(parameters).call(call);
        vm.assertFalse(done, "not refused");
        vm.assertEq(keccak256(answer), keccak256(expected), "refused for another reason");
    }

    function _refusesValue(bytes memory call, bytes32 name, uint256 value, uint256 minimum, uint256 maximum) private {
        _refuses(
            call, abi.encodeWithSelector(IParameters.ParameterOutOfRange.selector, name, value, minimum, maximum)
        );
    }

    /// @dev Parameters with these seats and one of the other rules broken; nothing where the constructor refuses.
    function _deployed(IParameters.SeatRules memory seats_, uint256 broken) private returns (IParameters) {
        IParameters.SubmissionLimits memory limits_ = limits();
        IParameters.PoolRules[4] memory pools = poolRules();
        IParameters.TrainingRules memory training_ = trainingRules();
        IParameters.AppealRules memory appeals = appealRules();
        IParameters.ContributorRules memory contributors = contributorRules();
        IParameters.UsageRules memory usage = usageRules();
        if (broken == 1) limits_.bytesPerDay = 0;
        if (broken == 2) pools[3].committeeSize = 2;
        if (broken == 3) training_.maxAttempts = 0;
        if (broken == 4) appeals.bondWei = 0;
        if (broken == 5) contributors.rotationSeconds = 0;
        if (broken == 6) usage.activationSeconds = 0;
        bytes memory code = bytes.concat(
            CodeVm(address(vm)).getCode("Parameters.sol:Parameters"),
            abi.encode(authority, limits_, pools, seats_, training_, appeals, contributors, usage)
        );
        address created;
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        return IParameters(created);
    }
}
