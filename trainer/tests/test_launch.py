import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from safetensors.torch import load_file

import openledger_trainer.launch as launch_module
from openledger_trainer.engine import rows_at_once
from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.job import train_job
from openledger_trainer.launch import launch, process_count
from openledger_trainer.parameters import Parameters
from openledger_trainer.progress import Progress

Json = dict[str, Any]


@pytest.fixture
def request_of(
    bases: dict[str, Path], files_json: list[Json], make_spec: Callable[..., Json]
) -> Callable[[Path], Parameters]:
    spec = make_spec(steps=6, batchSize=2, accumulation=3, checkpointEverySteps=2, dropout=0)

    def make(work_dir: Path) -> Parameters:
        return Parameters(
            {
                "base": str(bases["gpt2"]),
                "files": files_json,
                "spec": spec,
                "seed": 5,
                "workDir": str(work_dir),
            }
        )

    return make


def test_two_processes_learn_what_one_does_and_resume_after_they_were_stopped(
    request_of: Callable[[Path], Parameters], tmp_path: Path
) -> None:
    alone = train_job(request_of(tmp_path / "alone"), Progress())
    progress: Progress
    steps: list[int] = []

    def stop_at_three(event: str, data: Json) -> None:
        if event == "step":
            steps.append(data["step"])
        if event == "step" and data["step"] == 3:
            progress.cancel()

    progress = Progress(stop_at_three)
    with pytest.raises(Cancelled):
        launch(request_of(tmp_path / "two"), 2, progress)
    assert not (tmp_path / "two" / "talk").exists()
    note = Progress(lambda event, data: steps.append(data["step"]) if event == "step" else None)
    together = launch(request_of(tmp_path / "two"), 2, note)
    assert steps[:3] == [1, 2, 3] and steps[-1] == 6
    assert together["environment"]["processes"] == 2
    for name in ("steps", "tokens", "keptStep", "ended", "recipeDigest"):
        assert together[name] == alone[name]
    # Each process computed half of every batch.
    lines = [json.loads(line) for line in (tmp_path / "two" / "transcript.jsonl").read_text().splitlines()]
    assert {line["microBatch"] for line in lines} == {1}
    assert abs(together["lossAfterMicronats"] - alone["lossAfterMicronats"]) < 500
    one, two = (
        load_file(Path(run["adapterPath"]) / "adapter_model.safetensors") for run in (alone, together)
    )
    moved = sum(float(tensor.square().sum()) for tensor in one.values())
    apart = sum(float((one[name] - two[name]).square().sum()) for name in one)
    assert apart < 1e-6 * moved


def test_processes_end_with_the_one_that_started_them(
    request_of: Callable[[Path], Parameters], tmp_path: Path
) -> None:
    (tmp_path / "asked.json").write_text(json.dumps(request_of(tmp_path / "run").to_json()))
    program = (
        "import json, pathlib, sys\n"
        "from openledger_trainer.launch import launch\n"
        "from openledger_trainer.parameters import Parameters\n"
        "from openledger_trainer.progress import Progress\n"
        "asked = Parameters(json.loads(pathlib.Path(sys.argv[1]).read_text()))\n"
        "launch(asked, 2, Progress(lambda event, data: print(event, flush=True)))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "asked.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "evaluation\n"
        launched = psutil.Process(parent.pid).children(recursive=True)
        assert len(launched) >= 3
        parent.send_signal(signal.SIGKILL)
    assert psutil.wait_procs(launched, timeout=60)[1] == []


def test_a_named_device_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLEDGER_PROCESSES", raising=False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.delenv("OPENLEDGER_DEVICE", raising=False)
    assert process_count() == 4
    monkeypatch.setenv("OPENLEDGER_DEVICE", "cuda:1")
    assert process_count() == 1


def test_the_number_of_processes_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENLEDGER_PROCESSES", raising=False)
    assert process_count() >= 1
    monkeypatch.setenv("OPENLEDGER_PROCESSES", "3")
    assert process_count() == 3
    monkeypatch.setenv("OPENLEDGER_PROCESSES", "0")
    with pytest.raises(TrainerError, match="OPENLEDGER_PROCESSES is '0'"):
        process_count()
    assert os.environ["OPENLEDGER_PROCESSES"] == "0"


def test_what_nobody_foresaw_in_a_launched_process_is_told_by_its_kind(
    request_of: Callable[[Path], Parameters], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Json:
        raise torch.OutOfMemoryError("There is no room for the weights.")

    request, talk = tmp_path / "request.json", tmp_path / "talk"
    request.write_text(json.dumps(request_of(tmp_path).to_json()), "ascii")
    monkeypatch.setattr(launch_module, "train_job", fails)
    monkeypatch.setattr(launch_module, "end_with_parent", lambda: None)
    monkeypatch.setattr(sys, "argv", ["launch", str(request), str(talk)])
    launch_module.main()
    assert json.loads(talk.read_text("ascii"))["error"]["code"] == "out-of-memory"


def test_every_process_gets_its_share_of_a_batch_in_numbers_that_halving_gives() -> None:
    assert [rows_at_once(8, count) for count in (1, 2, 3, 4, 8, 16)] == [8, 4, 2, 2, 1, 1]
    for batch_size in range(1, 257):
        halved = {batch_size}
        while min(halved) > 1:
            halved.add(-(-min(halved) // 2))
        for count in range(1, 17):
            rows = rows_at_once(batch_size, count)
            assert rows in halved and rows <= -(-batch_size // count)
