"""What a job takes in time and memory, told before it is claimed and without loading its base.

Memory follows from a simulated step and time from a few real ones with few layers (`simulated_memory`,
`measured_steps`), both from how long the examples are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import torch

from openledger_trainer.base_model import BaseModel, load_tokenizer, refuse_long
from openledger_trainer.dataset import Dataset
from openledger_trainer.determinism import choose_device, prepare_torch
from openledger_trainer.examples import Row, batch_places, encode, training_rows
from openledger_trainer.measured_steps import StepsMeasured, measure_steps
from openledger_trainer.progress import Progress
from openledger_trainer.quantization import chosen_backend
from openledger_trainer.recipe import planned_steps
from openledger_trainer.samples import SAMPLE_TOKENS, SAMPLES
from openledger_trainer.schedule import is_evaluation
from openledger_trainer.shortened_model import RowShape, read_architecture
from openledger_trainer.simulated_memory import StepMemory, simulated_step, step_memory
from openledger_trainer.spec import JobSpec

_TYPICAL_STEPS = 100
_CHECKPOINT_VALUES = 3
"""Numbers that a checkpoint keeps of each trainable parameter: its value and two moments."""
_USUAL_OVERHEAD = 2.0
"""Of the allocator, where a process cannot tell how it grew."""
_LATER_GAPS = 1.2
"""By how much a run's hundreds of batches leave more gaps than the few that are watched, as measured."""
_JOB_BYTES = 20 * 2**20
"""Tokenizer, records and what else a small job takes beside tensors, as measured."""
_GIBIBYTE = 2**30


@dataclass(frozen=True)
class Lengths:
    """How many tokens the rows of a job have, and how many of them are learnt."""

    training: tuple[RowShape, ...]
    held_out: tuple[RowShape, ...]


def lengths_of(base: BaseModel, dataset: Dataset, spec: JobSpec) -> Lengths:
    """The exact lengths, where the data is there.

    Raises:
        TrainerError: When base, data and specification do not fit together.
    """
    tokenizer = load_tokenizer(base)
    training = spec.training
    learnt, held_out = (
        encode(records, tokenizer, training.cutoff_tokens) for records in (dataset.training, dataset.held_out)
    )
    rows = training_rows(learnt, base.family, training.cutoff_tokens, training.packing, training.seed)
    return Lengths(_shapes(rows), _shapes(held_out))


def expected_lengths(examples: int, tokens: int | None, spec: JobSpec) -> Lengths:
    """Lengths of which only the sum is known; without it, every example is as long as the cut-off allows.

    How much of them is learnt is not known either: all is expected to be.
    """
    cutoff = spec.training.cutoff_tokens
    mean = cutoff if tokens is None else max(1, min(cutoff, round(tokens / examples)))
    held_out = max(1, examples * spec.evaluation.held_out_bps // 10_000)
    learnt = max(1, examples - held_out)
    row, short = RowShape(cutoff, cutoff), RowShape(mean, mean)
    if spec.training.packing:
        return Lengths((row,) * max(1, -(-learnt * mean // cutoff)), (short,) * held_out)
    return Lengths((short,) * learnt, (short,) * held_out)


def estimate(base: BaseModel, spec: JobSpec, lengths: Lengths, progress: Progress) -> dict[str, Any]:
    """Time and memory of a job on this machine.

    An early stop is not foreseen. Where the whole batch does not fit into the free memory, the figures are
    those of the largest that does, by halving.

    Args:
        base: The base that the specification names.
        spec: The job.
        lengths: Of its rows.
        progress: Asked whether to go on.

    Returns:
        `seconds` of the whole run, `stepSeconds`, `evaluationSeconds` and `setupSeconds`, `peakBytes` above
        what the worker takes without a job, `freeBytes`, `baseBytes`, `microBatch` (rows at once), `steps`,
        `tokens`, `trainableParameters`, `device`, `quantization`, and `impossible`: a sentence, or None. The
        seconds of an impossible job are None.

    Raises:
        TrainerError: When the base's configuration cannot be read, has no layers for an adapter, or reads
            fewer tokens than the cut-off.
    """
    device = choose_device()
    prepare_torch(spec.training.threads)
    needs = _Needs(base, spec, _widest(lengths), device)
    refuse_long(needs.architecture.config, spec.training.cutoff_tokens)
    steps = planned_steps(spec, len(lengths.training))
    rows = needs.fitting_rows(progress)
    tokens, typical = _typical_batches(lengths.training, spec, rows or 1, steps)
    seconds: dict[str, float | None] = {}
    if rows is not None:
        measured = measure_steps(
            needs.architecture, spec, needs.backend, rows, typical, needs.widest, device, progress
        )
        seconds = _seconds(measured, spec, lengths, steps, rows)
        needs.learn_overhead(measured)
        rows = needs.fitting_rows(progress)
    memory = needs.step(rows or 1)
    peak = needs.peak_bytes(rows or 1)
    impossible = None
    if rows is None:
        seconds = dict.fromkeys(("seconds", "stepSeconds", "evaluationSeconds", "setupSeconds"))
        impossible = (
            f"The job needs {peak / _GIBIBYTE:.1f} GiB of memory even with one row at once; "
            f"{needs.free / _GIBIBYTE:.1f} GiB are free."
        )
    return {
        **seconds,
        "steps": steps,
        "tokens": tokens,
        "microBatch": rows or 1,
        "peakBytes": peak,
        "freeBytes": needs.free,
        "baseBytes": memory.base,
        "trainableParameters": memory.trainable,
        "device": device.type,
        "quantization": needs.backend,
        "impossible": impossible,
    }


def usual_peak_bytes(base: BaseModel, spec: JobSpec) -> int:
    """The most memory that a job takes here with every row as long as the cut-off, without running a step.

    What the allocator adds is what it usually adds; `estimate` measures it.

    Raises:
        TrainerError: When the base's configuration cannot be read, or has no layers for an adapter.
    """
    cutoff = spec.training.cutoff_tokens
    needs = _Needs(base, spec, RowShape(cutoff, cutoff), choose_device())
    needs.expect_usual_overhead()
    return needs.peak_bytes(spec.training.batch_size)


class _Needs:
    """The memory that a job needs, by how many rows are computed at once."""

    def __init__(self, base: BaseModel, spec: JobSpec, widest: RowShape, device: torch.device) -> None:
        self.architecture = read_architecture(base)
        self.backend = chosen_backend() if spec.method == "qlora" else None
        self.free = free_bytes(device)
        self._spec = spec
        self.widest = widest
        self._device = device
        self._steps: dict[int, StepMemory] = {}
        self._overhead = 1.0

    def fitting_rows(self, progress: Progress) -> int | None:
        """The batch, or what halving leaves of it until it fits; None when not even one row does."""
        rows = self._spec.training.batch_size
        while self.peak_bytes(rows) > self.free:
            progress.check()
            if rows == 1:
                return None
            rows = -(-rows // 2)
        return rows

    def step(self, rows: int) -> StepMemory:
        """What a step of the longest rows takes: simulated for one row and for all, in a line between."""
        whole = self._spec.training.batch_size
        for simulated in {1, whole} - set(self._steps):
            self._steps[simulated] = step_memory(
                self.architecture, self._spec, self.backend, simulated, self.widest, self._device
            )
        one, all_rows = self._steps[1], self._steps[whole]
        share = (rows - 1) / max(1, whole - 1)
        return replace(
            one,
            learning=one.learning + round((all_rows.learning - one.learning) * share),
            indexing=one.indexing + round((all_rows.indexing - one.indexing) * share),
        )

    def peak_bytes(self, rows: int) -> int:
        """The most that a run takes at one moment."""
        step = self.step(rows)
        peak = _JOB_BYTES + step.held + round(self._overhead * (step.peak - step.held))
        if self._device.type == "cuda":
            return max(step.loading, peak)
        # A checkpoint is copied and written as one piece.
        kept = _CHECKPOINT_VALUES * 4 * step.trainable
        return max(_JOB_BYTES + step.loading, peak, step.held + 3 * kept)

    def expect_usual_overhead(self) -> None:
        """Count what a CPU's allocator usually takes beside what is alive; a GPU's is counted as it is."""
        self._overhead = 1.0 if self._device.type == "cuda" else _USUAL_OVERHEAD

    def learn_overhead(self, measured: StepsMeasured) -> None:
        """Compare how a process grew with what was alive in it: the rest is the allocator's."""
        self.expect_usual_overhead()
        if self._device.type != "cuda" and measured.growth is not None:
            step = simulated_step(
                self.architecture,
                self._spec,
                self.backend,
                measured.layers,
                measured.rows,
                self.widest,
                self._device,
            )
            self._overhead = max(1.0, measured.growth / (step.peak - step.held)) * _LATER_GAPS


def free_bytes(device: torch.device) -> int:
    """Memory that a job could take here: of the GPU, or of the machine within the container's limit."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # What torch keeps for itself is free too.
        return int(free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device))
    free = int(psutil.virtual_memory().available)
    try:
        limit, used = (
            int(Path(f"/sys/fs/cgroup/memory.{name}").read_text("ascii")) for name in ("max", "current")
        )
    except (OSError, ValueError):
        return free
    return max(0, min(free, limit - used))


def _shapes(rows: Sequence[Row]) -> tuple[RowShape, ...]:
    return tuple(RowShape(len(row.tokens), row.learnt) for row in rows)


def _widest(lengths: Lengths) -> RowShape:
    """As wide as the widest row, with as much learnt as where most is."""
    rows = (*lengths.training, *lengths.held_out)
    return RowShape(max(row.width for row in rows), max(row.learnt for row in rows))


def _typical_batches(
    lengths: Sequence[RowShape], spec: JobSpec, rows: int, steps: int
) -> tuple[int, RowShape]:
    """Tokens that the run reads, and the mean row of its batches when each is padded to its longest."""
    training = spec.training
    made = training.batch_size * training.accumulation
    tried = min(steps, _TYPICAL_STEPS)
    tokens, learnt, widths = 0, 0, []
    for step in range(1, tried + 1):
        batch = [lengths[place] for place in batch_places(len(lengths), made, training.seed, step)]
        tokens += sum(row.width for row in batch)
        learnt += sum(row.learnt for row in batch)
        for first in range(0, made, rows):
            widths.append(max(row.width for row in batch[first : first + rows]))
    mean = RowShape(round(sum(widths) / len(widths)), max(1, round(learnt / (tried * made))))
    return round(tokens * steps / tried), mean


def _seconds(
    measured: StepsMeasured, spec: JobSpec, lengths: Lengths, steps: int, rows: int
) -> dict[str, float | None]:
    made = spec.training.batch_size * spec.training.accumulation
    step = made / rows * measured.learn + measured.update
    evaluation = len(lengths.held_out) / rows * measured.evaluate
    samples = SAMPLES * (measured.prompt + SAMPLE_TOKENS * measured.token)
    evaluations = sum(is_evaluation(spec, steps, number) for number in range(1, steps + 1))
    # What was learnt from is indexed for attribution when the run has ended.
    index = min(len(lengths.training), steps * made) * measured.attribute
    whole = measured.setup + steps * step + (evaluations + 1) * evaluation + evaluations * samples + index
    return {
        "seconds": round(whole, 1),
        "stepSeconds": round(step, 4),
        "evaluationSeconds": round(evaluation + samples, 4),
        "setupSeconds": round(measured.setup, 1),
    }
