"""Repeats a segment of somebody's run and says how far the outcome is from what they claimed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.adapter import Tensors, adapter_tensors
from openledger_trainer.base_model import BaseModel
from openledger_trainer.canonical import sha256_hex
from openledger_trainer.checkpoint import read_checkpoint
from openledger_trainer.dataset import Dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.spec import JobSpec

FARTHEST = 1e9
"""Stands for an infinite distance, which JSON cannot write."""


def replay(
    base: BaseModel,
    dataset: Dataset,
    spec: JobSpec,
    from_checkpoint: Path | None,
    from_step: int,
    to_step: int,
    to_checkpoint: Path,
    progress: Progress,
    parent: Tensors | None = None,
) -> dict[str, Any]:
    """Train from one checkpoint to the next and compare with the claimed one.

    Returns:
        The digest of the repeated checkpoint, whether its bytes equal the claimed ones, and the distance of
        the two changes of the adapter relative to the claimed change.

    Raises:
        TrainerError: When the checkpoints do not belong to this job or to these steps.
    """
    if not 0 <= from_step < to_step <= spec.training.steps:
        raise TrainerError(
            "bad-segment",
            f"Steps {from_step} to {to_step} are no segment of a run of {spec.training.steps} steps.",
            "Choose two steps of the transcript that have checkpoints.",
        )
    claimed, claimed_digest = read_checkpoint(to_checkpoint)
    _expect(claimed.step, to_step, to_checkpoint)
    engine = Engine(base, dataset, spec, parent, progress)
    if set(claimed.adapter) != set(engine.parameters):
        raise TrainerError(
            "wrong-checkpoint", f"{to_checkpoint} holds another adapter.", "Reject the attestation."
        )
    if from_checkpoint is not None:
        start, _ = read_checkpoint(from_checkpoint)
        _expect(start.step, from_step, from_checkpoint)
        engine.restore(start)
    elif from_step != 0:
        raise TrainerError("bad-segment", f"Step {from_step} needs a checkpoint.", "Name its checkpoint.")
    before = adapter_tensors(engine.parameters)
    losses = []
    for step in range(from_step + 1, to_step + 1):
        loss, _ = engine.step(step)
        losses.append(loss)
        progress.emit("step", {"step": step, "steps": to_step, "lossMicronats": loss})
    repeated = engine.checkpoint(to_step)
    digest = sha256_hex(repeated.to_bytes())
    distance = relative_distance(before, repeated.adapter, claimed.adapter)
    return {
        "digest": digest,
        "bitExact": digest == claimed_digest,
        "relativeDistance": distance,
        "withinTolerance": distance <= spec.relative_distance,
        "lossesMicronats": losses,
    }


def relative_distance(before: Tensors, repeated: Tensors, claimed: Tensors) -> float:
    """The norm of the difference between two changes over the norm of the claimed change."""
    difference, change = 0.0, 0.0
    for name, start in before.items():
        if claimed[name].shape != start.shape:
            return FARTHEST
        other = claimed[name].to(torch.float64)
        difference += float((repeated[name].to(torch.float64) - other).square().sum())
        change += float((other - start.to(torch.float64)).square().sum())
    if difference == 0:
        return 0.0
    if not (math.isfinite(difference) and math.isfinite(change)) or change == 0:
        return FARTHEST
    return min(math.sqrt(difference / change), FARTHEST)


def _expect(step: int, wanted: int, path: Path) -> None:
    if step != wanted:
        raise TrainerError(
            "wrong-checkpoint",
            f"{path} is the checkpoint of step {step}, not {wanted}.",
            "Fetch the right one.",
        )
