"""What the C library's allocator takes from the machine, which is more than what programs hold of it.

Freed memory is kept for the next request, and aligned blocks leave gaps: training on a CPU took about twice
what was alive. Handing everything back at once would halve that, and made a step half as slow again.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_PROCESS = Path("/proc/self")


@dataclass
class Growth:
    """By how much the process has grown at most: None where the system does not tell."""

    size_bytes: int | None = None


def release_free_memory() -> None:
    """Hand memory that is free back to the machine, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@contextmanager
def watched_growth() -> Iterator[Growth]:
    """Measure by how much the process's resident memory grows at most while something is done."""
    release_free_memory()
    growth = Growth()
    try:
        # Forgets the highest mark so far.
        (_PROCESS / "clear_refs").write_text("5", "ascii")
    except OSError:
        yield growth
        return
    before = psutil.Process().memory_info().rss
    yield growth
    lines = (_PROCESS / "status").read_text("ascii").splitlines()
    highest = next(line for line in lines if line.startswith("VmHWM:"))
    growth.size_bytes = max(0, int(highest.split()[1]) * 1024 - before)
