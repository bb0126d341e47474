"""Estimates: what they say of a job before it runs, for every type of model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from openledger_trainer import estimate as estimating
from openledger_trainer.base_model import BaseModel, find_base
from openledger_trainer.configurations import configuration
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.errors import TrainerError
from openledger_trainer.estimate import Lengths, estimate, expected_lengths, lengths_of
from openledger_trainer.families import FAMILIES
from openledger_trainer.progress import Progress
from openledger_trainer.quantization import OWN
from openledger_trainer.shortened_model import Architecture, RowShape, read_architecture, shortened_model
from openledger_trainer.simulated_memory import step_memory
from openledger_trainer.spec import JobSpec

MakeSpec = Callable[..., dict[str, Any]]
SILENT = Progress(lambda event, data: None)
CPU = torch.device("cpu")


# One of each kind of layer: transposed, without rotary places, with experts, with normed queries.
@pytest.mark.parametrize("model_type", ["gpt2", "bloom", "deepseek_v3", "qwen3"])
def test_memory_is_told_without_a_model(model_type: str, make_spec: MakeSpec) -> None:
    config = configuration(model_type, vocabulary=64, width=64, layers=4, heads=2, window=128, end_token=0)
    base = BaseModel(Path(), model_type, FAMILIES[model_type], model_type, "0x")
    architecture = Architecture(base, config, 4, 1 if model_type == "deepseek_v3" else 0)
    spec = JobSpec.parse(make_spec(method="qlora"))
    memory = step_memory(architecture, spec, OWN, 2, RowShape(16, 8), CPU)
    full = sum(
        each.nbytes for each in shortened_model(architecture, spec, 4, torch.device("meta")).parameters()
    )
    assert memory.base < full / 2
    # Quantised layer by layer, it is never there in full.
    assert memory.base < memory.loading < full
    assert memory.base < memory.held < min(memory.learning, memory.indexing)
    assert memory.held >= memory.base + 3 * 4 * memory.trainable > memory.base


def test_a_step_takes_more_with_more_rows_and_less_when_it_recomputes(
    bases: dict[str, Path], make_spec: MakeSpec
) -> None:
    architecture = read_architecture(find_base(str(bases["llama"])))
    plain = JobSpec.parse(make_spec("llama"))
    recomputing = JobSpec.parse(make_spec("llama", gradientCheckpointing=True))
    small, large = (step_memory(architecture, plain, None, rows, RowShape(64, 32), CPU) for rows in (4, 8))
    assert large.held == small.held
    assert 1.8 < (large.learning - large.held) / (small.learning - small.held) < 2.2
    less = step_memory(architecture, recomputing, None, 8, RowShape(64, 32), CPU)
    assert less.learning < large.learning
    # What trains within a memory gets its index within it.
    assert less.indexing < 1.05 * less.learning < large.indexing < 1.05 * large.learning


def test_depth_is_told_from_two_that_are_less(bases: dict[str, Path], make_spec: MakeSpec) -> None:
    architecture = read_architecture(find_base(str(bases["gpt2"])))
    assert architecture.layers == 2
    assert architecture.at_whole_depth({1: 3.0, 2: 5.0}) == 5.0
    assert (
        Architecture(architecture.base, architecture.config, 10, 0).at_whole_depth({1: 3.0, 2: 5.0}) == 21.0
    )


def test_steps_and_tokens_are_those_of_the_run(
    bases: dict[str, Path], make_spec: MakeSpec, data_files: list[SourceFile]
) -> None:
    base = find_base(str(bases["llama"]))
    spec = JobSpec.parse(make_spec("llama", steps=0, epochs=1, batchSize=4))
    dataset = load_dataset(data_files, spec.evaluation.held_out_bps)
    lengths = lengths_of(base, dataset, spec)
    found = estimate(base, spec, lengths, SILENT)
    assert found["steps"] == -(-len(lengths.training) // 4)
    assert found["tokens"] >= sum(row.width for row in lengths.training)
    assert found["impossible"] is None
    assert found["microBatch"] == 4
    assert found["seconds"] > found["steps"] * found["stepSeconds"] * 0.9 > 0
    assert found["peakBytes"] > found["baseBytes"] > 0


def test_a_job_that_cannot_fit_is_named_impossible_and_halved_before(
    bases: dict[str, Path], make_spec: MakeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = find_base(str(bases["llama"]))
    spec = JobSpec.parse(make_spec("llama", batchSize=32))
    lengths = expected_lengths(100, 6400, spec)
    monkeypatch.setattr(estimating, "free_bytes", lambda device: 1_000_000)
    found = estimate(base, spec, lengths, SILENT)
    assert found["impossible"].startswith("The job needs 0.0 GiB of memory even with one row at once")
    assert found["seconds"] is None

    needs = estimating._Needs(base, spec, RowShape(64, 64), CPU)
    exact = step_memory(needs.architecture, spec, None, 8, RowShape(64, 64), CPU)
    assert abs(needs.step(8).peak / exact.peak - 1) < 0.01
    needs.free = needs.peak_bytes(8)
    assert needs.fitting_rows(SILENT) == 8


def test_a_cutoff_beyond_the_bases_window_is_told_before_a_claim(
    bases: dict[str, Path], make_spec: MakeSpec
) -> None:
    spec = JobSpec.parse(make_spec(cutoffTokens=256))
    with pytest.raises(TrainerError, match="cutoffTokens is 256; this base reads at most 128"):
        estimate(find_base(str(bases["gpt2"])), spec, expected_lengths(100, None, spec), SILENT)


def test_lengths_from_counts_alone(make_spec: MakeSpec) -> None:
    spec = JobSpec.parse(make_spec(heldOutBps=1000, cutoffTokens=64))
    short, full = RowShape(30, 30), RowShape(64, 64)
    assert expected_lengths(10, 300, spec) == Lengths((short,) * 9, (short,))
    assert expected_lengths(10, None, spec) == Lengths((full,) * 9, (full,))
    packed = JobSpec.parse(make_spec(heldOutBps=1000, cutoffTokens=64, packing=True))
    assert expected_lengths(10, 300, packed).training == (full,) * 5


def test_a_worker_estimates(worker: Any, bases: dict[str, Path], make_spec: MakeSpec) -> None:
    asked = {"base": str(bases["gpt2"]), "spec": make_spec("gpt2"), "examples": 50}
    found = worker.call("estimate", asked)["result"]
    assert found["steps"] == 12
    assert found["tokens"] == 12 * 4 * 64
