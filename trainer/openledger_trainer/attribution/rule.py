"""The rule that makes shares: whole numbers from the index and the answer's query, for anyone to check.

The twenty texts that BM25 finds for question and answer are weighed by its score times the square of how far
the answer's gradient agrees with theirs (LESS: Xia et al. 2024); those that disagree get nothing. Copies do
not add up.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy

from openledger_trainer.attribution.index import AttributionIndex
from openledger_trainer.attribution.shares import WHOLE_PPM, divided
from openledger_trainer.attribution.words import shingles
from openledger_trainer.canonical import digest_of
from openledger_trainer.errors import TrainerError

METHOD = "bm25-less"
CANDIDATES = 20
_PORTION = 400
"""So many texts are sorted at once: mostly the first ones hold twenty that are no copies of each other."""
_COPY_NUMERATOR, _COPY_DENOMINATOR = 4, 5
"""Two texts are near copies when they share four fifths of their runs of three words."""


@dataclass(frozen=True)
class Query:
    """All that the shares of an answer need from it.

    Attributes:
        terms: The numbers of the words of question and answer, ascending.
        sketch: The direction of the answer's gradient as int8: (size,).
    """

    terms: tuple[int, ...]
    sketch: numpy.ndarray

    def to_json(self) -> dict[str, Any]:
        """The query as it is published."""
        return {
            "terms": list(self.terms),
            "sketch": base64.b64encode(self.sketch.astype(numpy.int8).tobytes()).decode("ascii"),
        }

    @property
    def digest(self) -> str:
        """sha256 of its canonical JSON."""
        return digest_of(self.to_json())

    @staticmethod
    def parse(value: Any) -> Query:
        """Read a published query.

        Raises:
            TrainerError: When it is none.
        """
        try:
            terms = tuple(value["terms"])
            # One query has one digest: its words are different ones, in their order.
            if not all(type(term) is int and 0 <= term < 1 << 32 for term in terms):
                raise ValueError("its words are not all whole numbers of 32 bits")
            if any(one >= other for one, other in pairwise(terms)):
                raise ValueError("its words do not ascend")
            return Query(
                terms, numpy.frombuffer(base64.b64decode(value["sketch"], validate=True), numpy.int8)
            )
        except (TypeError, KeyError, ValueError) as error:
            raise TrainerError(
                "bad-query", f"This is no query of an answer: {error}.", "Send what `attribute` returned."
            ) from None


@dataclass(frozen=True)
class TextShare:
    """A text that an answer owes to: its place in the index and its share of the whole."""

    text: int
    share_ppm: int


@dataclass(frozen=True)
class Shares:
    """What an answer owes to whom; both lists are empty when no text has a part in it.

    Attributes:
        files: Millionths by a file's digest, largest first, equal ones by digest; they sum to 1,000,000.
        texts: The texts behind them, largest first; a file's sum to the file's.
    """

    files: list[tuple[str, int]]
    texts: list[TextShare]


def recompute_shares(index: AttributionIndex, query: Query) -> Shares:
    """The shares that follow from an index and a query, in integer arithmetic alone.

    Raises:
        TrainerError: When the query's sketch is not of the index's size.
    """
    size = index.sketches.shape[1]
    if query.sketch.shape != (size,):
        raise TrainerError(
            "wrong-query",
            f"The query's sketch has {query.sketch.size} numbers; the index has {size}.",
            "Use the index of the release that gave the answer.",
        )
    weights = _weights(index, query)
    by_file: dict[str, dict[str, int]] = defaultdict(dict)
    for text, weight in weights.items():
        # Keys that sort as numbers do: equal remainders go to the record that stands first.
        by_file[index.files[int(index.owners[text])]][f"{int(index.places[text]):010d} {text:010d}"] = weight
    if not by_file:
        return Shares([], [])
    files = divided(WHOLE_PPM, {sha256: sum(each.values()) for sha256, each in by_file.items()})
    texts = [
        TextShare(int(key.split()[1]), share)
        for sha256, each in by_file.items()
        for key, share in divided(files[sha256], each).items()
        if share > 0
    ]
    return Shares(
        sorted(
            ((sha256, share) for sha256, share in files.items() if share),
            key=lambda pair: (-pair[1], pair[0]),
        ),
        sorted(texts, key=lambda each: (-each.share_ppm, *_rank(index, each.text))),
    )


def _weights(index: AttributionIndex, query: Query) -> dict[int, int]:
    """Weights above zero of the candidates, each group of near copies counted once."""
    scores = index.lexicon.scores(query.terms)
    sketch = query.sketch.astype(numpy.int64)
    found: dict[int, int] = {}
    for group in _candidates(index, scores):
        # The best text of each file; a file's other copies say nothing new.
        best: dict[int, tuple[int, int]] = {}
        for text in group:
            agreement = max(0, int(index.sketches[text].astype(numpy.int64) @ sketch))
            weight = int(scores[text]) * agreement * agreement
            owner = int(index.owners[text])
            if weight > best.get(owner, (0, 0))[0]:
                best[owner] = (weight, text)
        whole = max((weight for weight, _ in best.values()), default=0)
        total = sum(weight for weight, _ in best.values())
        found.update({text: whole * weight // total for weight, text in best.values()})
    return {text: weight for text, weight in found.items() if weight > 0}


def _candidates(index: AttributionIndex, scores: numpy.ndarray) -> list[list[int]]:
    """BM25's best texts in groups of near copies: as many groups as there are candidates."""
    groups: list[list[int]] = []
    runs: list[frozenset[tuple[str, ...]]] = []
    for text in _best_first(index, scores):
        mine = shingles(index.texts[text])
        same = next((place for place, other in enumerate(runs) if _near(mine, other)), None)
        if same is not None:
            groups[same].append(text)
        elif len(groups) < CANDIDATES:
            groups.append([text])
            runs.append(mine)
        else:
            break
    return groups


def _best_first(index: AttributionIndex, scores: numpy.ndarray) -> Iterator[int]:
    """The texts that were found by score, equal ones by their places, sorted in portions as they are read."""
    left = numpy.flatnonzero(scores > 0)
    while len(left):
        reached = scores[left]
        place = max(0, len(left) - _PORTION)
        # Whatever ties with the portion's last one belongs to it, or the order of the sort would decide.
        least = numpy.partition(reached, place)[place]
        portion = left[reached >= least].tolist()
        portion.sort(key=lambda text: (-int(scores[text]), *_rank(index, text)))
        yield from portion
        left = left[reached < least]


def _near(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    shared = len(one & other)
    return shared * _COPY_DENOMINATOR >= (len(one) + len(other) - shared) * _COPY_NUMERATOR


def _rank(index: AttributionIndex, text: int) -> tuple[str, int, int]:
    return index.files[int(index.owners[text])], int(index.places[text]), text
