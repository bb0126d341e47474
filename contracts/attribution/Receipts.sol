// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAttribution} from "../interfaces/IAttribution.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {UsageLimits} from "../libraries/UsageLimits.sol";
import {Deposits} from "./Deposits.sol";
import {Pots} from "./Pots.sol";
import {Servers} from "./Servers.sol";

/// @title Receipts
/// @notice Redeems what users signed, and splits it.
abstract contract Receipts is Deposits, Servers, Pots, EIP712 {
    bytes32 private constant RECEIPT_TYPEHASH =
        keccak256("Receipt(address user,address server,uint40 model,uint96 cumulativeWei,uint40 issuedAt)");

    /// @inheritdoc IAttribution
    mapping(address user => mapping(address server => mapping(uint40 model => uint256))) public redeemedWei;

    constructor() EIP712("OpenLedger Attribution", "1") {}

    /// @inheritdoc IAttribution
    function redeem(Receipt calldata receipt, bytes calldata signature) external returns (uint96 paidWei) {
        IParameters.UsageRules memory rules = PARAMETERS.usageRules();
        _requireAlive(receipt.issuedAt, UsageLimits.receiptSeconds(rules));
        _requireSigned(receipt.user, digestOf(receipt), signature);
        address payee = _poolPayee(receipt.server);
        address owner = MODELS.ownerOf(receipt.model);
        paidWei = _use(receipt);

        (uint256 protocolWei, uint256 ownerWei, uint256 poolWei) = UsageLimits.splitDown(rules, paidWei);
        // Three shares of at most 70 % together.
        uint96 contributorsWei;
        unchecked {
            contributorsWei = uint96(paidWei - protocolWei - ownerWei - poolWei);
        }
        _receive(receipt.model, contributorsWei);
        emit Redeemed(
            receipt.user,
            receipt.server,
            receipt.model,
            uint96(redeemedWei[receipt.user][receipt.server][receipt.model]),
            uint96(protocolWei),
            uint96(ownerWei),
            uint96(poolWei),
            contributorsWei,
            owner,
            payee
        );
        _credit(TREASURY, protocolWei);
        _credit(owner, ownerWei);
        _payPool(receipt.server, payee, poolWei);
    }

    /// @inheritdoc IAttribution
    function digestOf(Receipt calldata receipt) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RECEIPT_TYPEHASH, receipt)));
    }

    /// @dev Pay from the deposit what the receipt says above what was paid, as far as the deposit goes.
    function _use(Receipt calldata receipt) private returns (uint96 paidWei) {
        (address user, address server, uint40 model) = (receipt.user, receipt.server, receipt.model);
        uint96 depositWei = _depositWei(user);
        uint256 redeemed = redeemedWei[user][server][model];
        if (receipt.cumulativeWei <= redeemed || depositWei == 0) {
            revert NothingToRedeem(user, server, model, redeemed, depositWei);
        }
        // cumulativeWei > redeemed.
        unchecked {
            uint256 owedWei = receipt.cumulativeWei - redeemed;
            paidWei = owedWei < depositWei ? uint96(owedWei) : depositWei;
            redeemedWei[user][server][model] = redeemed + paidWei;
        }
        _spend(user, paidWei);
    }

    function _requireAlive(uint40 issuedAt, uint256 lifeSeconds) private view {
        if (issuedAt > block.timestamp) revert ReceiptFromFuture(issuedAt);
        uint256 lastSecond = issuedAt + lifeSeconds;
        if (block.timestamp > lastSecond) revert ReceiptExpired(issuedAt, lastSecond);
    }

    /// @dev ECDSA first, so that an EOA with delegated code (EIP-7702) signs like any other; then ERC-1271.
    function _requireSigned(address user, bytes32 digest, bytes calldata signature) private view {
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (problem == ECDSA.RecoverError.NoError && signer == user) return;
        if (user.code.length == 0 || !SignatureChecker.isValidERC1271SignatureNowCalldata(user, digest, signature)) {
            revert BadSignature(user);
        }
    }
}
