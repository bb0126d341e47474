// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

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
        // 3 * judged: the radicand, at most z² * judged / 4 and a little, stays below 2^72. The root is smaller than the centre: with S >= 1 the centre's square exceeds the radicand by
        // at least S²/9, which moves a root by far more than the rounding of either side.
        unchecked {
            uint256 radicand12 = Z2_6 * points * (3 * judged - points) * ONE_6 / (9 * judged) + Z4_QUARTER_12;
            uint256 root6 = _sqrtUp(radicand12);
            uint256 centre6 = points * ONE_6 / 3 + Z2_HALF_6;
            return BASIS_POINTS * (centre6 - root6) / (judged * ONE_6 + Z2_6);
        }
    }

    /// @dev The square root of a number from 4 to 2^72, rounded up. The first guess, one and a half times a power of two, is
    /// wrong by at most a half; every step of Newton's method squares that and halves it again: a twelfth, 2^-8, 2^-17,
    /// 2^-36. What is left of the root is less than one.
    function _sqrtUp(uint256 x) private pure returns (uint256 root) {
        assembly ("memory-safe") {
            // The largest even number of bits below the highest one of x.
            let length := shl(6, lt(0xffffffffffffffff, x))
            length := or(length, shl(5, lt(0xffffffff, shr(length, x))))
            length := or(length, shl(4, lt(0xffff, shr(length, x))))
            length := or(length, shl(3, lt(0xff, shr(length, x))))
            length := or(length, shl(2, lt(0xf, shr(length, x))))
            length := or(length, shl(1, lt(0x3, shr(length, x))))
            root := shl(shr(1, length), 1)
            root := shr(1, mul(root, 3))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := shr(1, add(root, div(x, root)))
            root := sub(root, lt(div(x, root), root))
            root := add(root, lt(mul(root, root), x))
        }
    }
}
