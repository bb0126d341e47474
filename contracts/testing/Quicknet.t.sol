// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Quicknet
/// @notice Beacons that drand's quicknet really made, as its nodes serve them under
/// https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/ROUND.
/// @dev Round 123 was taken from the tests of noislabs/drand-verify and CosmWasm/cosmwasm, rounds 1000 to 1002 from those of
/// ideal-lab5/idn-sdk, and each was verified with noble-curves before it was written here. The hashes to the curve were
/// computed with noble-curves too.
library Quicknet {
    bytes internal constant SIGNATURE_123 =
        hex"b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";
    bytes internal constant SIGNATURE_1000 =
        hex"b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
    bytes internal constant SIGNATURE_1001 =
        hex"b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03f73896b25883abf2853d10337fb8fa41";
    bytes internal constant SIGNATURE_1002 =
        hex"ab066f9c12dd6de1336fca0f925192fb0c72a771c3e4c82ede1fd362c1a770f9eb05843c6308ce2530b53a99c0281a6e";

    bytes32 internal constant RANDOMNESS_123 = 0xfb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc;
    bytes32 internal constant RANDOMNESS_1000 = 0xfe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd;
    bytes32 internal constant RANDOMNESS_1001 = 0xb0a591ad1b9002cfc372ac6e30abd3da8d3088d4caae026961743474fb94235f;
    bytes32 internal constant RANDOMNESS_1002 = 0x339d3f0e702ed27d36966c6ee85a2bc762a24e178e7e5c835d9b5a7509cb920c;

    /// @dev What rounds 123 and 1000 hash to in G1.
    bytes internal constant POINT_123 =
        hex"000000000000000000000000000000001735a60937cc8a96d1473cdd303ba02c69cf1360d87a34dba5e51902914150b802ef068be6e8df54521599aff13401aa"
        hex"00000000000000000000000000000000043d3ac86cb33e528ac97f24d2566e9c7a626f30929ed40d8b4a78a7fb9515d03e431d1f4c80613d48074664bc2adfe6";
    bytes internal constant POINT_1000 =
        hex"000000000000000000000000000000000f5a32d53837b00fbc0ee31ce9966435a41c5188a80ce9934d3c80588b6ad6f643ebda1b83ef89e44da9ced6205cdecf"
        hex"0000000000000000000000000000000004754d95146af4bd20a900b0494bcd1fb6406778975b4a9e38e806651736ff051ba689cf130adb29d362a1ab3214e6f7";
}
