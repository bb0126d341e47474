"""`python -m openledger_trainer.bases DIRECTORY` makes two small bases, so that everything works offline.

Each is made from its family's own configuration class and pre-trained on the text in `corpus/`. A base
that is there and whole is kept; an interrupted run leaves none that is half made.
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
    """Make the bases, each in a process of its own, and print one line of JSON for each."""
    names = [recipe.name for recipe in RECIPES]
    parser = argparse.ArgumentParser(prog="python -m openledger_trainer.bases", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the bases lie, one folder each")
    parser.add_argument("--only", choices=names, help="make this one, and stop when standard input ends")
    arguments = parser.parse_args()
    folder: Path = arguments.directory
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.only is not None:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
        print(json.dumps(make_base(folder, RECIPES[names.index(arguments.only)])))
        return
    # Two set-ups at once would both work for a minute; the second waits and finds it done.
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    # One thread each and all at once is twice as fast as all threads for one after the other.
    command = [sys.executable, "-m", "openledger_trainer.bases", str(folder), "--only"]
    processes = [subprocess.Popen([*command, name], stdin=subprocess.PIPE) for name in names]
    codes = [process.wait() for process in processes]
    if any(codes):
        sys.exit(1)


def _stop_with_parent() -> None:
    # The parent holds the other end and writes nothing: the end of the stream is the end of the parent.
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
