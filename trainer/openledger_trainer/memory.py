"""What memory a run takes, and how its lack is recognised."""

from __future__ import annotations

import psutil
import torch


def used_bytes(device: torch.device) -> int:
    """Memory that the run holds now: of the GPU at its peak, else of the process."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return int(psutil.Process().memory_info().rss)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an operation failed for lack of memory, on a GPU or in the main memory."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    # The CPU's allocator has no class of its own.
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
