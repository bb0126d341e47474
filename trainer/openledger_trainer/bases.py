"""`python -m openledger_trainer.bases DIRECTORY` makes two small bases, so that everything works offline.

Each is made from its family's own configuration class and pre-trained on the text in `corpus/`. A base
that is there and whole is kept; an interrupted run leaves none that is half made.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from openledger_trainer.base_model import base_digest
from openledger_trainer.canonical import canonical_bytes
from openledger_trainer.durable import flush_folder, write_atomically
from openledger_trainer.errors import TrainerError
from openledger_trainer.pretraining import RECIPES, Recipe, pretrain, recipe_digest

LICENCE = "MIT"


def make_bases(folder: Path, recipes: tuple[Recipe, ...] = RECIPES) -> list[dict[str, Any]]:
    """Make the bases that are missing in `folder` and return what `base.json` says of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        # Two set-ups at once would both work for a minute; the second waits and finds all done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        return [_make(folder / recipe.name, recipe) for recipe in recipes]


def _make(folder: Path, recipe: Recipe) -> dict[str, Any]:
    digest = recipe_digest(recipe)
    found = _whole(folder, digest)
    if found is not None:
        print(f"{recipe.name}: there already, {found['baseDigest']}", file=sys.stderr)
        return found
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    pretrain(recipe, partial, lambda line: print(f"{recipe.name}: {line}", file=sys.stderr, flush=True))
    about = {
        "name": recipe.name,
        "family": recipe.family,
        "licence": LICENCE,
        "baseDigest": base_digest(partial),
        "recipeDigest": digest,
    }
    write_atomically(partial / "base.json", canonical_bytes(about))
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    flush_folder(folder.parent)
    return about


def _whole(folder: Path, digest: str) -> dict[str, Any] | None:
    try:
        about: dict[str, Any] = json.loads((folder / "base.json").read_text("utf-8"))
        whole = about["baseDigest"] == base_digest(folder) and about["recipeDigest"] == digest
    except (OSError, ValueError, KeyError, TrainerError):
        return None
    return about if whole else None


def main() -> None:
    """Make the bases and print one line of JSON for each."""
    parser = argparse.ArgumentParser(prog="python -m openledger_trainer.bases", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the bases lie, one folder each")
    for about in make_bases(parser.parse_args().directory):
        print(json.dumps(about))


if __name__ == "__main__":
    main()
