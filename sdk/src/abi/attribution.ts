/** ABI of Attribution, written by `scripts/abi/export.ts` from the compiled contract. */
export const attributionAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "parameters",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "court",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "vault",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "models",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "treasury",
        "type": "address"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "constructor"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "challenge",
        "type": "uint40"
      }
    ],
    "name": "AlreadyChallenged",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "server",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "pool",
        "type": "address"
      }
    ],
    "name": "AlreadyRegistered",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "challenge",
        "type": "uint40"
      }
    ],
    "name": "AlreadyResolved",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "sizeBytes",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "BadName",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      }
    ],
    "name": "BadSignature",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "activatesAt",
        "type": "uint40"
      }
    ],
    "name": "ChallengeTooLate",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "internalType": "uint256",
        "name": "openChallenges",
        "type": "uint256"
      }
    ],
    "name": "ChallengesOpen",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "CloneArgumentsTooLong",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "EmptyAmount",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "EmptyProposal",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "FailedDeployment",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "balance",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "needed",
        "type": "uint256"
      }
    ],
    "name": "InsufficientBalance",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "depositWei",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "neededWei",
        "type": "uint256"
      }
    ],
    "name": "InsufficientDeposit",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "cumulativeWei",
        "type": "uint256"
      }
    ],
    "name": "InvalidProof",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "InvalidShortString",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      }
    ],
    "name": "NoPendingRoot",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "internalType": "enum IAttribution.Status",
        "name": "status",
        "type": "uint8"
      }
    ],
    "name": "NotPending",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "cumulativeWei",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "claimedWei",
        "type": "uint256"
      }
    ],
    "name": "NothingOwed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      }
    ],
    "name": "NothingRequested",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "server",
        "type": "address"
      },
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "uint256",
        "name": "redeemedWei",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "depositWei",
        "type": "uint256"
      }
    ],
    "name": "NothingToRedeem",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "issuedAt",
        "type": "uint40"
      },
      {
        "internalType": "uint256",
        "name": "lastSecond",
        "type": "uint256"
      }
    ],
    "name": "ReceiptExpired",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "issuedAt",
        "type": "uint40"
      }
    ],
    "name": "ReceiptFromFuture",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "activatesAt",
        "type": "uint40"
      }
    ],
    "name": "RootNotDue",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      }
    ],
    "name": "RootPending",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "token",
        "type": "address"
      }
    ],
    "name": "SafeERC20FailedOperation",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "string",
        "name": "str",
        "type": "string"
      }
    ],
    "name": "StringTooLong",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "uint256",
        "name": "totalWei",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "minimumWei",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximumWei",
        "type": "uint256"
      }
    ],
    "name": "TotalOutOfRange",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "challenge",
        "type": "uint40"
      }
    ],
    "name": "UnknownChallenge",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "server",
        "type": "address"
      }
    ],
    "name": "UnknownServer",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "internalType": "uint40",
        "name": "availableAt",
        "type": "uint40"
      }
    ],
    "name": "WithdrawalNotDue",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "period",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "expected",
        "type": "uint40"
      }
    ],
    "name": "WrongPeriod",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "name": "BondForfeited",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "challenge",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "challenger",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "upheld",
        "type": "bool"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "paidWei",
        "type": "uint96"
      }
    ],
    "name": "ChallengeResolved",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "challenge",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "cumulativeWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "challenger",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "feeWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "position",
        "type": "uint8"
      }
    ],
    "name": "Challenged",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "claimedWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "paidWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "payee",
        "type": "address"
      }
    ],
    "name": "Claimed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "amountWei",
        "type": "uint256"
      }
    ],
    "name": "Deposited",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [],
    "name": "EIP712DomainChanged",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "server",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "redeemedWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "protocolWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "ownerWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "poolWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "contributorsWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "owner",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "poolPayee",
        "type": "address"
      }
    ],
    "name": "Redeemed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "period",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "totalWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "floorWei",
        "type": "uint96"
      }
    ],
    "name": "RootActivated",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "period",
        "type": "uint40"
      }
    ],
    "name": "RootDropped",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "proposer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "period",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "totalWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "bondWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "activatesAt",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "listDigest",
        "type": "bytes32"
      }
    ],
    "name": "RootProposed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "server",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "pool",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "name",
        "type": "string"
      }
    ],
    "name": "ServerRegistered",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "name": "WithdrawalCancelled",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "availableAt",
        "type": "uint40"
      }
    ],
    "name": "WithdrawalRequested",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "name": "Withdrawn",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "COURT",
    "outputs": [
      {
        "internalType": "contract ICourt",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "MODELS",
    "outputs": [
      {
        "internalType": "contract IERC721",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "PARAMETERS",
    "outputs": [
      {
        "internalType": "contract IParameters",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "POOL_IMPLEMENTATION",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "TOKEN",
    "outputs": [
      {
        "internalType": "contract IERC20",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "TREASURY",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "VAULT",
    "outputs": [
      {
        "internalType": "contract IVault",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      }
    ],
    "name": "activateRoot",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "challenge_",
        "type": "uint40"
      }
    ],
    "name": "appeal",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "appealDocket",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "cancelWithdrawal",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "uint96",
        "name": "cumulativeWei",
        "type": "uint96"
      },
      {
        "internalType": "bytes32[]",
        "name": "proof",
        "type": "bytes32[]"
      }
    ],
    "name": "challenge",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "challenge_",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "challengeCount",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "",
        "type": "uint40"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "challenge_",
        "type": "uint40"
      }
    ],
    "name": "challengeOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint40",
            "name": "proposal",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "docket",
            "type": "uint40"
          },
          {
            "internalType": "uint8",
            "name": "position",
            "type": "uint8"
          },
          {
            "internalType": "uint96",
            "name": "feeWei",
            "type": "uint96"
          },
          {
            "internalType": "bool",
            "name": "resolved",
            "type": "bool"
          },
          {
            "internalType": "address",
            "name": "challenger",
            "type": "address"
          }
        ],
        "internalType": "struct IAttribution.Challenge",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "uint96",
        "name": "cumulativeWei",
        "type": "uint96"
      },
      {
        "internalType": "bytes32[]",
        "name": "proof",
        "type": "bytes32[]"
      }
    ],
    "name": "claim",
    "outputs": [
      {
        "internalType": "uint96",
        "name": "paidWei",
        "type": "uint96"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      }
    ],
    "name": "claimedWei",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "name": "deposit",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      }
    ],
    "name": "depositOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "amountWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "requestedWei",
            "type": "uint96"
          },
          {
            "internalType": "uint40",
            "name": "availableAt",
            "type": "uint40"
          }
        ],
        "internalType": "struct IAttribution.Deposit",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      },
      {
        "internalType": "uint256",
        "name": "deadline",
        "type": "uint256"
      },
      {
        "internalType": "uint8",
        "name": "v",
        "type": "uint8"
      },
      {
        "internalType": "bytes32",
        "name": "r",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "s",
        "type": "bytes32"
      }
    ],
    "name": "depositWithPermit",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "user",
            "type": "address"
          },
          {
            "internalType": "address",
            "name": "server",
            "type": "address"
          },
          {
            "internalType": "uint40",
            "name": "model",
            "type": "uint40"
          },
          {
            "internalType": "uint96",
            "name": "cumulativeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint40",
            "name": "issuedAt",
            "type": "uint40"
          }
        ],
        "internalType": "struct IAttribution.Receipt",
        "name": "receipt",
        "type": "tuple"
      }
    ],
    "name": "digestOf",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "eip712Domain",
    "outputs": [
      {
        "internalType": "bytes1",
        "name": "fields",
        "type": "bytes1"
      },
      {
        "internalType": "string",
        "name": "name",
        "type": "string"
      },
      {
        "internalType": "string",
        "name": "version",
        "type": "string"
      },
      {
        "internalType": "uint256",
        "name": "chainId",
        "type": "uint256"
      },
      {
        "internalType": "address",
        "name": "verifyingContract",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "salt",
        "type": "bytes32"
      },
      {
        "internalType": "uint256[]",
        "name": "extensions",
        "type": "uint256[]"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "server",
        "type": "address"
      }
    ],
    "name": "poolOf",
    "outputs": [
      {
        "internalType": "address",
        "name": "pool",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      }
    ],
    "name": "potOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "receivedWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "claimedWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "totalWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "floorWei",
            "type": "uint96"
          },
          {
            "internalType": "uint40",
            "name": "period",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "pending",
            "type": "uint40"
          },
          {
            "internalType": "bytes32",
            "name": "root",
            "type": "bytes32"
          }
        ],
        "internalType": "struct IAttribution.Pot",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "proposalCount",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "",
        "type": "uint40"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      }
    ],
    "name": "proposalOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "enum IAttribution.Status",
            "name": "status",
            "type": "uint8"
          },
          {
            "internalType": "uint40",
            "name": "model",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "period",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "activatesAt",
            "type": "uint40"
          },
          {
            "internalType": "uint32",
            "name": "openChallenges",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "totalWei",
            "type": "uint96"
          },
          {
            "internalType": "address",
            "name": "proposer",
            "type": "address"
          },
          {
            "internalType": "bytes32",
            "name": "root",
            "type": "bytes32"
          }
        ],
        "internalType": "struct IAttribution.Proposal",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "period",
        "type": "uint40"
      },
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "internalType": "uint96",
        "name": "totalWei",
        "type": "uint96"
      },
      {
        "internalType": "bytes32",
        "name": "listDigest",
        "type": "bytes32"
      }
    ],
    "name": "proposeRoot",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "proposal",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "user",
            "type": "address"
          },
          {
            "internalType": "address",
            "name": "server",
            "type": "address"
          },
          {
            "internalType": "uint40",
            "name": "model",
            "type": "uint40"
          },
          {
            "internalType": "uint96",
            "name": "cumulativeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint40",
            "name": "issuedAt",
            "type": "uint40"
          }
        ],
        "internalType": "struct IAttribution.Receipt",
        "name": "receipt",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      }
    ],
    "name": "redeem",
    "outputs": [
      {
        "internalType": "uint96",
        "name": "paidWei",
        "type": "uint96"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "server",
        "type": "address"
      },
      {
        "internalType": "uint40",
        "name": "model",
        "type": "uint40"
      }
    ],
    "name": "redeemedWei",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "string",
        "name": "name",
        "type": "string"
      }
    ],
    "name": "registerServer",
    "outputs": [
      {
        "internalType": "address",
        "name": "pool",
        "type": "address"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "name": "requestWithdrawal",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "challenge_",
        "type": "uint40"
      }
    ],
    "name": "resolve",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "user",
        "type": "address"
      }
    ],
    "name": "spendableOf",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "withdraw",
    "outputs": [
      {
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const;
