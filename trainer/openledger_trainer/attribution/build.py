"""Makes a run's attribution index from a checkpoint that it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy
import torch

from openledger_trainer.adapter import Tensors, adapter_bytes, adapter_tensors, set_adapter_tensors
from openledger_trainer.attribution.gradients import (
    adapter_maps,
    example_gradients,
    telling_maps,
    watched,
)
from openledger_trainer.attribution.index import (
    LARGEST_INDEX_BYTES,
    LARGEST_TEXT_BYTES,
    About,
    AttributionIndex,
)
from openledger_trainer.attribution.lexical import make_lexicon
from openledger_trainer.attribution.rule import METHOD
from openledger_trainer.attribution.sketch import Projection, to_integers, unit_rows
from openledger_trainer.attribution.words import same_text_key, term_counts
from openledger_trainer.base_model import BaseModel
from openledger_trainer.canonical import sha256_hex
from openledger_trainer.checkpoint import Checkpoint, checkpoint_path, read_checkpoint
from openledger_trainer.dataset import Dataset, Record
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import Example, PackedRow, collate
from openledger_trainer.memory import is_out_of_memory
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe
from openledger_trainer.resident_memory import release_free_memory
from openledger_trainer.schedule import kept_step
from openledger_trainer.transcript import Line, read_lines

INDEX_FILE = "attribution.safetensors"
"""Its name in the folder of a run."""
SKETCH_SIZES = (4096, 2048, 1024, 512, 256)
_CHECKPOINT_PART = 4
"""Gradients are taken after the first quarter: later, what was learnt leaves none."""
_SEED = 1
_BATCH_EXAMPLES = 16
_BATCH_NUMBERS = 1 << 23
"""So many entries of gradients are computed at once: 32 MiB, and a few times that on their way."""
_PLACE_BYTES = 48
"""A text's end, owner and place, and its file's digest."""
_HEADER_BYTES = 1 << 20
_EPSILON = 1e-8
"""AdamW's own, which the engine leaves as it is."""


@dataclass(frozen=True)
class _Text:
    """A text, and the first example that says it."""

    example: Example
    text: str


def build_index(
    engine: Engine, dataset: Dataset, checkpoints: Sequence[Path], path: Path, progress: Progress
) -> dict[str, Any]:
    """Write the attribution index of a finished run; the engine ends with the adapter that it began with.

    Takes one forward and one backward pass over every different text, about as long as one epoch.

    Args:
        engine: The run's, with the released adapter.
        dataset: What the run trained on.
        checkpoints: The run's up to the released one, in the order of their steps.
        path: Where the index is written.
        progress: Told of `attribution` {done, total}, and asked whether to stop.

    Returns:
        `path`, `digest`, `examples`, `texts`, `step`, `bytes`.

    Raises:
        TrainerError: When there is no checkpoint, or more than an index can hold.
    """
    if not checkpoints:
        raise TrainerError("no-checkpoint", "The run has no checkpoint.", "Finish the run first.")
    last = _step_of(checkpoints[-1])
    state = read_checkpoint(
        min(checkpoints, key=lambda each: (abs(_CHECKPOINT_PART * _step_of(each) - last), _step_of(each)))
    )[0]
    examples = _seen(engine, last)
    texts = _different_texts(examples, dataset, engine.tokenizer)
    if not texts:
        raise TrainerError("no-text", "The run has read no example.", "Finish the run first.")
    room = LARGEST_TEXT_BYTES // len(texts)
    cut = [each.text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") for each in texts]
    lexicon = make_lexicon([term_counts(each) for each in cut])
    released = {name: value.detach().clone() for name, value in engine.parameters.items()}
    adapter = {name: value.to(torch.float16) for name, value in state.adapter.items()}
    size = _sketch_size(
        len(texts),
        sum(value.nbytes for value in adapter.values())
        + sum(len(each.encode("utf-8")) for each in cut)
        + lexicon.bytes,
    )
    try:
        set_adapter_tensors(engine.parameters, {name: value.float() for name, value in adapter.items()})
        sketches = _sketches(engine, [each.example for each in texts], state, size, progress)
    finally:
        set_adapter_tensors(engine.parameters, released)
    files = sorted({each.example.sha256 for each in texts})
    place_of = {sha256: place for place, sha256 in enumerate(files)}
    digest, size_bytes = AttributionIndex(
        About(
            METHOD,
            engine.base.digest,
            sha256_hex(adapter_bytes(adapter_tensors(engine.parameters))),
            asdict(engine.spec.lora),
            _SEED,
            state.step,
            len(examples),
        ),
        {name: value.numpy() for name, value in adapter.items()},
        sketches.numpy(),
        cut,
        numpy.array([place_of[each.example.sha256] for each in texts], dtype=numpy.uint32),
        numpy.array([each.example.index for each in texts], dtype=numpy.uint32),
        files,
        lexicon,
    ).write(path)
    return {
        "path": str(path),
        "digest": digest,
        "examples": len(examples),
        "texts": len(texts),
        "step": state.step,
        "bytes": size_bytes,
    }


def index_run(
    base: BaseModel,
    dataset: Dataset,
    recipe: Recipe,
    work_dir: Path,
    progress: Progress,
    parent: Tensors | None = None,
) -> dict[str, Any]:
    """Make the index of a run that is finished, in its folder.

    Raises:
        TrainerError: As `build_index` does.
    """
    lines = read_lines(work_dir / "transcript.jsonl")
    kept = kept_step(recipe.spec, lines)
    engine = Engine(base, dataset, recipe, parent, progress)
    checkpoints = kept_checkpoints(work_dir, lines, kept)
    if checkpoints:
        engine.restore(read_checkpoint(checkpoints[-1])[0])
    return build_index(engine, dataset, checkpoints, work_dir / INDEX_FILE, progress)


def kept_checkpoints(work_dir: Path, lines: Sequence[Line], kept: int) -> list[Path]:
    """A run's checkpoints up to the one whose adapter it keeps."""
    return [
        checkpoint_path(work_dir, line.step)
        for line in lines
        if line.checkpoint_digest is not None and line.step <= kept
    ]


def rows_at_once(micro_batch: int, entries: int) -> int:
    """How many texts' gradients are computed at once, for an adapter of so many entries.

    Never more than rows in training, so that what trained within a memory is indexed within it.
    """
    return max(1, min(_BATCH_EXAMPLES, micro_batch, _BATCH_NUMBERS // entries))


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.stem)


def _seen(engine: Engine, last: int) -> list[Example]:
    """The examples that the run has read up to a step: the others shaped nothing."""
    read: set[tuple[int, ...]] = set()
    for step in range(1, last + 1):
        for row in engine.rows_of(step):
            read.update(each.tokens for each in (row.examples if isinstance(row, PackedRow) else (row,)))
    return [example for example in engine.examples if example.tokens in read]


def _different_texts(examples: Sequence[Example], dataset: Dataset, tokenizer: Any) -> list[_Text]:
    """One entry a text, for whoever told it first: the version's order decides, then the record's place."""
    order = {sha256: place for place, sha256 in enumerate(dataset.order)}
    records = {(record.sha256, record.index): record for record in dataset.training}
    found: dict[bytes, _Text] = {}
    for example in sorted(examples, key=lambda each: (order.get(each.sha256, len(order)), each.sha256)):
        text = _text_of(example, records[example.sha256, example.index], tokenizer)
        found.setdefault(
            same_text_key(text) if text.strip() else repr(example.tokens).encode(), _Text(example, text)
        )
    return list(found.values())


def _text_of(example: Example, record: Record, tokenizer: Any) -> str:
    if record.prompt:
        return f"{record.prompt}\n{record.completion}"
    return str(tokenizer.decode(list(example.tokens), skip_special_tokens=True)).strip()


def _sketch_size(texts: int, taken_bytes: int) -> int:
    """The largest size at which everything fits.

    Raises:
        TrainerError: When there are too many texts.
    """
    for size in SKETCH_SIZES:
        if texts * (size + _PLACE_BYTES) + _HEADER_BYTES + taken_bytes <= LARGEST_INDEX_BYTES:
            return size
    raise TrainerError(
        "too-many-texts",
        f"{texts} texts, with {taken_bytes} bytes of adapter, text and words, do not fit into an "
        f"attribution index of {LARGEST_INDEX_BYTES} bytes.",
        "Train on fewer texts or with a lower lora.rank to have answers attributed.",
    )


def _sketches(
    engine: Engine, examples: Sequence[Example], state: Checkpoint, size: int, progress: Progress
) -> torch.Tensor:
    """The direction of each example's gradient: (examples, size) int8."""
    both = adapter_maps(engine.model)
    maps = {name: both[name] for name in telling_maps(both)}
    shapes = {name: (int(module.out_features), int(module.in_features)) for name, module in maps.items()}
    projection = Projection(shapes, size, _SEED, engine.device)
    scales = {name: state.second[name].to(engine.device).sqrt() + _EPSILON for name in maps}
    entries = sum(out * width for out, width in shapes.values())
    rows = rows_at_once(engine.micro_batch, entries)
    # Examples of like lengths together: padding is computed too.
    order = sorted(range(len(examples)), key=lambda place: (-len(examples[place].tokens), place))
    found = torch.zeros(len(examples), size, dtype=torch.int8)
    engine.model.eval()
    first = 0
    with watched(engine.model, maps) as caught:
        while first < len(order):
            progress.check()
            # What is free is of the sizes of other batches: the next would lie beside it, not in it.
            release_free_memory()
            part = order[first : first + rows]
            batch = collate([examples[place] for place in part], engine.padding, engine.device)
            try:
                gradients = example_gradients(engine.model, batch, caught)
                for name, gradient in gradients.items():
                    # As AdamW scales them, by how large each entry usually is (LESS: Xia et al. 2024, 3.2).
                    gradient /= scales[name]
                found[part] = to_integers(unit_rows(projection.of(gradients)))
            except Exception as error:
                if rows == 1 or not is_out_of_memory(error):
                    raise
                rows = -(-rows // 2)
                continue
            first += len(part)
            progress.emit("attribution", {"done": first, "total": len(order)})
    return found
