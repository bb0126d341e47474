"""Tokens as text that is shown once: whole characters, and nothing of a stop string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_UNKNOWN = "\ufffd"
# The bytes of one character that is not complete yet are shown as up to three of these.
_LONGEST_INCOMPLETE = 3


class TextStream:
    """The text of one answer as its tokens come.

    A token's text depends on the ones before it (spaces, bytes of one character), so that a few of them are
    decoded again with every new one; never all, or a long answer would cost its length squared.
    """

    def __init__(self, tokenizer: Any, stop: Sequence[str] = (), trim_start: bool = False) -> None:
        self._tokenizer = tokenizer
        self._stop = tuple(stop)
        self._trim_start = trim_start
        self._tokens: list[int] = []
        self._context = 0
        self._read = 0
        self._read_characters = 0
        self._held = ""
        self.shown = ""
        self.stopped = False

    def push(self, token: int) -> str:
        """Add a token and return what may be shown now; `stopped` tells that a stop string was found."""
        self._tokens.append(token)
        return self._release(self._decoded(), last=False)

    def finish(self) -> str:
        """Return what was held back, once no more tokens come; never a part of a character."""
        return "" if self.stopped else self._release("", last=True)

    def _decoded(self) -> str:
        before = self._decode(self._tokens[self._context : self._read])
        text = self._decode(self._tokens[self._context :])
        ready = len(text)
        while text[ready - 1 : ready] == _UNKNOWN and len(text) - ready < _LONGEST_INCOMPLETE:
            ready -= 1
        first = len(before) + self._read_characters
        added = text[first:ready]
        if ready == len(text):
            self._context, self._read, self._read_characters = self._read, len(self._tokens), 0
        else:
            self._read_characters += len(added)
        return added

    def _release(self, added: str, last: bool) -> str:
        if self._trim_start and not self.shown:
            self._held = (self._held + added).lstrip()
        else:
            self._held += added
        places = [place for place in (self._held.find(stop) for stop in self._stop) if place >= 0]
        if places:
            self.stopped = True
            return self._show(min(places))
        return self._show(len(self._held) if last else len(self._held) - self._possible_stop())

    def _show(self, count: int) -> str:
        piece, self._held = self._held[:count], self._held[count:]
        self.shown += piece
        return piece

    def _possible_stop(self) -> int:
        """How many characters at the end could be the beginning of a stop string."""
        longest = 0
        for stop in self._stop:
            for count in range(min(len(stop) - 1, len(self._held)), longest, -1):
                if self._held.endswith(stop[:count]):
                    longest = count
                    break
        return longest

    def _decode(self, tokens: list[int]) -> str:
        # Without what some tokenizers do to spaces before punctuation: it would change text that was shown.
        text: str = self._tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text
