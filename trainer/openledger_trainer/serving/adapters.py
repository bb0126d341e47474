"""Adapters in memory: loaded from their folders when they are asked, least recently used ones leave."""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch

from openledger_trainer.adapter import CONFIG_FILE, WEIGHTS_FILE, Tensors, read_adapter
from openledger_trainer.errors import TrainerError
from openledger_trainer.serving.layer_weights import dora_scale, layer_dtype, layer_shape
from openledger_trainer.spec import Lora

RESIDENT_ADAPTERS = 128
RESIDENT_BYTES = 2 << 30
_LEAST_RANK = 8

_TENSOR_NAME = re.compile(
    r"base_model\.model\.(?P<layer>.+)\.lora_"
    r"(?:(?P<part>[AB])\.weight|(?P<magnitude>magnitude_vector)(?:\.weight)?)"
)


class LayerUpdate(NamedTuple):
    """What an adapter adds to one layer: x·Aᵀ·B, and with DoRA the base's own share times `base_share`.

    Attributes:
        a: [rank, in]
        b: [rank, out], with the adapter's scaling (and DoRA's magnitude over norm) in it.
        base_share: [out], DoRA's magnitude over norm less 1; None without DoRA.
    """

    a: torch.Tensor
    b: torch.Tensor
    base_share: torch.Tensor | None

    def map(self, change: Callable[[torch.Tensor], torch.Tensor]) -> LayerUpdate:
        """The same with each tensor changed."""
        share = self.base_share
        return LayerUpdate(change(self.a), change(self.b), None if share is None else change(share))


class ResidentAdapter:
    """One adapter in memory.

    Attributes:
        layers: Its updates by the layer's name; ranks are filled up with zeros to a power of two.
        digest: sha256 of its weights' file.
        shape: Adapters of one shape can be stacked: the filled-up rank, whether it is DoRA, which layers.
        bytes: Memory taken.
        users: Open answers that use it; while there are any, it stays.
    """

    def __init__(self, layers: dict[str, LayerUpdate], digest: str) -> None:
        self.layers = layers
        self.digest = digest
        first = next(iter(layers.values()))
        self.shape = (len(first.a), first.base_share is not None, frozenset(layers))
        self.bytes = sum(
            tensor.nbytes for update in layers.values() for tensor in update if tensor is not None
        )
        self.users = 0


class AdapterStore:
    """The adapters of one base, bounded by count and by bytes."""

    def __init__(
        self,
        layers: dict[str, Any],
        device: torch.device,
        dtype: torch.dtype = torch.float32,
        most: int = RESIDENT_ADAPTERS,
        most_bytes: int = RESIDENT_BYTES,
    ) -> None:
        self._layers = layers
        self._device = device
        self._dtype = dtype
        self._most = most
        self._most_bytes = most_bytes
        self._adapters: OrderedDict[tuple[Any, ...], ResidentAdapter] = OrderedDict()

    def __len__(self) -> int:
        return len(self._adapters)

    @property
    def bytes(self) -> int:
        """Memory that all of them take."""
        return sum(adapter.bytes for adapter in self._adapters.values())

    def acquire(self, folder: Path, digest: str | None = None) -> ResidentAdapter:
        """The adapter of a folder, which stays in memory until it is released.

        Args:
            folder: Where PEFT's two files are.
            digest: sha256 that its weights must have; None takes any.

        Raises:
            TrainerError: When it cannot be read, has other weights or does not fit the base.
        """
        key = _identity(folder)
        adapter = self._adapters.get(key)
        if adapter is None:
            tensors, lora, found = read_adapter(folder)
            adapter = self._adapters[key] = ResidentAdapter(self.updates(tensors, lora), found)
        if digest is not None and digest != adapter.digest:
            raise TrainerError(
                "bad-adapter",
                f"The adapter in {folder} has the sha256 {adapter.digest}, not {digest}.",
                "Fetch the adapter again.",
            )
        self._adapters.move_to_end(key)
        adapter.users += 1
        self._shrink()
        return adapter

    def release(self, adapter: ResidentAdapter) -> None:
        """Tell that an answer needs it no longer."""
        adapter.users -= 1
        self._shrink()

    def _shrink(self) -> None:
        total = self.bytes
        for key, adapter in list(self._adapters.items()):
            if len(self._adapters) <= self._most and total <= self._most_bytes:
                return
            if adapter.users == 0:
                del self._adapters[key]
                total -= adapter.bytes

    def updates(self, tensors: Tensors, lora: Lora) -> dict[str, LayerUpdate]:
        """What an adapter of these tensors and settings adds to each layer.

        Raises:
            TrainerError: When it does not fit the base.
        """
        if lora.rank < 1 or not math.isfinite(lora.alpha):
            raise _not_fitting(f"its rank is {lora.rank} and its alpha {lora.alpha}")
        scaling = lora.alpha / (math.sqrt(lora.rank) if lora.use_rslora else lora.rank)
        dora = lora.use_dora
        updates = {}
        for name, parts in _by_layer(tensors).items():
            layer = self._layers.get(name)
            if layer is None:
                raise _not_fitting(f"the base has no layer {name} that carries LoRA")
            width_out, width_in = layer_shape(layer)
            expected: dict[str, tuple[int, ...]] = {"A": (lora.rank, width_in), "B": (width_out, lora.rank)}
            if dora:
                expected["magnitude"] = (width_out,)
            found = {part: tuple(tensor.shape) for part, tensor in parts.items()}
            if found != expected:
                raise _not_fitting(f"{name} has {found} instead of {expected}")
            if not all(bool(tensor.isfinite().all()) for tensor in parts.values()):
                raise _not_fitting(f"{name} has values that are no numbers")
            updates[name] = self._update(layer, parts, scaling)
        if not updates:
            raise _not_fitting("it has no tensors")
        return updates

    def _update(self, layer: Any, parts: Tensors, scaling: float) -> LayerUpdate:
        a, b = (parts[part].to(self._device, torch.float32) for part in ("A", "B"))
        base_share = None
        if "magnitude" in parts:
            magnitude = parts["magnitude"].to(self._device, torch.float32)
            share = dora_scale(layer, a, b, scaling, magnitude)
            b, base_share = share[:, None] * b, share - 1
        rank = max(_LEAST_RANK, 1 << (len(a) - 1).bit_length())
        filled_a = a.new_zeros(rank, a.shape[1])
        filled_b = b.new_zeros(rank, b.shape[0])
        filled_a[: len(a)] = a
        filled_b[: len(a)] = b.T * scaling
        # Computed in float32 and rounded once, to what the layer's own products are computed with.
        dtype = layer_dtype(layer, self._dtype)
        return LayerUpdate(filled_a, filled_b, base_share).map(lambda part: part.to(dtype))


def _by_layer(tensors: Tensors) -> dict[str, Tensors]:
    layers: dict[str, Tensors] = {}
    for name, tensor in sorted(tensors.items()):
        match = _TENSOR_NAME.fullmatch(name)
        if match is None:
            raise _not_fitting(f"{name[:200]} is no tensor of LoRA")
        layers.setdefault(match["layer"], {})[match["part"] or "magnitude"] = tensor
    return layers


def _identity(folder: Path) -> tuple[Any, ...]:
    """Changes when one of the files does; read anew then."""
    try:
        statuses = [(folder / name).stat() for name in (CONFIG_FILE, WEIGHTS_FILE)]
    except OSError as error:
        raise TrainerError(
            "bad-adapter",
            f"The adapter in {folder} cannot be read: {error.strerror}.",
            "Fetch the adapter again.",
        ) from None
    return (str(folder), *((each.st_ino, each.st_size, each.st_mtime_ns) for each in statuses))


def _not_fitting(reason: str) -> TrainerError:
    return TrainerError(
        "wrong-adapter", f"The adapter does not fit this base: {reason}.", "Choose its own base."
    )
