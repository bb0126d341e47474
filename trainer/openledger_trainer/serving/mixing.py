"""One forward pass for rows of many adapters: gathered batched products beside the base's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import torch

from openledger_trainer.serving.adapters import LayerUpdate, ResidentAdapter
from openledger_trainer.serving.layer_weights import is_linear


class _Source(Protocol):
    """Where the updates of one layer come from, stacked by adapter: a [g, rank, in], b [g, rank, out]."""

    def updates(self, layer: str) -> LayerUpdate | None: ...


class AdapterStack:
    """Adapters of one shape, one after another in one tensor for each layer.

    An adapter is copied once when it comes, not with every token; one alone is not copied at all.
    """

    def __init__(self) -> None:
        self._members: list[ResidentAdapter] = []
        self._buffers: dict[str, LayerUpdate] = {}
        self._capacity = 0

    @property
    def members(self) -> Sequence[ResidentAdapter]:
        """The adapters in their order."""
        return self._members

    def keep(self, wanted: Sequence[ResidentAdapter]) -> None:
        """Make these the members; an order that they have already is kept as far as it goes."""
        place = 0
        while place < len(self._members):
            if self._members[place] in wanted:
                place += 1
                continue
            moved = self._members.pop()
            if place < len(self._members):
                self._members[place] = moved
                self._write(place, moved)
        for adapter in wanted:
            if adapter not in self._members:
                self._members.append(adapter)
                if len(self._members) <= self._capacity:
                    self._write(len(self._members) - 1, adapter)
        if len(self._members) == 1:
            self._buffers, self._capacity = {}, 0
        elif len(self._members) > self._capacity:
            self._grow()

    def updates(self, layer: str) -> LayerUpdate | None:
        """One layer's updates, stacked."""
        if len(self._members) == 1:
            found = self._members[0].layers.get(layer)
            return None if found is None else found.map(lambda part: part[None])
        buffer = self._buffers.get(layer)
        if buffer is None:
            return None
        count = len(self._members)
        return buffer.map(lambda part: part[:count])

    def _grow(self) -> None:
        self._capacity = 1 << (len(self._members) - 1).bit_length()
        self._buffers = {
            name: update.map(lambda part: part.new_empty(self._capacity, *part.shape))
            for name, update in self._members[0].layers.items()
        }
        for place, adapter in enumerate(self._members):
            self._write(place, adapter)

    def _write(self, place: int, adapter: ResidentAdapter) -> None:
        for name, buffer in self._buffers.items():
            for target, part in zip(buffer, adapter.layers[name], strict=True):
                if target is not None and part is not None:
                    target[place] = part


class Part:
    """The rows of a batch that use the adapters of one source."""

    def __init__(self, source: _Source, rows_of: Sequence[Sequence[int]], rows: int, device: Any) -> None:
        """`rows_of[g]` are the rows that use the source's adapter g; the batch has `rows`."""
        self._source = source
        self._batch_rows = rows
        self._adapters = len(rows_of)
        most = max(len(each) for each in rows_of)
        flat = [row for each in rows_of for row in each]
        self._aligned = len(flat) == len(rows_of) * most and flat == list(range(rows))
        # Adapters with fewer rows than others compute some row twice, and drop it again.
        padded = [row for each in rows_of for row in [*each, *[each[0]] * (most - len(each))]]
        kept = [g * most + place for g, each in enumerate(rows_of) for place in range(len(each))]
        self._take = torch.tensor(padded, device=device)
        self._keep = None if len(kept) == len(padded) else torch.tensor(kept, device=device)
        self._rows = torch.tensor(flat, device=device)
        self._adapter_of = torch.tensor([g for g, each in enumerate(rows_of) for _ in each], device=device)

    def add(self, layer: str, x: torch.Tensor, result: torch.Tensor, bias: torch.Tensor | None) -> None:
        """Add the adapters' share to `result` [rows · tokens, out], given `x` [rows · tokens, in]."""
        update = self._source.updates(layer)
        if update is None:
            return
        a, b, base_share = update
        if self._aligned and base_share is None:
            if self._adapters == 1:
                result.addmm_(x @ a[0].T, b[0])
                return
            grouped = x.view(self._adapters, -1, x.shape[-1])
            result.view(self._adapters, -1, result.shape[-1]).baddbmm_(_down(grouped, a), b)
            return
        taken = x.view(self._batch_rows, -1, x.shape[-1]).index_select(0, self._take)
        tokens = taken.shape[1]
        delta = torch.bmm(_down(taken.view(self._adapters, -1, x.shape[-1]), a), b)
        delta = delta.view(-1, tokens, result.shape[-1])
        if self._keep is not None:
            delta = delta.index_select(0, self._keep)
        whole = result.view(self._batch_rows, tokens, -1)
        own = whole.index_select(0, self._rows)
        if base_share is not None:
            share = base_share.index_select(0, self._adapter_of)[:, None]
            delta = delta + share * (own if bias is None else own - bias)
        whole.index_copy_(0, self._rows, own + delta)


class MixedLayer(torch.nn.Module):
    """A layer of the base that adds each row's own adapter."""

    def __init__(self, name: str, base: Any, parts: list[Part]) -> None:
        super().__init__()
        self.base = base
        self._name = name
        self._parts = parts

    @property
    def weight(self) -> Any:
        """The base's."""
        return self.base.weight

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., in] to [..., out]."""
        result: torch.Tensor = self.base(x)
        if self._parts:
            flat = result.view(-1, result.shape[-1])
            rows = x.reshape(-1, x.shape[-1])
            for part in self._parts:
                part.add(self._name, rows, flat, getattr(self.base, "bias", None))
        return result


class Mixer:
    """Which rows of the next forward pass use which adapters, told to all layers at once."""

    def __init__(self, model: Any, targets: Sequence[str], device: torch.device) -> None:
        """Replace the model's layers of these names by ones that mix adapters."""
        self._device = device
        self._parts: list[Part] = []
        self._stacks: dict[Any, AdapterStack] = {}
        self.layers: dict[str, Any] = {
            name: module
            for name, module in model.named_modules()
            if name.rpartition(".")[2] in targets and is_linear(module)
        }
        for name, module in self.layers.items():
            parent, _, child = name.rpartition(".")
            setattr(model.get_submodule(parent), child, MixedLayer(name, module, self._parts))

    def use_stacks(self, adapters: Sequence[ResidentAdapter | None]) -> None:
        """Serve these rows, again and again, from stacks that are kept."""
        by_shape: dict[Any, dict[ResidentAdapter, list[int]]] = {}
        for row, adapter in enumerate(adapters):
            if adapter is not None:
                by_shape.setdefault(adapter.shape, {}).setdefault(adapter, []).append(row)
        self._stacks = {shape: self._stacks.get(shape, AdapterStack()) for shape in by_shape}
        self._parts.clear()
        for shape, rows_of in by_shape.items():
            stack = self._stacks[shape]
            stack.keep(list(rows_of))
            rows = [rows_of[member] for member in stack.members]
            self._parts.append(Part(stack, rows, len(adapters), self._device))

    def use_once(self, adapters: Sequence[ResidentAdapter | None]) -> None:
        """Serve these rows in one pass over many tokens, each adapter by itself."""
        rows_of: dict[ResidentAdapter, list[int]] = {}
        for row, adapter in enumerate(adapters):
            if adapter is not None:
                rows_of.setdefault(adapter, []).append(row)
        self._parts.clear()
        for adapter, rows in rows_of.items():
            stack = AdapterStack()
            stack.keep([adapter])
            self._parts.append(Part(stack, [rows], len(adapters), self._device))

    @contextmanager
    def plain(self) -> Iterator[None]:
        """The base alone, for a while."""
        parts = list(self._parts)
        self._parts.clear()
        try:
            yield
        finally:
            self._parts[:] = parts


def _down(x: torch.Tensor, a: torch.Tensor) -> torch.Tensor:
    """x [g, tokens, in] by a [g, rank, in] to [g, tokens, rank]."""
    if x.shape[1] == 1:
        # The product this way round reads A along its rows: a third faster on CPU.
        return torch.bmm(a, x.transpose(1, 2)).view(len(a), 1, -1)
    return torch.bmm(x, a.transpose(1, 2))
