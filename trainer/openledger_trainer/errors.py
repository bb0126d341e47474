"""The one kind of failure that a caller is told about."""

from __future__ import annotations

import errno
import sys
import traceback

_LACK_OF_MEMORY = (
    "can't allocate memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)
"""What torch and the libraries beneath it say where they raise no class of its own."""


class TrainerError(Exception):
    """A failure with a code for programs, a sentence for people and what to do next."""

    def __init__(self, code: str, message: str, next_step: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step

    def to_json(self) -> dict[str, str]:
        """The error as it travels in a reply."""
        return {"code": self.code, "message": self.message, "next": self.next_step}


class Cancelled(TrainerError):
    """The caller asked for the work to stop."""

    def __init__(self) -> None:
        super().__init__(
            "cancelled",
            "The work was cancelled.",
            "Send the same request again: training continues from its last checkpoint.",
        )


def tells_of_lacking_memory(failure: BaseException) -> bool:
    """Whether a failure is one for lack of memory; told without torch, which takes seconds to load."""
    if isinstance(failure, MemoryError) or type(failure).__name__ == "OutOfMemoryError":
        return True
    if isinstance(failure, OSError):
        return failure.errno == errno.ENOMEM
    return isinstance(failure, RuntimeError) and any(text in str(failure) for text in _LACK_OF_MEMORY)


def failure_of(failure: Exception) -> TrainerError:
    """What a caller is told of any failure; one that nobody foresaw is printed for the worker's owner."""
    if isinstance(failure, TrainerError):
        return failure
    kind = type(failure).__name__
    reason = f"{kind}: {str(failure)[:300]}"
    if tells_of_lacking_memory(failure):
        return TrainerError(
            "out-of-memory",
            f"The {'GPU' if kind == 'OutOfMemoryError' else 'machine'} has too little memory: {reason}",
            "Ask for less at once: a smaller batchSize or cutoffTokens, a shorter question.",
        )
    if isinstance(failure, OSError) and failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return TrainerError(
            "disk-full",
            f"There is no room left for {failure.filename or 'what is written'}.",
            "Free some space: a run continues from its last checkpoint.",
        )
    traceback.print_exception(failure, file=sys.stderr)
    return TrainerError(
        "unexpected", f"The work failed: {reason}", "See the worker's standard error, and report it."
    )
