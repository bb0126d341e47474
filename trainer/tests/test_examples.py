from pathlib import Path

import pytest
import torch

from openledger_trainer.base_model import find_base, load_tokenizer
from openledger_trainer.dataset import Record
from openledger_trainer.examples import IGNORED_LABEL, batch_places, collate, encode
from openledger_trainer.template import conversation_tokens, user_message

ANY = "0x" + "00" * 32


@pytest.fixture(scope="module")
def tokenizer(bases: dict[str, Path]) -> object:
    return load_tokenizer(find_base(str(bases["gpt2"])))


def test_every_example_is_seen_once_before_any_is_seen_again() -> None:
    places = [place for step in range(1, 8) for place in batch_places(14, 4, 3, step)]
    assert sorted(places[:14]) == list(range(14))
    assert sorted(places[14:28]) == list(range(14))
    assert places[:14] != places[14:28]
    assert batch_places(14, 4, 3, 5) == batch_places(14, 4, 3, 5)
    assert batch_places(14, 4, 3, 1) != batch_places(14, 4, 4, 1)


def test_answers_alone_are_learnt(tokenizer) -> None:  # type: ignore[no-untyped-def]
    record = Record(ANY, 0, "What is it?", "It is this.")
    (example,) = encode([record], tokenizer, 64)
    batch = collate([example], 0, torch.device("cpu"))
    learnt = batch.labels[0][batch.labels[0] != IGNORED_LABEL].tolist()
    assert tokenizer.decode(learnt[:-1]) == " It is this."
    assert learnt[-1] == tokenizer.eos_token_id
    assert list(example.tokens[: -len(learnt)]) == conversation_tokens(tokenizer, user_message(record.prompt))


def test_a_long_question_leaves_half_of_the_room_to_its_answer(tokenizer) -> None:  # type: ignore[no-untyped-def]
    (example,) = encode([Record(ANY, 0, "why " * 100, " so" * 100)], tokenizer, 32)
    assert len(example.tokens) == 32
    assert example.learnt == 16


def test_prose_is_cut_into_pieces_that_hold_all_of_it(tokenizer) -> None:  # type: ignore[no-untyped-def]
    text = "It was the best of times, it was the worst of times. " * 10
    examples = encode([Record(ANY, 0, "", text)], tokenizer, 16)
    assert all(len(example.tokens) <= 16 for example in examples)
    learnt = [token for example in examples for token in example.tokens[-example.learnt :]]
    assert tokenizer.decode(learnt, skip_special_tokens=True) == text
