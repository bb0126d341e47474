"""The worker: does jobs one at a time, answers many questions at once, and reads requests meanwhile."""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, BinaryIO

from openledger_trainer import __version__
from openledger_trainer.errors import TrainerError, failure_of
from openledger_trainer.parameters import Parameters
from openledger_trainer.progress import Progress
from openledger_trainer.protocol import Replies, claim_stdout, read_requests
from openledger_trainer.serving.desk import Asked, Desk
from openledger_trainer.serving.question import Question

if TYPE_CHECKING:
    from openledger_trainer.tasks import Tasks

LONGEST_QUEUE = 64
_METHODS = (
    "describe_base",
    "serving",
    "recipe",
    "estimate",
    "train",
    "replay",
    "evaluate",
    "perplexity",
    "attribution_index",
    "attribute",
)
# Short enough to be done between two tokens of the open answers; other jobs have the device for themselves.
_BESIDE_ANSWERS = frozenset({"describe_base", "serving", "perplexity", "attribute"})


class Worker:
    """Answers `ping` and `cancel` at once, questions together as they come, and queues jobs."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._queue: queue.Queue[tuple[Any, str, Any, Progress]] = queue.Queue()
        self._desk = Desk()
        self._open: dict[Any, Progress] = {}
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._loaded: Tasks | None = None

    def serve(self, requests: BinaryIO) -> None:
        """Answer requests until the stream ends, which stops the work in hand."""
        for name, work in (("work", self._work), ("answers", self._answer_questions)):
            threading.Thread(target=_or_end, args=(work,), name=name, daemon=True).start()
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
            elif method == "generate":
                self._ask(identifier, Question.parse(Parameters(params)))
            elif isinstance(method, str) and method in _METHODS:
                self._enqueue(identifier, method, params)
            else:
                raise TrainerError(
                    "unknown-method",
                    f"There is no method {str(method)[:80]!r}.",
                    f"Use one of: ping, cancel, generate, {', '.join(_METHODS)}.",
                )
        except TrainerError as error:
            self._replies.error(identifier, error)

    def _ask(self, identifier: Any, question: Question) -> None:
        def finish(answer: dict[str, Any] | None, error: TrainerError | None) -> None:
            self._close(identifier, answer, error)

        progress = self._register(identifier)
        try:
            self._desk.ask(Asked(question, progress, finish))
        except TrainerError:
            self._release(identifier)
            raise

    def _enqueue(self, identifier: Any, method: str, params: Any) -> None:
        if self._queue.qsize() >= LONGEST_QUEUE:
            raise TrainerError("busy", f"{LONGEST_QUEUE} requests wait already.", "Send it again later.")
        self._queue.put((identifier, method, params, self._register(identifier)))

    def _register(self, identifier: Any) -> Progress:
        progress = Progress(lambda event, data: self._replies.event(identifier, event, data))
        with self._lock:
            if identifier in self._open:
                raise TrainerError(
                    "id-in-use",
                    f"A request with the id {identifier!r} is not answered yet.",
                    "Use another id.",
                )
            self._open[identifier] = progress
        return progress

    def _release(self, identifier: Any) -> None:
        with self._lock:
            del self._open[identifier]

    def _close(self, identifier: Any, answer: dict[str, Any] | None, error: TrainerError | None) -> None:
        # Free before it is answered: the caller may use the id again at once.
        self._release(identifier)
        if error is not None:
            self._replies.error(identifier, error)
        else:
            self._replies.result(identifier, answer or {})

    def _cancel(self, params: Any) -> bool:
        target = Parameters(params).identifier("target")
        with self._lock:
            progress = self._open.get(target)
        if progress is not None:
            progress.cancel()
        return progress is not None

    def _work(self) -> None:
        tasks = self._tasks()
        while True:
            identifier, method, params, progress = self._queue.get()
            answer, error = None, None
            try:
                progress.check()
                with self._desk.beside() if method in _BESIDE_ANSWERS else self._desk.alone():
                    answer = tasks.methods[method](Parameters(params), progress)
            except Exception as failure:  # a worker outlives every failure of a task
                error = failure_of(failure)
            self._close(identifier, answer, error)

    def _answer_questions(self) -> None:
        self._tasks().server.run()

    def _tasks(self) -> Tasks:
        # Imported here, so that the worker answers before the seconds that torch takes to load have passed.
        with self._loading:
            if self._loaded is None:
                from openledger_trainer.tasks import Tasks

                self._loaded = Tasks(self._desk)
            return self._loaded


def _or_end(work: Callable[[], None]) -> None:
    """Do a thread's work; where it fails, as without torch, end the worker: callers would wait for ever."""
    try:
        work()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
        os._exit(1)


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
