"""The file that attribution needs: a checkpoint's adapter, each text, its words, a sketch of its gradient.

One safetensors file whose bytes depend on the run alone; its sha256 names it. Texts that differ only in case,
spaces and signs are kept once and belong to whoever told them first, so that copies earn nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy
from safetensors.numpy import load as load_safetensors
from safetensors.numpy import save as save_safetensors

from openledger_trainer.attribution.lexical import LARGEST_LENGTH, LARGEST_WEIGHT, Lexicon
from openledger_trainer.canonical import canonical_json, sha256_hex
from openledger_trainer.durable import write_atomically
from openledger_trainer.errors import TrainerError
from openledger_trainer.spec import Lora

LARGEST_INDEX_BYTES = 60 * 1024 * 1024
"""Below what a node takes for an artifact (64 MiB)."""
LARGEST_TEXT_BYTES = 16 * 1024 * 1024
VERSION = 2
_LEXICON = ("terms", "weights", "ends", "texts", "counts", "lengths")


@dataclass(frozen=True)
class About:
    """What an index belongs to.

    Attributes:
        method: Name of the rule that makes shares of it.
        base_digest: The base that the run trained.
        adapter_digest: The adapter that the run gave.
        lora: The adapter's settings.
        seed: Of the projection.
        step: The checkpoint at which gradients are taken.
        examples: How many examples its texts stand for.
    """

    method: str
    base_digest: str
    adapter_digest: str
    lora: dict[str, Any]
    seed: int
    step: int
    examples: int


@dataclass(frozen=True)
class AttributionIndex:
    """An index in memory.

    Attributes:
        about: What it belongs to.
        adapter: The adapter at the checkpoint, float16 by the names of PEFT's files.
        sketches: The direction of each text's gradient, (texts, size) int8.
        texts: What each text says, cut to its share of the room.
        owners: The file that each text counts for: (texts,) places in `files`.
        places: Which record of that file it is: (texts,).
        files: Digests of the files.
        lexicon: The texts' words.
    """

    about: About
    adapter: dict[str, numpy.ndarray]
    sketches: numpy.ndarray
    texts: list[str]
    owners: numpy.ndarray
    places: numpy.ndarray
    files: list[str]
    lexicon: Lexicon

    def to_bytes(self) -> bytes:
        """The index as a safetensors file."""
        cut = [text.encode("utf-8") for text in self.texts]
        tensors = {
            "sketches": self.sketches,
            "text": numpy.frombuffer(b"".join(cut) or b"\0", dtype=numpy.uint8),
            "textEnds": numpy.cumsum([len(text) for text in cut]).astype(numpy.uint32),
            "owners": self.owners.astype(numpy.uint32),
            "places": self.places.astype(numpy.uint32),
            "files": numpy.frombuffer(
                b"".join(bytes.fromhex(file[2:]) for file in self.files), dtype=numpy.uint8
            ).reshape(-1, 32),
            **{f"adapter/{name}": values for name, values in self.adapter.items()},
            **{f"lexicon/{name}": getattr(self.lexicon, name) for name in _LEXICON},
        }
        about = canonical_json({"version": VERSION, **asdict(self.about)})
        # One key only: the format keeps its metadata in no particular order.
        return save_safetensors(tensors, metadata={"attribution": about})

    def write(self, path: Path) -> tuple[str, int]:
        """Write it whole or not at all; returns its sha256 and its bytes."""
        data = self.to_bytes()
        write_atomically(path, data)
        return sha256_hex(data), len(data)


def read_index(path: Path) -> tuple[AttributionIndex, str]:
    """Read an index and the sha256 of its bytes.

    Raises:
        TrainerError: When it is missing, damaged or of another version.
    """
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_INDEX_BYTES:
            raise ValueError(f"it has {len(data)} bytes, more than {LARGEST_INDEX_BYTES}")
        length = int.from_bytes(data[:8], "little")
        about: dict[str, Any] = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["attribution"])
        if about.pop("version") != VERSION:
            raise ValueError("it is of another version")
        tensors = load_safetensors(data)
        index = _checked(About(**about), tensors)
    except Exception as error:  # safetensors raises a class of its own that is no standard error
        raise TrainerError(
            "bad-index",
            f"The attribution index {path} cannot be read: {type(error).__name__}: {str(error)[:200]}",
            "Fetch the index of the release again.",
        ) from None
    return index, sha256_hex(data)


def _checked(about: About, tensors: dict[str, numpy.ndarray]) -> AttributionIndex:
    text, ends = tensors["text"].tobytes(), tensors["textEnds"].astype(numpy.int64)
    lexicon = Lexicon(**{name: tensors[f"lexicon/{name}"] for name in _LEXICON})
    sketches, owners, places = tensors["sketches"], tensors["owners"], tensors["places"]
    files = ["0x" + bytes(row).hex() for row in tensors["files"]]
    count = len(ends)
    Lora(**about.lora)
    whole = (
        count > 0
        and sketches.dtype == numpy.int8
        and sketches.ndim == 2
        and sketches.shape[0] == count
        and sketches.shape[1] > 0
        and len(owners) == len(places) == len(lexicon.lengths) == count
        and int(owners.max(initial=0)) < max(1, len(files))
        and int(lexicon.texts.max(initial=0)) < max(1, count)
        and bool((numpy.diff(ends, prepend=0) >= 0).all())
        and len(lexicon.terms) == len(lexicon.weights) == len(lexicon.ends)
        and bool((numpy.diff(lexicon.ends.astype(numpy.int64), prepend=0) >= 0).all())
        and len(lexicon.texts) == len(lexicon.counts) == int(lexicon.ends.max(initial=0))
        and int(lexicon.weights.max(initial=0)) < LARGEST_WEIGHT
        and int(lexicon.lengths.sum(dtype=numpy.int64)) < LARGEST_LENGTH
    )
    if not whole:
        raise ValueError("its parts do not fit together")
    starts = [0, *ends.tolist()[:-1]]
    texts = [
        text[first:last].decode("utf-8", "ignore") for first, last in zip(starts, ends.tolist(), strict=True)
    ]
    adapter = {
        name.removeprefix("adapter/"): values
        for name, values in tensors.items()
        if name.startswith("adapter/")
    }
    return AttributionIndex(about, adapter, sketches, texts, owners, places, files, lexicon)
