"""A training run from specification to adapter, continued from wherever an earlier process stopped."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.adapter import Tensors, adapter_tensors, save_adapter
from openledger_trainer.base_model import BaseModel
from openledger_trainer.canonical import canonical_bytes
from openledger_trainer.checkpoint import read_checkpoint
from openledger_trainer.dataset import Dataset
from openledger_trainer.durable import write_atomically
from openledger_trainer.engine import Engine, learning_rate_at
from openledger_trainer.errors import TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.spec import JobSpec
from openledger_trainer.transcript import Line, Transcript, read_lines


def train(
    base: BaseModel,
    dataset: Dataset,
    spec: JobSpec,
    work_dir: Path,
    progress: Progress,
    parent: Tensors | None = None,
) -> dict[str, Any]:
    """Train an adapter in `work_dir`, or finish the run that was begun there.

    Args:
        base: The base that the specification names.
        dataset: The records of the dataset versions that it names.
        spec: The specification.
        work_dir: Holds checkpoints, transcript and adapter; belongs to one run.
        progress: Told of each step, evaluation and checkpoint.
        parent: The adapter that this job refines.

    Returns:
        What an attestation says of the run, and where its files are.

    Raises:
        TrainerError: When the run cannot be done, with what to do about it.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    _claim_folder(work_dir, spec, base)
    engine = Engine(base, dataset, spec, parent, progress)
    transcript = Transcript(work_dir / "transcript.jsonl", spec.digest)
    done = _resume(engine, transcript, work_dir)
    for sha256, reason in dataset.skipped:
        progress.emit("skipped", {"sha256": sha256, "reason": reason})
    loss_before = _loss_before(engine, work_dir, done)
    progress.emit("evaluation", {"step": 0, "lossMicronats": loss_before})

    steps = spec.training.steps
    tokens = sum(engine.tokens_of(step) for step in range(1, done + 1))
    loss_after = engine.held_out_loss()[0] if done == steps else loss_before
    for step in range(done + 1, steps + 1):
        loss, read = engine.step(step)
        tokens += read
        path = checkpoint_path(work_dir, step)
        saved = step % spec.training.checkpoint_every_steps == 0 or step == steps
        digest = engine.checkpoint(step).write(path) if saved else None
        head = transcript.add(Line(step, loss, digest))
        progress.emit(
            "step",
            {
                "step": step,
                "steps": steps,
                "lossMicronats": loss,
                "learningRate": learning_rate_at(spec, step),
                "tokens": tokens,
                "transcriptHead": head,
            },
        )
        if digest is not None:
            transcript.save()
            progress.emit(
                "checkpoint", {"step": step, "path": str(path), "digest": digest, "transcriptHead": head}
            )
            loss_after = engine.held_out_loss()[0]
            progress.emit("evaluation", {"step": step, "lossMicronats": loss_after})

    adapter = work_dir / "adapter"
    adapter_digest = save_adapter(adapter, engine.model, base, adapter_tensors(engine.parameters))
    return {
        "adapterPath": str(adapter),
        "adapterDigest": adapter_digest,
        "transcriptHead": transcript.head,
        "transcriptPath": str(transcript.path),
        "lossBeforeMicronats": loss_before,
        "lossAfterMicronats": loss_after,
        "tokens": tokens,
        "steps": steps,
        "checkpoints": [
            {
                "step": line.step,
                "path": str(checkpoint_path(work_dir, line.step)),
                "digest": line.checkpoint_digest,
                "lossMicronats": line.loss_micronats,
            }
            for line in transcript.lines
            if line.checkpoint_digest is not None
        ],
        "sources": dataset.sources(),
        "skipped": [{"sha256": sha256, "reason": reason} for sha256, reason in dataset.skipped],
        "environment": environment(engine.device, spec.training.threads),
    }


def checkpoint_path(work_dir: Path, step: int) -> Path:
    """Where the checkpoint after a step lies."""
    return work_dir / "checkpoints" / f"{step:07d}.safetensors"


def environment(device: torch.device, threads: int) -> dict[str, Any]:
    """Software and hardware: two equal environments give equal bytes."""
    hardware = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    packages = ("torch", "transformers", "peft", "safetensors", "tokenizers", "pypdf")
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "device": device.type,
        "hardware": hardware,
        "capability": torch.backends.cpu.get_cpu_capability(),
        "threads": threads,
        **{name: version(name) for name in packages},
    }


def _claim_folder(work_dir: Path, spec: JobSpec, base: BaseModel) -> None:
    path = work_dir / "run.json"
    mine = {"specDigest": spec.digest, "baseDigest": base.digest}
    if not path.is_file():
        write_atomically(path, canonical_bytes(mine))
        return
    try:
        theirs = json.loads(path.read_text("utf-8"))
    except ValueError:
        theirs = None
    if theirs != mine:
        raise TrainerError(
            "folder-in-use",
            f"{work_dir} holds the run of another specification.",
            "Give each run its own workDir.",
        )


def _resume(engine: Engine, transcript: Transcript, work_dir: Path) -> int:
    """Continue after the last checkpoint that is whole and in the transcript; returns its step."""
    lines = read_lines(transcript.path)
    while lines:
        line = lines[-1]
        path = checkpoint_path(work_dir, line.step)
        if line.checkpoint_digest is not None and path.is_file():
            try:
                checkpoint, digest = read_checkpoint(path)
            except TrainerError:
                digest = ""
            if digest == line.checkpoint_digest and checkpoint.step == line.step:
                engine.restore(checkpoint)
                break
        lines.pop()
    transcript.rewind(lines)
    return len(lines)


def _loss_before(engine: Engine, work_dir: Path, done: int) -> int:
    """The held-out loss before the first step, kept in a file for a run that is continued."""
    path = work_dir / "evaluation-before.json"
    if done > 0:
        try:
            return int(json.loads(path.read_text("utf-8"))["lossMicronats"])
        except (OSError, ValueError, KeyError):
            raise TrainerError(
                "damaged-folder",
                f"{path} is missing or damaged.",
                "Remove the run's workDir and train again.",
            ) from None
    loss = engine.held_out_loss()[0]
    write_atomically(path, canonical_bytes({"lossMicronats": loss}))
    return loss


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
