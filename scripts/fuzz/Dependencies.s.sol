// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// What the tests deploy by name and no contract of the protocol imports.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
