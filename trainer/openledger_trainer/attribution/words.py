"""Texts as words: what BM25 counts, what makes texts copies of each other, and spans that they share."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Scripts without spaces: each character is a word of its own, or a whole sentence would be one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_PIECE = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]")
SHORTEST_SPAN = 3
MOST_SPANS = 5


@dataclass(frozen=True)
class Span:
    """Words that stand in the same order in the answer and in an example.

    Attributes:
        text: The words as the answer writes them.
        answer: Where it begins in the answer, in UTF-16 code units as JavaScript counts.
        example: Where it begins in the example.
        words: How many words and signs it has.
    """

    text: str
    answer: int
    example: int
    words: int


def term_counts(text: str) -> Counter[int]:
    """How often each word stands in a text, whatever its case; a word is named by 32 bits of its sha256."""
    return Counter(_term(word) for word in _WORD.findall(text.casefold()))


def same_text_key(text: str) -> bytes:
    """Equal for texts that differ only in case, spaces and signs."""
    return hashlib.sha256(" ".join(_WORD.findall(text.casefold())).encode()).digest()


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of three words of a text, whatever their case; of a shorter text the whole."""
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[first : first + 3]) for first in range(max(1, len(words) - 2)))


def common_spans(answer: str, example: str) -> list[Span]:
    """The longest runs of words that both texts hold, longest first, none over another in the answer."""
    ours, theirs = (list(_PIECE.finditer(text)) for text in (answer, example))
    matcher = SequenceMatcher(None, [], [piece[0] for piece in theirs], autojunk=False)
    words = [piece[0] for piece in ours]
    found: list[Span] = []
    open_parts = [(0, len(words))]
    matcher.set_seq1(words)
    while open_parts and len(found) < MOST_SPANS:
        runs = [matcher.find_longest_match(first, last, 0, len(theirs)) for first, last in open_parts]
        best = max(range(len(runs)), key=lambda place: (runs[place].size, -runs[place].a))
        run = runs[best]
        if run.size < SHORTEST_SPAN:
            break
        first, last = open_parts.pop(best)
        open_parts += [(first, run.a), (run.a + run.size, last)]
        found.append(_span(answer, example, ours[run.a : run.a + run.size], theirs[run.b]))
    return found


def _term(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big")


def _span(answer: str, example: str, ours: Sequence[re.Match[str]], theirs: re.Match[str]) -> Span:
    start, end = ours[0].start(), ours[-1].end()
    return Span(answer[start:end], _utf16(answer[:start]), _utf16(example[: theirs.start()]), len(ours))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
