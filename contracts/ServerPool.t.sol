// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAttribution} from "./interfaces/IAttribution.sol";
import {IServerPool} from "./interfaces/IServerPool.sol";
import {AttributionTest} from "./testing/AttributionTest.t.sol";
import {chainTime, vm} from "./testing/Vm.t.sol";

/// @notice The stakers of a chat server. Of a use of 100 OPEN 20 are theirs.
contract ServerPoolTest is AttributionTest {
    address private _first;
    address private _second;

    function setUp() public override {
        super.setUp();
        (_first, _second) = (person("first staker"), person("second staker"));
        give(_first, 100_000 * OPEN, address(pool));
        give(_second, 100_000 * OPEN, address(pool));
    }

    function test_pool_saysWhoseItIs() public view {
        vm.assertEq(pool.server(), server);
        vm.assertEq(pool.name(), "Quick answers");
        vm.assertEq(pool.symbol(), "sOPEN");
        vm.assertEq(pool.decimals(), 24);
        vm.assertEq(pool.asset(), address(token));
    }

    function test_rewards_areReleasedOverAWeek() public {
        _stake(_first, 100 * OPEN);
        _stake(_second, 300 * OPEN);
        _expectReward(20 * OPEN, 20 * OPEN);
        _assertWorth(_first, 100 * OPEN);
        skip(3.5 days);
        _assertWorth(_first, 102.5e18);
        skip(3.5 days);
        _assertWorth(_first, 105 * OPEN);
        _assertWorth(_second, 315 * OPEN);
        vm.assertEq(pool.lockedWei(), 0);
        skip(30 days);
        _leave(_second);
        _leave(_first);
        vm.assertGe(token.balanceOf(_first), 100_005 * OPEN - 2);
    }

    function test_rewards_thatOverlapAreReleasedTogether() public {
        _stake(_first, 100 * OPEN);
        use(100 * OPEN);
        skip(3.5 days);
        _expectReward(20 * OPEN, 30 * OPEN);
        skip(7 days);
        _assertWorth(_first, 140 * OPEN);
    }

    function test_rewards_areLockedRoundedUp() public {
        _stake(_first, 100 * OPEN);
        _expectReward(1, 1);
        vm.warp(chainTime() + 7 days - 1);
        vm.assertEq(pool.lockedWei(), 1);
        vm.warp(chainTime() + 1);
        vm.assertEq(pool.lockedWei(), 0);
    }

    function test_stake_canLeaveAtAnyTime() public {
        _stake(_first, 100 * OPEN);
        use(100 * OPEN);
        _leave(_first);
        vm.assertGe(token.balanceOf(_first), 100_000 * OPEN - 1);
    }

    function test_noteReward_belongsToAttribution() public {
        vm.expectRevert(abi.encodeWithSelector(IServerPool.NotAttribution.selector, rival));
        vm.prank(rival);
        pool.noteReward(1);
    }

    function test_isStaked_fromOneOpenOn() public {
        vm.assertFalse(pool.isStaked());
        _stake(_first, OPEN - 1);
        vm.assertFalse(pool.isStaked());
        use(100 * OPEN);
        vm.assertEq(earned(server), 20 * OPEN, "dust earns no rewards");
        _stake(_first, 1);
        vm.assertTrue(pool.isStaked());
    }

    function test_attack_stakeJustBeforeARedemption() public {
        _stake(_first, 100 * OPEN);
        _stake(_second, 99_900 * OPEN);
        use(100 * OPEN);
        _leave(_second);
        vm.assertLe(token.balanceOf(_second), 100_000 * OPEN);
        skip(7 days);
        _assertWorth(_first, 120 * OPEN);
    }

    function test_attack_inflateTheFirstShare() public {
        // One wei staked, a fortune given away, and a victim whose shares should round down to nothing.
        _stake(_first, 1);
        vm.prank(_first);
        token.transfer(address(pool), 10_000 * OPEN);
        _stake(_second, 10_000 * OPEN);
        uint256 victimWei = pool.convertToAssets(pool.balanceOf(_second));
        vm.assertGe(victimWei, 9_999 * OPEN);
        uint256 thiefWei = pool.convertToAssets(pool.balanceOf(_first));
        vm.assertLe(thiefWei, 5_001 * OPEN, "the thief loses half of the gift to nobody");
    }

    function test_attack_giftBeforeTheFirstStake() public {
        vm.prank(_first);
        token.transfer(address(pool), 10 * OPEN);
        vm.assertEq(pool.totalAssets(), 0);
        vm.assertEq(pool.lockedWei(), 10 * OPEN);
        vm.expectEmit(address(pool));
        emit IServerPool.Rewarded(0, 10 * OPEN, uint40(chainTime() + 7 days));
        _stake(_second, 100 * OPEN);
        _assertWorth(_second, 100 * OPEN);
        skip(7 days);
        _assertWorth(_second, 110 * OPEN);
    }

    function test_attack_takeWhatTheLastStakerLeft() public {
        _stake(_first, 100 * OPEN);
        use(100 * OPEN);
        _leave(_first);
        skip(7 days);
        vm.assertGe(pool.lockedWei(), 20 * OPEN, "nobody's money waits for the next one");
        _stake(_second, 50_000 * OPEN);
        _leave(_second);
        vm.assertLe(token.balanceOf(_second), 100_000 * OPEN);
        vm.assertGe(pool.lockedWei(), 20 * OPEN);
    }

    function testFuzz_stake_neverGainsByRounding(uint96 staked, uint96 rewarded, uint96 joined) public {
        staked = uint96(staked % (1_000 * OPEN)) + OPEN;
        rewarded = uint96(rewarded % (1_000 * OPEN)) + 1;
        joined = uint96(joined % (1_000 * OPEN)) + 1;
        _stake(_first, staked);
        use(rewarded);
        skip(3 days);
        uint256 before = token.balanceOf(_second);
        _stake(_second, joined);
        if (pool.balanceOf(_second) != 0) _leave(_second);
        vm.assertLe(token.balanceOf(_second), before);
        vm.assertGe(token.balanceOf(address(pool)), pool.totalAssets());
    }

    function _stake(address who, uint256 amountWei) private {
        vm.prank(who);
        pool.deposit(amountWei, who);
    }

    /// @dev Uses the server for five times the reward.
    function _expectReward(uint96 rewardWei, uint256 lockedWei) private {
        deposit(5 * rewardWei);
        uint256 redeemedWei = attribution.redeemedWei(user, server, model);
        IAttribution.Receipt memory receipt = receiptOf(uint96(redeemedWei + 5 * rewardWei));
        bytes memory signature = signed(receipt);
        vm.expectEmit(address(pool));
        emit IServerPool.Rewarded(rewardWei, lockedWei, uint40(chainTime() + 7 days));
        attribution.redeem(receipt, signature);
    }

    function _leave(address who) private {
        uint256 shares = pool.balanceOf(who);
        vm.prank(who);
        pool.redeem(shares, who, who);
    }

    /// @dev Up to the roundings, which favour the pool, and the virtual shares' part.
    function _assertWorth(address who, uint256 expectedWei) private view {
        uint256 worthWei = pool.convertToAssets(pool.balanceOf(who));
        vm.assertLe(worthWei, expectedWei);
        vm.assertGe(worthWei + 1e6, expectedWei);
    }
}
