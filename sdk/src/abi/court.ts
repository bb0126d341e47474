/** ABI of Court, written by `scripts/abi/export.ts` from the compiled contract. */
export const courtAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "parameters",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "seats",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "vault",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "randomness",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "datanets",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "training",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "attribution",
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
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "voter",
        "type": "address"
      }
    ],
    "name": "AlreadyRevealed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "appealEnds",
        "type": "uint40"
      }
    ],
    "name": "AppealTooLate",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "items",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "BadItemCount",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "voter",
        "type": "address"
      }
    ],
    "name": "CommitmentMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      }
    ],
    "name": "DocketEmpty",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "closesAt",
        "type": "uint40"
      }
    ],
    "name": "DocketNotDue",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "EmptyCommitment",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotClaimant",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "voter",
        "type": "address"
      },
      {
        "internalType": "uint8",
        "name": "drawIndex",
        "type": "uint8"
      }
    ],
    "name": "NotDrawn",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      },
      {
        "internalType": "uint256",
        "name": "seats",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "needed",
        "type": "uint256"
      }
    ],
    "name": "NotEnoughSeats",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "enum ICourt.Phase",
        "name": "phase",
        "type": "uint8"
      }
    ],
    "name": "NotFinal",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "voter",
        "type": "address"
      }
    ],
    "name": "NothingCommitted",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "reasons",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "rejected",
        "type": "uint256"
      }
    ],
    "name": "ReasonCountMismatch",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "seedBlock",
        "type": "uint40"
      }
    ],
    "name": "SeedNotReady",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "appealEnds",
        "type": "uint40"
      }
    ],
    "name": "StillAppealable",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      }
    ],
    "name": "UnknownPool",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "word",
        "type": "uint256"
      },
      {
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      }
    ],
    "name": "WordTooLong",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "enum ICourt.Phase",
        "name": "phase",
        "type": "uint8"
      },
      {
        "internalType": "enum ICourt.Phase",
        "name": "needed",
        "type": "uint8"
      }
    ],
    "name": "WrongPhase",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "appeal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "position",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "level",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "changed",
        "type": "bool"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "bondWei",
        "type": "uint96"
      }
    ],
    "name": "AppealDecided",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "appeal",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "position",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "level",
        "type": "uint8"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "appellant",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "bondWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "feeWei",
        "type": "uint96"
      }
    ],
    "name": "Appealed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "from",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "amountWei",
        "type": "uint96"
      }
    ],
    "name": "AppealsFunded",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "voter",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "commitment",
        "type": "bytes32"
      }
    ],
    "name": "Committed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "round",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "feeWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint48",
        "name": "moment",
        "type": "uint48"
      },
      {
        "indexed": false,
        "internalType": "uint24",
        "name": "seats",
        "type": "uint24"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "seedBlock",
        "type": "uint40"
      }
    ],
    "name": "DocketClosed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "round",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "seed",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "committeeSize",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "commitEnds",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "revealEnds",
        "type": "uint40"
      }
    ],
    "name": "DocketDrawn",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "closesAt",
        "type": "uint40"
      }
    ],
    "name": "DocketOpened",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "round",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint32",
        "name": "revealed",
        "type": "uint32"
      }
    ],
    "name": "NoQuorum",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "voter",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "drawIndex",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "word",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "bytes",
        "name": "reasons",
        "type": "bytes"
      }
    ],
    "name": "Revealed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "round",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "verdict",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint32",
        "name": "coherent",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "uint32",
        "name": "revealed",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "feeWei",
        "type": "uint96"
      }
    ],
    "name": "Settled",
    "type": "event"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      },
      {
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      },
      {
        "internalType": "uint96",
        "name": "feeWei",
        "type": "uint96"
      }
    ],
    "name": "admit",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint8",
        "name": "position",
        "type": "uint8"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
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
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      },
      {
        "internalType": "address",
        "name": "appellant",
        "type": "address"
      }
    ],
    "name": "appeal",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "id",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "id",
        "type": "uint40"
      }
    ],
    "name": "appealOf",
    "outputs": [
      {
        "components": [
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
            "internalType": "uint8",
            "name": "level",
            "type": "uint8"
          },
          {
            "internalType": "address",
            "name": "appellant",
            "type": "address"
          },
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct ICourt.Appeal",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "appealPotWei",
    "outputs": [
      {
        "internalType": "uint96",
        "name": "",
        "type": "uint96"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      }
    ],
    "name": "close",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "bytes32",
        "name": "commitment",
        "type": "bytes32"
      }
    ],
    "name": "commit",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      }
    ],
    "name": "committee",
    "outputs": [
      {
        "internalType": "address[]",
        "name": "voters",
        "type": "address[]"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      }
    ],
    "name": "docketOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "enum ICourt.Phase",
            "name": "phase",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "pool",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "items",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "round",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "committeeSize",
            "type": "uint8"
          },
          {
            "internalType": "uint24",
            "name": "seats",
            "type": "uint24"
          },
          {
            "internalType": "uint48",
            "name": "moment",
            "type": "uint48"
          },
          {
            "internalType": "uint40",
            "name": "seedBlock",
            "type": "uint40"
          },
          {
            "internalType": "uint96",
            "name": "seed",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "feeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint40",
            "name": "closesAt",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "commitEnds",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "revealEnds",
            "type": "uint40"
          },
          {
            "internalType": "uint32",
            "name": "revealed",
            "type": "uint32"
          },
          {
            "internalType": "uint256",
            "name": "verdict",
            "type": "uint256"
          },
          {
            "internalType": "uint40",
            "name": "appealEnds",
            "type": "uint40"
          },
          {
            "internalType": "uint24",
            "name": "appeals",
            "type": "uint24"
          }
        ],
        "internalType": "struct ICourt.Docket",
        "name": "state",
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
        "name": "docket",
        "type": "uint40"
      }
    ],
    "name": "draw",
    "outputs": [],
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
    "name": "fundAppeals",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
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
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      }
    ],
    "name": "gradesOf",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "grades",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint8",
        "name": "position",
        "type": "uint8"
      }
    ],
    "name": "latestAppeal",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "id",
        "type": "uint40"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      }
    ],
    "name": "openDocket",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint96",
        "name": "feeWei",
        "type": "uint96"
      }
    ],
    "name": "returnFee",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "uint8",
        "name": "drawIndex",
        "type": "uint8"
      },
      {
        "internalType": "uint256",
        "name": "word",
        "type": "uint256"
      },
      {
        "internalType": "bytes32",
        "name": "salt",
        "type": "bytes32"
      },
      {
        "internalType": "bytes",
        "name": "reasons",
        "type": "bytes"
      }
    ],
    "name": "reveal",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      }
    ],
    "name": "settle",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
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
        "internalType": "uint8",
        "name": "items",
        "type": "uint8"
      }
    ],
    "name": "standingOf",
    "outputs": [
      {
        "internalType": "bool",
        "name": "settled",
        "type": "bool"
      },
      {
        "internalType": "bool",
        "name": "isFinal",
        "type": "bool"
      },
      {
        "internalType": "uint256",
        "name": "grades",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      }
    ],
    "name": "verdictOf",
    "outputs": [
      {
        "internalType": "bool",
        "name": "isFinal",
        "type": "bool"
      },
      {
        "internalType": "uint256",
        "name": "verdict",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "docket",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "voter",
        "type": "address"
      }
    ],
    "name": "voteOf",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  }
] as const;
