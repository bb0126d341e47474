// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Attribution
/// @notice Pays for the use of models. A user deposits OPEN and signs cumulative receipts to a chat server; a redeemed
/// receipt is split between the protocol, the model's owner, the server's stakers and the pot of those who contributed the
/// model's data. A Merkle root for each model and period says what every contributor is owed out of that pot.
///
/// Nobody can change that contributors get at least 30 % of a redemption and the protocol at most 20 %, that a receipt
/// dies before a deposit can leave (30 and 90 days at most), and that a root waits 30 days at most. Rules beyond these
/// limits count as the limit: where the shares would leave contributors too little, the server's pool gives way first, then
/// the owner. Nothing here can be paused.
///
/// A deposit backs all receipts of its user and is kept for none of them: a server counts on `spendableOf`, and redeems
/// before others have used it up. What was not requested at a receipt's issue stays longer than the receipt lives.
///
/// Invariant: balance = sum of deposits + sum over models of (received - claimed) + bonds of proposals that are pending, or
/// dropped with challenges open.
interface IAttribution {
    /// @notice What a user signs (EIP-712, domain "OpenLedger Attribution" version "1").
    /// @param user Who pays, from their deposit.
    /// @param server Whom they use.
    /// @param model The token of Models that answers.
    /// @param cumulativeWei Everything that they owe this server for this model since the beginning.
    /// @param issuedAt When they signed, in chain time.
    struct Receipt {
        address user;
        address server;
        uint40 model;
        uint96 cumulativeWei;
        uint40 issuedAt;
    }

    /// @notice What a user has here.
    /// @param amountWei All of it.
    /// @param requestedWei The part that may leave from `availableAt` on; it can be redeemed until it does.
    /// @param availableAt First second at which it may leave; zero when nothing is requested.
    struct Deposit {
        uint96 amountWei;
        uint96 requestedWei;
        uint40 availableAt;
    }

    /// @notice What came in for a model's contributors, and what of it is theirs to claim.
    /// @param receivedWei Their shares of all redemptions.
    /// @param claimedWei What was paid out of it.
    /// @param totalWei What the active root distributes; claims never exceed it.
    /// @param floorWei What had been received when the active root became active: the next one distributes as much at least.
    /// @param period The active root's number, from 1.
    /// @param pending The proposal that may become the next, or zero.
    /// @param root The active root.
    struct Pot {
        uint96 receivedWei;
        uint96 claimedWei;
        uint96 totalWei;
        uint96 floorWei;
        uint40 period;
        uint40 pending;
        bytes32 root;
    }

    /// @notice Where a proposed root stands.
    enum Status {
        NONE,
        PENDING,
        ACTIVATED,
        DROPPED
    }

    /// @notice A proposed root.
    /// @param status Where it stands.
    /// @param model Whose contributors it pays.
    /// @param period The one after the last activated.
    /// @param activatesAt First second at which it is too late to challenge it, and it may become active.
    /// @param openChallenges Challenges without a verdict.
    /// @param bondWei What is left of the proposer's bond.
    /// @param totalWei What it distributes, over all periods.
    /// @param proposer Who proposed it.
    /// @param root Merkle root of double-hashed leaves of abi.encode(model, contributor, cumulativeWei).
    struct Proposal {
        Status status;
        uint40 model;
        uint40 period;
        uint40 activatesAt;
        uint32 openChallenges;
        uint96 bondWei;
        uint96 totalWei;
        address proposer;
        bytes32 root;
    }

    /// @notice A challenged leaf.
    /// @param proposal The proposed root.
    /// @param docket Where the court judges it.
    /// @param position Its place there.
    /// @param feeWei What the challenger paid for the verdict.
    /// @param resolved Whether the verdict was executed.
    /// @param challenger Who pays, or is paid.
    struct Challenge {
        uint40 proposal;
        uint40 docket;
        uint8 position;
        uint96 feeWei;
        bool resolved;
        address challenger;
    }

    /// @notice A user's deposit grew.
    event Deposited(address indexed user, uint256 amountWei);
    /// @notice A part of a deposit may leave. Replaces what the user requested before.
    event WithdrawalRequested(address indexed user, uint96 amountWei, uint40 availableAt);
    /// @notice A user takes a request back.
    event WithdrawalCancelled(address indexed user, uint96 amountWei);
    /// @notice A requested part of a deposit left, to the user.
    event Withdrawn(address indexed user, uint96 amountWei);
    /// @notice A chat server registered. Its name stands here and in the pool.
    event ServerRegistered(address indexed server, address indexed pool, string name);
    /// @notice A receipt was paid: protocolWei + ownerWei + poolWei + contributorsWei left the user's deposit. A request to
    /// withdraw more than what is left shrank to what is left.
    /// @param redeemedWei What this server was paid by this user for this model since the beginning.
    /// @param protocolWei The treasury earned it in the Vault.
    /// @param ownerWei The model's owner earned it in the Vault.
    /// @param poolWei The server's pool got it, or, without stakers, the server earned it in the Vault.
    /// @param contributorsWei What the model's pot received.
    /// @param owner The model's owner.
    /// @param poolPayee The pool or the server.
    event Redeemed(
        address indexed user,
        address indexed server,
        uint40 indexed model,
        uint96 redeemedWei,
        uint96 protocolWei,
        uint96 ownerWei,
        uint96 poolWei,
        uint96 contributorsWei,
        address owner,
        address poolPayee
    );
    /// @notice A root waits for challenges.
    /// @param listDigest sha256 of the list of all leaves, stored as a raw IPFS block.
    event RootProposed(
        uint40 indexed proposal,
        uint40 indexed model,
        address indexed proposer,
        uint40 period,
        bytes32 root,
        uint96 totalWei,
        uint96 bondWei,
        uint40 activatesAt,
        bytes32 listDigest
    );
    /// @notice A root is what contributors claim with. Its bond is the proposer's, earned in the Vault.
    /// @param floorWei What the model's pot has received by now: the next root distributes as much at least.
    event RootActivated(
        uint40 indexed proposal, uint40 indexed model, uint40 period, bytes32 root, uint96 totalWei, uint96 floorWei
    );
    /// @notice A leaf of a pending root is before the court.
    /// @param cumulativeWei What the leaf says; zero when the contributor is said to be missing.
    event Challenged(
        uint40 indexed challenge,
        uint40 indexed proposal,
        address indexed contributor,
        uint96 cumulativeWei,
        address challenger,
        uint96 feeWei,
        uint40 docket,
        uint8 position
    );
    /// @notice A challenge has its verdict.
    /// @param upheld Whether the leaf is wrong.
    /// @param paidWei What the challenger earned in the Vault, out of the proposer's bond.
    event ChallengeResolved(
        uint40 indexed challenge, uint40 indexed proposal, address indexed challenger, bool upheld, uint96 paidWei
    );
    /// @notice A root has a wrong leaf, and will never be active.
    event RootDropped(uint40 indexed proposal, uint40 indexed model, uint40 period);
    /// @notice The last challenge of a dropped root has its verdict: what is left of the bond is the treasury's.
    event BondForfeited(uint40 indexed proposal, uint96 amountWei);
    /// @notice A contributor was paid, in the Vault.
    /// @param claimedWei What they were paid for this model since the beginning.
    /// @param payee The contributor, or the key that they rotated to.
    event Claimed(
        uint40 indexed model, address indexed contributor, uint96 claimedWei, uint96 paidWei, address payee
    );

    /// @notice An amount of zero does nothing.
    error EmptyAmount();
    /// @notice The user's deposit is smaller.
    error InsufficientDeposit(address user, uint256 depositWei, uint256 neededWei);
    /// @notice The user asked for no withdrawal, or receipts have used up what they asked for.
    error NothingRequested(address user);
    /// @notice What was requested stays for a while.
    error WithdrawalNotDue(address user, uint40 availableAt);
    /// @notice A server has one pool.
    error AlreadyRegistered(address server, address pool);
    /// @notice The server has not registered.
    error UnknownServer(address server);
    /// @notice A name has at least one byte and at most so many.
    error BadName(uint256 sizeBytes, uint256 maximum);
    /// @notice The receipt was issued after now.
    error ReceiptFromFuture(uint40 issuedAt);
    /// @notice The receipt was issued too long ago.
    error ReceiptExpired(uint40 issuedAt, uint256 lastSecond);
    /// @notice Neither the user's key nor the user's contract signed this.
    error BadSignature(address user);
    /// @notice All of the receipt was paid, or the deposit is empty.
    error NothingToRedeem(address user, address server, uint40 model, uint256 redeemedWei, uint256 depositWei);
    /// @notice A root, and what it distributes, is not zero.
    error EmptyProposal();
    /// @notice Periods follow each other.
    error WrongPeriod(uint40 model, uint40 period, uint40 expected);
    /// @notice Another root of the model waits.
    error RootPending(uint40 model, uint40 proposal);
    /// @notice No root of the model waits.
    error NoPendingRoot(uint40 model);
    /// @notice A root distributes what had been received when the last one became active, and no more than was received.
    error TotalOutOfRange(uint40 model, uint256 totalWei, uint256 minimumWei, uint256 maximumWei);
    /// @notice The root can be challenged still.
    error RootNotDue(uint40 proposal, uint40 activatesAt);
    /// @notice Challenges of the root have no verdict yet.
    error ChallengesOpen(uint40 proposal, uint256 openChallenges);
    /// @notice The proposal stands elsewhere.
    error NotPending(uint40 proposal, Status status);
    /// @notice The root cannot be challenged any more.
    error ChallengeTooLate(uint40 proposal, uint40 activatesAt);
    /// @notice That leaf of that root was challenged before.
    error AlreadyChallenged(uint40 challenge);
    /// @notice The root has no such leaf.
    error InvalidProof(uint40 model, address contributor, uint256 cumulativeWei);
    /// @notice There is no such challenge.
    error UnknownChallenge(uint40 challenge);
    /// @notice The verdict was executed before.
    error AlreadyResolved(uint40 challenge);
    /// @notice Everything of that leaf was paid, or everything that the root distributes.
    error NothingOwed(uint40 model, address contributor, uint256 cumulativeWei, uint256 claimedWei);

    /// @notice Add to the caller's deposit; the caller approved this contract.
    function deposit(uint96 amountWei) external;

    /// @notice `deposit` with a permit (EIP-2612) of the caller to this contract. A permit that somebody else has sent
    /// already is no problem: the allowance counts.
    function depositWithPermit(uint96 amountWei, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Let a part of the caller's deposit leave, after a delay that is longer than a receipt lives. Until it is
    /// taken, receipts are paid out of it too, after the rest. Another request replaces this one, with a delay of its own.
    function requestWithdrawal(uint96 amountWei) external;

    /// @notice Take the caller's request back.
    function cancelWithdrawal() external;

    /// @notice Send the caller what they requested, once it is due.
    /// @return amountWei What was sent.
    function withdraw() external returns (uint96 amountWei);

    /// @notice Register the caller as a chat server, with a pool for those who stake on it.
    /// @param name What the pool's shares are called: 1 to 64 bytes.
    /// @return pool An IServerPool.
    function registerServer(string calldata name) external returns (address pool);

    /// @notice Pay a receipt out of its user's deposit, as far as that goes: the difference to what was paid before. Anyone
    /// may send it. A later receipt covers the earlier ones.
    /// @param signature The user's ECDSA signature, or what their contract accepts by ERC-1271.
    /// @return paidWei What left the deposit.
    function redeem(Receipt calldata receipt, bytes calldata signature) external returns (uint96 paidWei);

    /// @notice Say what every contributor of a model is owed. Pulls a bond from the caller, who approved this contract. The
    /// bond comes back when the root becomes active. One root of a model waits at a time.
    ///
    /// A right root shares what it adds to the last one between the contributors of the model's dataset versions, by their
    /// points when it was proposed; `docs/protocol` has the rule to the last wei.
    /// @param period The one after the last activated.
    /// @param root Merkle root of double-hashed leaves of abi.encode(model, contributor, cumulativeWei).
    /// @param totalWei The sum of all leaves: at least what the pot had received when the last root became active, so that
    /// nobody can stay behind, and at most what it has received.
    /// @param listDigest sha256 of the list of all leaves. A list that cannot be had, or whose root is another, is wrong.
    /// @return proposal Its number, from 1.
    function proposeRoot(uint40 model, uint40 period, bytes32 root, uint96 totalWei, bytes32 listDigest)
        external
        returns (uint40 proposal);

    /// @notice Make a model's pending root what contributors claim with, once its window is over and no challenge of it is
    /// open. Anyone may call.
    function activateRoot(uint40 model) external;

    /// @notice Put a leaf of a pending root before the court's COMPUTE pool: grade 0 says that it is wrong. Pulls the fee
    /// from the caller, who approved this contract. Any number of leaves may be challenged at once, each once, and only
    /// within the window fixed at the proposal: a sham challenge keeps nobody from a real one, and delays an honest root by
    /// one trial at most, since all are judged side by side.
    /// @param contributor Whose leaf.
    /// @param cumulativeWei What it says; zero, with no proof, says that a contributor who is owed something is missing, or
    /// that the list is withheld or gives another root.
    /// @param proof That the leaf belongs to the root.
    /// @return challenge_ Its number, from 1.
    function challenge(uint40 proposal, address contributor, uint96 cumulativeWei, bytes32[] calldata proof)
        external
        returns (uint40 challenge_);

    /// @notice Ask the court for a larger committee on a challenge whose verdict is not final. The caller approved the Vault
    /// for the court's bond.
    /// @return appealDocket Where it is judged again.
    function appeal(uint40 challenge_) external returns (uint40 appealDocket);

    /// @notice Execute a challenge's final verdict. If the leaf is wrong, the root is dropped, and the proposer's bond pays
    /// the challenger: the first one gets the fee back and half of what is left, others only the fee, as far as the bond goes.
    /// What then is left is the treasury's, so that a proposer who challenges themself loses. If the leaf is right, the fee
    /// is spent and the root goes on. Anyone may call.
    function resolve(uint40 challenge_) external;

    /// @notice Pay a contributor, in the Vault, what they are owed by the active root and were not paid yet, as far as
    /// what the root distributes goes. Anyone may call.
    /// @param cumulativeWei What the contributor's leaf says.
    /// @return paidWei What they earned.
    function claim(uint40 model, address contributor, uint96 cumulativeWei, bytes32[] calldata proof)
        external
        returns (uint96 paidWei);

    /// @notice What a user has here.
    function depositOf(address user) external view returns (Deposit memory);

    /// @notice What a server may count on: the part of a user's deposit that was not requested.
    function spendableOf(address user) external view returns (uint256);

    /// @notice What a user paid a server for a model since the beginning.
    function redeemedWei(address user, address server, uint40 model) external view returns (uint256);

    /// @notice A server's pool; zero when it has not registered.
    function poolOf(address server) external view returns (address pool);

    /// @notice A model's pot.
    function potOf(uint40 model) external view returns (Pot memory);

    /// @notice What a contributor was paid for a model since the beginning.
    function claimedWei(uint40 model, address contributor) external view returns (uint256);

    /// @notice A proposed root as it stands now.
    function proposalOf(uint40 proposal) external view returns (Proposal memory);

    /// @notice The number of proposals, which is also the last one's.
    function proposalCount() external view returns (uint40);

    /// @notice A challenge as it stands now.
    function challengeOf(uint40 challenge_) external view returns (Challenge memory);

    /// @notice The number of challenges, which is also the last one's.
    function challengeCount() external view returns (uint40);

    /// @notice The EIP-712 digest of a receipt.
    function digestOf(Receipt calldata receipt) external view returns (bytes32);
}
