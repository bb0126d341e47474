"""Canonical JSON (RFC 8785) and the digests taken over it.

Every part of OpenLedger hashes the same bytes, so numbers are written as ECMAScript writes them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openledger_trainer.errors import TrainerError

LARGEST_INTEGER = 2**53 - 1
"""Above it a JavaScript number no longer holds every integer."""


def canonical_json(value: Any) -> str:
    """Write `value` as canonical JSON.

    Args:
        value: None, bool, int, float, str, a sequence or a mapping with string keys.

    Raises:
        TrainerError: A number or a string that has no exact JSON form.
    """
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise _refused(f"the integer {value} is larger than 2^53-1")
        return str(value)
    if isinstance(value, float):
        return ecmascript_number(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise _refused(f"the key {key!r} is not a string")
        members = sorted(value.items(), key=lambda item: _utf16(item[0]))
        return "{" + ",".join(f"{_string(key)}:{canonical_json(item)}" for key, item in members) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    raise _refused(f"a value of type {type(value).__name__} has no JSON form")


def ecmascript_number(value: float) -> str:
    """Write a double as ECMAScript's `Number::toString` does: shortest digits that read back equal."""
    if not math.isfinite(value):
        raise _refused(f"{value} is not a finite number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent_text = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS times ten to the power `point`.
    point = len(whole) + int(exponent_text or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    shown = f"{'+' if exponent > 0 else '-'}{abs(exponent)}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{shown}"


def canonical_bytes(value: Any) -> bytes:
    """Canonical JSON as UTF-8."""
    return canonical_json(value).encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """The sha256 of `data`, 0x-prefixed."""
    return "0x" + hashlib.sha256(data).hexdigest()


def digest_of(value: Any) -> str:
    """The sha256 of the canonical JSON of `value`, 0x-prefixed."""
    return sha256_hex(canonical_bytes(value))


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes, 0x-prefixed, read in pieces."""
    with path.open("rb") as stream:
        return "0x" + hashlib.file_digest(stream, "sha256").hexdigest()


def _string(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _refused("a string holds half of a surrogate pair") from None
    return json.dumps(text, ensure_ascii=False)


def _utf16(key: str) -> bytes:
    # RFC 8785 sorts by UTF-16 code units, which differs from code points beyond U+FFFF.
    return key.encode("utf-16-be", "surrogatepass")


def _refused(reason: str) -> TrainerError:
    return TrainerError(
        "not-canonical", f"This value cannot be written as JSON: {reason}.", "Change the value."
    )
