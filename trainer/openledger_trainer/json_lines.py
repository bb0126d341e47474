"""Reads JSONL as questions with their answers: pairs under two names, and whole conversations.

Validators accept a file by the same rule (`node/src/files/text.ts`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from openledger_trainer.documents import Unreadable

MOST_MESSAGES = 256
"""As many as one request to chat may have."""
_PAIR_FIELDS = (("prompt", "response"), ("question", "answer"))

Said = tuple[str, str]
"""A message: its role (system, user or assistant) and its text."""


@dataclass(frozen=True)
class Turn:
    """A question with its answer, and what else is said in the same conversation."""

    question: str
    answer: str
    before: tuple[Said, ...] = ()
    after: tuple[Said, ...] = ()


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
        if line.strip():
            turns.extend(_line_turns(line, number))
    return turns


def _line_turns(line: str, number: int) -> list[Turn]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
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
    return role, _text(message.get("content"))


def _text(value: Any) -> str:
    """What is written, without blanks around it; empty where there is no text."""
    # Half a surrogate pair is valid JSON and no text.
    return value.encode("utf-8", "replace").decode("utf-8").strip() if isinstance(value, str) else ""
