"""The numbers that a base answers with: half as wide where the device computes such as well."""

from __future__ import annotations

import torch

from openledger_trainer.determinism import choose_device
from openledger_trainer.errors import TrainerError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def serving_dtype(device: torch.device, wanted: str | None = None) -> torch.dtype:
    """The dtype of a served base's weights, products and cache.

    Args:
        device: Where it is served.
        wanted: One of `DTYPES`; None takes bfloat16 on a GPU that has instructions for it, float32
            elsewhere: a CPU without them computes bfloat16 many times slower.

    Raises:
        TrainerError: When `wanted` is none of `DTYPES`.
    """
    if wanted is not None:
        if wanted not in DTYPES:
            raise TrainerError(
                "bad-request",
                f"params.dtype is {wanted[:80]!r}; allowed is {' or '.join(DTYPES)}.",
                "Correct the request.",
            )
        return DTYPES[wanted]
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float32


def computed_with(wanted: str | None = None) -> dict[str, str]:
    """What answers are computed with: another device or dtype may choose other tokens from the same seed.

    Returns:
        `device`, its `hardware` (a GPU's name, a CPU's vector instructions) and `dtype`.

    Raises:
        TrainerError: When `wanted` is no dtype that is served.
    """
    device = choose_device()
    is_gpu = device.type == "cuda"
    return {
        "device": device.type,
        "hardware": torch.cuda.get_device_name(device) if is_gpu else torch.backends.cpu.get_cpu_capability(),
        "dtype": str(serving_dtype(device, wanted)).removeprefix("torch."),
    }
