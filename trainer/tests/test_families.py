"""Every family passes the same tests, on small bases made from its own configuration class."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as functional

from openledger_trainer.adapter import (
    Tensors,
    adapter_parameters,
    adapter_tensors,
    attach_lora,
    read_adapter,
    set_adapter_tensors,
)
from openledger_trainer.base_model import BaseModel, find_base, load_model, load_tokenizer
from openledger_trainer.bases import make_base
from openledger_trainer.dataset import Dataset, SourceFile, load_dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.examples import IGNORED_LABEL, Row, collate, encode, training_rows
from openledger_trainer.families import FAMILIES
from openledger_trainer.pretraining import RECIPES
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import make_recipe
from openledger_trainer.spec import JobSpec, Lora
from openledger_trainer.template import conversation_tokens, end_tokens, user_message
from openledger_trainer.training import train

Json = dict[str, Any]
MakeSpec = Callable[..., Json]
STEPS = 8
SAME = ("adapterDigest", "transcriptHead", "lossBeforeMicronats", "lossAfterMicronats", "tokens")


@pytest.fixture(scope="module", params=list(FAMILIES))
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    (recipe,) = (recipe for recipe in RECIPES if recipe.model_type == request.param)
    sizes: Json = {"width": 64, "vocabulary": 512, "window": 128, "cutoff_tokens": 32}
    quick = dataclasses.replace(recipe, **sizes, steps=24, learning_rate=0.01)
    folder = tmp_path_factory.mktemp("base")
    make_base(folder, quick)
    return find_base(str(folder / quick.name))


@pytest.fixture(scope="module")
def spec(base: BaseModel, make_spec: MakeSpec) -> Json:
    named = {"name": base.name, "family": base.family.name, "baseDigest": base.digest}
    made = make_spec("gpt2", steps=STEPS, checkpointEverySteps=4, dropout=0)
    return {**made, "base": named, "lora": {**made["lora"], "dropout": 0}}


@pytest.fixture(scope="module")
def dataset(data_files: list[SourceFile]) -> Dataset:
    whole = load_dataset(data_files, 2000)
    return dataclasses.replace(whole, held_out=whole.held_out[:8])


@pytest.fixture(scope="module")
def run(base: BaseModel, dataset: Dataset, spec: Json, tmp_path_factory: pytest.TempPathFactory) -> Json:
    work_dir = tmp_path_factory.mktemp("run")
    return train(base, dataset, make_recipe(base, dataset, JobSpec.parse(spec)), work_dir, Progress())


def test_the_held_out_loss_falls(run: Json) -> None:
    assert run["lossAfterMicronats"] < 0.99 * run["lossBeforeMicronats"]


def test_a_run_resumed_from_its_checkpoint_gives_the_same_bytes(
    base: BaseModel, dataset: Dataset, spec: Json, run: Json, tmp_path: Path
) -> None:
    def stop(event: str, data: Json) -> None:
        if event == "step" and data["step"] == STEPS - 1:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        train(base, dataset, make_recipe(base, dataset, JobSpec.parse(spec)), tmp_path, progress)
    steps: list[int] = []
    note = Progress(lambda event, data: steps.append(data["step"]) if event == "step" else None)
    again = train(base, dataset, make_recipe(base, dataset, JobSpec.parse(spec)), tmp_path, note)
    assert steps == list(range(5, STEPS + 1))
    assert {key: again[key] for key in SAME} == {key: run[key] for key in SAME}
    assert [saved["digest"] for saved in again["checkpoints"]] == [
        saved["digest"] for saved in run["checkpoints"]
    ]


def test_another_weights_digest_is_refused(base: BaseModel, dataset: Dataset, spec: Json) -> None:
    other = dataclasses.replace(base, digest="0x" + "ab" * 32)
    with pytest.raises(TrainerError, match="has the digest") as caught:
        make_recipe(other, dataset, JobSpec.parse(spec))
    assert caught.value.code == "wrong-base"


def test_the_adapter_runs_in_plain_peft_and_answers(base: BaseModel, run: Json) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    plain = AutoModelForCausalLM.from_pretrained(base.folder, attn_implementation="eager")
    theirs = PeftModel.from_pretrained(plain, run["adapterPath"]).eval()
    tensors, lora, _ = read_adapter(Path(run["adapterPath"]))
    ours = attach_lora(load_model(base, torch.device("cpu")), base, lora).eval()
    set_adapter_tensors(adapter_parameters(ours), tensors)
    tokenizer = load_tokenizer(base)
    asked = torch.tensor([conversation_tokens(tokenizer, user_message("How many are left?"))])
    with torch.no_grad():
        assert torch.equal(ours(input_ids=asked).logits, theirs(input_ids=asked).logits)
        with theirs.disable_adapter():
            assert not torch.equal(ours(input_ids=asked).logits, theirs(input_ids=asked).logits)
    ends = sorted(end_tokens(tokenizer, plain))
    answers = [
        model.generate(input_ids=asked, max_new_tokens=8, do_sample=False, eos_token_id=ends).tolist()
        for model in (ours, theirs)
    ]
    assert answers[0] == answers[1]
    assert len(answers[0][0]) > asked.shape[1]


def test_attention_alone_carries_the_adapter_where_that_is_asked(base: BaseModel) -> None:
    lora = Lora(rank=2, alpha=4.0, dropout=0.0, targets="attention")
    names = adapter_parameters(attach_lora(load_model(base, torch.device("cpu")), base, lora))
    modules = {name.rpartition(".lora_")[0] for name in names}
    assert all("attn" in module or "attention" in module for module in modules)
    # Queries and values, and what joins the heads, in each of the two layers.
    assert len(modules) >= 4
    assert any(module.endswith(("o_proj", "c_proj", "dense")) for module in modules)


def test_a_packed_batch_has_the_loss_of_its_examples_or_is_refused(base: BaseModel, dataset: Dataset) -> None:
    tokenizer = load_tokenizer(base)
    examples = sorted(encode(dataset.training[:12], tokenizer, 48), key=lambda each: len(each.tokens))
    model = load_model(base, torch.device("cpu")).eval()

    def loss(rows: list[Row]) -> float:
        batch = collate(rows, 0, torch.device("cpu"))
        with torch.no_grad():
            logits = model(**batch.inputs(), use_cache=False).logits[:, :-1]
        labels = batch.labels[:, 1:].reshape(-1)
        summed = functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), labels, ignore_index=IGNORED_LABEL, reduction="sum"
        )
        return summed.item() / batch.learnt

    if not base.family.packs:
        with pytest.raises(TrainerError, match="cannot keep the examples of a row apart"):
            training_rows(examples, base.family, 128, True, 1)
        return
    rows = training_rows(examples, base.family, 128, True, 1)
    assert len(rows) <= 6
    assert loss(list(rows)) == pytest.approx(loss(list(examples)), rel=1e-6)


def test_qlora_with_rslora_and_dora_learns_the_same_with_gradient_checkpointing(
    base: BaseModel, dataset: Dataset, spec: Json
) -> None:
    few = dataclasses.replace(dataset, training=dataset.training[:8], held_out=dataset.held_out[:1])

    def learnt(checkpointing: bool) -> tuple[Engine, Tensors, Tensors]:
        asked = {**spec, "method": "qlora", "lora": {**spec["lora"], "useRslora": True, "useDora": True}}
        asked["training"] = {**spec["training"], "batchSize": 2, "gradientCheckpointing": checkpointing}
        engine = Engine(base, few, make_recipe(base, few, JobSpec.parse(asked)), None, Progress())
        before = adapter_tensors(engine.parameters)
        engine.step(1)
        return engine, before, adapter_tensors(engine.parameters)

    engine, before, after = learnt(True)
    assert any("magnitude" in name and not torch.equal(before[name], after[name]) for name in before)
    scaled = [module for module in engine.model.modules() if hasattr(module, "lora_magnitude_vector")]
    lora = spec["lora"]
    assert {module.scaling["default"] for module in scaled} == {lora["alpha"] / lora["rank"] ** 0.5}
    _, _, plain = learnt(False)
    assert all(torch.equal(plain[name], after[name]) for name in after)
