// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

contract ParametersTest is ProtocolTest {
    function test_constructor_setsEverything() public view {
        vm.assertEq(keccak256(abi.encode(parameters.submissionLimits())), keccak256(abi.encode(limits())));
        vm.assertEq(keccak256(abi.encode(parameters.seatRules())), keccak256(abi.encode(seatRules())));
        vm.assertEq(keccak256(abi.encode(parameters.trainingRules())), keccak256(abi.encode(trainingRules())));
        for (uint8 pool; pool < 4; ++pool) {
            vm.assertEq(keccak256(abi.encode(parameters.poolRules(pool))), keccak256(abi.encode(poolRules()[pool])));
        }
    }

    function test_set_belongsToGovernance() public {
        vm.startPrank(address(0xbad));
        bytes memory unauthorized =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad));
        vm.expectRevert(unauthorized);
        parameters.setSubmissionLimits(limits());
        vm.expectRevert(unauthorized);
        parameters.setPoolRules(0, poolRules()[0]);
        vm.expectRevert(unauthorized);
        parameters.setSeatRules(seatRules());
        vm.expectRevert(unauthorized);
        parameters.setTrainingRules(trainingRules());
    }

    function test_poolRules_refuseAnUnknownPool() public {
        vm.expectRevert(abi.encodeWithSelector(IParameters.UnknownPool.selector, 4));
        parameters.poolRules(4);
        vm.expectRevert(abi.encodeWithSelector(IParameters.UnknownPool.selector, 4));
        parameters.setPoolRules(4, poolRules()[0]);
    }

    /// @dev The getters unpack their slot by hand: every field at its largest tells a wrong shift.
    function test_getters_ofTheLargestValues() public {
        IParameters.SubmissionLimits memory largest = IParameters.SubmissionLimits(20, 200, 1 << 30);
        parameters.setSubmissionLimits(largest);
        vm.assertEq(keccak256(abi.encode(parameters.submissionLimits())), keccak256(abi.encode(largest)));
        IParameters.PoolRules memory rules = IParameters.PoolRules(7 days, 3 days, 3 days, 31, 5_000, 4_999, 5_000);
        parameters.setPoolRules(2, rules);
        vm.assertEq(keccak256(abi.encode(parameters.poolRules(2))), keccak256(abi.encode(rules)));
        IParameters.TrainingRules memory training_ =
            IParameters.TrainingRules(30 days, 1_000_000e18, 10_000e18, 10_000, 10);
        parameters.setTrainingRules(training_);
        vm.assertEq(keccak256(abi.encode(parameters.trainingRules())), keccak256(abi.encode(training_)));
        IParameters.SeatRules memory seats_ = IParameters.SeatRules(1_000e18, 64, 90 days);
        parameters.setSeatRules(seats_);
        vm.assertEq(keccak256(abi.encode(parameters.seatRules())), keccak256(abi.encode(seats_)));
    }

    function testFuzz_poolRules_comeBackAsSet(uint256 seed) public {
        IParameters.PoolRules memory rules = IParameters.PoolRules({
            collectSeconds: uint24(1 + seed % 7 days),
            commitSeconds: uint24(1 + (seed >> 32) % 3 days),
            revealSeconds: uint24(1 + (seed >> 64) % 3 days),
            committeeSize: uint8(3 + (seed >> 96) % 29),
            toleranceBps: uint16((seed >> 128) % 5_001),
            incoherentPenaltyBps: uint16((seed >> 160) % 2_500),
            absentPenaltyBps: uint16(2_500 + (seed >> 192) % 2_501)
        });
        parameters.setPoolRules(1, rules);
        vm.assertEq(keccak256(abi.encode(parameters.poolRules(1))), keccak256(abi.encode(rules)));
    }

    function test_limits_ofSubmissions() public {
        _expect("filesPerSubmission", 0, 1, 20);
        parameters.setSubmissionLimits(IParameters.SubmissionLimits(0, 20, 1));
        _expect("filesPerSubmission", 21, 1, 20);
        parameters.setSubmissionLimits(IParameters.SubmissionLimits(21, 21, 1));
        _expect("filesPerDay", 19, 20, 200);
        parameters.setSubmissionLimits(IParameters.SubmissionLimits(20, 19, 1));
        _expect("bytesPerDay", 0, 1, 1 << 30);
        parameters.setSubmissionLimits(IParameters.SubmissionLimits(20, 20, 0));
    }

    function test_limits_ofPools() public {
        IParameters.PoolRules memory rules = poolRules()[0];
        rules.committeeSize = 2;
        _expect("committeeSize", 2, 3, 31);
        parameters.setPoolRules(0, rules);
        rules.committeeSize = 32;
        _expect("committeeSize", 32, 3, 31);
        parameters.setPoolRules(0, rules);
        rules = poolRules()[0];
        rules.commitSeconds = 0;
        _expect("commitSeconds", 0, 1, 7 days);
        parameters.setPoolRules(0, rules);
        rules = poolRules()[0];
        rules.toleranceBps = 5_001;
        _expect("toleranceBps", 5_001, 0, 5_000);
        parameters.setPoolRules(0, rules);
    }

    function test_limits_silenceCostsMoreThanAMistake() public {
        IParameters.PoolRules memory rules = poolRules()[0];
        rules.incoherentPenaltyBps = rules.absentPenaltyBps;
        _expect("incoherentPenaltyBps", 200, 0, 199);
        parameters.setPoolRules(0, rules);
    }

    function test_limits_thawOutlastsEveryRound() public {
        IParameters.PoolRules memory rules = poolRules()[0];
        rules.commitSeconds = 4 days;
        rules.revealSeconds = 3 days;
        _expect("thawSeconds", 7 days, 7 days + 1, 90 days);
        parameters.setPoolRules(0, rules);
        IParameters.SeatRules memory seats_ = seatRules();
        seats_.thawSeconds = 12 hours;
        _expect("thawSeconds", 12 hours, 12 hours + 1, 90 days);
        parameters.setSeatRules(seats_);
    }

    function test_limits_aSeatNeverChangesItsPrice() public {
        IParameters.SeatRules memory seats_ = seatRules();
        seats_.seatWei += 1;
        _expect("seatWei", 1_000e18 + 1, 1_000e18, 1_000e18);
        parameters.setSeatRules(seats_);
        seats_ = seatRules();
        seats_.seatsPerAddress = 65;
        _expect("seatsPerAddress", 65, 1, 64);
        parameters.setSeatRules(seats_);
    }

    function test_limits_ofTraining() public {
        IParameters.TrainingRules memory rules = trainingRules();
        rules.bondWei = 9e18;
        _expect("bondWei", 9e18, 10e18, 1_000_000e18);
        parameters.setTrainingRules(rules);
        rules = trainingRules();
        rules.maxAttempts = 11;
        _expect("maxAttempts", 11, 1, 10);
        parameters.setTrainingRules(rules);
        rules = trainingRules();
        rules.bondWei += 1;
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.NotWholeMilliOpen.selector, bytes32("bondWei"), uint256(500e18 + 1))
        );
        parameters.setTrainingRules(rules);
    }

    function _expect(bytes32 name, uint256 value, uint256 minimum, uint256 maximum) private {
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfRange.selector, name, value, minimum, maximum)
        );
    }
}
