"""Records as tokens, and which of them each step learns from."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from openledger_trainer.dataset import Record
from openledger_trainer.errors import TrainerError
from openledger_trainer.families import Family
from openledger_trainer.template import (
    answer_tokens,
    conversation_tokens,
    start_tokens,
    text_tokens,
)

IGNORED_LABEL = -100
_PACKING = -1
"""Stands for the epoch in the order of packing."""


@dataclass(frozen=True)
class Example:
    """Tokens of which the last `learnt` are predicted, and the contribution that they came from."""

    tokens: tuple[int, ...]
    learnt: int
    sha256: str
    index: int


@dataclass(frozen=True)
class PackedRow:
    """Several examples one after another, none of which sees another."""

    examples: tuple[Example, ...]

    @property
    def tokens(self) -> tuple[int, ...]:
        """The tokens of all, in order."""
        return tuple(token for example in self.examples for token in example.tokens)

    @property
    def learnt(self) -> int:
        """How many of them are predicted."""
        return sum(example.learnt for example in self.examples)


Row = Example | PackedRow


@dataclass(frozen=True)
class Batch:
    """Rows padded to one length on the right.

    Attributes:
        input_ids: Tokens, (rows, width).
        attention_mask: 1 where there is an example, (rows, width); None where rows are packed.
        position_ids: Places that begin anew with every example, (rows, width); None where not packed.
        labels: Tokens to predict, `IGNORED_LABEL` elsewhere, (rows, width).
        places: Where in the flattened rows the next token is learnt, (learnt,).
        targets: Those next tokens, (learnt,).
        tokens: How many tokens are read.
        learnt: How many are predicted.
    """

    input_ids: torch.Tensor
    attention_mask: torch.Tensor | None
    position_ids: torch.Tensor | None
    labels: torch.Tensor
    places: torch.Tensor
    targets: torch.Tensor
    tokens: int
    learnt: int

    def inputs(self) -> dict[str, torch.Tensor]:
        """What a model of transformers is given, with `use_cache=False`.

        Without a mask and a cache it tells the examples of a row apart by their places.
        """
        if self.position_ids is not None:
            return {"input_ids": self.input_ids, "position_ids": self.position_ids}
        assert self.attention_mask is not None
        return {"input_ids": self.input_ids, "attention_mask": self.attention_mask}


def encode(records: Sequence[Record], tokenizer: Any, cutoff_tokens: int) -> list[Example]:
    """Tokenize records: answers are learnt, questions are not; prose is learnt and cut into pieces.

    Raises:
        TrainerError: When the tokenizer has no end-of-text token.
    """
    examples: list[Example] = []
    for record in records:
        if record.prompt:
            examples.append(_answered(record, tokenizer, cutoff_tokens))
        else:
            examples.extend(_prose(record, tokenizer, cutoff_tokens))
    return examples


def _answered(record: Record, tokenizer: Any, cutoff_tokens: int) -> Example:
    answer = answer_tokens(tokenizer, record.completion)
    start = conversation_tokens(tokenizer, record.messages(cutoff_tokens))
    # A long question keeps its end, where it asks; the answer gets at least half of the room.
    room = max(cutoff_tokens - len(answer), cutoff_tokens // 2)
    start = start[-room:]
    answer = answer[: cutoff_tokens - len(start)]
    return Example((*start, *answer), len(answer), record.sha256, record.index)


def _prose(record: Record, tokenizer: Any, cutoff_tokens: int) -> list[Example]:
    start = start_tokens(tokenizer)
    tokens = [*text_tokens(tokenizer, record.completion), int(tokenizer.eos_token_id)]
    # Pieces of one length: a short last one would fill a row with padding.
    count = -(-len(tokens) // (cutoff_tokens - len(start)))
    examples: list[Example] = []
    for place in range(count):
        piece = tokens[len(tokens) * place // count : len(tokens) * (place + 1) // count]
        # The first token of all has nothing before it that could predict it.
        learnt = len(piece) if start else len(piece) - 1
        if learnt > 0:
            examples.append(Example((*start, *piece), learnt, record.sha256, record.index))
    return examples


def batch_places(count: int, batch_size: int, seed: int, step: int) -> list[int]:
    """Which examples the step (from 1) learns from: a pure function of the arguments.

    Every example is seen once before any is seen again.
    """
    first = (step - 1) * batch_size
    return [
        _epoch_order(count, seed, place // count)[place % count] for place in range(first, first + batch_size)
    ]


@lru_cache(maxsize=4)
def _epoch_order(count: int, seed: int, epoch: int) -> tuple[int, ...]:
    def key(place: int) -> bytes:
        return hashlib.sha256(f"order\n{seed}\n{epoch}\n{place}".encode()).digest()

    return tuple(sorted(range(count), key=key))


def pack(examples: Sequence[Example], cutoff_tokens: int, seed: int) -> list[PackedRow]:
    """Put examples into as few rows as best fit finds, in an order that comes from the seed alone."""
    rows: list[list[Example]] = []
    rooms: list[tuple[int, int]] = []
    for place in _epoch_order(len(examples), seed, _PACKING):
        example = examples[place]
        size = len(example.tokens)
        found = bisect_left(rooms, (size, -1))
        if found < len(rooms):
            room, row = rooms.pop(found)
        else:
            room, row = cutoff_tokens, len(rows)
            rows.append([])
        rows[row].append(example)
        insort(rooms, (room - size, row))
    return [PackedRow(tuple(row)) for row in rows]


def training_rows(
    examples: Sequence[Example], family: Family, cutoff_tokens: int, packing: bool, seed: int
) -> Sequence[Row]:
    """What batches are made of: the examples, or packed rows of them.

    Raises:
        TrainerError: When the family cannot keep the examples of a row apart.
    """
    if not packing:
        return examples
    if not family.packs:
        raise TrainerError(
            "bad-spec",
            f"spec.training.packing is true; {family.title} cannot keep the examples of a row apart.",
            "Set spec.training.packing to false.",
        )
    return pack(examples, cutoff_tokens, seed)


def collate(rows: Sequence[Row], padding: int, device: torch.device) -> Batch:
    """Put rows into tensors."""
    packed = any(isinstance(row, PackedRow) for row in rows)
    width = max(len(row.tokens) for row in rows)
    input_ids = torch.full((len(rows), width), padding, dtype=torch.long)
    # Padding stands at place 0 over and over: each is a text of its own that nothing else sees.
    mask_or_places = torch.zeros((len(rows), width), dtype=torch.long)
    labels = torch.full((len(rows), width), IGNORED_LABEL, dtype=torch.long)
    places: list[int] = []
    for place, row in enumerate(rows):
        end = 0
        for example in row.examples if isinstance(row, PackedRow) else (row,):
            start, end = end, end + len(example.tokens)
            input_ids[place, start:end] = torch.tensor(example.tokens)
            mask_or_places[place, start:end] = torch.arange(end - start) if packed else 1
            labels[place, end - example.learnt : end] = input_ids[place, end - example.learnt : end]
            places.extend(range(place * width + end - example.learnt - 1, place * width + end - 1))
    before_learnt = torch.tensor(places)
    return Batch(
        input_ids.to(device),
        None if packed else mask_or_places.to(device),
        mask_or_places.to(device) if packed else None,
        labels.to(device),
        before_learnt.to(device),
        input_ids.reshape(-1)[before_learnt + 1].to(device),
        tokens=sum(len(row.tokens) for row in rows),
        learnt=sum(row.learnt for row in rows),
    )


def padding_token(tokenizer: Any) -> int:
    """The token that fills the right of a batch; the attention mask hides it."""
    return int(tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id)
