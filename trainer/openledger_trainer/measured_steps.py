"""What a job's steps take on this machine: a few are made, with fewer layers where all would take long."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from openledger_trainer.progress import Progress
from openledger_trainer.resident_memory import watched_growth
from openledger_trainer.shortened_model import (
    Architecture,
    RowShape,
    Workload,
    index_share,
    shortened_model,
    with_adapter,
)
from openledger_trainer.spec import JobSpec

_BUDGET_SECONDS = 8.0
"""How long the timed work at one depth should take."""
_REPEATS = 3
_FEWEST_TOKENS, _MOST_TOKENS = 4, 12


@dataclass(frozen=True)
class StepsMeasured:
    """Seconds at the whole depth, and how the process grew at one depth.

    Attributes:
        setup: Quantising the base and attaching the adapter.
        learn: One batch forward and backward.
        update: Clipping and the optimizer.
        evaluate: One batch forward.
        attribute: One row of the attribution index.
        prompt: Reading a sample's prompt.
        token: Each of its tokens.
        layers: The most layers that were tried.
        rows: The most rows that were tried.
        growth: Bytes by which the process grew with so many while it learnt; None where it cannot be told.
    """

    setup: float
    learn: float
    update: float
    evaluate: float
    attribute: float
    prompt: float
    token: float
    layers: int
    rows: int
    growth: int | None


def measure_steps(
    architecture: Architecture,
    spec: JobSpec,
    backend: str | None,
    rows: int,
    typical: RowShape,
    widest: RowShape,
    device: torch.device,
    progress: Progress,
) -> StepsMeasured:
    """Measure the parts of a job's steps, once at the fewest layers and once at as many as time allows.

    Args:
        architecture: Of the base.
        spec: The job; torch computes with as many threads as it is set to.
        backend: How a QLoRA job's base is quantised; None for LoRA.
        rows: Rows of a batch.
        typical: The mean row.
        widest: The largest row.
        device: Where the job would run.
        progress: Asked whether to go on.
    """
    least = architecture.least
    found = {least: _measure(architecture, spec, backend, least, rows, typical, widest, device, progress)}
    if architecture.layers > least:
        # A layer takes at most what the fewest layers take together with the rest of the model.
        affordable = int(_BUDGET_SECONDS / ((_REPEATS + 1) * max(found[least].learn, 1e-6)))
        layers = min(architecture.layers, max(least + 1, affordable))
        found[layers] = _measure(architecture, spec, backend, layers, rows, typical, widest, device, progress)

    def whole(name: str) -> float:
        return architecture.at_whole_depth({layers: getattr(part, name) for layers, part in found.items()})

    # Below the layers whose gradients the index takes, there is only the way forward.
    share = index_share(architecture.layers)
    return dataclasses.replace(
        found[max(found)],
        setup=whole("setup"),
        learn=whole("learn"),
        update=whole("update"),
        evaluate=whole("evaluate"),
        attribute=share * whole("attribute") + (1 - share) * whole("evaluate") / rows,
        prompt=whole("prompt"),
        token=whole("token"),
    )


def _measure(
    architecture: Architecture,
    spec: JobSpec,
    backend: str | None,
    layers: int,
    rows: int,
    typical: RowShape,
    widest: RowShape,
    device: torch.device,
    progress: Progress,
) -> StepsMeasured:
    bare = shortened_model(architecture, spec, layers, device)
    started = _now(device)
    workload = Workload(with_adapter(bare, architecture.base, spec, backend), spec, device)
    setup = _now(device) - started

    def seconds(work: Callable[[], None], repeats: int = _REPEATS) -> float:
        taken = []
        for _ in range(repeats):
            progress.check()
            started = _now(device)
            work()
            taken.append(_now(device) - started)
        return statistics.median(taken)

    # The first time takes longer. One row tells how many can be afforded.
    seconds(lambda: workload.learn(1, typical), 1)
    one = seconds(lambda: workload.learn(1, typical), 1)
    tried = max(1, min(rows, int(_BUDGET_SECONDS / ((_REPEATS + 1) * one))))
    share = rows / tried
    seconds(workload.update, 1)
    indexed = workload.index_rows(tried, architecture.index_depth(layers))
    # Batches of other widths lie otherwise in the memory, and leave gaps as those of a run do.
    with watched_growth() as growth:
        workload.learn(tried, widest)
        learn = seconds(lambda: workload.learn(tried, typical)) * share
        workload.evaluate(tried, widest)
        workload.attribute(indexed, widest)
        workload.learn(tried, widest)
    update = seconds(workload.update, 1)
    evaluate = seconds(lambda: workload.evaluate(tried, typical)) * share
    attribute = seconds(lambda: workload.attribute(indexed, typical), 2) / indexed
    asked = max(1, typical.width - _MOST_TOKENS)
    few = seconds(lambda: workload.generate(asked, _FEWEST_TOKENS), 2)
    many = seconds(lambda: workload.generate(asked, _MOST_TOKENS), 2)
    token = max(0.0, many - few) / (_MOST_TOKENS - _FEWEST_TOKENS)
    prompt = max(0.0, few - token * _FEWEST_TOKENS)
    return StepsMeasured(
        setup,
        learn,
        update,
        evaluate,
        attribute,
        prompt,
        token,
        layers=layers,
        rows=tried,
        growth=growth.size_bytes,
    )


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
