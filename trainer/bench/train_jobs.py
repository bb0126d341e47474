"""The jobs of `bench:train`: the demo's texts, a small base of each type, and specifications."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openledger_trainer.base_model import BaseModel, find_base
from openledger_trainer.canonical import file_sha256
from openledger_trainer.dataset import Dataset, SourceFile, load_dataset
from openledger_trainer.pretraining import RECIPES
from openledger_trainer.recipe import Recipe, make_recipe
from openledger_trainer.spec import BFLOAT16_LEAST_TOLERANCE, JobSpec, default_fields

ROOT = Path(__file__).parents[2]
BASES = ROOT / ".cache" / "bench-bases"
DEMO = ROOT / "scripts" / "demo" / "files" / "text"
_MEDIA_TYPES = {
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Job:
    """A base, records and the recipe of a run on them."""

    base: BaseModel
    dataset: Dataset
    recipe: Recipe


def small_bases(model_types: Sequence[str]) -> dict[str, Path]:
    """The bases of these types, pre-trained once: a minute of one core each."""
    names = {recipe.model_type: recipe.name for recipe in RECIPES if recipe.model_type in model_types}
    command = [sys.executable, "-m", "openledger_trainer.bases", str(BASES), *names.values()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    return {model_type: BASES / name for model_type, name in names.items()}


def demo_job(folder: Path, method: str = "lora", **training: Any) -> Job:
    """A job on the demo's texts with every default but what is named."""
    fields = default_fields()
    fields["method"] = method
    fields["training"] |= training
    if fields["training"]["dtype"] == "bfloat16":
        fields["tolerance"]["relativeDistance"] = BFLOAT16_LEAST_TOLERANCE
    base = find_base(str(folder))
    spec = JobSpec.parse(
        {
            "version": 2,
            "base": {"name": base.name, "family": base.family.name, "baseDigest": base.digest},
            "datasets": [{"datanet": 1, "versionCount": 1, "versionHead": "0x" + "00" * 32}],
            "parentRelease": None,
            **fields,
        }
    )
    files = [
        SourceFile(path, _MEDIA_TYPES[path.suffix], file_sha256(path)) for path in sorted(DEMO.iterdir())
    ]
    dataset = load_dataset(files, spec.evaluation.held_out_bps)
    return Job(base, dataset, make_recipe(base, dataset, spec))
