"""Makes a run a pure function of its specification: randomness, threads, kernels, device."""

from __future__ import annotations

import hashlib
import logging
import os
import sys

# cuBLAS reads it once, when the first handle is made.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import torch

# With the package `kernels`, bitsandbytes and transformers would fetch compiled code from a hub and run it.
sys.modules.setdefault("kernels", None)  # type: ignore[arg-type]
# PEFT imports bitsandbytes, which warns that it could not.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)

DEVICE_VARIABLE = "OPENLEDGER_DEVICE"


def derived_seed(*parts: int | str) -> int:
    """A 63-bit seed from named parts, the same on every machine."""
    text = "\n".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big") >> 1


def prepare_torch(threads: int) -> None:
    """Choose deterministic kernels and the thread count for the thread that calls."""
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    # Nothing here reads memory before it is written; filling it all takes time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.benchmark = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


def names_device() -> bool:
    """Whether OPENLEDGER_DEVICE names the one device that is to be used."""
    return os.environ.get(DEVICE_VARIABLE, "") != ""


def choose_device() -> torch.device:
    """A GPU where there is one, unless OPENLEDGER_DEVICE names another device."""
    if names_device():
        return torch.device(os.environ[DEVICE_VARIABLE])
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
