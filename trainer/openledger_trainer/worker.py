"""The worker: reads requests, does heavy work one at a time, and answers even while it works."""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from importlib.metadata import version
from typing import Any, BinaryIO

from openledger_trainer import __version__
from openledger_trainer.errors import TrainerError
from openledger_trainer.parameters import Parameters
from openledger_trainer.progress import Progress
from openledger_trainer.protocol import Replies, claim_stdout, read_requests

LONGEST_QUEUE = 64
_METHODS = ("describe_base", "train", "replay", "evaluate", "generate", "perplexity")


class Worker:
    """Answers `ping` and `cancel` at once and queues the rest."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._queue: queue.Queue[tuple[Any, str, Any, Progress]] = queue.Queue()
        self._open: dict[Any, Progress] = {}
        self._lock = threading.Lock()

    def serve(self, requests: BinaryIO) -> None:
        """Answer requests until the stream ends, which stops the work in hand."""
        threading.Thread(target=self._work, name="work", daemon=True).start()
        for request in read_requests(requests):
            if isinstance(request, TrainerError):
                self._replies.error(None, request)
            else:
                self._receive(request)

    def _receive(self, request: dict[str, Any]) -> None:
        identifier, method, params = request["id"], request.get("method"), request.get("params")
        try:
            if method == "ping":
                self._replies.result(identifier, {"versions": _versions()})
            elif method == "cancel":
                self._replies.result(identifier, {"cancelled": self._cancel(params)})
            elif isinstance(method, str) and method in _METHODS:
                self._enqueue(identifier, method, params)
            else:
                raise TrainerError(
                    "unknown-method",
                    f"There is no method {str(method)[:80]!r}.",
                    f"Use one of: ping, cancel, {', '.join(_METHODS)}.",
                )
        except TrainerError as error:
            self._replies.error(identifier, error)

    def _enqueue(self, identifier: Any, method: str, params: Any) -> None:
        progress = Progress(lambda event, data: self._replies.event(identifier, event, data))
        with self._lock:
            if identifier in self._open:
                raise TrainerError(
                    "id-in-use",
                    f"A request with the id {identifier!r} is not answered yet.",
                    "Use another id.",
                )
            if len(self._open) >= LONGEST_QUEUE:
                raise TrainerError("busy", f"{LONGEST_QUEUE} requests wait already.", "Send it again later.")
            self._open[identifier] = progress
        self._queue.put((identifier, method, params, progress))

    def _cancel(self, params: Any) -> bool:
        target = Parameters(params).identifier("target")
        with self._lock:
            progress = self._open.get(target)
        if progress is not None:
            progress.cancel()
        return progress is not None

    def _work(self) -> None:
        # Imported here, so that the worker answers before the seconds that torch takes to load have passed.
        from openledger_trainer.tasks import Tasks

        tasks = Tasks()
        while True:
            identifier, method, params, progress = self._queue.get()
            try:
                progress.check()
                answer = tasks.methods[method](Parameters(params), progress)
                error = None
            except TrainerError as failure:
                error = failure
            except MemoryError:
                error = TrainerError(
                    "out-of-memory", "The machine has too little memory.", "Lower batchSize or cutoffTokens."
                )
            except Exception as failure:  # a worker outlives every failure of a task
                traceback.print_exc(file=sys.stderr)
                error = _unexpected(failure)
            # Free before it is answered: the caller may use the id again at once.
            with self._lock:
                del self._open[identifier]
            if error is None:
                self._replies.result(identifier, answer)
            else:
                self._replies.error(identifier, error)


def _unexpected(failure: Exception) -> TrainerError:
    reason = f"{type(failure).__name__}: {str(failure)[:300]}"
    if type(failure).__name__ == "OutOfMemoryError":
        return TrainerError("out-of-memory", f"The GPU has too little memory: {reason}", "Lower batchSize.")
    return TrainerError(
        "unexpected", f"The work failed: {reason}", "See the worker's standard error, and report it."
    )


def _versions() -> dict[str, str]:
    packages = ("torch", "transformers", "peft", "safetensors", "tokenizers")
    return {
        "openledger_trainer": __version__,
        "python": sys.version.split()[0],
        **{name: version(name) for name in packages},
    }


def main() -> None:
    """Serve standard input and output."""
    Worker(Replies(claim_stdout())).serve(sys.stdin.buffer)
    # The caller is gone: leave at once, even in the middle of a step; checkpoints are whole at any moment.
    sys.stderr.flush()
    os._exit(0)
