"""BM25 in whole numbers: the same best texts on every machine.

Robertson and Walker's formula with k1 = 3/2 and b = 3/4. The logarithms are taken once, when the index is
made, and kept as integers; everything after is integer arithmetic.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy

LARGEST_WEIGHT = 1 << 21
LARGEST_LENGTH = 1 << 28
"""Above all weights, and above all texts' words together: below both no score needs more than 63 bits."""
_WEIGHT_UNIT = 1 << 16
_MOST_COUNTED = 255
_MOST_LENGTH = (1 << 20) - 1


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
        terms = numpy.fromiter(set(asked), dtype=numpy.uint32)
        places = numpy.searchsorted(self.terms, terms)
        known = places < len(self.terms)
        places = places[known][self.terms[places[known]] == terms[known]]
        for place in places.tolist():
            part = slice(int(self.ends[place - 1]) if place else 0, int(self.ends[place]))
            found[self.texts[part]] += self._parts[part]
        return found

    @cached_property
    def _parts(self) -> numpy.ndarray:
        """What each posting adds to its text's score when its word is asked: (postings,) int64."""
        count, total = len(self.lengths), max(1, int(self.lengths.sum(dtype=numpy.int64)))
        weights = numpy.repeat(self.weights, numpy.diff(self.ends, prepend=0)).astype(numpy.int64)
        often = self.counts.astype(numpy.int64)
        lengths = self.lengths[self.texts].astype(numpy.int64)
        # tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean)), both sides times 8 * total.
        return weights * 20 * often * total // (8 * often * total + 3 * total + 9 * lengths * count)


def make_lexicon(texts: Iterable[Counter[int]]) -> Lexicon:
    """The lexicon of texts whose words are counted; they may come one by one."""
    terms, counts = array("I"), array("B")
    words, lengths = array("I"), array("I")
    for text in texts:
        terms.extend(text)
        counts.extend(min(often, _MOST_COUNTED) for often in text.values())
        words.append(len(text))
        lengths.append(min(text.total(), _MOST_LENGTH))
    all_terms = numpy.array(terms, dtype=numpy.uint32)
    holding = numpy.repeat(
        numpy.arange(len(words), dtype=numpy.uint32), numpy.array(words, dtype=numpy.int64)
    )
    # By word, and each word's texts in their order.
    order = numpy.argsort(all_terms, kind="stable")
    different, holders = numpy.unique(all_terms, return_counts=True)
    return Lexicon(
        different,
        numpy.array([_weight(len(words), each) for each in holders.tolist()], dtype=numpy.uint32),
        numpy.cumsum(holders).astype(numpy.uint32),
        holding[order],
        numpy.array(counts, dtype=numpy.uint8)[order],
        numpy.array(lengths, dtype=numpy.uint32),
    )


def _weight(texts: int, holders: int) -> int:
    return round(_WEIGHT_UNIT * math.log(1 + (texts - holders + 0.5) / (holders + 0.5)))
