import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worker_client import PATIENCE_SECONDS, WorkerClient

Json = dict[str, Any]
MakeSpec = Callable[..., Json]


@pytest.fixture
def train_params(bases: dict[str, Path], files_json: list[Json], make_spec: MakeSpec, tmp_path: Path) -> Json:
    work_dir = str(tmp_path / "run")
    return {"base": str(bases["gpt2"]), "files": files_json, "spec": make_spec(), "workDir": work_dir}


def test_ping_tells_the_versions(worker: WorkerClient) -> None:
    versions = worker.call("ping")["result"]["versions"]
    assert {"openledger_trainer", "python", "torch", "transformers", "peft"} <= set(versions)


def test_a_worker_whose_packages_are_broken_ends_instead_of_keeping_its_caller_waiting(
    tmp_path: Path,
) -> None:
    (tmp_path / "torch.py").write_text("raise ImportError('libtorch is missing')", "utf-8")
    search = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    process = subprocess.Popen(
        [sys.executable, "-m", "openledger_trainer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": search},
    )
    assert process.stderr is not None
    # Its input stays open: a worker ends with it.
    assert b"libtorch is missing" in process.stderr.read()
    assert process.wait(PATIENCE_SECONDS) == 1


def test_what_answers_are_computed_with_is_told(worker: WorkerClient) -> None:
    found = worker.call("serving")["result"]
    assert set(found) == {"device", "hardware", "dtype"}
    if found["device"] == "cpu":
        assert found["dtype"] == "float32"
    assert worker.call("serving", {"dtype": "bfloat16"})["result"] == {**found, "dtype": "bfloat16"}


@pytest.mark.parametrize(
    "line",
    [
        b"garbage\n",
        b"\xff\xfe\x00\x01\n",
        b"[1,2]\n",
        b'{"method":"ping"}\n',
        b'{"id":{},"method":"ping"}\n',
        b'{"id":1,"method":"ping","params":NaN}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_line_that_is_no_request_is_answered_with_an_error(worker: WorkerClient, line: bytes) -> None:
    worker.write(line)
    message = worker.message()
    assert message["id"] is None
    assert message["error"]["code"] == "bad-request"
    assert "result" in worker.call("ping")


def test_an_endless_line_is_refused_and_the_next_one_read(worker: WorkerClient) -> None:
    worker.write(b"x" * (17 * 1024 * 1024) + b"\n")
    assert worker.message()["error"]["code"] == "line-too-long"
    assert "result" in worker.call("ping")


@pytest.mark.parametrize(
    ("method", "params", "code", "says"),
    [
        ("fly", {}, "unknown-method", "'fly'"),
        (None, {}, "unknown-method", "None"),
        ("train", [], "bad-request", "params is []"),
        ("train", {}, "bad-spec", "spec is None"),
        ("generate", {"base": "/nowhere", "prompt": ""}, "bad-request", "params.prompt"),
        ("generate", {"base": "b", "messages": [{"role": "tool", "content": ""}]}, "bad-request", "[0].role"),
        (
            "generate",
            {"base": "b", "prompt": "x", "messages": [{"role": "user", "content": "x"}]},
            "bad-request",
            "Both",
        ),
        ("generate", {"base": "b", "prompt": "x", "stop": [""]}, "bad-request", "params.stop"),
        ("generate", {"base": "/nowhere", "prompt": "x"}, "no-base", "/nowhere"),
        (
            "generate",
            {"base": "b", "messages": [{"role": "user", "content": "\ud83d"}]},
            "bad-request",
            "Unicode",
        ),
        ("describe_base", {"base": "/nowhere"}, "no-base", "/nowhere"),
        ("serving", {"dtype": "float8"}, "bad-request", "float8"),
        ("cancel", {}, "bad-request", "params.target"),
    ],
)
def test_wrong_requests_get_a_sentence(
    worker: WorkerClient, method: Any, params: Any, code: str, says: str
) -> None:
    error = worker.call(method, params)["error"]
    assert error["code"] == code
    assert says in error["message"]
    assert error["next"]


def test_a_job_is_trained_replayed_evaluated_and_asked(worker: WorkerClient, train_params: Json) -> None:
    events: list[Json] = []
    run = worker.answer(worker.send("train", train_params), events.append)["result"]
    steps = [event["data"] for event in events if event["event"] == "step"]
    assert [step["step"] for step in steps] == list(range(1, 13))
    assert steps[-1]["transcriptHead"] == run["transcriptHead"]
    assert steps[-1]["tokens"] == run["tokens"]
    assert [saved["step"] for saved in run["checkpoints"]] == [4, 8, 12]
    evaluations = [event["data"] for event in events if event["event"] == "evaluation"]
    assert [each["step"] for each in evaluations] == [0, 4, 8, 12]

    first, second = run["checkpoints"][:2]
    job = {key: train_params[key] for key in ("base", "files", "spec")} | {"recipe": run["recipe"]}
    segment = {"fromCheckpoint": first["path"], "fromStep": 4, "toStep": 8, "toCheckpoint": second["path"]}
    replayed = worker.call("replay", {**job, **segment})["result"]
    assert replayed["bitExact"] is True
    assert replayed["digest"] == second["digest"]

    evaluated = worker.call("evaluate", {**job, "adapterPath": run["adapterPath"]})["result"]
    assert evaluated["lossAfterMicronats"] == run["lossAfterMicronats"]

    ask = {"base": train_params["base"], "prompt": "How many?", "maxTokens": 24}
    answers = {}
    for side, adapter in (("base", None), ("tuned", run["adapterPath"]), ("base again", None)):
        streamed: list[Json] = []
        identifier = worker.send("generate", {**ask, "adapterPath": adapter})
        answers[side] = worker.answer(identifier, streamed.append)["result"]
        assert "".join(event["data"]["text"] for event in streamed) == answers[side]["text"]
    assert answers["base"] == answers["base again"]
    # The greedy answers of bases this small are one token repeated, on both sides.
    drawn = {**ask, "temperature": 1, "seed": 1}
    sides = [
        worker.call("generate", {**drawn, "adapterPath": each})["result"]
        for each in (None, run["adapterPath"])
    ]
    assert sides[0]["text"] != sides[1]["text"]
    sampled = [
        worker.call("generate", {**ask, "temperature": 1, "seed": seed})["result"] for seed in (1, 1, 2)
    ]
    assert sampled[0] == sampled[1] != sampled[2]


def test_several_conversations_are_answered_at_once(worker: WorkerClient, bases: dict[str, Path]) -> None:
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "How many?"}]
    drawn = {"maxTokens": 40, "temperature": 1, "topP": 0.95}
    asked = [
        {"base": str(bases[family]), "messages": messages, "seed": seed, **drawn}
        for seed in range(3)
        for family in ("gpt2", "llama")
    ]
    endless = worker.send("generate", {**asked[0], "maxTokens": 32_768, "temperature": 0, "stop": ["\u2603"]})
    texts: dict[int, str] = dict.fromkeys([worker.send("generate", each) for each in asked], "")
    results: dict[int, Json] = {}
    order: list[int] = []
    while len(results) < len(texts):
        message = worker.message()
        if "event" in message and message["id"] in texts:
            order.append(message["id"])
            texts[message["id"]] += message["data"]["text"]
        elif message["id"] in texts:
            results[message["id"]] = message["result"]
            worker.send("cancel", {"target": endless})
    assert {each: result["text"] for each, result in results.items()} == texts
    # Their pieces come in between each other.
    assert sum(1 for one, other in itertools.pairwise(order) if one != other) > 2 * len(texts)
    again = [worker.call("generate", each)["result"] for each in asked]
    assert again == list(dict(sorted(results.items())).values())
    assert {result["finishReason"] for result in again} <= {"stop", "length"}
    assert all(result["promptTokens"] > 4 and result["tokens"] <= 40 for result in again)


def test_an_adapter_of_another_base_is_refused_and_forgotten(
    worker: WorkerClient, train_params: Json, bases: dict[str, Path]
) -> None:
    run = worker.call("train", train_params)["result"]
    ask = {"base": str(bases["llama"]), "prompt": "Why?", "maxTokens": 8}
    before = worker.call("generate", ask)["result"]
    error = worker.call("generate", {**ask, "adapterPath": run["adapterPath"]})["error"]
    assert error["code"] == "wrong-adapter"
    assert worker.call("generate", ask)["result"] == before


def test_work_is_queued_and_cancelled_while_others_are_answered(
    worker: WorkerClient, train_params: Json, make_spec: MakeSpec
) -> None:
    long = {**train_params, "spec": make_spec(steps=100_000, checkpointEverySteps=100_000)}
    running = worker.send("train", long)
    while worker.message().get("event") != "step":
        pass
    waiting = worker.send("train", {**long, "workDir": long["workDir"] + "2"})
    assert "result" in worker.call("ping")
    worker.write(b'{"id":%d,"method":"ping","params":{}}\n' % waiting)
    assert "result" in worker.answer(waiting)
    worker.write(b'{"id":%d,"method":"train","params":{}}\n' % waiting)
    assert worker.answer(waiting)["error"]["code"] == "id-in-use"
    for target in (waiting, running):
        worker.send("cancel", {"target": target})
    codes: dict[int, str] = {}
    while len(codes) < 2:
        message = worker.message()
        if message["id"] in (waiting, running) and "error" in message:
            codes[message["id"]] = message["error"]["code"]
    assert set(codes.values()) == {"cancelled"}
    assert worker.call("cancel", {"target": running})["result"] == {"cancelled": False}


def test_a_killed_worker_continues_to_the_same_bytes(
    worker: WorkerClient, train_params: Json, make_spec: MakeSpec, tmp_path: Path
) -> None:
    spec = make_spec(steps=30, checkpointEverySteps=5)
    params = {**train_params, "spec": spec}
    whole = worker.call("train", {**params, "workDir": str(tmp_path / "whole")})["result"]
    with WorkerClient() as victim:
        victim.send("train", params)
        while True:
            message = victim.message()
            if message.get("event") == "step" and message["data"]["step"] == 13:
                break
        os.kill(victim.process.pid, signal.SIGKILL)
    steps: list[int] = []

    def note(message: Json) -> None:
        if message["event"] == "step":
            steps.append(message["data"]["step"])

    again = worker.answer(worker.send("train", params), note)["result"]
    assert steps[0] > 10
    for key in ("adapterDigest", "transcriptHead", "lossBeforeMicronats", "lossAfterMicronats", "tokens"):
        assert again[key] == whole[key]
    for name in ("transcript.jsonl", "adapter/adapter_model.safetensors", "adapter/adapter_config.json"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_worker_ends_with_its_callers_stream() -> None:
    client = WorkerClient()
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(timeout=60) == 0
