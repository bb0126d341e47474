// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ITraining} from "../interfaces/ITraining.sol";
import {ProtocolTest} from "./ProtocolTest.t.sol";
import {chainTime, vm} from "./Vm.t.sol";

/// @notice A poster with money, three trainers with COMPUTE seats, and five checkers.
abstract contract TrainingBase is ProtocolTest {
    uint96 internal constant PRICE = 100e18;
    uint256 internal constant CHECK_FEE = 10e18;
    uint256 internal constant BOND = 500e18;
    bytes32 internal constant BASE = keccak256("base weights");
    bytes32 internal constant SPEC = keccak256("specification");

    address internal poster;
    address internal trainer;
    address internal rival;

    function setUp() public virtual override {
        super.setUp();
        poster = person("poster");
        trainer = person("trainer");
        rival = person("rival");
        give(poster, 1_000_000e18, address(vault));
        seatHolder(COMPUTE, trainer, 2);
        seatHolder(COMPUTE, rival, 2);
        seatVoters(COMPUTE, 5);
        models.addBase(BASE, "gpt2", "openledger-gpt2-tiny", "MIT");
    }

    function post() internal returns (uint40 job) {
        return postWithParent(0);
    }

    function postWithParent(uint40 parentRelease) internal returns (uint40 job) {
        uint40 deadline = uint40(chainTime() + 30 days);
        vm.prank(poster);
        return training.post(SPEC, BASE, parentRelease, PRICE, deadline);
    }

    function claimAs(address who, uint40 job) internal {
        vm.prank(who);
        training.claim(job);
    }

    function attestation(uint256 number) internal pure returns (ITraining.Attestation memory) {
        return ITraining.Attestation({
            adapterDigest: keccak256(abi.encode("adapter", number)),
            transcriptHead: keccak256(abi.encode("transcript", number)),
            reportDigest: keccak256(abi.encode("report", number)),
            lossBeforeMicronats: 4_200_000,
            lossAfterMicronats: 2_800_000,
            tokens: 123_456,
            steps: 120
        });
    }

    function attestAs(address who, uint40 job, uint256 number) internal {
        vm.prank(who);
        training.attest(job, attestation(number));
    }

    /// @dev A job that was posted, claimed, attested, and judged with `grade`.
    function judgedJob(uint256 grade) internal returns (uint40 job) {
        job = post();
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        closeAndJudge(COMPUTE, grade);
    }

    function acceptedJob() internal returns (uint40 job) {
        job = judgedJob(3);
        training.settle(job, trainer, attestation(1));
    }

    function statusOf(uint40 job) internal view returns (uint256) {
        return uint256(training.jobOf(job).status);
    }

    function assertStatus(uint40 job, ITraining.Status expected) internal view {
        vm.assertEq(statusOf(job), uint256(expected), "status of the job");
    }
}
