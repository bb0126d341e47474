// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AttributionBase} from "./attribution/AttributionBase.sol";
import {Challenges} from "./attribution/Challenges.sol";
import {Receipts} from "./attribution/Receipts.sol";

/// @title Attribution
/// @notice Usage of models, paid by cumulative receipts and shared with those who contributed the data.
contract Attribution is Receipts, Challenges {
    constructor(address token, address parameters, address court, address vault, address models, address treasury)
        AttributionBase(token, parameters, court, vault, models, treasury)
    {}
}
