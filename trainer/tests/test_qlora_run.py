"""QLoRA jobs from recipe to adapter, by both backends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from openledger_trainer.base_model import find_base, load_model
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import Cancelled
from openledger_trainer.progress import Progress
from openledger_trainer.quantization import BITSANDBYTES, OWN, VARIABLE, available_backends
from openledger_trainer.recipe import make_recipe
from openledger_trainer.replay import Segment, replay
from openledger_trainer.spec import JobSpec
from openledger_trainer.training import train


@pytest.mark.parametrize(("kind", "backend"), [("gpt2", BITSANDBYTES), ("llama", OWN)])
def test_a_run_learns_resumes_and_replays_to_the_same_bytes(
    kind: str,
    backend: str,
    bases: dict[str, Path],
    data_files: list[SourceFile],
    make_spec: Callable[..., dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from peft import PeftModel

    if backend not in available_backends():
        pytest.skip(f"{backend} does not work here")
    monkeypatch.setenv(VARIABLE, backend)
    base = find_base(str(bases[kind]))
    spec = JobSpec.parse(make_spec(kind, method="qlora", steps=6, checkpointEverySteps=3, everySteps=3))
    dataset = load_dataset(data_files, spec.evaluation.held_out_bps)
    recipe = make_recipe(base, dataset, spec)
    assert recipe.quantization == backend
    run = train(base, dataset, recipe, tmp_path / "run", Progress())
    assert run["lossAfterMicronats"] < run["lossBeforeMicronats"]
    assert run["environment"]["quantization"] == backend

    def stop(event: str, data: dict[str, Any]) -> None:
        if event == "step" and data["step"] == 4:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        train(base, dataset, recipe, tmp_path / "continued", progress)
    continued = train(base, dataset, recipe, tmp_path / "continued", Progress())
    assert continued["adapterDigest"] == run["adapterDigest"]

    first, second = run["checkpoints"]
    segment = Segment(first["step"], Path(first["path"]), second["step"], Path(second["path"]))
    replayed = replay(Engine(base, dataset, recipe, None, Progress()), segment)
    assert replayed["relativeDistance"] == 0

    plain = PeftModel.from_pretrained(load_model(base, torch.device("cpu")), run["adapterPath"])
    with torch.no_grad():
        assert plain(input_ids=torch.tensor([[1, 2, 3]])).logits.isfinite().all()
