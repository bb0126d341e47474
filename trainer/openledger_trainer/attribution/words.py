"""Texts as words: what BM25 counts, what makes texts copies of each other, and spans that they share."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


def _combining() -> str:
    """The characters that write upon the one before them, such as vowel signs, as ranges of a pattern."""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)).startswith("M")]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(marks), lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


# Scripts without spaces: each character is a word of its own, or a whole sentence would be one.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_LETTERS = rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+(?:[{_combining()}]+[^\W{_UNSPACED}]*)*"
_WORD = re.compile(_LETTERS)
_PIECE = re.compile(rf"{_LETTERS}|[^\w\s]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
SHORTEST_SPAN = 3
MOST_SPANS = 5
_MOST_CHARACTERS = 1 << 18
"""Of a text are searched for spans."""
_MOST_PAIRS = 1 << 18
"""Pairs of places that are compared, about: texts of one word over and over have no end of them."""


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
    """How often each word stands in a text, however it is written; named by 32 bits of its sha256."""
    return Counter(_term(word) for word in _words(text))


def same_text_key(text: str) -> bytes:
    """Equal for texts that differ only in case, spaces, signs and how Unicode writes their characters.

    Of texts that are nothing but signs each has a key of its own.
    """
    return hashlib.sha256(" ".join(_words(text) or [text]).encode("utf-8", "replace")).digest()


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of three words of a text, however they are written; of a shorter text the whole."""
    words = _words(text)
    return frozenset(tuple(words[first : first + 3]) for first in range(max(1, len(words) - 2)))


def common_spans(answer: str, example: str) -> list[Span]:
    """The longest runs of words that both texts hold, longest first, none over another in the answer.

    Of equally long ones the first in the answer. Beyond 262,144 characters texts are not searched, and of
    runs that an example repeats hundreds of times only its first ones.
    """
    ours, theirs = (list(_PIECE.finditer(text, 0, _MOST_CHARACTERS)) for text in (answer, example))
    runs = _runs([piece[0] for piece in ours], [piece[0] for piece in theirs])
    found: list[Span] = []
    open_parts = [(0, len(ours))]
    while open_parts and len(found) < MOST_SPANS:
        size, place, part = max(
            (
                (min(size, last - place), place, (first, last))
                for first, last in open_parts
                for place, (size, _) in runs.items()
                if first <= place < last
            ),
            key=lambda each: (each[0], -each[1]),
            default=(0, 0, (0, 0)),
        )
        if size < SHORTEST_SPAN:
            break
        open_parts.remove(part)
        open_parts += [(part[0], place), (place + size, part[1])]
        found.append(_span(answer, example, ours[place : place + size], theirs[runs[place][1]]))
    return found


def _runs(ours: Sequence[str], theirs: Sequence[str]) -> dict[int, tuple[int, int]]:
    """By where they begin in ours: how long the longest run in common is, and where it begins in theirs."""
    begins: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(theirs) - SHORTEST_SPAN + 1):
        begins.setdefault(tuple(theirs[place : place + SHORTEST_SPAN]), []).append(place)
    most = max(1, _MOST_PAIRS // max(1, len(ours)))
    found: dict[int, tuple[int, int]] = {}
    after: dict[int, int] = {}
    for place in range(len(ours) - SHORTEST_SPAN, -1, -1):
        here = begins.get(tuple(ours[place : place + SHORTEST_SPAN]), [])[:most]
        after = {each: after.get(each + 1, SHORTEST_SPAN - 1) + 1 for each in here}
        if after:
            size = max(after.values())
            found[place] = size, next(each for each in here if after[each] == size)
    return found


def _words(text: str) -> list[str]:
    """A text's words with all ways of writing a character made one: case, width, accents, invisible signs."""
    return _WORD.findall(_UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold()))


def _term(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big")


def _span(answer: str, example: str, ours: Sequence[re.Match[str]], theirs: re.Match[str]) -> Span:
    start, end = ours[0].start(), ours[-1].end()
    return Span(answer[start:end], _utf16(answer[:start]), _utf16(example[: theirs.start()]), len(ours))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
