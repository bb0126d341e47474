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
    _refuse_unavailable(wanted)
    return wanted


def quantize(model: nn.Module, backend: str) -> None:
    """Replace the linear layers of a frozen base by 4-bit ones, in place and where they lie.

    Raises:
        TrainerError: When the backend is unknown or does not work here.
    """
    _refuse_unavailable(backend)
    make: _MakeLayer = Nf4Linear if backend == OWN else _bitsandbytes_linear
    for parent, name, layer in list(_layers(model)):
        setattr(parent, name, _replacement(layer, make))
    # PEFT chooses its layer for bitsandbytes by this mark.
    if backend == BITSANDBYTES:
        model.is_loaded_in_4bit = True  # type: ignore[assignment]


def separate_experts(model: nn.Module) -> None:
    """Give each of a mixture's experts linear layers of its own, in full precision."""
    for parent, name, layer in list(_layers(model)):
        if _has_fused_experts(layer):
            setattr(parent, name, _replacement(layer, _full_linear))


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
    tensors = [getattr(layer, name, None) for name in ("gate_up_proj", "down_proj")]
    return hasattr(layer, "act_fn") and all(
        isinstance(tensor, torch.Tensor) and tensor.ndim == 3 for tensor in tensors
    )


def _replacement(layer: Any, make: _MakeLayer) -> nn.Module:
    from transformers.pytorch_utils import Conv1D

    if isinstance(layer, nn.Linear):
        return make(layer.weight, layer.bias)
    if isinstance(layer, Conv1D):
        # GPT-2 keeps its weights as (in, out).
        return make(layer.weight.T.contiguous(), layer.bias)
    gate_up, down = (
        nn.ModuleList(make(weight, None) for weight in tensor)
        for tensor in (layer.gate_up_proj, layer.down_proj)
    )
    return SeparateExperts(gate_up, down, layer.act_fn)


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


def _refuse_unavailable(backend: str) -> None:
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
