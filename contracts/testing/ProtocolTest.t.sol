// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {ICourt} from "../interfaces/ICourt.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {IModels} from "../interfaces/IModels.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {ISeats} from "../interfaces/ISeats.sol";
import {ITraining} from "../interfaces/ITraining.sol";
import {IVault} from "../interfaces/IVault.sol";
import {chainTime, vm} from "./Vm.t.sol";

/// @notice The cheat code that deploys a compiled contract by its name, so that a test need not compile it again.
interface CodeVm {
    function getCode(string calldata artifact) external view returns (bytes memory);
}

/// @notice A part of the supply: an element of the first constructor argument of OpenToken.
struct OpenTokenAllocation {
    address holder;
    uint256 amountWei;
}

/// @title ProtocolTest
/// @notice The whole protocol, wired, and the everyday moves that most tests begin with. The test contract is the
/// deployer: it governs and owns the supply.
abstract contract ProtocolTest {
    uint8 internal constant TEXT = 0;
    uint8 internal constant COMPUTE = 3;
    uint256 internal constant DAY = 1 days;
    /// @dev 2027-01-15 08:00:00 UTC: a round moment in the middle of a day.
    uint256 internal constant START = 1_800_000_000;

    IERC20 internal token;
    address internal authority;
    IParameters internal parameters;
    IRandomness internal randomness;
    IVault internal vault;
    ISeats internal seats;
    ICourt internal court;
    IDatanets internal datanets;
    ITraining internal training;
    IModels internal models;
    IAttribution internal attribution;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1_000);
        _deploy();
    }

    // ------------------------------------------------------------------------------------------ deployment

    function _deploy() private {
        uint256 nonce = vm.getNonce(address(this));
        address[11] memory predicted;
        for (uint256 i; i < 11; ++i) predicted[i] = vm.computeCreateAddress(address(this), nonce + i);
        token = IERC20(_create("OpenToken.sol:OpenToken", _tokenArguments(predicted[4])));
        authority = _create("AccessManager.sol:AccessManager", abi.encode(address(this)));
        parameters = IParameters(_create("Parameters.sol:Parameters", _parameterArguments(authority)));
        randomness = IRandomness(_create("FutureBlockhash.sol:FutureBlockhash", abi.encode(uint256(2))));
        vault = IVault(_create("Vault.sol:Vault", abi.encode(predicted[0], predicted[5], predicted[6], predicted[7], predicted[8], predicted[10])));
        seats = ISeats(_create("Seats.sol:Seats", abi.encode(predicted[0], predicted[2], predicted[4], predicted[6], predicted[8])));
        court = ICourt(_create("Court.sol:Court", abi.encode(predicted[2], predicted[5], predicted[4], predicted[3], predicted[7], predicted[8], predicted[10])));
        datanets = IDatanets(_create("Datanets.sol:Datanets", abi.encode(predicted[1], predicted[2], predicted[6], predicted[4])));
        training = ITraining(_create("Training.sol:Training", abi.encode(predicted[1], predicted[2], predicted[5], predicted[6], predicted[4], predicted[9])));
        models = IModels(_create("Models.sol:Models", abi.encode(predicted[1], predicted[8])));
        attribution = deployAttribution();
        vm.assertEq(address(attribution), predicted[10], "addresses were predicted wrongly");
    }

    /// @dev A second Datanets contract beside the first, at another address.
    function deployDatanets() internal returns (IDatanets) {
        return IDatanets(
            _create("Datanets.sol:Datanets", abi.encode(authority, address(parameters), address(court), address(vault)))
        );
    }

    /// @dev The first, and others beside it, at other addresses.
    function deployAttribution() internal returns (IAttribution) {
        bytes memory arguments = abi.encode(
            address(token), address(parameters), address(court), address(vault), address(models), person("treasury")
        );
        return IAttribution(_create("Attribution.sol:Attribution", arguments));
    }

    function _create(string memory artifact, bytes memory arguments) private returns (address created) {
        bytes memory code = bytes.concat(CodeVm(address(vm)).getCode(artifact), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        vm.assertTrue(created != address(0), artifact);
    }

    /// @dev The whole supply to the test contract.
    function _tokenArguments(address vault_) private view returns (bytes memory) {
        OpenTokenAllocation[] memory allocations = new OpenTokenAllocation[](1);
        allocations[0] = OpenTokenAllocation(address(this), 1_000_000_000e18);
        return abi.encode(allocations, vault_);
    }

    function _parameterArguments(address authority_) private pure returns (bytes memory) {
        return abi.encode(
            authority_,
            limits(),
            poolRules(),
            seatRules(),
            trainingRules(),
            appealRules(),
            contributorRules(),
            usageRules()
        );
    }

    function limits() internal pure returns (IParameters.SubmissionLimits memory) {
        return IParameters.SubmissionLimits({filesPerSubmission: 20, filesPerDay: 20, bytesPerDay: 10 * 1024 * 1024});
    }

    function poolRules() internal pure returns (IParameters.PoolRules[4] memory rules) {
        for (uint256 pool; pool < 4; ++pool) {
            rules[pool] = IParameters.PoolRules({
                collectSeconds: 1 hours,
                commitSeconds: 6 hours,
                revealSeconds: 6 hours,
                appealSeconds: 12 hours,
                committeeSize: pool == COMPUTE ? 3 : 5,
                toleranceBps: pool == COMPUTE ? 0 : 2_000,
                incoherentPenaltyBps: 50,
                absentPenaltyBps: 200
            });
        }
    }

    function seatRules() internal pure returns (IParameters.SeatRules memory) {
        return IParameters.SeatRules({seatWei: 1_000e18, seatsPerAddress: 64, thawSeconds: 7 days});
    }

    function trainingRules() internal pure returns (IParameters.TrainingRules memory) {
        return IParameters.TrainingRules({
            leaseSeconds: 1 hours, bondWei: 500e18, checkFeeWei: 10e18, expiredLeasePenaltyBps: 1_000, maxAttempts: 5
        });
    }

    function appealRules() internal pure returns (IParameters.AppealRules memory) {
        return IParameters.AppealRules({bondWei: 10e18, feeWei: 5e18});
    }

    function contributorRules() internal pure returns (IParameters.ContributorRules memory) {
        return IParameters.ContributorRules({rotationSeconds: 3 days, finderBps: 5_000});
    }

    function usageRules() internal pure returns (IParameters.UsageRules memory) {
        return IParameters.UsageRules({
            protocolBps: 1_000,
            ownerBps: 2_000,
            poolBps: 2_000,
            receiptSeconds: 1 days,
            withdrawSeconds: 3 days,
            activationSeconds: 2 days,
            rootBondWei: 500e18,
            challengeFeeWei: 10e18
        });
    }

    // --------------------------------------------------------------------------------------------- people

    /// @dev A key of a person; contributors sign with it.
    function keyOf(string memory name) internal pure returns (uint256) {
        return uint256(keccak256(bytes(name)));
    }

    function person(string memory name) internal pure returns (address) {
        return vm.addr(keyOf(name));
    }

    function give(address to, uint256 amountWei, address spender) internal {
        token.transfer(to, amountWei);
        vm.prank(to);
        token.approve(spender, type(uint256).max);
    }

    /// @dev Seats `count` people named "voter 0", "voter 1"… in a pool, one seat each.
    function seatVoters(uint8 pool, uint256 count) internal {
        for (uint256 i; i < count; ++i) seatHolder(pool, voterNamed(i), 1);
    }

    function voterNamed(uint256 index) internal pure returns (address) {
        return person(string.concat("voter ", vm.toString(index)));
    }

    function seatHolder(uint8 pool, address holder, uint16 count) internal {
        give(holder, uint256(count) * 1_000e18, address(seats));
        vm.prank(holder);
        seats.stake(pool, count);
    }

    // -------------------------------------------------------------------------------------------- datanets

    function createDatanet(address owner, uint8 pool, uint88 rewardWei, uint88 feeWei, uint256 fundsWei)
        internal
        returns (uint32 datanet)
    {
        vm.prank(owner);
        datanet = datanets.create(pool, rewardWei, feeWei, "Questions", "CC-BY-4.0", "Answer in full sentences.");
        if (fundsWei == 0) return datanet;
        give(owner, fundsWei, address(vault));
        vm.prank(owner);
        datanets.fund(datanet, fundsWei);
    }

    /// @dev A submission under a Datanet's first terms.
    function submissionOf(address contributor, uint32 datanet, uint8 files, uint32 sizeBytes, bytes32 leavesRoot)
        internal
        view
        returns (IDatanets.Submission memory)
    {
        return IDatanets.Submission({
            contributor: contributor,
            datanet: datanet,
            files: files,
            sizeBytes: sizeBytes,
            terms: 1,
            leavesRoot: leavesRoot,
            manifestDigest: keccak256(abi.encode("manifest", leavesRoot)),
            deadline: uint40(chainTime() + 1 hours)
        });
    }

    /// @dev A submission's key.
    function rootOf(address contributor, bytes32 leavesRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode(contributor, leavesRoot));
    }

    function sign(uint256 key, IDatanets.Submission memory submission) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, datanets.digestOf(submission));
        return abi.encodePacked(r, s, v);
    }

    /// @dev Submits in the contributor's own transaction.
    function submitAs(address contributor, uint32 datanet, uint8 files, uint32 sizeBytes, bytes32 leavesRoot)
        internal
        returns (bytes32 root)
    {
        IDatanets.Submission memory submission = submissionOf(contributor, datanet, files, sizeBytes, leavesRoot);
        vm.prank(contributor);
        datanets.submit(submission, "");
        return rootOf(contributor, leavesRoot);
    }

    // --------------------------------------------------------------------------------------------- judging

    /// @dev Moves time on and gives the passed blocks hashes.
    function skip(uint256 elapsedSeconds) internal {
        vm.warp(chainTime() + elapsedSeconds);
        vm.roll(vm.getBlockNumber() + 1 + elapsedSeconds / 12);
    }

    /// @dev Closes the pool's open docket, unless it filled up and closed by itself, and draws its committee.
    function closeAndDraw(uint8 pool) internal returns (uint40 docket) {
        docket = court.openDocket(pool);
        skip(1 hours);
        if (court.docketOf(docket).items == 0) docket -= 4;
        else court.close(pool);
        skip(60);
        court.draw(docket);
    }

    /// @dev The committee agrees on `word`, and nobody appeals while they can.
    function judge(uint40 docket, uint256 word) internal {
        settleWith(docket, word);
        skip(12 hours);
    }

    /// @dev Every voter of the committee commits to `word` and reveals it; then the docket is settled.
    function settleWith(uint40 docket, uint256 word) internal {
        address[] memory voters = court.committee(docket);
        uint8 items = court.docketOf(docket).items;
        bytes memory reasons = reasonsOf(word, items);
        for (uint256 i; i < voters.length; ++i) commitAs(docket, voters[i], word, reasons);
        skip(6 hours);
        for (uint256 i; i < voters.length; ++i) {
            if (firstIndex(voters, i) == i) revealAs(docket, voters[i], uint8(i), word, reasons);
        }
        skip(6 hours);
        court.settle(docket);
    }

    function closeAndJudge(uint8 pool, uint256 word) internal returns (uint40 docket) {
        docket = closeAndDraw(pool);
        judge(docket, word);
    }

    function commitAs(uint40 docket, address voter, uint256 word, bytes memory reasons) internal {
        vm.prank(voter);
        court.commit(docket, commitmentOf(docket, voter, word, reasons));
    }

    function revealAs(uint40 docket, address voter, uint8 drawIndex, uint256 word, bytes memory reasons) internal {
        vm.prank(voter);
        court.reveal(docket, drawIndex, word, saltOf(voter), reasons);
    }

    function commitmentOf(uint40 docket, address voter, uint256 word, bytes memory reasons)
        internal
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(block.chainid, address(court), docket, voter, word, keccak256(reasons), saltOf(voter))
        );
    }

    function saltOf(address voter) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", voter));
    }

    /// @dev One reason byte for each rejected item.
    function reasonsOf(uint256 word, uint8 items) internal pure returns (bytes memory reasons) {
        uint256 rejected;
        for (uint256 i; i < items; ++i) if ((word >> (2 * i)) & 3 == 0) ++rejected;
        reasons = new bytes(rejected);
        for (uint256 i; i < rejected; ++i) reasons[i] = 0x07;
    }

    /// @dev `grade` for each of `items` items.
    function uniform(uint256 grade, uint256 items) internal pure returns (uint256 word) {
        for (uint256 i; i < items; ++i) word |= grade << (2 * i);
    }

    function firstIndex(address[] memory voters, uint256 index) internal pure returns (uint256 first) {
        while (voters[first] != voters[index]) ++first;
    }
}
