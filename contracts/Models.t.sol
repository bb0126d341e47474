// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IModels} from "./interfaces/IModels.sol";
import {TrainingBase} from "./testing/TrainingBase.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice The governed list of bases, and models with their releases.
contract ModelsTest is TrainingBase {
    function test_addBase_belongsToGovernance() public {
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, rival));
        models.addBase("other", "llama", "tiny", "MIT");
        models.addBase("other", "llama", "tiny", "MIT");
        vm.assertTrue(models.isBase("other"));
        vm.expectRevert(abi.encodeWithSelector(IModels.BaseAlreadyAdded.selector, bytes32("other")));
        models.addBase("other", "llama", "tiny", "MIT");
    }

    function test_removeBase_belongsToGovernance() public {
        vm.prank(rival);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, rival));
        models.removeBase(BASE);
        models.removeBase(BASE);
        vm.assertFalse(models.isBase(BASE));
        vm.expectRevert(abi.encodeWithSelector(IModels.UnknownBase.selector, BASE));
        models.removeBase(BASE);
    }

    function test_removeBase_leavesRunningJobsAlone() public {
        uint40 job = post();
        models.removeBase(BASE);
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        closeAndJudge(COMPUTE, 3);
        training.settle(job, trainer, attestation(1));
        models.release(job, trainer, attestation(1));
    }

    function test_release_mintsAModelForThePoster() public {
        uint40 job = acceptedJob();
        vm.prank(person("anyone"));
        uint40 release = models.release(job, trainer, attestation(1));
        vm.assertEq(release, 1);
        vm.assertEq(models.releaseCount(), 1);
        vm.assertEq(models.releaseOfJob(job), release);
        IModels.Release memory state = models.releaseOf(release);
        vm.assertEq(state.job, job);
        vm.assertEq(state.parentRelease, 0);
        vm.assertEq(state.adapterDigest, attestation(1).adapterDigest);
        vm.assertEq(IERC721(address(models)).ownerOf(state.model), poster);
    }

    function test_attack_releaseAJobTwice() public {
        uint40 job = acceptedJob();
        uint40 release = models.release(job, trainer, attestation(1));
        vm.expectRevert(abi.encodeWithSelector(IModels.AlreadyReleased.selector, job, release));
        models.release(job, trainer, attestation(1));
    }

    function test_attack_releaseWhatTheCourtDidNotAccept() public {
        uint40 open = post();
        vm.expectRevert(abi.encodeWithSelector(IModels.NotAccepted.selector, open));
        models.release(open, trainer, attestation(1));
        uint40 job = acceptedJobAfter(open);
        vm.expectRevert(abi.encodeWithSelector(IModels.NotAccepted.selector, job));
        models.release(job, trainer, attestation(2));
        vm.expectRevert(abi.encodeWithSelector(IModels.NotAccepted.selector, job));
        models.release(job, rival, attestation(1));
    }

    function acceptedJobAfter(uint40 earlier) internal returns (uint40 job) {
        job = acceptedJob();
        vm.assertEq(job, earlier + 1);
    }

    function test_refine_addsAReleaseToTheOwnersModel() public {
        uint40 first = models.release(acceptedJob(), trainer, attestation(1));
        uint40 second = models.release(_refine(first), trainer, attestation(1));
        vm.assertEq(models.releaseOf(second).model, models.releaseOf(first).model);
        vm.assertEq(models.releaseOf(second).parentRelease, first);
    }

    function test_refine_ofAnothersModelIsAModelOfOnesOwn() public {
        uint40 first = models.release(acceptedJob(), trainer, attestation(1));
        uint256 model = models.releaseOf(first).model;
        vm.prank(poster);
        IERC721(address(models)).transferFrom(poster, rival, model);
        uint40 second = models.release(_refine(first), trainer, attestation(1));
        vm.assertNotEq(uint256(models.releaseOf(second).model), model);
        vm.assertEq(IERC721(address(models)).ownerOf(models.releaseOf(second).model), poster);
    }

    function test_attack_reentryByTheReceiverOfAModel() public {
        // Models are minted without a callback, so that a poster that is a contract can neither block nor re-enter.
        vm.etch(poster, hex"60006000fd");
        uint40 job = acceptedJob();
        models.release(job, trainer, attestation(1));
        vm.assertEq(IERC721(address(models)).balanceOf(poster), 1);
    }

    function test_releaseOf_refusesAnUnknownRelease() public {
        vm.expectRevert(abi.encodeWithSelector(IModels.UnknownRelease.selector, 9));
        models.releaseOf(9);
    }

    function _refine(uint40 parent) internal returns (uint40 job) {
        job = postWithParent(parent);
        claimAs(trainer, job);
        attestAs(trainer, job, 1);
        closeAndJudge(COMPUTE, 3);
        training.settle(job, trainer, attestation(1));
    }
}
