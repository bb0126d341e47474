"""The methods that do work, each from its parameters to its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openledger_trainer.attribution.answer import Attributor
from openledger_trainer.attribution.build import index_run
from openledger_trainer.base_model import describe_base, find_base
from openledger_trainer.canonical import LARGEST_INTEGER
from openledger_trainer.dataset import load_dataset
from openledger_trainer.determinism import prepare_torch
from openledger_trainer.engine import Engine
from openledger_trainer.estimate import estimate, expected_lengths, lengths_of
from openledger_trainer.evaluation import evaluate
from openledger_trainer.job import read_job, recipe_of_run, train_job
from openledger_trainer.launch import launch, process_count
from openledger_trainer.memory import release_memory
from openledger_trainer.parameters import Parameters
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import check_recipe
from openledger_trainer.replay import Segment, replay
from openledger_trainer.serving.desk import Desk
from openledger_trainer.serving.precision import computed_with
from openledger_trainer.serving.question import LONGEST_PROMPT_CHARACTERS, MOST_MESSAGES
from openledger_trainer.serving.server import Server

Task = Callable[[Parameters, Progress], dict[str, Any]]


class Tasks:
    """What a worker can do; holds what stays loaded between two requests."""

    def __init__(self, desk: Desk) -> None:
        self.server = Server(desk)
        self._attributor = Attributor()
        self._checked: tuple[str, Engine] | None = None
        self.methods: dict[str, Task] = {
            "describe_base": self._describe_base,
            "serving": self._serving,
            "recipe": self._recipe,
            "estimate": self._estimate,
            "train": self._train,
            "replay": self._replay,
            "evaluate": self._evaluate,
            "perplexity": self._perplexity,
            "attribution_index": self._attribution_index,
            "attribute": self._attribute,
        }

    def _describe_base(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        return describe_base(params.text("base"))

    def _serving(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        return computed_with(params.optional_text("dtype"))

    def _recipe(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        spec, dataset, _ = read_job(params)
        recipe = recipe_of_run(params, spec, dataset)
        return {"recipe": recipe.to_json(), "recipeDigest": recipe.digest}

    def _estimate(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        spec = params.spec()
        base = find_base(params.text("base"))
        self._make_room()
        if params.value("files") is not None:
            dataset = load_dataset(params.files(), spec.evaluation.held_out_bps)
            return estimate(base, spec, lengths_of(base, dataset, spec), progress)
        examples = params.integer("examples", 1, LARGEST_INTEGER)
        tokens = params.optional_integer("tokens", 1, LARGEST_INTEGER)
        return estimate(base, spec, expected_lengths(examples, tokens, spec), progress)

    def _train(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        self._make_room()
        count = process_count()
        return train_job(params, progress) if count == 1 else launch(params, count, progress)

    def _replay(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        engine = self._engine_for_check(params, progress)
        segment = Segment(
            params.integer("fromStep", 0, engine.recipe.steps),
            params.optional_path("fromCheckpoint"),
            params.integer("toStep", 1, engine.recipe.steps),
            params.optional_path("toCheckpoint"),
            params.integers("microBatches", 1, engine.spec.training.batch_size),
        )
        return replay(engine, segment)

    def _evaluate(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        checkpoints = [Path(each) for each in params.texts("checkpoints", 16, 4096)]
        engine = self._engine_for_check(params, progress)
        steps = params.integer("steps", 0, engine.recipe.steps, 0)
        return evaluate(engine, params.path("adapterPath"), checkpoints, steps)

    def _engine_for_check(self, params: Parameters, progress: Progress) -> Engine:
        """The engine of an attested job at its beginning: made once for all parts of a check."""
        names = ("base", "files", "spec", "parentAdapterPath", "recipe")
        asked = json.dumps([params.value(name) for name in names], sort_keys=True)
        if self._checked is None or self._checked[0] != asked:
            self._make_room()
            spec, dataset, parent = read_job(params)
            base = find_base(params.text("base"))
            recipe = check_recipe(params.value("recipe"), base, dataset, spec)
            self._checked = (asked, Engine(base, dataset, recipe, parent, progress))
        self.server.forget()
        engine = self._checked[1]
        engine.progress = progress
        prepare_torch(engine.spec.training.threads)
        engine.begin()
        return engine

    def _perplexity(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        self._checked = None
        text = params.text("text", 100_000)
        max_tokens = params.integer("maxTokens", 1, 32_768, 1024)
        return self.server.perplexity(find_base(params.text("base")), text, max_tokens, progress)

    def _attribution_index(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        self._make_room()
        spec, dataset, parent = read_job(params)
        base = find_base(params.text("base"))
        recipe = check_recipe(params.value("recipe"), base, dataset, spec)
        return index_run(base, dataset, recipe, params.path("workDir"), progress, parent)

    def _attribute(self, params: Parameters, progress: Progress) -> dict[str, Any]:
        base = find_base(params.text("base"))
        messages = params.messages("messages", MOST_MESSAGES, LONGEST_PROMPT_CHARACTERS)
        return self._attributor.attribute(
            self.server.loaded(base, params.optional_text("quantization")),
            base,
            params.path("adapterPath"),
            params.path("indexPath"),
            messages or [],
            params.text("answer", LONGEST_PROMPT_CHARACTERS),
        )

    def _make_room(self) -> None:
        """Free what other work left loaded, before a job takes all the memory that it finds."""
        self._checked = None
        self.server.forget()
        release_memory()
