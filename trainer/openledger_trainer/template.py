"""Conversations as tokens, by the base's chat template: the very same in training and in chat.

A conversation is rendered with a marker in the place of the answer and cut there, so that whatever the
template writes before an answer (a role, an empty thought) is given in both, even where its "generation
prompt" says something else. Conversation and answer are tokenized apart: chat begins with exactly the tokens
after which the answer was learnt.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from weakref import WeakKeyDictionary

from openledger_trainer.canonical import digest_of
from openledger_trainer.errors import TrainerError

RULES_VERSION = 1
"""Part of the template's digest: raise it when the same template begins to give other tokens."""

_MARKER = "OPENLEDGER-ANSWER-7F3A"
# Templates that write today's date would give other tokens tomorrow. LLaMA 3's own falls back to this one.
_TODAY = datetime.date(2024, 7, 26)


class Message(TypedDict):
    """One turn; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class _Frame:
    """What stands around an answer, found once a template.

    Attributes:
        template: The template that it was found for.
        control: Finds the texts of control tokens; None when there are none.
        context: A short conversation up to its answer.
        context_tokens: Its tokens.
        lead: Spaces between conversation and answer; tokenizers join them with the answer's first word.
        end: Tokens that end an answer.
    """

    template: str
    control: re.Pattern[str] | None
    context: str
    context_tokens: tuple[int, ...]
    lead: str
    end: tuple[int, ...]


_frames: WeakKeyDictionary[Any, _Frame] = WeakKeyDictionary()


def user_message(content: str) -> list[Message]:
    """The conversation that begins with one question."""
    return [{"role": "user", "content": content}]


def conversation_tokens(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """A conversation's tokens, up to where its next answer begins.

    Raises:
        TrainerError: When the template refuses the messages, or they do not end with the user's.
    """
    frame = _frame(tokenizer)
    clean = [_clean(frame.control, message) for message in messages]
    before, _ = _cut(_rendered(tokenizer, frame.template, clean))
    return _encode(tokenizer, before.rstrip(" "))


def answer_tokens(tokenizer: Any, answer: str) -> list[int]:
    """An answer's tokens, with those that end it."""
    frame = _frame(tokenizer)
    text = frame.lead + _broken(frame.control, answer.strip())
    # In its place, since some tokenizers put a space before the first word of whatever they are given.
    whole = _encode(tokenizer, frame.context + text)
    count = len(frame.context_tokens)
    if tuple(whole[:count]) == frame.context_tokens:
        return whole[count:] + list(frame.end)
    return _encode(tokenizer, text) + list(frame.end)


def text_tokens(tokenizer: Any, text: str) -> list[int]:
    """Text outside of any conversation, without the token that begins a text."""
    return _encode(tokenizer, _broken(_frame(tokenizer).control, text))


def start_tokens(tokenizer: Any) -> list[int]:
    """The token that begins a text, where the model has one."""
    return [] if tokenizer.bos_token_id is None else [int(tokenizer.bos_token_id)]


def end_tokens(tokenizer: Any, model: Any = None) -> frozenset[int]:
    """The tokens at which an answer is over: the template's, the tokenizer's, the model's own settings'."""
    ends = {_frame(tokenizer).end[-1], int(tokenizer.eos_token_id)}
    named = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    ends.update([] if named is None else named if isinstance(named, list) else [named])
    return frozenset(int(end) for end in ends)


def template_digest(tokenizer: Any) -> str:
    """sha256 over the template and over what it can write besides the messages."""
    control = [tokenizer.bos_token, tokenizer.eos_token, tokenizer.pad_token, tokenizer.unk_token]
    return digest_of([RULES_VERSION, _template(tokenizer), control])


def _frame(tokenizer: Any) -> _Frame:
    template = _template(tokenizer)
    frame = _frames.get(tokenizer)
    if frame is None or frame.template != template:
        frame = _frames[tokenizer] = _find_frame(tokenizer, template)
    return frame


def _find_frame(tokenizer: Any, template: str) -> _Frame:
    if tokenizer.eos_token_id is None:
        raise TrainerError(
            "no-end-token",
            "The base's tokenizer has no end-of-text token.",
            "Choose a base whose tokenizer names one.",
        )
    control = {
        token.content: place for place, token in tokenizer.added_tokens_decoder.items() if token.special
    }
    texts = sorted((text for text in control if len(text) > 1), key=lambda text: (-len(text), text))
    before, after = _cut(_rendered(tokenizer, template, user_message("Why?")))
    context = before.rstrip(" ")
    tail = _encode(tokenizer, after)
    places = [place for place, token in enumerate(tail) if token in control.values()]
    # What follows the end (a line break, the next role) is never written by the model.
    end = tail[: places[0] + 1] if places else [int(tokenizer.eos_token_id)]
    return _Frame(
        template,
        re.compile("|".join(map(re.escape, texts))) if texts else None,
        context,
        tuple(_encode(tokenizer, context)),
        before[len(context) :],
        tuple(end),
    )


def _template(tokenizer: Any) -> str:
    template = tokenizer.chat_template
    if isinstance(template, dict):
        template = template.get("default")
    if not isinstance(template, str):
        raise TrainerError(
            "no-template",
            "The base's tokenizer has no chat template.",
            "Load the tokenizer with its family's.",
        )
    return template


def _rendered(tokenizer: Any, template: str, messages: Sequence[Message]) -> str:
    """The conversation as text, with the marker in the place of the next answer.

    transformers renders templates in jinja's immutable sandbox: they can neither run code nor read files.
    """
    if not messages or messages[-1]["role"] != "user":
        raise TrainerError(
            "bad-conversation",
            f"The conversation's {len(messages)} messages do not end with the user's.",
            "End with a question.",
        )
    try:
        return _render(tokenizer, template, messages)
    except Exception as error:  # a template is its maker's program and raises what it likes
        folded = _folded(messages)
        if folded is not None:
            try:
                return _render(tokenizer, template, folded)
            except Exception:  # the first reason is the one that names the caller's messages
                pass
        reason = str(error).strip().partition("\n")[0][:200] or type(error).__name__
        raise TrainerError(
            "bad-conversation",
            f"The base's chat template refuses this conversation: {reason}",
            "Let user and assistant take turns, beginning with the user.",
        ) from None


def _render(tokenizer: Any, template: str, messages: Sequence[Message]) -> str:
    marked = [*messages, {"role": "assistant", "content": _MARKER}]
    text: str = tokenizer.apply_chat_template(
        marked, chat_template=template, tokenize=False, strftime_now=_TODAY.strftime
    )
    if _MARKER not in text:
        # A template that writes no answers still says where one begins.
        text = tokenizer.apply_chat_template(
            list(messages),
            chat_template=template,
            tokenize=False,
            add_generation_prompt=True,
            strftime_now=_TODAY.strftime,
        )
        text += _MARKER
    return text


def _cut(text: str) -> tuple[str, str]:
    before, _, after = text.rpartition(_MARKER)
    return before, after


def _folded(messages: Sequence[Message]) -> list[Message] | None:
    """The system message put before the first question, for templates that know no such role."""
    if len(messages) < 2 or messages[0]["role"] != "system":
        return None
    first: Message = {"role": "user", "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
    return [first, *messages[2:]] if messages[1]["role"] == "user" else None


def _clean(control: re.Pattern[str] | None, message: Message) -> Message:
    return {"role": message["role"], "content": _broken(control, message["content"].strip())}


def _broken(control: re.Pattern[str] | None, text: str) -> str:
    """The text with a space in every control token that it spells: what people write controls no model."""
    return text if control is None else control.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)


def _encode(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False))
