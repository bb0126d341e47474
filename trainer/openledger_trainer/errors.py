"""The one kind of failure that a caller is told about."""

from __future__ import annotations


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
