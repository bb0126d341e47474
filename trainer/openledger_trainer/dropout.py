"""Dropout whose masks belong to the rows: the same however rows are batched, and on every device.

torch draws a mask for a whole batch, from the generator of the device. A batch that was halved for lack of
memory would then be another update, and a checker on another device could not repeat it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from openledger_trainer.determinism import derived_seed

_HALF = 2**31


class RowDraws:
    """What the masks of one micro-batch are made of: a number for each of its tokens."""

    def __init__(self, seed: int, device: torch.device) -> None:
        """Draw from the seed of a run."""
        self._seed = seed
        self._device = device
        self._tokens: torch.Tensor | None = None

    def choose(self, step: int, first: int, lengths: Sequence[int]) -> None:
        """Draw for rows of a step, until the next call.

        Args:
            step: The step, from 1.
            first: The place in the step of the first row.
            lengths: How many tokens each row has; padding to the longest draws nothing.
        """
        drawn = torch.zeros((len(lengths), max(lengths), 1), dtype=torch.int32)
        for place, length in enumerate(lengths):
            drawn[place, :length, 0] = _odd_numbers(length, "dropout", self._seed, step, first + place)
        self._tokens = drawn.to(self._device)

    def multipliers(self, name: str, size: int) -> torch.Tensor:
        """A number for each of a layer's inputs, (size,)."""
        return _odd_numbers(size, "dropout", self._seed, name).to(self._device)

    @property
    def tokens(self) -> torch.Tensor:
        """The numbers of the tokens, (rows, width, 1)."""
        assert self._tokens is not None, "Rows are chosen before they are computed."
        return self._tokens


class RowDropout(nn.Module):
    """Sets inputs of an adapter's layer to zero with probability `p`, and scales up the others.

    Whether input j of token i stays follows from the upper bits of their numbers' product modulo 2^32
    (multiplicative hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4): one product and
    one comparison of integers, which are exact on every device.
    """

    def __init__(self, p: float, draws: RowDraws, multipliers: torch.Tensor) -> None:
        """A layer's dropout.

        Args:
            p: The share that is left out.
            draws: The numbers of the rows that are computed now.
            multipliers: The numbers of the layer's inputs, (inputs,).
        """
        super().__init__()
        self.p = p
        self._draws = draws
        self._multipliers = multipliers
        self._threshold = round(p * 2 * _HALF) - _HALF

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Leave out a share of the inputs, (rows, width, inputs), while training."""
        if not self.training:
            return inputs
        stays = self._draws.tokens * self._multipliers >= self._threshold
        return inputs * stays.to(inputs.dtype).mul_(1 / (1 - self.p))


def draw_by_row(model: Any, draws: RowDraws) -> None:
    """Let the dropout of an adapter that PEFT attached draw by rows."""
    for name, layer in model.named_modules():
        drops = getattr(layer, "lora_dropout", None)
        if not isinstance(drops, nn.ModuleDict):
            continue
        for adapter, drop in drops.items():
            if isinstance(drop, nn.Dropout):
                inputs = layer.lora_A[adapter].weight.shape[1]
                drops[adapter] = RowDropout(drop.p, draws, draws.multipliers(name, inputs))


def without_dropout(model: Any) -> None:
    """Switch off the dropout that a base's own configuration asks for: a job's dropout is the adapter's."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        for name, value in vars(module).items():
            # Some families call torch's function with a share that they keep beside their layers.
            if "dropout" in name and isinstance(value, float):
                setattr(module, name, 0.0)


def _odd_numbers(count: int, *seed: int | str) -> torch.Tensor:
    """Odd numbers of 32 bits, (count,), drawn on the CPU so that they are the same for every device."""
    generator = torch.Generator().manual_seed(derived_seed(*seed))
    drawn = torch.randint(-_HALF, _HALF, (count,), generator=generator, dtype=torch.int64)
    return (drawn | 1).to(torch.int32)
