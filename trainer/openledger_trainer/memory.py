"""What memory a run takes, and how its lack is recognised."""

from __future__ import annotations

import gc

import psutil
import torch

from openledger_trainer.errors import tells_of_lacking_memory


def release_memory() -> None:
    """Give back what nobody needs any more, also what torch keeps of a GPU's memory for later."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def forget_peak(device: torch.device) -> None:
    """Let `used_bytes` tell of what comes from now on."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def used_bytes(device: torch.device) -> int:
    """Memory that the run takes: on a GPU the most since `forget_peak`, else what the process holds now."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return int(psutil.Process().memory_info().rss)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an operation failed for lack of memory, on a GPU or in the main memory."""
    return isinstance(error, torch.OutOfMemoryError) or tells_of_lacking_memory(error)


def is_device_lost(error: BaseException) -> bool:
    """Whether a GPU failed so that nothing in this process can use it any more."""
    return isinstance(error, RuntimeError) and "CUDA error" in str(error)
