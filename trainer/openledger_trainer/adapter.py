"""LoRA adapters: made, started, read and written as PEFT folders whose bytes depend on the run alone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors

from openledger_trainer.base_model import BaseModel
from openledger_trainer.canonical import canonical_bytes, sha256_hex
from openledger_trainer.determinism import derived_seed
from openledger_trainer.durable import write_atomically
from openledger_trainer.errors import TrainerError
from openledger_trainer.memory import is_out_of_memory
from openledger_trainer.spec import Lora

WEIGHTS_FILE = "adapter_model.safetensors"
CONFIG_FILE = "adapter_config.json"
Tensors = dict[str, torch.Tensor]


def lora_config(model: Any, base: BaseModel, lora: Lora) -> Any:
    """PEFT's configuration of an adapter on this base; nothing of it comes from a stranger's file.

    Raises:
        TrainerError: When the model has none of its family's layers.
    """
    from peft import LoraConfig

    present = [f".{name}" for name, _ in model.named_modules()]
    wanted = base.family.targets if lora.targets == "all" else base.family.attention
    targets = sorted(each for each in wanted if any(name.endswith(f".{each}") for name in present))
    if not targets:
        raise TrainerError(
            "no-targets",
            f"{base.name} has none of the layers {', '.join(wanted)}.",
            "Choose another base.",
        )
    alpha = lora.alpha
    return LoraConfig(
        r=lora.rank,
        lora_alpha=int(alpha) if alpha.is_integer() else alpha,
        lora_dropout=lora.dropout,
        target_modules=targets,
        fan_in_fan_out=base.family.transposed,
        bias="none",
        use_rslora=lora.use_rslora,
        use_dora=lora.use_dora,
        task_type="CAUSAL_LM",
    )


def attach_lora(model: Any, base: BaseModel, lora: Lora) -> Any:
    """Wrap `model` in an adapter of zero effect."""
    from peft import get_peft_model

    return get_peft_model(model, lora_config(model, base, lora))


def adapter_parameters(model: Any, adapter: str = "default") -> dict[str, torch.nn.Parameter]:
    """One adapter's parameters by the names that PEFT gives them in files, sorted."""
    found = {
        _name_in_file(name, adapter): parameter
        for name, parameter in model.named_parameters()
        if ".lora_" in name and f".{adapter}." in name
    }
    return dict(sorted(found.items()))


def _name_in_file(name: str, adapter: str) -> str:
    # PEFT writes DoRA's magnitudes as a bare tensor, though it keeps them in a module.
    return name.replace(f".lora_magnitude_vector.{adapter}.weight", ".lora_magnitude_vector").replace(
        f".{adapter}.", "."
    )


def start_adapter(parameters: dict[str, torch.nn.Parameter], seed: int) -> None:
    """Set the adapter's first values: A uniform by He's rule, B zero; DoRA's magnitudes are the base's own.

    Drawn on the CPU from a seed for each tensor, so that they are the same on every device.
    """
    with torch.no_grad():
        for name, parameter in parameters.items():
            if ".lora_B." in name:
                parameter.zero_()
            if ".lora_A." not in name:
                continue
            generator = torch.Generator().manual_seed(derived_seed("adapter", seed, name))
            bound = 1 / math.sqrt(parameter.shape[1])
            values = (
                torch.rand(parameter.shape, generator=generator, dtype=torch.float32) * (2 * bound) - bound
            )
            parameter.copy_(values)


def adapter_tensors(parameters: dict[str, torch.nn.Parameter]) -> Tensors:
    """Copies of the adapter's values on the CPU."""
    return {
        name: parameter.detach().to("cpu", copy=True).contiguous() for name, parameter in parameters.items()
    }


def set_adapter_tensors(parameters: dict[str, torch.nn.Parameter], tensors: Tensors) -> None:
    """Put values into the adapter.

    Raises:
        TrainerError: When names, shapes or kinds of number are not those of this adapter.
    """
    if set(tensors) != set(parameters):
        raise _not_fitting("its tensors have other names")
    with torch.no_grad():
        for name, parameter in parameters.items():
            given = tensors[name]
            if given.shape != parameter.shape:
                raise _not_fitting(f"{name} is {list(given.shape)}, not {list(parameter.shape)}")
            if given.dtype != parameter.dtype:
                raise _not_fitting(f"{name} is {given.dtype}, not {parameter.dtype}")
            parameter.copy_(given)


def adapter_bytes(tensors: Tensors) -> bytes:
    """The adapter as the bytes of `adapter_model.safetensors`; safetensors sorts the tensors."""
    # One key only: the format keeps its metadata in no particular order.
    return save_safetensors(tensors, metadata={"format": "pt"})


def save_adapter(folder: Path, model: Any, base: BaseModel, tensors: Tensors) -> str:
    """Write a PEFT folder and return the sha256 of its weights."""
    data = adapter_bytes(tensors)
    write_atomically(folder / CONFIG_FILE, canonical_bytes(_config_json(model, base)))
    write_atomically(folder / WEIGHTS_FILE, data)
    return sha256_hex(data)


def read_adapter(folder: Path) -> tuple[Tensors, Lora, str]:
    """Read a PEFT folder: its tensors, its size and the digest of its weights.

    Raises:
        TrainerError: `missing-file` when this machine cannot read it; `bad-adapter` when it is damaged.
    """
    try:
        data = (folder / WEIGHTS_FILE).read_bytes()
        config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
        lora = Lora(
            int(config["r"]),
            float(config["lora_alpha"]),
            float(config.get("lora_dropout", 0)),
            use_rslora=bool(config.get("use_rslora", False)),
            use_dora=bool(config.get("use_dora", False)),
        )
        return load_safetensors(data), lora, sha256_hex(data)
    except OSError as error:
        raise TrainerError(
            "missing-file",
            f"The adapter in {folder} cannot be read: {error.strerror}.",
            "Fetch the adapter again.",
        ) from None
    except Exception as error:  # safetensors raises a class of its own that is no standard error
        if is_out_of_memory(error):
            raise
        raise TrainerError(
            "bad-adapter",
            f"The adapter in {folder} cannot be read: {type(error).__name__}: {str(error)[:200]}",
            "Fetch the adapter again.",
        ) from None


def _config_json(model: Any, base: BaseModel) -> dict[str, Any]:
    config = model.peft_config["default"]
    return {
        "base_model_name_or_path": base.name,
        "bias": "none",
        "fan_in_fan_out": base.family.transposed,
        "inference_mode": True,
        "lora_alpha": config.lora_alpha,
        "lora_dropout": config.lora_dropout,
        "modules_to_save": None,
        "peft_type": "LORA",
        "r": config.r,
        "target_modules": sorted(config.target_modules),
        "task_type": "CAUSAL_LM",
        "use_dora": config.use_dora,
        "use_rslora": config.use_rslora,
    }


def _not_fitting(reason: str) -> TrainerError:
    return TrainerError(
        "wrong-adapter",
        f"The adapter does not fit this base and specification: {reason}.",
        "Choose its own base.",
    )
