"""Forges runs for the test of the court: one request on standard input, one line of JSON for each run.

The request is a list of `{ cheat, base, files, spec, seed, workDir }`, the parameters of the worker's method
`train` and the name of a cheat, or of an unusual honest run; each line is what that method would return.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# A forger needs no more threads than the specification says.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from cheats import CHEATS, ENDINGS, HONEST, Job

from openledger_trainer.base_model import find_base
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.recipe import make_recipe
from openledger_trainer.spec import JobSpec


def main() -> None:
    """Forge what was asked for, in order."""
    for request in json.load(sys.stdin):
        spec = JobSpec.parse(request["spec"])
        files = [
            SourceFile(Path(file["path"]), file["mediaType"], file["sha256"]) for file in request["files"]
        ]
        dataset = load_dataset(files, spec.evaluation.held_out_bps)
        base = find_base(request["base"])
        recipe = make_recipe(base, dataset, spec, request["seed"])
        work_dir = Path(request["workDir"])
        work_dir.mkdir(parents=True)
        make = (CHEATS | ENDINGS | HONEST)[request["cheat"]]
        print(json.dumps(make(Job(base, dataset, recipe, work_dir))), flush=True)


if __name__ == "__main__":
    main()
