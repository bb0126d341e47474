"""4-bit NormalFloat (NF4) with double quantisation, as a linear layer in plain torch.

Dettmers et al., "QLoRA: Efficient Finetuning of Quantized LLMs" (2023): blocks of 64 weights are divided by
their largest magnitude and rounded to the 16 levels of appendix E, which hold equal shares of a normal
distribution. The magnitudes are quantised once more, to 8 bits in blocks of 256: 4.13 bits a weight in all.

Every operation is one that IEEE 754 rounds exactly, or takes a lowest or highest value, so that the same
weights become the same bits on every machine and device.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import torch
import torch.nn.functional as functional
from torch import nn

BLOCK = 64
SCALE_BLOCK = 256
LEVELS = (
    -1.0,
    -0.6961928009986877,
    -0.5250730514526367,
    -0.39491748809814453,
    -0.28444138169288635,
    -0.18477343022823334,
    -0.09105003625154495,
    0.0,
    0.07958029955625534,
    0.16093020141124725,
    0.24611230194568634,
    0.33791524171829224,
    0.44070982933044434,
    0.5626170039176941,
    0.7229568362236023,
    1.0,
)
_LARGEST_CODE = 255


def packed_bytes(weights: int) -> int:
    """Bytes that a tensor of so many weights takes: codes, magnitudes and the magnitudes' bounds."""
    blocks = math.ceil(weights / BLOCK)
    return blocks * BLOCK // 2 + blocks + math.ceil(blocks / SCALE_BLOCK) * 8


class Nf4Linear(nn.Linear):
    """A frozen linear layer whose weights lie in 4 bits and are restored for each product.

    Attributes:
        weight: uint8, (blocks * 32, 1): two codes a byte, the earlier weight in the higher half.
        magnitude_codes: uint8, (blocks,): each block's magnitude between its group's bounds.
        magnitude_bounds: (2, groups): lowest magnitude and step of each 256 blocks, the bits of float32 kept
            as int32, since `model.to(torch.bfloat16)` would round floats.
    """

    weight: nn.Parameter
    magnitude_codes: torch.Tensor
    magnitude_bounds: torch.Tensor

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        """Quantise a weight of shape (out, in)."""
        nn.Module.__init__(self)
        self.out_features, self.in_features = weight.shape
        codes, magnitudes, bounds = quantize_nf4(weight)
        self.weight = nn.Parameter(codes.view(-1, 1), requires_grad=False)
        frozen = None if bias is None else nn.Parameter(bias.detach(), requires_grad=False)
        self.register_parameter("bias", frozen)
        self.register_buffer("magnitude_codes", magnitudes)
        self.register_buffer("magnitude_bounds", bounds.view(torch.int32))

    @property
    def W_q(self) -> torch.Tensor:
        """The packed weight. Where a layer has this name, PEFT's DoRA asks `dequantize` for the values."""
        return self.weight

    def dequantize(self) -> torch.Tensor:
        """The restored weight, float32, (out, in)."""
        shape = (self.out_features, self.in_features)
        return dequantize_nf4(
            self.weight, self.magnitude_codes, self.magnitude_bounds.view(torch.float32), shape
        )

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """values (..., in) -> (..., out), in the type of `values` or of an autocast region."""
        kind = values.device.type
        if torch.is_autocast_enabled(kind):
            values = values.to(torch.get_autocast_dtype(kind))
        product: torch.Tensor = _Product.apply(values, self)
        return product


class _Product(torch.autograd.Function):
    # Keeps the 4-bit weights for the backward pass, not the restored ones, which are 8 times larger.
    @staticmethod
    def forward(ctx: Any, values: torch.Tensor, layer: Nf4Linear) -> torch.Tensor:
        ctx.layer = layer
        bias = None if layer.bias is None else layer.bias.to(values.dtype)
        return functional.linear(values, layer.dequantize().to(values.dtype), bias)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradient @ ctx.layer.dequantize().to(gradient.dtype), None


def quantize_nf4(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Quantise a tensor of any shape, in blocks along its flattened form.

    Returns:
        Packed codes, the blocks' magnitude codes and their bounds in float32, as `Nf4Linear` keeps them.
    """
    flat = weight.detach().reshape(-1).float()
    blocks = math.ceil(flat.numel() / BLOCK)
    flat = functional.pad(flat, (0, blocks * BLOCK - flat.numel())).view(blocks, BLOCK)
    magnitudes = flat.abs().amax(dim=1)
    # A block of zeros has no magnitude to divide by; any will do.
    divisors = torch.where(magnitudes == 0, torch.ones_like(magnitudes), magnitudes)
    levels = torch.tensor(LEVELS, device=weight.device)
    middles = (levels[1:] + levels[:-1]) / 2
    codes = torch.bucketize(flat / divisors[:, None], middles, out_int32=True).to(torch.uint8).view(-1, 2)
    packed = codes[:, 0] << 4 | codes[:, 1]

    groups = math.ceil(blocks / SCALE_BLOCK)
    missing = groups * SCALE_BLOCK - blocks
    # Filled with a magnitude that is there, so that filling does not widen the last group's bounds.
    grouped = torch.cat([magnitudes, magnitudes[-1:].expand(missing)]).view(groups, SCALE_BLOCK)
    lowest = grouped.amin(dim=1)
    step = (grouped.amax(dim=1) - lowest) / _LARGEST_CODE
    divisors = torch.where(step == 0, torch.ones_like(step), step)
    scale_codes = ((grouped - lowest[:, None]) / divisors[:, None]).round().clamp(0, _LARGEST_CODE)
    return packed, scale_codes.to(torch.uint8).view(-1)[:blocks].clone(), torch.stack([lowest, step])


def dequantize_nf4(
    packed: torch.Tensor, magnitude_codes: torch.Tensor, bounds: torch.Tensor, shape: tuple[int, ...]
) -> torch.Tensor:
    """Restore float32 values of `shape` from what `quantize_nf4` returned."""
    blocks = magnitude_codes.numel()
    lowest, step = (bound.repeat_interleave(SCALE_BLOCK)[:blocks] for bound in bounds)
    magnitudes = magnitude_codes * step + lowest
    # Two levels are looked up at once, as the 8 bytes of one number: 10 times faster than one by one.
    pairs = torch.index_select(_pairs(packed.device), 0, packed.view(-1).int()).view(torch.float32)
    values = pairs.view(blocks, BLOCK).mul_(magnitudes[:, None]).view(-1)
    return values[: math.prod(shape)].view(shape)


@cache
def _pairs(device: torch.device) -> torch.Tensor:
    """The two levels of each byte, (256,), as the bits of a 64-bit integer."""
    levels = torch.tensor(LEVELS, device=device)
    return torch.stack([levels.repeat_interleave(16), levels.repeat(16)], dim=1).view(torch.int64).view(-1)
