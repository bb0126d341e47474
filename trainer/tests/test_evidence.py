"""Evidence comes from strangers: it is found right or found wrong, and never stops a checker."""

from __future__ import annotations

import dataclasses
import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import openledger_trainer.checkpoint as checkpoint_module
import openledger_trainer.recipe as recipe_module
from openledger_trainer.base_model import find_base
from openledger_trainer.canonical import canonical_json
from openledger_trainer.checkpoint import read_checkpoint
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError
from openledger_trainer.evaluation import evaluate
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import check_recipe, make_recipe
from openledger_trainer.replay import Segment, replay
from openledger_trainer.spec import JobSpec
from openledger_trainer.training import train

Json = dict[str, Any]
Tensors = dict[str, torch.Tensor]
Change = Callable[[str, torch.Tensor], torch.Tensor]

_CHECKER = Path(__file__).parents[2] / "node/src/trainer/checker.ts"
FAULTS = set(
    re.findall(r'"([a-z-]+)"', _CHECKER.read_text("utf-8").split("const FAULTS_OF_EVIDENCE")[1].split("]")[0])
)
"""The codes for which a checker rejects an attestation; at any other it abstains."""


class Case:
    """An honest run of two segments, and the engine that checks it."""

    def __init__(self, base: Path, files: list[SourceFile], spec: Json, folder: Path) -> None:
        self.base = find_base(str(base))
        self.spec = JobSpec.parse(spec)
        self.dataset = load_dataset(files, self.spec.evaluation.held_out_bps)
        self.recipe = make_recipe(self.base, self.dataset, self.spec)
        self.run = train(self.base, self.dataset, self.recipe, folder, Progress())
        self.paths = [Path(saved["path"]) for saved in self.run["checkpoints"]]
        self.adapter = Path(self.run["adapterPath"])
        self.engine = Engine(self.base, self.dataset, self.recipe, None, Progress())

    def about(self, step: int) -> dict[str, str]:
        """The metadata of an honest checkpoint."""
        digest = self.recipe.digest
        return {"checkpoint": canonical_json({"recipeDigest": digest, "step": step, "version": 2})}

    def check(self, start: Path | None, end: Path, **more: Any) -> str:
        """What a check says of a segment: "right", "wrong", or a failure's code."""
        first = 0 if start is None else 1
        try:
            self.engine.begin()
            found = replay(self.engine, Segment(first, start, first + 1, end, **more))
        except TrainerError as error:
            return error.code
        json.dumps(found, allow_nan=False)
        return "right" if found["bitExact"] or found["withinTolerance"] else "wrong"

    def evaluate(self, adapter: Path, *checkpoints: Path) -> str:
        """What a check says of the losses."""
        try:
            self.engine.begin()
            evaluate(self.engine, adapter, checkpoints)
        except TrainerError as error:
            return error.code
        return "right"


@pytest.fixture(scope="module")
def case(
    bases: dict[str, Path],
    data_files: list[SourceFile],
    make_spec: Callable[..., Json],
    tmp_path_factory: pytest.TempPathFactory,
) -> Case:
    spec = make_spec(steps=2, checkpointEverySteps=1, everySteps=2, batchSize=2, cutoffTokens=16, rank=2)
    spec["evaluation"]["heldOutBps"] = 500
    return Case(bases["gpt2"], data_files, spec, tmp_path_factory.mktemp("evidence"))


def _forged(path: Path, out: Path, case: Case, change: Change) -> Path:
    tensors = {name: change(name, tensor).contiguous() for name, tensor in load_file(path).items()}
    save_file(tensors, out, metadata=case.about(int(path.stem)))
    return out


def _only(group: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Change:
    return lambda name, tensor: change(tensor) if name.startswith(group) else tensor


FORGERIES: dict[str, Change] = {
    "moments in float64": _only("second/", lambda one: one.double()),
    "moments in bfloat16": _only("first/", lambda one: one.bfloat16()),
    "moments in complex64": _only("first/", lambda one: one.to(torch.complex64)),
    "moments in float8": _only("second/", lambda one: one.to(torch.float8_e4m3fn)),
    "adapter in float64": _only("adapter/", lambda one: one.double()),
    "adapter in int64": _only("adapter/", lambda one: one.long()),
    "negative second moments": _only("second/", lambda one: -one.abs() - 1e-6),
    "an infinite moment": _only("first/", lambda one: torch.full_like(one, torch.inf)),
    "an adapter that is no number": _only("adapter/", lambda one: one * torch.nan),
    "other shapes": _only("second/", lambda one: one[:1].clone()),
    "an adapter that cannot be computed with": _only("adapter/", lambda one: torch.full_like(one, 1e30)),
    "a heading that leads nowhere": lambda name, one: (
        torch.full_like(one, 1e38) if name.startswith("first/") else one * name.startswith("adapter/")
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_checkpoint_is_rejected_as_a_start_and_as_an_end(
    forgery: str, case: Case, tmp_path: Path
) -> None:
    first, last = case.paths
    change = FORGERIES[forgery]
    start = _forged(first, tmp_path / "start.safetensors", case, change)
    end = _forged(first, tmp_path / "end.safetensors", case, change)
    assert case.check(start, last) in {*FAULTS, "wrong"}
    assert case.check(None, end) in {*FAULTS, "wrong"}
    assert case.evaluate(case.adapter, start) in {*FAULTS, "right"}


def test_tensors_that_are_missing_or_more_than_the_adapters_are_rejected(case: Case, tmp_path: Path) -> None:
    first, last = case.paths
    honest = load_file(first)
    path = tmp_path / "forged.safetensors"
    name = next(iter(honest))
    for tensors in (
        {key: one for key, one in honest.items() if key != name},
        {**honest, "first/more": torch.zeros(1)},
        {**honest, "third/more": torch.zeros(1)},
        {},
    ):
        save_file(tensors, path, metadata=case.about(1))
        assert case.check(path, last) in FAULTS
        assert case.check(None, path) in FAULTS
    save_file(honest, path, metadata={"checkpoint": case.about(1)["checkpoint"].replace("0x", "0y")})
    assert case.check(None, path) == "wrong-checkpoint"


def test_files_that_are_no_checkpoint_are_rejected(case: Case, tmp_path: Path) -> None:
    first, last = case.paths
    honest = first.read_bytes()
    path = tmp_path / "forged.safetensors"
    deep = b'{"__metadata__":{"checkpoint":"' + b"[" * 100_000 + b'"}}'
    for data in (
        b"",
        honest[:7],
        honest[:-1],
        honest + b"\x00",
        b"\xff" * 8 + honest[8:],
        (1 << 40).to_bytes(8, "little") + honest[8:],
        len(deep).to_bytes(8, "little") + deep,
        honest.replace(b'\\"step\\":1', b'\\"step\\":e'),
        honest.replace(b'\\"version\\"', b'\\"visions\\"', 1)[:40],
    ):
        path.write_bytes(data)
        assert case.check(path, last) == "bad-checkpoint"
        assert case.evaluate(case.adapter, path) == "bad-checkpoint"


def test_an_adapter_in_other_numbers_is_rejected(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    shutil.copytree(case.adapter, folder)
    weights = folder / "adapter_model.safetensors"
    honest = load_file(weights)
    for dtype in (torch.float64, torch.float16, torch.complex64, torch.int32):
        save_file({name: tensor.to(dtype) for name, tensor in honest.items()}, weights)
        assert case.evaluate(folder) == "wrong-adapter"
    for value in (1e30, torch.nan):
        save_file({name: torch.full_like(tensor, value) for name, tensor in honest.items()}, weights)
        assert case.evaluate(folder) == "bad-adapter"


def test_trouble_of_this_machine_is_no_fault_of_the_evidence(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert case.check(None, tmp_path / "none") == "missing-file"
    assert case.evaluate(tmp_path) == "missing-file"
    assert "missing-file" not in FAULTS

    def short(_: bytes) -> Tensors:
        raise MemoryError

    monkeypatch.setattr(checkpoint_module, "load_safetensors", short)
    with pytest.raises(MemoryError):
        read_checkpoint(case.paths[0])


def test_a_recipe_that_no_trainer_can_have_is_rejected(
    case: Case, make_spec: Callable[..., Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    def code(value: Any, spec: JobSpec = case.spec) -> str:
        try:
            check_recipe(value, case.base, case.dataset, spec)
        except TrainerError as error:
            return error.code
        return "right"

    honest = case.recipe.to_json()
    assert code(honest) == "right"
    for change in (
        {"versions": {"torch": "\ud800"}},
        {"versions": {"\udfff": "1"}},
        {"versions": {"torch": 2}},
        {"versions": ["2.0"]},
        {"quantization": "openledger-nf4"},
        {"threads": 10**9},
        {"dtype": None},
        {"seed": 2**53},
        {"seed": 0.5},
        {"seed": True},
    ):
        assert code({**honest, **change}) == "wrong-recipe"
    assert code(None) == "wrong-recipe"
    # What is known and only lacking here is this machine's trouble; a made-up name would excuse any run.
    spec = JobSpec.parse({**json.loads(case.spec.canonical), "method": "qlora"})
    monkeypatch.setattr(recipe_module, "available_backends", lambda: ("openledger-nf4",))
    quantized = make_recipe(case.base, case.dataset, spec).to_json()
    assert code({**quantized, "quantization": "my-own-nf4"}, spec) == "wrong-recipe"
    assert code({**quantized, "quantization": "bitsandbytes"}, spec) == "cannot-check"


def test_sizes_of_micro_batches_belong_to_steps(case: Case) -> None:
    assert case.check(None, case.paths[0], micro_batches=(2,)) == "right"
    assert case.check(None, case.paths[0], micro_batches=()) == "bad-segment"


def test_whatever_is_changed_in_the_evidence_is_judged(case: Case, tmp_path: Path) -> None:
    chance = random.Random(5)
    first, last = case.paths
    path = tmp_path / "changed.safetensors"
    for _ in range(150):
        honest = first.read_bytes()
        header = 8 + int.from_bytes(honest[:8], "little")
        data = bytearray(honest)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(header if chance.random() < 0.7 else len(data))
            kind = chance.randrange(4)
            if kind == 0:
                data[place] = chance.randrange(256)
            elif kind == 1:
                del data[place : place + chance.randint(1, 9)]
            elif kind == 2:
                data[place:place] = chance.choice([b"0", b"-1", b"null", b"[", b"9" * 30, b"\x00", b'"'])
            else:
                data[place : place + 4] = chance.choice(
                    [b"\x00\x00\xc0\x7f", b"\xff" * 4, b"\x01\x00\x00\x80"]
                )
        path.write_bytes(data)
        allowed = {*FAULTS, "right", "wrong"}
        assert case.check(path, last) in allowed
        assert case.evaluate(case.adapter, path) in allowed


def test_what_could_be_read_is_written_to_the_same_bytes(case: Case, tmp_path: Path) -> None:
    state, digest = read_checkpoint(case.paths[0])
    assert dataclasses.replace(state).write(tmp_path / "again") == digest
