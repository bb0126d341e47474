// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice A smart-contract wallet whose owner's signature it accepts, and which can be told to misbehave.
contract SignatureWallet is IERC1271 {
    enum Manner {
        HONEST,
        REVERTS,
        ANSWERS_NONSENSE
    }

    address private immutable OWNER;
    Manner private _manner;
    address private _target;
    bytes private _call;

    constructor(address owner) {
        OWNER = owner;
    }

    function misbehave(Manner manner) external {
        _manner = manner;
    }

    function reenter(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (_manner == Manner.REVERTS) revert("not today");
        if (_manner == Manner.ANSWERS_NONSENSE) return 0xdeadbeef;
        if (_target != address(0)) {
            (bool success,) = _target.staticcall(_call);
            require(!success, "a static call changed the chain");
        }
        (address signer, ECDSA.RecoverError fault,) = ECDSA.tryRecover(hash, signature);
        bool valid = fault == ECDSA.RecoverError.NoError && signer == OWNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @notice What an EIP-7702 account delegates to: it accepts one fixed signature.
contract Delegate is IERC1271 {
    bytes public constant MAGIC_SIGNATURE = "agreed";

    function isValidSignature(bytes32, bytes calldata signature) external pure returns (bytes4) {
        bool valid = keccak256(signature) == keccak256("agreed");
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
