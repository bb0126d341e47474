"""Measures an adapter and what it started from on the held-out split."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openledger_trainer.adapter import Tensors, read_adapter, set_adapter_tensors
from openledger_trainer.base_model import BaseModel
from openledger_trainer.dataset import Dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe


def evaluate(
    base: BaseModel,
    dataset: Dataset,
    recipe: Recipe,
    adapter_path: Path,
    progress: Progress,
    parent: Tensors | None = None,
) -> dict[str, Any]:
    """The held-out loss before training and with the adapter.

    Raises:
        TrainerError: When the adapter is not one of this base and specification.
    """
    tensors, lora, digest = read_adapter(adapter_path)
    wanted = recipe.spec.lora
    for name in ("rank", "alpha", "use_rslora", "use_dora"):
        if getattr(lora, name) != getattr(wanted, name):
            raise TrainerError(
                "wrong-adapter",
                f"The adapter's {name} is {getattr(lora, name)}, not {getattr(wanted, name)} as specified.",
                "Fetch the adapter of this job.",
            )
    engine = Engine(base, dataset, recipe, parent, progress)
    before, tokens = engine.held_out_loss()
    set_adapter_tensors(engine.parameters, tensors)
    try:
        after, _ = engine.held_out_loss()
    except TrainerError as error:
        if error.code != "diverged":
            raise
        # The base's own loss is a number, so the adapter's values are at fault.
        raise TrainerError(
            "bad-adapter", f"With this adapter {error.message}", "Reject the adapter."
        ) from None
    return {
        "lossBeforeMicronats": before,
        "lossAfterMicronats": after,
        "tokens": tokens,
        "adapterDigest": digest,
    }
