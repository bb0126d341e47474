"""The open answers of one base: all of them get their next token from one forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.serving.adapters import ResidentAdapter
from openledger_trainer.serving.cache import BatchCache
from openledger_trainer.serving.desk import Asked
from openledger_trainer.serving.mixing import Mixer
from openledger_trainer.serving.sampling import Sampler, choose_tokens
from openledger_trainer.serving.text_stream import TextStream

BATCH_ROWS = 32
_PROMPT_PIECE = 512
"""Columns of a prompt that are read at once: bounds the memory of attention."""
_PROMPTS_AT_ONCE = 2048
"""Tokens of prompts, padding included, that are read in one go."""


class Row:
    """One open answer."""

    def __init__(
        self,
        asked: Asked,
        prompt: list[int],
        adapter: ResidentAdapter | None,
        limit: int,
        ends: frozenset[int],
        tokenizer: Any,
    ) -> None:
        question = asked.question
        self.asked = asked
        self.prompt = prompt
        self.adapter = adapter
        self.limit = limit
        self.length = len(prompt)
        """Tokens in the cache."""
        self.last = -1
        self.sampler = Sampler(question.temperature, question.top_p, question.seed)
        self.result: dict[str, Any] | None = None
        self._ends = ends
        self._tokens = 0
        self._text = TextStream(tokenizer, question.stop, trim_start=not isinstance(question.prompt, str))

    @property
    def reserve(self) -> int:
        """Tokens that may be in the cache in the end."""
        return len(self.prompt) + self.limit

    def push(self, token: int) -> None:
        """Take the next token; `result` is there once it was the last."""
        if token in self._ends:
            self._finish("stop")
            return
        self.last = token
        self._tokens += 1
        self._tell(self._text.push(token))
        if self._text.stopped:
            self._finish("stop")
        elif self._tokens >= self.limit:
            self._finish("length")

    def _finish(self, reason: str) -> None:
        self._tell(self._text.finish())
        self.result = {
            "text": self._text.shown,
            "promptTokens": len(self.prompt),
            "tokens": self._tokens,
            "finishReason": "stop" if self._text.stopped else reason,
        }

    def _tell(self, text: str) -> None:
        if text:
            self.asked.progress.emit("token", {"text": text})


class Batch:
    """Rows that share one base and one cache; they come and go between two tokens."""

    def __init__(self, model: Any, mixer: Mixer, device: torch.device) -> None:
        self._model = model
        self._mixer = mixer
        self._device = device
        self._layers = int(model.config.num_hidden_layers)
        self._cache = BatchCache(self._layers)
        self.rows: list[Row] = []
        """Those in the cache."""
        self.unread: list[Row] = []
        """Those whose prompts are still to be read."""
        probe = BatchCache(self._layers)
        with torch.no_grad():
            self._forward(torch.zeros(1, 1, dtype=torch.long, device=device), [0], probe)
        self._bytes_per_token = probe.bytes_per_token

    @property
    def open_rows(self) -> list[Row]:
        """All answers that are not finished."""
        return [*self.rows, *self.unread]

    def bytes_with(self, reserve: int) -> int:
        """Memory of the cache in the end, if a row of so many tokens joined."""
        reserves = [*(row.reserve for row in self.open_rows), reserve]
        return len(reserves) * max(reserves) * self._bytes_per_token

    def next_group(self) -> list[Row]:
        """The first of the new rows, and others whose prompts are as long: padding is computed too."""
        group: list[Row] = []
        for row in self.unread:
            lengths = [len(each.prompt) for each in (*group, row)]
            fits = max(lengths) <= 2 * min(lengths) and len(lengths) * max(lengths) <= _PROMPTS_AT_ONCE
            if fits or not group:
                group.append(row)
        return group

    def read(self, rows: Sequence[Row]) -> BatchCache:
        """Read the prompts of new rows and choose their first tokens; nothing else is changed."""
        cache = BatchCache(self._layers)
        self._mixer.use_once([row.adapter for row in rows])
        try:
            logits = self._read_prompts(rows, cache)
        finally:
            self._route()
        _push_all(rows, logits)
        return cache

    def join(self, rows: Sequence[Row], cache: BatchCache) -> None:
        """Let the rows that were read into this cache go on with the others."""
        if self.rows:
            self._cache.join(cache)
        else:
            self._cache = cache
        self.rows += rows
        self.unread = [row for row in self.unread if row not in rows]
        self._route()

    def step(self) -> None:
        """Give every open row its next token."""
        ids = torch.tensor([[row.last] for row in self.rows], device=self._device)
        logits = self._forward(ids, [row.length for row in self.rows], self._cache)
        for row in self.rows:
            row.length += 1
        _push_all(self.rows, logits)

    def drop(self, rows: Sequence[Row]) -> None:
        """Take out rows that are finished or not wanted any more."""
        for row in rows:
            if row in self.unread:
                self.unread.remove(row)
                continue
            place = self.rows.index(row)
            last = self.rows.pop()
            if place < len(self.rows):
                self.rows[place] = last
            self._cache.leave(place, [each.length for each in self.rows])
        if rows:
            self._route()

    def reset(self) -> None:
        """Forget all rows, after a failure that may have left them half done."""
        self.rows, self.unread = [], []
        self._cache = BatchCache(self._layers)
        self._route()

    def _route(self) -> None:
        self._mixer.use_stacks([row.adapter for row in self.rows])

    def _read_prompts(self, rows: Sequence[Row], cache: BatchCache) -> torch.Tensor:
        width = max(len(row.prompt) for row in rows)
        ids = torch.zeros(len(rows), width, dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, width - len(row.prompt) :] = torch.tensor(row.prompt)
        ids = ids.to(self._device)
        logits = None
        for first in range(0, width, _PROMPT_PIECE):
            if all(row.asked.progress.is_cancelled for row in rows):
                raise Cancelled()
            piece = ids[:, first : first + _PROMPT_PIECE]
            before = [first - (width - len(row.prompt)) for row in rows]
            logits = self._forward(piece, before, cache)
        assert logits is not None
        return logits

    def _forward(self, ids: torch.Tensor, before: Sequence[int], cache: BatchCache) -> torch.Tensor:
        """The logits [rows, vocabulary] after the last column of `ids` [rows, columns].

        `before[row]` tokens of the row are in the cache; below 0, so many columns of `ids` are padding.
        """
        columns = ids.shape[1]
        cache.make_room(columns)
        width = cache.length + columns
        lengths = torch.tensor(before, device=self._device)[:, None]
        positions = (lengths + torch.arange(columns, device=self._device)).clamp_min(0)
        mask = None
        if any(each + columns < width for each in before):
            mask = torch.arange(width, device=self._device) >= width - columns - lengths
        output = self._model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache.advance(columns)
        logits: torch.Tensor = output.logits[:, -1]
        return logits


def _push_all(rows: Sequence[Row], logits: torch.Tensor) -> None:
    for row, token in zip(rows, choose_tokens(logits, [row.sampler for row in rows]), strict=True):
        row.push(token)


def check_prompt(tokens: int, window: int) -> None:
    """Refuse a prompt that leaves no room for an answer.

    Raises:
        TrainerError: When it is empty or fills the base's window.
    """
    if not 1 <= tokens < window:
        raise TrainerError(
            "bad-prompt",
            f"The prompt has {tokens} tokens; this base reads 1 to {window - 1}.",
            "Ask a shorter question.",
        )
