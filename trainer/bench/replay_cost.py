"""What checking a job takes beside training it, both with every default on the demo's texts."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from train_jobs import Job, demo_job

from openledger_trainer.engine import Engine
from openledger_trainer.evaluation import evaluate
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import check_recipe
from openledger_trainer.replay import Segment, replay
from openledger_trainer.training import train

SEGMENTS_A_CHECK = 20
MOST_SEGMENTS = 16
MOST_EVALUATIONS = 3


def check_cost(base: Path, quick: bool) -> dict[str, Any]:
    """Seconds of a training and of its check: one engine, the held-out losses, the drawn segments.

    Args:
        base: The base that is tuned.
        quick: Train a fifth of the default's steps.
    """
    job = demo_job(base)
    if quick:
        job = demo_job(base, epochs=0, steps=max(40, job.recipe.steps // 5))
    with tempfile.TemporaryDirectory(prefix="openledger-cost-") as folder:
        told: dict[str, Any] = {}

        def trained() -> None:
            told.update(train(job.base, job.dataset, job.recipe, Path(folder), Progress()))

        training = _seconds(trained)
        checking = _seconds(lambda: _check(job, told))
    segments = len(told["checkpoints"])
    return {
        "trainingSeconds": round(training, 2),
        "checkSeconds": round(checking, 2),
        "share": round(checking / training, 4),
        "steps": told["steps"],
        "ended": told["ended"],
        "segments": segments,
        "segmentsReplayed": _wanted(segments),
    }


def _check(job: Job, run: dict[str, Any]) -> None:
    recipe = check_recipe(run["recipe"], job.base, job.dataset, job.recipe.spec)
    engine = Engine(job.base, job.dataset, recipe, None, Progress())
    saved = run["checkpoints"]
    waited = [
        Path(each["path"])
        for each in saved
        if each["step"] > run["keptStep"] and each["step"] % recipe.spec.evaluation.every_steps == 0
    ]
    evaluate(
        engine, Path(run["adapterPath"]), waited[:MOST_EVALUATIONS] if run["ended"] == "early-stop" else ()
    )
    count = _wanted(len(saved))
    for place in range(count):
        # Spread over the run: a draw would do the same on average.
        end = (place * len(saved) + len(saved) // 2) // count
        start = saved[end - 1] if end > 0 else None
        engine.begin()
        replay(
            engine,
            Segment(
                start["step"] if start else 0,
                Path(start["path"]) if start else None,
                saved[end]["step"],
                Path(saved[end]["path"]),
            ),
        )


def _wanted(segments: int) -> int:
    return min(MOST_SEGMENTS, math.ceil(segments / SEGMENTS_A_CHECK))


def _seconds(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
