// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Court
/// @notice Grades items by commit and reveal. Pools are TEXT 0, IMAGE 1, AUDIO 2, COMPUTE 3. A docket's id is
/// 4 * sequence + pool, with sequences counted from 1, so that the id tells the pool. A word holds one grade (0 reject,
/// 1 fair, 2 good, 3 excellent) in bits 2i and 2i+1 for item i of up to 128.
///
/// A docket collects items, is closed (its seats and the block of its seed are fixed), drawn, committed to, revealed and
/// settled. Every step follows from time alone and anyone may take it. The court knows nothing of what an item is, and
/// calls no claimant: claimants pull the grades.
///
/// Until a verdict's window is over, anyone may bond OPEN and have a claimant's items judged anew by a committee of twice
/// as many and one, and that verdict once more. An appeal is a docket of its own: its id has bit 39 set, its items are the
/// appealed ones, counted from 0, and it goes through the same phases. Its voters are paid from the appeal pot, whatever
/// they decide; the bond returns when a grade changed and goes into the pot when none did. Grades are final when the last
/// window is over.
///
/// Draw k of a round takes r = uint256(keccak256(abi.encode(seed, docket, round, k))) % (seats - k), all as uint256, from
/// the positions not yet drawn (Fisher-Yates); its voter is who held that position at the docket's moment. A holder of
/// several drawn seats votes once, with the weight of all of them.
interface ICourt {
    /// @notice Where a docket stands. NONE is one that has no item yet.
    enum Phase {
        NONE,
        COLLECTING,
        DRAWING,
        COMMITTING,
        REVEALING,
        SETTLING,
        SETTLED
    }

    /// @notice Everything known about a docket. What a phase does not know yet, or no more, is zero.
    /// @param phase Where it stands now.
    /// @param pool The pool that judges it.
    /// @param items Number of items.
    /// @param round Rounds drawn before this one: each ended without a quorum.
    /// @param committeeSize Number of draws; zero before the draw.
    /// @param seats Seats of the pool at `moment`, among which the draw chooses.
    /// @param moment The pool's change counter when the round was fixed.
    /// @param seedBlock The block, or the beacon round, that seeds the draw; zero once settled.
    /// @param seed The low 64 bits of that hash; zero before the draw.
    /// @param feeWei Fees of the items and penalties of earlier rounds; zero once settled.
    /// @param closesAt From when a collecting docket may be closed; zero otherwise.
    /// @param commitEnds First second at which a commitment is too late and a reveal is welcome; zero once settled.
    /// @param revealEnds First second at which a reveal is too late; zero once settled.
    /// @param revealed Bit k is set when somebody revealed with draw k.
    /// @param verdict The grades, once settled.
    /// @param appealEnds First second at which an appeal is too late, once settled.
    /// @param appeals How many of its submissions were appealed.
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
        uint40 appealEnds;
        uint24 appeals;
    }

    /// @notice An appeal; all zero when there is none.
    /// @param docket Where the items were judged first.
    /// @param position The first item's place there.
    /// @param level 1 or 2.
    /// @param appellant Who bonded.
    /// @param bondWei What was bonded.
    struct Appeal {
        uint40 docket;
        uint8 position;
        uint8 level;
        address appellant;
        uint96 bondWei;
    }

    /// @notice A docket got its first item. The items themselves stand in the claimants' events, with docket and position.
    /// @param closesAt From when anybody may close it.
    event DocketOpened(uint40 indexed docket, uint40 closesAt);

    /// @notice A round's draw was fixed: at closing, after a round without a quorum, and whenever the draw found too few
    /// seats or a hash out of reach.
    /// @param feeWei Fees of the items and penalties of earlier rounds.
    event DocketClosed(
        uint40 indexed docket, uint8 round, uint8 items, uint96 feeWei, uint48 moment, uint24 seats, uint40 seedBlock
    );

    /// @notice A round was drawn; with the numbers of DocketClosed its committee follows.
    event DocketDrawn(
        uint40 indexed docket, uint8 round, uint96 seed, uint8 committeeSize, uint40 commitEnds, uint40 revealEnds
    );

    /// @notice Somebody, drawn or not, committed to a vote.
    event Committed(uint40 indexed docket, address indexed voter, bytes32 commitment);

    /// @notice A drawn voter opened a commitment.
    /// @param drawIndex The draw with which the voter showed to have been drawn.
    /// @param reasons One byte for each rejected item of `word`, in the order of the items.
    event Revealed(uint40 indexed docket, address indexed voter, uint8 drawIndex, uint256 word, bytes reasons);

    /// @notice A docket has its verdict.
    /// @param coherent Bit k is set when the voter of draw k was paid: feeWei / (number of bits) for each bit, rounded down,
    /// and the remainder to the voter of the lowest bit.
    /// @param revealed Bit k is set when somebody revealed with draw k.
    /// @param feeWei What was shared: the items' fees and all penalties of this and earlier rounds.
    event Settled(uint40 indexed docket, uint8 round, uint256 verdict, uint32 coherent, uint32 revealed, uint96 feeWei);

    /// @notice A round ended without a quorum, and the next one was fixed.
    event NoQuorum(uint40 indexed docket, uint8 round, uint32 revealed);

    /// @notice Items of a settled docket, or of an appeal of them, are judged anew.
    /// @param appeal The docket that judges them.
    /// @param docket Where they were judged first.
    /// @param position The first item's place there.
    /// @param level 1 for the first appeal of these items, 2 for the second.
    /// @param bondWei What the appellant bonded.
    /// @param feeWei What the appeal pot pays the voters.
    event Appealed(
        uint40 indexed appeal,
        uint40 indexed docket,
        uint8 position,
        uint8 items,
        uint8 level,
        address indexed appellant,
        uint96 bondWei,
        uint96 feeWei
    );

    /// @notice An appeal has its verdict.
    /// @param changed Whether a grade changed: then the appellant earned the bond back, else the appeal pot got it.
    event AppealDecided(
        uint40 indexed appeal, uint40 indexed docket, uint8 position, uint8 level, bool changed, uint96 bondWei
    );

    /// @notice Somebody added money to the appeal pot.
    event AppealsFunded(address indexed from, uint96 amountWei);

    /// @notice Only Datanets, Training and Attribution bring items.
    error NotClaimant(address caller);
    /// @notice There are four pools.
    error UnknownPool(uint8 pool);
    /// @notice No docket holds none, or so many, items at once.
    error BadItemCount(uint256 items, uint256 maximum);
    /// @notice The docket still collects.
    error DocketNotDue(uint40 docket, uint40 closesAt);
    /// @notice The pool's open docket has no item.
    error DocketEmpty(uint8 pool);
    /// @notice The pool has fewer seats than a committee needs; the docket waits for more.
    error NotEnoughSeats(uint8 pool, uint256 seats, uint256 needed);
    /// @notice The block that seeds the draw is not mined yet, or the beacon of that round not published.
    error SeedNotReady(uint40 docket, uint40 seedBlock);
    /// @notice The docket stands elsewhere.
    error WrongPhase(uint40 docket, Phase phase, Phase needed);
    /// @notice A commitment of zero would look like none.
    error EmptyCommitment();
    /// @notice Another one holds that draw, or the committee is smaller.
    error NotDrawn(uint40 docket, address voter, uint8 drawIndex);
    /// @notice There is nothing to open.
    error NothingCommitted(uint40 docket, address voter);
    /// @notice Somebody revealed with that draw before.
    error AlreadyRevealed(uint40 docket, address voter);
    /// @notice Word, reasons and salt are not those committed to.
    error CommitmentMismatch(uint40 docket, address voter);
    /// @notice The word grades more items than the docket has.
    error WordTooLong(uint256 word, uint8 items);
    /// @notice There must be one reason byte for each rejected item.
    error ReasonCountMismatch(uint256 reasons, uint256 rejected);
    /// @notice The docket, or the appeal, has no verdict yet.
    error NotFinal(uint40 docket, Phase phase);

    /// @notice The verdict can still be appealed.
    error StillAppealable(uint40 docket, uint40 appealEnds);
    /// @notice The window to appeal is over, or the verdict is a second appeal's.
    error AppealTooLate(uint40 docket, uint40 appealEnds);

    /// @notice Add items to a pool's open docket. Claimants alone call, after having reserved the fee for the court in the
    /// Vault. Items of one call are never split: a docket in which they do not fit, or whose window is over, closes first;
    /// a docket of 128 items closes at once.
    /// @param items 1 to 128.
    /// @param feeWei What their voters share.
    /// @return docket Where they are judged.
    /// @return position The first one's place in the docket.
    function admit(uint8 pool, uint8 items, uint96 feeWei) external returns (uint40 docket, uint8 position);

    /// @notice Give a claimant back, into its escrow in the Vault, a fee reserved for items that it will never bring.
    function returnFee(uint96 feeWei) external;

    /// @notice Close a pool's open docket when its collecting window is over. Anyone may call.
    /// @return docket The one that was closed.
    function close(uint8 pool) external returns (uint40 docket);

    /// @notice Draw a closed docket's committee once its block is mined, and begin the window to commit. Where the hash is
    /// out of reach, or the pool had too few seats when the round was fixed, fix the round anew instead. Anyone may call.
    function draw(uint40 docket) external;

    /// @notice Commit to a vote. Replaces an earlier commitment; anyone may, since membership counts at the reveal.
    /// @param commitment keccak256(abi.encode(chainId, court, docket, voter, word, keccak256(reasons), salt)).
    function commit(uint40 docket, bytes32 commitment) external;

    /// @notice Open the caller's commitment. No block allows both a commitment and a reveal. A voter reveals once, with
    /// any one of the own draws; one who contrives to reveal twice counts as absent.
    /// @param drawIndex A draw of the caller.
    /// @param word The grades.
    /// @param salt What was committed with.
    /// @param reasons One byte for each rejected item, in the order of the items.
    function reveal(uint40 docket, uint8 drawIndex, uint256 word, bytes32 salt, bytes calldata reasons) external;

    /// @notice Settle a docket after the window to reveal, or as soon as every voter has revealed. The verdict is the lower
    /// median of the revealed grades, by drawn seats: at least g where more than half are at least g. Whoever contradicts
    /// it in more items than tolerated (acceptance differs, or two grades apart) loses a little, whoever is absent more;
    /// the others share the fees and the penalties. Where everybody contradicts it nobody is charged for that, and all who
    /// revealed share. Where fewer than three draws, or not more than half of them, revealed, the absent are charged and
    /// another committee is fixed. Anyone may call.
    function settle(uint40 docket) external;

    /// @notice Have items judged anew by a larger committee. A claimant alone calls, for items that it brought together,
    /// in the name of an appellant who approved the Vault for the bond.
    /// @param docket Where the items were judged first.
    /// @param position The first item's place there.
    /// @param items How many.
    /// @return id The docket that judges the appeal.
    function appeal(uint40 docket, uint8 position, uint8 items, address appellant) external returns (uint40 id);

    /// @notice Add money to the pot that pays the voters of appeals; the caller approved the Vault.
    function fundAppeals(uint96 amountWei) external;

    /// @notice The final grades of items that a claimant brought together, shifted to bit 0: those of their last appeal, or
    /// of the docket. Reverts `NotFinal` or `StillAppealable` before.
    function gradesOf(uint40 docket, uint8 position, uint8 items) external view returns (uint256 grades);

    /// @notice How items that a claimant brought together stand. Never reverts.
    /// @return settled Whether there is a verdict.
    /// @return isFinal Whether nobody can change it any more.
    /// @return grades The latest verdict's.
    function standingOf(uint40 docket, uint8 position, uint8 items)
        external
        view
        returns (bool settled, bool isFinal, uint256 grades);

    /// @notice Whether a whole docket's verdict is final and none of its items was appealed, and then its grades. Never
    /// reverts.
    function verdictOf(uint40 docket) external view returns (bool isFinal, uint256 verdict);

    /// @notice An appeal.
    function appealOf(uint40 id) external view returns (Appeal memory);

    /// @notice The last appeal of the items at this place, or zero.
    function latestAppeal(uint40 docket, uint8 position) external view returns (uint40 id);

    /// @notice What the voters of coming appeals are paid from.
    function appealPotWei() external view returns (uint96);

    /// @notice A docket as it stands now.
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
