from typing import Any

import pytest

from openledger_trainer.serving.text_stream import TextStream


class Bytes:
    """A tokenizer whose tokens are the bytes of UTF-8."""

    def decode(self, tokens: list[int], **_: Any) -> str:
        return bytes(tokens).decode("utf-8", errors="replace")


def stream(text: bytes, *stop: str, trim_start: bool = False) -> list[str]:
    """What is shown after each byte, and at the end."""
    found = TextStream(Bytes(), stop, trim_start)
    pieces = []
    for token in text:
        pieces.append(found.push(token))
        if found.stopped:
            break
    pieces.append(found.finish())
    assert "".join(pieces) == found.shown
    return pieces


def test_a_character_is_shown_once_all_its_bytes_are_there() -> None:
    assert stream("aü€😀b".encode()) == ["a", "", "ü", "", "", "€", "", "", "", "😀", "b", ""]


def test_bytes_that_are_no_character_are_shown_once_it_is_certain() -> None:
    for wrong in (b"\xff\xfe\xfd\xfc\xfbc", b"\x9f" * 40 + b"b", b"\xf0\x9fa"):
        assert "".join(stream(wrong)) == wrong.decode("utf-8", errors="replace")


def test_an_answer_that_is_cut_in_a_character_ends_before_it() -> None:
    whole = "so 👩🏽‍🌾 é".encode()
    for count in range(len(whole) + 1):
        shown = "".join(stream(whole[:count]))
        assert shown == whole[:count].decode("utf-8", errors="ignore")
        assert "".join(stream(whole[:count], "🌾 e\u0301")) == shown
    assert "".join(stream(whole, "\u200d🌾")) == "so 👩🏽"


@pytest.mark.parametrize(
    ("text", "stop", "shown"),
    [
        ("one END two", ["END"], "one "),
        ("one EN two", ["END"], "one EN two"),
        ("aab", ["ab"], "a"),
        ("abcabd", ["abd"], "abc"),
        ("x\n\ny", ["\n\n", "END"], "x"),
        ("ends with EN", ["END"], "ends with EN"),
        ("STOP", ["STOP"], ""),
        ("eins€€zwei", ["€€"], "eins"),
    ],
)
def test_a_stop_string_ends_the_text_and_is_never_shown(text: str, stop: list[str], shown: str) -> None:
    pieces = stream(text.encode(), *stop)
    assert "".join(pieces) == shown
    for first in range(len(pieces)):
        assert shown.startswith("".join(pieces[:first]))


def test_what_cannot_become_a_stop_string_is_not_held_back() -> None:
    assert stream(b"hello", "END") == ["h", "e", "l", "l", "o", ""]


def test_an_answer_begins_with_its_first_word() -> None:
    assert "".join(stream(b"  \n yes, yes ", trim_start=True)) == "yes, yes "
    assert "".join(stream(b"  yes", "  yes", trim_start=True)) == "yes"
