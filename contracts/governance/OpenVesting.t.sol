// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {CodeVm, OpenTokenAllocation} from "../testing/ProtocolTest.t.sol";
import {bound, vm} from "../testing/Vm.t.sol";

/// @notice A vesting wallet as its beneficiary meets it.
interface IOpenVesting {
    function owner() external view returns (address);
    function start() external view returns (uint256);
    function cliff() external view returns (uint256);
    function end() external view returns (uint256);
    function releasable(address token) external view returns (uint256);
    function release(address token) external;
    function transferOwnership(address beneficiary) external;
    function delegate(address token, address delegatee) external;

    error OwnableUnauthorizedAccount(address account);
    error InvalidCliffDuration(uint64 cliffSeconds, uint64 durationSeconds);
}

contract OpenVestingTest {
    uint256 private constant START = 1_800_000_000;
    uint256 private constant YEAR = 365 days;
    uint256 private constant AMOUNT = 150_000_000e18;
    uint256 private constant SUPPLY = 1_000_000_000e18;
    address private constant BENEFICIARY = address(0xbe0);
    address private constant STRANGER = address(0x5e7);

    IERC20 private token;
    IOpenVesting private wallet;

    function setUp() public {
        vm.warp(START);
        wallet = IOpenVesting(this.deploy("OpenVesting.sol:OpenVesting", abi.encode(BENEFICIARY, 4 * YEAR, YEAR)));
        OpenTokenAllocation[] memory allocations = new OpenTokenAllocation[](2);
        allocations[0] = OpenTokenAllocation(address(wallet), AMOUNT);
        allocations[1] = OpenTokenAllocation(address(this), SUPPLY - AMOUNT);
        token = IERC20(this.deploy("OpenToken.sol:OpenToken", abi.encode(allocations, address(0xfa17))));
    }

    function test_time_countsFromTheDeployment() public view {
        vm.assertEq(wallet.owner(), BENEFICIARY);
        vm.assertEq(wallet.start(), START);
        vm.assertEq(wallet.cliff(), START + YEAR);
        vm.assertEq(wallet.end(), START + 4 * YEAR);
    }

    function test_release_givesNothingBeforeTheCliff() public {
        vm.warp(START + YEAR - 1);
        wallet.release(address(token));
        vm.assertEq(token.balanceOf(BENEFICIARY), 0);
    }

    function test_release_givesAQuarterAtTheCliffAndAllAtTheEnd() public {
        vm.warp(START + YEAR);
        vm.prank(STRANGER);
        wallet.release(address(token));
        vm.assertEq(token.balanceOf(BENEFICIARY), AMOUNT / 4);
        vm.assertEq(token.balanceOf(STRANGER), 0);
        vm.warp(START + 4 * YEAR);
        wallet.release(address(token));
        vm.assertEq(token.balanceOf(BENEFICIARY), AMOUNT);
    }

    function testFuzz_release_isEvenHoweverOftenItIsAsked(uint256 first, uint256 second) public {
        first = bound(first, YEAR, 4 * YEAR);
        second = bound(second, first, 5 * YEAR);
        vm.warp(START + first);
        wallet.release(address(token));
        vm.warp(START + second);
        wallet.release(address(token));
        uint256 elapsed = second > 4 * YEAR ? 4 * YEAR : second;
        vm.assertEq(token.balanceOf(BENEFICIARY), AMOUNT * elapsed / (4 * YEAR));
    }

    function test_beneficiary_canHandThePlaceOn() public {
        vm.prank(BENEFICIARY);
        wallet.transferOwnership(STRANGER);
        vm.warp(START + 4 * YEAR);
        wallet.release(address(token));
        vm.assertEq(token.balanceOf(STRANGER), AMOUNT);
    }

    function test_votes_ofWhatIsNotReleasedAreTheBeneficiarysToDelegate() public {
        IVotes votes = IVotes(address(token));
        vm.assertEq(votes.getVotes(BENEFICIARY), 0);
        vm.prank(BENEFICIARY);
        wallet.delegate(address(token), STRANGER);
        vm.assertEq(votes.getVotes(STRANGER), AMOUNT);
        vm.prank(BENEFICIARY);
        wallet.delegate(address(token), address(0));
        vm.assertEq(votes.getVotes(STRANGER), 0);
    }

    function test_attack_votesOfAnothersWallet() public {
        vm.expectRevert(abi.encodeWithSelector(IOpenVesting.OwnableUnauthorizedAccount.selector, STRANGER));
        vm.prank(STRANGER);
        wallet.delegate(address(token), STRANGER);
    }

    function test_cliff_cannotBeLongerThanTheVesting() public {
        vm.expectRevert(
            abi.encodeWithSelector(IOpenVesting.InvalidCliffDuration.selector, uint64(YEAR + 1), uint64(YEAR))
        );
        this.deploy("OpenVesting.sol:OpenVesting", abi.encode(BENEFICIARY, YEAR, YEAR + 1));
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
