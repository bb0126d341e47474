"""What a task may say while it runs, and how it learns that it should stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from openledger_trainer.errors import Cancelled

Emit = Callable[[str, dict[str, Any]], None]


class Progress:
    """Handed to every task: `emit` reports, `check` raises when the task was cancelled."""

    def __init__(self, emit: Emit | None = None) -> None:
        self._emit = emit
        self._cancelled = threading.Event()
        self._when_cancelled: Callable[[], None] | None = None

    def emit(self, event: str, data: dict[str, Any]) -> None:
        """Report an event to whoever asked for the task."""
        if self._emit is not None:
            self._emit(event, data)

    def cancel(self) -> None:
        """Ask the task to stop at its next safe moment."""
        self._cancelled.set()
        if self._when_cancelled is not None:
            self._when_cancelled()

    def when_cancelled(self, act: Callable[[], None]) -> None:
        """Do something at once when the task is cancelled, or was; `act` may be called twice."""
        self._when_cancelled = act
        if self._cancelled.is_set():
            act()

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Stop here when the task was cancelled.

        Raises:
            Cancelled: When `cancel` was called.
        """
        if self._cancelled.is_set():
            raise Cancelled()
