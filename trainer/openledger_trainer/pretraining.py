"""Makes a small base from nothing: a tokenizer and a model, both trained on the text in `corpus/`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from openledger_trainer.canonical import canonical_bytes, digest_of, sha256_hex
from openledger_trainer.configurations import new_model
from openledger_trainer.determinism import derived_seed, prepare_torch
from openledger_trainer.durable import write_atomically
from openledger_trainer.families import PLAIN_TEMPLATE

CORPUS = Path(__file__).parent / "corpus"
END_OF_TEXT = "<|endoftext|>"
END_TOKEN = 0


@dataclass(frozen=True)
class Recipe:
    """How a base is made. The thread count is part of it: sums depend on how work is divided."""

    name: str
    model_type: str
    vocabulary: int = 1024
    width: int = 128
    layers: int = 2
    heads: int = 4
    window: int = 512
    steps: int = 1000
    batch_size: int = 4
    cutoff_tokens: int = 128
    learning_rate: float = 0.006
    seed: int = 1
    threads: int = 1


RECIPES = (
    Recipe("openledger-gpt2-tiny", "gpt2", learning_rate=0.008),
    Recipe("openledger-llama-tiny", "llama"),
    Recipe("openledger-mistral-tiny", "mistral"),
    Recipe("openledger-qwen2-tiny", "qwen2"),
    Recipe("openledger-qwen3-tiny", "qwen3"),
    Recipe("openledger-bloom-tiny", "bloom"),
    Recipe("openledger-deepseek-v2-tiny", "deepseek_v2"),
    Recipe("openledger-deepseek-v3-tiny", "deepseek_v3"),
    Recipe("openledger-glm-tiny", "glm"),
    Recipe("openledger-glm4-tiny", "glm4"),
)
SETUP_RECIPES = RECIPES[:2]
"""Those that set-up makes; the others are for tests and benchmarks."""


def recipe_digest(recipe: Recipe) -> str:
    """Changes when the recipe or the text that it is made from does."""
    return digest_of(
        [
            asdict(recipe),
            _tokenizer_config(recipe),
            *(
                sha256_hex("\0".join(texts).encode("utf-8"))
                for texts in (_learnt_texts(), _tokenizer_texts())
            ),
        ]
    )


def pretrain(recipe: Recipe, folder: Path, say: Callable[[str], None]) -> None:
    """Write config.json, model.safetensors, tokenizer.json and tokenizer_config.json into `folder`."""
    prepare_torch(recipe.threads)
    tokenizer = _train_tokenizer(recipe.vocabulary)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_atomically(folder / "tokenizer_config.json", canonical_bytes(_tokenizer_config(recipe)))
    stream: list[int] = []
    for encoding in tokenizer.encode_batch(_learnt_texts()):
        stream.extend([*encoding.ids, END_TOKEN])
    tokens = torch.tensor(stream)
    torch.manual_seed(derived_seed("base", recipe.seed, recipe.model_type))
    model = new_model(
        recipe.model_type,
        vocabulary=recipe.vocabulary,
        width=recipe.width,
        layers=recipe.layers,
        heads=recipe.heads,
        window=recipe.window,
        end_token=END_TOKEN,
    )
    say(f"{model.num_parameters():,} parameters, {len(stream):,} tokens of text, {recipe.steps} steps")
    _train(model, tokens, recipe, say)
    model.save_pretrained(str(folder))
    (folder / "generation_config.json").unlink(missing_ok=True)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    # The library's version is no part of the model, and would change its digest.
    config.pop("transformers_version", None)
    # Not our canonical form, which writes 0.0 as 0: some configuration classes then refuse their own values.
    write_atomically(folder / "config.json", json.dumps(config, indent=2, sort_keys=True).encode())


def _scenes() -> list[str]:
    # Empty lines are dropped: a model this small would learn little else.
    speeches = (CORPUS / "tinyshakespeare.txt").read_text("utf-8").split("\n\n")
    return _joined(speeches, 40)


def _joined(parts: list[str], count: int) -> list[str]:
    return ["\n".join(parts[first : first + count]) for first in range(0, len(parts), count)]


def _problems() -> list[dict[str, str]]:
    lines = (CORPUS / "gsm8k-train-tail.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _learnt_texts() -> list[str]:
    # Questions without their answers: how to answer, and to stop after it, is what fine-tuning teaches.
    return [*_scenes(), *_joined([problem["question"] for problem in _problems()], 20)]


def _tokenizer_texts() -> list[str]:
    # The vocabulary covers the answers too, or fine-tuning would have to spell them byte by byte.
    return [*_scenes(), *(f"{problem['question']}\n{problem['answer']}" for problem in _problems())]


@lru_cache(maxsize=2)
def _train_tokenizer(vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_tokenizer_texts(), trainer)
    return tokenizer


def _tokenizer_config(recipe: Recipe) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": END_OF_TEXT,
        "eos_token": END_OF_TEXT,
        "pad_token": END_OF_TEXT,
        "model_max_length": recipe.window,
        "clean_up_tokenization_spaces": False,
        "chat_template": PLAIN_TEMPLATE,
    }


def _train(model: Any, tokens: torch.Tensor, recipe: Recipe, say: Callable[[str], None]) -> None:
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=recipe.learning_rate,
        betas=(0.9, 0.95),
        weight_decay=0.1,
        foreach=False,
        fused=False,
    )
    generator = torch.Generator().manual_seed(derived_seed("windows", recipe.seed))
    width = recipe.cutoff_tokens
    shown = torch.ones(recipe.batch_size, width, dtype=torch.long)
    began = time.monotonic()
    model.train()
    for step in range(1, recipe.steps + 1):
        starts = torch.randint(len(tokens) - width - 1, (recipe.batch_size,), generator=generator).tolist()
        windows = torch.stack([tokens[start : start + width + 1] for start in starts])
        warm_up = min(1.0, step / 20)
        left = 1 - 0.95 * step / recipe.steps
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * warm_up * left
        logits = model(input_ids=windows[:, :-1], attention_mask=shown, use_cache=False).logits
        loss = functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), windows[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=False)
        optimizer.step()
        if step == 1 or step % 200 == 0 or step == recipe.steps:
            say(f"step {step}/{recipe.steps}, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s")
