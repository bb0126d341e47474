/** ABI of Datanets, written by `scripts/abi/export.ts` from the compiled contract. */
export const datanetsAbi = [
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
        "name": "court",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "vault",
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
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "AlreadyFinalized",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "internalType": "uint8",
        "name": "index",
        "type": "uint8"
      },
      {
        "internalType": "address",
        "name": "finder",
        "type": "address"
      }
    ],
    "name": "AlreadyProven",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "AlreadySubmitted",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "files",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "BadFileCount",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "index",
        "type": "uint8"
      },
      {
        "internalType": "uint8",
        "name": "files",
        "type": "uint8"
      }
    ],
    "name": "BadIndex",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      }
    ],
    "name": "BadKey",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "internalType": "uint8",
        "name": "index",
        "type": "uint8"
      }
    ],
    "name": "BadProof",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      }
    ],
    "name": "BadSignature",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "sizeBytes",
        "type": "uint256"
      }
    ],
    "name": "BadSize",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "usedBytes",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "askedBytes",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "ByteQuotaExceeded",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "CreditsPaused",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      }
    ],
    "name": "DatanetClosed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "earlierSha256",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "laterSha256",
        "type": "bytes32"
      }
    ],
    "name": "DifferentFiles",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "earlierDocket",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "laterDocket",
        "type": "uint40"
      }
    ],
    "name": "DifferentPools",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "EarlierNotFinal",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "earlierRoot",
        "type": "bytes32"
      },
      {
        "internalType": "uint8",
        "name": "earlierIndex",
        "type": "uint8"
      }
    ],
    "name": "EarlierRejected",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "EmptyRoot",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "usedFiles",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "askedFiles",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "FileQuotaExceeded",
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
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      }
    ],
    "name": "KeyNotFresh",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "key",
        "type": "address"
      }
    ],
    "name": "KeyRetired",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      }
    ],
    "name": "NoRotation",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "earlierDocket",
        "type": "uint40"
      },
      {
        "internalType": "uint8",
        "name": "earlierItem",
        "type": "uint8"
      },
      {
        "internalType": "uint40",
        "name": "laterDocket",
        "type": "uint40"
      },
      {
        "internalType": "uint8",
        "name": "laterItem",
        "type": "uint8"
      }
    ],
    "name": "NotEarlier",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      }
    ],
    "name": "NotListed",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotNewKey",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "NotOwner",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      },
      {
        "internalType": "uint40",
        "name": "readyAt",
        "type": "uint40"
      }
    ],
    "name": "RotationNotReady",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "deadline",
        "type": "uint40"
      }
    ],
    "name": "SignatureExpired",
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
    "inputs": [],
    "name": "SubmissionsPaused",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "uint16",
        "name": "signed",
        "type": "uint16"
      },
      {
        "internalType": "uint16",
        "name": "current",
        "type": "uint16"
      }
    ],
    "name": "TermsChanged",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      }
    ],
    "name": "TermsExhausted",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "roots",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "maximum",
        "type": "uint256"
      }
    ],
    "name": "TooManyRoots",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      }
    ],
    "name": "UnknownDatanet",
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
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "UnknownSubmission",
    "type": "error"
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
        "indexed": true,
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "listRoot",
        "type": "bytes32"
      }
    ],
    "name": "ContributorListSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "owner",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint88",
        "name": "rewardWei",
        "type": "uint88"
      },
      {
        "indexed": false,
        "internalType": "uint88",
        "name": "feeWei",
        "type": "uint88"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "name",
        "type": "string"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "licence",
        "type": "string"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "guidelines",
        "type": "string"
      }
    ],
    "name": "DatanetCreated",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "open",
        "type": "bool"
      }
    ],
    "name": "DatanetOpenSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "earlierRoot",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "finder",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "index",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "earlierIndex",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint16",
        "name": "finderBps",
        "type": "uint16"
      }
    ],
    "name": "DuplicateProven",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "finder",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "index",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint8",
        "name": "grade",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "bountyWei",
        "type": "uint256"
      }
    ],
    "name": "DuplicateZeroed",
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
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "grades",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "rewardWei",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint16",
        "name": "scoreBps",
        "type": "uint16"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "versionCount",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "versionHead",
        "type": "bytes32"
      }
    ],
    "name": "Finalized",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "identity",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      }
    ],
    "name": "KeyRotated",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "guardian",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "submissions",
        "type": "bool"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "credits",
        "type": "bool"
      }
    ],
    "name": "Paused",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      }
    ],
    "name": "RotationCancelled",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "readyAt",
        "type": "uint40"
      }
    ],
    "name": "RotationRequested",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "contributor",
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
        "indexed": false,
        "internalType": "uint8",
        "name": "files",
        "type": "uint8"
      },
      {
        "indexed": false,
        "internalType": "uint32",
        "name": "sizeBytes",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "uint16",
        "name": "terms",
        "type": "uint16"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "manifestDigest",
        "type": "bytes32"
      }
    ],
    "name": "Submitted",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "uint16",
        "name": "terms",
        "type": "uint16"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "licence",
        "type": "string"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "guidelines",
        "type": "string"
      }
    ],
    "name": "TermsSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "governance",
        "type": "address"
      }
    ],
    "name": "Unpaused",
    "type": "event"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      }
    ],
    "name": "acceptRotation",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "appeal",
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
    "inputs": [],
    "name": "cancelRotation",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      },
      {
        "internalType": "uint88",
        "name": "rewardWei",
        "type": "uint88"
      },
      {
        "internalType": "uint88",
        "name": "feeWei",
        "type": "uint88"
      },
      {
        "internalType": "string",
        "name": "name",
        "type": "string"
      },
      {
        "internalType": "string",
        "name": "licence",
        "type": "string"
      },
      {
        "internalType": "string",
        "name": "guidelines",
        "type": "string"
      }
    ],
    "name": "create",
    "outputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "datanetCount",
    "outputs": [
      {
        "internalType": "uint32",
        "name": "",
        "type": "uint32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      }
    ],
    "name": "datanetOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "owner",
            "type": "address"
          },
          {
            "internalType": "uint8",
            "name": "pool",
            "type": "uint8"
          },
          {
            "internalType": "bool",
            "name": "open",
            "type": "bool"
          },
          {
            "internalType": "uint88",
            "name": "rewardWei",
            "type": "uint88"
          },
          {
            "internalType": "uint88",
            "name": "feeWei",
            "type": "uint88"
          },
          {
            "internalType": "uint16",
            "name": "terms",
            "type": "uint16"
          },
          {
            "internalType": "uint40",
            "name": "versionCount",
            "type": "uint40"
          },
          {
            "internalType": "bytes32",
            "name": "versionHead",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "listRoot",
            "type": "bytes32"
          }
        ],
        "internalType": "struct IDatanets.Datanet",
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
        "components": [
          {
            "internalType": "address",
            "name": "contributor",
            "type": "address"
          },
          {
            "internalType": "uint32",
            "name": "datanet",
            "type": "uint32"
          },
          {
            "internalType": "uint8",
            "name": "files",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "sizeBytes",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "terms",
            "type": "uint16"
          },
          {
            "internalType": "bytes32",
            "name": "leavesRoot",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "manifestDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint40",
            "name": "deadline",
            "type": "uint40"
          }
        ],
        "internalType": "struct IDatanets.Submission",
        "name": "submission",
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
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "internalType": "uint8",
        "name": "index",
        "type": "uint8"
      }
    ],
    "name": "duplicateOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "finder",
            "type": "address"
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
            "internalType": "uint8",
            "name": "files",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "index",
            "type": "uint8"
          },
          {
            "internalType": "uint16",
            "name": "finderBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IDatanets.Duplicate",
        "name": "",
        "type": "tuple"
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
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "finalize",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32[]",
        "name": "roots",
        "type": "bytes32[]"
      }
    ],
    "name": "finalizeMany",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "uint256",
        "name": "amountWei",
        "type": "uint256"
      }
    ],
    "name": "fund",
    "outputs": [],
    "stateMutability": "nonpayable",
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
    "inputs": [
      {
        "internalType": "bool",
        "name": "submissions",
        "type": "bool"
      },
      {
        "internalType": "bool",
        "name": "credits",
        "type": "bool"
      }
    ],
    "name": "pause",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "paused",
    "outputs": [
      {
        "internalType": "bool",
        "name": "submissions",
        "type": "bool"
      },
      {
        "internalType": "bool",
        "name": "credits",
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
        "name": "earlierRoot",
        "type": "bytes32"
      },
      {
        "components": [
          {
            "internalType": "uint8",
            "name": "index",
            "type": "uint8"
          },
          {
            "internalType": "bytes32",
            "name": "sha256",
            "type": "bytes32"
          },
          {
            "internalType": "uint256",
            "name": "sizeBytes",
            "type": "uint256"
          },
          {
            "internalType": "string",
            "name": "mediaType",
            "type": "string"
          },
          {
            "internalType": "bytes32",
            "name": "salt",
            "type": "bytes32"
          }
        ],
        "internalType": "struct IDatanets.Leaf",
        "name": "earlier",
        "type": "tuple"
      },
      {
        "internalType": "bytes32[]",
        "name": "earlierProof",
        "type": "bytes32[]"
      },
      {
        "internalType": "bytes32",
        "name": "laterRoot",
        "type": "bytes32"
      },
      {
        "components": [
          {
            "internalType": "uint8",
            "name": "index",
            "type": "uint8"
          },
          {
            "internalType": "bytes32",
            "name": "sha256",
            "type": "bytes32"
          },
          {
            "internalType": "uint256",
            "name": "sizeBytes",
            "type": "uint256"
          },
          {
            "internalType": "string",
            "name": "mediaType",
            "type": "string"
          },
          {
            "internalType": "bytes32",
            "name": "salt",
            "type": "bytes32"
          }
        ],
        "internalType": "struct IDatanets.Leaf",
        "name": "later",
        "type": "tuple"
      },
      {
        "internalType": "bytes32[]",
        "name": "laterProof",
        "type": "bytes32[]"
      }
    ],
    "name": "proveDuplicate",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      }
    ],
    "name": "quotaOf",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "filesLeft",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "bytesLeft",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "resetsAt",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "leavesRoot",
        "type": "bytes32"
      }
    ],
    "name": "rootOf",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "pure",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      }
    ],
    "name": "rotateKey",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "oldKey",
        "type": "address"
      }
    ],
    "name": "rotationOf",
    "outputs": [
      {
        "internalType": "address",
        "name": "newKey",
        "type": "address"
      },
      {
        "internalType": "uint40",
        "name": "readyAt",
        "type": "uint40"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "address",
        "name": "contributor",
        "type": "address"
      }
    ],
    "name": "scoreOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint16",
            "name": "scoreBps",
            "type": "uint16"
          },
          {
            "internalType": "uint40",
            "name": "points",
            "type": "uint40"
          },
          {
            "internalType": "uint32",
            "name": "judged",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "accepted",
            "type": "uint32"
          },
          {
            "internalType": "uint24",
            "name": "days_",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "lastDay",
            "type": "uint24"
          },
          {
            "internalType": "uint40",
            "name": "reachedAt",
            "type": "uint40"
          }
        ],
        "internalType": "struct IDatanets.Score",
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
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "bytes32",
        "name": "listRoot",
        "type": "bytes32"
      }
    ],
    "name": "setContributorList",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "bool",
        "name": "open",
        "type": "bool"
      }
    ],
    "name": "setOpen",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "string",
        "name": "licence",
        "type": "string"
      },
      {
        "internalType": "string",
        "name": "guidelines",
        "type": "string"
      }
    ],
    "name": "setTerms",
    "outputs": [
      {
        "internalType": "uint16",
        "name": "terms",
        "type": "uint16"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "submissionOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "address",
            "name": "contributor",
            "type": "address"
          },
          {
            "internalType": "uint32",
            "name": "datanet",
            "type": "uint32"
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
            "internalType": "uint8",
            "name": "files",
            "type": "uint8"
          },
          {
            "internalType": "bool",
            "name": "finalized",
            "type": "bool"
          },
          {
            "internalType": "bool",
            "name": "hasDuplicates",
            "type": "bool"
          }
        ],
        "internalType": "struct IDatanets.SubmissionState",
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
        "components": [
          {
            "internalType": "address",
            "name": "contributor",
            "type": "address"
          },
          {
            "internalType": "uint32",
            "name": "datanet",
            "type": "uint32"
          },
          {
            "internalType": "uint8",
            "name": "files",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "sizeBytes",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "terms",
            "type": "uint16"
          },
          {
            "internalType": "bytes32",
            "name": "leavesRoot",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "manifestDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint40",
            "name": "deadline",
            "type": "uint40"
          }
        ],
        "internalType": "struct IDatanets.Submission",
        "name": "submission",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      }
    ],
    "name": "submit",
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
            "name": "contributor",
            "type": "address"
          },
          {
            "internalType": "uint32",
            "name": "datanet",
            "type": "uint32"
          },
          {
            "internalType": "uint8",
            "name": "files",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "sizeBytes",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "terms",
            "type": "uint16"
          },
          {
            "internalType": "bytes32",
            "name": "leavesRoot",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "manifestDigest",
            "type": "bytes32"
          },
          {
            "internalType": "uint40",
            "name": "deadline",
            "type": "uint40"
          }
        ],
        "internalType": "struct IDatanets.Submission",
        "name": "submission",
        "type": "tuple"
      },
      {
        "internalType": "bytes",
        "name": "signature",
        "type": "bytes"
      },
      {
        "internalType": "bytes32[]",
        "name": "proof",
        "type": "bytes32[]"
      }
    ],
    "name": "submitListed",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "unpause",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint32",
        "name": "datanet",
        "type": "uint32"
      },
      {
        "internalType": "address",
        "name": "to",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "amountWei",
        "type": "uint256"
      }
    ],
    "name": "withdraw",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const;
