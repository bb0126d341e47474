// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IDatanets} from "../interfaces/IDatanets.sol";
import {ConfigWord, ConfigWords} from "../libraries/DatanetWords.sol";
import {DatanetsBase} from "./DatanetsBase.sol";

/// @title DatanetRegistry
/// @notice The Datanets themselves and what their owners may do.
abstract contract DatanetRegistry is DatanetsBase {
    /// @dev A Datanet's slots.
    struct Record {
        ConfigWord config;
        bytes32 versionHead;
        address owner;
        bytes32 listRoot;
    }

    uint256 private constant DATA_POOLS = 3;

    /// @inheritdoc IDatanets
    uint32 public datanetCount;
    mapping(uint256 datanet => Record) internal _records;

    modifier onlyOwner(uint32 datanet) {
        if (msg.sender != _ownerOf(datanet)) revert NotOwner(datanet, msg.sender);
        _;
    }

    /// @inheritdoc IDatanets
    function create(
        uint8 pool,
        uint88 rewardWei,
        uint88 feeWei,
        string calldata name,
        string calldata licence,
        string calldata guidelines
    ) external returns (uint32 datanet) {
        // The pools after the data pools judge no files.
        if (pool >= DATA_POOLS) revert UnknownPool(pool);
        datanet = ++datanetCount;
        Record storage record = _records[datanet];
        record.config = ConfigWords.pack(pool, rewardWei, feeWei);
        record.owner = msg.sender;
        emit DatanetCreated(datanet, msg.sender, pool, rewardWei, feeWei, name, licence, guidelines);
    }

    /// @inheritdoc IDatanets
    function fund(uint32 datanet, uint256 amountWei) external {
        _ownerOf(datanet);
        VAULT.deposit(datanet, msg.sender, amountWei);
    }

    /// @inheritdoc IDatanets
    function withdraw(uint32 datanet, address to, uint256 amountWei) external onlyOwner(datanet) {
        VAULT.withdraw(datanet, to, amountWei);
    }

    /// @inheritdoc IDatanets
    function setOpen(uint32 datanet, bool open) external onlyOwner(datanet) {
        Record storage record = _records[datanet];
        record.config = record.config.withOpen(open);
        emit DatanetOpenSet(datanet, open);
    }

    /// @inheritdoc IDatanets
    function setTerms(uint32 datanet, string calldata licence, string calldata guidelines)
        external
        onlyOwner(datanet)
        returns (uint16 terms)
    {
        Record storage record = _records[datanet];
        ConfigWord config = record.config;
        terms = config.terms();
        if (terms == type(uint16).max) revert TermsExhausted(datanet);
        // Below the largest number.
        unchecked {
            ++terms;
        }
        record.config = config.withTerms(terms);
        emit TermsSet(datanet, terms, licence, guidelines);
    }

    /// @inheritdoc IDatanets
    function setContributorList(uint32 datanet, bytes32 listRoot) external onlyOwner(datanet) {
        Record storage record = _records[datanet];
        record.listRoot = listRoot;
        record.config = record.config.withListed(listRoot != 0);
        emit ContributorListSet(datanet, listRoot);
    }

    /// @inheritdoc IDatanets
    function datanetOf(uint32 datanet) external view returns (Datanet memory) {
        Record storage record = _records[datanet];
        ConfigWord config = record.config;
        if (config.isZero()) revert UnknownDatanet(datanet);
        return Datanet({
            owner: record.owner,
            pool: config.pool(),
            open: config.open(),
            rewardWei: uint88(config.rewardWei()),
            feeWei: uint88(config.feeWei()),
            terms: config.terms(),
            versionCount: uint40(config.versionCount()),
            versionHead: record.versionHead,
            listRoot: record.listRoot
        });
    }

    function _ownerOf(uint32 datanet) private view returns (address owner) {
        owner = _records[datanet].owner;
        if (owner == address(0)) revert UnknownDatanet(datanet);
    }

    /// @dev The list names the key that signs, or the first one of a contributor who rotated keys.
    function _requireListed(uint32 datanet, address contributor, bytes32[] calldata proof) internal view {
        bytes32 listRoot = _records[datanet].listRoot;
        if (MerkleProof.verifyCalldata(proof, listRoot, _listLeaf(contributor))) return;
        if (MerkleProof.verifyCalldata(proof, listRoot, _listLeaf(VAULT.identityOf(contributor)))) return;
        revert NotListed(datanet, contributor);
    }

    function _listLeaf(address contributor) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(contributor))));
    }
}
