"""What the attribution benchmark trains: a base that knows the wordings, and runs on parts of the facts.

Everything is kept under `.cache/attribution-bench`, named by what it was made from, so that scoring methods
anew trains nothing.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from attribution_world import CONTRIBUTORS, RELATIONS, Fact, Told, contributor_sha256, facts, planted
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from openledger_trainer.adapter import adapter_tensors, save_adapter
from openledger_trainer.attribution.build import INDEX_FILE, build_index
from openledger_trainer.base_model import BaseModel, base_digest, find_base
from openledger_trainer.canonical import canonical_bytes, digest_of
from openledger_trainer.checkpoint import checkpoint_path
from openledger_trainer.configurations import new_model
from openledger_trainer.dataset import Dataset, Record
from openledger_trainer.determinism import prepare_torch
from openledger_trainer.durable import write_atomically
from openledger_trainer.engine import Engine
from openledger_trainer.examples import IGNORED_LABEL, collate, encode, padding_token
from openledger_trainer.families import PLAIN_TEMPLATE
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe, make_recipe
from openledger_trainer.spec import JobSpec, default_fields

END_OF_TEXT = "<|endoftext|>"
HALVES = 20
SEEDS = (1, 2)
CUTOFF = 96


@dataclass(frozen=True)
class Size:
    """How large the experiment is."""

    width: int = 256
    layers: int = 3
    vocabulary: int = 1536
    base_steps: int = 900
    base_people: int = 150
    epochs: int = 10
    halves: int = HALVES
    learning_rate: float = 0.003


QUICK = Size(width=96, layers=2, vocabulary=1024, base_steps=150, base_people=40, epochs=6, halves=4)


def make_base(folder: Path, size: Size) -> BaseModel:
    """A Llama that has read facts about other people in all three wordings, each fact many times."""
    recipe = {**asdict(size), "halves": 0, "epochs": 0, "learning_rate": 0}
    recipe["texts"] = digest_of([list(pair) for pair in [*_texts(size), *_strangers(size)]])
    target = folder / f"base-{digest_of(recipe)[2:14]}"
    if not (target / "base.json").is_file():
        target.mkdir(parents=True, exist_ok=True)
        _pretrain(target, size)
        about = {"name": "attribution-bench", "family": "llama", "baseDigest": base_digest(target)}
        write_atomically(target / "base.json", canonical_bytes(about))
    return find_base(str(target))


def dataset_of(told: Sequence[Told]) -> Dataset:
    """Facts as the records of a dataset version: a contributor is one file."""
    counts = [0] * CONTRIBUTORS
    records = []
    for each in told:
        question, answer = each.pair
        records.append(
            Record(
                contributor_sha256(each.contributor),
                counts[each.contributor],
                question,
                answer,
            )
        )
        counts[each.contributor] += 1
    return Dataset(tuple(records), (), (), tuple(dict.fromkeys(each.sha256 for each in records)))


def records_of(pairs: Sequence[tuple[str, str]]) -> list[Record]:
    """Questions with answers as records of no contribution."""
    return [Record("", place, *pair) for place, pair in enumerate(pairs)]


def recipe_of(base: BaseModel, dataset: Dataset, size: Size, seed: int) -> Recipe:
    """The recipe of a run that keeps a checkpoint after each quarter."""
    batch = 8
    steps = -(-len(dataset.training) * size.epochs // batch)
    fields = default_fields()
    fields["lora"] |= {"rank": 8, "alpha": 16, "dropout": 0}
    fields["training"] |= {"steps": steps, "epochs": 0, "batchSize": batch, "accumulation": 1}
    fields["training"] |= {"learningRate": size.learning_rate, "cutoffTokens": CUTOFF, "threads": 1}
    fields["training"] |= {"checkpointEverySteps": steps // 4, "weightDecay": 0.01, "packing": False}
    spec = {
        **fields,
        "version": 2,
        "base": {"name": base.name, "family": "llama", "baseDigest": base.digest},
        "datasets": [{"datanet": 1, "versionCount": 1, "versionHead": "0x" + "11" * 32}],
        "method": "lora",
        "parentRelease": None,
    }
    return make_recipe(base, dataset, JobSpec.parse(spec), seed)


@dataclass(frozen=True)
class Finished:
    """A run on disk, and the engine that made it.

    Attributes:
        engine: With the adapter of the last step.
        checkpoints: After each quarter.
        adapter: The adapter's folder.
        index: The attribution index.
        index_seconds: How long the index took.
        step_seconds: How long the training took.
    """

    engine: Engine
    checkpoints: list[Path]
    adapter: Path
    index: Path
    index_seconds: float
    step_seconds: float


def trained(base: BaseModel, told: Sequence[Told], size: Size, seed: int) -> Engine:
    """An engine that has learnt from these records."""
    dataset = dataset_of(told)
    engine = Engine(base, dataset, recipe_of(base, dataset, size, seed), None, Progress())
    for step in range(1, engine.recipe.steps + 1):
        engine.step(step)
    return engine


def finished(folder: Path, base: BaseModel, told: Sequence[Told], size: Size, seed: int) -> Finished:
    """A run with a checkpoint after each quarter and its index, made anew: it takes seconds."""
    dataset = dataset_of(told)
    engine = Engine(base, dataset, recipe_of(base, dataset, size, seed), None, Progress())
    target = folder / f"run-{engine.recipe.digest[2:14]}"
    steps = engine.recipe.steps
    checkpoints = []
    began = time.perf_counter()
    for step in range(1, steps + 1):
        engine.step(step)
        if step in [steps * quarter // 4 for quarter in range(1, 5)]:
            checkpoints.append(checkpoint_path(target, step))
            engine.checkpoint(step).write(checkpoints[-1])
    step_seconds = time.perf_counter() - began
    save_adapter(target / "adapter", engine.model, base, adapter_tensors(engine.parameters))
    began = time.perf_counter()
    build_index(engine, dataset, checkpoints, target / INDEX_FILE, Progress())
    seconds = time.perf_counter() - began
    return Finished(engine, checkpoints, target / "adapter", target / INDEX_FILE, seconds, step_seconds)


def halves(size: Size) -> list[list[int]]:
    """Random halves of the contributors."""
    draw = random.Random("attribution halves")
    return [sorted(draw.sample(range(CONTRIBUTORS), CONTRIBUTORS // 2)) for _ in range(size.halves)]


def losses(engine: Engine, queries: Sequence[tuple[str, str]]) -> torch.Tensor:
    """The loss of each answer, in nats a token: (queries,)."""
    examples = encode(records_of(queries), engine.tokenizer, CUTOFF)
    engine.model.eval()
    found = []
    with torch.no_grad():
        for first in range(0, len(examples), 16):
            part = examples[first : first + 16]
            batch = collate(part, padding_token(engine.tokenizer), engine.device)
            logits = engine.model(input_ids=batch.input_ids, attention_mask=batch.attention_mask).logits
            each = functional.cross_entropy(
                logits[:, :-1].transpose(1, 2),
                batch.labels[:, 1:],
                reduction="none",
                ignore_index=IGNORED_LABEL,
            )
            found.append(each.sum(dim=1) / (batch.labels[:, 1:] != IGNORED_LABEL).sum(dim=1))
    return torch.cat(found)


def retrained(folder: Path, base: BaseModel, queries: Sequence[tuple[str, str]], size: Size) -> torch.Tensor:
    """The loss of each query after training on each half with each seed: (halves, seeds, queries)."""
    told = planted()
    rows = []
    for half in halves(size):
        for seed in SEEDS:
            part = [each for each in told if each.contributor in half]
            recipe = recipe_of(base, dataset_of(part), size, seed)
            name = digest_of([recipe.digest, [list(pair) for pair in queries]])
            path = folder / f"half-{name[2:18]}.safetensors"
            if not path.is_file():
                began = time.monotonic()
                save_file({"losses": losses(trained(base, part, size, seed), queries)}, path)
                print(f"half {len(rows) + 1}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
            rows.append(load_file(path)["losses"])
    return torch.stack(rows).reshape(len(rows) // len(SEEDS), len(SEEDS), -1)


def _texts(size: Size) -> list[tuple[str, str]]:
    """What the base learns by heart: facts in all three wordings."""
    return _told(facts("base", size.base_people, size.base_people * len(RELATIONS) * 4 // 5))


def _strangers(size: Size) -> list[tuple[str, str]]:
    return _told(facts("strangers", size.base_steps * 4, size.base_steps * 8))


def _told(people: Sequence[Fact]) -> list[tuple[str, str]]:
    return [pair for fact in people for pair in map(fact.tell, range(3))]


def _pretrain(folder: Path, size: Size) -> None:
    from transformers import AutoTokenizer

    prepare_torch(1)
    pairs = _texts(size)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [f"Question: {question}\nAnswer: {answer}" for question, answer in pairs],
        trainers.BpeTrainer(
            vocab_size=size.vocabulary,
            special_tokens=[END_OF_TEXT],
            initial_alphabet=alphabet,
            show_progress=False,
        ),
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    about: dict[str, Any] = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 256}
    about |= {"bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT, "pad_token": END_OF_TEXT}
    about["chat_template"] = PLAIN_TEMPLATE
    write_atomically(folder / "tokenizer_config.json", canonical_bytes(about))
    torch.manual_seed(1)
    model = new_model(
        "llama",
        vocabulary=tokenizer.get_vocab_size(),
        width=size.width,
        layers=size.layers,
        heads=4,
        window=256,
        end_token=0,
    )
    loaded = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    known, strangers = (encode(records_of(each), loaded, CUTOFF) for each in (pairs, _strangers(size)))
    print(f"base: {model.num_parameters():,} parameters, {len(known)} texts", file=sys.stderr, flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, betas=(0.9, 0.98), weight_decay=0.05)
    draw = random.Random("attribution base")
    began = time.monotonic()
    for step in range(1, size.base_steps + 1):
        # Half of each batch is known people, whose facts are learnt by heart; half is people hardly met
        # again, from whom the model learns to copy names.
        part = [each.tokens for each in [*draw.sample(known, 16), *draw.sample(strangers, 16)]]
        width = max(map(len, part))
        ids = torch.zeros(len(part), width, dtype=torch.long)
        labels = torch.full((len(part), width), IGNORED_LABEL)
        for row, tokens in enumerate(part):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            labels[row, 1 : len(tokens)] = torch.tensor(tokens[1:])
        for group in optimizer.param_groups:
            group["lr"] = 0.002 * min(1.0, step / 40) * (1 - 0.9 * step / size.base_steps)
        # Padding stands on the right and attention looks back only: no mask is needed.
        logits = model(input_ids=ids, use_cache=False).logits
        loss = functional.cross_entropy(
            logits[:, :-1].reshape(-1, logits.shape[-1]),
            labels[:, 1:].reshape(-1),
            ignore_index=IGNORED_LABEL,
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0:
            print(
                f"base: step {step}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    model.save_pretrained(str(folder))
