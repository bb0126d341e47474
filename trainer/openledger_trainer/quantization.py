"""QLoRA's frozen base: linear layers in 4 bits, by one of two backends that are told apart in a recipe.

The output layer, embeddings, norms and a mixture's router stay in full. Experts that transformers keeps as
one tensor for all of them become linear layers of their own, quantised like the rest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import torch
from torch import nn

from openledger_trainer.determinism import choose_device
from openledger_trainer.errors import TrainerError
from openledger_trainer.nf4 import Nf4Linear

BITSANDBYTES = "bitsandbytes"
OWN = "openledger-nf4"
BACKENDS = (BITSANDBYTES, OWN)
VARIABLE = "OPENLEDGER_QUANTIZATION"

_EXPERT_WEIGHTS = ("gate_up_proj", "down_proj")
_MakeLayer = Callable[[torch.Tensor, torch.Tensor | None], nn.Module]


def available_backends() -> tuple[str, ...]:
    """The backends that work on this machine's device, the preferred one first."""
    return (BITSANDBYTES, OWN) if _bitsandbytes_works(choose_device().type) else (OWN,)


def chosen_backend() -> str:
    """The backend of a new job: what OPENLEDGER_QUANTIZATION says, else the first that works here.

    Raises:
        TrainerError: When the variable names a backend that is unknown or does not work here.
    """
    wanted = os.environ.get(VARIABLE, "")
    if not wanted:
        return available_backends()[0]
    refuse_unavailable(wanted)
    return wanted


def quantize(model: nn.Module, backend: str) -> None:
    """Replace the linear layers of a frozen base by 4-bit ones, in place and where they lie.

    Raises:
        TrainerError: When the backend is unknown or does not work here.
    """
    refuse_unavailable(backend)
    layers = QuantizedLayers(model, backend)
    for weight in layers.weights:
        layers.replace(weight, model.get_parameter(weight))
    mark_quantized(model, backend)


def mark_quantized(model: nn.Module, backend: str) -> None:
    """Tell PEFT what it cannot see: it chooses its layer for bitsandbytes by a mark of the model's."""
    if backend == BITSANDBYTES:
        model.is_loaded_in_4bit = True  # type: ignore[assignment]


class QuantizedLayers:
    """Puts 4-bit layers in place of a base's linear layers, one after another as weights come.

    Args:
        model: The base; its layers' own weights may be anywhere, also on "meta".
        backend: How they are quantised: one that works here.
    """

    def __init__(self, model: nn.Module, backend: str) -> None:
        self._make: _MakeLayer = Nf4Linear if backend == OWN else _bitsandbytes_linear
        paths = {id(module): path for path, module in model.named_modules()}
        self._places = {
            f"{paths[id(layer)]}.{tensor}": (parent, name)
            for parent, name, layer in _layers(model)
            for tensor in (("weight",) if _is_linear(layer) else _EXPERT_WEIGHTS)
        }
        self._experts: dict[str, dict[str, nn.ModuleList]] = {}

    @property
    def weights(self) -> list[str]:
        """The names of the weights that are quantised, in the model's order."""
        return list(self._places)

    def replace(self, weight: str, values: torch.Tensor) -> nn.Module:
        """Quantise a weight where its values lie; a mixture's experts are replaced when both theirs came.

        Returns:
            What was made of it.
        """
        from transformers.pytorch_utils import Conv1D

        parent, name = self._places[weight]
        layer: Any = getattr(parent, name)
        if not _is_linear(layer):
            return self._replace_experts(weight, values)
        # GPT-2 keeps its weights as (in, out).
        made = self._make(values.T.contiguous() if isinstance(layer, Conv1D) else values, layer.bias)
        setattr(parent, name, made)
        return made

    def _replace_experts(self, weight: str, values: torch.Tensor) -> nn.Module:
        parent, name = self._places[weight]
        path, _, tensor = weight.rpartition(".")
        made = self._experts.setdefault(path, {})
        made[tensor] = _expert_layers(values, self._make)
        if len(made) < len(_EXPERT_WEIGHTS):
            return made[tensor]
        gate_up, down = (made[each] for each in _EXPERT_WEIGHTS)
        experts = SeparateExperts(gate_up, down, getattr(parent, name).act_fn)
        setattr(parent, name, experts)
        del self._experts[path]
        return experts


def separate_experts(model: nn.Module) -> None:
    """Give each of a mixture's experts linear layers of its own, in full precision."""
    for parent, name, layer in list(_layers(model)):
        if _has_fused_experts(layer):
            gate_up, down = (_expert_layers(getattr(layer, each), _full_linear) for each in _EXPERT_WEIGHTS)
            activation: Any = layer.act_fn
            setattr(parent, name, SeparateExperts(gate_up, down, activation))


def linear_bytes(model: nn.Module) -> int:
    """Bytes that the weights of the base's linear layers take as they are now, scales included."""
    return sum(_bytes(layer) for _, _, layer in _layers(model))


def linear_weights(model: nn.Module) -> int:
    """How many weights the base's linear layers have."""
    return sum(_weights(layer) for _, _, layer in _layers(model))


class SeparateExperts(nn.Module):
    """A mixture's routed experts, each with linear layers of its own.

    Computes what those of transformers' DeepSeek do: down(act(gate(x)) * up(x)), weighted by the router.
    """

    def __init__(self, gate_up: nn.ModuleList, down: nn.ModuleList, activation: Callable[..., Any]) -> None:
        super().__init__()
        self.gate_up = gate_up
        self.down = down
        self.activation = activation

    def forward(
        self, hidden_states: torch.Tensor, top_k_index: torch.Tensor, top_k_weights: torch.Tensor
    ) -> torch.Tensor:
        """hidden_states (tokens, width), both top_k (tokens, experts a token) -> (tokens, width)."""
        mixed = torch.zeros_like(hidden_states)
        for expert in range(self.count):
            tokens, places = torch.where(top_k_index == expert)
            if tokens.numel() > 0:
                mixed = self.add(mixed, expert, hidden_states, tokens, top_k_weights[tokens, places])
        return mixed

    @property
    def count(self) -> int:
        """How many experts there are."""
        return len(self.down)

    def add(
        self,
        mixed: torch.Tensor,
        expert: int,
        hidden_states: torch.Tensor,
        tokens: torch.Tensor,
        weights: torch.Tensor,
    ) -> torch.Tensor:
        """`mixed` with what one expert says of some tokens, each by its weight."""
        gate, up = self.gate_up[expert](hidden_states[tokens]).chunk(2, dim=-1)
        values = self.down[expert](self.activation(gate) * up) * weights[:, None]
        return mixed.index_add(0, tokens, values.to(mixed.dtype))


def _layers(model: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Module]]:
    """Parent, name and module of each linear layer and each module of fused experts, in the model's order."""
    head: Any = getattr(model, "get_output_embeddings", lambda: None)
    output = head()
    for path, parent in model.named_modules():
        if ".lora_" in f".{path}":
            continue
        for name, layer in parent.named_children():
            adapter = name.startswith("lora_")
            if layer is not output and not adapter and (_is_linear(layer) or _has_fused_experts(layer)):
                yield parent, name, layer


def _is_linear(layer: nn.Module) -> bool:
    from transformers.pytorch_utils import Conv1D

    return isinstance(layer, (nn.Linear, Conv1D))


def _has_fused_experts(layer: nn.Module) -> bool:
    tensors = [getattr(layer, name, None) for name in _EXPERT_WEIGHTS]
    return hasattr(layer, "act_fn") and all(
        isinstance(tensor, torch.Tensor) and tensor.ndim == 3 for tensor in tensors
    )


def _expert_layers(weights: torch.Tensor, make: _MakeLayer) -> nn.ModuleList:
    return nn.ModuleList(make(weight, None) for weight in weights)


def _weights(layer: Any) -> int:
    if isinstance(layer, nn.Linear):
        return int(layer.in_features * layer.out_features)
    return sum(parameter.numel() for name, parameter in layer.named_parameters() if name != "bias")


def _bytes(layer: Any) -> int:
    tensors = [value for name, value in layer.named_parameters() if name != "bias"] + list(layer.buffers())
    state = getattr(getattr(layer, "weight", None), "quant_state", None)
    if state is not None:
        # The code tables are the same for all layers, and bitsandbytes keeps them with each.
        nested = state.state2
        tensors += [state.absmax, state.code, nested.absmax, nested.code, state.offset]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def _full_linear(weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Module:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    layer.weight = nn.Parameter(weight.detach(), requires_grad=False)
    layer.register_parameter(
        "bias", bias if bias is None else nn.Parameter(bias.detach(), requires_grad=False)
    )
    return layer


def _bitsandbytes_linear(weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Module:
    import bitsandbytes

    outputs, inputs = weight.shape
    # Made without memory: what it would allocate and fill at random is replaced below.
    layer = bitsandbytes.nn.Linear4bit(inputs, outputs, bias=False, quant_type="nf4", device="meta")
    packed: Any = bitsandbytes.nn.Params4bit(
        weight.detach().float(), requires_grad=False, quant_type="nf4", module=layer
    )
    layer.weight = packed.to(weight.device)
    frozen = None if bias is None else nn.Parameter(bias.detach(), requires_grad=False)
    layer.register_parameter("bias", frozen)
    # It would switch to products in bfloat16 for evaluation, which are others than those of training.
    layer.support_avx512bf16_for_cpu = False
    made: nn.Module = layer
    return made


@cache
def _bitsandbytes_works(device: str) -> bool:
    try:
        layer = _bitsandbytes_linear(torch.ones(64, 64, device=device), None)
        values = torch.ones(1, 64, device=device, requires_grad=True)
        layer(values).sum().backward()
        return values.grad is not None and bool(torch.isfinite(values.grad).all())
    except Exception:  # a wheel without this machine's library fails in many ways
        return False


def refuse_unavailable(backend: str) -> None:
    """Refuse a backend of which nothing can come.

    Raises:
        TrainerError: When it is unknown or does not work here.
    """
    if backend not in BACKENDS:
        raise TrainerError(
            "bad-quantization",
            f'"{backend[:80]}" is no quantization backend.',
            f"Use one of: {', '.join(BACKENDS)}.",
        )
    if backend not in available_backends():
        raise TrainerError(
            "no-quantization",
            f"The quantization backend {backend} does not work on this machine's {choose_device().type}.",
            f"Install it, or set {VARIABLE} to one of: {', '.join(available_backends())}.",
        )
