// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Committee
/// @notice Which seats a docket's round draws: a pure function of (seed, docket, round, number of seats).
/// A virtual Fisher-Yates shuffle: draw k takes r = hash(seed, docket, round, k) mod (seats - k) from the positions not
/// yet drawn, so that positions are distinct and every set is equally likely.
library Committee {
    /// @notice The first `draws` positions drawn from [0, seats); the caller keeps draws <= seats.
    /// @dev In assembly since every vote pays for it. `table` lists pairs (place, position that stands there now) for
    /// the places that earlier draws took. It lies above the free memory pointer, where nothing is kept.
    function positions(uint256 seed, uint256 docket, uint256 round, uint256 draws, uint256 seats)
        internal
        pure
        returns (uint24[] memory drawn)
    {
        drawn = new uint24[](draws);
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, seed)
            mstore(add(preimage, 0x20), docket)
            mstore(add(preimage, 0x40), round)
            let table := add(preimage, 0x80)
            let end := table
            let out := drawn
            for { let k := 0 } lt(k, draws) { k := add(k, 1) } {
                mstore(add(preimage, 0x60), k)
                let last := sub(sub(seats, k), 1)
                let r := mod(keccak256(preimage, 0x80), add(last, 1))
                let chosen := r
                let substitute := last
                let place := end
                for { let entry := table } lt(entry, end) { entry := add(entry, 0x40) } {
                    let taken := mload(entry)
                    if eq(taken, r) {
                        chosen := mload(add(entry, 0x20))
                        place := entry
                    }
                    if eq(taken, last) { substitute := mload(add(entry, 0x20)) }
                }
                mstore(place, r)
                mstore(add(place, 0x20), substitute)
                if eq(place, end) { end := add(end, 0x40) }
                out := add(out, 0x20)
                mstore(out, chosen)
            }
        }
    }
}
