"""Reads JSONL as questions with their answers: pairs under two names, and whole conversations.

Validators accept a file by the same rule (`node/src/files/text.ts`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from openledger_trainer.documents import Unreadable

MOST_MESSAGES = 256
"""As many as one request to chat may have."""
MOST_LEVELS = 32
"""Lists and objects that may lie in one another: far below what any machine can read."""
_PAIR_FIELDS = (("prompt", "response"), ("question", "answer"))
_TEXT_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[][{}]', re.DOTALL)
# What JavaScript calls blank; Python's own list has control characters that an escape can write.
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_BLANKS += "\u2028\u2029\u202f\u205f\u3000\ufeff"

Said = tuple[str, str]
"""A message: its role (system, user or assistant) and its text."""


@dataclass(frozen=True)
class Turn:
    """A question with its answer, and what else is said in the same conversation."""

    question: str
    answer: str
    before: tuple[Said, ...] = ()
    after: tuple[Said, ...] = ()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


_JSON = json.JSONDecoder(parse_int=float, parse_constant=_refuse_constant)
"""Reads what validators read. Integers of any length: Python's limit for them differs between machines."""


def turns_of(text: str) -> list[Turn]:
    """Every answer of a JSONL file with its question, in the file's own order.

    A line is an object with a pair (`prompt` and `response`, or `question` and `answer`), else one with
    `messages`: perhaps a system message, then user and assistant in turns, the assistant last. Other keys
    change nothing.

    Raises:
        Unreadable: Naming the first line that is neither.
    """
    turns: list[Turn] = []
    # Not splitlines(): JSON strings may hold U+2028 and its like.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip(_BLANKS):
            turns.extend(_line_turns(line, number))
    return turns


def _line_turns(line: str, number: int) -> list[Turn]:
    if _nests_deeper(line):
        raise Unreadable(f"line {number} nests deeper than {MOST_LEVELS} levels")
    try:
        value = _JSON.decode(line)
    except ValueError:
        raise Unreadable(f"line {number} is not JSON") from None
    if isinstance(value, dict):
        for asked, answered in _PAIR_FIELDS:
            if asked in value and answered in value:
                question, answer = _text(value[asked]), _text(value[answered])
                if question and answer:
                    return [Turn(question, answer)]
                raise Unreadable(f'line {number} has no text as "{answered if question else asked}"')
        if "messages" in value:
            return _conversation_turns(value["messages"], number)
    raise Unreadable(f"line {number} is neither a question with its answer nor a conversation")


def _nests_deeper(line: str) -> bool:
    """Whether it does, told without calls in calls: how many of them are left differs between machines."""
    if line.count("[") + line.count("{") <= MOST_LEVELS:
        return False
    level = 0
    for token in _TEXT_OR_BRACKET.finditer(line):
        first = line[token.start()]
        level += 1 if first in "[{" else -1 if first in "]}" else 0
        if level > MOST_LEVELS:
            return True
    return False


def _conversation_turns(messages: Any, number: int) -> list[Turn]:
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        raise Unreadable(f"line {number} has no list of 1 to {MOST_MESSAGES} messages")
    said = [_said(message, place, number) for place, message in enumerate(messages, start=1)]
    system = said[:1] if said[0][0] == "system" else []
    turns = said[len(system) :]
    for place, (role, content) in enumerate(turns):
        expected = "assistant" if place % 2 else "user"
        if role != expected or not content:
            where = f"line {number}, message {place + len(system) + 1}"
            raise Unreadable(f"{where} {f'is not the {expected}' if role != expected else 'has no text'}")
    if not turns or len(turns) % 2:
        raise Unreadable(f"line {number} does not end with an answer of the assistant")
    # An empty system message is what many programs write for none.
    whole = (*(one for one in system if one[1]), *turns)
    first = len(whole) - len(turns)
    return [
        Turn(whole[place][1], whole[place + 1][1], whole[:place], whole[place + 2 :])
        for place in range(first, len(whole), 2)
    ]


def _said(message: Any, place: int, number: int) -> Said:
    role = message.get("role") if isinstance(message, dict) else None
    if role not in ("system", "user", "assistant"):
        raise Unreadable(f"line {number}, message {place} is not of the system, the user or the assistant")
    content = message.get("content")
    if not isinstance(content, str):
        raise Unreadable(f"line {number}, message {place} has no text")
    return role, _text(content)


def _text(value: Any) -> str:
    """What is written, without blanks around it; empty where there is no text."""
    # Half a surrogate pair is valid JSON and no text.
    return value.encode("utf-8", "replace").decode("utf-8").strip(_BLANKS) if isinstance(value, str) else ""
