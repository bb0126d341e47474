// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Committee
/// @notice Which seats a docket's round draws: a pure function of (seed, docket, round, number of seats).
/// A virtual Fisher-Yates shuffle: draw k takes r = hash(seed, docket, round, k) mod (seats - k) from the positions not
/// yet drawn, so that positions are distinct and every set is equally likely.
library Committee {
    /// @notice The first `draws` positions drawn from [0, seats); the caller keeps draws <= seats.
    function positions(uint256 seed, uint256 docket, uint256 round, uint256 draws, uint256 seats)
        internal
        pure
        returns (uint24[] memory drawn)
    {
        drawn = new uint24[](draws);
        // Where a position was swapped away, `movedTo` names the one that stands in its place.
        uint256[] memory moved = new uint256[](draws);
        uint256[] memory movedTo = new uint256[](draws);
        uint256 preimage;
        assembly ("memory-safe") {
            preimage := mload(0x40)
            mstore(0x40, add(preimage, 0x80))
            mstore(preimage, seed)
            mstore(add(preimage, 0x20), docket)
            mstore(add(preimage, 0x40), round)
        }
        // k < draws <= seats, so that no difference falls below zero.
        unchecked {
            for (uint256 k; k < draws; ++k) {
                uint256 left = seats - k;
                uint256 r;
                assembly ("memory-safe") {
                    mstore(add(preimage, 0x60), k)
                    r := mod(keccak256(preimage, 0x80), left)
                }
                uint256 last = left - 1;
                uint256 chosen = r;
                uint256 substitute = last;
                uint256 place = k;
                for (uint256 i; i < k; ++i) {
                    uint256 from = moved[i];
                    if (from == r) {
                        chosen = movedTo[i];
                        place = i;
                    }
                    if (from == last) substitute = movedTo[i];
                }
                // When r is the last place itself nothing is left to stand in it, and nobody will look there again.
                moved[k] = type(uint256).max;
                moved[place] = r;
                movedTo[place] = substitute;
                // Positions are below `seats`, which a pool keeps in 24 bits.
                // forge-lint: disable-next-line(unsafe-typecast)
                drawn[k] = uint24(chosen);
            }
        }
    }
}
