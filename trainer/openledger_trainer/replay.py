"""Repeats a segment of somebody's run and says how far the outcome is from what they claimed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.adapter import Tensors, adapter_tensors
from openledger_trainer.canonical import sha256_hex
from openledger_trainer.checkpoint import Checkpoint, read_checkpoint
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError
from openledger_trainer.schedule import is_evaluation

_EPSILON = 1e-8
"""AdamW's own, which keeps an entry that never had a gradient where it is."""

FARTHEST = 1e9
"""Stands for an infinite distance, which JSON cannot write."""


@dataclass(frozen=True)
class Segment:
    """A stretch of somebody's run, as they claim it.

    Attributes:
        from_step: The step of the checkpoint that it begins with; 0 for the beginning.
        from_checkpoint: That checkpoint; None for the beginning.
        to_step: Its last step.
        to_checkpoint: The claimed checkpoint after it; None when the run is said to have diverged within it.
        micro_batches: Rows that were computed at once, step by step; None takes the specification's.
    """

    from_step: int
    from_checkpoint: Path | None
    to_step: int
    to_checkpoint: Path | None
    micro_batches: tuple[int, ...] | None = None


def replay(engine: Engine, segment: Segment) -> dict[str, Any]:
    """Train from one checkpoint to the next and compare with the claimed one.

    Args:
        engine: The job's, at its beginning.
        segment: What is claimed.

    Returns:
        The digest of the repeated checkpoint, whether its bytes equal the claimed ones, the distance of the
        two states, the losses, and the held-out loss after the segment where the recipe measures it. For a
        run that is said to have diverged: whether it does.

    Raises:
        TrainerError: When the checkpoints do not belong to this job or to these steps.
    """
    recipe = engine.recipe
    first, last = segment.from_step, segment.to_step
    if not 0 <= first < last <= recipe.steps:
        raise TrainerError(
            "bad-segment",
            f"Steps {first} to {last} are no segment of a run of {recipe.steps} steps.",
            "Choose two steps of the transcript that have checkpoints.",
        )
    if segment.micro_batches is not None and len(segment.micro_batches) != last - first:
        raise TrainerError(
            "bad-segment",
            f"{len(segment.micro_batches)} sizes are told for {last - first} steps.",
            "Give the transcript's line for every step.",
        )
    if segment.from_checkpoint is not None:
        start, _ = read_checkpoint(segment.from_checkpoint)
        _expect(start.step, first, segment.from_checkpoint)
        engine.restore(start)
    elif first != 0:
        raise TrainerError("bad-segment", f"Step {first} needs a checkpoint.", "Name its checkpoint.")
    if segment.to_checkpoint is None:
        return {"diverged": _diverges(engine, segment)}
    claimed, claimed_digest = read_checkpoint(segment.to_checkpoint)
    _expect(claimed.step, last, segment.to_checkpoint)
    parts = (claimed.adapter, claimed.first, claimed.second)
    if claimed.recipe_digest != recipe.digest or not all(engine.holds(tensors) for tensors in parts):
        raise TrainerError(
            "wrong-checkpoint",
            f"{segment.to_checkpoint} is of another recipe or holds another adapter.",
            "Reject the attestation.",
        )
    before = adapter_tensors(engine.parameters)
    try:
        losses = _learn(engine, segment)
        due = is_evaluation(recipe.spec, recipe.steps, last)
        evaluation = engine.held_out_loss()[0] if due else None
    except TrainerError as error:
        if error.code != "diverged":
            raise
        raise TrainerError(
            "bad-segment",
            f"Steps {first + 1} to {last} cannot be made from the checkpoint before them: {error.message}",
            "Reject the attestation.",
        ) from None
    repeated = engine.checkpoint(last)
    digest = sha256_hex(repeated.to_bytes())
    distance = state_distance(before, repeated, claimed)
    return {
        "digest": digest,
        "bitExact": digest == claimed_digest,
        "relativeDistance": distance,
        "withinTolerance": distance <= recipe.spec.relative_distance,
        "lossesMicronats": losses,
        "evaluationMicronats": evaluation,
    }


def _learn(engine: Engine, segment: Segment) -> list[int]:
    losses = []
    for place, step in enumerate(range(segment.from_step + 1, segment.to_step + 1)):
        if segment.micro_batches is not None:
            engine.micro_batch = segment.micro_batches[place]
        made = engine.step(step)
        losses.append(made.loss_micronats)
        engine.progress.emit(
            "step", {"step": step, "steps": segment.to_step, "lossMicronats": made.loss_micronats}
        )
    return losses


def _diverges(engine: Engine, segment: Segment) -> bool:
    try:
        _learn(engine, segment)
        engine.held_out_loss()
    except TrainerError as error:
        if error.code != "diverged":
            raise
        return True
    return False


def state_distance(before: Tensors, repeated: Checkpoint, claimed: Checkpoint) -> float:
    """How far a claimed checkpoint lies from the repeated one: the largest of three relative distances.

    The adapter's change alone would leave a way to jump anywhere: AdamW's moments, forged at the end of one
    segment, move the adapter in the first step of the next one, which a replay then repeats faithfully. So
    the optimizer's heading (what its next step would be without a gradient) and the root of its second
    moments are compared as well.

    Args:
        before: The adapter at the beginning of the segment.
        repeated: What the checker's own training gave.
        claimed: What the trainer published.
    """
    if any(bool((tensor < 0).any()) for tensor in claimed.second.values()):
        return FARTHEST
    nothing = {name: torch.zeros_like(tensor) for name, tensor in before.items()}
    return max(
        relative_distance(before, repeated.adapter, claimed.adapter),
        relative_distance(nothing, _heading(claimed), _heading(repeated)),
        relative_distance(nothing, _spread(claimed), _spread(repeated)),
    )


def _spread(state: Checkpoint) -> Tensors:
    return {name: tensor.to(torch.float64).sqrt() for name, tensor in state.second.items()}


def _heading(state: Checkpoint) -> Tensors:
    spread = _spread(state)
    return {
        name: tensor.to(torch.float64) / (spread[name] + _EPSILON) for name, tensor in state.first.items()
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
