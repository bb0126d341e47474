"""The runs of `bench:replay`, and how far replays lie from them: other software settings, and cheats."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from cheats import CHEATS, HONEST
from cheats import Job as Claimed
from train_jobs import Job, demo_job

from openledger_trainer.engine import Engine
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import make_recipe
from openledger_trainer.replay import Segment, replay
from openledger_trainer.transcript import read_lines

LENGTHS = (5, 10)
"""Steps of a segment: the default, and the length for which the design was measured."""

VARIANTS: dict[str, dict[str, str]] = {
    "the same software": {},
    "two threads": {"OMP_NUM_THREADS": "2"},
    "no vector instructions": {"ATEN_CPU_CAPABILITY": "default"},
    "other vector instructions": {"ATEN_CPU_CAPABILITY": "avx2"},
    "another attention kernel": {"REPLAY_KERNEL": "sdpa"},
    "another batch": {"REPLAY_MICRO_BATCH": "1"},
}
"""Environment variables of a process that replays: an honest checker with other software settings."""

CHEATING = tuple(name for name in CHEATS if not name.startswith("invented"))
"""The cheats that a replay finds; invented losses are found by comparing losses."""


def make_runs(folder: Path, bases: dict[str, Path], seeds: int, qlora: bool) -> None:
    """Train honest runs of two segments each, into a folder of their own with what they were made from."""
    for model_type, base in bases.items():
        for steps in LENGTHS:
            for seed in range(seeds if steps == LENGTHS[0] else 1):
                _make(folder, base, model_type, steps, seed)
    if qlora:
        _make(folder, bases["llama"], "llama", LENGTHS[0], 0, method="qlora")
        _make(folder, bases["llama"], "llama", LENGTHS[0], 0, dtype="bfloat16")
        _make(folder, bases["gpt2"], "gpt2", LENGTHS[0], 0, dtype="bfloat16")


def _make(
    folder: Path,
    base: Path,
    model_type: str,
    steps: int,
    seed: int,
    method: str = "lora",
    dtype: str = "float32",
) -> None:
    about = {
        "base": str(base),
        "type": model_type,
        "steps": steps,
        "seed": seed,
        "method": method,
        "dtype": dtype,
    }
    work_dir = folder / "-".join(str(value) for key, value in about.items() if key != "base")
    job = _job(about)
    work_dir.mkdir(parents=True)
    run = HONEST["plain"](Claimed(job.base, job.dataset, job.recipe, work_dir))
    (work_dir / "about.json").write_text(json.dumps({"about": about, "run": run}), "utf-8")


def _job(about: dict[str, Any]) -> Job:
    """A job on the demo's texts with every default, of two segments; its seed is drawn from the given one."""
    job = demo_job(
        Path(about["base"]),
        about["method"],
        epochs=0,
        steps=2 * about["steps"],
        checkpointEverySteps=about["steps"],
        dtype=about["dtype"],
    )
    # A small held-out split: what it costs is measured elsewhere.
    dataset = dataclasses.replace(job.dataset, held_out=job.dataset.held_out[:2])
    return Job(job.base, dataset, make_recipe(job.base, dataset, job.recipe.spec, 1_000_003 * about["seed"]))


def apart(runs: Path, variant: dict[str, str]) -> list[dict[str, Any]]:
    """The distances of all runs from what a process with other settings repeats."""
    command = [sys.executable, str(Path(__file__).with_name("replay.py")), "--apart", str(runs)]
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **variant}
    ).stdout
    measured: list[dict[str, Any]] = json.loads(output.splitlines()[-1])
    return measured


def honest_distances(runs: Path) -> list[dict[str, Any]]:
    """Repeat the runs in this process, with the settings that its environment names."""
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    kernel, micro_batch = os.environ.get("REPLAY_KERNEL"), os.environ.get("REPLAY_MICRO_BATCH")
    measured = []
    for folder in sorted(runs.iterdir()):
        told = json.loads((folder / "about.json").read_text("utf-8"))
        about, run = told["about"], told["run"]
        job = _job(about)
        engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
        if kernel is not None:
            if len(job.base.family.kernels) == 1:
                continue
            engine.model.set_attn_implementation(kernel)
        torch.set_num_threads(int(threads))
        for segment in _segments(run, job.recipe.spec.training.batch_size, micro_batch):
            measured.append(_measured(engine, about, run, segment))
    return measured


def _segments(run: dict[str, Any], batch_size: int, micro_batch: str | None) -> Iterator[Segment]:
    first, second = run["checkpoints"]
    start: tuple[int, Path | None] = (0, None)
    for saved in (first, second):
        steps = saved["step"] - start[0]
        batches = (int(micro_batch or batch_size),) * steps
        path = Path(saved["path"])
        yield Segment(start[0], start[1], saved["step"], path, batches)
        start = (saved["step"], path)


def _measured(engine: Engine, about: dict[str, Any], run: dict[str, Any], segment: Segment) -> dict[str, Any]:
    """One segment by the checker's rule: the distance, and the losses that were told."""
    engine.begin()
    answer = replay(engine, segment)
    lines = read_lines(Path(run["transcriptPath"]))[segment.from_step : segment.to_step]
    tolerance = engine.spec.relative_distance
    losses = zip((line.loss_micronats for line in lines), answer["lossesMicronats"], strict=True)
    said = lines[-1].evaluation_micronats
    pairs = [*losses, *([(said, answer["evaluationMicronats"])] if said is not None else [])]
    accepted = answer["withinTolerance"] and all(is_close(one, other, tolerance) for one, other in pairs)
    names = {"base": about["type"], "method": about["method"], "dtype": about["dtype"]}
    return names | {
        "steps": about["steps"],
        "seed": about["seed"],
        "distance": answer["relativeDistance"],
        "accepted": bool(accepted),
    }


def is_close(said: int, found: int, relative: float) -> bool:
    """The rule of the checker for losses, as in `node/src/trainer/checker.ts`."""
    return abs(said - found) <= max(1_000, relative * abs(found))


def cheat_distances(runs: Path, folder: Path, longest: int) -> list[dict[str, Any]]:
    """Forge the first seed's runs in every way that a replay finds, and let an honest checker look.

    Args:
        runs: The honest runs.
        folder: Where the forged ones go.
        longest: Runs with longer segments are left out.
    """
    measured = []
    for place in sorted(runs.iterdir()):
        about = json.loads((place / "about.json").read_text("utf-8"))["about"]
        if about["seed"] > 0 or about["steps"] > longest:
            continue
        job = _few_records(_job(about), about["steps"])
        engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
        for name in CHEATING:
            work_dir = folder / f"{place.name}-{name}"
            work_dir.mkdir(parents=True)
            run = CHEATS[name](Claimed(job.base, job.dataset, job.recipe, work_dir))
            segments = list(_segments(run, job.recipe.spec.training.batch_size, None))
            # A run that stopped halfway is true until then: the lie stands in its second segment.
            lies = segments[1:] if name == "stopped-halfway" else segments
            measured += [{"cheat": name, **_measured(engine, about, run, segment)} for segment in lies]
    return measured


def _few_records(job: Job, steps: int) -> Job:
    """So few records that each segment reads all of them: a record replaced is then in every segment."""
    most = (steps * job.recipe.spec.training.batch_size + 1) // 2
    spread = job.dataset.training[:: max(1, len(job.dataset.training) // most)][:most]
    dataset = dataclasses.replace(job.dataset, training=tuple(spread))
    return Job(job.base, dataset, make_recipe(job.base, dataset, job.recipe.spec, job.recipe.seed))
