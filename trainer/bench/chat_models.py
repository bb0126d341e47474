"""A base of SmolLM-135M's shape and adapters for it, with random weights: made here, not fetched."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from openledger_trainer.families import PLAIN_TEMPLATE, family_of
from openledger_trainer.pretraining import CORPUS

RANK = 8
_END = "<|endoftext|>"


def make_base(folder: Path, layers: int, width: int, vocabulary: int) -> None:
    """Write a llama of so many layers of this width."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    heads = width // 64
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=width * 8 // 3,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=max(1, heads // 3),
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    # An end that comes by chance would make runs of unlike length.
    (folder / "generation_config.json").unlink(missing_ok=True)
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    tokens = {"bos_token": _END, "eos_token": _END, "pad_token": _END}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": PLAIN_TEMPLATE, **tokens}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")


def make_adapters(model: Any, folder: Path, count: int) -> list[Path]:
    """Write adapters on all of the family's layers, as a training would."""
    targets = family_of("llama").targets
    layers = {name: module for name, module in model.named_modules() if name.rpartition(".")[2] in targets}
    config = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": RANK, "lora_alpha": 2 * RANK}
    config |= {"bias": "none", "fan_in_fan_out": False, "inference_mode": True, "lora_dropout": 0.0}
    config |= {"target_modules": sorted(targets), "use_dora": False, "use_rslora": False}
    found = []
    for number in range(count):
        generator = torch.Generator().manual_seed(number)
        tensors = {}
        for name, layer in layers.items():
            for part, shape in (("A", (RANK, layer.in_features)), ("B", (layer.out_features, RANK))):
                values = torch.randn(shape, generator=generator) / (10 * math.sqrt(shape[1]))
                tensors[f"base_model.model.{name}.lora_{part}.weight"] = values
        path = folder / f"adapter-{number}"
        path.mkdir()
        save_file(tensors, path / "adapter_model.safetensors", metadata={"format": "pt"})
        (path / "adapter_config.json").write_text(json.dumps(config), "utf-8")
        found.append(path)
    return found


def _tokenizer(vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[_END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train([str(CORPUS / "tinyshakespeare.txt")], trainer)
    # A model that has learnt nothing chooses any token; each must have a text, or none would be shown.
    described = json.loads(tokenizer.to_str())
    known = described["model"]["vocab"]
    known |= {f"\u0120word{number}": number for number in range(len(known), vocabulary)}
    return Tokenizer.from_str(json.dumps(described))
