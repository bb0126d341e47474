/**
 * Every custom error that a call to the protocol can end in, by signature. Placeholders name the error's parameters;
 * a format after a colon says how to write the value (see `formatValue`).
 */
export type ErrorText = {
  /** The error as Solidity declares it, with parameter names. */
  signature: string;
  sentence: string;
  next: string;
};

/** Errors of the protocol's own contracts, but for those that have a catalogue of their own. */
export const PROTOCOL_ERRORS: readonly ErrorText[] = [
  // Court
  {
    signature: "error NotClaimant(address caller)",
    sentence: "{caller} may not put items before the court.",
    next: "Submit through Datanets, attest through Training, or challenge through Attribution.",
  },
  {
    signature: "error UnknownPool(uint8 pool)",
    sentence: "There is no pool {pool} for this.",
    next: "Use TEXT 0, IMAGE 1, AUDIO 2, or COMPUTE 3 where it is allowed.",
  },
  {
    signature: "error BadItemCount(uint256 items, uint256 maximum)",
    sentence: "{items} items cannot be put before the court at once; 1 to {maximum} can.",
    next: "Split them into several submissions.",
  },
  {
    signature: "error DocketNotDue(uint40 docket, uint40 closesAt)",
    sentence: "Docket {docket} still collects items until {closesAt:time}.",
    next: "Close it after that time.",
  },
  {
    signature: "error DocketEmpty(uint8 pool)",
    sentence: "The open docket of pool {pool:pool} holds no item.",
    next: "There is nothing to close; wait for a submission.",
  },
  {
    signature: "error NotEnoughSeats(uint8 pool, uint256 seats, uint256 needed)",
    sentence: "Pool {pool:pool} has {seats} seats, but a committee needs {needed}.",
    next: "Wait until more validators have staked in this pool.",
  },
  {
    signature: "error SeedNotReady(uint40 docket, uint40 seedBlock)",
    sentence: "The seed of docket {docket} comes from block {seedBlock}, which is not mined yet.",
    next: "Draw the committee once that block is mined.",
  },
  {
    signature: "error WrongPhase(uint40 docket, uint8 phase, uint8 needed)",
    sentence: "Docket {docket} is {phase:phase}, and this is possible only while it is {needed:phase}.",
    next: "Read the docket again, and wait for that phase or skip what is over.",
  },
  {
    signature: "error EmptyCommitment()",
    sentence: "The commitment is empty.",
    next: "Commit to the hash of a vote.",
  },
  {
    signature: "error NotDrawn(uint40 docket, address voter, uint8 drawIndex)",
    sentence: "{voter} does not hold draw {drawIndex} of docket {docket}.",
    next: "Read the docket's committee and use one of your own draw indices.",
  },
  {
    signature: "error NothingCommitted(uint40 docket, address voter)",
    sentence: "{voter} committed to nothing in docket {docket}, so there is nothing to reveal.",
    next: "Commit before the window closes the next time you are drawn.",
  },
  {
    signature: "error AlreadyRevealed(uint40 docket, address voter)",
    sentence: "{voter} has already revealed in docket {docket}.",
    next: "Nothing is left to do; wait for the verdict.",
  },
  {
    signature: "error CommitmentMismatch(uint40 docket, address voter)",
    sentence: "The revealed vote is not the one that {voter} committed to in docket {docket}.",
    next: "Reveal with the word, the reasons and the salt of the last commitment.",
  },
  {
    signature: "error WordTooLong(uint256 word, uint8 items)",
    sentence: "The word {word} grades more than the docket's {items} items.",
    next: "Leave the bits above the last item zero.",
  },
  {
    signature: "error ReasonCountMismatch(uint256 reasons, uint256 rejected)",
    sentence: "{reasons} reasons came with a word that rejects {rejected} items.",
    next: "Give exactly one reason for each rejected item.",
  },
  {
    signature: "error NotFinal(uint40 docket, uint8 phase)",
    sentence: "Docket {docket} has no final grades yet: it is {phase:phase}.",
    next: "Wait until it is settled.",
  },
  {
    signature: "error StillAppealable(uint40 docket, uint40 appealEnds)",
    sentence: "The verdict of docket {docket} can be appealed until {appealEnds:time}, and counts only then.",
    next: "Try again after that time.",
  },
  {
    signature: "error AppealTooLate(uint40 docket, uint40 appealEnds)",
    sentence: "The verdict of docket {docket} could be appealed until {appealEnds:time} only.",
    next: "Nothing more can be done about it: the verdict stands.",
  },
  // Models
  {
    signature: "error UnknownBase(bytes32 baseDigest)",
    sentence: "The base model {baseDigest} is not on the list that jobs may use.",
    next: "Choose a listed base, or ask governance to add it.",
  },
  {
    signature: "error BaseAlreadyAdded(bytes32 baseDigest)",
    sentence: "The base model {baseDigest} is already listed.",
    next: "Nothing is left to do.",
  },
  {
    signature: "error NotAccepted(uint40 job)",
    sentence: "This attestation of job {job} was not accepted by the court.",
    next: "Release the attestation that the court accepted, after the job is settled.",
  },
  {
    signature: "error AlreadyReleased(uint40 job, uint40 release)",
    sentence: "Job {job} is already published as release {release}.",
    next: "Use that release.",
  },
  {
    signature: "error UnknownRelease(uint40 release)",
    sentence: "There is no release {release}.",
    next: "Choose one from the list of releases.",
  },
  // Parameters
  {
    signature: "error ParameterOutOfRange(bytes32 name, uint256 value, uint256 minimum, uint256 maximum)",
    sentence: "The parameter {name:text} may be {minimum} to {maximum}, not {value}.",
    next: "Propose a value within these limits.",
  },
  {
    signature: "error NotWholeMilliOpen(bytes32 name, uint256 valueWei)",
    sentence:
      "The parameter {name:text} must be whole thousandths of an OPEN, and {valueWei:exactOpen} is not.",
    next: "Round the value to three decimals.",
  },
  // Randomness
  {
    signature: "error NoDelay()",
    sentence: "The seed's block would be one that is already known.",
    next: "Deploy the source of randomness with a delay of at least one block.",
  },
  // Seats
  {
    signature: "error NoSeats()",
    sentence: "The number of seats is zero.",
    next: "Give at least one seat.",
  },
  {
    signature: "error TooManySeats(address holder, uint256 seats, uint256 maximum)",
    sentence: "{holder} would hold {seats} seats, and an address may hold {maximum}.",
    next: "Take fewer seats.",
  },
  {
    signature: "error NotEnoughSeats(address holder, uint256 seats, uint256 asked)",
    sentence: "{holder} holds {seats} seats and cannot leave {asked}.",
    next: "Leave at most the seats that you hold.",
  },
  {
    signature: "error StakeLocked(address holder, uint256 freeWei, uint256 neededWei)",
    sentence:
      "Only {freeWei:open} of the stake of {holder} is free, and {neededWei:open} is needed: the rest bonds a lease.",
    next: "Finish the leased job first.",
  },
  {
    signature: "error InsufficientStake(address holder, uint256 freeWei, uint256 neededWei)",
    sentence: "{holder} has {freeWei:open} of free stake, and {neededWei:open} is needed.",
    next: "Stake more OPEN in the COMPUTE pool.",
  },
  {
    signature: "error StillThawing(uint40 thawsAt)",
    sentence: "The stake thaws until {thawsAt:time}.",
    next: "Withdraw it after that time.",
  },
  {
    signature: "error NothingThawing(address holder)",
    sentence: "{holder} has no thawing stake in this pool.",
    next: "Leave seats first; their stake thaws and can then be withdrawn.",
  },
  {
    signature: "error SeatStillBacked(address holder, uint256 activeWei, uint256 neededWei)",
    sentence:
      "The stake of {holder} ({activeWei:open}) still backs all its seats, which need {neededWei:open}.",
    next: "A seat can be removed only when its stake is gone.",
  },
  {
    signature: "error PenaltyTooLarge(uint256 amountWei, uint256 maximumWei)",
    sentence: "One vote cannot cost {amountWei:open}: at most half a seat, {maximumWei:open}, is taken.",
    next: "Report this: the court asked for more than the contract of the seats allows.",
  },
  {
    signature: "error NotCourt(address caller)",
    sentence: "Only the court may do this, not {caller}.",
    next: "Nothing to do: the court does it by itself when a docket is settled.",
  },
  {
    signature: "error NotModels(address caller)",
    sentence: "{caller} is not the Models contract, which alone changes the list of base models.",
    next: "Let governance call addBase or removeBase of Models.",
  },
  // Training
  {
    signature: "error UnknownJob(uint40 job)",
    sentence: "There is no job {job}.",
    next: "Choose one from the list of jobs.",
  },
  {
    signature: "error ClaimsArePaused()",
    sentence: "The guardian has stopped claims of jobs; leases, verdicts and payouts go on.",
    next: "Wait until governance allows claims again.",
  },
  {
    signature: "error NotSeats(address caller)",
    sentence: "{caller} is not the contract of the seats, which alone says what stake is active.",
    next: "Stake or leave seats: the bond follows by itself.",
  },
  {
    signature: "error UnknownParent(uint40 parentRelease)",
    sentence: "There is no release {parentRelease} to refine.",
    next: "Choose one from the list of releases, or start from the base.",
  },
  {
    signature: "error EmptySpec()",
    sentence: "The job has no spec.",
    next: "Store the spec first and post the job with its digest.",
  },
  {
    signature: "error BadDeadline(uint40 deadline, uint256 minimum, uint256 maximum)",
    sentence: "The job's deadline {deadline:time} must lie between {minimum:time} and {maximum:time}.",
    next: "Choose a deadline in that range.",
  },
  {
    signature: "error BadPrice(uint256 priceWei)",
    sentence: "A job cannot be posted for {priceWei:open}.",
    next: "Offer a price above zero.",
  },
  {
    signature: "error WrongStatus(uint40 job, uint8 status, uint8 needed)",
    sentence: "Job {job} is {status:status}, and this is possible only while it is {needed:status}.",
    next: "Read the job again, and wait for that status or choose another job.",
  },
  {
    signature: "error DeadlinePassed(uint40 job, uint40 deadline)",
    sentence: "Job {job} had to be finished by {deadline:time}.",
    next: "Choose another job; the poster can take the money back.",
  },
  {
    signature: "error NotTrainer(uint40 job, address caller, address trainer)",
    sentence: "Job {job} is leased by {trainer}, not by {caller}.",
    next: "Use the trainer's account, or claim another job.",
  },
  {
    signature: "error NotPoster(uint40 job, address caller, address poster)",
    sentence: "Job {job} was posted by {poster}, not by {caller}.",
    next: "Use the account that posted it.",
  },
  {
    signature: "error LeaseOver(uint40 job, uint40 leaseEnds)",
    sentence: "The lease of job {job} ran out at {leaseEnds:time}.",
    next: "Claim the job again while it is open, and send heartbeats in time.",
  },
  {
    signature: "error LeaseRunning(uint40 job, uint40 leaseEnds)",
    sentence: "The lease of job {job} runs until {leaseEnds:time}.",
    next: "It can be reopened after that time.",
  },
  {
    signature: "error AttestationMismatch(uint40 job)",
    sentence: "This is not the attestation that was made for job {job}.",
    next: "Use the trainer and the attestation of the Attested event.",
  },
  {
    signature: "error BadAttestation()",
    sentence: "The attestation is incomplete.",
    next: "Give digests, a transcript head, tokens and steps that are not zero.",
  },
  // Vault
  {
    signature: "error NotController(address caller)",
    sentence: "{caller} is not one of the protocol's contracts that may move money in the Vault.",
    next: "Use the contract that the money belongs to; earnings are taken with claim.",
  },
  {
    signature: "error KeyInUse(address key, address identity)",
    sentence: "The key {key} belongs to the contributor {identity} already, or was replaced.",
    next: "Rotate from the contributor's current key to one that never contributed.",
  },
  {
    signature:
      "error InsufficientAvailable(address controller, uint256 id, uint256 availableWei, uint256 neededWei)",
    sentence:
      "Account {id} of {controller} has {availableWei:open} available, and {neededWei:open} is needed.",
    next: "Add money to it (for a Datanet: fund it), or ask its owner to.",
  },
  {
    signature:
      "error InsufficientReserved(address controller, uint256 id, uint256 reservedWei, uint256 neededWei)",
    sentence: "Account {id} of {controller} has {reservedWei:open} reserved, and {neededWei:open} is needed.",
    next: "Report this: the protocol tried to pay more than it set aside.",
  },
  {
    signature: "error NothingToClaim(address account)",
    sentence: "{account} has nothing to claim.",
    next: "Wait for the next verdict; everything earned so far was claimed.",
  },
  {
    signature: "error AmountTooLarge(uint256 amountWei)",
    sentence: "{amountWei:open} is more than the Vault can book at once.",
    next: "Use a smaller amount.",
  },
];
