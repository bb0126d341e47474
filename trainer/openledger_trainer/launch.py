"""One job on several GPUs: `accelerate launch` starts a process for each, this one passes on what they tell.

`python -m openledger_trainer.launch REQUEST TALK` is one of those processes: it reads the parameters of a
`train` request from a file, and the first of them writes JSON lines into the pipe TALK.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.determinism import choose_device, names_device
from openledger_trainer.durable import write_atomically
from openledger_trainer.errors import TrainerError, failure_of
from openledger_trainer.job import train_job
from openledger_trainer.parameters import Parameters
from openledger_trainer.parent_process import end_with_parent
from openledger_trainer.processes import processes
from openledger_trainer.progress import Progress

VARIABLE = "OPENLEDGER_PROCESSES"
_LAUNCHERS = {
    True: [
        "accelerate.commands.launch",
        "--multi_gpu",
        "--mixed_precision",
        "no",
        "--dynamo_backend",
        "no",
        "--num_machines",
        "1",
        "--main_process_port",
        "0",
        "--num_processes",
    ],
    # Without a GPU `accelerate launch` wants MPI; underneath it starts its processes by this one.
    False: ["torch.distributed.run", "--standalone", "--nproc_per_node"],
}
_LOOK_SECONDS = 0.2
_END_SECONDS = 20


def process_count() -> int:
    """How many processes train a job: OPENLEDGER_PROCESSES, else one for each GPU or for the named device.

    Raises:
        TrainerError: When the variable is no number above 0.
    """
    wanted = os.environ.get(VARIABLE, "")
    if not wanted:
        return 1 if names_device() else max(1, torch.cuda.device_count())
    if not wanted.isdecimal() or int(wanted) < 1:
        raise TrainerError(
            "bad-setting", f"{VARIABLE} is {wanted!r}.", "Set it to the number of GPUs, or leave it out."
        )
    return int(wanted)


def launch(params: Parameters, count: int, progress: Progress) -> dict[str, Any]:
    """Train a job in several processes.

    Raises:
        TrainerError: What the first of them says, or `processes-died` when they ended without a word.
        Cancelled: When the caller asked for the work to stop; the processes are gone then.
    """
    work_dir = params.path("workDir")
    work_dir.mkdir(parents=True, exist_ok=True)
    request, talk = work_dir / "request.json", work_dir / "talk"
    write_atomically(request, json.dumps(params.to_json()).encode("ascii"))
    talk.unlink(missing_ok=True)
    os.mkfifo(talk)
    command = [sys.executable, "-m", *_LAUNCHERS[choose_device().type == "cuda"], str(count)]
    command += ["-m", "openledger_trainer.launch", str(request), str(talk)]
    # A group of its own, so that one signal ends all of them.
    # Its standard input, which the processes inherit, ends with this process, and so do they.
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=sys.stderr, start_new_session=True)
    # Held open for writing too: else the end of the first writer would be the end of the pipe.
    with os.fdopen(os.open(talk, os.O_RDWR), "rb", buffering=0) as stream:
        told: list[dict[str, Any]] = []
        listener = threading.Thread(target=_listen, args=(stream, progress, told), daemon=True)
        listener.start()
        try:
            while child.poll() is None and not told:
                progress.check()
                listener.join(_LOOK_SECONDS)
            if told:
                child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            pass  # What they had to say is said; the group is ended below.
        finally:
            _end(child)
            os.write(stream.fileno(), b"\n")
            listener.join()
            talk.unlink(missing_ok=True)
    return _answer(told, child.returncode)


def _listen(stream: Any, progress: Progress, told: list[dict[str, Any]]) -> None:
    rest = b""
    while chunk := stream.read(65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if not line:
                return
            said = json.loads(line)
            if "event" in said:
                progress.emit(said["event"], said["data"])
            else:
                told.append(said)


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _answer(told: list[dict[str, Any]], code: int) -> dict[str, Any]:
    if not told:
        raise TrainerError(
            "processes-died",
            f"The training processes ended with {code} and said nothing.",
            "See the worker's standard error; the run continues from its last checkpoint.",
        )
    if "error" in told[0]:
        error = told[0]["error"]
        raise TrainerError(error["code"], error["message"], error["next"])
    result: dict[str, Any] = told[0]["result"]
    return result


def main() -> None:
    """Be one of the processes."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    request, talk = sys.argv[1:]
    params = Parameters(json.loads(Path(request).read_text("utf-8")))
    if not processes().is_first:
        train_job(params, Progress())
        return
    with Path(talk).open("wb", buffering=0) as stream:

        def write(value: dict[str, Any]) -> None:
            stream.write(json.dumps(value, allow_nan=False).encode("ascii") + b"\n")

        try:
            write(
                {
                    "result": train_job(
                        params, Progress(lambda event, data: write({"event": event, "data": data}))
                    )
                }
            )
        except Exception as error:  # told by its kind: a process that only died would be started again
            write({"error": failure_of(error).to_json()})


if __name__ == "__main__":
    main()
