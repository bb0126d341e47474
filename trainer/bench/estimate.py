"""`npm run bench:estimate`: how near the estimate of a job comes to what its training takes.

Each case is estimated in one fresh process and trained in another: seconds of the whole run, and its peak
memory above that of the process with its libraries loaded. The result lies in `bench/estimate.json`.
A full run takes about five minutes; `--quick` takes the smallest cases, and writes only where `--out` says.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TINY = ROOT / ".cache" / "bases"
CORPUS = ROOT / "trainer" / "openledger_trainer" / "corpus" / "gsm8k-train-tail.jsonl"
RECORDS = 60


@dataclass(frozen=True)
class Case:
    """One job.

    Attributes:
        name: What it is called in the report.
        base: A folder of `.cache/bases`, or one of `_SIZES`.
        method: lora or qlora.
        training: Fields that differ from their defaults.
        quick: Whether `--quick` measures it.
    """

    name: str
    base: str
    method: str = "lora"
    training: dict[str, Any] = field(default_factory=dict)
    quick: bool = False


_SIZES = {
    "llama-30m": {"vocabulary": 16_384, "width": 384, "layers": 12, "heads": 6, "window": 512},
    "llama-100m": {"vocabulary": 32_000, "width": 768, "layers": 12, "heads": 12, "window": 512},
}
CASES = (
    Case("gpt2-tiny", "openledger-gpt2-tiny", training={"steps": 150}, quick=True),
    Case(
        "llama-tiny, accumulated",
        "openledger-llama-tiny",
        training={"steps": 60, "batchSize": 8, "accumulation": 2, "cutoffTokens": 256},
        quick=True,
    ),
    Case("30M", "llama-30m", training={"steps": 20, "batchSize": 8}, quick=True),
    Case("100M", "llama-100m", training={"steps": 10}),
    Case(
        "100M, gradient checkpointing",
        "llama-100m",
        training={"steps": 5, "batchSize": 8, "cutoffTokens": 256, "gradientCheckpointing": True},
    ),
    Case("100M, QLoRA", "llama-100m", "qlora", {"steps": 10}),
)


def main() -> None:
    """Measure the cases and report them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the smallest cases")
    parser.add_argument("--out", type=Path, help="where the report is written")
    parser.add_argument("--threads", type=int, default=1, help="threads of the jobs")
    parser.add_argument("--part", choices=("estimate", "train"), help=argparse.SUPPRESS)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part is not None:
        case = next(case for case in CASES if case.name == arguments.case)
        part = _estimated if arguments.part == "estimate" else _measured
        print(json.dumps(part(case, arguments.folder, arguments.threads)))
        return
    out: Path | None = arguments.out
    if out is None and not arguments.quick:
        out = ROOT / "bench" / "estimate.json"
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="openledger-estimate-") as folder:
        cases = [
            _compare(case, Path(folder), arguments.threads)
            for case in CASES
            if case.quick or not arguments.quick
        ]
    # Loads torch: not while other processes measure their memory.
    from machine import machine_facts

    report = {
        "cases": cases,
        "threads": arguments.threads,
        "worstSecondsError": max(abs(case["secondsError"]) for case in cases),
        "worstPeakBytesError": max(abs(case["peakBytesError"]) for case in cases),
        "machine": machine_facts(),
        "seconds": round(time.monotonic() - started),
    }
    print(json.dumps(report, indent=2))
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _compare(case: Case, folder: Path, threads: int) -> dict[str, Any]:
    estimated, measured = (_in_process(part, case, folder, threads) for part in ("estimate", "train"))
    compared: dict[str, Any] = {"name": case.name, "method": case.method, "device": estimated["device"]}
    for name in ("seconds", "peakBytes"):
        compared[name] = {"estimated": estimated[name], "measured": measured[name]}
        compared[f"{name}Error"] = round(estimated[name] / measured[name] - 1, 3)
    compared |= {name: estimated[name] for name in ("trainableParameters", "tokens", "estimatingSeconds")}
    print(json.dumps(compared), file=sys.stderr)
    return compared


def _in_process(part: str, case: Case, folder: Path, threads: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--part", part, "--case", case.name, "--folder", str(folder)]
    done = subprocess.run(
        [*command, "--threads", str(threads)],
        stdout=subprocess.PIPE,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _base(case: Case, folder: Path) -> Path:
    """A case's base: one of the set-up, or a large one with random weights and a small one's tokenizer."""
    if case.base not in _SIZES:
        return TINY / case.base
    made = folder / case.base
    if not made.is_dir():
        from openledger_trainer.configurations import new_model

        tokenizer = TINY / "openledger-llama-tiny"
        new_model("llama", end_token=0, **_SIZES[case.base]).save_pretrained(str(made))
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(tokenizer / name, made / name)
    return made


def _job(case: Case, folder: Path, threads: int) -> tuple[Any, Any, Any]:
    """Base, dataset and specification of a case."""
    from openledger_trainer.base_model import find_base
    from openledger_trainer.canonical import sha256_hex
    from openledger_trainer.dataset import SourceFile, load_dataset
    from openledger_trainer.spec import JobSpec, default_fields

    base = find_base(str(_base(case, folder)))
    data = folder / "records.jsonl"
    lines = CORPUS.read_text("utf-8").splitlines(keepends=True)[:RECORDS]
    data.write_text("".join(lines), "utf-8")
    value = default_fields() | {
        "version": 2,
        "base": {"name": base.name, "family": base.family.name, "baseDigest": base.digest},
        "datasets": [{"datanet": 1, "versionCount": 1, "versionHead": "0x" + "11" * 32}],
        "method": case.method,
        "parentRelease": None,
    }
    value["training"] |= {"epochs": 0, "threads": threads, **case.training}
    # One evaluation before the first step and one after the last.
    value["evaluation"] |= {"heldOutBps": 1000, "everySteps": case.training["steps"]}
    spec = JobSpec.parse(value)
    file = SourceFile(data, "application/jsonl", sha256_hex(data.read_bytes()))
    return base, load_dataset([file], spec.evaluation.held_out_bps), spec


def _estimated(case: Case, folder: Path, threads: int) -> dict[str, Any]:
    from openledger_trainer.estimate import estimate, lengths_of
    from openledger_trainer.progress import Progress

    base, dataset, spec = _job(case, folder, threads)
    started = time.monotonic()
    found = estimate(base, spec, lengths_of(base, dataset, spec), Progress(lambda event, data: None))
    return found | {"estimatingSeconds": round(time.monotonic() - started, 1)}


def _measured(case: Case, folder: Path, threads: int) -> dict[str, Any]:
    import torch

    from openledger_trainer.determinism import choose_device
    from openledger_trainer.progress import Progress
    from openledger_trainer.recipe import make_recipe
    from openledger_trainer.resident_memory import watched_growth
    from openledger_trainer.training import train

    # A worker that has had a job has loaded its libraries.
    for current in (replace(CASES[0], training={"steps": 2}), case):
        base, dataset, spec = _job(current, folder, threads)
        recipe = make_recipe(base, dataset, spec)
        work = Path(tempfile.mkdtemp(dir=folder))
        started = time.monotonic()
        with watched_growth() as growth:
            train(base, dataset, recipe, work, Progress(lambda event, data: None))
        seconds = time.monotonic() - started
    device = choose_device()
    peak = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else growth.size_bytes
    return {"seconds": round(seconds, 1), "peakBytes": peak}


if __name__ == "__main__":
    main()
