// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDatanets} from "./interfaces/IDatanets.sol";
import {DuplicateBase} from "./testing/DuplicateBase.t.sol";
import {vm} from "./testing/Vm.t.sol";

/// @notice Where Datanets' keys could collide, and the ends of its sweeps.
contract DatanetsDetailsTest is DuplicateBase {
    function test_scores_ofTwoDatanetsAreApart() public {
        uint32 other = createDatanet(owner, TEXT, REWARD, FEE, FUNDS);
        Known memory first = submitFiles(alice, 2, 0);
        closeAndJudge(TEXT, uniform(3, 2));
        datanets.finalize(first.root);
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 2);
        vm.assertEq(datanets.scoreOf(other, alice).judged, 0);
        vm.assertEq(datanets.scoreOf(other, alice).points, 0);
        vm.assertEq(datanets.scoreOf(datanet, bob).judged, 0);
    }

    function test_finalizeMany_sixtyFourAndNoMore() public {
        Known memory first = submitFiles(alice, 1, 0);
        closeAndJudge(TEXT, 3);
        bytes32[] memory roots = new bytes32[](65);
        for (uint256 i; i < 65; ++i) roots[i] = first.root;
        vm.expectRevert(abi.encodeWithSelector(IDatanets.TooManyRoots.selector, uint256(65), uint256(64)));
        datanets.finalizeMany(roots);
        assembly ("memory-safe") {
            mstore(roots, 64)
        }
        datanets.finalizeMany(roots);
        vm.assertTrue(datanets.submissionOf(first.root).finalized);
        vm.assertEq(unclaimed(alice), 3 * uint256(REWARD), "paid once");
    }

    /// @dev Duplicates cost gas: a sweep finalizes four submissions that have some, and leaves the others for the next.
    function test_finalizeMany_fourSubmissionsWithDuplicates() public {
        Known memory first = submitFiles(alice, 1, 0);
        bytes32[] memory roots = new bytes32[](6);
        for (uint256 i; i < 5; ++i) {
            Known memory later = submitFiles(bob, 1, 0);
            prove(first, 0, later, 0);
            roots[i] = later.root;
        }
        roots[5] = first.root;
        closeAndJudge(TEXT, uniform(3, 6));
        datanets.finalizeMany(roots);
        for (uint256 i; i < 4; ++i) vm.assertTrue(datanets.submissionOf(roots[i]).finalized);
        vm.assertFalse(datanets.submissionOf(roots[4]).finalized, "the fifth");
        vm.assertTrue(datanets.submissionOf(first.root).finalized, "one without");
        datanets.finalizeMany(roots);
        vm.assertTrue(datanets.submissionOf(roots[4]).finalized);
    }

    /// @dev Submissions of several dockets, one of them not judged yet.
    function test_finalizeMany_acrossDockets() public {
        bytes32[] memory roots = new bytes32[](4);
        roots[0] = submitFiles(alice, 1, 0).root;
        roots[3] = submitFiles(bob, 1, 0).root;
        closeAndJudge(TEXT, 0xb);
        roots[1] = submitFiles(alice, 1, 0).root;
        closeAndJudge(TEXT, 1);
        roots[2] = submitFiles(alice, 1, 0).root;
        datanets.finalizeMany(roots);
        vm.assertTrue(datanets.submissionOf(roots[0]).finalized);
        vm.assertTrue(datanets.submissionOf(roots[1]).finalized);
        vm.assertFalse(datanets.submissionOf(roots[2]).finalized, "not judged");
        vm.assertTrue(datanets.submissionOf(roots[3]).finalized);
        vm.assertEq(unclaimed(alice), 4 * uint256(REWARD));
        vm.assertEq(unclaimed(bob), 2 * uint256(REWARD));
    }

    /// @dev A verdict that raises no mark leaves the day on which it was reached.
    function test_score_ofARejectionReachesNothing() public {
        Known memory first = submitFiles(alice, 1, 0);
        closeAndJudge(TEXT, 0);
        datanets.finalize(first.root);
        vm.assertEq(datanets.scoreOf(datanet, alice).judged, 1);
        vm.assertEq(datanets.scoreOf(datanet, alice).reachedAt, 0);
    }

    /// @dev Terms are numbered with 16 bits, the highest of the config's word, in whichever slot the compiler chose.
    function test_setTerms_endsWithTheLastNumber() public {
        for (uint256 slot; slot < 20; ++slot) {
            bytes32 place = keccak256(abi.encode(uint256(datanet), slot));
            uint256 word = uint256(vm.load(address(datanets), place));
            if (word >> 240 != 1 || (word >> 8) & 3 != 3) continue;
            vm.store(address(datanets), place, bytes32(word % 2 ** 240 | uint256(65_534) << 240));
        }
        vm.startPrank(owner);
        vm.assertEq(uint256(datanets.setTerms(datanet, "MIT", "last")), 65_535);
        vm.expectRevert(abi.encodeWithSelector(IDatanets.TermsExhausted.selector, datanet));
        datanets.setTerms(datanet, "MIT", "one more");
    }
}
