import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from test_training import Job
from torch import nn

from openledger_trainer.adapter import Tensors, adapter_tensors
from openledger_trainer.dataset import SourceFile
from openledger_trainer.dropout import RowDraws, RowDropout, without_dropout
from openledger_trainer.replay import relative_distance

CPU = torch.device("cpu")


def _mask(p: float, step: int, first: int, lengths: list[int], name: str = "layer") -> torch.Tensor:
    draws = RowDraws(11, CPU)
    drop = RowDropout(p, draws, draws.multipliers(name, 64))
    draws.choose(step, first, lengths)
    return drop(torch.ones(len(lengths), max(lengths), 64))


def test_a_rows_mask_is_its_own_whatever_stands_beside_it() -> None:
    together = _mask(0.3, 2, 4, [50, 80, 20])
    for place, length in enumerate((50, 80, 20)):
        assert torch.equal(_mask(0.3, 2, 4 + place, [length])[0], together[place, :length])
    for other in (_mask(0.3, 3, 4, [50]), _mask(0.3, 2, 5, [50]), _mask(0.3, 2, 4, [50], "another")):
        assert 0.3 < float((other[0] == together[0, :50]).float().mean()) < 0.7


@pytest.mark.parametrize("p", [0.05, 0.1, 0.5])
def test_so_many_inputs_are_left_out_without_a_pattern_and_the_others_scaled(p: float) -> None:
    mask = _mask(p, 1, 0, [512] * 8).reshape(-1, 64)
    assert mask.unique().tolist() == [0.0, pytest.approx(1 / (1 - p))]
    left_out = (mask == 0).double()
    assert abs(float(left_out.mean()) - p) < 5 * math.sqrt(p * (1 - p) / left_out.numel())
    for one, other in ((left_out[1:], left_out[:-1]), (left_out[:, 1:], left_out[:, :-1])):
        together = torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1]
        assert abs(float(together)) < 5 / math.sqrt(one.numel())
    for columns in (left_out, left_out.T):
        spread = float(columns.mean(0).std())
        assert spread < 1.5 * math.sqrt(p * (1 - p) / columns.shape[0])


def test_with_dropout_too_an_update_does_not_depend_on_how_rows_are_batched(
    bases: dict[str, Path], data_files: list[SourceFile], make_spec: Callable[..., dict[str, Any]]
) -> None:
    job = Job(bases["gpt2"], data_files, make_spec(steps=5, dropout=0.1, learningRate=0.002))
    engine = job.engine()
    before = adapter_tensors(engine.parameters)

    def learnt(micro_batch: int) -> Tensors:
        engine.begin()
        engine.micro_batch = micro_batch
        for step in range(1, 6):
            engine.step(step)
        return adapter_tensors(engine.parameters)

    assert relative_distance(before, learnt(1), learnt(4)) < 1e-4


def test_the_dropout_of_a_base_is_switched_off() -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention_dropout = 0.1
            self.drop = nn.Dropout(0.1)

    block = Block()
    without_dropout(block)
    assert (block.attention_dropout, block.drop.p) == (0.0, 0.0)
