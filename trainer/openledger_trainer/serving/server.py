"""Serves questions to several bases, each with many adapters, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch

from openledger_trainer.base_model import BaseModel, find_base
from openledger_trainer.determinism import choose_device
from openledger_trainer.errors import Cancelled, failure_of
from openledger_trainer.memory import is_device_lost, release_memory
from openledger_trainer.progress import Progress
from openledger_trainer.serving.batch import Row
from openledger_trainer.serving.desk import Asked, Desk
from openledger_trainer.serving.precision import serving_dtype
from openledger_trainer.serving.served_base import ServedBase

LOADED_BASES = 2


class Server:
    """Takes questions from a desk and answers them, all that are open at once."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self._bases: OrderedDict[tuple[str, str | None, torch.dtype], ServedBase] = OrderedDict()
        self._blocked: tuple[Asked, int] | None = None

    @property
    def open_answers(self) -> int:
        """How many answers are not finished."""
        return sum(len(served.batch.open_rows) for served in self._bases.values())

    @property
    def bases(self) -> list[ServedBase]:
        """Those that are loaded, the one asked last at the end."""
        return list(self._bases.values())

    def run(self) -> None:
        """Answer for ever; the body of the serving thread.

        Raises:
            RuntimeError: When the GPU is lost: only another process can use it again.
        """
        while True:
            self.round()

    def round(self) -> None:
        """Wait for work, take questions as far as there is room, and give each open answer a token."""
        waiting = self.desk.begin_round()
        try:
            with torch.inference_mode():
                self._admit(waiting)
                for served in self.bases:
                    self._step(served)
        finally:
            self.desk.end_round(self.open_answers)

    def loaded(self, base: BaseModel, quantization: str | None) -> ServedBase:
        """A base in float32 for work between rounds, whose numbers other machines compare with theirs.

        With every place taken by open answers it is loaded for this once.
        """
        return self._served(base, quantization, torch.float32) or ServedBase(base, quantization)

    def perplexity(self, base: BaseModel, text: str, max_tokens: int, progress: Progress) -> dict[str, Any]:
        """How well a base, without any adapter, foresees a text's first tokens. Call it between rounds.

        Raises:
            TrainerError: When nothing can be measured.
        """
        return self.loaded(base, None).perplexity(text, max_tokens, progress)

    def forget(self) -> None:
        """Free all memory, before a training run takes it. Call it while no answer is open."""
        self._bases.clear()

    def _served(self, base: BaseModel, quantization: str | None, dtype: torch.dtype) -> ServedBase | None:
        """The loaded base; None when all places are taken by bases with open answers."""
        key = (base.digest, quantization, dtype)
        if key not in self._bases:
            idle = [each for each, served in self._bases.items() if not served.batch.open_rows]
            if len(self._bases) >= LOADED_BASES:
                if not idle:
                    return None
                del self._bases[idle[0]]
                release_memory()
            # Weights made in inference mode could never again be read by what computes gradients.
            with torch.inference_mode(False), torch.no_grad():
                self._bases[key] = ServedBase(base, quantization, dtype)
        self._bases.move_to_end(key)
        return self._bases[key]

    def _admit(self, waiting: list[Asked]) -> None:
        """Open answers in the order of their questions, up to the first for which there is no room."""
        if not waiting or self._blocked == (waiting[0], self.open_answers):
            return
        self._blocked = None
        for asked in waiting:
            try:
                if not self._open(asked):
                    break
            except Exception as failure:  # the server outlives every failure of a question
                if self.desk.take(asked):
                    asked.finish(None, failure_of(failure))

    def _open(self, asked: Asked) -> bool:
        """Open an answer; False when the question has to wait for room."""
        question = asked.question
        dtype = serving_dtype(choose_device(), question.dtype)
        served = self._served(find_base(question.base), question.quantization, dtype)
        if served is None:
            return self._wait(asked)
        prompt = served.prompt_of(asked)
        if not served.has_room_for(len(prompt) + served.limit_of(asked, prompt)):
            return self._wait(asked)
        row = served.open(asked, prompt)
        if self.desk.take(asked):
            served.batch.unread.append(row)
        else:
            served.close(row)
        return True

    def _wait(self, asked: Asked) -> bool:
        """Look at this question again only when the number of open answers has changed."""
        self._blocked = (asked, self.open_answers)
        return False

    def _step(self, served: ServedBase) -> None:
        batch = served.batch
        left = [row for row in batch.open_rows if row.asked.progress.is_cancelled]
        batch.drop(left)
        self._fail(served, left, Cancelled())
        if batch.open_rows:
            served.prepare()
        # One group of prompts a round: the answers that are open already go on meanwhile.
        if batch.unread:
            self._read(served, batch.next_group())
        if batch.rows:
            self._compute(served, batch.step)

    def _read(self, served: ServedBase, rows: list[Row]) -> None:
        batch = served.batch
        try:
            cache = batch.read(rows)
        except Exception as failure:  # of these prompts only: the open rows were not touched
            batch.drop(rows)
            self._fail(served, rows, failure)
            return
        self._compute(served, lambda: batch.join(rows, cache))

    def _compute(self, served: ServedBase, work: Callable[[], None]) -> None:
        """Do something with the whole batch and give the answers that are finished by it."""
        batch = served.batch
        try:
            work()
            done = [row for row in batch.rows if row.result is not None]
            batch.drop(done)
        except Exception as failure:  # nothing of the batch can be trusted any more
            rows = batch.open_rows
            batch.reset()
            self._fail(served, rows, failure)
            return
        for row in done:
            served.close(row)
            row.asked.finish(row.result, None)

    def _fail(self, served: ServedBase, rows: list[Row], failure: Exception) -> None:
        for row in rows:
            served.close(row)
            row.asked.finish(None, failure_of(failure))
        if is_device_lost(failure):
            raise failure
