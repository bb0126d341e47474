"""A training run from recipe to adapter, continued from wherever an earlier process stopped."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openledger_trainer.adapter import Tensors, adapter_tensors, save_adapter
from openledger_trainer.attribution.build import INDEX_FILE, build_index, kept_checkpoints
from openledger_trainer.base_model import BaseModel
from openledger_trainer.canonical import canonical_bytes, sha256_hex
from openledger_trainer.checkpoint import checkpoint_path, read_checkpoint
from openledger_trainer.dataset import Dataset
from openledger_trainer.durable import write_atomically
from openledger_trainer.engine import Engine, Step
from openledger_trainer.environment import environment
from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.memory import is_out_of_memory, used_bytes
from openledger_trainer.model_card import write_model_card
from openledger_trainer.processes import processes
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe
from openledger_trainer.samples import tell_samples
from openledger_trainer.schedule import (
    best_step,
    is_checkpoint,
    is_evaluation,
    kept_step,
    learning_rate_at,
    stops_early,
)
from openledger_trainer.transcript import Line, Transcript, read_lines

RECIPE_FILE = "recipe.json"
"""Holds what a run committed to, in its folder."""


def train(
    base: BaseModel,
    dataset: Dataset,
    recipe: Recipe,
    work_dir: Path,
    progress: Progress,
    parent: Tensors | None = None,
    halvings: int = 0,
) -> dict[str, Any]:
    """Train an adapter in `work_dir`, or finish the run that was begun there.

    Args:
        base: The base that the recipe names.
        dataset: The records of the dataset versions that it names.
        recipe: The committed recipe.
        work_dir: Holds checkpoints, transcript and adapter; belongs to one run.
        progress: Told of each step, evaluation, checkpoint and sample.
        parent: The adapter that this job refines.
        halvings: How often the batch is halved before the first step: a system that ends a process for
            lack of memory leaves it no time to do so itself.

    Returns:
        What an attestation says of the run, and where its files are; nothing in all but the first of several
        processes.

    Raises:
        TrainerError: When the run cannot be done, with what to do about it.
    """
    try:
        run = _Run(base, dataset, recipe, work_dir, progress, parent)
        run.engine.take_fewer_rows(halvings)
        return run.finish()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TrainerError(
            "disk-full",
            f"There is no room left for {work_dir}.",
            "Free some space: the run continues from its last checkpoint.",
        ) from None


class _Run:
    """One process's part of a run."""

    def __init__(
        self,
        base: BaseModel,
        dataset: Dataset,
        recipe: Recipe,
        work_dir: Path,
        progress: Progress,
        parent: Tensors | None,
    ) -> None:
        self.processes = processes()
        if self.processes.is_first:
            work_dir.mkdir(parents=True, exist_ok=True)
            _claim_folder(work_dir, recipe)
        self.base = base
        self.dataset = dataset
        self.recipe = recipe
        self.work_dir = work_dir
        self.progress = progress
        self.engine = Engine(base, dataset, recipe, parent, progress)
        self.transcript = Transcript(work_dir / "transcript.jsonl", recipe.digest, self.processes.is_first)
        self.tokens = 0

    def finish(self) -> dict[str, Any]:
        """Do what is left of the run."""
        done = self._resume()
        for sha256, reason in self.dataset.skipped:
            self.progress.emit("skipped", {"sha256": sha256, "reason": reason})
        loss_before = self._loss_before(done)
        self.progress.emit("evaluation", {"step": 0, "lossMicronats": loss_before})
        self.tokens = sum(self.engine.tokens_of(step) for step in range(1, done + 1))
        ended = self._learn(done)
        kept = kept_step(self.recipe.spec, self.transcript.lines)
        self.processes.wait()
        self.engine.restore(read_checkpoint(checkpoint_path(self.work_dir, kept))[0])
        loss_after = self.transcript.lines[kept - 1].evaluation_micronats
        if loss_after is None:
            loss_after = self.engine.held_out_loss()[0]
        self.progress.emit("stopped", {"step": len(self.transcript.lines), "bestStep": kept, "reason": ended})
        return self._result(loss_before, loss_after, kept, ended) if self.processes.is_first else {}

    def _learn(self, done: int) -> str:
        """Make the steps that are left; returns why there are no more."""
        steps = self.recipe.steps
        pace = _Pace()
        for step in range(done + 1, steps + 1):
            if stops_early(self.recipe.spec, self.transcript.lines):
                return "early-stop"
            try:
                pace.start()
                made = self.engine.step(step)
                pace.add(made.tokens)
                due = is_evaluation(self.recipe.spec, steps, step)
                evaluation = self.engine.held_out_loss()[0] if due else None
            except TrainerError as error:
                if error.code != "diverged" or not self._rewind_to_checkpoint():
                    raise
                return "diverged"
            self.tokens += made.tokens
            self._keep(step, made, evaluation, pace)
        return "steps"

    def _keep(self, step: int, made: Step, evaluation: int | None, pace: _Pace) -> None:
        spec, steps = self.recipe.spec, self.recipe.steps
        path = checkpoint_path(self.work_dir, step)
        digest = self._write_checkpoint(path, step) if is_checkpoint(spec, steps, step) else None
        line = Line(step, made.loss_micronats, evaluation, digest, made.micro_batch)
        head = self.transcript.add(line)
        self.progress.emit(
            "step",
            {
                "step": step,
                "steps": steps,
                "lossMicronats": made.loss_micronats,
                "learningRate": learning_rate_at(spec, steps, step),
                "gradientNorm": made.gradient_norm,
                "tokens": self.tokens,
                "tokensPerSecond": round(pace.tokens_per_second, 1),
                "memoryBytes": used_bytes(self.engine.device),
                "etaSeconds": round(pace.seconds_for(steps - step)),
                "transcriptHead": head,
            },
        )
        if digest is not None:
            self.transcript.save()
            about = {"step": step, "path": str(path), "digest": digest, "transcriptHead": head}
            self.progress.emit("checkpoint", about)
        if evaluation is not None:
            self.progress.emit("evaluation", {"step": step, "lossMicronats": evaluation})
            if self.processes.is_first:
                tell_samples(self.engine, self.dataset.held_out, step)

    def _write_checkpoint(self, path: Path, step: int) -> str:
        checkpoint = self.engine.checkpoint(step)
        return checkpoint.write(path) if self.processes.is_first else sha256_hex(checkpoint.to_bytes())

    def _rewind_to_checkpoint(self) -> bool:
        """Forget what lies behind the last checkpoint; False when there is none."""
        lines = self.transcript.lines
        while lines and lines[-1].checkpoint_digest is None:
            lines = lines[:-1]
        self.tokens = sum(self.engine.tokens_of(line.step) for line in lines)
        self.transcript.rewind(lines)
        return bool(lines)

    def _resume(self) -> int:
        """Continue after the last checkpoint that is whole and in the transcript; returns its step."""
        lines = read_lines(self.transcript.path)
        while lines:
            line = lines[-1]
            path = checkpoint_path(self.work_dir, line.step)
            if line.checkpoint_digest is not None and path.is_file():
                try:
                    checkpoint, digest = read_checkpoint(path)
                except TrainerError:
                    digest = ""
                if digest == line.checkpoint_digest and checkpoint.step == line.step:
                    self.engine.restore(checkpoint)
                    self.engine.micro_batch = min(self.engine.micro_batch, line.micro_batch)
                    break
            lines.pop()
        # Nobody reads any more what the first one is about to shorten.
        self.processes.wait()
        self.transcript.rewind(lines)
        return len(lines)

    def _loss_before(self, done: int) -> int:
        """The held-out loss before the first step, kept in a file for a run that is continued."""
        path = self.work_dir / "evaluation-before.json"
        if done > 0:
            try:
                return int(json.loads(path.read_text("utf-8"))["lossMicronats"])
            except (OSError, ValueError, KeyError):
                raise TrainerError(
                    "damaged-folder",
                    f"{path} is missing or damaged.",
                    "Remove the run's workDir and train again.",
                ) from None
        loss = self.engine.held_out_loss()[0]
        if self.processes.is_first:
            write_atomically(path, canonical_bytes({"lossMicronats": loss}))
        return loss

    def _result(self, loss_before: int, loss_after: int, kept: int, ended: str) -> dict[str, Any]:
        lines = self.transcript.lines
        checkpoints = _checkpoints(lines, self.work_dir)
        adapter = self.work_dir / "adapter"
        result = {
            "adapterPath": str(adapter),
            "adapterDigest": save_adapter(
                adapter, self.engine.model, self.base, adapter_tensors(self.engine.parameters)
            ),
            "recipe": self.recipe.to_json(),
            "recipeDigest": self.recipe.digest,
            "transcriptHead": self.transcript.head,
            "transcriptPath": str(self.transcript.path),
            "lossBeforeMicronats": loss_before,
            "lossAfterMicronats": loss_after,
            "tokens": self.tokens,
            "steps": len(lines),
            "keptStep": kept,
            "bestStep": best_step(lines),
            "ended": ended,
            "checkpoints": checkpoints,
            "attribution": self._index(kept),
            "sources": self.dataset.sources(),
            "skipped": [{"sha256": sha256, "reason": reason} for sha256, reason in self.dataset.skipped],
            "environment": environment(self.engine.device, self.recipe, self.processes.count),
        }
        write_model_card(adapter, self.base, self.recipe, result)
        return result

    def _index(self, kept: int) -> dict[str, Any] | None:
        """The attribution index; None where none can be made, which is no reason to lose the run."""
        checkpoints = kept_checkpoints(self.work_dir, self.transcript.lines, kept)
        try:
            return build_index(
                self.engine, self.dataset, checkpoints, self.work_dir / INDEX_FILE, self.progress
            )
        except Cancelled:
            raise
        except Exception as error:
            if not isinstance(error, TrainerError) and not is_out_of_memory(error):
                raise
            self.progress.emit("attribution", {"failed": str(error)[:300]})
            return None


class _Pace:
    """How fast a run goes, without what lies between its steps."""

    def __init__(self) -> None:
        self._tokens = 0
        self._steps = 0
        self._seconds = 0.0
        self._started = 0.0

    def start(self) -> None:
        """The next step begins."""
        self._started = time.monotonic()

    def add(self, tokens: int) -> None:
        """A step has ended."""
        self._seconds += time.monotonic() - self._started
        self._tokens += tokens
        self._steps += 1

    @property
    def tokens_per_second(self) -> float:
        """Tokens that a second of training reads."""
        return self._tokens / max(self._seconds, 1e-9)

    def seconds_for(self, steps: int) -> float:
        """How long so many more steps take."""
        return steps * self._seconds / max(self._steps, 1)


def _checkpoints(lines: Sequence[Line], work_dir: Path) -> list[dict[str, Any]]:
    return [
        {
            "step": line.step,
            "path": str(checkpoint_path(work_dir, line.step)),
            "digest": line.checkpoint_digest,
            "lossMicronats": line.loss_micronats,
        }
        for line in lines
        if line.checkpoint_digest is not None
    ]


def _claim_folder(work_dir: Path, recipe: Recipe) -> None:
    path = work_dir / RECIPE_FILE
    if not path.is_file():
        write_atomically(path, canonical_bytes(recipe.to_json()))
        return
    try:
        theirs = json.loads(path.read_text("utf-8"))
    except ValueError:
        theirs = None
    if theirs != recipe.to_json():
        raise TrainerError(
            "folder-in-use",
            f"{work_dir} holds the run of another recipe.",
            "Give each run its own workDir.",
        )
