"""JSON lines over a pair of streams: bounded, never torn, and never mixed with what libraries print."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

from openledger_trainer.errors import TrainerError

LARGEST_LINE_BYTES = 16 * 1024 * 1024


class Replies:
    """Writes one JSON object a line; safe to use from several threads."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def event(self, request: Any, event: str, data: dict[str, Any]) -> None:
        """Report progress of a request."""
        self._write({"id": request, "event": event, "data": data})

    def result(self, request: Any, result: dict[str, Any]) -> None:
        """Answer a request."""
        self._write({"id": request, "result": result})

    def error(self, request: Any, error: TrainerError) -> None:
        """Answer a request that failed."""
        self._write({"id": request, "error": error.to_json()})

    def _write(self, value: dict[str, Any]) -> None:
        # ASCII escapes keep a line a line for every reader, whatever the text holds.
        data = json.dumps(value, allow_nan=False).encode("ascii") + b"\n"
        with self._lock:
            try:
                self._stream.write(data)
                self._stream.flush()
            except (BrokenPipeError, ValueError):
                # Nobody listens any more: checkpoints are on disk, and no one is left to be told.
                os._exit(0)


def claim_stdout() -> BinaryIO:
    """Take standard output for replies; from now on whatever else prints goes to standard error."""
    sys.stdout.flush()
    mine = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return mine


def read_requests(stream: BinaryIO) -> Iterator[dict[str, Any] | TrainerError]:
    """Requests as they come, or an error in the place of a line that is none."""
    while line := stream.readline(LARGEST_LINE_BYTES + 1):
        if len(line) > LARGEST_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LARGEST_LINE_BYTES)
            yield _bad(f"A line is longer than {LARGEST_LINE_BYTES} bytes.", "line-too-long")
        elif line.strip():
            yield _request(line)


def _request(line: bytes) -> dict[str, Any] | TrainerError:
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return _bad("A line is not JSON.")
    if not isinstance(value, dict) or not isinstance(value.get("id"), (str, int)):
        return _bad("A line is not an object with an id.")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _bad(message: str, code: str = "bad-request") -> TrainerError:
    return TrainerError(code, message, 'Send one line: {"id": 1, "method": "ping", "params": {}}.')
