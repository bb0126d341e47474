"""Small bases and small data that all tests share."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from worker_client import WorkerClient

from openledger_trainer.base_model import find_base
from openledger_trainer.bases import make_base
from openledger_trainer.canonical import sha256_hex
from openledger_trainer.dataset import SourceFile
from openledger_trainer.pretraining import CORPUS, SETUP_RECIPES
from openledger_trainer.spec import default_fields

# A machine's other work and a second thread disturb each other more than the thread helps models this small.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two bases of the set-up, by family, pre-trained for seconds."""
    folder = tmp_path_factory.mktemp("bases")
    quick = [
        dataclasses.replace(recipe, width=64, vocabulary=512, window=128, steps=40, cutoff_tokens=64)
        for recipe in SETUP_RECIPES
    ]
    return {recipe.model_type: folder / make_base(folder, recipe)["name"] for recipe in quick}


@pytest.fixture(scope="session")
def data_files(tmp_path_factory: pytest.TempPathFactory) -> list[SourceFile]:
    """Two files of questions with answers."""
    folder = tmp_path_factory.mktemp("data")
    lines = (CORPUS / "gsm8k-train-tail.jsonl").read_text("utf-8").splitlines(keepends=True)
    files = []
    for name, part in (("one.jsonl", lines[:40]), ("two.jsonl", lines[40:60])):
        data = "".join(part).encode("utf-8")
        (folder / name).write_bytes(data)
        files.append(SourceFile(folder / name, "application/jsonl", sha256_hex(data)))
    return files


@pytest.fixture(scope="session")
def make_spec(bases: dict[str, Path]) -> Callable[..., dict[str, Any]]:
    """A job specification, with other values for some of its fields."""

    def make(family: str = "gpt2", **changes: Any) -> dict[str, Any]:
        fields = default_fields()
        fields["lora"] |= {"rank": 4, "alpha": 16, "dropout": 0.1}
        fields["training"] |= {"steps": 12, "epochs": 0, "learningRate": 0.02, "cutoffTokens": 64}
        fields["training"] |= {"checkpointEverySteps": 4, "seed": 7}
        fields["evaluation"] |= {"heldOutBps": 2000, "everySteps": 4, "patience": 0}
        fields["tolerance"] = {"relativeDistance": 0.01}
        for name, value in changes.items():
            section = next(
                (part for part in ("training", "lora", "evaluation") if name in fields[part]), None
            )
            if section is None:
                fields[name] = value
            else:
                fields[section][name] = value
        base = find_base(str(bases[family]))
        return {
            **fields,
            "version": 2,
            "base": {"name": base.name, "family": family, "baseDigest": base.digest},
            "datasets": [{"datanet": 1, "versionCount": 2, "versionHead": "0x" + "11" * 32}],
            "parentRelease": None,
        }

    return make


@pytest.fixture(scope="session")
def files_json(data_files: list[SourceFile]) -> list[dict[str, str]]:
    """The data as a request names it."""
    return [
        {"path": str(file.path), "mediaType": file.media_type, "sha256": file.sha256} for file in data_files
    ]


@pytest.fixture(scope="session")
def worker() -> Any:
    """A worker process that several tests share."""
    with WorkerClient() as client:
        yield client


@pytest.fixture
def in_json() -> Callable[[Any], bytes]:
    """A value as one line."""
    return lambda value: json.dumps(value).encode() + b"\n"
