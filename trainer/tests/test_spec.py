import copy
from collections.abc import Callable
from typing import Any

import pytest

from openledger_trainer.canonical import digest_of
from openledger_trainer.errors import TrainerError
from openledger_trainer.families import FAMILIES
from openledger_trainer.spec import JobSpec


def _with(spec: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(spec)
    *sections, name = path.split(".")
    place = changed
    for section in sections:
        place = place[section]
    place[name] = value
    return changed


def _version(datanet: int) -> dict[str, Any]:
    return {"datanet": datanet, "versionCount": 1, "versionHead": "0x" + "11" * 32}


def test_a_specification_is_read_and_named_by_its_digest(make_spec: Callable[..., dict[str, Any]]) -> None:
    spec = make_spec()
    parsed = JobSpec.parse(spec)
    assert parsed.digest == digest_of(spec)
    assert parsed.training.learning_rate == 0.02
    assert parsed.parent_release is None


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("version", 1, "spec.version is 1; allowed is 2"),
        ("method", "full", 'spec.method is \'full\'; allowed is "lora" or "qlora"'),
        ("lora.rank", 0, "spec.lora.rank is 0; allowed is an integer from 1 to 256"),
        ("lora.rank", True, "spec.lora.rank is True"),
        ("lora.rank", 4.5, "spec.lora.rank is 4.5"),
        ("lora.dropout", 0.6, "spec.lora.dropout"),
        ("training.steps", 10**9, "spec.training.steps"),
        ("training.learningRate", float("nan"), "spec.training.learningRate is nan"),
        ("training.learningRate", "0.1", "spec.training.learningRate is '0.1'"),
        ("training.seed", -1, "spec.training.seed is -1"),
        ("training.dtype", "float16", "spec.training.dtype"),
        ("training.epochs", 2, "steps is 12 and epochs is 2"),
        ("training.packing", 1, "spec.training.packing is 1; allowed is true or false"),
        ("training.momentum", 0.9, "unknown field 'momentum'"),
        ("evaluation.heldOutBps", 0, "spec.evaluation.heldOutBps is 0"),
        ("datasets", [], "spec.datasets is []"),
        ("datasets", [_version(number) for number in range(1, 18)], "allowed is a list of 1 to 16"),
        ("datasets", [_version(1), _version(1)], "a Datanet is named twice"),
        ("datasets", [_version(0)], "spec.datasets[0].datanet is 0"),
        ("base.name", "n" * 129, "allowed is a text of 1 to 128 characters"),
        ("base.family", "\U0001f600" * 17, "allowed is a text of 1 to 32 characters"),
        ("parentRelease", 0, "spec.parentRelease is 0"),
        ("datasets", [{"datanet": 1}], "spec.datasets[0].versionCount is missing"),
        (
            "tolerance.relativeDistance",
            0,
            "spec.tolerance.relativeDistance is 0; allowed is a number from 0.001",
        ),
        ("base", None, "spec.base is None; allowed is an object"),
        ("base.baseDigest", "0xAB", "spec.base.baseDigest"),
        ("note", "hello", "unknown field 'note'"),
        ("parentRelease", "1", "spec.parentRelease is '1'"),
    ],
)
def test_a_wrong_field_is_named(
    make_spec: Callable[..., dict[str, Any]], path: str, value: Any, says: str
) -> None:
    with pytest.raises(TrainerError) as caught:
        JobSpec.parse(_with(make_spec(), path, value))
    assert says in caught.value.message
    assert caught.value.code == "bad-spec"


def test_a_missing_field_is_named(make_spec: Callable[..., dict[str, Any]]) -> None:
    spec = make_spec()
    del spec["training"]["seed"]
    with pytest.raises(TrainerError, match=r"spec\.training\.seed is missing"):
        JobSpec.parse(spec)


def test_packing_is_refused_for_exactly_the_families_that_cannot(
    make_spec: Callable[..., dict[str, Any]],
) -> None:
    for family in FAMILIES.values():
        spec = _with(make_spec(packing=True), "base.family", family.name)
        if family.packs:
            JobSpec.parse(spec)
        else:
            with pytest.raises(TrainerError, match=r"packing is true; models of the family"):
                JobSpec.parse(spec)


def test_bfloat16_needs_a_tolerance_that_honest_machines_keep(
    make_spec: Callable[..., dict[str, Any]],
) -> None:
    spec = make_spec(dtype="bfloat16")
    with pytest.raises(TrainerError, match=r"in bfloat16 it must be 0\.05 or more") as caught:
        JobSpec.parse(spec)
    assert (caught.value.code, caught.value.next_step) == ("bad-spec", "Choose 0.05, or float32.")
    JobSpec.parse(_with(spec, "tolerance.relativeDistance", 0.05))
