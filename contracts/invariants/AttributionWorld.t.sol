// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {ICourt} from "../interfaces/ICourt.sol";
import {IVault} from "../interfaces/IVault.sol";
import {AttributionTest} from "../testing/AttributionTest.t.sol";
import {ProtocolTest} from "../testing/ProtocolTest.t.sol";
import {vm} from "../testing/Vm.t.sol";
import {Accounting} from "./Accounting.t.sol";

/// @notice Two users, two servers, two models, and everybody who can earn.
contract AttributionWorld is AttributionTest, Accounting {
    uint256 public constant CONTRIBUTORS = 4;

    uint40[2] public servedModels;
    address[2] public servers;

    function setUp() public override(AttributionTest, ProtocolTest) {
        AttributionTest.setUp();
        servedModels = [model, models.releaseOf(models.release(acceptedJob(), trainer, attestation(1))).model];
        servers = [server, person("second server")];
        vm.prank(servers[1]);
        attribution.registerServer("Second answers");
        for (uint256 i; i < 2; ++i) {
            give(userAt(i), 1_000_000 * OPEN, address(attribution));
            give(userAt(i), 1_000_000 * OPEN, attribution.poolOf(servers[i]));
        }
        give(proposer, 10_000_000 * OPEN, address(attribution));
        give(challenger, 1_000_000 * OPEN, address(attribution));
        people = [poster, trainer, rival, treasury, proposer, challenger, servers[0], servers[1]];
        for (uint256 i; i < CONTRIBUTORS; ++i) people.push(contributorAt(i));
        for (uint256 i; i < 5; ++i) people.push(voterNamed(i));
    }

    function claimFromVault(uint256 who) external {
        _claim(who);
    }

    function deployed() external view returns (IERC20, IAttribution, ICourt, IVault) {
        return (token, attribution, court, vault);
    }

    function userAt(uint256 index) public pure returns (address) {
        return person(userNamed(index));
    }

    function userNamed(uint256 index) public pure returns (string memory) {
        return index % 2 == 0 ? "user" : "second user";
    }

    function contributorAt(uint256 index) public pure returns (address) {
        return person(string.concat("contributor ", vm.toString(index)));
    }
}
