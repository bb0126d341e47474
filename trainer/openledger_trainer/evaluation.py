"""Measures an adapter and what it started from on the held-out split."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openledger_trainer.adapter import Tensors, read_adapter, set_adapter_tensors
from openledger_trainer.checkpoint import read_checkpoint
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError


def evaluate(
    engine: Engine, adapter_path: Path, checkpoints: Sequence[Path] = (), steps: int = 0
) -> dict[str, Any]:
    """The held-out loss before training, with the adapter, and with those of checkpoints.

    Args:
        engine: The job's, at its beginning.
        adapter_path: The PEFT folder.
        checkpoints: States of the run that are measured as well.
        steps: How many steps the run made, for the tokens that they read.

    Raises:
        TrainerError: When the adapter is not one of this base and specification.
    """
    tensors, lora, digest = read_adapter(adapter_path)
    wanted = engine.spec.lora
    for name in ("rank", "alpha", "use_rslora", "use_dora"):
        if getattr(lora, name) != getattr(wanted, name):
            raise TrainerError(
                "wrong-adapter",
                f"The adapter's {name} is {getattr(lora, name)}, not {getattr(wanted, name)} as specified.",
                "Fetch the adapter of this job.",
            )
    states = [read_checkpoint(path)[0].adapter for path in checkpoints]
    if not all(engine.holds(each) for each in (tensors, *states)):
        raise TrainerError(
            "wrong-adapter",
            "The adapter's tensors are not those of this base and specification.",
            "Fetch the adapter of this job.",
        )
    before, tokens = engine.held_out_loss()
    after, *others = [_loss_with(engine, each) for each in (tensors, *states)]
    return {
        "lossBeforeMicronats": before,
        "lossAfterMicronats": after,
        "tokens": tokens,
        "trainingTokens": sum(engine.tokens_of(step) for step in range(1, steps + 1)),
        "adapterDigest": digest,
        "checkpointLossesMicronats": others,
    }


def _loss_with(engine: Engine, tensors: Tensors) -> int:
    set_adapter_tensors(engine.parameters, tensors)
    try:
        return engine.held_out_loss()[0]
    except TrainerError as error:
        if error.code != "diverged":
            raise
        # The base's own loss is a number, so the adapter's values are at fault.
        raise TrainerError(
            "bad-adapter", f"With this adapter {error.message}", "Reject the adapter."
        ) from None
