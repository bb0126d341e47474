/** ABI of Datanets, written by `scripts/abi/export.ts` from the compiled contract. */
export const datanetsAbi = [
  {
    "inputs": [
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
        "internalType": "bytes32",
        "name": "manifestDigest",
        "type": "bytes32"
      }
    ],
    "name": "Submitted",
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
            "internalType": "uint40",
            "name": "versionCount",
            "type": "uint40"
          },
          {
            "internalType": "bytes32",
            "name": "versionHead",
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
            "internalType": "bytes32",
            "name": "root",
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
            "internalType": "bytes32",
            "name": "root",
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
