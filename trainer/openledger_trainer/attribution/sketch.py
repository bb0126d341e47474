"""Gradients made small: a seeded random projection that is the same on every machine, and small integers.

The projection permutes the entries of a gradient, flips signs, and sums what falls into one place of `size`:
a sparse Johnson-Lindenstrauss map (Dasgupta, Kumar, Sarlos 2010), which keeps inner products on average and
costs one pass over the gradient. Permutation and signs come from a counter and a hash, so that no
generator's version matters.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy
import torch

from openledger_trainer.determinism import derived_seed

LARGEST_INTEGER = 127
_SPREAD = 5
"""A unit vector's entries rarely exceed five times their usual size; what does is cut off."""


class Projection:
    """Sums of signed, permuted entries of an adapter's gradient.

    Args:
        shapes: (out, in) of each map's weights, by name.
        size: How many numbers remain.
        seed: The same seed gives the same projection.
        device: Where the gradients are.
    """

    def __init__(
        self, shapes: Mapping[str, tuple[int, int]], size: int, seed: int, device: torch.device
    ) -> None:
        self.size = size
        self._orders: dict[str, torch.Tensor] = {}
        self._signs: dict[str, torch.Tensor] = {}
        for name, shape in shapes.items():
            count = shape[0] * shape[1]
            padded = -(-count // size) * size
            hashes = _hashes(derived_seed("projection", seed, name), padded)
            order = numpy.argsort(hashes, kind="stable")
            signs = (hashes[order] & numpy.uint64(1)).astype(numpy.float32) * 2 - 1
            # Places beyond the gradient's end add nothing.
            signs[order >= count] = 0
            order[order >= count] = 0
            self._orders[name] = torch.from_numpy(order.astype(numpy.int32)).to(device)
            self._signs[name] = torch.from_numpy(signs).to(device)

    def of(self, gradients: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Project gradients by name, each (examples, out, in): (examples, size) in float32."""
        total: torch.Tensor | None = None
        for name, order in self._orders.items():
            flat = gradients[name].flatten(1)
            mixed = flat.index_select(1, order) * self._signs[name]
            part = mixed.view(flat.shape[0], -1, self.size).sum(dim=1)
            total = part if total is None else total + part
        if total is None:
            raise ValueError("an adapter without any map has no gradient")
        return total


def unit_rows(vectors: torch.Tensor) -> torch.Tensor:
    """Rows of length 1; rows of zeros stay zeros, and one with an entry that is no number becomes zeros."""
    lengths = torch.linalg.vector_norm(vectors, dim=1, keepdim=True)
    return (vectors / lengths.clamp(min=1e-30)).where(lengths.isfinite(), 0)


def to_integers(vectors: torch.Tensor) -> torch.Tensor:
    """Rows of length up to 1 as int8, all by one scale, so that products of rows compare.

    Args:
        vectors: (rows, size).
    """
    scale = LARGEST_INTEGER * vectors.shape[1] ** 0.5 / _SPREAD
    scaled = (vectors.double() * scale).round()
    return scaled.clamp(-LARGEST_INTEGER, LARGEST_INTEGER).to(torch.int8).cpu()


def _hashes(seed: int, count: int) -> numpy.ndarray:
    """SplitMix64 (Steele, Lea, Flood 2014) of a counter: the same 64 bits on every machine."""
    with numpy.errstate(over="ignore"):
        state = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(
            0x9E3779B97F4A7C15
        )
        state = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return state ^ (state >> numpy.uint64(31))
