// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @dev A position's present occupant: holder 160 | since 48 | listIndex 16, from the low bits up. `since` is the moment
/// of sitting down (or, with no holder, of leaving), `listIndex` the place in the holder's list of positions.
type SeatWord is uint256;

using SeatWords for SeatWord global;

/// @title SeatWords
library SeatWords {
    function pack(address holder_, uint256 since_, uint256 listIndex_) internal pure returns (SeatWord) {
        return SeatWord.wrap(uint160(holder_) | (since_ << 160) | (listIndex_ << 208));
    }

    function holder(SeatWord word) internal pure returns (address) {
        return address(uint160(SeatWord.unwrap(word)));
    }

    function since(SeatWord word) internal pure returns (uint48) {
        return uint48(SeatWord.unwrap(word) >> 160);
    }

    function listIndex(SeatWord word) internal pure returns (uint16) {
        return uint16(SeatWord.unwrap(word) >> 208);
    }
}
