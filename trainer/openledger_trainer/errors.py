"""The one kind of failure that a caller is told about."""

from __future__ import annotations

import sys
import traceback


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


def failure_of(failure: Exception) -> TrainerError:
    """What a caller is told of any failure; one that nobody foresaw is printed for the worker's owner."""
    if isinstance(failure, TrainerError):
        return failure
    kind = type(failure).__name__
    reason = f"{kind}: {str(failure)[:300]}"
    # Told by their names: this module is read by a thread that does not wait for torch to load.
    if isinstance(failure, MemoryError) or kind == "OutOfMemoryError" or "can't allocate memory" in reason:
        return TrainerError(
            "out-of-memory",
            f"The {'GPU' if kind == 'OutOfMemoryError' else 'machine'} has too little memory: {reason}",
            "Ask for less at once: a smaller batchSize or cutoffTokens, a shorter question.",
        )
    traceback.print_exception(failure, file=sys.stderr)
    return TrainerError(
        "unexpected", f"The work failed: {reason}", "See the worker's standard error, and report it."
    )
