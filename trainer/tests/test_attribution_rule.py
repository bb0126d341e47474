"""The integer half of attribution: BM25, shares, copies, spans and the index's file."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy
import pytest
import torch

from openledger_trainer.attribution.index import About, AttributionIndex, read_index
from openledger_trainer.attribution.lexical import make_lexicon
from openledger_trainer.attribution.rule import METHOD, Query, recompute_shares
from openledger_trainer.attribution.shares import divided
from openledger_trainer.attribution.sketch import to_integers, unit_rows
from openledger_trainer.attribution.words import common_spans, same_text_key, shingles, term_counts
from openledger_trainer.errors import TrainerError

SIZE = 64


def digest(place: int) -> str:
    return f"0x{place:064x}"


def make_index(
    texts: Sequence[str], sketches: Sequence[Sequence[int]], owners: Sequence[int] | None = None
) -> AttributionIndex:
    """An index of texts whose sketches begin with the given numbers and go on with zeros."""
    rows = numpy.zeros((len(texts), SIZE), dtype=numpy.int8)
    for row, numbers in zip(rows, sketches, strict=True):
        row[: len(numbers)] = numbers
    owners = list(range(len(texts))) if owners is None else owners
    return AttributionIndex(
        About(METHOD, digest(1), digest(2), {"rank": 4, "alpha": 8.0, "dropout": 0.0}, 1, 10, len(texts)),
        {"a": numpy.zeros((2, 3), dtype=numpy.float16)},
        rows,
        list(texts),
        numpy.array(owners, dtype=numpy.uint32),
        numpy.arange(len(texts), dtype=numpy.uint32),
        [digest(place) for place in range(max(owners, default=0) + 1)],
        make_lexicon([term_counts(text) for text in texts]),
    )


def ask(text: str, numbers: Sequence[int]) -> Query:
    sketch = numpy.zeros(SIZE, dtype=numpy.int8)
    sketch[: len(numbers)] = numbers
    return Query(tuple(sorted(term_counts(text))), sketch)


TEXTS = (
    "Mirela plays the oboe in Belcara",
    "Dorin plays the harp in Fenworth",
    "Tessa builds violins for schools",
)


def test_parts_sum_to_the_whole_and_ties_go_to_the_lower_key() -> None:
    assert divided(1_000_000, {"b": 1, "c": 1, "a": 1}) == {"a": 333_334, "b": 333_333, "c": 333_333}
    assert divided(10, {"a": 0, "b": 5}) == {"a": 0, "b": 10}
    draw = numpy.random.default_rng(1)
    for _ in range(200):
        weights = {digest(place): int(value) for place, value in enumerate(draw.integers(0, 1 << 40, 37))}
        parts = divided(1_000_000, weights)
        total = sum(weights.values())
        assert sum(parts.values()) == 1_000_000
        assert all(abs(parts[key] * total - 1_000_000 * weights[key]) < total for key in weights)


def test_bm25_ranks_as_the_established_implementation_does() -> None:
    draw = numpy.random.default_rng(2)
    words = [f"w{place}" for place in range(60)]
    texts = [" ".join(draw.choice(words, size=draw.integers(3, 30))) for _ in range(80)]
    lexicon = make_lexicon([term_counts(text) for text in texts])
    other = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
    other.index([text.split() for text in texts], show_progress=False)
    for _ in range(10):
        asked = sorted(set(draw.choice(words, size=6)))
        ours = lexicon.scores(term_counts(" ".join(asked))) / 65536
        # Lucene's form leaves out the factor k1 + 1, which changes no order.
        assert numpy.allclose(ours, 2.5 * other.get_scores(asked), atol=1e-3)


def test_shares_follow_agreement_and_sum_exactly() -> None:
    index = make_index(TEXTS, [[100], [30], [100]])
    shares = recompute_shares(index, ask("Who plays the what?", [100]))
    assert shares.files == [(digest(0), 917_431), (digest(1), 82_569)]
    assert sum(share for _, share in shares.files) == 1_000_000


def test_what_pulls_the_other_way_gets_nothing() -> None:
    index = make_index(TEXTS, [[100], [-100], [0]])
    assert recompute_shares(index, ask("plays the", [50])).files == [(digest(0), 1_000_000)]


def test_ties_go_to_the_lower_digest() -> None:
    index = make_index(["red boats sail", "blue boats sail", "old boats sail"], [[7], [7], [7]])
    shares = recompute_shares(index, ask("boats", [1]))
    assert shares.files == [(digest(0), 333_334), (digest(1), 333_333), (digest(2), 333_333)]


def test_an_answer_that_matches_nothing_owes_nobody() -> None:
    index = make_index(TEXTS, [[1], [1], [1]])
    for query in (ask("quantum chromodynamics", [100]), ask("plays", [-100]), ask("plays", [0])):
        shares = recompute_shares(index, query)
        assert shares.files == [] and shares.texts == []


def test_near_copies_do_not_multiply_a_share() -> None:
    story = "the ferry to Halmont leaves at noon from the third pier behind the old fish market every day"
    copies = [f"{story} number {place}" for place in range(90)]
    rival = "the train to Halmont leaves at noon"
    alone = make_index([story, rival], [[80], [80]])
    flooded = make_index([story, rival, *copies], [[80], [80], *[[80]] * 90], [0, 1, *[2] * 90])
    query = ask("when does the ferry to Halmont leave? at noon from the third pier", [90])
    before, after = (dict(recompute_shares(each, query).files) for each in (alone, flooded))
    # The flooder's ninety copies count once, in the place of the original, and crowd nobody out.
    assert after[digest(1)] >= before[digest(1)] > 0
    assert after[digest(0)] + after[digest(2)] <= before[digest(0)]
    assert abs(after[digest(0)] - after[digest(2)]) < 100_000


def test_no_flood_of_near_copies_crowds_others_out() -> None:
    story = "the ferry to Halmont leaves at noon from the third pier behind the old fish market every day"
    flood = [f"{story} number {place}" for place in range(900)]
    rival = "the train to Halmont leaves at noon"
    index = make_index([*flood, rival], [[80]] * 901, [*[0] * 900, 1])
    shares = recompute_shares(index, ask("when does the ferry to Halmont leave? at noon, third pier", [90]))
    assert dict(shares.files)[digest(1)] > 100_000
    assert len(shares.texts) == 2


def test_a_text_told_again_is_the_same_text() -> None:
    assert same_text_key("The ferry\nleaves at noon.") == same_text_key("the FERRY leaves at noon")
    assert same_text_key("the ferry leaves") != same_text_key("the ferry left")
    for one, other in (
        ("Café Zürich", unicodedata.normalize("NFD", "café zürich")),
        ("한국어 문장", unicodedata.normalize("NFD", "한국어 문장")),
        ("the ferry", "the fer\u200bry"),
        ("the ferry", "\uff54\uff48\uff45 ferry"),
    ):
        assert same_text_key(one) == same_text_key(other) and shingles(one) == shingles(other)
    assert same_text_key("🚢") != same_text_key("🎻") != same_text_key("\ud800")


def test_words_are_whole_in_every_script() -> None:
    for text, words in (
        ("हिन्दी में लिखा", 3),
        ("বাংলা ভাষা", 2),
        ("தமிழ் மொழி", 2),
        ("مُحَمَّد كَتَبَ", 2),
        ("日本語で", 4),
        ("𠮷野家", 3),
        ("İstanbul'da", 2),
        ("🚢 ?!", 0),
        ("", 0),
    ):
        assert sum(term_counts(text).values()) == words, text
    assert [span.text for span in common_spans("वह हिन्दी में लिखा है", "यह हिन्दी में लिखा था")] == ["हिन्दी में लिखा"]


def test_a_published_query_gives_the_same_shares() -> None:
    index = make_index(TEXTS, [[100, 3], [30, -5], [100, 9]])
    query = ask("plays oboe and violins", [100, -7])
    again = Query.parse(query.to_json())
    assert again.digest == query.digest
    assert recompute_shares(index, again) == recompute_shares(index, query)
    with pytest.raises(TrainerError, match="index has 64"):
        recompute_shares(index, Query(query.terms, query.sketch[:9]))
    sketch = query.to_json()["sketch"]
    for wrong in ([1], [2, 1], [1, 1], [-1], [1 << 32], [1.0], ["1"], [True], None, 7):
        with pytest.raises(TrainerError, match="no query"):
            Query.parse({"terms": wrong} | ({} if wrong == [1] else {"sketch": sketch}))
    with pytest.raises(TrainerError, match="no query"):
        Query.parse({"terms": [1], "sketch": "%"})


def test_what_is_no_number_has_no_direction() -> None:
    rows = torch.tensor([[3.0, -4.0], [float("nan"), 1.0], [float("inf"), 1.0], [0.0, 0.0]])
    assert to_integers(unit_rows(rows)).tolist() == [[22, -29], [0, 0], [0, 0], [0, 0]]


def test_an_index_is_read_as_it_was_written(tmp_path: Path) -> None:
    index = make_index((*TEXTS, "日本語の船 🚢 fährt"), [[1], [2], [3], [4]])
    written, count = index.write(tmp_path / "index")
    again, read = read_index(tmp_path / "index")
    assert (read, count) == (written, (tmp_path / "index").stat().st_size)
    assert again.to_bytes() == index.to_bytes() and again.texts == index.texts
    data = (tmp_path / "index").read_bytes()
    for damaged in (data[:-3], b"", data.replace(b'"version', b'"verzion')):
        (tmp_path / "index").write_bytes(damaged)
        with pytest.raises(TrainerError, match="cannot be read"):
            read_index(tmp_path / "index")
    wrong_weight = dataclasses.replace(index.lexicon, weights=index.lexicon.weights + (1 << 21))
    for wrong in (
        make_index([], []),
        dataclasses.replace(index, sketches=index.sketches[:, :0]),
        dataclasses.replace(index, lexicon=wrong_weight),
        dataclasses.replace(index, about=dataclasses.replace(index.about, lora={"rang": 4})),
    ):
        wrong.write(tmp_path / "index")
        with pytest.raises(TrainerError, match="cannot be read"):
            read_index(tmp_path / "index")


def test_spans_are_exact_and_do_not_overlap() -> None:
    answer = "🚢 Indeed, the ferry leaves at noon from the pier, and the harbour is closed on Monday."
    example = "On weekdays the ferry leaves at noon. The harbour is closed on Monday."
    spans = common_spans(answer, example)
    assert [span.text for span in spans] == ["harbour is closed on Monday.", "the ferry leaves at noon"]
    for span in spans:
        for text, start in ((answer, span.answer), (example, span.example)):
            units = text.encode("utf-16-le")
            assert units[2 * start :].decode("utf-16-le").startswith(span.text)
    assert common_spans("one two", "one two") == []


def test_the_longest_span_is_found_among_many() -> None:
    draw = numpy.random.default_rng(3)
    for _ in range(40):
        ours, theirs = (draw.choice(list("abcd"), size=draw.integers(1, 60)).tolist() for _ in range(2))
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        longest = matcher.find_longest_match()
        spans = common_spans(" ".join(ours), " ".join(theirs))
        assert [(span.words, span.answer, span.example) for span in spans[:1]] == (
            [(longest.size, 2 * longest.a, 2 * longest.b)] if longest.size >= 3 else []
        )
        places = sorted((span.answer, span.answer + len(span.text)) for span in spans)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(places))
    # Texts that say one thing over and over compare in bounded work.
    assert common_spans("so " * 5_000, "so " * 5_000)[0].words >= 3
