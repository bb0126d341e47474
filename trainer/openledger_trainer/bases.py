"""`python -m openledger_trainer.bases DIRECTORY` makes two small bases, so that everything works offline.

Each is made from its family's own configuration class and pre-trained on the text in `corpus/`. A base
that is there and whole is kept; an interrupted run leaves none that is half made. Others are made
by their names, or all by `--all`.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from openledger_trainer.base_model import base_digest
from openledger_trainer.canonical import canonical_bytes
from openledger_trainer.durable import flush_folder, write_atomically
from openledger_trainer.errors import TrainerError
from openledger_trainer.families import FAMILIES
from openledger_trainer.parent_process import end_with_parent
from openledger_trainer.pretraining import RECIPES, SETUP_RECIPES, Recipe, pretrain, recipe_digest

LICENCE = "MIT"


def make_bases(folder: Path, recipes: tuple[Recipe, ...] = SETUP_RECIPES) -> list[dict[str, Any]]:
    """Make the bases that are missing in `folder` and return what `base.json` says of each."""
    folder.mkdir(parents=True, exist_ok=True)
    return [make_base(folder, recipe) for recipe in recipes]


def make_base(parent: Path, recipe: Recipe) -> dict[str, Any]:
    """Make one base in `parent`, unless it is there and whole."""
    folder = parent / recipe.name
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
        "family": FAMILIES[recipe.model_type].name,
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
    """Make the bases, each in a process of its own, and print one line of JSON for each."""
    recipes = {recipe.name: recipe for recipe in RECIPES}
    parser = argparse.ArgumentParser(prog="python -m openledger_trainer.bases", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the bases lie, one folder each")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which to make: {', '.join(recipes)}")
    parser.add_argument("--all", action="store_true", help="make one of every family")
    parser.add_argument(
        "--only", choices=list(recipes), help="make this one, and stop when standard input ends"
    )
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(recipes))
    if unknown:
        parser.error(f"there is no recipe for {unknown[0]}; there are {', '.join(recipes)}")
    folder: Path = arguments.directory
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.only is not None:
        threading.Thread(target=end_with_parent, daemon=True).start()
        print(json.dumps(make_base(folder, recipes[arguments.only])))
        return
    # Two set-ups at once would both work for a minute; the second waits and finds it done.
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    named = arguments.names or [recipe.name for recipe in SETUP_RECIPES]
    # One thread each and several at once is twice as fast as all threads for one after the other.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = list(pool.map(lambda name: _make_apart(folder, name), recipes if arguments.all else named))
    if any(codes):
        sys.exit(1)


def _make_apart(folder: Path, name: str) -> int:
    command = [sys.executable, "-m", "openledger_trainer.bases", str(folder), "--only", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        return process.wait()


if __name__ == "__main__":
    main()
