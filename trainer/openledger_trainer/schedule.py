"""How the learning rate changes over a run, and when a run ends before its last planned step."""

from __future__ import annotations

import math
from collections.abc import Sequence

from openledger_trainer.spec import JobSpec
from openledger_trainer.transcript import Line


def learning_rate_at(spec: JobSpec, steps: int, step: int) -> float:
    """The rate of a step from 1 to `steps`: a linear rise over the warm-up, then the schedule."""
    training = spec.training
    warm_up = max(1, steps * training.warm_up_bps // 10_000) if training.warm_up_bps else 0
    if step <= warm_up:
        return training.learning_rate * step / warm_up
    if training.schedule == "constant":
        return training.learning_rate
    left = (steps - step + 1) / (steps - warm_up + 1)
    if training.schedule == "cosine":
        left = 0.5 * (1 + math.cos(math.pi * (1 - left)))
    return training.learning_rate * left


def is_checkpoint(spec: JobSpec, steps: int, step: int) -> bool:
    """Whether the state after a step is kept."""
    return (
        step == steps or step % spec.training.checkpoint_every_steps == 0 or is_evaluation(spec, steps, step)
    )


def is_evaluation(spec: JobSpec, steps: int, step: int) -> bool:
    """Whether the held-out loss is measured after a step."""
    return step == steps or step % spec.evaluation.every_steps == 0


def best_step(lines: Sequence[Line]) -> int:
    """The step of the lowest held-out loss, the earlier of two equal ones; 0 when none was measured."""
    measured = [line for line in lines if line.evaluation_micronats is not None]
    return min(measured, key=lambda line: (line.evaluation_micronats, line.step)).step if measured else 0


def kept_step(spec: JobSpec, lines: Sequence[Line]) -> int:
    """The step whose adapter a run keeps: the best one where it may stop early, else the last."""
    best = best_step(lines) if spec.evaluation.patience else 0
    return best or len(lines)


def stops_early(spec: JobSpec, lines: Sequence[Line]) -> bool:
    """Whether the last `patience` evaluations brought nothing better than one before them."""
    patience = spec.evaluation.patience
    if not patience:
        return False
    best = best_step(lines)
    return sum(line.evaluation_micronats is not None and line.step > best for line in lines) >= patience
