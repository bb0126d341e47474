/** ABI of Models, written by `scripts/abi/export.ts` from the compiled contract. */
export const modelsAbi = [
  {
    "inputs": [
      {
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "internalType": "uint40",
        "name": "release",
        "type": "uint40"
      }
    ],
    "name": "AlreadyReleased",
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
    "name": "BaseAlreadyAdded",
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
    "name": "NotAccepted",
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
        "name": "release",
        "type": "uint40"
      }
    ],
    "name": "UnknownRelease",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "string",
        "name": "family",
        "type": "string"
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
      }
    ],
    "name": "BaseAdded",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      }
    ],
    "name": "BaseRemoved",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint40",
        "name": "release",
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
        "internalType": "uint40",
        "name": "job",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "uint40",
        "name": "parentRelease",
        "type": "uint40"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "specDigest",
        "type": "bytes32"
      },
      {
        "indexed": false,
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
        "indexed": false,
        "internalType": "struct ITraining.Attestation",
        "name": "attestation",
        "type": "tuple"
      }
    ],
    "name": "Released",
    "type": "event"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "baseDigest",
        "type": "bytes32"
      },
      {
        "internalType": "string",
        "name": "family",
        "type": "string"
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
      }
    ],
    "name": "addBase",
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
    "name": "release",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "releaseId",
        "type": "uint40"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "releaseCount",
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
        "name": "releaseId",
        "type": "uint40"
      }
    ],
    "name": "releaseOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint40",
            "name": "model",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "job",
            "type": "uint40"
          },
          {
            "internalType": "uint40",
            "name": "parentRelease",
            "type": "uint40"
          },
          {
            "internalType": "bytes32",
            "name": "adapterDigest",
            "type": "bytes32"
          }
        ],
        "internalType": "struct IModels.Release",
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
        "name": "job",
        "type": "uint40"
      }
    ],
    "name": "releaseOfJob",
    "outputs": [
      {
        "internalType": "uint40",
        "name": "releaseId",
        "type": "uint40"
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
    "name": "removeBase",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const;
