// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ICourt} from "../interfaces/ICourt.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IVault} from "../interfaces/IVault.sol";

/// @title DatanetsBase
/// @notice The contracts that every part of Datanets speaks to.
abstract contract DatanetsBase is IDatanets {
    IParameters internal immutable PARAMETERS;
    ICourt internal immutable COURT;
    IVault internal immutable VAULT;

    constructor(address parameters, address court, address vault) {
        PARAMETERS = IParameters(parameters);
        COURT = ICourt(court);
        VAULT = IVault(vault);
    }
}
