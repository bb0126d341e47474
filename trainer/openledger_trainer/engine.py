"""One training step, and the state between two: the same code trains and replays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as functional

from openledger_trainer.adapter import (
    Tensors,
    adapter_parameters,
    adapter_tensors,
    attach_lora,
    set_adapter_tensors,
    start_adapter,
)
from openledger_trainer.base_model import BaseModel, load_model, load_tokenizer
from openledger_trainer.checkpoint import Checkpoint
from openledger_trainer.dataset import Dataset
from openledger_trainer.determinism import choose_device, derived_seed, prepare_torch
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import (
    IGNORED_LABEL,
    Batch,
    Example,
    batch_places,
    collate,
    encode,
    padding_token,
)
from openledger_trainer.progress import Progress
from openledger_trainer.spec import JobSpec

WARM_UP_SHARE = 20
LARGEST_GRADIENT_NORM = 1.0
WEIGHT_DECAY = 0.01


def learning_rate_at(spec: JobSpec, step: int) -> float:
    """The rate of a step from 1: a linear rise over a twentieth of the steps, then a linear fall."""
    steps = spec.training.steps
    warm_up = max(1, steps // WARM_UP_SHARE)
    if step <= warm_up:
        return spec.training.learning_rate * step / warm_up
    return spec.training.learning_rate * (steps - step + 1) / (steps - warm_up + 1)


class Engine:
    """A base with its adapter, the examples and the optimizer of one job.

    Raises:
        TrainerError: When base, data and specification do not fit together.
    """

    def __init__(
        self, base: BaseModel, dataset: Dataset, spec: JobSpec, parent: Tensors | None, progress: Progress
    ) -> None:
        if base.digest != spec.base.base_digest:
            raise TrainerError(
                "wrong-base",
                f"The base {base.name} has the digest {base.digest}, not {spec.base.base_digest}.",
                "Fetch the base that the specification names.",
            )
        prepare_torch(spec.training.threads)
        self.spec = spec
        self.base = base
        self.progress = progress
        self.device = choose_device()
        self.tokenizer = load_tokenizer(base)
        cutoff = spec.training.cutoff_tokens
        self.examples = encode(dataset.training, self.tokenizer, cutoff)
        self.held_out = encode(dataset.held_out, self.tokenizer, cutoff)
        plain = load_model(base, self.device)
        _refuse_long(plain, cutoff)
        self.model = attach_lora(plain, base, spec.lora)
        self.parameters = adapter_parameters(self.model)
        start_adapter(self.parameters, spec.training.seed)
        if parent is not None:
            set_adapter_tensors(self.parameters, parent)
        self.optimizer = torch.optim.AdamW(
            self.parameters.values(), weight_decay=WEIGHT_DECAY, foreach=False, fused=False
        )

    def examples_of(self, step: int) -> list[Example]:
        """The examples that a step learns from."""
        training = self.spec.training
        places = batch_places(len(self.examples), training.batch_size, training.seed, step)
        return [self.examples[place] for place in places]

    def tokens_of(self, step: int) -> int:
        """How many tokens a step reads."""
        return sum(len(example.tokens) for example in self.examples_of(step))

    def step(self, step: int) -> tuple[int, int]:
        """Learn from one batch; returns the loss in millionths of a nat a token, and the tokens read.

        Raises:
            TrainerError: When the loss is no longer a number.
        """
        self.progress.check()
        # All randomness of a step comes from the step itself, so that no generator's state is kept.
        torch.manual_seed(derived_seed("step", self.spec.training.seed, step))
        self.model.train()
        batch = self._collate(self.examples_of(step))
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate_at(self.spec, step)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._summed_loss(batch) / batch.learnt
        value = loss.item()
        if not math.isfinite(value):
            raise TrainerError(
                "diverged",
                f"The loss became {value} at step {step}.",
                "Lower training.learningRate or lora.alpha and post the job again.",
            )
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters.values(), LARGEST_GRADIENT_NORM, foreach=False)
        if not math.isfinite(norm.item()):
            raise TrainerError(
                "diverged",
                f"The gradient became {norm.item()} at step {step}.",
                "Lower training.learningRate or lora.alpha and post the job again.",
            )
        self.optimizer.step()
        return round(value * 1e6), batch.tokens

    def held_out_loss(self) -> tuple[int, int]:
        """The loss on the held-out split in millionths of a nat a token, and the tokens predicted."""
        self.model.eval()
        total, learnt = 0.0, 0
        size = self.spec.training.batch_size
        with torch.no_grad():
            for first in range(0, len(self.held_out), size):
                self.progress.check()
                batch = self._collate(self.held_out[first : first + size])
                total += self._summed_loss(batch).item()
                learnt += batch.learnt
        if not math.isfinite(total):
            raise TrainerError(
                "diverged", f"The held-out loss is {total}.", "Lower training.learningRate or lora.alpha."
            )
        return round(total / learnt * 1e6), learnt

    def checkpoint(self, step: int) -> Checkpoint:
        """The state after `step`."""
        moments: dict[str, Tensors] = {"exp_avg": {}, "exp_avg_sq": {}}
        for name, parameter in self.parameters.items():
            for moment, tensors in moments.items():
                tensors[name] = self.optimizer.state[parameter][moment].to("cpu", copy=True).contiguous()
        return Checkpoint(
            step,
            self.spec.digest,
            adapter_tensors(self.parameters),
            moments["exp_avg"],
            moments["exp_avg_sq"],
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Continue after a checkpoint.

        Raises:
            TrainerError: When the checkpoint belongs to another job or no run could have written it.
        """
        if checkpoint.spec_digest != self.spec.digest:
            raise TrainerError(
                "wrong-checkpoint",
                f"The checkpoint is of the specification {checkpoint.spec_digest}, not {self.spec.digest}.",
                "Fetch the checkpoint of this job.",
            )
        for tensors in (checkpoint.adapter, checkpoint.first, checkpoint.second):
            shapes = {name: tensor.shape for name, tensor in tensors.items()}
            if shapes != {name: parameter.shape for name, parameter in self.parameters.items()}:
                raise TrainerError(
                    "wrong-checkpoint",
                    "The checkpoint's tensors are not those of this base and specification.",
                    "Fetch the checkpoint again.",
                )
            if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
                raise TrainerError(
                    "bad-checkpoint", "The checkpoint holds values that are no numbers.", "Fetch it again."
                )
        set_adapter_tensors(self.parameters, checkpoint.adapter)
        for name, parameter in self.parameters.items():
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(checkpoint.step)),
                "exp_avg": checkpoint.first[name].to(self.device, copy=True),
                "exp_avg_sq": checkpoint.second[name].to(self.device, copy=True),
            }

    def _collate(self, examples: Sequence[Example]) -> Batch:
        return collate(examples, padding_token(self.tokenizer), self.device)

    def _summed_loss(self, batch: Batch) -> torch.Tensor:
        output: Any = self.model(**batch.inputs(), use_cache=False)
        logits = output.logits[:, :-1].float()
        return functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]),
            batch.labels[:, 1:].reshape(-1),
            ignore_index=IGNORED_LABEL,
            reduction="sum",
        )


def _refuse_long(model: Any, cutoff_tokens: int) -> None:
    longest = getattr(model.config, "max_position_embeddings", None)
    if longest is not None and cutoff_tokens > longest:
        raise TrainerError(
            "bad-spec",
            f"spec.training.cutoffTokens is {cutoff_tokens}; this base reads at most {longest} tokens.",
            "Lower spec.training.cutoffTokens.",
        )
