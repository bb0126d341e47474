"""The processes that train one job together: one, or as many as `accelerate launch` started."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

import torch
import torch.distributed as distributed

from openledger_trainer.determinism import choose_device


class Processes:
    """This process's place among them, and what they tell each other.

    Attributes:
        rank: Its number, from 0; the first one writes and reports.
        count: How many there are.
        device: Where it computes.
    """

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.device = choose_device()
        self.rank = 0
        if self.count == 1:
            return
        from accelerate import PartialState

        state = PartialState(cpu=self.device.type == "cpu")
        self.rank, self.device = state.process_index, state.device

    @property
    def is_first(self) -> bool:
        """Whether this process writes and reports."""
        return self.rank == 0

    def sum(self, tensors: Iterable[torch.Tensor]) -> None:
        """Replace each tensor by its sum over the processes."""
        if self.count == 1:
            return
        tensors = list(tensors)
        # One message for all of them: a message for each would cost more than the numbers in it.
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        distributed.all_reduce(flat)
        for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(part.view_as(tensor))

    def sum_numbers(self, *numbers: float) -> tuple[float, ...]:
        """The sums of numbers over the processes."""
        if self.count == 1:
            return numbers
        values = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.all_reduce(values)
        return tuple(values.tolist())

    def any(self, here: bool) -> bool:
        """Whether something holds in at least one of them."""
        return self.sum_numbers(float(here))[0] > 0

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.count > 1:
            distributed.barrier()


@cache
def processes() -> Processes:
    """The processes of this run; they meet at the first call."""
    return Processes()
