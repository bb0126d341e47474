"""A training job from the parameters of its request: the same in the worker and in launched processes."""

from __future__ import annotations

from typing import Any

from openledger_trainer.adapter import Tensors, read_adapter
from openledger_trainer.base_model import find_base
from openledger_trainer.canonical import LARGEST_INTEGER
from openledger_trainer.dataset import Dataset, load_dataset
from openledger_trainer.errors import TrainerError
from openledger_trainer.parameters import Parameters
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe, begun_recipe, make_recipe
from openledger_trainer.spec import JobSpec
from openledger_trainer.training import RECIPE_FILE, train

MOST_HALVINGS = 16
"""More than the largest batch of all needs to come down to one row."""


def read_job(params: Parameters) -> tuple[JobSpec, Dataset, Tensors | None]:
    """The specification, its records, and the adapter that it refines.

    Raises:
        TrainerError: When one of them is missing, wrong, or does not fit the others.
    """
    spec = params.spec()
    dataset = load_dataset(params.files(), spec.evaluation.held_out_bps)
    parent_path = params.optional_path("parentAdapterPath")
    if (spec.parent_release is None) != (parent_path is None):
        raise TrainerError(
            "wrong-parent",
            f"spec.parentRelease is {spec.parent_release} and params.parentAdapterPath is {parent_path}.",
            "Give the parent's adapter exactly when the specification names a parent.",
        )
    return spec, dataset, None if parent_path is None else read_adapter(parent_path)[0]


def recipe_of_run(params: Parameters, spec: JobSpec, dataset: Dataset) -> Recipe:
    """The recipe of the run in `workDir`, where one was begun there; else the one that is made now.

    Raises:
        TrainerError: When base and specification do not fit together.
    """
    base = find_base(params.text("base"))
    seed = params.optional_integer("seed", 0, LARGEST_INTEGER)
    work_dir = params.optional_path("workDir")
    begun = None
    if work_dir is not None:
        drawn = spec.training.seed if seed is None else seed
        begun = begun_recipe(work_dir / RECIPE_FILE, base, dataset, spec, drawn)
    return begun or make_recipe(base, dataset, spec, seed)


def train_job(params: Parameters, progress: Progress) -> dict[str, Any]:
    """Train what a request asks for, or finish it.

    Raises:
        TrainerError: When it cannot be done, with what to do about it.
    """
    spec, dataset, parent = read_job(params)
    recipe = recipe_of_run(params, spec, dataset)
    base = find_base(params.text("base"))
    halvings = params.integer("halvings", 0, MOST_HALVINGS, 0)
    return train(base, dataset, recipe, params.path("workDir"), progress, parent, halvings)
