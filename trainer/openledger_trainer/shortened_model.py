"""A base's architecture with fewer layers and without its weights: what estimates are measured on.

All layers of a transformer after the first few are alike, so that two depths tell how a third behaves.
"""

from __future__ import annotations

import copy
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from openledger_trainer.adapter import attach_lora
from openledger_trainer.attribution.build import rows_at_once
from openledger_trainer.attribution.gradients import (
    adapter_maps,
    example_gradients,
    telling_maps,
    watched,
)
from openledger_trainer.base_model import BaseModel
from openledger_trainer.dropout import without_dropout
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import Batch
from openledger_trainer.learnt_loss import summed_loss
from openledger_trainer.quantization import OWN, SeparateExperts, quantize, separate_experts
from openledger_trainer.spec import JobSpec

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class Architecture:
    """A base's configuration and how its layers are counted.

    Attributes:
        base: Where the configuration was read.
        config: transformers' configuration.
        layers: Layers of the whole.
        unlike: Layers at the beginning that are unlike the rest, as the dense ones of a mixture of experts.
    """

    base: BaseModel
    config: Any
    layers: int
    unlike: int

    @property
    def least(self) -> int:
        """The fewest layers that have one of each kind."""
        return self.unlike + 1

    def index_depth(self, layers: int) -> float:
        """How many times as many layers the attribution index takes of the whole as of so few."""
        return self.layers * index_share(self.layers) / (layers * index_share(layers))

    def at_whole_depth(self, values: dict[int, float]) -> float:
        """What follows for all layers from the values at the whole depth, or at two depths."""
        if self.layers in values:
            return values[self.layers]
        (few, low), (many, high) = sorted(values.items())
        return low + max(0.0, high - low) / (many - few) * (self.layers - few)


def read_architecture(base: BaseModel) -> Architecture:
    """Read a base's configuration.

    Raises:
        TrainerError: When transformers cannot read it.
    """
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(str(base.folder), local_files_only=True, trust_remote_code=False)
        layers = int(config.num_hidden_layers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainerError(
            "bad-base",
            f"The configuration of {base.name} cannot be read: {str(error)[:200]}",
            "Check the model's files.",
        ) from None
    dense = int(getattr(config, "first_k_dense_replace", 0) or 0)
    return Architecture(base, config, layers, min(dense, layers - 1))


def shortened_model(architecture: Architecture, spec: JobSpec, layers: int, device: torch.device) -> Any:
    """The architecture with so many layers and random weights, frozen; on "meta" it takes no memory."""
    from transformers import AutoModelForCausalLM

    with device:
        return AutoModelForCausalLM.from_config(
            _shortened(architecture, layers), attn_implementation="eager", dtype=DTYPES[spec.training.dtype]
        ).requires_grad_(False)


def with_adapter(model: Any, base: BaseModel, spec: JobSpec, backend: str | None) -> Any:
    """The model quantised and with the job's adapter, as a run prepares it.

    On "meta" experts serve equal shares of the tokens, since nobody can route tokens that have no values.

    Args:
        model: A base, frozen.
        base: What it is of.
        spec: The job.
        backend: How a QLoRA job's base is quantised; None for LoRA.
    """
    meta = next(model.parameters()).device.type == "meta"
    if backend is not None:
        # bitsandbytes can do nothing without values; what its layers take differs by a thousandth.
        quantize(model, OWN if meta else backend)
    if meta:
        _balance_experts(model)
    without_dropout(model)
    tuned = attach_lora(model, base, spec.lora)
    if spec.training.gradient_checkpointing:
        tuned.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return tuned


def index_share(layers: int) -> float:
    """Of so many layers, the share whose gradients the attribution index takes."""
    names = [f"layers.{place}.lora_B.weight" for place in range(layers)]
    return len(telling_maps(names)) / layers


@dataclass(frozen=True)
class RowShape:
    """A row of `width` tokens, the last `learnt` of which are predicted."""

    width: int
    learnt: int


class Workload:
    """Does to a model what a run does to its own: updates, evaluations, samples."""

    def __init__(self, model: Any, spec: JobSpec, device: torch.device) -> None:
        self._model = model
        self._device = device
        self._dtype = DTYPES[spec.training.dtype]
        self.learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self._optimizer = torch.optim.AdamW(self.learnt, foreach=False, fused=False)

    def learn(self, rows: int, shape: RowShape) -> None:
        """One batch forward and backward."""
        self._model.train()
        self._loss(rows, shape).backward()

    def update(self) -> None:
        """Clip the gradient and move the adapter."""
        torch.nn.utils.clip_grad_norm_(self.learnt, 1.0, foreach=False)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)

    def evaluate(self, rows: int, shape: RowShape) -> None:
        """One batch forward."""
        self._model.eval()
        with torch.no_grad():
            self._loss(rows, shape)

    def attribute(self, rows: int, shape: RowShape) -> None:
        """The gradients of each row apart, as the attribution index takes them at the end of a run.

        By the second maps of all layers here, of some there (`index_share`).
        """
        self._model.eval()
        maps = {name: each for name, each in adapter_maps(self._model).items() if ".lora_B." in name}
        with watched(self._model, maps) as caught:
            gradients = example_gradients(self._model, self._batch(rows, shape), caught)
        for gradient in gradients.values():
            # Stands for scale and projection: a copy in another order, and one with other signs.
            gradient /= 2
            gradient.flatten(1).clone().neg()

    def index_tables(self) -> list[torch.Tensor]:
        """What lies beside the adapter while its index is made.

        Its released values; scales and the projection's order and signs, of a quarter of it; in the main
        memory also the checkpoint that it is made from: values and two moments.
        """
        tables = 5 if self._device.type == "cpu" else 2
        return [torch.empty(each.shape, device=self._device) for each in self.learnt for _ in range(tables)]

    def index_rows(self, rows: int, depth: float) -> int:
        """How many rows are attributed at once in a model so many times as deep as this one."""
        maps = adapter_maps(self._model)
        entries = sum(maps[name].weight.numel() for name in telling_maps(maps))
        return rows_at_once(rows, round(entries * depth))

    def generate(self, width: int, tokens: int) -> None:
        """A sample of so many tokens after a prompt of `width`."""
        self._model.eval()
        prompt = self._tokens(1, width)
        with torch.no_grad(), self._precision():
            self._model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                min_new_tokens=tokens,
                max_new_tokens=tokens,
                do_sample=False,
                pad_token_id=0,
            )

    def _loss(self, rows: int, shape: RowShape) -> torch.Tensor:
        with self._precision():
            return summed_loss(self._model, self._batch(rows, shape))

    def _batch(self, rows: int, shape: RowShape) -> Batch:
        tokens = self._tokens(rows, shape.width)
        learnt = min(shape.learnt, shape.width - 1)
        first = torch.arange(rows, device=self._device) * shape.width + shape.width - 1 - learnt
        places = (first[:, None] + torch.arange(learnt, device=self._device)).view(-1)
        return Batch(
            input_ids=tokens,
            attention_mask=torch.ones_like(tokens),
            position_ids=None,
            labels=tokens,
            places=places,
            targets=places % 64,
            tokens=rows * shape.width,
            learnt=rows * learnt,
        )

    def _tokens(self, rows: int, width: int) -> torch.Tensor:
        return torch.arange(rows * width, device=self._device).view(rows, width) % 64

    def _precision(self) -> AbstractContextManager[Any]:
        if self._dtype == torch.float32:
            return nullcontext()
        return torch.autocast(self._device.type, dtype=self._dtype)


def _shortened(architecture: Architecture, layers: int) -> Any:
    config = copy.deepcopy(architecture.config)
    config.num_hidden_layers = layers
    for name, value in vars(config).items():
        # What a configuration says of each layer.
        if isinstance(value, list) and len(value) == architecture.layers and name.endswith("layer_types"):
            setattr(config, name, value[:layers])
    return config


def _balance_experts(model: nn.Module) -> None:
    separate_experts(model)
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, SeparateExperts):
                setattr(parent, name, _BalancedExperts(child))


class _BalancedExperts(nn.Module):
    # Computes what SeparateExperts computes where each expert is chosen equally often.
    def __init__(self, experts: SeparateExperts) -> None:
        super().__init__()
        self.experts = experts

    def forward(
        self, hidden_states: torch.Tensor, top_k_index: torch.Tensor, top_k_weights: torch.Tensor
    ) -> torch.Tensor:
        tokens, choices = top_k_index.shape
        count = min(self.experts.count, tokens * choices)
        share = torch.arange(min(tokens, -(-tokens * choices // count)), device=hidden_states.device)
        mixed = torch.zeros_like(hidden_states)
        for expert in range(count):
            mixed = self.experts.add(mixed, expert, hidden_states, share, top_k_weights[share, 0])
        return mixed
