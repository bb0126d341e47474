"""One training step, and the state between two: the same code trains and replays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import torch

from openledger_trainer.adapter import (
    Tensors,
    adapter_parameters,
    adapter_tensors,
    attach_lora,
    set_adapter_tensors,
    start_adapter,
)
from openledger_trainer.base_model import BaseModel, load_model, load_tokenizer, refuse_long
from openledger_trainer.checkpoint import Checkpoint
from openledger_trainer.dataset import Dataset
from openledger_trainer.determinism import prepare_torch
from openledger_trainer.dropout import RowDraws, draw_by_row, without_dropout
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import (
    Batch,
    Row,
    batch_places,
    collate,
    encode,
    padding_token,
    training_rows,
)
from openledger_trainer.learnt_loss import summed_loss
from openledger_trainer.memory import forget_peak, is_out_of_memory, release_memory
from openledger_trainer.processes import processes
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe
from openledger_trainer.schedule import learning_rate_at

_T = TypeVar("_T")
_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class Step:
    """What one update tells of itself.

    Attributes:
        loss_micronats: Mean loss of a learnt token before the update, in millionths of a nat.
        gradient_norm: Length of the gradient before clipping.
        tokens: Tokens read.
        micro_batch: Rows that were computed at once.
    """

    loss_micronats: int
    gradient_norm: float
    tokens: int
    micro_batch: int


class Engine:
    """A base with its adapter, the examples and the optimizer of one job.

    Raises:
        TrainerError: When base, data and recipe do not fit together.
    """

    def __init__(
        self, base: BaseModel, dataset: Dataset, recipe: Recipe, parent: Tensors | None, progress: Progress
    ) -> None:
        spec = recipe.spec
        prepare_torch(spec.training.threads)
        self.recipe = recipe
        self.spec = spec
        self.base = base
        self.progress = progress
        self.processes = processes()
        self.device = self.processes.device
        forget_peak(self.device)
        self.tokenizer = load_tokenizer(base)
        self.padding = padding_token(self.tokenizer)
        cutoff = spec.training.cutoff_tokens
        self.examples = encode(dataset.training, self.tokenizer, cutoff)
        self.held_out = encode(dataset.held_out, self.tokenizer, cutoff)
        packing = spec.training.packing
        self.rows = training_rows(self.examples, base.family, cutoff, packing, recipe.seed)
        self._dtype = _DTYPES[spec.training.dtype]
        plain = load_model(base, self.device, self._dtype, recipe.quantization)
        refuse_long(plain.config, cutoff)
        without_dropout(plain)
        self.model = attach_lora(plain, base, spec.lora)
        self._draws = RowDraws(recipe.seed, self.device)
        draw_by_row(self.model, self._draws)
        if spec.training.gradient_checkpointing:
            self.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        self.parameters = adapter_parameters(self.model)
        start_adapter(self.parameters, recipe.seed)
        if parent is not None:
            set_adapter_tensors(self.parameters, parent)
        self._first_values = adapter_tensors(self.parameters)
        self.begin()

    def holds(self, tensors: Tensors) -> bool:
        """Whether tensors have the names, shapes and types of the adapter's."""
        return {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()} == {
            name: (parameter.shape, parameter.dtype) for name, parameter in self.parameters.items()
        }

    def begin(self) -> None:
        """Go to where a run begins: the adapter's first values and an optimizer that has seen nothing."""
        training = self.spec.training
        set_adapter_tensors(self.parameters, self._first_values)
        self.micro_batch = rows_at_once(training.batch_size, self.processes.count)
        self._last_step = 0
        # Fused: an adapter is dozens of small tensors, and one call for each of twelve operations adds up.
        self.optimizer = torch.optim.AdamW(
            self.parameters.values(), weight_decay=training.weight_decay, fused=True
        )

    def rows_of(self, step: int) -> list[Row]:
        """The rows, an example each or several packed, that a step learns from."""
        training = self.spec.training
        count = training.batch_size * training.accumulation
        places = batch_places(len(self.rows), count, self.recipe.seed, step)
        return [self.rows[place] for place in places]

    def tokens_of(self, step: int) -> int:
        """How many tokens a step reads."""
        return sum(len(row.tokens) for row in self.rows_of(step))

    def step(self, step: int) -> Step:
        """Make one update.

        Where memory runs out, rows are computed in smaller batches whose gradients are summed: the update
        stays the same but for rounding, with dropout too, which is drawn for each row.

        Raises:
            TrainerError: `diverged` when loss or gradient is no longer a number; `out-of-memory` when not
                even one row fits.
        """
        self._last_step = step
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate_at(self.spec, self.recipe.steps, step)
        self.model.train()
        rows = self.rows_of(step)
        value = self._halving(lambda: self._gradients(rows, step))
        for parameter in self.parameters.values():
            # A process without rows has no gradient, and adds nothing.
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self.processes.sum(cast(torch.Tensor, each.grad) for each in self.parameters.values())
        (value,) = self.processes.sum_numbers(value)
        _expect_finite(value, "loss", step)
        limit = self.spec.training.max_gradient_norm
        norm = torch.nn.utils.clip_grad_norm_(self.parameters.values(), limit, foreach=True).item()
        _expect_finite(norm, "gradient", step)
        self.optimizer.step()
        return Step(round(value * 1e6), norm, sum(len(row.tokens) for row in rows), self.micro_batch)

    def _gradients(self, rows: Sequence[Row], step: int) -> float:
        """Compute this process's part of the gradient and of the loss."""
        learnt = sum(row.learnt for row in rows)
        self.optimizer.zero_grad(set_to_none=True)
        losses = list[torch.Tensor]()
        for first in self._firsts(len(rows)):
            self.progress.check()
            part = rows[first : first + self.micro_batch]
            if self.spec.lora.dropout > 0:
                self._draws.choose(step, first, [len(row.tokens) for row in part])
            loss = self._summed_loss(self._collate(part)) / learnt
            loss.backward()
            losses.append(loss.detach())
        # Asked for last: a GPU need not stop for a number that only people read.
        return sum(each.item() for each in losses)

    def _halving(self, work: Callable[[], _T]) -> _T:
        """What `work` gives, with half as many rows at once for as long as memory runs out in any process."""
        while True:
            found, short = None, False
            try:
                found = work()
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                short = True
            if not self.processes.any(short):
                return cast(_T, found)
            # Outside of the handler, where the failure holds on to what was computed.
            self._halve()

    def _firsts(self, rows: int) -> range:
        """Where the batches of this process begin."""
        size = self.micro_batch
        return range(self.processes.rank * size, rows, self.processes.count * size)

    def _halve(self) -> None:
        if self.micro_batch == 1:
            raise TrainerError(
                "out-of-memory",
                f"One row of {self.spec.training.cutoff_tokens} tokens does not fit into the memory.",
                "Lower training.cutoffTokens or lora.rank, set training.gradientCheckpointing, "
                "or use the method qlora.",
            )
        self.optimizer.zero_grad(set_to_none=True)
        release_memory()
        self.take_fewer_rows(1)

    def take_fewer_rows(self, halvings: int) -> None:
        """Compute fewer rows at once from here on: half as many, so often, and at least one."""
        for _ in range(halvings):
            self.micro_batch = _half(self.micro_batch)
        if halvings > 0:
            self.progress.emit("halved", {"step": self._last_step, "microBatch": self.micro_batch})

    def held_out_loss(self) -> tuple[int, int]:
        """The loss on the held-out split in millionths of a nat a token, and the tokens predicted.

        Where memory runs out, rows are computed in smaller batches, from here on.

        Raises:
            TrainerError: `diverged` when it is no number; `out-of-memory` when not even one row fits.
        """
        total, learnt = self._halving(self._held_out_sums)
        total, learnt = self.processes.sum_numbers(total, learnt)
        if not math.isfinite(total):
            raise TrainerError(
                "diverged", f"The held-out loss is {total}.", "Lower training.learningRate or lora.alpha."
            )
        return round(total / learnt * 1e6), round(learnt)

    def _held_out_sums(self) -> tuple[float, float]:
        """This process's part of the held-out loss, in nats, and the tokens that it predicted."""
        self.model.eval()
        total, learnt = 0.0, 0.0
        with torch.no_grad():
            for first in self._firsts(len(self.held_out)):
                self.progress.check()
                batch = self._collate(self.held_out[first : first + self.micro_batch])
                total += self._summed_loss(batch).item()
                learnt += batch.learnt
        return total, learnt

    def checkpoint(self, step: int) -> Checkpoint:
        """The state after `step`."""
        moments: dict[str, Tensors] = {"exp_avg": {}, "exp_avg_sq": {}}
        for name, parameter in self.parameters.items():
            for moment, tensors in moments.items():
                tensors[name] = self.optimizer.state[parameter][moment].to("cpu", copy=True).contiguous()
        return Checkpoint(
            step,
            self.recipe.digest,
            adapter_tensors(self.parameters),
            moments["exp_avg"],
            moments["exp_avg_sq"],
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Continue after a checkpoint.

        Raises:
            TrainerError: When the checkpoint belongs to another job or no run could have written it.
        """
        if checkpoint.recipe_digest != self.recipe.digest:
            raise TrainerError(
                "wrong-checkpoint",
                f"The checkpoint is of the recipe {checkpoint.recipe_digest}, not {self.recipe.digest}.",
                "Fetch the checkpoint of this job.",
            )
        for tensors in (checkpoint.adapter, checkpoint.first, checkpoint.second):
            if not self.holds(tensors):
                raise TrainerError(
                    "wrong-checkpoint",
                    "The checkpoint's tensors are not those of this base and specification.",
                    "Fetch the checkpoint again.",
                )
            if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
                raise TrainerError(
                    "bad-checkpoint", "The checkpoint holds values that are no numbers.", "Fetch it again."
                )
        self._last_step = checkpoint.step
        set_adapter_tensors(self.parameters, checkpoint.adapter)
        for name, parameter in self.parameters.items():
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(checkpoint.step), device=self.device),
                "exp_avg": checkpoint.first[name].to(self.device, copy=True),
                "exp_avg_sq": checkpoint.second[name].to(self.device, copy=True),
            }

    def _collate(self, rows: Sequence[Row]) -> Batch:
        return collate(rows, self.padding, self.device)

    def _summed_loss(self, batch: Batch) -> torch.Tensor:
        with self.autocast():
            return summed_loss(self.model, batch)

    def autocast(self) -> AbstractContextManager[Any]:
        """The precision of the recipe, for a forward pass."""
        if self._dtype == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self._dtype)


def rows_at_once(batch_size: int, processes: int) -> int:
    """How many rows each process computes together: its share of a batch, so that none waits for the others.

    A batch that is halved so often and no other number, since that is what a checker takes for honest.
    """
    rows = batch_size
    while rows * processes >= batch_size + processes:
        rows = _half(rows)
    return rows


def _half(rows: int) -> int:
    return -(-rows // 2)


def _expect_finite(value: float, name: str, step: int) -> None:
    if not math.isfinite(value):
        raise TrainerError(
            "diverged",
            f"The {name} became {value} at step {step}.",
            "Lower training.learningRate or lora.alpha and post the job again.",
        )
