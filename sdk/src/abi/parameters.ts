/** ABI of Parameters, written by `scripts/abi/export.ts` from the compiled contract. */
export const parametersAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "authority",
        "type": "address"
      },
      {
        "components": [
          {
            "internalType": "uint8",
            "name": "filesPerSubmission",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "filesPerDay",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "bytesPerDay",
            "type": "uint32"
          }
        ],
        "internalType": "struct IParameters.SubmissionLimits",
        "name": "limits",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint24",
            "name": "collectSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "commitSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "revealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "appealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint8",
            "name": "committeeSize",
            "type": "uint8"
          },
          {
            "internalType": "uint16",
            "name": "toleranceBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "incoherentPenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "absentPenaltyBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IParameters.PoolRules[4]",
        "name": "rules",
        "type": "tuple[4]"
      },
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "seatWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "seatsPerAddress",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "thawSeconds",
            "type": "uint32"
          }
        ],
        "internalType": "struct IParameters.SeatRules",
        "name": "seats",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint32",
            "name": "leaseSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "checkFeeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "expiredLeasePenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint8",
            "name": "maxAttempts",
            "type": "uint8"
          }
        ],
        "internalType": "struct IParameters.TrainingRules",
        "name": "training",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "feeWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct IParameters.AppealRules",
        "name": "appeals",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint32",
            "name": "rotationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "finderBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IParameters.ContributorRules",
        "name": "contributors",
        "type": "tuple"
      },
      {
        "components": [
          {
            "internalType": "uint16",
            "name": "protocolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "ownerBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "poolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "receiptSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "withdrawSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "activationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "rootBondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "challengeFeeWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct IParameters.UsageRules",
        "name": "usage",
        "type": "tuple"
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
        "name": "name",
        "type": "bytes32"
      },
      {
        "internalType": "uint256",
        "name": "valueWei",
        "type": "uint256"
      }
    ],
    "name": "NotWholeMilliOpen",
    "type": "error"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "name",
        "type": "bytes32"
      },
      {
        "internalType": "uint256",
        "name": "value",
        "type": "uint256"
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
    "name": "ParameterOutOfRange",
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
    "anonymous": false,
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "feeWei",
            "type": "uint96"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.AppealRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "AppealRulesSet",
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
        "components": [
          {
            "internalType": "uint32",
            "name": "rotationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "finderBps",
            "type": "uint16"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.ContributorRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "ContributorRulesSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      },
      {
        "components": [
          {
            "internalType": "uint24",
            "name": "collectSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "commitSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "revealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "appealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint8",
            "name": "committeeSize",
            "type": "uint8"
          },
          {
            "internalType": "uint16",
            "name": "toleranceBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "incoherentPenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "absentPenaltyBps",
            "type": "uint16"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.PoolRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "PoolRulesSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "seatWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "seatsPerAddress",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "thawSeconds",
            "type": "uint32"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.SeatRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "SeatRulesSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint8",
            "name": "filesPerSubmission",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "filesPerDay",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "bytesPerDay",
            "type": "uint32"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.SubmissionLimits",
        "name": "limits",
        "type": "tuple"
      }
    ],
    "name": "SubmissionLimitsSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint32",
            "name": "leaseSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "checkFeeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "expiredLeasePenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint8",
            "name": "maxAttempts",
            "type": "uint8"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.TrainingRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "TrainingRulesSet",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint16",
            "name": "protocolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "ownerBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "poolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "receiptSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "withdrawSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "activationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "rootBondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "challengeFeeWei",
            "type": "uint96"
          }
        ],
        "indexed": false,
        "internalType": "struct IParameters.UsageRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "UsageRulesSet",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "appealRules",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "feeWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct IParameters.AppealRules",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
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
    "name": "contributorRules",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint32",
            "name": "rotationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "finderBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IParameters.ContributorRules",
        "name": "",
        "type": "tuple"
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
    "inputs": [
      {
        "internalType": "uint8",
        "name": "pool",
        "type": "uint8"
      }
    ],
    "name": "poolRules",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint24",
            "name": "collectSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "commitSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "revealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "appealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint8",
            "name": "committeeSize",
            "type": "uint8"
          },
          {
            "internalType": "uint16",
            "name": "toleranceBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "incoherentPenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "absentPenaltyBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IParameters.PoolRules",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "seatRules",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "seatWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "seatsPerAddress",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "thawSeconds",
            "type": "uint32"
          }
        ],
        "internalType": "struct IParameters.SeatRules",
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
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "feeWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct IParameters.AppealRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "setAppealRules",
    "outputs": [],
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
        "components": [
          {
            "internalType": "uint32",
            "name": "rotationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "finderBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IParameters.ContributorRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "setContributorRules",
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
        "components": [
          {
            "internalType": "uint24",
            "name": "collectSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "commitSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "revealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint24",
            "name": "appealSeconds",
            "type": "uint24"
          },
          {
            "internalType": "uint8",
            "name": "committeeSize",
            "type": "uint8"
          },
          {
            "internalType": "uint16",
            "name": "toleranceBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "incoherentPenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "absentPenaltyBps",
            "type": "uint16"
          }
        ],
        "internalType": "struct IParameters.PoolRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "setPoolRules",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint96",
            "name": "seatWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "seatsPerAddress",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "thawSeconds",
            "type": "uint32"
          }
        ],
        "internalType": "struct IParameters.SeatRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "setSeatRules",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint8",
            "name": "filesPerSubmission",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "filesPerDay",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "bytesPerDay",
            "type": "uint32"
          }
        ],
        "internalType": "struct IParameters.SubmissionLimits",
        "name": "limits",
        "type": "tuple"
      }
    ],
    "name": "setSubmissionLimits",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint32",
            "name": "leaseSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "checkFeeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "expiredLeasePenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint8",
            "name": "maxAttempts",
            "type": "uint8"
          }
        ],
        "internalType": "struct IParameters.TrainingRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "setTrainingRules",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "components": [
          {
            "internalType": "uint16",
            "name": "protocolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "ownerBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "poolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "receiptSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "withdrawSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "activationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "rootBondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "challengeFeeWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct IParameters.UsageRules",
        "name": "rules",
        "type": "tuple"
      }
    ],
    "name": "setUsageRules",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "submissionLimits",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint8",
            "name": "filesPerSubmission",
            "type": "uint8"
          },
          {
            "internalType": "uint8",
            "name": "filesPerDay",
            "type": "uint8"
          },
          {
            "internalType": "uint32",
            "name": "bytesPerDay",
            "type": "uint32"
          }
        ],
        "internalType": "struct IParameters.SubmissionLimits",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "trainingRules",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint32",
            "name": "leaseSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "bondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "checkFeeWei",
            "type": "uint96"
          },
          {
            "internalType": "uint16",
            "name": "expiredLeasePenaltyBps",
            "type": "uint16"
          },
          {
            "internalType": "uint8",
            "name": "maxAttempts",
            "type": "uint8"
          }
        ],
        "internalType": "struct IParameters.TrainingRules",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "usageRules",
    "outputs": [
      {
        "components": [
          {
            "internalType": "uint16",
            "name": "protocolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "ownerBps",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "poolBps",
            "type": "uint16"
          },
          {
            "internalType": "uint32",
            "name": "receiptSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "withdrawSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint32",
            "name": "activationSeconds",
            "type": "uint32"
          },
          {
            "internalType": "uint96",
            "name": "rootBondWei",
            "type": "uint96"
          },
          {
            "internalType": "uint96",
            "name": "challengeFeeWei",
            "type": "uint96"
          }
        ],
        "internalType": "struct IParameters.UsageRules",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  }
] as const;
