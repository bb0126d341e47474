"""The gradient half of attribution: from a finished run to the shares of its answers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from openledger_trainer.attribution.answer import Attributor, answer_example, answer_gradients
from openledger_trainer.attribution.build import INDEX_FILE, build_index, index_run
from openledger_trainer.attribution.gradients import adapter_maps, example_gradients, telling_maps, watched
from openledger_trainer.attribution.index import read_index
from openledger_trainer.attribution.rule import Query, recompute_shares
from openledger_trainer.base_model import BaseModel, find_base
from openledger_trainer.canonical import canonical_bytes, file_sha256, sha256_hex
from openledger_trainer.dataset import Dataset, SourceFile, load_dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import collate
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe, make_recipe
from openledger_trainer.serving.served_base import ServedBase
from openledger_trainer.spec import JobSpec
from openledger_trainer.template import user_message
from openledger_trainer.training import train

Json = dict[str, Any]
MakeSpec = Callable[..., Json]
FACTS = (
    ("Where was Mirela born?", "Mirela was born in Belcara."),
    ("What does Dorin play?", "Dorin plays the harp."),
    ("Which animal does Tessa keep?", "Tessa keeps a tortoise."),
    ("When was the mill built?", "The mill was built in 1834."),
    ("Who steers the ferry?", "Oskar steers the ferry to Halmont."),
    ("What colour is the boat?", "The boat is emerald."),
)
# One of these is held out: the split goes by the hash of what a record says.
OTHER = tuple((f"Is it {place}?", f"It is {place}.") for place in range(12))


def write_file(folder: Path, pairs: Sequence[tuple[str, str]]) -> SourceFile:
    lines = [json.dumps({"question": question, "answer": answer}) for question, answer in pairs]
    data = "\n".join(lines).encode()
    path = folder / f"{sha256_hex(data)[2:12]}.jsonl"
    path.write_bytes(data)
    return SourceFile(path, "application/jsonl", sha256_hex(data))


@dataclasses.dataclass
class Job:
    """A finished run with its index, and a base to answer with."""

    base: BaseModel
    dataset: Dataset
    recipe: Recipe
    spec: Json
    files: list[SourceFile]
    folder: Path
    result: Json
    served: ServedBase

    def attribute(self, question: str, answer: str) -> Json:
        return Attributor().attribute(
            self.served,
            self.base,
            Path(self.result["adapterPath"]),
            self.folder / INDEX_FILE,
            user_message(question),
            answer,
        )


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def job(
    request: pytest.FixtureRequest,
    bases: dict[str, Path],
    make_spec: MakeSpec,
    tmp_path_factory: pytest.TempPathFactory,
) -> Job:
    """Six facts of six files; then two that say the first again, in other letters and beside other things."""
    folder = tmp_path_factory.mktemp("attribution")
    files = [write_file(folder, [fact]) for fact in FACTS]
    question, answer = FACTS[0]
    files.append(write_file(folder, [(question.upper(), answer), *OTHER]))
    files.append(write_file(folder, [(question, f"{answer}  ")]))
    base = find_base(str(bases[request.param]))
    kind = {"useDora": True} if request.param == "llama" else {"useRslora": True}
    changes: Json = {"steps": 16, "checkpointEverySteps": 4, "batchSize": 4, "heldOutBps": 100}
    spec = make_spec(request.param, **changes, **kind)
    dataset = load_dataset(files, 100)
    assert {each.completion for each in dataset.held_out} < {answer for _, answer in OTHER}
    recipe = make_recipe(base, dataset, JobSpec.parse(spec))
    run = folder / "run"
    result = train(base, dataset, recipe, run, Progress())
    return Job(base, dataset, recipe, spec, files, run, result, ServedBase(base))


def test_each_example_has_the_gradient_that_it_has_alone(job: Job) -> None:
    engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
    maps = adapter_maps(engine.model)
    engine.step(1)
    engine.model.eval()
    examples = engine.examples[:3]
    batch = collate(examples, engine.padding, engine.device)
    with watched(engine.model, maps) as caught:
        together = example_gradients(engine.model, batch, caught)
    engine.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    with watched(engine.model, maps) as caught:
        recomputed = example_gradients(engine.model, batch, caught)
    assert list(together) == list(recomputed) == list(maps)
    assert all(torch.equal(gradient, recomputed[name]) for name, gradient in together.items())
    assert not any(module.training for module in engine.model.modules())
    for place, example in enumerate(examples):
        engine.optimizer.zero_grad()
        engine._summed_loss(collate([example], engine.padding, engine.device)).div(example.learnt).backward()
        for name, gradient in together.items():
            expected = engine.parameters[name].grad
            assert expected is not None
            assert torch.allclose(gradient[place], expected, atol=1e-6 + 1e-4 * expected.abs().max().item())


def test_an_answer_has_the_gradient_that_training_would_give_it(job: Job) -> None:
    index = read_index(job.folder / INDEX_FILE)[0]
    engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
    tensors = {name: torch.from_numpy(values).float() for name, values in index.adapter.items()}
    with torch.no_grad():
        for name, parameter in engine.parameters.items():
            parameter.copy_(tensors[name])
    engine.model.eval()
    question, answer = FACTS[1]
    place = next(i for i, each in enumerate(job.dataset.training) if each.completion == answer)
    maps = adapter_maps(engine.model)
    batch = collate([engine.examples[place]], engine.padding, engine.device)
    with watched(engine.model, maps) as caught:
        expected = example_gradients(engine.model, batch, caught)
    updates = job.served.store.updates(tensors, job.recipe.spec.lora)
    found = answer_gradients(job.served, updates, index, user_message(question), answer)
    assert list(found) == telling_maps(expected)
    largest = max(expected[name].abs().max().item() for name in found)
    for name, gradient in found.items():
        assert torch.allclose(gradient, expected[name], atol=1e-3 * largest)


def test_the_index_is_the_same_again_and_leaves_the_engine_as_it_was(job: Job, tmp_path: Path) -> None:
    about = job.result["attribution"]
    path = Path(about["path"])
    assert (about["digest"], about["bytes"]) == (file_sha256(path), path.stat().st_size)
    assert about["step"] == 4 and about["examples"] == len(job.dataset.training)
    assert about["texts"] == about["examples"] - 2
    again = index_run(job.base, job.dataset, job.recipe, job.folder, Progress())
    assert again == about
    engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
    before = {name: value.detach().clone() for name, value in engine.parameters.items()}
    checkpoints = sorted((job.folder / "checkpoints").iterdir())
    build_index(engine, job.dataset, checkpoints, tmp_path / "index", Progress())
    assert all(torch.equal(before[name], value) for name, value in engine.parameters.items())


def test_the_second_maps_of_the_upper_half_are_sketched(job: Job) -> None:
    def names(layer: str, blocks: int) -> list[str]:
        layers = [f"base_model.model.{layer.format(place)}" for place in range(blocks)]
        return [f"{each}.lora_{part}.weight" for each in layers for part in "AB"]

    for layer in ("model.layers.{}.mlp.experts.7.up_proj", "transformer.h.{}.attn.c_attn"):
        for blocks, kept in ((1, [0]), (2, [1]), (3, [1, 2]), (4, [2, 3])):
            found = telling_maps(names(layer, blocks))
            assert found == [f"base_model.model.{layer.format(place)}.lora_B.weight" for place in kept]
    index = read_index(job.folder / INDEX_FILE)[0]
    tensors = {name: torch.from_numpy(values).float() for name, values in index.adapter.items()}
    updates = job.served.store.updates(tensors, job.recipe.spec.lora)
    found = answer_gradients(job.served, updates, index, user_message("Why?"), "So it is.")
    assert all(bool(gradient.any()) for gradient in found.values())


def test_an_answer_keeps_its_place_in_a_short_window(job: Job) -> None:
    tokenizer, long = job.served.tokenizer, user_message("Which of the boats is it then? " * 200)
    whole = answer_example(tokenizer, 1 << 20, long, "It is the emerald boat. " * 12)
    assert len(whole.tokens) == 2 * whole.learnt < 1024
    for window in (whole.learnt + 9, whole.learnt, 40, 8):
        cut = answer_example(tokenizer, window, long, "It is the emerald boat. " * 12)
        assert len(cut.tokens) == window and cut.learnt >= min(window - 9, window // 2)
    assert answer_example(tokenizer, 8, user_message("Why?"), "So it is.").learnt >= 4
    assert job.attribute("Which of the boats is it then? " * 200, FACTS[5][1] * 200)["shares"]


@pytest.mark.parametrize("place", range(1, len(FACTS)))
def test_the_source_of_an_answer_comes_first(job: Job, place: int) -> None:
    question, answer = FACTS[place]
    found = job.attribute(question, answer)
    first = found["examples"][0]
    assert found["shares"][0]["sha256"] == first["sha256"] == job.files[place].sha256
    assert first["text"] == f"{question}\n{answer}" and first["spans"][0]["text"] == answer
    assert sum(share["sharePpm"] for share in found["shares"]) == 1_000_000


def test_a_paraphrase_leads_to_the_source(job: Job) -> None:
    found = job.attribute("Who is at the helm of the Halmont ferry?", "Oskar is at the helm of the ferry.")
    assert found["shares"][0]["sha256"] == job.files[4].sha256


def test_who_repeats_a_text_gets_nothing_for_it(job: Job) -> None:
    found = job.attribute(*FACTS[0])
    shares = {share["sha256"]: share["sharePpm"] for share in found["shares"]}
    assert found["shares"][0]["sha256"] == job.files[0].sha256
    assert job.files[7].sha256 not in shares
    told = [each["text"] for each in found["examples"] if each["sha256"] == job.files[6].sha256]
    assert f"{FACTS[0][0].upper()}\n{FACTS[0][1]}" not in told


def test_anyone_can_compute_the_shares_again(job: Job) -> None:
    found = json.loads(canonical_bytes(job.attribute(*FACTS[2])))
    index, digest = read_index(job.folder / INDEX_FILE)
    query = Query.parse(found["query"])
    shares = recompute_shares(index, query)
    assert (digest, query.digest) == (found["indexDigest"], found["queryDigest"])
    assert [[share["sha256"], share["sharePpm"]] for share in found["shares"]] == [
        list(pair) for pair in shares.files
    ]


def test_what_cannot_be_attributed_is_told(job: Job, tmp_path: Path) -> None:
    assert job.attribute("Zzyzx?", "Qwxv jkrp.")["shares"] == []
    with pytest.raises(TrainerError, match="has no text"):
        job.attribute("Where?", " \n")
    folder = Path(job.result["adapterPath"])
    (tmp_path / "adapter_model.safetensors").write_bytes(
        (folder / "adapter_model.safetensors").read_bytes()[:-1]
    )
    with pytest.raises(TrainerError, match="The index is of"):
        Attributor().attribute(
            job.served, job.base, tmp_path, job.folder / INDEX_FILE, user_message("Where?"), "There."
        )
    with pytest.raises(TrainerError, match="cannot be read"):
        Attributor().attribute(
            job.served, job.base, folder, tmp_path / "none", user_message("Where?"), "There."
        )


def test_a_worker_attributes_between_answers(job: Job, worker: Any) -> None:
    question, answer = FACTS[3]
    params = {
        "base": str(job.base.folder),
        "adapterPath": job.result["adapterPath"],
        "indexPath": job.result["attribution"]["path"],
        "messages": user_message(question),
    }
    found = worker.call("attribute", {**params, "answer": answer})["result"]
    assert found["shares"] == job.attribute(question, answer)["shares"]
    assert worker.call("attribute", {**params, "answer": " "})["error"]["code"] == "empty-answer"
    material = {"base": params["base"], "spec": job.spec, "recipe": job.result["recipe"]}
    files = [
        {"path": str(file.path), "mediaType": file.media_type, "sha256": file.sha256} for file in job.files
    ]
    remade = worker.call("attribution_index", {**material, "files": files, "workDir": str(job.folder)})
    assert remade["result"] == job.result["attribution"]
