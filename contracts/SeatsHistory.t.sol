// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISeats} from "./interfaces/ISeats.sol";
import {ProtocolTest} from "./testing/ProtocolTest.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Random arrivals, departures, slashes and evictions beside a plain list that is copied at every change.
contract SeatsHistoryTest is ProtocolTest {
    uint256 private constant SEAT = 1_000e18;
    uint256 private constant PEOPLE = 5;

    /// @dev Who sat at each position, at every moment.
    mapping(uint256 moment => address[]) private _shadow;
    uint256 private _moment;

    /// forge-config: default.fuzz.runs = 48
    function testFuzz_holderAt_isExactAtEveryMoment(uint256 seed) public {
        for (uint256 i; i < PEOPLE; ++i) give(_personOf(i), 100 * SEAT, address(seats));
        for (uint256 step; step < 24; ++step) {
            seed = uint256(keccak256(abi.encode(seed, step)));
            address who = _personOf(seed % PEOPLE);
            if ((seed >> 8) % 3 != 0) _arrive(who, 1 + uint16((seed >> 16) % 2));
            else _depart(who, 1 + uint16((seed >> 16) % 3));
        }
        (uint48 moment, uint24 count) = seats.occupancy(TEXT);
        vm.assertEq(uint256(moment), _moment);
        vm.assertEq(uint256(count), _shadow[_moment].length);
        for (uint256 m; m <= _moment; ++m) _compare(m);
        _compareLists();
    }

    function testFuzz_stakeHeldIsActiveAndThawing(uint256 seed) public {
        for (uint256 i; i < PEOPLE; ++i) give(_personOf(i), 100 * SEAT, address(seats));
        for (uint256 step; step < 24; ++step) {
            seed = uint256(keccak256(abi.encode(seed, step)));
            address who = _personOf(seed % PEOPLE);
            uint256 what = (seed >> 8) % 6;
            if (what < 2) _try(who, abi.encodeCall(ISeats.stake, (TEXT, uint16((seed >> 16) % 3))));
            else if (what == 2) _try(who, abi.encodeCall(ISeats.unstake, (TEXT, 1 + uint16((seed >> 16) % 2))));
            else if (what == 3) _try(address(court), abi.encodeCall(ISeats.slash, (TEXT, who, (seed >> 16) % SEAT)));
            else if (what == 4) _try(bob(), abi.encodeCall(ISeats.evict, (TEXT, who)));
            else _try(who, abi.encodeCall(ISeats.withdraw, (TEXT)));
            if ((seed >> 200) % 4 == 0) skip(3 days);
            _assertBalance();
        }
    }

    function bob() private pure returns (address) {
        return address(0xb0b);
    }

    function _try(address sender, bytes memory data) private {
        vm.prank(sender);
        (bool success,) = address(seats).call(data);
        success;
    }

    function _assertBalance() private view {
        uint256 held;
        uint256 count;
        for (uint256 i; i < PEOPLE; ++i) {
            ISeats.Stake memory stake = seats.stakeOf(TEXT, _personOf(i));
            held += stake.activeWei + stake.thawingWei;
            count += stake.seats;
            vm.assertLe(stake.activeWei, stake.seats * SEAT, "a seat holds more than its price");
            vm.assertEq(seats.positionsOf(TEXT, _personOf(i)).length, stake.seats);
        }
        vm.assertEq(token.balanceOf(address(seats)), held, "stake held");
        (, uint24 seated) = seats.occupancy(TEXT);
        vm.assertEq(uint256(seated), count, "seats");
    }

    function _arrive(address who, uint16 count) private {
        if (seats.stakeOf(TEXT, who).seats + count > 64) return;
        vm.prank(who);
        seats.stake(TEXT, count);
        for (uint256 i; i < count; ++i) {
            address[] storage next = _next();
            next.push(who);
        }
    }

    function _depart(address who, uint16 count) private {
        for (uint256 i; i < count; ++i) {
            uint24[] memory positions = seats.positionsOf(TEXT, who);
            if (positions.length == 0) return;
            vm.prank(who);
            seats.unstake(TEXT, 1);
            address[] storage next = _next();
            next[positions[positions.length - 1]] = next[next.length - 1];
            next.pop();
        }
    }

    /// @dev The list after the next change, as a copy of the present one.
    function _next() private returns (address[] storage next) {
        next = _shadow[_moment + 1];
        address[] storage present = _shadow[_moment];
        for (uint256 i; i < present.length; ++i) next.push(present[i]);
        ++_moment;
    }

    function _compare(uint256 moment) private view {
        address[] storage list = _shadow[moment];
        uint24[] memory positions = new uint24[](list.length + 2);
        for (uint24 position; position < positions.length; ++position) {
            positions[position] = position;
            address expected = position < list.length ? list[position] : address(0);
            vm.assertEq(seats.holderAt(TEXT, position, uint48(moment)), expected, "holderAt");
        }
        address[] memory holders = seats.holdersAt(TEXT, positions, uint48(moment));
        vm.assertEq(holders.length, positions.length);
        for (uint256 i; i < list.length; ++i) vm.assertEq(holders[i], list[i], "holdersAt");
    }

    function _compareLists() private view {
        for (uint256 i; i < PEOPLE; ++i) {
            uint24[] memory positions = seats.positionsOf(TEXT, _personOf(i));
            for (uint256 k; k < positions.length; ++k) {
                vm.assertEq(_shadow[_moment][positions[k]], _personOf(i), "positionsOf");
            }
        }
    }

    function _personOf(uint256 index) private pure returns (address) {
        return address(uint160(0x9000 + index));
    }
}
