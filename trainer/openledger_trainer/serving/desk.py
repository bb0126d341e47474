"""Where questions wait, and who may use the device: the open answers together, or a job alone.

Answers are computed by one thread, jobs (training and the like) by another. Whoever came first goes first: a
job waits until the answers that were asked before it are given, and questions asked after it wait for it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.serving.question import Question

MOST_WAITING = 256

Finish = Callable[[dict[str, Any] | None, TrainerError | None], None]


@dataclass(eq=False)
class Asked:
    """A question on its way.

    Attributes:
        question: What is asked.
        progress: Where pieces of the answer are reported, and whether the asker has left.
        finish: Called once, with the result or with the error.
        ticket: Its place in the order of all questions and jobs.
    """

    question: Question
    progress: Progress
    finish: Finish
    ticket: int = 0


class Desk:
    """Orders questions and jobs. Every wait here ends: the earliest of all never waits for a later one."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._changed = threading.Condition()
        self._tickets = itertools.count()
        self._waiting: list[Asked] = []
        self._open_answers = 0
        self._in_round = False
        self._job: int | None = None
        self._job_runs = False
        self._guest = False

    def ask(self, asked: Asked) -> None:
        """Put a question into the row.

        Raises:
            TrainerError: When too many wait already.
        """
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                raise TrainerError(
                    "busy", f"{self._most_waiting} questions wait already.", "Ask again in a moment."
                )
            asked.ticket = next(self._tickets)
            self._waiting.append(asked)
            self._changed.notify_all()
        asked.progress.when_cancelled(lambda: self._drop(asked))

    def begin_round(self) -> list[Asked]:
        """Wait for work on answers; returns the questions that may be taken, first come first.

        Until `end_round` nothing else uses the device.
        """
        with self._changed:
            self._changed.wait_for(self._round_is_due)
            self._in_round = True
            return self._admissible()

    def take(self, asked: Asked) -> bool:
        """Take a question out of the row; False when its asker has left meanwhile."""
        with self._changed:
            if asked not in self._waiting:
                return False
            self._waiting.remove(asked)
            return True

    def end_round(self, open_answers: int) -> None:
        """Let others use the device; `open_answers` are not finished yet."""
        with self._changed:
            self._in_round = False
            self._open_answers = open_answers
            self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Use the device with no answer open: for jobs that need all memory."""
        with self._changed:
            self._job = next(self._tickets)
            self._changed.wait_for(self._job_is_due)
            self._job_runs = True
        try:
            yield
        finally:
            with self._changed:
                self._job, self._job_runs = None, False
                self._changed.notify_all()

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Use the device between two tokens of the open answers: for short work."""
        with self._changed:
            self._guest = True
            self._changed.wait_for(lambda: not self._in_round)
        try:
            yield
        finally:
            with self._changed:
                self._guest = False
                self._changed.notify_all()

    def _round_is_due(self) -> bool:
        if self._job_runs or self._guest:
            return False
        return self._open_answers > 0 or bool(self._admissible())

    def _job_is_due(self) -> bool:
        return not self._in_round and self._open_answers == 0 and not self._admissible()

    def _admissible(self) -> list[Asked]:
        job = self._job
        return [asked for asked in self._waiting if job is None or asked.ticket < job]

    def _drop(self, asked: Asked) -> None:
        if self.take(asked):
            asked.finish(None, Cancelled())
