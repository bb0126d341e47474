"""The next token of each answer of a batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from openledger_trainer.determinism import derived_seed

_LIKELIEST = 1024
# Below it, dividing by the temperature could overflow; no second token has a chance worth a draw there.
_COLDEST = 1e-6


class Sampler:
    """How one answer's tokens are chosen; all randomness comes from its own seed."""

    def __init__(self, temperature: float, top_p: float, seed: int) -> None:
        self.temperature = temperature
        self.top_p = top_p
        self._generator = torch.Generator().manual_seed(derived_seed("sample", seed))

    @property
    def is_greedy(self) -> bool:
        """Whether the likeliest token is taken each time."""
        return self.temperature < _COLDEST or self.top_p == 0

    def choose(self, logits: torch.Tensor) -> int:
        """Draw a token; `logits` [vocabulary] on the CPU.

        One number is drawn and looked up in the summed chances, in double precision, so that another
        machine's rounding changes a token only where the number falls on the very edge between two.
        """
        draw = torch.rand((), generator=self._generator, dtype=torch.float64)
        chances = torch.softmax(logits.double() / self.temperature, dim=-1)
        if self.top_p >= 1:
            return _look_up(chances, draw)
        likeliest, tokens = self._nucleus(chances)
        return int(tokens[_look_up(likeliest, draw)])

    def _nucleus(self, chances: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The fewest likeliest tokens whose chances reach `top_p`."""
        values, tokens = torch.topk(chances, min(_LIKELIEST, len(chances)))
        summed = values.cumsum(0)
        if summed[-1] < self.top_p and len(values) < len(chances):
            values, tokens = torch.sort(chances, descending=True, stable=True)
            summed = values.cumsum(0)
        count = int((summed < self.top_p).sum()) + 1
        return values[:count], tokens[:count]


def choose_tokens(logits: torch.Tensor, samplers: Sequence[Sampler]) -> list[int]:
    """One token a row from `logits` [rows, vocabulary]."""
    tokens: list[int] = logits.argmax(dim=-1).tolist()
    drawn = [row for row, sampler in enumerate(samplers) if not sampler.is_greedy]
    if drawn:
        chosen = logits[drawn].float().cpu()
        for place, row in enumerate(drawn):
            tokens[row] = samplers[row].choose(chosen[place])
    return tokens


def _look_up(chances: torch.Tensor, draw: torch.Tensor) -> int:
    summed = chances.cumsum(0)
    place = int(torch.searchsorted(summed, draw * summed[-1], right=True))
    return min(place, len(chances) - 1)
