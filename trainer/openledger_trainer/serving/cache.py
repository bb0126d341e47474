"""The attention cache of a batch whose rows come and go between two tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

_LEAST_SPARE_COLUMNS = 128


class BatchCache(Cache):
    """Keys and values of all rows, padded on the left: every row's newest token lies in the same column.

    Only columns from `start` to `end` are seen by the model. Rows and columns are kept in reserve, so that a
    token is written in its place instead of copying all that came before it.
    """

    def __init__(self, layers: int) -> None:
        self._buffers = [_Layer(self) for _ in range(layers)]
        super().__init__(layers=self._buffers)
        self.rows = 0
        self.start = 0
        self.end = 0

    @property
    def length(self) -> int:
        """Columns that the model sees."""
        return self.end - self.start

    @property
    def bytes_per_token(self) -> int:
        """Memory of one column of one row, once there is any."""
        return sum(layer.bytes_per_token for layer in self._buffers)

    def make_room(self, columns: int) -> None:
        """Prepare for a forward pass over so many columns."""
        if self._buffers[0].has_room(self.rows, self.end + columns):
            return
        # What lies left of every row's first token is given up.
        self._move(self.rows, self.length + columns, -self.start)

    def advance(self, columns: int) -> None:
        """Count the columns that a forward pass has written in every layer."""
        self.end += columns

    def join(self, other: BatchCache) -> None:
        """Add the rows of another cache below these."""
        rows, shift = self.rows + other.rows, max(other.length - self.end, 0)
        if shift or not self._buffers[0].has_room(rows, self.end):
            self._move(rows, self.end + shift, shift)
        for mine, theirs in zip(self._buffers, other._buffers, strict=True):
            mine.put(theirs)
        self.start = min(self.start, self.end - other.length)
        self.rows = rows

    def leave(self, row: int, lengths: Sequence[int]) -> None:
        """Take a row out; the last one moves to its place. `lengths` are those of the rows that stay."""
        self.rows -= 1
        for layer in self._buffers:
            if self.rows:
                layer.move_row(self.rows, row)
            else:
                layer.free()
        self.end = self.end if self.rows else 0
        self.start = self.end - max(lengths, default=0)

    def _move(self, rows: int, columns: int, shift: int) -> None:
        """Copy everything into larger buffers, `shift` columns to the right."""
        for layer in self._buffers:
            layer.move(rows, columns + max(columns // 2, _LEAST_SPARE_COLUMNS), shift)
        self.start += shift
        self.end += shift


class _Layer(CacheLayerMixin):
    """One layer's buffers, [rows, heads, columns, width] each."""

    is_sliding = False

    def __init__(self, owner: BatchCache) -> None:
        super().__init__()
        self.keys: Any
        self.values: Any
        self._owner = owner

    @property
    def bytes_per_token(self) -> int:
        if self.keys is None:
            return 0
        rows, _, columns, _ = self.keys.shape
        return int(self.keys.nbytes + self.values.nbytes) // (rows * columns)

    def has_room(self, rows: int, columns: int) -> bool:
        """Whether the buffers hold so many; those that are made at the first token always will."""
        return self.keys is None or (rows <= self.keys.shape[0] and columns <= self.keys.shape[2])

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self._owner.rows = key_states.shape[0]
        self.keys, self.values = (
            # Zeros: what a mask hides is multiplied by zero, which would keep a stray NaN.
            states.new_zeros(*states.shape[:2], states.shape[2] + _LEAST_SPARE_COLUMNS, states.shape[3])
            for states in (key_states, value_states)
        )
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if self.keys is None:
            self.lazy_initialization(key_states, value_states)
        owner = self._owner
        end = owner.end + key_states.shape[2]
        self.keys[: owner.rows, :, owner.end : end] = key_states
        self.values[: owner.rows, :, owner.end : end] = value_states
        seen = slice(owner.rows), slice(None), slice(owner.start, end)
        return self.keys[seen], self.values[seen]

    def move(self, rows: int, columns: int, shift: int) -> None:
        """Into buffers of this size; the rows at least double, since each that joins would copy all again."""
        owner = self._owner
        have = self.keys.shape[0]
        rows = have if rows <= have else max(rows, 2 * have)
        source = slice(owner.rows), slice(None), slice(owner.start, owner.end)
        target = slice(owner.rows), slice(None), slice(owner.start + shift, owner.end + shift)
        moved = []
        for states in (self.keys, self.values):
            larger = states.new_zeros(rows, states.shape[1], columns, states.shape[3])
            larger[target] = states[source]
            moved.append(larger)
        self.keys, self.values = moved

    def put(self, other: _Layer) -> None:
        """Copy another layer's rows below these, so that they end in the same column."""
        mine, theirs = self._owner, other._owner
        target = (
            slice(mine.rows, mine.rows + theirs.rows),
            slice(None),
            slice(mine.end - theirs.length, mine.end),
        )
        source = slice(theirs.rows), slice(None), slice(theirs.start, theirs.end)
        self.keys[target] = other.keys[source]
        self.values[target] = other.values[source]

    def move_row(self, source: int, target: int) -> None:
        """Copy one row over another."""
        if source != target:
            seen = slice(self._owner.start, self._owner.end)
            self.keys[target, :, seen] = self.keys[source, :, seen]
            self.values[target, :, seen] = self.values[source, :, seen]

    def free(self) -> None:
        """Give the memory back."""
        self.keys = self.values = None
        self.is_initialized = False

    def get_seq_length(self) -> int:
        return self._owner.length

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self._owner.length + query_length, 0

    def get_max_length(self) -> int:
        return -1
