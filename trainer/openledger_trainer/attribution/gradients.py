"""The gradient of each example's own loss by the adapter, for a whole batch in one pass forward and back.

For LoRA's two linear maps the gradient of one example is a sum of outer products over its tokens: of what
the map is given and of the loss's gradient by what it gives. Both are caught on their way, so that no example
needs a backward pass of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as functional

from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import IGNORED_LABEL, Batch

Caught = dict[str, tuple[torch.Tensor, torch.Tensor]]
"""By the name of a map's weights: what it was given, and what it gave."""


def adapter_maps(model: Any, adapter: str = "default") -> dict[str, Any]:
    """The two linear maps of each layer of PEFT's LoRA, by the names of their weights in files, sorted."""
    found = {
        f"{name}.weight".replace(f".{adapter}.", "."): module
        for name, module in model.named_modules()
        if name.endswith(f".{adapter}") and (".lora_A." in name or ".lora_B." in name)
    }
    return dict(sorted(found.items()))


@contextmanager
def watched(maps: Mapping[str, torch.nn.Module]) -> Iterator[Caught]:
    """Catch what PEFT's maps are given and give during the forward pass in this block."""
    caught: Caught = {}

    def watcher(name: str) -> Any:
        def watch(_module: torch.nn.Module, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
            caught[name] = (given[0], output)

        return watch

    handles = [module.register_forward_hook(watcher(name)) for name, module in maps.items()]
    try:
        yield caught
    finally:
        for handle in handles:
            handle.remove()
        caught.clear()


def example_gradients(model: Any, batch: Batch, caught: Caught) -> dict[str, torch.Tensor]:
    """Each example's gradient of its mean loss a learnt token, by the weights of each map.

    Args:
        model: The model whose maps fill `caught` when it runs.
        batch: Examples padded on the right, not packed.
        caught: What the maps are given and give.

    Returns:
        By name, (examples, out, in) in float32.

    Raises:
        TrainerError: When a layer mixes the examples of a batch.
    """
    caught.clear()
    with torch.enable_grad():
        loss = summed_mean_losses(model, batch)
        names = sorted(caught)
        slopes = torch.autograd.grad(loss, [caught[name][1] for name in names])
    count = len(batch.input_ids)
    return {
        name: _outer(name, slope.detach().float(), caught[name][0].detach().float(), count)
        for name, slope in zip(names, slopes, strict=True)
    }


def summed_mean_losses(model: Any, batch: Batch) -> torch.Tensor:
    """The sum over examples of each one's mean loss a learnt token, in nats."""
    logits = model(**batch.inputs(), use_cache=False).logits[:, :-1].float()
    labels = batch.labels[:, 1:]
    losses = functional.cross_entropy(
        logits.transpose(1, 2), labels, ignore_index=IGNORED_LABEL, reduction="none"
    )
    learnt = (labels != IGNORED_LABEL).sum(dim=1).clamp(min=1)
    return (losses.sum(dim=1) / learnt).sum()


def _outer(name: str, slope: torch.Tensor, given: torch.Tensor, count: int) -> torch.Tensor:
    """The sum over tokens of slope x given, for each example: (count, out, in)."""
    if slope.dim() == 2 and count == 1:
        slope, given = slope.unsqueeze(0), given.unsqueeze(0)
    if slope.dim() > 3:
        # DeepSeek's compressed keys come with a dimension for heads.
        slope, given = slope.flatten(1, -2), given.flatten(1, -2)
    if slope.dim() != 3 or slope.shape[0] != count:
        raise TrainerError(
            "mixed-examples",
            f"The layer {name} sees {tuple(slope.shape)} instead of {count} examples apart.",
            "Compute the gradients of one example at a time.",
        )
    return torch.bmm(slope.transpose(1, 2), given)
