"""The job specification: what is trained on what, how, and how it is checked."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openledger_trainer.canonical import canonical_json, sha256_hex
from openledger_trainer.errors import TrainerError

DIGEST = re.compile(r"0x[0-9a-f]{64}")

FIELDS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "job_spec_fields.json").read_text("utf-8")
)
"""Every field that somebody chooses, by its path: the file that the page reads too."""

LIMITS: dict[str, Any] = json.loads((Path(__file__).parent / "job_spec_limits.json").read_text("utf-8"))
"""How large the other parts may be, and which families cannot pack: read by the page and the gateway too."""

BFLOAT16_LEAST_TOLERANCE: float = FIELDS["tolerance.relativeDistance"]["minimumWithBfloat16"]
"""The least tolerance of a job in bfloat16, below which honest runs on other hardware look like cheats."""


def default_fields() -> dict[str, Any]:
    """The default of every field, nested as in a specification."""
    spec: dict[str, Any] = {}
    for path, field in FIELDS.items():
        group, _, name = path.partition(".")
        if name:
            spec.setdefault(group, {})[name] = field["default"]
        else:
            spec[group] = field["default"]
    return spec


@dataclass(frozen=True)
class Base:
    """The base model that the job names."""

    name: str
    family: str
    base_digest: str


@dataclass(frozen=True)
class DatasetVersion:
    """A Datanet at one point of its version chain."""

    datanet: int
    version_count: int
    version_head: str


@dataclass(frozen=True)
class Lora:
    """Size, strength, place and kind of the adapter."""

    rank: int
    alpha: float
    dropout: float
    targets: str = "all"
    use_rslora: bool = False
    use_dora: bool = False


@dataclass(frozen=True)
class Training:
    """How the adapter learns. The thread count is part of it: sums depend on how work is divided."""

    steps: int
    epochs: int
    batch_size: int
    accumulation: int
    learning_rate: float
    schedule: str
    warm_up_bps: int
    cutoff_tokens: int
    packing: bool
    weight_decay: float
    max_gradient_norm: float
    gradient_checkpointing: bool
    checkpoint_every_steps: int
    seed: int
    threads: int
    dtype: str


@dataclass(frozen=True)
class Evaluation:
    """What is held out, how often it is measured, and when a run stops early."""

    held_out_bps: int
    every_steps: int
    patience: int


@dataclass(frozen=True)
class JobSpec:
    """A validated job specification; `canonical` is its canonical JSON."""

    base: Base
    datasets: tuple[DatasetVersion, ...]
    method: str
    lora: Lora
    training: Training
    evaluation: Evaluation
    relative_distance: float
    parent_release: int | None
    canonical: str

    @property
    def digest(self) -> str:
        """The sha256 of its canonical JSON."""
        return sha256_hex(self.canonical.encode("utf-8"))

    @classmethod
    def parse(cls, value: Any) -> JobSpec:
        """Read a specification, refusing every field that is missing, unknown or out of range.

        Raises:
            TrainerError: With the field, its value and what is allowed.
        """
        spec = _Reader("spec", value)
        spec.integer("version", 2, 2)
        base = spec.section("base")
        lora = spec.section("lora")
        training = spec.section("training")
        evaluation = spec.section("evaluation")
        tolerance = spec.section("tolerance")
        parsed = cls(
            base=Base(
                base.text("name", LIMITS["longestBaseName"]),
                base.text("family", LIMITS["longestFamily"]),
                base.digest("baseDigest"),
            ),
            datasets=tuple(
                DatasetVersion(
                    item.integer("datanet", 1, LIMITS["largestDatanet"]),
                    item.integer("versionCount", 1, LIMITS["largestVersionCount"]),
                    item.digest("versionHead"),
                )
                for item in spec.sections("datasets", 1, LIMITS["mostDatasets"])
            ),
            method=spec.field("method"),
            lora=Lora(**_fields_of(lora, Lora)),
            training=Training(**_fields_of(training, Training)),
            evaluation=Evaluation(**_fields_of(evaluation, Evaluation)),
            relative_distance=tolerance.field("relativeDistance"),
            parent_release=spec.optional_integer("parentRelease", 1, LIMITS["largestRelease"]),
            canonical=canonical_json(value),
        )
        for reader in (spec, base, lora, training, evaluation, tolerance):
            reader.refuse_others()
        _refuse_contradictions(parsed)
        return parsed


def _refuse_contradictions(spec: JobSpec) -> None:
    training = spec.training
    if (training.steps > 0) == (training.epochs > 0):
        raise TrainerError(
            "bad-spec",
            f"spec.training.steps is {training.steps} and epochs is {training.epochs}; "
            "one of them must be above 0 and the other 0.",
            "Correct the specification.",
        )
    datanets = [each.datanet for each in spec.datasets]
    if len(set(datanets)) < len(datanets):
        raise TrainerError(
            "bad-spec", f"spec.datasets is {datanets}: a Datanet is named twice.", "Name each of them once."
        )
    if training.packing and spec.base.family in LIMITS["familiesWithoutPacking"]:
        raise TrainerError(
            "bad-spec",
            f"spec.training.packing is true; models of the family {spec.base.family} cannot keep the "
            "examples of a row apart.",
            "Set spec.training.packing to false.",
        )
    least = BFLOAT16_LEAST_TOLERANCE
    if training.dtype == "bfloat16" and spec.relative_distance < least:
        raise TrainerError(
            "bad-spec",
            f"spec.tolerance.relativeDistance is {spec.relative_distance:g}; in bfloat16 it must be "
            f"{least:g} or more, so that honest machines agree.",
            f"Choose {least:g}, or float32.",
        )


def _fields_of(section: _Reader, part: type) -> dict[str, Any]:
    return {field.name: section.field(_camel(field.name)) for field in dataclasses.fields(part)}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class _Reader:
    """Takes the fields of one object and remembers which, so that unknown ones can be refused."""

    def __init__(self, path: str, value: Any) -> None:
        if not isinstance(value, Mapping):
            raise _wrong(path, value, "an object")
        self.path = path
        self.value = value
        self.taken: set[str] = set()

    def take(self, name: str) -> Any:
        self.taken.add(name)
        if name not in self.value:
            raise TrainerError("bad-spec", f"{self.path}.{name} is missing.", "Add it to the specification.")
        return self.value[name]

    def field(self, name: str) -> Any:
        """A field of the shared list, by what the list allows."""
        described = FIELDS[f"{self.path}.{name}".removeprefix("spec.")]
        kind = described["kind"]
        if kind == "integer":
            return self.integer(name, described["minimum"], described["maximum"])
        if kind == "number":
            return self.number(name, described["minimum"], described["maximum"])
        if kind == "choice":
            return self.choice(name, tuple(described["choices"]))
        return self.flag(name)

    def section(self, name: str) -> _Reader:
        return _Reader(f"{self.path}.{name}", self.take(name))

    def sections(self, name: str, least: int, most: int) -> list[_Reader]:
        items = self.take(name)
        if not isinstance(items, list) or not least <= len(items) <= most:
            raise _wrong(f"{self.path}.{name}", items, f"a list of {least} to {most} objects")
        readers = [_Reader(f"{self.path}.{name}[{index}]", item) for index, item in enumerate(items)]
        for reader in readers:
            reader.taken.update(("datanet", "versionCount", "versionHead"))
            reader.refuse_others()
        return readers

    def integer(self, name: str, least: int, most: int) -> int:
        value = self.take(name)
        # JSON knows no integers: 8.0 and 8 are the same number and have the same canonical form.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            allowed = f"{least}" if least == most else f"an integer from {least} to {most}"
            raise _wrong(f"{self.path}.{name}", value, allowed)
        return value

    def optional_integer(self, name: str, least: int, most: int) -> int | None:
        return None if self.take(name) is None else self.integer(name, least, most)

    def number(self, name: str, least: float, most: float) -> float:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise _wrong(f"{self.path}.{name}", value, f"a number from {least:g} to {most:g}")
        return float(value)

    def text(self, name: str, most: int) -> str:
        value = self.take(name)
        # Counted as JavaScript counts, where a character beyond the first 65,536 is two.
        if not isinstance(value, str) or not 2 <= len(value.encode("utf-16-le", "surrogatepass")) <= 2 * most:
            raise _wrong(f"{self.path}.{name}", value, f"a text of 1 to {most} characters")
        return value

    def digest(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str) or not DIGEST.fullmatch(value):
            raise _wrong(f"{self.path}.{name}", value, "0x and 64 lower-case hexadecimal digits")
        return value

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool):
            raise _wrong(f"{self.path}.{name}", value, "true or false")
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.take(name)
        if not isinstance(value, str) or value not in allowed:
            raise _wrong(f"{self.path}.{name}", value, " or ".join(f'"{item}"' for item in allowed))
        return value

    def refuse_others(self) -> None:
        unknown = sorted(set(self.value) - self.taken)
        if unknown:
            raise TrainerError(
                "bad-spec",
                f"{self.path} has the unknown field {unknown[0]!r}.",
                "Remove it: a field without a meaning would change the digest and nothing else.",
            )


def _wrong(field: str, value: Any, allowed: str) -> TrainerError:
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return TrainerError(
        "bad-spec", f"{field} is {shown}; allowed is {allowed}.", "Correct the specification."
    )
