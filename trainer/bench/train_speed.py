"""How fast the engine trains beside a loop that somebody writes by hand with transformers, peft and AdamW."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence
from train_jobs import Job

from openledger_trainer.engine import Engine
from openledger_trainer.examples import IGNORED_LABEL
from openledger_trainer.progress import Progress


def against_bare(job: Job, rounds: int, steps: int) -> dict[str, Any]:
    """Tokens a second of both, in turns on the same batches, and the median of the rounds' ratios.

    Args:
        job: What is trained.
        rounds: How often each takes its turn.
        steps: Updates in a turn.
    """
    engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
    bare = _BareLoop(job, engine)
    _turn(engine.step, 1, 3, deterministic=True)
    _turn(bare.step, 1, 3, deterministic=False)
    ours, theirs = [], []
    for turn in range(rounds):
        first = 1 + turn * steps
        tokens = sum(engine.tokens_of(step) for step in range(first, first + steps))
        ours.append(tokens / _turn(engine.step, first, steps, deterministic=True))
        theirs.append(tokens / _turn(bare.step, first, steps, deterministic=False))
    ratios = sorted(one / other for one, other in zip(ours, theirs, strict=True))
    return {
        "base": job.base.name,
        "parameters": sum(parameter.numel() for parameter in bare.model.parameters()),
        "tokensPerSecond": round(statistics.median(ours), 1),
        "bareTokensPerSecond": round(statistics.median(theirs), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratioLowest": round(ratios[0], 3),
        "ratioHighest": round(ratios[-1], 3),
    }


class _BareLoop:
    """Every default of its libraries; the same adapter, batches, precision, learning rate and clipping."""

    def __init__(self, job: Job, engine: Engine) -> None:
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        spec = job.recipe.spec
        self.engine = engine
        self.limit = spec.training.max_gradient_norm
        plain = AutoModelForCausalLM.from_pretrained(
            job.base.folder, dtype=getattr(torch, spec.training.dtype)
        )
        config = LoraConfig(
            r=spec.lora.rank,
            lora_alpha=spec.lora.alpha,
            lora_dropout=spec.lora.dropout,
            target_modules=engine.model.peft_config["default"].target_modules,
            task_type="CAUSAL_LM",
        )
        self.model = get_peft_model(plain, config).to(engine.device).train()
        self.trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.trained, lr=spec.training.learning_rate, weight_decay=spec.training.weight_decay
        )

    def step(self, step: int) -> float:
        rows = self.engine.rows_of(step)
        tokens = [torch.tensor(row.tokens) for row in rows]
        labels = [row_tokens.clone() for row_tokens in tokens]
        for row, row_labels in zip(rows, labels, strict=True):
            row_labels[: len(row_labels) - row.learnt] = IGNORED_LABEL
        device = self.engine.device
        output = self.model(
            input_ids=pad_sequence(tokens, True, self.engine.padding).to(device),
            attention_mask=pad_sequence([torch.ones_like(row) for row in tokens], True).to(device),
            labels=pad_sequence(labels, True, IGNORED_LABEL).to(device),
        )
        output.loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, self.limit)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return float(output.loss.item())


def _turn(step: Callable[[int], object], first: int, count: int, deterministic: bool) -> float:
    torch.use_deterministic_algorithms(deterministic)
    started = time.perf_counter()
    for place in range(first, first + count):
        step(place)
    return time.perf_counter() - started
