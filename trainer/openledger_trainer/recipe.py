"""The recipe: everything that decides what a run computes, fixed and committed before its first step."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from openledger_trainer.base_model import BaseModel, load_tokenizer
from openledger_trainer.canonical import LARGEST_INTEGER, digest_of
from openledger_trainer.dataset import Dataset
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import encode, training_rows
from openledger_trainer.quantization import BACKENDS, BITSANDBYTES, available_backends, chosen_backend
from openledger_trainer.spec import JobSpec
from openledger_trainer.template import template_digest

_PACKAGES = ("torch", "transformers", "peft", "accelerate", "safetensors", "tokenizers", "pypdf")


@dataclass(frozen=True)
class Recipe:
    """A specification with what it left open.

    Attributes:
        spec: The specification of the job.
        base_digest: Digest of the base's files.
        data_digest: Digest of the records in their order, and of the split.
        template_digest: Digest of how conversations become text.
        seed: Where all chance comes from: drawn after the claim, so that nobody can choose it.
        steps: How many updates are planned.
        quantization: The implementation that keeps the base in four bits; None for LoRA.
        versions: The software that the trainer runs.
    """

    spec: JobSpec
    base_digest: str
    data_digest: str
    template_digest: str
    seed: int
    steps: int
    quantization: str | None
    versions: dict[str, str]

    @property
    def digest(self) -> str:
        """The first head of the run's transcript."""
        return digest_of(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The recipe as it is published."""
        return {
            "version": 1,
            "specDigest": self.spec.digest,
            "baseDigest": self.base_digest,
            "dataDigest": self.data_digest,
            "templateDigest": self.template_digest,
            "seed": self.seed,
            "steps": self.steps,
            "dtype": self.spec.training.dtype,
            "threads": self.spec.training.threads,
            "quantization": self.quantization,
            "versions": self.versions,
        }


def make_recipe(base: BaseModel, dataset: Dataset, spec: JobSpec, seed: int | None = None) -> Recipe:
    """Fix what the specification leaves open, on this machine.

    Args:
        base: The base that the specification names.
        dataset: The records of its dataset versions.
        spec: The specification.
        seed: The drawn seed; None takes the specification's, for a run that no chain knows.

    Raises:
        TrainerError: When base and specification do not fit together.
    """
    _expect_base(base, spec)
    tokenizer = load_tokenizer(base)
    training = spec.training
    drawn = training.seed if seed is None else seed
    examples = encode(dataset.training, tokenizer, training.cutoff_tokens)
    rows = training_rows(examples, base.family, training.cutoff_tokens, training.packing, drawn)
    return Recipe(
        spec=spec,
        base_digest=base.digest,
        data_digest=dataset.digest(),
        template_digest=template_digest(tokenizer),
        seed=drawn,
        steps=planned_steps(spec, len(rows)),
        quantization=chosen_backend() if spec.method == "qlora" else None,
        versions=installed_versions(),
    )


def installed_versions() -> dict[str, str]:
    """The software that decides what a run computes, as it is installed now; bitsandbytes where it is."""
    found = {name: version(name) for name in _PACKAGES}
    with suppress(PackageNotFoundError):
        found[BITSANDBYTES] = version(BITSANDBYTES)
    return found


def begun_recipe(path: Path, base: BaseModel, dataset: Dataset, spec: JobSpec, seed: int) -> Recipe | None:
    """The recipe of a run that was begun before, where it can be finished here; else None.

    Software may change in the middle of a run. What the run committed to stays its recipe, since no other
    could be committed to any more; every segment is one that a checker with other software has to accept.

    Args:
        path: The file that holds it.
        base: The base that the specification names.
        dataset: The records of its dataset versions.
        spec: The specification.
        seed: The drawn seed.
    """
    try:
        recipe = check_recipe(json.loads(path.read_text("utf-8")), base, dataset, spec)
    except (OSError, ValueError, TrainerError):
        return None
    return recipe if recipe.seed == seed else None


def planned_steps(spec: JobSpec, rows: int) -> int:
    """The number of updates: as the specification says, or as many as its epochs need.

    Args:
        spec: The specification.
        rows: How many examples, or packed rows of them, one epoch has.
    """
    training = spec.training
    if training.steps > 0:
        return training.steps
    return max(1, -(-training.epochs * rows // (training.batch_size * training.accumulation)))


def check_recipe(value: Any, base: BaseModel, dataset: Dataset, spec: JobSpec) -> Recipe:
    """The recipe that a trainer committed to, compared with what follows from specification and data.

    Seed, software versions and the 4-bit implementation are the trainer's to say; the seed is
    compared with the chain by who asks.

    Raises:
        TrainerError: `wrong-recipe` with the first field that differs; `cannot-check` when this machine
            lacks the 4-bit implementation.
    """
    if not isinstance(value, dict):
        raise _wrong("it is no object")
    seed, versions, quantization = value.get("seed"), value.get("versions"), value.get("quantization")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_INTEGER:
        raise _wrong(f"its seed is {str(seed)[:40]}")
    if not isinstance(versions, dict) or not all(
        isinstance(text, str) for pair in versions.items() for text in pair
    ):
        raise _wrong("its versions are no texts")
    if (spec.method == "qlora") != isinstance(quantization, str):
        raise _wrong(f"its quantization is {str(quantization)[:40]} for the method {spec.method}")
    if quantization is not None and quantization not in BACKENDS:
        raise _wrong(f"its quantization is {quantization[:40]}, which is none of {', '.join(BACKENDS)}")
    mine = make_recipe(base, dataset, spec, seed)
    claimed = Recipe(
        spec, base.digest, mine.data_digest, mine.template_digest, seed, mine.steps, quantization, versions
    )
    for name, expected in claimed.to_json().items():
        if value.get(name) != expected:
            raise _wrong(f"its {name} is {str(value.get(name))[:80]}, not {expected}")
    if set(value) != set(claimed.to_json()):
        raise _wrong("it has other fields")
    try:
        claimed.digest  # noqa: B018
    except TrainerError as error:
        raise _wrong(error.message) from None
    if quantization is not None and quantization not in available_backends():
        raise TrainerError(
            "cannot-check",
            f'The run kept its base in four bits by "{quantization}", which this machine lacks.',
            f"Install it; here are: {', '.join(available_backends())}.",
        )
    return claimed


def _expect_base(base: BaseModel, spec: JobSpec) -> None:
    if base.digest != spec.base.base_digest:
        raise TrainerError(
            "wrong-base",
            f"The base {base.name} has the digest {base.digest}, not {spec.base.base_digest}.",
            "Fetch the base that the specification names.",
        )


def _wrong(what: str) -> TrainerError:
    return TrainerError("wrong-recipe", f"The recipe is not this job's: {what}.", "Reject the attestation.")
