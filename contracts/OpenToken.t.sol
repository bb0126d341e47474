// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {CodeVm, OpenTokenAllocation} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice OpenToken as its users meet it.
interface IOpenToken is IERC20Metadata, IERC20Permit, IVotes, IERC6372 {
    error AllocationsAreNotTheSupply(uint256 allocatedWei, uint256 supplyWei);
}

contract OpenTokenTest {
    uint256 private constant KEY = 0xa11ce;
    uint256 private constant SUPPLY = 1_000_000_000e18;
    address private constant VAULT = address(0xfa17);
    IOpenToken private token;
    address private owner;

    function setUp() public {
        vm.warp(1_800_000_000);
        token = IOpenToken(this.deploy(_to(address(this), SUPPLY)));
        owner = vm.addr(KEY);
        token.transfer(owner, 1_000e18);
    }

    function test_supply_isFixed() public view {
        vm.assertEq(token.totalSupply(), 1_000_000_000e18);
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.symbol(), "OPEN");
    }

    function test_supply_isAllocatedAsTold() public {
        OpenTokenAllocation[] memory allocations = new OpenTokenAllocation[](3);
        allocations[0] = OpenTokenAllocation(address(1), SUPPLY / 2);
        allocations[1] = OpenTokenAllocation(address(2), SUPPLY / 2 - 7);
        allocations[2] = OpenTokenAllocation(address(1), 7);
        token = IOpenToken(this.deploy(allocations));
        vm.assertEq(token.balanceOf(address(1)), SUPPLY / 2 + 7);
        vm.assertEq(token.balanceOf(address(2)), SUPPLY / 2 - 7);
        vm.assertEq(token.balanceOf(address(this)), 0);
        vm.assertEq(token.totalSupply(), SUPPLY);
    }

    function test_supply_mustBeAllocatedExactly() public {
        _expectRefusal(_to(address(this), SUPPLY - 1), SUPPLY - 1);
        _expectRefusal(_to(address(this), SUPPLY + 1), SUPPLY + 1);
        _expectRefusal(new OpenTokenAllocation[](0), 0);
    }

    function test_supply_cannotGoToNobody() public {
        vm.expectRevert(abi.encodeWithSignature("ERC20InvalidReceiver(address)", address(0)));
        this.deploy(_to(address(0), SUPPLY));
    }

    function test_votes_needADelegation() public {
        vm.assertEq(token.getVotes(address(this)), 0);
        token.delegate(address(this));
        vm.assertEq(token.getVotes(address(this)), SUPPLY - 1_000e18);
    }

    function test_clock_isChainTime() public view {
        vm.assertEq(uint256(token.clock()), block.timestamp);
        vm.assertEq(token.CLOCK_MODE(), "mode=timestamp");
    }

    function test_votes_followDelegation() public {
        token.delegate(address(this));
        vm.assertEq(token.getVotes(address(this)), 1_000_000_000e18 - 1_000e18);
        token.transfer(owner, 10e18);
        vm.assertEq(token.getVotes(address(this)), 1_000_000_000e18 - 1_010e18);
    }

    function test_votes_ofTheVaultCountForNobody() public {
        token.delegate(address(this));
        vm.prank(VAULT);
        token.delegate(owner);
        token.transfer(VAULT, 500e18);
        vm.assertEq(token.delegates(VAULT), address(0));
        vm.assertEq(token.getVotes(owner), 0);
        uint256 before = token.getVotes(address(this));
        vm.prank(VAULT);
        token.transfer(address(this), 200e18);
        vm.assertEq(token.getVotes(address(this)), before + 200e18);
    }

    function test_permit_setsAnAllowance() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(address(this), 5e18);
        token.permit(owner, address(this), 5e18, block.timestamp + 60, v, r, s);
        token.transferFrom(owner, address(this), 5e18);
        vm.assertEq(token.allowance(owner, address(this)), 0);
    }

    function test_attack_permitAlreadyUsedByAFrontRunner() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(address(this), 5e18);
        vm.prank(address(0xbad));
        token.permit(owner, address(this), 5e18, block.timestamp + 60, v, r, s);
        // The second use fails, and the allowance that the owner wanted stands: a caller who meets the failure goes on.
        vm.expectRevert();
        token.permit(owner, address(this), 5e18, block.timestamp + 60, v, r, s);
        vm.assertEq(token.allowance(owner, address(this)), 5e18);
        token.transferFrom(owner, address(this), 5e18);
    }

    function test_attack_permitReplayedOnAnotherChain() public {
        (uint8 v, bytes32 r, bytes32 s) = _permit(address(this), 5e18);
        vm.chainId(block.chainid + 1);
        vm.expectRevert();
        token.permit(owner, address(this), 5e18, block.timestamp + 60, v, r, s);
    }

    function testFuzz_transfer_keepsTheSupply(address to, uint256 amountWei) public {
        vm.assume(to != address(0) && to != address(this));
        amountWei %= token.balanceOf(address(this)) + 1;
        uint256 before = token.balanceOf(to);
        token.transfer(to, amountWei);
        vm.assertEq(token.balanceOf(to), before + amountWei);
        vm.assertEq(token.totalSupply(), 1_000_000_000e18);
    }

    /// @dev Another contract's creation, so that a test can expect its refusal.
    function deploy(OpenTokenAllocation[] calldata allocations) external returns (address created) {
        bytes memory code =
            bytes.concat(CodeVm(address(vm)).getCode("OpenToken.sol:OpenToken"), abi.encode(allocations, VAULT));
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function _expectRefusal(OpenTokenAllocation[] memory allocations, uint256 allocatedWei) private {
        vm.expectRevert(
            abi.encodeWithSelector(IOpenToken.AllocationsAreNotTheSupply.selector, allocatedWei, SUPPLY)
        );
        this.deploy(allocations);
    }

    function _to(address holder, uint256 amountWei) private pure returns (OpenTokenAllocation[] memory allocations) {
        allocations = new OpenTokenAllocation[](1);
        allocations[0] = OpenTokenAllocation(holder, amountWei);
    }

    function _permit(address spender, uint256 amountWei) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                owner,
                spender,
                amountWei,
                token.nonces(owner),
                block.timestamp + 60
            )
        );
        return vm.sign(KEY, keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash)));
    }
}
