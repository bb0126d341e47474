"""Base models: found by directory or hub name, named by a digest, loaded for training or serving."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.canonical import digest_of, file_sha256
from openledger_trainer.errors import TrainerError, tells_of_lacking_memory
from openledger_trainer.families import Family, family_of
from openledger_trainer.quantization import mark_quantized, refuse_unavailable
from openledger_trainer.resident_memory import release_free_memory

_CONTENT_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "chat_template.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "model.safetensors.index.json",
)


@dataclass(frozen=True)
class BaseModel:
    """A base that lies in a folder.

    Attributes:
        folder: Where its files are.
        name: As `base.json` says, else as it was asked for.
        family: The architecture's entry.
        model_type: `model_type` of its configuration.
        digest: sha256 over the canonical list of its files and their digests.
    """

    folder: Path
    name: str
    family: Family
    model_type: str
    digest: str


def find_base(name: str) -> BaseModel:
    """Find a base by directory or hub name (`owner/model` or `owner/model@revision`).

    Raises:
        TrainerError: No such base, no safetensors weights, or an unsupported architecture.
    """
    folder = Path(name)
    if not folder.is_dir():
        folder = _download(name)
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        model_type = str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError):
        raise TrainerError(
            "bad-base", f"{folder} has no readable config.json with a model_type.", "Name a model directory."
        ) from None
    described = folder / "base.json"
    if described.is_file():
        name = str(json.loads(described.read_text("utf-8")).get("name", name))
    return BaseModel(folder, name, family_of(model_type), model_type, base_digest(folder))


def base_digest(folder: Path) -> str:
    """sha256 over the canonical list of [file name, sha256], sorted by name.

    Raises:
        TrainerError: When the folder has no safetensors weights.
    """
    return digest_of([[name, _cached_sha256(folder / name)] for name in base_files(folder)])


def base_files(folder: Path) -> list[str]:
    """Names of the files that make a base, sorted: weights, configuration, tokenizer, chat template.

    Raises:
        TrainerError: When the folder has no safetensors weights.
    """
    weights = [path.name for path in weight_files(folder)]
    return sorted([*weights, *(name for name in _CONTENT_FILES if (folder / name).is_file())])


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files that are loaded, sorted: one, or the parts that the index names.

    Raises:
        TrainerError: When there are none, or some are missing.
    """
    index = folder / "model.safetensors.index.json"
    names = {"model.safetensors"}
    if index.is_file():
        try:
            names = {str(name) for name in json.loads(index.read_text("utf-8"))["weight_map"].values()}
        except (ValueError, KeyError, AttributeError):
            raise TrainerError(
                "bad-base", f"{index} names no weights.", "Fetch the model's files again."
            ) from None
    missing = sorted(name for name in names if Path(name).name != name or not (folder / name).is_file())
    if missing:
        raise TrainerError(
            "no-weights",
            f"{folder} has no .safetensors weights: {missing[0]} is missing.",
            "Convert the weights: pickled ones can run code and are not loaded.",
        )
    return [folder / name for name in sorted(names)]


def load_model(
    base: BaseModel,
    device: torch.device,
    dtype: torch.dtype = torch.float32,
    quantization: str | None = None,
) -> Any:
    """Load the weights, frozen.

    Attention is computed by plain matrix products, whose gradients are the same on every run. The files are
    read tensor by tensor, so that beside the model there is never more than one of its weights in memory.

    Args:
        base: Where the weights are.
        device: Where they go.
        dtype: What they become.
        quantization: The backend that makes 4-bit layers of the linear ones, each when it has been read.

    Raises:
        TrainerError: When the files do not make a model, or the backend does not work here.
    """
    from safetensors import SafetensorError
    from transformers.utils import logging

    logging.disable_progress_bar()
    if quantization is not None:
        # Tried here: while transformers makes a model, tensors have no values to try it with.
        refuse_unavailable(quantization)
    try:
        model = _read_model(base.folder, device, dtype, quantization)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        if tells_of_lacking_memory(error):
            raise
        raise TrainerError(
            "bad-base",
            f"The base {base.name} cannot be loaded: {_first_line(error)}",
            "Check the model's files.",
        ) from None
    for parameter in model.parameters():
        parameter.requires_grad_(False)
        if parameter.is_floating_point():
            # A copy of its own: what was read from a file may lie at other alignments on every load.
            parameter.data = parameter.data.clone(memory_format=torch.contiguous_format)
    model.to(device)
    # What loading used lies in gaps that training would not all fill.
    release_free_memory()
    if quantization is not None:
        mark_quantized(model, quantization)
    return model


def _read_model(folder: Path, device: torch.device, dtype: torch.dtype, quantization: str | None) -> Any:
    from safetensors import safe_open
    from transformers import MODEL_FOR_CAUSAL_LM_MAPPING, AutoConfig

    config = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    plan = None
    if quantization is not None:
        from openledger_trainer.quantized_loading import WhileLoading

        plan = WhileLoading(quantization, device)
    with ExitStack() as files:
        weights = {}
        for path in weight_files(folder):
            # Read rather than mapped: pages of a mapped file stay in the process's memory until its end.
            opened = files.enter_context(safe_open(str(path), framework="pt", backend="pread"))
            weights.update({name: opened.get_slice(name) for name in opened.keys()})  # noqa: SIM118
        try:
            model = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)].from_pretrained(
                None,
                config=config,
                state_dict=weights,
                dtype=dtype,
                attn_implementation="eager",
                **({} if plan is None else {"quantization_config": plan}),
            )
        except RuntimeError:
            # transformers tells only that something failed.
            if plan is not None and plan.failure is not None:
                raise plan.failure from None
            raise
    model.name_or_path = model.config.name_or_path = str(folder)
    model.generation_config = _generation_config(folder)
    return model


def _generation_config(folder: Path) -> Any:
    from transformers import GenerationConfig

    if (folder / "generation_config.json").is_file():
        return GenerationConfig.from_pretrained(str(folder), local_files_only=True)
    return GenerationConfig.from_pretrained(
        str(folder), config_file_name="config.json", local_files_only=True, _from_model_config=True
    )


def load_tokenizer(base: BaseModel) -> Any:
    """Load the base's tokenizer, with its family's chat template where it has none of its own.

    Raises:
        TrainerError: When the files do not make a tokenizer.
    """
    from transformers import AutoTokenizer
    from transformers.utils import logging

    # A text longer than the window is cut into pieces after it is tokenized; a warning would mislead.
    logging.set_verbosity_error()
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            str(base.folder), local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise TrainerError(
            "bad-base",
            f"The tokenizer of {base.name} cannot be loaded: {_first_line(error)}",
            "Check the model's tokenizer files.",
        ) from None
    own = tokenizer.chat_template
    if not (own.get("default") if isinstance(own, dict) else own):
        tokenizer.chat_template = base.family.chat_template
    return tokenizer


def count_parameters(folder: Path) -> int:
    """Parameters in the weights' headers, without loading them."""
    total = 0
    for path in weight_files(folder):
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(length))
        for name, tensor in header.items():
            if name != "__metadata__":
                size = 1
                for side in tensor["shape"]:
                    size *= side
                total += size
    return total


def describe_base(name: str) -> dict[str, Any]:
    """Family, type, digest, licence and size of a base."""
    base = find_base(name)
    return {
        "family": base.family.name,
        "title": base.family.title,
        "licence": licence_of(base),
        "modelType": base.model_type,
        "baseDigest": base.digest,
        "parameters": count_parameters(base.folder),
        "name": base.name,
    }


def licence_of(base: BaseModel) -> str:
    """The licence that `base.json` or the head of the model card names; else what its family's makers ask."""
    try:
        return str(json.loads((base.folder / "base.json").read_text("utf-8"))["licence"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        head = (base.folder / "README.md").read_text("utf-8")[:20_000]
    except (OSError, ValueError):
        head = ""
    front = re.match(r"---\s*\n(.*?)\n---", head, re.DOTALL)
    fields = re.findall(r"^(license(?:_name)?):([^\n#]+)", front[1] if front else "", re.MULTILINE)
    named = {name: value.strip().strip("\"'") for name, value in fields}
    licence = named.get("license", "other")
    if licence == "other":
        licence = named.get("license_name", f"not named; for {base.family.title} {base.family.licence}")
    return licence


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    model, _, revision = name.partition("@")
    try:
        folder = snapshot_download(
            model,
            revision=revision or None,
            # Some repositories hold their weights twice; only these are read. Code is not even fetched.
            allow_patterns=["model*.safetensors", "README.md", *_CONTENT_FILES],
        )
    except Exception as error:  # the hub client raises its own, the network's and the validator's errors
        raise TrainerError(
            "no-base",
            f'There is no directory "{name}", and the hub did not give it: {_first_line(error)}',
            "Check the name, or the connection to the hub.",
        ) from None
    return Path(folder)


def _cached_sha256(path: Path) -> str:
    status = path.stat()
    return _sha256_at(path, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=256)
def _sha256_at(path: Path, _size: int, _modified: int, _inode: int) -> str:
    return file_sha256(path)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]


def refuse_long(config: Any, cutoff_tokens: int) -> None:
    """Refuse examples that are longer than what a base reads.

    Raises:
        TrainerError: When the configuration names fewer tokens than the cut-off.
    """
    longest = getattr(config, "max_position_embeddings", None)
    if longest is not None and cutoff_tokens > longest:
        raise TrainerError(
            "bad-spec",
            f"spec.training.cutoffTokens is {cutoff_tokens}; this base reads at most {longest} tokens.",
            "Lower spec.training.cutoffTokens.",
        )
