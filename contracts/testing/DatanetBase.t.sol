// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ProtocolTest} from "./ProtocolTest.t.sol";
import {chainTime, vm} from "./Vm.t.sol";

/// @notice A funded Datanet of texts, its owner, two contributors and voters.
abstract contract DatanetBase is ProtocolTest {
    uint88 internal constant REWARD = 2e18;
    uint88 internal constant FEE = 0.5e18;
    uint256 internal constant FUNDS = 1_000_000e18;
    uint256 internal constant VOTERS = 5;

    address internal owner;
    address internal alice;
    address internal bob;
    address internal relayer;
    uint32 internal datanet;

    function setUp() public virtual override {
        super.setUp();
        owner = person("owner");
        alice = person("alice");
        bob = person("bob");
        relayer = person("relayer");
        seatVoters(TEXT, VOTERS);
        datanet = createDatanet(owner, TEXT, REWARD, FEE, FUNDS);
    }

    function earned(address account) internal view returns (uint256 earnedWei) {
        (earnedWei,) = vault.earnedBy(account);
    }

    /// @dev What an account can claim.
    function unclaimed(address account) internal view returns (uint256) {
        (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(account);
        return earnedWei - claimedWei;
    }

    /// @dev The contributor's submission on a day of its own, judged and credited.
    function creditedDay(address contributor, uint8 files, uint256 word) internal returns (bytes32 root) {
        skip(DAY);
        root = submitAs(contributor, datanet, files, files, keccak256(abi.encode("day", chainTime())));
        closeAndJudge(TEXT, word);
        datanets.finalize(root);
    }

    /// @dev Appeals in the name of `appellant`, who gets the bond for it, and draws the committee.
    function appealAs(address appellant, bytes32 root) internal returns (uint40 docket) {
        give(appellant, 1_000e18, address(vault));
        vm.prank(appellant);
        docket = datanets.appeal(root);
        skip(60);
        court.draw(docket);
    }

    /// @dev What the owner can take back, and what others may still earn.
    function pooled() internal view returns (uint256 availableWei, uint256 reservedWei) {
        return vault.accountOf(address(datanets), datanet);
    }
}
