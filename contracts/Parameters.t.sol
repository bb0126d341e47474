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
        vm.expectRevert(unauthorized);
        parameters.setAppealRules(appealRules());
        vm.expectRevert(unauthorized);
        parameters.setContributorRules(contributorRules());
        vm.expectRevert(unauthorized);
        parameters.setUsageRules(usageRules());
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
        IParameters.SeatRules memory seats_ = IParameters.SeatRules(1_000e18, 64, 90 days);
        parameters.setSeatRules(seats_);
        vm.assertEq(keccak256(abi.encode(parameters.seatRules())), keccak256(abi.encode(seats_)));
        IParameters.PoolRules memory rules = IParameters.PoolRules(7 days, 7 days, 7 days, 7 days, 7, 5_000, 4_999, 5_000);
        parameters.setPoolRules(2, rules);
        vm.assertEq(keccak256(abi.encode(parameters.poolRules(2))), keccak256(abi.encode(rules)));
        IParameters.TrainingRules memory training_ =
            IParameters.TrainingRules(30 days, 1_000_000e18, 10_000e18, 10_000, 10);
        parameters.setTrainingRules(training_);
        vm.assertEq(keccak256(abi.encode(parameters.trainingRules())), keccak256(abi.encode(training_)));
        IParameters.AppealRules memory appeals = IParameters.AppealRules(10_000e18, 10_000e18);
        parameters.setAppealRules(appeals);
        vm.assertEq(keccak256(abi.encode(parameters.appealRules())), keccak256(abi.encode(appeals)));
        IParameters.ContributorRules memory contributors = IParameters.ContributorRules(90 days, 10_000);
        parameters.setContributorRules(contributors);
        vm.assertEq(keccak256(abi.encode(parameters.contributorRules())), keccak256(abi.encode(contributors)));
        IParameters.UsageRules memory usage = IParameters.UsageRules(
            2_000, 4_000, 1_000, 30 days, 90 days, 30 days, 1_000_000e18, 10_000e18
        );
        parameters.setUsageRules(usage);
        vm.assertEq(keccak256(abi.encode(parameters.usageRules())), keccak256(abi.encode(usage)));
    }

    function testFuzz_poolRules_comeBackAsSet(uint256 seed) public {
        IParameters.PoolRules memory rules = IParameters.PoolRules({
            collectSeconds: uint24(1 + seed % 7 days),
            commitSeconds: uint24(1 + (seed >> 32) % 1 days),
            revealSeconds: uint24(1 + (seed >> 64) % 1 days),
            appealSeconds: uint24(1 + (seed >> 80) % 12 hours),
            committeeSize: uint8(3 + (seed >> 96) % 5),
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
        _expect("committeeSize", 2, 3, 7);
        parameters.setPoolRules(0, rules);
        rules.committeeSize = 8;
        _expect("committeeSize", 8, 3, 7);
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
        rules.commitSeconds = 1 days;
        rules.revealSeconds = 1 days;
        // Three judgements of two days and two windows of half a day take exactly a week.
        _expect("thawSeconds", 7 days, 7 days + 1, 90 days);
        parameters.setPoolRules(0, rules);
        IParameters.SeatRules memory seats_ = seatRules();
        seats_.thawSeconds = 60 hours;
        _expect("thawSeconds", 60 hours, 60 hours + 1, 90 days);
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

    function test_limits_ofAppeals() public {
        IParameters.AppealRules memory rules = appealRules();
        rules.bondWei = rules.feeWei - 1e15;
        _expect("bondWei", rules.bondWei, rules.feeWei, 10_000e18);
        parameters.setAppealRules(rules);
        rules.feeWei = 10_000e18 + 1;
        _expect("feeWei", rules.feeWei, 0, 10_000e18);
        parameters.setAppealRules(rules);
        rules = IParameters.AppealRules({bondWei: 1e15 - 1, feeWei: 0});
        _expect("bondWei", rules.bondWei, 1e15, 10_000e18);
        parameters.setAppealRules(rules);
        rules = IParameters.AppealRules({bondWei: 1e15 + 1, feeWei: 0});
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.NotWholeMilliOpen.selector, bytes32("bondWei"), uint256(1e15 + 1))
        );
        parameters.setAppealRules(rules);
    }

    function test_limits_ofContributors() public {
        _expect("rotationSeconds", 59, 60, 90 days);
        parameters.setContributorRules(IParameters.ContributorRules(59, 0));
        _expect("rotationSeconds", 90 days + 1, 60, 90 days);
        parameters.setContributorRules(IParameters.ContributorRules(90 days + 1, 0));
        _expect("finderBps", 10_001, 0, 10_000);
        parameters.setContributorRules(IParameters.ContributorRules(60, 10_001));
    }

    function test_limits_ofUsage() public {
        IParameters.UsageRules memory rules = usageRules();
        rules.protocolBps = 2_001;
        _expect("protocolBps", 2_001, 0, 2_000);
        parameters.setUsageRules(rules);
        rules = usageRules();
        rules.ownerBps = 4_001;
        _expect("sharesBps", 7_001, 0, 7_000);
        parameters.setUsageRules(rules);
        rules = usageRules();
        rules.withdrawSeconds = rules.receiptSeconds;
        _expect("withdrawSeconds", 1 days, 1 days + 1, 90 days);
        parameters.setUsageRules(rules);
        rules = usageRules();
        rules.receiptSeconds = 59;
        _expect("receiptSeconds", 59, 60, 30 days);
        parameters.setUsageRules(rules);
        rules = usageRules();
        rules.activationSeconds = 0;
        _expect("activationSeconds", 0, 1, 30 days);
        parameters.setUsageRules(rules);
        rules = usageRules();
        rules.challengeFeeWei = 0;
        _expect("challengeFeeWei", 0, 1, 10_000e18);
        parameters.setUsageRules(rules);
        rules = usageRules();
        rules.rootBondWei = rules.challengeFeeWei - 1;
        _expect("rootBondWei", rules.rootBondWei, rules.challengeFeeWei, 1_000_000e18);
        parameters.setUsageRules(rules);
    }

    function _expect(bytes32 name, uint256 value, uint256 minimum, uint256 maximum) private {
        vm.expectRevert(
            abi.encodeWithSelector(IParameters.ParameterOutOfRange.selector, name, value, minimum, maximum)
        );
    }
}
