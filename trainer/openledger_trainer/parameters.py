"""Reads the parameters of a request, naming what is missing or wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openledger_trainer.dataset import SourceFile
from openledger_trainer.errors import TrainerError
from openledger_trainer.spec import DIGEST, JobSpec
from openledger_trainer.template import Message


class Parameters:
    """The `params` of one request."""

    def __init__(self, value: Any) -> None:
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise _wrong("params", value, "an object")
        self._value: dict[str, Any] = value

    def to_json(self) -> dict[str, Any]:
        """The parameters as they came."""
        return self._value

    def text(self, name: str, longest: int = 4096) -> str:
        """A text that is not empty."""
        value = self._value.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= longest or not _is_unicode(value):
            raise _wrong(f"params.{name}", value, f"a text of 1 to {longest} characters")
        return value

    def has(self, name: str) -> bool:
        """Whether it is given and not null."""
        return self._value.get(name) is not None

    def optional_text(self, name: str) -> str | None:
        """A text, or None when it is null or missing."""
        return self.text(name) if self.has(name) else None

    def texts(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        """A list of texts that are not empty; none when it is null or missing."""
        value = self._value.get(name) or []
        allowed = f"a list of at most {most} texts of 1 to {longest} characters"
        if not isinstance(value, list) or len(value) > most:
            raise _wrong(f"params.{name}", value, allowed)
        for item in value:
            if not isinstance(item, str) or not 1 <= len(item) <= longest:
                raise _wrong(f"params.{name}", value, allowed)
        return tuple(value)

    def messages(self, name: str, most: int, longest: int) -> list[Message] | None:
        """A conversation of at most `longest` characters, or None when it is null or missing."""
        if not self.has(name):
            return None
        value = self._value[name]
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise _wrong(f"params.{name}", value, f"a list of 1 to {most} messages")
        messages = [_message(f"params.{name}[{index}]", item) for index, item in enumerate(value)]
        characters = sum(len(message["content"]) for message in messages)
        if characters > longest:
            raise _wrong(f"params.{name}", f"{characters} characters", f"at most {longest} characters")
        return messages

    def path(self, name: str) -> Path:
        """A path."""
        return Path(self.text(name))

    def optional_path(self, name: str) -> Path | None:
        """A path, or None when it is null or missing."""
        return None if self._value.get(name) is None else self.path(name)

    def integer(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """An integer in a range."""
        value = self._value.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _wrong(f"params.{name}", value, f"an integer from {least} to {most}")
        return value

    def optional_integer(self, name: str, least: int, most: int) -> int | None:
        """An integer in a range, or None when it is null or missing."""
        return None if self._value.get(name) is None else self.integer(name, least, most)

    def integers(self, name: str, least: int, most: int) -> tuple[int, ...] | None:
        """Integers in a range, or None when they are null or missing."""
        value = self._value.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(
            isinstance(item, int) and not isinstance(item, bool) and least <= item <= most for item in value
        ):
            raise _wrong(f"params.{name}", value, f"a list of integers from {least} to {most}")
        return tuple(value)

    def value(self, name: str) -> Any:
        """A value of any kind; None when it is missing."""
        return self._value.get(name)

    def number(self, name: str, least: float, most: float, default: float) -> float:
        """A number in a range."""
        value = self._value.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise _wrong(f"params.{name}", value, f"a number from {least:g} to {most:g}")
        return float(value)

    def flag(self, name: str) -> bool:
        """True or false; false when it is missing."""
        value = self._value.get(name, False)
        if not isinstance(value, bool):
            raise _wrong(f"params.{name}", value, "true or false")
        return value

    def identifier(self, name: str) -> str | int:
        """The id of another request."""
        value = self._value.get(name)
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise _wrong(f"params.{name}", value, "the id of a request")
        return value

    def spec(self) -> JobSpec:
        """The job specification."""
        return JobSpec.parse(self._value.get("spec"))

    def files(self) -> list[SourceFile]:
        """The files of the dataset versions."""
        value = self._value.get("files")
        if not isinstance(value, list):
            raise _wrong("params.files", value, "a list of {path, mediaType, sha256}")
        return [_file(f"params.files[{index}]", item) for index, item in enumerate(value)]


def _message(place: str, item: Any) -> Message:
    if not isinstance(item, dict) or not isinstance(item.get("content"), str):
        raise _wrong(place, item, "an object {role, content}")
    if not _is_unicode(item["content"]):
        raise _wrong(f"{place}.content", item["content"], "Unicode text")
    if item.get("role") not in ("system", "user", "assistant"):
        raise _wrong(f"{place}.role", item.get("role"), "system, user or assistant")
    return {"role": item["role"], "content": item["content"]}


def _is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON can also spell half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _file(place: str, item: Any) -> SourceFile:
    if not isinstance(item, dict):
        raise _wrong(place, item, "an object {path, mediaType, sha256}")
    for name in ("path", "mediaType", "sha256"):
        if not isinstance(item.get(name), str):
            raise _wrong(f"{place}.{name}", item.get(name), "a text")
    if not DIGEST.fullmatch(item["sha256"]):
        raise _wrong(f"{place}.sha256", item["sha256"], "0x and 64 lower-case hexadecimal digits")
    return SourceFile(Path(item["path"]), item["mediaType"], item["sha256"])


def _wrong(place: str, value: Any, allowed: str) -> TrainerError:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return TrainerError("bad-request", f"{place} is {shown}; allowed is {allowed}.", "Correct the request.")
