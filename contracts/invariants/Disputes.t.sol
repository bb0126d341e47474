// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "../interfaces/IDatanets.sol";
import {vm} from "../testing/Vm.t.sol";
import {Bench} from "./Bench.t.sol";

/// @notice Who takes part in disputes over submissions, what they sent, and what must hold of it at any time.
abstract contract Disputes is Bench {
    uint256 internal constant CONTRIBUTORS = 3;
    uint256 internal constant CHALLENGERS = 2;
    uint256 internal constant VOTERS = 13;
    uint256 internal constant CONTENTS = 4;
    uint96 internal constant REWARD = 1e18;

    /// @dev A submission of one file or two.
    struct Sent {
        bytes32 root;
        address contributor;
        uint8 files;
        uint8 appeals;
        uint40 docket;
        uint8 position;
        bool finalized;
        uint256[2] contents;
        // The grades when they were first seen final.
        uint256 finalGrades;
    }

    struct Bond {
        uint256 bondWei;
        uint256 gradesBefore;
    }

    address internal owner;
    uint32 internal datanet;
    Sent[] internal all;
    /// @dev The keys of each contributor; the last one is in use.
    address[][CONTRIBUTORS] internal keys;
    mapping(uint40 appeal => Bond) internal bonds;
    uint256[CONTRIBUTORS] private _bestScores;

    uint256 internal intoPotWei;
    uint256 internal outOfPotWei;
    uint256 internal openBondsWei;
    uint256 internal finalizedFiles;
    uint256 internal expectedPoints;

    function setUp() public override {
        super.setUp();
        owner = person("owner");
        datanet = createDatanet(owner, TEXT, uint88(REWARD), 0.5e18, 2_000e18);
        people.push(owner);
        for (uint256 i; i < CONTRIBUTORS; ++i) addKey(i, nextKey(i));
        for (uint256 i; i < CHALLENGERS; ++i) {
            people.push(challenger(i));
            give(challenger(i), 1_000_000e18, address(vault));
        }
        for (uint256 i; i < VOTERS; ++i) people.push(voterNamed(i));
        seatVoters(TEXT, VOTERS);
        token.approve(address(vault), type(uint256).max);
    }

    // ------------------------------------------------------------------------------------------- checks

    /// @dev The pot holds what was given and forfeited, less what voters were promised.
    function checkPot() external view {
        vm.assertEq(court.appealPotWei(), intoPotWei - outOfPotWei);
    }

    /// @dev The court holds the pot, the bonds at stake and the fees of what it judges, and not a wei more.
    function checkCourtMoney() external view {
        (, uint256 reservedWei) = vault.accountOf(address(court), 0);
        vm.assertEq(reservedWei, court.appealPotWei() + openBondsWei + feesInDocketsWei(TEXT));
    }

    /// @dev Of every file that is not credited yet three points are kept, and of the others none.
    function checkReserve() external view {
        uint256 files;
        for (uint256 i; i < all.length; ++i) if (!all[i].finalized) files += all[i].files;
        (, uint256 reservedWei) = vault.accountOf(address(datanets), datanet);
        vm.assertEq(reservedWei, 3 * REWARD * files);
    }

    /// @dev Every credited file counts once, with its final grade, and a duplicate's is 0.
    function checkCredit() external view {
        uint256 points;
        uint256 judged;
        for (uint256 i; i < CONTRIBUTORS; ++i) {
            IDatanets.Score memory score = datanets.scoreOf(datanet, current(i));
            points += score.points;
            judged += score.judged;
        }
        vm.assertEq(points, expectedPoints, "points");
        vm.assertEq(judged, finalizedFiles, "judged files");
    }

    /// @dev A contributor has one key, and nothing is left behind at the old ones.
    function checkKeys() external view {
        for (uint256 i; i < CONTRIBUTORS; ++i) {
            vm.assertEq(vault.keyOf(keys[i][0]), current(i));
            for (uint256 k; k < keys[i].length; ++k) {
                vm.assertEq(vault.identityOf(keys[i][k]), keys[i][0]);
                if (k + 1 == keys[i].length) continue;
                (uint256 earnedWei, uint256 claimedWei) = vault.earnedBy(keys[i][k]);
                vm.assertEq(earnedWei, claimedWei, "money of a retired key");
                (uint256 filesLeft,,) = datanets.quotaOf(keys[i][k]);
                vm.assertEq(filesLeft, 0, "quota of a retired key");
            }
        }
    }

    // ------------------------------------------------------------------------------------------ details

    /// @dev What may never change: a final grade; and what may never fall: a score.
    function look() internal {
        for (uint256 i; i < all.length; ++i) {
            Sent storage sent = all[i];
            (, bool isFinal, uint256 grades) = court.standingOf(sent.docket, sent.position, sent.files);
            if (sent.finalGrades == NO_GRADES && isFinal) sent.finalGrades = grades;
            if (sent.finalGrades == NO_GRADES) continue;
            vm.assertTrue(isFinal && grades == sent.finalGrades, "a final grade changed");
        }
        for (uint256 i; i < CONTRIBUTORS; ++i) {
            uint256 score = datanets.scoreOf(datanet, current(i)).scoreBps;
            vm.assertGe(score, _bestScores[i], "a score fell");
            _bestScores[i] = score;
        }
    }

    function onVerdict(uint40 docket) internal override {
        Bond memory bond = bonds[docket];
        if (bond.bondWei == 0) return;
        openBondsWei -= bond.bondWei;
        if (court.docketOf(docket).verdict == bond.gradesBefore) intoPotWei += bond.bondWei;
    }

    function note(bytes32 root, address contributor, uint256[2] memory contents) internal {
        IDatanets.SubmissionState memory state = datanets.submissionOf(root);
        if (state.position == 0) pending.push(state.docket);
        all.push(
            Sent({
                root: root,
                contributor: contributor,
                files: state.files,
                appeals: 0,
                docket: state.docket,
                position: state.position,
                finalized: false,
                contents: contents,
                finalGrades: NO_GRADES
            })
        );
    }

    /// @dev What a submission is credited for, by what was shown and by the court's grades of the earlier files.
    function withoutDuplicates(Sent storage sent, uint256 grades) internal view returns (uint256) {
        for (uint8 i; i < sent.files; ++i) {
            IDatanets.Duplicate memory shown = datanets.duplicateOf(sent.root, i);
            if (shown.finder == address(0)) continue;
            (,, uint256 earlier) = court.standingOf(shown.docket, shown.position, shown.files);
            if ((earlier >> (2 * uint256(shown.index))) & 3 != 0) grades &= ~(uint256(3) << (2 * uint256(i)));
        }
        return grades;
    }

    function addKey(uint256 who, address key) internal {
        keys[who].push(key);
        people.push(key);
    }

    function nextKey(uint256 who) internal view returns (address) {
        return person(string.concat("key ", vm.toString(who), " ", vm.toString(keys[who].length)));
    }

    function current(uint256 who) internal view returns (address) {
        return keys[who][keys[who].length - 1];
    }

    function challenger(uint256 who) internal pure returns (address) {
        return person(string.concat("challenger ", vm.toString(who % CHALLENGERS)));
    }

    function leafOf(uint256 number, uint8 index, uint256 content) internal pure returns (IDatanets.Leaf memory) {
        return IDatanets.Leaf(index, keccak256(abi.encode("content", content)), 500, "text/plain", bytes32(number));
    }

    function leavesRootOf(address contributor, uint256 number, uint256[2] memory contents, bool two)
        internal
        pure
        returns (bytes32)
    {
        bytes32 first = _hash(contributor, leafOf(number, 0, contents[0]));
        if (!two) return first;
        bytes32 second = _hash(contributor, leafOf(number, 1, contents[1]));
        return first < second ? keccak256(abi.encode(first, second)) : keccak256(abi.encode(second, first));
    }

    /// @dev The other leaf of two.
    function proofOf(uint256 number, uint8 index) internal view returns (bytes32[] memory proof) {
        Sent storage sent = all[number];
        proof = new bytes32[](sent.files - 1);
        if (sent.files == 2) proof[0] = _hash(sent.contributor, leafOf(number, 1 - index, sent.contents[1 - index]));
    }

    function _hash(address contributor, IDatanets.Leaf memory leaf) private pure returns (bytes32) {
        bytes32 inner = keccak256(
            abi.encode(contributor, leaf.index, leaf.sha256, leaf.sizeBytes, leaf.mediaType, leaf.salt)
        );
        return keccak256(bytes.concat(inner));
    }
}
