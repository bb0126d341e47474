// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CodeVm, OpenTokenAllocation} from "../testing/ProtocolTest.t.sol";
import {bound, chainTime, vm} from "../testing/Vm.t.sol";

/// @notice What the Governor starts with, as its constructor takes it.
struct GovernorRules {
    uint48 votingDelaySeconds;
    uint32 votingPeriodSeconds;
    uint256 proposalThresholdWei;
    uint256 quorumPercent;
    uint48 lateQuorumSeconds;
}

/// @notice The Governor as its voters meet it.
interface IOpenGovernor is IGovernor {
    function timelock() external view returns (address);
    function token() external view returns (address);
    function quorumNumerator() external view returns (uint256);
    function lateQuorumVoteExtension() external view returns (uint48);
    function setVotingDelay(uint48 seconds_) external;

    error GovernorPreventLateQuorumVoteExtensionTooLarge(uint256 newVoteExtension, uint256 maxVoteExtension);
}

/// @notice The Timelock as decisions meet it.
interface ITimelock {
    function getMinDelay() external view returns (uint256);
    function updateDelay(uint256 delay) external;
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external payable;
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external;
}

contract OpenGovernorTest {
    uint256 private constant START = 1_800_000_000;
    uint256 private constant SUPPLY = 1_000_000_000e18;
    uint256 private constant QUORUM = 40_000_000e18;
    uint256 private constant THRESHOLD = 1_000_000e18;
    uint256 private constant DELAY = 3 days;
    address private constant RIVAL = address(0x41fa1);

    IERC20 private token;
    ITimelock private timelock;
    IOpenGovernor private governor;

    /// @dev This contract votes with just the quorum; the rest of the supply does not vote.
    function setUp() public {
        vm.warp(START);
        OpenTokenAllocation[] memory allocations = new OpenTokenAllocation[](2);
        allocations[0] = OpenTokenAllocation(address(this), QUORUM);
        allocations[1] = OpenTokenAllocation(address(0xdead), SUPPLY - QUORUM);
        token = IERC20(this.deploy("OpenToken.sol:OpenToken", abi.encode(allocations, address(0xfa17))));
        address[] memory proposers = new address[](1);
        proposers[0] = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        timelock = ITimelock(
            this.deploy(
                "TimelockController.sol:TimelockController", abi.encode(DELAY, proposers, new address[](1), address(0))
            )
        );
        governor = _governor(rules());
        vm.assertEq(address(governor), proposers[0], "the address was predicted wrongly");
        IVotes(address(token)).delegate(address(this));
        vm.warp(START + 1);
    }

    // --------------------------------------------------------------------------------------------- decisions

    function test_rules_areAsTold() public view {
        vm.assertEq(governor.votingDelay(), 1 days);
        vm.assertEq(governor.votingPeriod(), 5 days);
        vm.assertEq(governor.proposalThreshold(), THRESHOLD);
        vm.assertEq(governor.quorumNumerator(), 4);
        vm.assertEq(governor.quorum(chainTime() - 1), QUORUM);
        vm.assertEq(uint256(governor.lateQuorumVoteExtension()), 2 days);
        vm.assertEq(governor.timelock(), address(timelock));
        vm.assertEq(governor.token(), address(token));
        vm.assertEq(uint256(governor.clock()), chainTime());
    }

    function test_decision_waitsAndIsCarriedOutByTheTimelock() public {
        uint256 id = _propose();
        vm.assertTrue(governor.proposalNeedsQueuing(id));
        _assertState(id, IGovernor.ProposalState.Pending);
        vm.warp(chainTime() + 1 days + 1);
        _assertState(id, IGovernor.ProposalState.Active);
        governor.castVote(id, 1);
        vm.warp(chainTime() + 5 days);
        _assertState(id, IGovernor.ProposalState.Succeeded);
        _queue();
        _assertState(id, IGovernor.ProposalState.Queued);
        vm.assertEq(governor.proposalEta(id), chainTime() + DELAY);
        vm.warp(chainTime() + DELAY - 1);
        vm.expectPartialRevert(bytes4(keccak256("TimelockUnexpectedOperationState(bytes32,bytes32)")));
        this.execute();
        vm.warp(chainTime() + 1);
        vm.prank(RIVAL);
        this.execute();
        _assertState(id, IGovernor.ProposalState.Executed);
        vm.assertEq(timelock.getMinDelay(), 5 days);
    }

    function test_decision_mayBeCarriedOutAtTheTimelockItself() public {
        uint256 id = _queued();
        vm.warp(chainTime() + DELAY);
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        bytes32 salt = bytes20(address(governor)) ^ _descriptionHash();
        timelock.executeBatch(targets, values, calls, 0, salt);
        _assertState(id, IGovernor.ProposalState.Executed);
    }

    function test_decision_isNotCarriedOutTwice() public {
        _queued();
        vm.warp(chainTime() + DELAY);
        this.execute();
        vm.expectPartialRevert(IGovernor.GovernorUnexpectedProposalState.selector);
        this.execute();
    }

    function test_proposal_canBeTakenBackBeforeTheVote() public {
        uint256 id = _propose();
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, RIVAL));
        vm.prank(RIVAL);
        governor.cancel(targets, values, calls, _descriptionHash());
        governor.cancel(targets, values, calls, _descriptionHash());
        _assertState(id, IGovernor.ProposalState.Canceled);
    }

    function test_proposal_needsVotes() public {
        token.transfer(RIVAL, QUORUM - THRESHOLD + 1);
        vm.warp(chainTime() + 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, address(this), THRESHOLD - 1, THRESHOLD
            )
        );
        governor.propose(targets, values, calls, "A longer wait");
    }

    function testFuzz_quorum_decides(uint256 missingWei) public {
        missingWei = bound(missingWei, 0, QUORUM - THRESHOLD);
        if (missingWei != 0) token.transfer(RIVAL, missingWei);
        vm.warp(chainTime() + 1);
        uint256 id = _propose();
        vm.warp(chainTime() + 1 days + 1);
        governor.castVote(id, 1);
        vm.warp(chainTime() + 5 days);
        _assertState(id, missingWei == 0 ? IGovernor.ProposalState.Succeeded : IGovernor.ProposalState.Defeated);
    }

    function test_votes_againstDefeat() public {
        token.transfer(RIVAL, QUORUM / 2);
        vm.prank(RIVAL);
        IVotes(address(token)).delegate(RIVAL);
        vm.warp(chainTime() + 1);
        uint256 id = _propose();
        vm.warp(chainTime() + 1 days + 1);
        governor.castVote(id, 2);
        vm.prank(RIVAL);
        governor.castVote(id, 0);
        vm.warp(chainTime() + 5 days);
        _assertState(id, IGovernor.ProposalState.Defeated);
    }

    function test_lateQuorum_prolongsTheVote() public {
        uint256 id = _propose();
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(deadline - 1 hours);
        governor.castVote(id, 1);
        vm.assertEq(governor.proposalDeadline(id), deadline - 1 hours + 2 days);
        vm.warp(deadline + 1);
        _assertState(id, IGovernor.ProposalState.Active);
        vm.warp(deadline - 1 hours + 2 days + 1);
        _assertState(id, IGovernor.ProposalState.Succeeded);
    }

    function test_earlyQuorum_prolongsNothing() public {
        uint256 id = _propose();
        uint256 deadline = governor.proposalDeadline(id);
        vm.warp(chainTime() + 1 days + 1);
        governor.castVote(id, 1);
        vm.assertEq(governor.proposalDeadline(id), deadline);
    }

    function test_lateQuorum_cannotBeLongerThanTheVote() public {
        GovernorRules memory longer = rules();
        longer.lateQuorumSeconds = 5 days + 1;
        vm.expectRevert(
            abi.encodeWithSelector(
                IOpenGovernor.GovernorPreventLateQuorumVoteExtensionTooLarge.selector, 5 days + 1, 5 days
            )
        );
        _governor(longer);
    }

    // ----------------------------------------------------------------------------------------------- attacks

    function test_attack_votesBoughtAfterTheProposal() public {
        uint256 id = _propose();
        vm.warp(chainTime() + 1 days + 1);
        token.transfer(RIVAL, QUORUM);
        vm.prank(RIVAL);
        IVotes(address(token)).delegate(RIVAL);
        vm.warp(chainTime() + 1);
        vm.prank(RIVAL);
        governor.castVote(id, 0);
        governor.castVote(id, 1);
        vm.warp(chainTime() + 5 days);
        _assertState(id, IGovernor.ProposalState.Succeeded);
    }

    function test_attack_schedulingPastTheGovernor() public {
        vm.expectPartialRevert(bytes4(keccak256("AccessControlUnauthorizedAccount(address,bytes32)")));
        timelock.schedule(address(timelock), 0, "", 0, 0, DELAY);
    }

    function test_attack_governingPastTheVote() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, address(this)));
        governor.setVotingDelay(0);
        vm.expectRevert(abi.encodeWithSignature("TimelockUnauthorizedCaller(address)", address(this)));
        timelock.updateDelay(0);
    }

    function test_attack_proposalTakenOverByACopy() public {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        string memory mine = string.concat("A longer wait#proposer=", _hexOf(address(this)));
        token.transfer(RIVAL, QUORUM / 2);
        vm.prank(RIVAL);
        IVotes(address(token)).delegate(RIVAL);
        vm.warp(chainTime() + 1);
        // Who sees the proposal in the mempool cannot be first with it, and take it back.
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, RIVAL));
        vm.prank(RIVAL);
        governor.propose(targets, values, calls, mine);
        governor.propose(targets, values, calls, mine);
    }

    // ----------------------------------------------------------------------------------------------- helpers

    function rules() private pure returns (GovernorRules memory) {
        return GovernorRules(1 days, 5 days, THRESHOLD, 4, 2 days);
    }

    function _governor(GovernorRules memory with_) private returns (IOpenGovernor) {
        return IOpenGovernor(this.deploy("OpenGovernor.sol:OpenGovernor", abi.encode(token, timelock, with_)));
    }

    /// @dev A decision to wait five days from now on.
    function _calls() private view returns (address[] memory targets, uint256[] memory values, bytes[] memory calls) {
        targets = new address[](1);
        values = new uint256[](1);
        calls = new bytes[](1);
        targets[0] = address(timelock);
        calls[0] = abi.encodeCall(ITimelock.updateDelay, (5 days));
    }

    function _descriptionHash() private pure returns (bytes32) {
        return keccak256("A longer wait");
    }

    function _propose() private returns (uint256 id) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        return governor.propose(targets, values, calls, "A longer wait");
    }

    function _queue() private {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        governor.queue(targets, values, calls, _descriptionHash());
    }

    function execute() external {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _calls();
        governor.execute(targets, values, calls, _descriptionHash());
    }

    function _queued() private returns (uint256 id) {
        id = _propose();
        vm.warp(chainTime() + 1 days + 1);
        governor.castVote(id, 1);
        vm.warp(chainTime() + 5 days);
        _queue();
    }

    function _assertState(uint256 id, IGovernor.ProposalState expected) private view {
        vm.assertEq(uint256(governor.state(id)), uint256(expected), "state of the proposal");
    }

    function _hexOf(address account) private pure returns (string memory text) {
        bytes memory digits = "0123456789abcdef";
        bytes memory written = new bytes(40);
        for (uint256 i; i < 40; ++i) written[i] = digits[(uint160(account) >> (156 - 4 * i)) & 15];
        return string.concat("0x", string(written));
    }

    /// @dev Another contract's creation, so that a test can expect its refusal.
    function deploy(string calldata artifact, bytes calldata arguments) external returns (address created) {
        bytes memory code = bytes.concat(CodeVm(address(vm)).getCode(artifact), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }
}
