"""Drives a worker process as a node does."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

PATIENCE_SECONDS = 120
Message = dict[str, Any]


class WorkerClient:
    """A worker process; every line that it prints is kept for whoever waits for its id."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "openledger_trainer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._next = 0

    def __enter__(self) -> WorkerClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End the process as a crash would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def write(self, line: bytes) -> None:
        """Send raw bytes."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def send(self, method: str, params: Any = None) -> int:
        """Send a request and return its id."""
        self._next += 1
        self.write(json.dumps({"id": self._next, "method": method, "params": params}).encode() + b"\n")
        return self._next

    def message(self) -> Message:
        """The next line; everything on standard output must be JSON."""
        message: Message = json.loads(self._lines.get(timeout=PATIENCE_SECONDS))
        return message

    def answer(self, identifier: Any, on_event: Callable[[Message], None] | None = None) -> Message:
        """Wait for the result or the error of a request."""
        while True:
            message = self.message()
            if message["id"] == identifier and "event" not in message:
                return message
            if on_event is not None and message["id"] == identifier:
                on_event(message)

    def call(self, method: str, params: Any = None) -> Message:
        """Send a request and wait for its answer."""
        return self.answer(self.send(method, params))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
