"""What is asked of a base's layers, whichever way they store their weights."""

from __future__ import annotations

from typing import Any

import torch

_PROBED_AT_ONCE = 512


def is_linear(module: Any) -> bool:
    """Whether a module multiplies by one weight."""
    return hasattr(module, "nf") or (hasattr(module, "in_features") and hasattr(module, "out_features"))


def layer_shape(layer: Any) -> tuple[int, int]:
    """(out, in) of a linear layer, a transposed one (GPT-2's) or a quantised one."""
    if hasattr(layer, "nf"):
        return int(layer.nf), int(layer.nx)
    return int(layer.out_features), int(layer.in_features)


def layer_dtype(layer: Any, otherwise: torch.dtype) -> torch.dtype:
    """The dtype of a layer's products; `otherwise` where its weight is packed."""
    dtype: torch.dtype = layer.weight.dtype
    return dtype if dtype.is_floating_point else otherwise


def layer_weight(layer: Any) -> torch.Tensor:
    """The weight as [out, in] in float32; of a quantised layer, what it multiplies by."""
    out, width = layer_shape(layer)
    weight = layer.weight
    if weight.is_floating_point():
        if hasattr(layer, "nf"):
            return weight.detach().T.float()
        if tuple(weight.shape) == (out, width):
            return weight.detach().float()
    # Packed bits: ask for the layer's answer to each unit vector.
    columns = []
    bias = 0 if layer.bias is None else layer.bias.detach().float()
    with torch.no_grad():
        for first in range(0, width, _PROBED_AT_ONCE):
            count = min(_PROBED_AT_ONCE, width - first)
            probe = torch.zeros(count, width, device=weight.device)
            probe[torch.arange(count), torch.arange(first, first + count)] = 1
            columns.append(layer(probe).float() - bias)
    return torch.cat(columns).T


def dora_scale(
    layer: Any, a: torch.Tensor, b: torch.Tensor, scaling: float, magnitude: torch.Tensor
) -> torch.Tensor:
    """DoRA's magnitude over the norm of each output's whole weight (Liu et al. 2024, equation 5).

    Args:
        layer: The base's layer.
        a: [rank, in]
        b: [out, rank]
        scaling: The adapter's.
        magnitude: [out]

    Returns:
        [out]
    """
    whole = layer_weight(layer) + scaling * (b @ a)
    return magnitude / torch.linalg.vector_norm(whole, dim=1)
