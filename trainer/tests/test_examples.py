from pathlib import Path

import pytest
import torch
import torch.nn.functional as functional

from openledger_trainer.base_model import find_base, load_model, load_tokenizer
from openledger_trainer.dataset import Record
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import (
    IGNORED_LABEL,
    Example,
    batch_places,
    collate,
    encode,
    pack,
    training_rows,
)
from openledger_trainer.families import FAMILIES
from openledger_trainer.learnt_loss import summed_loss
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


def test_a_later_answer_is_learnt_after_the_whole_conversation(tokenizer) -> None:  # type: ignore[no-untyped-def]
    before = (("system", "Be brief."), ("user", "Who?"), ("assistant", "I."))
    (example,) = encode([Record(ANY, 1, "Why?", "So.", before)], tokenizer, 128)
    messages = [{"role": role, "content": content} for role, content in (*before, ("user", "Why?"))]
    asked = conversation_tokens(tokenizer, messages)  # type: ignore[arg-type]
    assert list(example.tokens[: -example.learnt]) == asked
    assert tokenizer.decode(example.tokens[-example.learnt : -1]) == " So."


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


def test_prose_is_cut_evenly(tokenizer) -> None:  # type: ignore[no-untyped-def]
    lengths = [len(each.tokens) for each in encode([Record(ANY, 0, "", "so " * 40)], tokenizer, 30)]
    assert len(lengths) > 1
    assert max(lengths) - min(lengths) <= 1


def test_every_example_names_the_contribution_that_it_came_from(tokenizer) -> None:  # type: ignore[no-untyped-def]
    other = "0x" + "11" * 32
    records = [Record(ANY, 3, "Why?", "So."), Record(other, 5, "", "word " * 40)]
    found = {(example.sha256, example.index) for example in encode(records, tokenizer, 16)}
    assert found == {(ANY, 3), (other, 5)}


def test_packing_loses_nothing_and_fills_rows() -> None:
    examples = [Example(tuple(range(1, 2 + place % 13)), 1, ANY, place) for place in range(1, 300)]
    rows = pack(examples, 16, 7)
    packed = [example for row in rows for example in row.examples]
    assert sorted(packed, key=lambda each: each.index) == examples
    assert all(len(row.tokens) <= 16 for row in rows)
    assert sum(len(row.tokens) for row in rows) > 0.95 * 16 * len(rows)
    assert pack(examples, 16, 7) == rows != pack(examples, 16, 8)


def test_a_packed_batch_learns_and_places_each_example_as_alone() -> None:
    one, two = Example((5, 6, 7), 2, ANY, 0), Example((8, 9), 1, ANY, 1)
    batch = collate([*pack([one, two], 6, 1), *pack([one], 6, 1)], 0, torch.device("cpu"))
    assert sorted(batch.inputs()) == ["input_ids", "position_ids"]
    both = {(5, 6, 7, 8, 9): ([0, 1, 2, 0, 1], [6, 7, 9]), (8, 9, 5, 6, 7): ([0, 1, 0, 1, 2], [9, 6, 7])}
    places, learnt = both[tuple(batch.input_ids[0].tolist())]
    assert batch.position_ids is not None
    assert batch.position_ids.tolist() == [places, [0, 1, 2, 0, 0]]
    assert batch.labels[0][batch.labels[0] != IGNORED_LABEL].tolist() == learnt
    assert (batch.tokens, batch.learnt) == (8, 5)


def test_a_family_that_cannot_keep_examples_apart_refuses_packing() -> None:
    examples = [Example((5, 6), 1, ANY, 0)]
    assert training_rows(examples, FAMILIES["bloom"], 8, False, 1) == examples
    with pytest.raises(TrainerError, match="BLOOM cannot keep the examples of a row apart"):
        training_rows(examples, FAMILIES["bloom"], 8, True, 1)


def test_the_loss_is_that_of_all_logits_with_labels(bases: dict[str, Path], tokenizer) -> None:  # type: ignore[no-untyped-def]
    model = load_model(find_base(str(bases["gpt2"])), torch.device("cpu")).eval()
    records = [Record(ANY, 0, "Why?", "So it is."), Record(ANY, 1, "", "It was the best of times. " * 3)]
    examples = encode(records, tokenizer, 24)
    for rows in (examples, pack(examples, 64, 1)):
        batch = collate(rows, 0, torch.device("cpu"))
        logits = model(**batch.inputs(), use_cache=False).logits
        assert logits.shape[:2] == batch.input_ids.shape
        wanted = functional.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch.labels[:, 1:].flatten(), reduction="sum"
        )
        assert summed_loss(model, batch).item() == pytest.approx(wanted.item(), rel=1e-6)
