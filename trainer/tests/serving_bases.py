"""Bases with random weights and adapters for them, made in milliseconds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.base_model import find_base
from openledger_trainer.configurations import configuration
from openledger_trainer.errors import TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.serving.desk import Asked
from openledger_trainer.serving.question import Question
from openledger_trainer.serving.server import Server

VOCABULARY = 512
_TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


def random_base(folder: Path, model_type: str, tokenizer_of: Path) -> Path:
    """A base whose answers are no single token repeated, and far from ties."""
    from transformers import AutoModelForCausalLM

    sizes = {"vocabulary": VOCABULARY, "width": 64, "layers": 2, "heads": 2, "window": 128, "end_token": 0}
    config = configuration(model_type, **sizes)
    # Embeddings that are the output's weights as well would repeat the last token for ever.
    config.tie_word_embeddings = False
    model = AutoModelForCausalLM.from_config(config)
    generator = torch.Generator().manual_seed(3)
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            width = parameter.shape[-1]
            scale = 1.0 if "embed" in name or "wte" in name else 1.5 / width**0.5
            parameter.data = torch.randn(parameter.shape, generator=generator) * scale
    model.save_pretrained(folder)
    for name in _TOKENIZER:
        shutil.copy(tokenizer_of / name, folder / name)
    return folder


def random_adapter(base: Path, folder: Path, seed: int, **lora: Any) -> Path:
    """An adapter of great effect, made and saved by peft itself."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    found = find_base(str(base))
    model = AutoModelForCausalLM.from_pretrained(base)
    present = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    targets = lora.pop("targets", None) or sorted(present.intersection(found.family.targets))
    settings = {"r": 4, "lora_alpha": 8, **lora}
    config = LoraConfig(
        target_modules=targets, fan_in_fan_out=found.family.transposed, task_type="CAUSAL_LM", **settings
    )
    tuned = get_peft_model(model, config)
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in tuned.named_parameters():
        if "lora_A" in name or "lora_B" in name:
            parameter.data = torch.randn(parameter.shape, generator=generator) * 0.15
        elif "magnitude" in name:
            parameter.data *= 1 + 0.3 * torch.rand(parameter.shape, generator=generator)
    tuned.save_pretrained(folder)
    return folder


def copy_adapter(source: Path, folder: Path, alpha: float) -> Path:
    """The same weights at another strength."""
    shutil.copytree(source, folder)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**config, "lora_alpha": alpha}), "utf-8")
    return folder


class Answer:
    """What came of a question."""

    def __init__(self, server: Server, question: Question) -> None:
        self.pieces: list[str] = []
        self.result: dict[str, Any] = {}
        self.error: TrainerError | None = None
        self.is_done = False
        self.progress = Progress(lambda _event, data: self.pieces.append(data["text"]))
        server.desk.ask(Asked(question, self.progress, self._finish))

    def _finish(self, result: dict[str, Any] | None, error: TrainerError | None) -> None:
        assert not self.is_done
        self.is_done, self.error = True, error
        self.result = result or {}
        if error is None:
            assert "".join(self.pieces) == self.result["text"]


def ask_all(
    server: Server, questions: list[Question], each_round: Callable[[], None] | None = None
) -> list[Answer]:
    """Ask them all at once and wait for their answers."""
    answers = [Answer(server, question) for question in questions]
    while not all(answer.is_done for answer in answers):
        server.round()
        if each_round is not None:
            each_round()
    return answers


def results_of(server: Server, questions: list[Question]) -> list[dict[str, Any]]:
    """Their results; none may fail."""
    answers = ask_all(server, questions)
    for answer in answers:
        if answer.error is not None:
            raise answer.error
    return [answer.result for answer in answers]
