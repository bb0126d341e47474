// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Court
/// @notice Grades items by commit and reveal. Pools are TEXT 0, IMAGE 1, AUDIO 2, COMPUTE 3. A docket's id is
/// 4 * sequence + pool, so that the id tells the pool. A word holds one grade (0 reject, 1 fair, 2 good, 3 excellent)
/// in bits 2i and 2i+1 for item i of up to 128.
interface ICourt {
    enum Phase {
        NONE,
        COLLECTING,
        DRAWING,
        COMMITTING,
        REVEALING,
        SETTLING,
        SETTLED
    }

    /// @notice Everything known about a docket.
    struct Docket {
        Phase phase;
        uint8 pool;
        uint8 items;
        uint8 round;
        uint8 committeeSize;
        uint24 seats;
        uint48 moment;
        uint40 seedBlock;
        uint96 seed;
        uint96 feeWei;
        uint40 closesAt;
        uint40 commitEnds;
        uint40 revealEnds;
        uint32 revealed;
        uint256 verdict;
    }

    /// @dev Emitted with a docket's first item. The items themselves stand in the claimants' events, with docket and position.
    event DocketOpened(uint40 indexed docket, uint40 closesAt);
    /// @dev Also emitted when a round is drawn again: `round` tells.
    event DocketClosed(
        uint40 indexed docket, uint8 round, uint8 items, uint96 feeWei, uint48 moment, uint24 seats, uint40 seedBlock
    );
    event DocketDrawn(uint40 indexed docket, uint8 round, uint96 seed, uint8 committeeSize, uint40 commitEnds, uint40 revealEnds);
    event Committed(uint40 indexed docket, address indexed voter, bytes32 commitment);
    /// @param reasons One byte for each rejected item of `word`, in the order of the items.
    event Revealed(uint40 indexed docket, address indexed voter, uint8 drawIndex, uint256 word, bytes reasons);
    /// @param coherent Bit k is set when the voter of draw k was paid: feeWei / (number of bits) for each bit, rounded down,
    /// and the remainder to the voter of the lowest bit.
    /// @param revealed Bit k is set when the voter of draw k revealed with that draw.
    /// @param feeWei What was shared: the items' fees and all penalties of this and earlier rounds.
    event Settled(uint40 indexed docket, uint8 round, uint256 verdict, uint32 coherent, uint32 revealed, uint96 feeWei);
    event NoQuorum(uint40 indexed docket, uint8 round, uint32 revealed);

    error NotClaimant(address caller);
    error UnknownPool(uint8 pool);
    error BadItemCount(uint256 items, uint256 maximum);
    error DocketNotDue(uint40 docket, uint40 closesAt);
    error DocketEmpty(uint8 pool);
    error NotEnoughSeats(uint8 pool, uint256 seats, uint256 needed);
    error SeedNotReady(uint40 docket, uint40 seedBlock);
    error WrongPhase(uint40 docket, Phase phase, Phase needed);
    error EmptyCommitment();
    error NotDrawn(uint40 docket, address voter, uint8 drawIndex);
    error NothingCommitted(uint40 docket, address voter);
    error AlreadyRevealed(uint40 docket, address voter);
    error CommitmentMismatch(uint40 docket, address voter);
    error WordTooLong(uint256 word, uint8 items);
    error ReasonCountMismatch(uint256 reasons, uint256 rejected);
    error NotFinal(uint40 docket, Phase phase);

    /// @notice Add `items` items to the pool's open docket. Their fee is already reserved for the court in the Vault.
    function admit(uint8 pool, uint8 items, uint96 feeWei) external returns (uint40 docket, uint8 position);

    /// @notice Give a claimant back, into its account 0 of the Vault, a fee reserved for items that it will never enqueue.
    function returnFee(uint96 feeWei) external;

    /// @notice Close the pool's open docket when it is full or its collecting window is over. Anyone may call.
    function close(uint8 pool) external returns (uint40 docket);

    /// @notice Seed a closed docket once its block is mined; fix a new block when the hash is out of reach. Anyone may call.
    function draw(uint40 docket) external;

    /// @notice Commit to keccak256(abi.encode(chainId, court, docket, voter, word, keccak256(reasons), salt)). Replaces an earlier one.
    function commit(uint40 docket, bytes32 commitment) external;

    /// @notice Open a commitment as the holder of draw `drawIndex`.
    function reveal(uint40 docket, uint8 drawIndex, uint256 word, bytes32 salt, bytes calldata reasons) external;

    /// @notice Take the medians, pay and charge the voters; without a quorum draw again. Anyone may call.
    function settle(uint40 docket) external;

    /// @notice The final grades of `items` items from `position`, shifted to bit 0. Reverts `NotFinal` before.
    function gradesOf(uint40 docket, uint8 position, uint8 items) external view returns (uint256 grades);

    /// @notice Whether a docket is settled, and its final grades. Never reverts.
    function verdictOf(uint40 docket) external view returns (bool settled, uint256 verdict);

    function docketOf(uint40 docket) external view returns (Docket memory);

    /// @notice The id of the docket that a pool fills now or fills next.
    function openDocket(uint8 pool) external view returns (uint40 docket);

    /// @notice The voters of a drawn or settled docket's last round, by draw index. A holder of several drawn seats appears
    /// several times.
    function committee(uint40 docket) external view returns (address[] memory voters);

    /// @notice A voter's commitment before the reveal, and word after it, in a docket under judgement. It may also be what
    /// the voter left in an earlier round or docket. Zero before the draw and once settled: the events keep the votes.
    function voteOf(uint40 docket, address voter) external view returns (bytes32);
}
