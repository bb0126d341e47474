/** ABI of Training, written by `scripts/abi/export.ts` from the compiled contract. */
export const trainingAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "authority",
        "type": "address"
      },
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
      }
    ],
    "stateMutability": "nonpayable",
    "type": "constructor"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "authority",
        "type": "address"
      }
    ],
    "name": "AccessManagedInvalidAuthority",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      },
      {
        "internalType": "uint32",
        "name": "delay",
        "type": "uint32"
      }
    ],
    "name": "AccessManagedRequiredDelay",
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
    "name": "AccessManagedUnauthorized",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "AttestationMismatch",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "BadAttestation",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "deadline",
        "type": "uint40"
      },
      {
        "internalType": "uint256",
        "name": "minimum",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "BadDeadline",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "priceWei",
        "type": "uint256"
      }
    ],
    "name": "BadPrice",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "ClaimsArePaused",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "deadline",
        "type": "uint40"
      }
    ],
    "name": "DeadlinePassed",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "EmptySpec",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "holder",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "freeWei",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "neededWei",
        "type": "uint256"
      }
    ],
    "name": "InsufficientStake",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "leaseEnds",
        "type": "uint40"
      }
    ],
    "name": "LeaseOver",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "leaseEnds",
        "type": "uint40"
      }
    ],
    "name": "LeaseRunning",
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
    "name": "NotModels",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "poster",
        "type": "address"
      }
    ],
    "name": "NotPoster",
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
    "name": "NotSeats",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      }
    ],
    "name": "NotTrainer",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "bits",
        "type": "uint8"
      },
      {
        "internalType": "uint256",
        "name": "value",
        "type": "uint256"
      }
    ],
    "name": "SafeCastOverflowedUintDowncast",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      }
    ],
    "name": "UnknownBase",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "UnknownJob",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "parentRelease",
        "type": "uint40"
      }
    ],
    "name": "UnknownParent",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "enum ITraining.Status",
        "name": "status",
        "type": "uint8"
      },
      {
        "internalType": "enum ITraining.Status",
        "name": "needed",
        "type": "uint8"
      }
    ],
    "name": "WrongStatus",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "slashedWei",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "toPosterWei",
        "type": "uint256"
      }
    ],
    "name": "AttestationRejected",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "trainer",
        "type": "address"
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
      },
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "adapterDigest",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "transcriptHead",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "reportDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "lossBeforeMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "lossAfterMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "tokens",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "steps",
            "type": "uint32"
          }
        ],
        "indexed": false,
        "internalType": "struct ITraining.Attestation",
        "name": "attestation",
        "type": "tuple"
      }
    ],
    "name": "Attested",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": false,
        "internalType": "address",
        "name": "authority",
        "type": "address"
      }
    ],
    "name": "AuthorityUpdated",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": false,
        "internalType": "bool",
        "name": "paused",
        "type": "bool"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "by",
        "type": "address"
      }
    ],
    "name": "ClaimsPausedSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint32",
        "name": "step",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "transcriptHead",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "lossMicronats",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "leaseEnds",
        "type": "uint40"
      }
    ],
    "name": "Heartbeat",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "paidWei",
        "type": "uint256"
      }
    ],
    "name": "JobAccepted",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "refundedWei",
        "type": "uint256"
      }
    ],
    "name": "JobCancelled",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "leaseEnds",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "bondWei",
        "type": "uint96"
      }
    ],
    "name": "JobClaimed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "poster",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "specDigest",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "parentRelease",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "priceWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint96",
        "name": "checkFeeWei",
        "type": "uint96"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "deadline",
        "type": "uint40"
      }
    ],
    "name": "JobPosted",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "penaltyWei",
        "type": "uint256"
      }
    ],
    "name": "LeaseExpired",
    "type": "event"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
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
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "adapterDigest",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "transcriptHead",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "reportDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "lossBeforeMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "lossAfterMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "tokens",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "steps",
            "type": "uint32"
          }
        ],
        "internalType": "struct ITraining.Attestation",
        "name": "attestation",
        "type": "tuple"
      }
    ],
    "name": "attest",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "authority",
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
    "inputs": [
      {
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      }
    ],
    "name": "bondedWei",
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
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "cancel",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "claim",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "claimsPaused",
    "outputs": [
      {
        "internalType": "bool",
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "expire",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "uint32",
        "name": "step",
        "type": "uint32"
      },
      {
        "internalType": "bytes32",
        "name": "transcriptHead",
        "type": "bytes32"
      },
      {
        "internalType": "uint64",
        "name": "lossMicronats",
        "type": "uint64"
      }
    ],
    "name": "heartbeat",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "adapterDigest",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "transcriptHead",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "reportDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "lossBeforeMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "lossAfterMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "tokens",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "steps",
            "type": "uint32"
          }
        ],
        "internalType": "struct ITraining.Attestation",
        "name": "attestation",
        "type": "tuple"
      }
    ],
    "name": "isAccepted",
    "outputs": [
      {
        "internalType": "bool",
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      }
    ],
    "name": "isBase",
    "outputs": [
      {
        "internalType": "bool",
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "isConsumingScheduledOp",
    "outputs": [
      {
        "internalType": "bytes4",
        "name": "",
        "type": "bytes4"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "jobCount",
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
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "jobOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "enum ITraining.Status",
            "name": "status",
            "type": "uint8"
          },
          {
            "internalType": "address",
            "name": "poster",
            "type": "address"
          },
          {
            "internalType": "uint96",
            "name": "priceWei",
            "type": "uint96"
          },
          {
            "internalType": "bytes32",
            "name": "specDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint40",
            "name": "parentRelease",
            "type": "uint40"
          },
          {
            "internalType": "address",
            "name": "trainer",
            "type": "address"
          },
          {
            "internalType": "uint40",
            "name": "leaseEnds",
            "type": "uint40"
          },
          {
            "internalType": "uint8",
            "name": "attempts",
            "type": "uint8"
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
            "internalType": "uint40",
            "name": "deadline",
            "type": "uint40"
          }
        ],
        "internalType": "struct ITraining.Job",
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
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "internalType": "uint96",
        "name": "activeWei",
        "type": "uint96"
      }
    ],
    "name": "noteStake",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "pauseClaims",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "specDigest",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      },
      {
        "internalType": "uint40",
        "name": "parentRelease",
        "type": "uint40"
      },
      {
        "internalType": "uint96",
        "name": "priceWei",
        "type": "uint96"
      },
      {
        "internalType": "uint40",
        "name": "deadline",
        "type": "uint40"
      }
    ],
    "name": "post",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "newAuthority",
        "type": "address"
      }
    ],
    "name": "setAuthority",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      },
      {
        "internalType": "bool",
        "name": "allowed",
        "type": "bool"
      }
    ],
    "name": "setBase",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "address",
        "name": "trainer",
        "type": "address"
      },
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "adapterDigest",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "transcriptHead",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "reportDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint64",
            "name": "lossBeforeMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "lossAfterMicronats",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "tokens",
            "type": "uint64"
          },
          {
            "internalType": "uint32",
            "name": "steps",
            "type": "uint32"
          }
        ],
        "internalType": "struct ITraining.Attestation",
        "name": "attestation",
        "type": "tuple"
      }
    ],
    "name": "settle",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "unpauseClaims",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const;
