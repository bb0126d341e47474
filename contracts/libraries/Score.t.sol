// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {vm} from "../testing/Vm.t.sol";
import {Score} from "./Score.sol";

/// @notice The score's known values, its order, and its behaviour at the counters' ends.
contract ScoreTest {
    function test_knownValues() public pure {
        vm.assertEq(Score.wilsonBpsDown(0, 0), 0);
        vm.assertEq(Score.wilsonBpsDown(0, 100), 0);
        vm.assertEq(Score.wilsonBpsDown(3, 1), 2_065);
        vm.assertEq(Score.wilsonBpsDown(30, 10), 7_224);
        vm.assertEq(Score.wilsonBpsDown(300, 100), 9_630);
        vm.assertEq(Score.wilsonBpsDown(150, 100), 4_038);
    }

    function test_aHundredAcceptedBeatAHundredAmongTwoHundred() public pure {
        vm.assertGt(Score.wilsonBpsDown(300, 100), Score.wilsonBpsDown(300, 200));
    }

    function test_holdsAtTheCountersEnds() public pure {
        uint256 judged = type(uint32).max;
        vm.assertEq(Score.wilsonBpsDown(1, judged), 0);
        vm.assertEq(Score.wilsonBpsDown(3 * judged, judged), 9_999);
    }

    function testFuzz_staysBelowTheRate(uint32 judged, uint64 points) public pure {
        vm.assume(judged != 0);
        points = uint64(points % (3 * uint256(judged) + 1));
        uint256 scoreBps = Score.wilsonBpsDown(points, judged);
        vm.assertLe(scoreBps * 3 * judged, uint256(points) * 10_000);
    }

    function testFuzz_risesWithPoints(uint32 judged, uint64 points) public pure {
        vm.assume(judged != 0);
        points = uint64(points % (3 * uint256(judged)));
        vm.assertLe(Score.wilsonBpsDown(points, judged), Score.wilsonBpsDown(points + 1, judged));
    }

    function testFuzz_fallsWithRejections(uint32 judged, uint64 points) public pure {
        vm.assume(judged != 0 && judged != type(uint32).max);
        points = uint64(points % (3 * uint256(judged) + 1));
        vm.assertGe(Score.wilsonBpsDown(points, judged), Score.wilsonBpsDown(points, uint256(judged) + 1));
    }

    /// @notice The same formula with a root that others audited.
    function testFuzz_equalsTheFormula(uint32 judged, uint64 points) public pure {
        vm.assume(judged != 0);
        _assertFormula(judged, points % (3 * uint256(judged) + 1));
    }

    function test_equalsTheFormulaForEverySmallNumber() public pure {
        for (uint256 judged = 1; judged <= 45; ++judged) {
            for (uint256 points; points <= 3 * judged; ++points) _assertFormula(judged, points);
        }
    }

    function test_equalsTheFormulaAtEveryLength() public pure {
        for (uint256 bits; bits < 32; ++bits) {
            for (uint256 i; i < 16; ++i) {
                uint256 judged = (uint256(1) << bits) + ((uint256(1) << bits) * i) / 16;
                for (uint256 part; part <= 12; ++part) _assertFormula(judged, 3 * judged * part / 12);
                _assertFormula(judged, 1);
                _assertFormula(judged, 3 * judged - 1);
            }
        }
        for (uint256 part; part <= 12; ++part) _assertFormula(type(uint32).max, uint256(type(uint32).max) * part / 4);
    }

    function _assertFormula(uint256 n, uint256 s) private pure {
        uint256 radicand12 = 3_841_600 * s * (3 * n - s) * 1e6 / (9 * n) + 3_841_600 * uint256(3_841_600) / 4;
        uint256 root6 = Math.sqrt(radicand12, Math.Rounding.Ceil);
        uint256 expected = s == 0 ? 0 : 10_000 * (s * 1e6 / 3 + 1_920_800 - root6) / (n * 1e6 + 3_841_600);
        vm.assertEq(Score.wilsonBpsDown(s, n), expected);
    }
}
