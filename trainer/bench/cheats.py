"""Every known way to pretend to have trained, each forged as consistently as its maker could.

Recipe, checkpoints and transcript name each other by their right digests: nothing but training again, or
measuring again, can tell these runs from honest ones. The test of the court and `npm run bench:replay` use
the same forgeries.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from openledger_trainer.adapter import Tensors, adapter_bytes, adapter_tensors, set_adapter_tensors
from openledger_trainer.base_model import BaseModel, base_digest, find_base
from openledger_trainer.canonical import LARGEST_INTEGER, sha256_hex
from openledger_trainer.checkpoint import Checkpoint, checkpoint_path
from openledger_trainer.dataset import Dataset, Record
from openledger_trainer.durable import write_atomically
from openledger_trainer.engine import Engine
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe
from openledger_trainer.schedule import is_checkpoint, is_evaluation, kept_step
from openledger_trainer.transcript import Line, Transcript, read_lines

STEEPER = 1.1
"""How much higher the cheat's learning rate is."""


@dataclass(frozen=True)
class Job:
    """What a trainer has claimed, and where it writes."""

    base: BaseModel
    dataset: Dataset
    recipe: Recipe
    work_dir: Path


Cheat = Callable[[Job], dict[str, Any]]


def skipped_steps(job: Job) -> dict[str, Any]:
    """Only every second step is made; the others repeat what the step before them said."""
    return _pretend(job, _honest(job), lambda step: step % 2 == 0 or job.recipe.steps == 1)


def half_the_steps(job: Job) -> dict[str, Any]:
    """Training stops halfway; the rest moves on by a little noise."""
    half = job.recipe.steps // 2

    def drift(step: int, state: Checkpoint) -> Checkpoint:
        return state if step <= half else dataclasses.replace(state, adapter=_shaken(state.adapter, step))

    return _pretend(job, _honest(job), lambda step: step <= half, drift)


def other_record(job: Job) -> dict[str, Any]:
    """One record of all is replaced."""
    first, *others = job.dataset.training
    changed = dataclasses.replace(first, completion="The answer is something else altogether.")
    return _pretend(job, _on(job, [changed, *others]))


def left_out_contributor(job: Job) -> dict[str, Any]:
    """Everything of one contributor is left out."""
    left_out = job.dataset.training[0].sha256
    return _pretend(job, _on(job, [each for each in job.dataset.training if each.sha256 != left_out]))


def evaluation_split(job: Job) -> dict[str, Any]:
    """The held-out records are learnt as well, so that the evaluation looks better."""
    return _pretend(
        job, _on(job, [*job.dataset.held_out, *job.dataset.training[len(job.dataset.held_out) :]])
    )


def other_order(job: Job) -> dict[str, Any]:
    """The start is the drawn seed's, the order of the records is not."""
    engine = _honest(job)
    engine.recipe = dataclasses.replace(job.recipe, seed=job.recipe.seed + 1)
    return _pretend(job, engine)


def higher_learning_rate(job: Job) -> dict[str, Any]:
    """The learning rate is a tenth higher than specified."""
    training = job.recipe.spec.training
    faster = dataclasses.replace(training, learning_rate=training.learning_rate * STEEPER)
    spec = dataclasses.replace(job.recipe.spec, training=faster)
    return _pretend(job, _engine(job, dataclasses.replace(job.recipe, spec=spec)))


def swapped_base(job: Job) -> dict[str, Any]:
    """Another base of the same shape is trained, the specified one's digest is claimed."""
    folder = job.work_dir / "base"
    shutil.copytree(job.base.folder, folder)
    weights = load_file(folder / "model.safetensors")
    generator = torch.Generator().manual_seed(1)
    for tensor in weights.values():
        if tensor.is_floating_point() and tensor.dim() > 1:
            tensor.add_(torch.randn(tensor.shape, generator=generator) * tensor.std() * 0.1)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    about = json.loads((folder / "base.json").read_text("utf-8"))
    write_atomically(
        folder / "base.json", json.dumps({**about, "baseDigest": base_digest(folder)}).encode("utf-8")
    )
    engine = Engine(find_base(str(folder)), job.dataset, job.recipe, None, Progress())
    return _pretend(job, engine)


def copied_adapter(job: Job) -> dict[str, Any]:
    """The run of another trainer, whose seed was another one, under this trainer's name."""
    return _pretend(job, _engine(job, dataclasses.replace(job.recipe, seed=job.recipe.seed + 12_345)))


def noise(job: Job) -> dict[str, Any]:
    """No step is made: the adapter is noise of a believable size."""
    engine = _honest(job)
    start = adapter_tensors(engine.parameters)

    def made_up(step: int, _: Checkpoint) -> Checkpoint:
        return _still(job, step, _shaken(start, step, 0.02))

    return _pretend(job, engine, lambda _: False, made_up)


def interpolated(job: Job) -> dict[str, Any]:
    """A true beginning and a true end, and a straight line between them."""
    engine = _honest(job)
    start = adapter_tensors(engine.parameters)
    made = dict(_steps(engine))
    end = engine.checkpoint(job.recipe.steps)

    def between(step: int, _: Checkpoint) -> Checkpoint:
        share = step / job.recipe.steps
        line = {name: start[name] + (end.adapter[name] - start[name]) * share for name in start}
        moments = {"first": end.first, "second": end.second}
        return dataclasses.replace(end, step=step, adapter=line, **moments)

    return _pretend(job, engine, lambda _: False, between, made)


def forged_moments(job: Job) -> dict[str, Any]:
    """Honest steps; the moments of each checkpoint are forged to steer the next step elsewhere."""

    def steered(step: int, state: Checkpoint) -> Checkpoint:
        return dataclasses.replace(state, first=_shaken(state.first, step, 0.02))

    return _pretend(job, _honest(job), None, steered)


def plain(job: Job) -> dict[str, Any]:
    """No cheat: the run as it was asked for, without what a trainer publishes beside it."""
    return _pretend(job, _honest(job))


def halved_batches(job: Job) -> dict[str, Any]:
    """No cheat: an honest run on a machine whose memory ran out after the first step."""
    return _pretend(job, _honest(job), halved_after=1)


def invented_loss_after(job: Job) -> dict[str, Any]:
    """An honest run with a better loss than its adapter has, in transcript and report."""
    return _pretend(job, _honest(job), loss_after=0.9)


def invented_loss_before(job: Job) -> dict[str, Any]:
    """An honest run from a worse beginning than the base's."""
    result = _pretend(job, _honest(job))
    return {**result, "lossBeforeMicronats": round(result["lossBeforeMicronats"] * 1.1)}


def invented_losses(job: Job) -> dict[str, Any]:
    """An honest run whose transcript tells of lower losses."""
    return _pretend(job, _honest(job), told=lambda loss: round(loss * 0.9))


def invented_early_stop(job: Job) -> dict[str, Any]:
    """Held-out losses that are made up to rise, so that the run may stop before its time."""
    return _pretend(job, _honest(job), rising=True)


def invented_divergence(job: Job) -> dict[str, Any]:
    """The first half of an honest run, which is said to have diverged there."""
    return _pretend(job, _honest(job), ends=(job.recipe.steps // 2, "diverged"))


def stopped_without_patience(job: Job) -> dict[str, Any]:
    """A run that stops at its first evaluation, where nothing was waited for."""
    return _pretend(job, _honest(job), ends=(job.recipe.spec.evaluation.every_steps, "early-stop"))


def another_step_kept(job: Job) -> dict[str, Any]:
    """A run that says its first evaluation was the best, and keeps its last step."""
    return _pretend(job, _honest(job), rising=True, keeps_last=True)


HONEST: dict[str, Cheat] = {"plain": plain, "halved-batches": halved_batches}
"""Runs that must be accepted."""

CHEATS: dict[str, Cheat] = {
    "copied-adapter": copied_adapter,
    "untrained-noise": noise,
    "one-record-replaced": other_record,
    "contributor-left-out": left_out_contributor,
    "half-the-steps-skipped": skipped_steps,
    "stopped-halfway": half_the_steps,
    "swapped-base": swapped_base,
    "evaluation-split-learnt": evaluation_split,
    "interpolated-checkpoints": interpolated,
    "another-order": other_order,
    "learning-rate-plus-10-percent": higher_learning_rate,
    "forged-moments": forged_moments,
    "invented-loss-after": invented_loss_after,
    "invented-loss-before": invented_loss_before,
    "invented-training-losses": invented_losses,
    "invented-early-stop": invented_early_stop,
    "invented-divergence": invented_divergence,
}

ENDINGS: dict[str, Cheat] = {
    "stopped-without-patience": stopped_without_patience,
    "another-step-kept": another_step_kept,
}
"""Lies about where a run ended, which contradict their own transcript."""


def _engine(job: Job, recipe: Recipe) -> Engine:
    return Engine(job.base, job.dataset, recipe, None, Progress())


def _honest(job: Job) -> Engine:
    return _engine(job, job.recipe)


def _on(job: Job, records: list[Record]) -> Engine:
    dataset = dataclasses.replace(job.dataset, training=tuple(records))
    return Engine(job.base, dataset, job.recipe, None, Progress())


def _steps(engine: Engine) -> Iterator[tuple[int, int]]:
    for step in range(1, engine.recipe.steps + 1):
        yield step, engine.step(step).loss_micronats


def _pretend(
    job: Job,
    engine: Engine,
    is_made: Callable[[int], bool] | None = None,
    shown: Callable[[int, Checkpoint], Checkpoint] | None = None,
    losses: dict[int, int] | None = None,
    *,
    told: Callable[[int], int] = lambda loss: loss,
    loss_after: float = 1.0,
    rising: bool = False,
    halved_after: int | None = None,
    ends: tuple[int, str] | None = None,
    keeps_last: bool = False,
) -> dict[str, Any]:
    """Run an engine and write what it did as the run that was asked for.

    Args:
        job: What was claimed; its recipe is the one that is told.
        engine: What really trains.
        is_made: Whether a step is really made; all are by default.
        shown: The state that is published in place of the real one.
        losses: Losses to tell for steps that are not made.
        told: What is told of a step's loss.
        loss_after: Factor of the last held-out loss.
        rising: Whether held-out losses are told as rising after the first, until patience is over.
        halved_after: The step after which batches are computed in halves.
        ends: The step after which the run is said to have ended, and why.
        keeps_last: Whether the last step's adapter is kept, whatever would have to be.
    """
    recipe, spec = job.recipe, job.recipe.spec
    truth = Engine(job.base, job.dataset, recipe, None, Progress())
    loss_before, _ = truth.held_out_loss()
    transcript = Transcript(job.work_dir / "transcript.jsonl", recipe.digest)
    checkpoints: list[dict[str, Any]] = []
    published: dict[int, Checkpoint] = {}
    loss, tokens, evaluations, ended = loss_before, 0, 0, "steps"
    best = LARGEST_INTEGER
    for step in range(1, recipe.steps + 1):
        tokens += truth.tokens_of(step)
        if is_made is None or is_made(step):
            loss = engine.step(step).loss_micronats
        elif losses is not None:
            loss = losses[step]
        evaluation, digest = None, None
        if is_checkpoint(spec, recipe.steps, step):
            state = (
                engine.checkpoint(step)
                if engine.optimizer.state
                else _still(job, step, adapter_tensors(truth.parameters))
            )
            state = dataclasses.replace(shown(step, state) if shown else state, recipe_digest=recipe.digest)
            published[step] = state
            path = checkpoint_path(job.work_dir, step)
            digest = state.write(path)
            checkpoints.append(
                {"step": step, "path": str(path), "digest": digest, "lossMicronats": told(loss)}
            )
            if is_evaluation(spec, recipe.steps, step):
                set_adapter_tensors(truth.parameters, state.adapter)
                evaluation, _ = truth.held_out_loss()
                evaluations += 1
                if rising and evaluations > 1:
                    evaluation = best + evaluations * 10_000
                elif step == recipe.steps:
                    evaluation = round(evaluation * loss_after)
                best = min(best, evaluation)
        transcript.add(Line(step, told(loss), evaluation, digest, engine.micro_batch))
        if step == halved_after:
            engine.micro_batch = -(-engine.micro_batch // 2)
        if rising and evaluations > spec.evaluation.patience:
            ended = "early-stop"
            break
        if ends is not None and step == ends[0]:
            ended = ends[1]
            break
    transcript.save()
    lines = read_lines(transcript.path)
    kept = len(lines) if keeps_last else kept_step(spec, lines)
    adapter = job.work_dir / "adapter" / "adapter_model.safetensors"
    adapter.parent.mkdir()
    weights = adapter_bytes(published[kept].adapter)
    write_atomically(adapter, weights)
    after = lines[kept - 1].evaluation_micronats
    return {
        "adapterPath": str(adapter.parent),
        "adapterDigest": sha256_hex(weights),
        "recipe": recipe.to_json(),
        "transcriptHead": transcript.head,
        "transcriptPath": str(transcript.path),
        "lossBeforeMicronats": loss_before,
        "lossAfterMicronats": after,
        "tokens": tokens,
        "steps": len(lines),
        "keptStep": kept,
        "ended": ended,
        "checkpoints": checkpoints,
        "environment": {},
    }


def _still(job: Job, step: int, adapter: Tensors) -> Checkpoint:
    """A checkpoint of a run that was never made."""
    small = {name: torch.full_like(tensor, 1e-4) for name, tensor in adapter.items()}
    return Checkpoint(step, job.recipe.digest, adapter, _shaken(small, step), small)


def _shaken(tensors: Tensors, seed: int, size: float = 1e-3) -> Tensors:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: tensor + size * torch.randn(tensor.shape, generator=generator)
        for name, tensor in tensors.items()
    }
