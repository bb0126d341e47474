"""How much memory a training step takes, told by running it on tensors that have shapes but no values.

Every operation of forward pass, backward pass and update is run on fake tensors, and what is alive is summed.
The kernels' own scratch space, and what an allocator loses between its pieces, are not seen.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from openledger_trainer.nf4 import Nf4Linear
from openledger_trainer.quantization import OWN, QuantizedLayers
from openledger_trainer.shortened_model import Architecture, RowShape, Workload, shortened_model, with_adapter
from openledger_trainer.spec import JobSpec


@dataclass(frozen=True)
class StepMemory:
    """What a step takes, in bytes.

    Attributes:
        loading: The most that is alive while the base is loaded.
        base: The base as it lies while it is trained: smaller where it is quantised.
        held: Base, adapter and the optimizer's moments: what stays between two steps.
        learning: The most that is alive at one moment of a step.
        indexing: The most while the attribution index is made at the end of the run.
        trainable: Parameters of the adapter.
    """

    loading: int
    base: int
    held: int
    learning: int
    indexing: int
    trainable: int

    @property
    def peak(self) -> int:
        """The most of a whole run."""
        return max(self.learning, self.indexing)


def step_memory(
    architecture: Architecture,
    spec: JobSpec,
    backend: str | None,
    rows: int,
    shape: RowShape,
    device: torch.device,
) -> StepMemory:
    """Simulate steps of a job.

    Args:
        architecture: Of the base.
        spec: The job.
        backend: How a QLoRA job's base is quantised; None for LoRA.
        rows: Rows of a batch.
        shape: Of each row.
        device: Where the job would run.
    """
    found = {
        layers: simulated_step(architecture, spec, backend, layers, rows, shape, device)
        for layers in {architecture.least, min(architecture.least + 1, architecture.layers)}
    }
    return StepMemory(
        *(
            round(
                architecture.at_whole_depth({layers: getattr(part, name) for layers, part in found.items()})
            )
            for name in ("loading", "base", "held", "learning", "indexing", "trainable")
        )
    )


def simulated_step(
    architecture: Architecture,
    spec: JobSpec,
    backend: str | None,
    layers: int,
    rows: int,
    shape: RowShape,
    device: torch.device,
) -> StepMemory:
    """What a step takes with so many layers; the other arguments are those of `step_memory`."""
    from torch._subclasses.fake_tensor import FakeTensorMode

    bare = shortened_model(architecture, spec, layers, torch.device("meta"))
    quantized = (
        [] if backend is None else [bare.get_parameter(each) for each in QuantizedLayers(bare, OWN).weights]
    )
    whole = {id(each) for each in bare.parameters()} - {id(each) for each in quantized}
    copied = max(each.nbytes for each in bare.parameters() if id(each) in whole)
    model = with_adapter(bare, architecture.base, spec, backend)
    # Restored once outside, so that no fake table of levels is remembered.
    Nf4Linear(torch.zeros(1, 2, device=device), None).dequantize()
    with FakeTensorMode(allow_non_fake_inputs=True):
        _move(model, device)
        workload = Workload(model, spec, device)
        ledger = Ledger()
        ledger.note(model.parameters())
        ledger.note(model.buffers())
        trainable = sum(parameter.numel() for parameter in workload.learnt)
        base = ledger.alive - 4 * trainable
        with ledger:
            if quantized:
                _quantize_one(max(quantized, key=torch.numel), device)
            # Weights that are not quantised are copied once.
            loading, ledger.peak = max(ledger.peak, base + copied), ledger.alive
            # The moments are there from the first update on.
            for _ in range(2):
                workload.learn(rows, shape)
                workload.update()
            held = ledger.alive
            learning, ledger.peak = ledger.peak, held
            tables = workload.index_tables()
            workload.attribute(workload.index_rows(rows, architecture.index_depth(layers)), shape)
            del tables
        return StepMemory(loading, base, held, learning, ledger.peak, trainable)


def _quantize_one(weight: torch.Tensor, device: torch.device) -> None:
    """What is done to a layer's weight, or to those of a mixture's experts, when it is read."""
    values = torch.empty(weight.shape, dtype=weight.dtype, device=device)
    for each in values if values.ndim > 2 else (values,):
        Nf4Linear(each, None)


def _move(model: nn.Module, device: torch.device) -> None:
    """Make the tensors anew on a device; those that were one stay one."""
    made: dict[int, torch.Tensor] = {}

    def moved(tensor: torch.Tensor) -> torch.Tensor:
        if id(tensor) not in made:
            empty = torch.empty(tensor.shape, dtype=tensor.dtype, device=device)
            if isinstance(tensor, nn.Parameter):
                empty = nn.Parameter(empty, requires_grad=tensor.requires_grad)
            made[id(tensor)] = empty
        return made[id(tensor)]

    for module in model.modules():
        for tensors in (module._parameters, module._buffers):
            for name, tensor in tensors.items():
                if tensor is not None:
                    tensors[name] = moved(tensor)  # type: ignore[assignment]


class Ledger(TorchDispatchMode):
    """Sums the storages that operations make, until nobody refers to them."""

    def __init__(self) -> None:
        super().__init__()
        self.alive = 0
        self.peak = 0
        self._sizes: dict[int, int] = {}

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        self.note(leaf for leaf in tree_leaves(made) if isinstance(leaf, torch.Tensor))
        return made

    def note(self, tensors: Iterable[torch.Tensor]) -> None:
        """Count tensors that are not counted yet and lie anywhere."""
        for tensor in tensors:
            if tensor.device.type == "meta":
                continue
            storage = tensor.untyped_storage()
            key = storage._cdata
            if key not in self._sizes:
                self._sizes[key] = storage.nbytes()
                self.alive += storage.nbytes()
                self.peak = max(self.peak, self.alive)
                weakref.finalize(storage, self._forget, key)

    def _forget(self, key: int) -> None:
        self.alive -= self._sizes.pop(key)
