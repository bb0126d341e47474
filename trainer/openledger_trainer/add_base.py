"""`python -m openledger_trainer.add_base MODEL` makes a base model ready for a node.

MODEL is a directory or a hub name (`owner/model`, `owner/model@revision`). The model is checked, its licence
and memory are told, and its files are put into a folder of the node's BASES_DIR together with the `base.json`
by which a node knows it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from openledger_trainer.base_model import (
    BaseModel,
    base_files,
    count_parameters,
    find_base,
    licence_of,
    load_tokenizer,
)
from openledger_trainer.canonical import canonical_bytes
from openledger_trainer.durable import flush_folder, write_atomically
from openledger_trainer.errors import TrainerError
from openledger_trainer.estimate import usual_peak_bytes
from openledger_trainer.shortened_model import read_architecture
from openledger_trainer.spec import FIELDS, LIMITS, JobSpec, default_fields

DESCRIPTION_FILE = "base.json"
_CARD = "README.md"
_GIBIBYTE = 2**30


def add_base(model: str, bases: Path, name: str | None = None) -> dict[str, Any]:
    """Check a base, put it into a node's folder of bases and describe it there.

    Args:
        model: A directory or a hub name. A directory in `bases` stays where it is.
        bases: The node's BASES_DIR.
        name: What the base is called; else as its `base.json`, the hub or its directory says.

    Returns:
        `name`, `family`, `licence` and `baseDigest`, as governance lists them, and `folder`, `title`,
        `parameters`, `windowTokens` (None where the configuration names none).

    Raises:
        TrainerError: No such model, no safetensors weights, an architecture that is not supported, a
            tokenizer or a configuration that cannot be read, a name that is too long or taken.
    """
    found = find_base(model)
    load_tokenizer(found)
    window = getattr(read_architecture(found).config, "max_position_embeddings", None)
    called = name or _name(found, model)
    if len(called) > LIMITS["longestBaseName"]:
        raise TrainerError(
            "bad-name",
            f"{called!r} has {len(called)} characters; a name has at most {LIMITS['longestBaseName']}.",
            "Give a shorter one with --name.",
        )
    about = {
        "name": called,
        "family": found.family.name,
        "licence": licence_of(found),
        "baseDigest": found.digest,
    }
    folder = _place(found, bases, called)
    write_atomically(folder / DESCRIPTION_FILE, canonical_bytes(about))
    return about | {
        "folder": folder,
        "title": found.family.title,
        "parameters": count_parameters(found.folder),
        "windowTokens": window,
    }


def default_peak_bytes(folder: Path, window: int | None) -> dict[str, int]:
    """The most memory that a job with every default takes here, by method.

    Args:
        folder: The base's.
        window: How many tokens it reads; None where that is not known.

    Raises:
        TrainerError: When the base has no layers for an adapter.
    """
    base = find_base(str(folder))
    return {method: _peak_bytes(base, method, window) for method in FIELDS["method"]["choices"]}


def _name(base: BaseModel, model: str) -> str:
    if (base.folder / DESCRIPTION_FILE).is_file():
        return base.name
    return Path(model).resolve().name if Path(model).is_dir() else model.partition("@")[0]


def _place(base: BaseModel, bases: Path, name: str) -> Path:
    """The base's folder among the node's; its weights are linked where the disk allows it."""
    if base.folder.resolve().parent == bases.resolve():
        return base.folder
    folder = bases / name.replace("/", "--")
    if folder.exists():
        if find_base(str(folder)).digest == base.digest:
            return folder
        raise TrainerError(
            "name-in-use", f"{folder} holds another base.", "Remove that folder, or give --name."
        )
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for file in (*base_files(base.folder), _CARD):
        if (base.folder / file).is_file():
            _take((base.folder / file).resolve(), partial / file)
    partial.rename(folder)
    flush_folder(bases)
    return folder


def _take(source: Path, target: Path) -> None:
    # Weights are large and never edited in place; a linked text would change with its source.
    if target.suffix == ".safetensors":
        try:
            os.link(source, target)
            return
        except OSError:
            pass  # another disk, or one that knows no links
    shutil.copyfile(source, target)


def _peak_bytes(base: BaseModel, method: str, window: int | None) -> int:
    fields = default_fields() | {"method": method}
    if window is not None:
        fields["training"]["cutoffTokens"] = min(fields["training"]["cutoffTokens"], window)
    spec = {
        **fields,
        "version": 2,
        "base": {"name": "base", "family": base.family.name, "baseDigest": base.digest},
        # Memory depends on the longest row, whatever the data.
        "datasets": [{"datanet": 1, "versionCount": 1, "versionHead": "0x" + "00" * 32}],
        "parentRelease": None,
    }
    return usual_peak_bytes(base, JobSpec.parse(spec))


def main() -> None:
    """Add the base that the command line names, and say what a node's owner has to know."""
    parser = argparse.ArgumentParser(prog="python -m openledger_trainer.add_base", description=__doc__)
    parser.add_argument("model", help="a directory, or owner/model[@revision] of the hub")
    parser.add_argument(
        "--into",
        type=Path,
        default=Path(os.environ.get("BASES_DIR") or ".cache/bases"),
        help="the node's folder of bases (BASES_DIR; .cache/bases)",
    )
    parser.add_argument("--name", help="what governance and the page call it")
    arguments = parser.parse_args()
    try:
        added = add_base(arguments.model, arguments.into, arguments.name)
        window = added["windowTokens"]
        peaks = default_peak_bytes(added["folder"], window)
    except TrainerError as error:
        sys.exit(f"{error.message} {error.next_step}")
    memory = ", ".join(f"{peak / _GIBIBYTE:.1f} GiB by {method}" for method, peak in peaks.items())
    listed = ", ".join(f'"{added[name]}"' for name in ("family", "name", "licence"))
    print(
        f"{added['name']}: {added['title']}, {added['parameters']:,} parameters"
        + ("" if window is None else f", reads {window:,} tokens")
        + f"\nlicence: {added['licence']}"
        + f"\nmemory of a job with every default on this machine: {memory}"
        + f"\nwritten: {added['folder'] / DESCRIPTION_FILE}, for nodes with BASES_DIR={arguments.into}"
        + "\nJobs may name it once governance, or the curator that it named, has called"
        + f"\n  Models.addBase({added['baseDigest']}, {listed})"
    )


if __name__ == "__main__":
    main()
