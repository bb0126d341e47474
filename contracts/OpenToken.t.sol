// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {OpenToken} from "./OpenToken.sol";
import {vm} from "./testing/Vm.t.sol";

contract OpenTokenTest {
    uint256 private constant KEY = 0xa11ce;
    address private constant VAULT = address(0xfa17);
    OpenToken private token;
    address private owner;

    function setUp() public {
        vm.warp(1_800_000_000);
        token = new OpenToken(address(this), VAULT);
        owner = vm.addr(KEY);
        token.transfer(owner, 1_000e18);
    }

    function test_supply_isFixed() public view {
        vm.assertEq(token.totalSupply(), 1_000_000_000e18);
        vm.assertEq(token.decimals(), 18);
        vm.assertEq(token.symbol(), "OPEN");
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
