"""How good scores are: by what retraining does, by planted facts, and by wrong labels."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from attribution_world import CONTRIBUTORS, Told


def by_contributor(scores: torch.Tensor, told: Sequence[Told]) -> torch.Tensor:
    """Sums over each contributor's records: (questions, contributors)."""
    owners = torch.tensor([each.contributor for each in told])
    return scores.double() @ torch.nn.functional.one_hot(owners, CONTRIBUTORS).double()


def retraining_correlation(
    scores: torch.Tensor, told: Sequence[Told], halves: Sequence[Sequence[int]], losses: torch.Tensor
) -> float:
    """Spearman's correlation over the halves between the summed scores of who is in and the loss.

    It is the linear datamodeling score (Park et al. 2023), the mean over the questions.

    Args:
        scores: (questions, records).
        told: The records.
        halves: The contributors in each half.
        losses: After training on each half: (halves, questions).
    """
    inside = torch.zeros(len(halves), CONTRIBUTORS, dtype=torch.double)
    for row, half in enumerate(halves):
        inside[row, list(half)] = 1
    return _spearman(inside @ by_contributor(scores, told).T, -losses.double())


def ceiling(losses: torch.Tensor) -> float:
    """The same between two seeds' losses, (halves, seeds, questions): what chance leaves."""
    return _spearman(losses[:, 0].double(), losses[:, 1].double())


def top(scores: torch.Tensor, told: Sequence[Told], sources: Sequence[int], count: int) -> float:
    """How often the source is among so many first contributors; ties count as much as they are likely."""
    sums = by_contributor(scores, told)
    hits = 0.0
    for row, source in zip(sums, sources, strict=True):
        above = int((row > row[source]).sum())
        level = int((row == row[source]).sum())
        hits += min(1.0, max(0.0, (count - above) / level))
    return hits / len(sources)


def area_under_curve(suspicion: torch.Tensor, wrong: Sequence[bool]) -> float:
    """The chance that a wrong record is suspected more than a right one; ties count half."""
    marks = torch.tensor(wrong)
    bad, good = suspicion[marks], suspicion[~marks]
    more = (bad[:, None] > good).double().mean()
    level = (bad[:, None] == good).double().mean()
    return float(more + level / 2)


def _spearman(one: torch.Tensor, other: torch.Tensor) -> float:
    """The mean over columns of the rank correlation down the rows; a column without differences gives 0."""
    a, b = (_ranks(each) for each in (one, other))
    a, b = (each - each.mean(dim=0) for each in (a, b))
    lengths = a.norm(dim=0) * b.norm(dim=0)
    return float(((a * b).sum(dim=0) / lengths.clamp(min=1e-12)).mean())


def _ranks(values: torch.Tensor) -> torch.Tensor:
    """Ranks down each column; equal values share the mean of theirs."""
    below = (values[:, None] > values).double().sum(dim=1)
    level = (values[:, None] == values).double().sum(dim=1)
    return below + (level - 1) / 2
