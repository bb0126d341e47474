"""Records as tokens, and which of them each step learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from openledger_trainer.dataset import Record
from openledger_trainer.template import (
    answer_tokens,
    conversation_tokens,
    start_tokens,
    text_tokens,
    user_message,
)

IGNORED_LABEL = -100


@dataclass(frozen=True)
class Example:
    """Tokens of which the last `learnt` are predicted, and the contribution that they came from."""

    tokens: tuple[int, ...]
    learnt: int
    sha256: str
    index: int


@dataclass(frozen=True)
class Batch:
    """Examples padded to one length on the right."""

    input_ids: torch.Tensor
    attention_mask: torch.Tensor
    labels: torch.Tensor
    tokens: int
    learnt: int


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
    start = conversation_tokens(tokenizer, user_message(record.prompt))
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


def collate(examples: Sequence[Example], padding: int, device: torch.device) -> Batch:
    """Put examples into tensors."""
    width = max(len(example.tokens) for example in examples)
    input_ids = torch.full((len(examples), width), padding, dtype=torch.long)
    attention_mask = torch.zeros((len(examples), width), dtype=torch.long)
    labels = torch.full((len(examples), width), IGNORED_LABEL, dtype=torch.long)
    for row, example in enumerate(examples):
        length = len(example.tokens)
        input_ids[row, :length] = torch.tensor(example.tokens)
        attention_mask[row, :length] = 1
        start = length - example.learnt
        labels[row, start:length] = input_ids[row, start:length]
    return Batch(
        input_ids.to(device),
        attention_mask.to(device),
        labels.to(device),
        tokens=sum(len(example.tokens) for example in examples),
        learnt=sum(example.learnt for example in examples),
    )


def padding_token(tokenizer: Any) -> int:
    """The token that fills the right of a batch; the attention mask hides it."""
    return int(tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id)
