"""The transcript: one line a step, chained by hashes, so that a heartbeat commits to all before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openledger_trainer.canonical import canonical_bytes
from openledger_trainer.durable import append_durably, write_atomically


@dataclass(frozen=True)
class Line:
    """What one step says about itself.

    Attributes:
        step: Its number, from 1.
        loss_micronats: Mean loss of a learnt token before the update, in millionths of a nat.
        evaluation_micronats: The held-out loss after it, where it was measured.
        checkpoint_digest: sha256 of the state after it, where that is kept.
        micro_batch: Rows that were computed at once; the last digits depend on it.
    """

    step: int
    loss_micronats: int
    evaluation_micronats: int | None
    checkpoint_digest: str | None
    micro_batch: int

    def to_bytes(self) -> bytes:
        """The line as canonical JSON, without a line end."""
        return canonical_bytes(
            {
                "checkpointDigest": self.checkpoint_digest,
                "evaluationMicronats": self.evaluation_micronats,
                "lossMicronats": self.loss_micronats,
                "microBatch": self.micro_batch,
                "step": self.step,
            }
        )


def next_head(head: str, line: Line) -> str:
    """head_n = sha256(head_{n-1} followed by the canonical line)."""
    return "0x" + hashlib.sha256(bytes.fromhex(head[2:]) + line.to_bytes()).hexdigest()


class Transcript:
    """The transcript of a run, in memory and in a file of JSON lines.

    Lines reach the disk at every checkpoint, after the checkpoint itself: what the file names exists.
    """

    def __init__(self, path: Path, recipe_digest: str, writes: bool = True) -> None:
        """Begin a transcript; `writes` is False in a process that follows the one that writes."""
        self.path = path
        self._writes = writes
        self.head = self._first_head = recipe_digest
        self.lines: list[Line] = []
        self._unsaved = b""

    def add(self, line: Line) -> str:
        """Append a line and return the head after it."""
        self.lines.append(line)
        self.head = next_head(self.head, line)
        self._unsaved += line.to_bytes() + b"\n"
        return self.head

    def save(self) -> None:
        """Bring what was added to the disk."""
        if self._unsaved and self._writes:
            append_durably(self.path, self._unsaved)
        self._unsaved = b""

    def rewind(self, lines: list[Line]) -> None:
        """Start again after `lines`, and forget what the file holds beyond them."""
        self.lines = []
        self.head = self._first_head
        for line in lines:
            self.add(line)
        self._unsaved = b""
        if self._writes:
            write_atomically(self.path, b"".join(line.to_bytes() + b"\n" for line in lines))


def read_lines(path: Path) -> list[Line]:
    """The whole lines at the start of a transcript file; what a crash tore off is left out."""
    if not path.is_file():
        return []
    lines: list[Line] = []
    for raw in path.read_bytes().split(b"\n"):
        line = _parse(raw)
        if line is None or line.step != len(lines) + 1:
            break
        lines.append(line)
    return lines


def _parse(raw: bytes) -> Line | None:
    try:
        value: Any = json.loads(raw)
        line = Line(
            value["step"],
            value["lossMicronats"],
            value["evaluationMicronats"],
            value["checkpointDigest"],
            value["microBatch"],
        )
    except (ValueError, KeyError, TypeError):
        return None
    return line if line.to_bytes() == raw else None
