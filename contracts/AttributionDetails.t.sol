// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAttribution} from "./interfaces/IAttribution.sol";
import {AttributionTest} from "./testing/AttributionTest.t.sol";
import {Vm, vm} from "./testing/Vm.t.sol";

/// @notice What Attribution says and asks for, word for word.
contract AttributionDetailsTest is AttributionTest {
    function test_registerServer_saysWhereThePoolIs() public {
        vm.recordLogs();
        vm.prank(person("another server"));
        address made = attribution.registerServer("Other answers");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bool found;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IAttribution.ServerRegistered.selector) continue;
            found = true;
            vm.assertEq(address(uint160(uint256(logs[i].topics[1]))), person("another server"));
        }
        vm.assertTrue(found);
        vm.assertEq(attribution.poolOf(person("another server")), made);
    }

    function test_appeal_asksForTheChallengedLeafAlone() public {
        use(100 * OPEN);
        uint40 number = challengeAlice(propose(30 * OPEN, 20 * OPEN), 30 * OPEN, 20 * OPEN);
        settleWith(closeAndDraw(COMPUTE), 0);
        vm.startPrank(proposer);
        token.approve(address(vault), type(uint256).max);
        uint40 id = attribution.appeal(number);
        vm.stopPrank();
        vm.assertEq(uint256(court.docketOf(id).items), 1);
    }
}
