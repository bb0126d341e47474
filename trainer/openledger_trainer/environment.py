"""Software and hardware of a run: two equal environments give equal bytes."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.recipe import Recipe, installed_versions


def environment(device: torch.device, recipe: Recipe, processes: int) -> dict[str, Any]:
    """What a report says of the machine and its software."""
    hardware = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "device": device.type,
        "hardware": hardware,
        "capability": torch.backends.cpu.get_cpu_capability(),
        "processes": processes,
        "threads": recipe.spec.training.threads,
        "quantization": recipe.quantization,
        **installed_versions(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
