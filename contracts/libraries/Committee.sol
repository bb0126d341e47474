// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Committee
/// @notice Which seats a docket's round draws: a pure function of (seed, docket, round, number of seats).
/// A virtual Fisher-Yates shuffle: draw k takes r = hash(seed, docket, round, k) mod (seats - k) from the positions not
/// yet drawn, so that positions are distinct and every set is equally likely.
library Committee {
    /// @notice The first `draws` positions drawn from [0, seats); the caller keeps draws <= seats.
    /// @dev In assembly since every vote pays for it. `table` lists pairs (place, position that stands there now) for
    /// the places that earlier draws took; `filter` has a bit for the last byte of each such place, so that the list is
    /// searched only where a place may be in it. The table lies above the free memory pointer, where nothing is kept.
    function positions(uint256 seed, uint256 docket, uint256 round, uint256 draws, uint256 seats)
        internal
        pure
        returns (uint24[] memory drawn)
    {
        assembly ("memory-safe") {
            drawn := mload(0x40)
            mstore(drawn, draws)
            let out := drawn
            let preimage := add(add(drawn, 0x20), shl(5, draws))
            mstore(0x40, preimage)
            mstore(preimage, seed)
            mstore(add(preimage, 0x20), docket)
            mstore(add(preimage, 0x40), round)
            let table := add(preimage, 0x80)
            let end := table
            let filter := 0
            for { let k := 0 } lt(k, draws) { k := add(k, 1) } {
                mstore(add(preimage, 0x60), k)
                let last := sub(sub(seats, k), 1)
                let r := mod(keccak256(preimage, 0x80), add(last, 1))
                let bit := shl(and(r, 0xff), 1)
                let chosen := r
                let place := end
                if and(filter, bit) {
                    for { let entry := table } lt(entry, end) { entry := add(entry, 0x40) } {
                        if eq(mload(entry), r) {
                            chosen := mload(add(entry, 0x20))
                            place := entry
                            break
                        }
                    }
                }
                out := add(out, 0x20)
                mstore(out, chosen)
                if and(filter, shl(and(last, 0xff), 1)) {
                    for { let entry := table } lt(entry, end) { entry := add(entry, 0x40) } {
                        if eq(mload(entry), last) {
                            last := mload(add(entry, 0x20))
                            break
                        }
                    }
                }
                mstore(place, r)
                mstore(add(place, 0x20), last)
                if eq(place, end) { end := add(end, 0x40) }
                filter := or(filter, bit)
            }
        }
    }
}
