import math

import pytest

from openledger_trainer.canonical import canonical_json, digest_of, ecmascript_number
from openledger_trainer.errors import TrainerError


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.001, "0.001"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (123456.789e-10, "0.0000123456789"),
        (1.0, "1"),
        (-0.0, "0"),
        (-2.5, "-2.5"),
        (100.0, "100"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.23e25, "1.23e+25"),
        (333333333.33333329, "333333333.3333333"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740994.0, "9007199254740994"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(value: float, written: str) -> None:
    assert ecmascript_number(value) == written


def test_the_example_of_rfc_8785() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical_json(value) == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf16_units() -> None:
    # U+FB33 is after the surrogates of U+1F600 in UTF-16, and before it by code point.
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2, "\r": 3, "1": 4, "\u20ac": 5}) == (
        '{"\\r":3,"1":4,"€":5,"\U0001f600":2,"\ufb33":1}'
    )


def test_an_integer_and_the_equal_double_have_one_digest() -> None:
    assert digest_of({"alpha": 32}) == digest_of({"alpha": 32.0})


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, "\ud800", {1: 2}, b"bytes", {"a": object()}])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(TrainerError, match="cannot be written as JSON"):
        canonical_json(value)
