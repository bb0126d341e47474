"""BM25 in whole numbers: the same best texts on every machine.

Robertson and Walker's formula with k1 = 3/2 and b = 3/4. The logarithms are taken once, when the index is
made, and kept as integers; everything after is integer arithmetic.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy

_WEIGHT_UNIT = 1 << 16
_MOST_COUNTED = 255


@dataclass(frozen=True)
class Lexicon:
    """Which texts hold which words.

    Attributes:
        terms: The words' numbers, ascending: (terms,) uint32.
        weights: How rare each word is, in 65,536ths of a nat: (terms,) uint32.
        ends: Where each word's part of the next two ends: (terms,) uint32.
        texts: The texts that hold a word: (postings,) uint32.
        counts: How often they do, at most 255 times: (postings,) uint8.
        lengths: Words in each text: (texts,) uint32.
    """

    terms: numpy.ndarray
    weights: numpy.ndarray
    ends: numpy.ndarray
    texts: numpy.ndarray
    counts: numpy.ndarray
    lengths: numpy.ndarray

    @property
    def bytes(self) -> int:
        """Memory taken."""
        arrays = (self.terms, self.weights, self.ends, self.texts, self.counts, self.lengths)
        return sum(each.nbytes for each in arrays)

    def scores(self, asked: Iterable[int]) -> numpy.ndarray:
        """Each text's score for these words, (texts,) int64; how often a word is asked does not count."""
        found = numpy.zeros(len(self.lengths), dtype=numpy.int64)
        count, total = len(self.lengths), max(1, int(self.lengths.sum(dtype=numpy.int64)))
        for term in set(asked):
            place = int(numpy.searchsorted(self.terms, term))
            if place == len(self.terms) or int(self.terms[place]) != term:
                continue
            part = slice(int(self.ends[place - 1]) if place else 0, int(self.ends[place]))
            texts = self.texts[part]
            often = self.counts[part].astype(numpy.int64)
            lengths = self.lengths[texts].astype(numpy.int64)
            # tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean)), both sides times 8 * total.
            below = 8 * often * total + 3 * total + 9 * lengths * count
            found[texts] += int(self.weights[place]) * 20 * often * total // below
        return found


def make_lexicon(texts: Sequence[Counter[int]]) -> Lexicon:
    """The lexicon of texts whose words are counted."""
    holders: dict[int, list[tuple[int, int]]] = {}
    for place, counts in enumerate(texts):
        for term, often in counts.items():
            holders.setdefault(term, []).append((place, min(often, _MOST_COUNTED)))
    terms = sorted(holders)
    postings = [posting for term in terms for posting in holders[term]]
    return Lexicon(
        numpy.array(terms, dtype=numpy.uint32),
        numpy.array([_weight(len(texts), len(holders[term])) for term in terms], dtype=numpy.uint32),
        numpy.cumsum([len(holders[term]) for term in terms]).astype(numpy.uint32),
        numpy.array([place for place, _ in postings], dtype=numpy.uint32),
        numpy.array([often for _, often in postings], dtype=numpy.uint8),
        numpy.array([min(sum(counts.values()), (1 << 20) - 1) for counts in texts], dtype=numpy.uint32),
    )


def _weight(texts: int, holders: int) -> int:
    return round(_WEIGHT_UNIT * math.log(1 + (texts - holders + 0.5) / (holders + 0.5)))
