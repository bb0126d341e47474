// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Score
/// @notice The lower bound of Wilson's interval (z = 1.96) for a graded acceptance rate, in basis points.
/// With n judged files and S points (0..3n), in fixed point with six decimals:
///   W = floor(10000 * (floor(S/3) + z²/2 - ceil(sqrt(floor(z²·S·(3n - S) / 9n) + z⁴/4))) / (n + z²))
library Score {
    uint256 private constant ONE_6 = 1e6;
    /// @dev z² with six decimals.
    uint256 private constant Z2_6 = 3_841_600;
    /// @dev z²/2 with six decimals.
    uint256 private constant Z2_HALF_6 = Z2_6 / 2;
    /// @dev z⁴/4 with twelve decimals.
    uint256 private constant Z4_QUARTER_12 = Z2_6 * Z2_6 / 4;
    uint256 private constant BASIS_POINTS = 10_000;

    /// @notice The score of `points` in `judged` files, rounded down.
    /// @param points Sum of the grades, at most 3 * judged.
    /// @param judged Number of files; zero gives zero.
    function wilsonBpsDown(uint256 points, uint256 judged) internal pure returns (uint256 scoreBps) {
        if (points == 0) return 0;
        // A contributor's counters are 40 and 32 bits wide, so that no product reaches 2^256, and points never exceeds
        // 3 * judged. The root is smaller than the centre: with S >= 1 the centre's square exceeds the radicand by
        // at least S²/9, which moves a root by far more than the rounding of either side.
        unchecked {
            uint256 radicand12 = Z2_6 * points * (3 * judged - points) * ONE_6 / (9 * judged) + Z4_QUARTER_12;
            uint256 root6 = Math.sqrt(radicand12, Math.Rounding.Ceil);
            uint256 centre6 = points * ONE_6 / 3 + Z2_HALF_6;
            return BASIS_POINTS * (centre6 - root6) / (judged * ONE_6 + Z2_6);
        }
    }
}
