"""The ways to attribute that are compared: each scores every record for every question with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bm25s
import numpy
import torch
from attribution_runs import CUTOFF, Finished, records_of
from attribution_world import Told

from openledger_trainer.attribution.answer import answer_gradients
from openledger_trainer.attribution.gradients import adapter_maps, example_gradients, watched
from openledger_trainer.attribution.index import read_index
from openledger_trainer.attribution.rule import METHOD, Query, recompute_shares
from openledger_trainer.attribution.sketch import Projection, to_integers, unit_rows
from openledger_trainer.attribution.words import common_spans, term_counts
from openledger_trainer.checkpoint import Checkpoint, read_checkpoint
from openledger_trainer.examples import Example, collate, encode
from openledger_trainer.serving.served_base import ServedBase
from openledger_trainer.spec import Lora
from openledger_trainer.template import user_message

Pairs = Sequence[tuple[str, str]]
Scores = dict[str, torch.Tensor]
"""By method, (questions, records)."""
CANDIDATES = 20
TRAK_SIZE = 2048
DAMPING = 0.1
CHOSEN = METHOD


@dataclass(frozen=True)
class _Slopes:
    """Gradients at one checkpoint, a row an example: (examples, entries), and where each map's begin."""

    records: torch.Tensor
    questions: torch.Tensor
    ends: list[int]
    checkpoint: Checkpoint
    names: list[str]


def all_scores(run: Finished, told: Sequence[Told], pairs: Pairs) -> Scores:
    """Score the records of a run for questions with their answers, by every method."""
    texts = ["\n".join(each.pair) for each in told]
    asked = ["\n".join(pair) for pair in pairs]
    generator = torch.Generator().manual_seed(1)
    lexical = _bm25(asked, texts)
    found: Scores = {
        "random": torch.rand(len(pairs), len(told), generator=generator),
        "bm25": lexical,
        "embedding": _embedding(run, pairs),
        "longest-span": torch.tensor([[_longest(answer, text) for text in texts] for _, answer in pairs]),
    }
    less = torch.zeros(len(pairs), len(told))
    fisher = torch.zeros(len(pairs), len(told))
    for path in run.checkpoints:
        slopes = _slopes(run, read_checkpoint(path)[0], pairs)
        less += unit_rows(slopes.questions) @ unit_rows(_as_less(slopes)).T
        last = _fisher(slopes.records, slopes.questions)
        fisher += last
        if path == run.checkpoints[-1]:
            found["datainf"] = _datainf(slopes)
            found["trak-2048"] = _trak(slopes)
            found["fisher"] = last
    best = torch.zeros_like(lexical)
    best.scatter_(1, lexical.argsort(dim=1, descending=True, stable=True)[:, :CANDIDATES], 1)
    found |= {"fisher-4": fisher, "less-4": less}
    found["bm25-20-less-4"] = less.clamp(min=0) * best * (lexical > 0)
    found[CHOSEN] = _chosen(run, told, pairs)
    return found


def _bm25(asked: Sequence[str], texts: Sequence[str]) -> torch.Tensor:
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index([_words(text) for text in texts], show_progress=False)
    return torch.tensor(numpy.stack([index.get_scores(_words(text)) for text in asked]))


def _words(text: str) -> list[str]:
    return [str(term) for term in sorted(term_counts(text))]


def _longest(answer: str, text: str) -> float:
    return float(max((span.words for span in common_spans(answer, text)), default=0))


def _embedding(run: Finished, pairs: Pairs) -> torch.Tensor:
    """The cosine of the base's mean hidden states."""
    engine = run.engine

    def states(examples: Sequence[Example]) -> torch.Tensor:
        rows = []
        for example in examples:
            batch = collate([example], engine.padding, engine.device)
            output: Any = engine.model(**batch.inputs(), output_hidden_states=True)
            rows.append(output.hidden_states[-1][0].mean(dim=0))
        return unit_rows(torch.stack(rows))

    engine.model.eval()
    with torch.no_grad(), engine.model.disable_adapter():
        return states(_examples(run, pairs)) @ states(engine.examples).T


def _examples(run: Finished, pairs: Pairs) -> list[Example]:
    return encode(records_of(pairs), run.engine.tokenizer, CUTOFF)


def _slopes(run: Finished, checkpoint: Checkpoint, pairs: Pairs) -> _Slopes:
    engine = run.engine
    engine.restore(checkpoint)
    engine.model.eval()
    maps = adapter_maps(engine.model)
    names = list(maps)

    def rows_of(examples: Sequence[Example]) -> torch.Tensor:
        rows = []
        with watched(engine.model, maps) as caught:
            for first in range(0, len(examples), 8):
                batch = collate(examples[first : first + 8], engine.padding, engine.device)
                gradients = example_gradients(engine.model, batch, caught)
                rows.append(torch.cat([gradients[name].flatten(1) for name in names], dim=1))
        return torch.cat(rows)

    ends = numpy.cumsum([engine.parameters[name].numel() for name in names]).tolist()
    return _Slopes(rows_of(engine.examples), rows_of(_examples(run, pairs)), ends, checkpoint, names)


def _as_less(slopes: _Slopes) -> torch.Tensor:
    """AdamW's step for each record alone (LESS: Xia et al. 2024, section 3.2)."""
    first, second = (
        torch.cat([moment[name].flatten() for name in slopes.names])
        for moment in (slopes.checkpoint.first, slopes.checkpoint.second)
    )
    mean = 0.9 * first + 0.1 * slopes.records
    return mean / ((0.999 * second + 0.001 * slopes.records.square()).sqrt() + 1e-8)


def _fisher(records: torch.Tensor, questions: torch.Tensor) -> torch.Tensor:
    """q (GᵀG + damping)⁻¹ Gᵀ by way of the records' own products, which are fewer than the entries."""
    products = records @ records.T
    damped = products + DAMPING * products.diagonal().mean() * torch.eye(len(records))
    return (questions @ records.T) @ torch.linalg.inv(damped)


def _trak(slopes: _Slopes) -> torch.Tensor:
    """TRAK's kernel in 2,048 random projections (Park et al. 2023), at the last checkpoint."""
    count = slopes.records.shape[1]
    projection = Projection({"all": (1, count)}, TRAK_SIZE, 1, torch.device("cpu"))
    records, questions = (
        projection.of({"all": each[:, None]}) for each in (slopes.records, slopes.questions)
    )
    return _fisher(records, questions)


def _datainf(slopes: _Slopes) -> torch.Tensor:
    """DataInf's closed form, layer by layer (Kwon et al. 2024, equation 5), at the last checkpoint."""
    total = torch.zeros(len(slopes.questions), len(slopes.records))
    starts = [0, *slopes.ends[:-1]]
    for start, end in zip(starts, slopes.ends, strict=True):
        records, questions = slopes.records[:, start:end], slopes.questions[:, start:end]
        lengths = records.square().sum(dim=1)
        damping = DAMPING * lengths.mean() / (end - start) + 1e-12
        direct = questions @ records.T
        through = (direct / (damping + lengths)) @ (records @ records.T) / len(records)
        total += (direct - through) / damping
    return total


def _chosen(run: Finished, told: Sequence[Told], pairs: Pairs) -> torch.Tensor:
    """The shares that the product gives, in whole numbers from the index's file."""
    index = read_index(run.index)[0]
    served = ServedBase(run.engine.base)
    tensors = {name: torch.from_numpy(values).float() for name, values in index.adapter.items()}
    updates = served.store.updates(tensors, Lora(**index.about.lora))
    counts: dict[int, int] = {}
    row_of: dict[tuple[str, int], int] = {}
    for row, each in enumerate(told):
        place = counts.setdefault(each.contributor, 0)
        row_of[each.sha256, place] = row
        counts[each.contributor] += 1
    found = torch.zeros(len(pairs), len(told))
    projection: Projection | None = None
    for row, (question, answer) in enumerate(pairs):
        gradients = answer_gradients(served, updates, index, user_message(question), answer)
        if projection is None:
            shapes = {name: (each.shape[1], each.shape[2]) for name, each in gradients.items()}
            projection = Projection(shapes, index.sketches.shape[1], index.about.seed, torch.device("cpu"))
        sketch = to_integers(unit_rows(projection.of(gradients)))[0].numpy()
        query = Query(tuple(sorted(term_counts(f"{question}\n{answer}"))), sketch)
        for share in recompute_shares(index, query).texts:
            owner = index.files[int(index.owners[share.text])]
            found[row, row_of[owner, int(index.places[share.text])]] = share.share_ppm
    return found
