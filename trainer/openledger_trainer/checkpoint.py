"""Checkpoints: everything that the next step needs, in bytes that are equal when the run is repeated.

A checkpoint is one safetensors file. The learning rate and all randomness are pure functions of the
recipe and the step, so the adapter, the optimizer's two moments and the step are the whole state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors

from openledger_trainer.adapter import Tensors
from openledger_trainer.canonical import canonical_json, sha256_hex
from openledger_trainer.durable import write_atomically
from openledger_trainer.errors import TrainerError
from openledger_trainer.memory import is_out_of_memory


@dataclass(frozen=True)
class Checkpoint:
    """The state after a step; `first` and `second` are AdamW's moments of the adapter's gradients."""

    step: int
    recipe_digest: str
    adapter: Tensors
    first: Tensors
    second: Tensors

    def to_bytes(self) -> bytes:
        """The checkpoint as a safetensors file."""
        groups = {"adapter": self.adapter, "first": self.first, "second": self.second}
        tensors = {
            f"{group}/{name}": value for group, named in groups.items() for name, value in named.items()
        }
        # One key only: the format keeps its metadata in no particular order.
        about = canonical_json({"recipeDigest": self.recipe_digest, "step": self.step, "version": 2})
        return save_safetensors(tensors, metadata={"checkpoint": about})

    def write(self, path: Path) -> str:
        """Write it whole or not at all, and return its sha256."""
        data = self.to_bytes()
        write_atomically(path, data)
        return sha256_hex(data)


def checkpoint_path(work_dir: Path, step: int) -> Path:
    """Where the checkpoint after a step lies in the folder of its run."""
    return work_dir / "checkpoints" / f"{step:07d}.safetensors"


def read_checkpoint(path: Path) -> tuple[Checkpoint, str]:
    """Read a checkpoint and the sha256 of its bytes.

    Raises:
        TrainerError: `missing-file` when this machine cannot read the file; `bad-checkpoint` when no run can
            have written its bytes: a damaged file, other numbers than float32, values that are not finite,
            second moments below 0.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainerError(
            "missing-file", f"The checkpoint {path} cannot be read: {error.strerror}.", "Fetch it again."
        ) from None
    try:
        length = int.from_bytes(data[:8], "little")
        about = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["checkpoint"])
        groups: dict[str, Tensors] = {"adapter": {}, "first": {}, "second": {}}
        for key, tensor in load_safetensors(data).items():
            group, _, name = key.partition("/")
            groups[group][name] = tensor
        step, recipe_digest = about["step"], about["recipeDigest"]
        if type(step) is not int or type(recipe_digest) is not str:
            raise ValueError("its step is no integer, or its recipe no text")
        state = Checkpoint(step, recipe_digest, **groups)
    except Exception as error:  # safetensors raises a class of its own that is no standard error
        if is_out_of_memory(error):
            raise
        raise _bad(path, f"cannot be read: {type(error).__name__}: {str(error)[:200]}") from None
    for group, tensors in groups.items():
        for name, tensor in tensors.items():
            if tensor.dtype != torch.float32:
                raise _bad(path, f"holds {group}/{name} as {tensor.dtype}, not torch.float32")
            if not bool(tensor.isfinite().all()):
                raise _bad(path, f"holds values in {group}/{name} that are no numbers")
            if group == "second" and bool((tensor < 0).any()):
                raise _bad(path, f"holds negative squares in {group}/{name}")
    return state, sha256_hex(data)


def _bad(path: Path, what: str) -> TrainerError:
    return TrainerError(
        "bad-checkpoint", f"The checkpoint {path} {what}.", "Fetch it again, or reject the attestation."
    )
