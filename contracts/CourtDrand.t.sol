// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "./interfaces/ICourt.sol";
import {IDrandRandomness} from "./interfaces/IDrandRandomness.sol";
import {CourtTest} from "./testing/CourtTest.t.sol";
import {CodeVm} from "./testing/ProtocolTest.t.sol";
import {Quicknet} from "./testing/Quicknet.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice The court draws by a beacon round as it draws by a block.
contract CourtDrandTest is CourtTest {
    uint40 private constant MARGIN = 30;
    /// @dev Whatever is closed at this moment is seeded by round 1000.
    uint256 private constant MOMENT = 1_692_803_367 + 3 * 998 - MARGIN;

    function setUp() public override {
        super.setUp();
        seatVoters(TEXT, 9);
        vm.warp(MOMENT + 1 days);
        bytes memory code =
            bytes.concat(CodeVm(address(vm)).getCode("DrandRandomness.sol:DrandRandomness"), abi.encode(MARGIN));
        address drand;
        assembly ("memory-safe") {
            drand := create(0, add(code, 0x20), mload(code))
        }
        vm.etch(address(randomness), drand.code);
        vm.warp(MOMENT);
    }

    function test_draw_waitsForTheBeaconOfTheRoundFixedAtClosing() public {
        (uint40 docket,) = enqueue(TEXT, 128, 0);
        vm.assertEq(uint256(court.docketOf(docket).seedBlock), 1_000);

        // Neither time nor the beacons around it will do.
        vm.warp(MOMENT + 30 days);
        IDrandRandomness source = IDrandRandomness(address(randomness));
        source.publish(1_001, Quicknet.SIGNATURE_1001);
        vm.expectRevert(abi.encodeWithSelector(ICourt.SeedNotReady.selector, docket, 1_000));
        court.draw(docket);

        source.publish(1_000, Quicknet.SIGNATURE_1000);
        court.draw(docket);
        assertPhase(docket, ICourt.Phase.COMMITTING);
        vm.assertEq(court.committee(docket).length, 5);
    }
}
