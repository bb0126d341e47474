// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ISeats} from "../interfaces/ISeats.sol";
import {ProtocolTest} from "../testing/ProtocolTest.t.sol";
import {vm} from "../testing/Vm.t.sol";

/// @notice Sums over everybody who takes part, to compare with what the contracts hold.
abstract contract Accounting is ProtocolTest {
    /// @dev Everybody who can ever earn or stake. A payment to anybody else shows as money that is missing.
    address[] internal people;

    /// @notice What the Vault owes: available + reserved + earned - claimed.
    function owedWei() external view returns (uint256 sum) {
        for (uint256 id = 1; id <= datanets.datanetCount(); ++id) sum += _accountWei(address(datanets), id);
        sum += _accountWei(address(court), 0) + _accountWei(address(training), 0);
        for (uint256 i; i < people.length; ++i) {
            (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(people[i]);
            vm.assertGe(earnedWei, claimedWei, "somebody claimed more than they earned");
            sum += earnedWei - claimedWei;
        }
    }

    function vaultWei() external view returns (uint256) {
        return token.balanceOf(address(vault));
    }

    /// @notice What the Seats contract owes: active + thawing.
    function stakedWei() external view returns (uint256 sum) {
        for (uint8 pool; pool < 4; ++pool) {
            for (uint256 i; i < people.length; ++i) {
                ISeats.Stake memory stake = seats.stakeOf(pool, people[i]);
                sum += uint256(stake.activeWei) + stake.thawingWei;
            }
        }
    }

    function seatsWei() external view returns (uint256) {
        return token.balanceOf(address(seats));
    }

    /// @notice Every seat has a holder, and every holder as many seats as their account says.
    function checkSeating() external view {
        for (uint8 pool; pool < 4; ++pool) {
            (uint48 moment, uint24 count) = seats.occupancy(pool);
            uint256 held;
            for (uint256 i; i < people.length; ++i) {
                uint256 mine = seats.stakeOf(pool, people[i]).seats;
                uint256 found;
                for (uint24 position; position < count; ++position) {
                    if (seats.holderAt(pool, position, moment) == people[i]) ++found;
                }
                vm.assertEq(found, mine, "a holder's seats differ from the pool's");
                held += mine;
            }
            vm.assertEq(held, count, "a seat without a known holder");
        }
    }

    function _accountWei(address controller, uint256 id) private view returns (uint256) {
        (uint256 availableWei, uint256 reservedWei) = vault.accountOf(controller, id);
        return availableWei + reservedWei;
    }

    function _claim(uint256 who) internal {
        address account = people[who % people.length];
        (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(account);
        if (earnedWei == claimedWei) return;
        uint256 before = token.balanceOf(account);
        vault.claim(account);
        vm.assertEq(token.balanceOf(account) - before, earnedWei - claimedWei, "a claim pays what was earned");
    }
}

/// @notice Tells the runner which actions of which handler to call.
abstract contract Targets {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    address[] private _contracts;
    FuzzSelector[] private _selectors;

    function targetContracts() public view returns (address[] memory) {
        return _contracts;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return _selectors;
    }

    function _target(address handler, bytes4[] memory selectors) internal {
        _contracts.push(handler);
        _selectors.push(FuzzSelector(handler, selectors));
    }
}
