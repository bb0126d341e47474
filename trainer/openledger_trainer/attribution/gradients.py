"""The gradient of each example's own loss by the adapter, for a whole batch in one pass forward and back.

For LoRA's two linear maps the gradient of one example is a sum of outer products over its tokens: of what
the map is given and of the loss's gradient by what it gives. Both are caught on their way, so that no example
needs a backward pass of its own, and multiplied as soon as both are there, so that neither is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as functional

from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import IGNORED_LABEL, Batch
from openledger_trainer.learnt_loss import learnt_logits

_BLOCK = re.compile(r"\.(\d+)\.")


class Caught:
    """What maps are given and give in a pass forward, and on the way back their examples' gradients.

    Args:
        recomputed: Whether layers run again on the way back. What maps are given is caught only then: keeping
            it from the first time would take the memory that recomputation saves.
    """

    def __init__(self, recomputed: bool = False) -> None:
        self._recomputed = recomputed
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._going_back = False
        self._count = 0
        self._given: dict[str, torch.Tensor] = {}
        self._ends: dict[str, torch.Tensor] = {}
        self._slopes: dict[str, torch.Tensor] = {}
        self._gradients: dict[str, torch.Tensor] = {}

    def given(self, name: str, values: torch.Tensor) -> None:
        """A map, by the name of its weights, is given something; what it is given last counts."""
        if self._going_back or not self._recomputed:
            self._given[name] = values.detach()
        if not self._going_back and ".lora_B." in name:
            # What lies between a layer's two maps is furthest from the loss: the way there passes all else.
            self._ends[name] = values

    def gave(self, name: str, values: torch.Tensor) -> None:
        """A map gave something, of which the loss has a gradient."""
        if not self._going_back:
            values.register_hook(lambda slope: self._reach(name, slope))

    def gradients_of(self, loss: torch.Tensor, count: int) -> dict[str, torch.Tensor]:
        """Go back from the loss of `count` examples: by name, sorted, (count, out, in) in float32."""
        self._going_back, self._count = True, count
        torch.autograd.grad(loss, list(self._ends.values()))
        self._multiply()
        found = dict(sorted(self._gradients.items()))
        self.clear()
        return found

    def _reach(self, name: str, slope: torch.Tensor) -> None:
        self._slopes[name] = slope.detach()
        self._multiply()

    def _multiply(self) -> None:
        # A layer's last map is reached before the layer runs again: it waits for what it is given.
        for name in [each for each in self._slopes if each in self._given]:
            slope, given = self._slopes.pop(name).float(), self._given.pop(name).float()
            self._gradients[name] = _outer(name, slope, given, self._count)


def adapter_maps(model: Any, adapter: str = "default") -> dict[str, Any]:
    """The two linear maps of each layer of PEFT's LoRA, by the names of their weights in files, sorted."""
    found = {
        f"{name}.weight".replace(f".{adapter}.", "."): module
        for name, module in model.named_modules()
        if name.endswith(f".{adapter}") and (".lora_A." in name or ".lora_B." in name)
    }
    return dict(sorted(found.items()))


def telling_maps(names: Iterable[str]) -> list[str]:
    """Those of an adapter's maps whose gradients tell whose data an answer leans on, sorted.

    They are the second maps (B) of the upper half of the base's blocks. The first maps' gradients hold little
    that these do not, and lower blocks mostly tell which words a text has, which BM25 does better; the way
    back from the loss ends in the middle of the base.

    Args:
        names: The names of both maps' weights of every layer, as in PEFT's files.
    """
    second = {name: _block(name) for name in names if ".lora_B." in name}
    least = (max(second.values(), default=0) + 1) // 2
    return sorted(name for name, block in second.items() if block >= least)


def _block(name: str) -> int:
    """Which of the base's blocks a map is in: the first number in its name."""
    found = _BLOCK.search(name)
    return 0 if found is None else int(found[1])


@contextmanager
def watched(model: Any, maps: Mapping[str, torch.nn.Module]) -> Iterator[Caught]:
    """Catch what PEFT's maps are given and give in this block, with layers recomputed where training does."""
    layers = _checkpointed_layers(model)
    caught = Caught(recomputed=bool(layers))
    handles: list[Any] = []
    for name, module in maps.items():
        # What a map is given is told before it runs: recomputation ends within the last one.
        handles.append(
            module.register_forward_pre_hook(lambda _, given, name=name: caught.given(name, given[0]))
        )
        handles.append(module.register_forward_hook(lambda _, __, gave, name=name: caught.gave(name, gave)))
    before = [layer.training for layer in layers]
    for layer in layers:
        # transformers recomputes only what is training; what drops values at random lies below and is not.
        layer.training = True
    try:
        yield caught
    finally:
        for layer, training in zip(layers, before, strict=True):
            layer.training = training
        for handle in handles:
            handle.remove()
        caught.clear()


def example_gradients(model: Any, batch: Batch, caught: Caught) -> dict[str, torch.Tensor]:
    """Each example's gradient of its mean loss a learnt token, by the weights of each map.

    Args:
        model: The model whose maps tell `caught` when it runs.
        batch: Examples padded on the right, not packed.
        caught: What the maps are given and give.

    Returns:
        By name, (examples, out, in) in float32.

    Raises:
        TrainerError: When a layer mixes the examples of a batch.
    """
    caught.clear()
    with torch.enable_grad():
        return caught.gradients_of(summed_mean_losses(model, batch), len(batch.input_ids))


def summed_mean_losses(model: Any, batch: Batch) -> torch.Tensor:
    """The sum over examples of each one's mean loss a learnt token, in nats."""
    losses = functional.cross_entropy(learnt_logits(model, batch), batch.targets, reduction="none")
    learnt = (batch.labels[:, 1:] != IGNORED_LABEL).sum(dim=1).clamp(min=1)
    return (losses / learnt[batch.places // batch.input_ids.shape[1]]).sum()


def _checkpointed_layers(model: Any) -> list[torch.nn.Module]:
    from transformers.modeling_layers import GradientCheckpointingLayer

    return [
        module
        for module in model.modules()
        if isinstance(module, GradientCheckpointingLayer) and module.gradient_checkpointing
    ]


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
    if given.shape[2] < slope.shape[2]:
        # The product this way round is three times as fast on CPU.
        return torch.bmm(given.transpose(1, 2), slope).transpose(1, 2)
    return torch.bmm(slope.transpose(1, 2), given)
