"""`npm run bench:train`: what fine-tuning brings and takes, for every family and both methods.

Held-out loss before and after on the demo's texts, tokens a second beside a bare PEFT loop in the same run,
and what four bits save. Writes `bench/train.json`. `--quick` takes two types and fewer steps, and writes
nothing unless `--out` says where.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

# A benchmark's threads are those of its jobs.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from machine import machine_facts
from train_jobs import ROOT, demo_job, small_bases
from train_memory import HUNDRED_MILLION, ONE_BILLION, quantized_bytes, random_base, speed_and_memory
from train_speed import against_bare

from openledger_trainer.families import FAMILIES
from openledger_trainer.progress import Progress
from openledger_trainer.quantization import available_backends
from openledger_trainer.training import train

QUICK_TYPES = ("gpt2", "llama")
METHODS = ("lora", "qlora")
THIRTY_MILLION = {"vocabulary": 16_384, "width": 384, "layers": 12, "heads": 6, "window": 512}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two types and few steps, in about a minute")
    parser.add_argument("--out", type=Path, help="where the report is written")
    arguments = parser.parse_args()
    out: Path | None = arguments.out
    if out is None and not arguments.quick:
        out = ROOT / "bench" / "train.json"
    started = time.monotonic()
    report = _measure(arguments.quick)
    report["seconds"] = round(time.monotonic() - started)
    print(json.dumps(report, indent=2))
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _measure(quick: bool) -> dict[str, Any]:
    bases = small_bases(QUICK_TYPES if quick else tuple(FAMILIES))
    shorter: dict[str, Any] = {"epochs": 0, "steps": 40} if quick else {"epochs": 1}
    families = [_fine_tuned(bases[each], method, shorter) for method in METHODS for each in bases]
    # The ratio that counts is that of the base on which the engine does worst.
    speeds = [
        _told(against_bare(demo_job(bases[each], epochs=0, steps=1000), 9 if quick else 25, 4))
        for each in bases
    ]
    if not quick:
        with tempfile.TemporaryDirectory(prefix="openledger-train-") as folder:
            larger = random_base(Path(folder), THIRTY_MILLION)
            found = against_bare(demo_job(larger, epochs=0, steps=1000), 9, 2)
            speeds.append(_told(found | {"base": "llama of 30 million parameters, random weights"}))
    report = {
        "families": families,
        "lossFellLeast": round(min(1 - each["lossAfter"] / each["lossBefore"] for each in families), 4),
        "tokensAgainstBare": min(each["ratio"] for each in speeds),
        "speeds": speeds,
        "quantized": _told(quantized_bytes(HUNDRED_MILLION, available_backends())),
    }
    if not quick:
        report["hundredMillion"] = [_told(speed_and_memory(HUNDRED_MILLION, 5, method)) for method in METHODS]
    if torch.cuda.is_available():
        report["oneBillion"] = [
            _told(speed_and_memory(ONE_BILLION, 10 if quick else 30, method, **_gpu_training()))
            for method in METHODS
        ]
    return report | {"machine": machine_facts()}


def _gpu_training() -> dict[str, Any]:
    return {"dtype": "bfloat16", "batchSize": 16, "cutoffTokens": 512, "packing": True}


def _fine_tuned(folder: Path, method: str, training: dict[str, Any]) -> dict[str, Any]:
    job = demo_job(folder, method, **training)
    paces: list[float] = []

    def note(event: str, data: dict[str, Any]) -> None:
        if event == "step":
            paces.append(data["tokensPerSecond"])

    with tempfile.TemporaryDirectory(prefix="openledger-train-") as work_dir:
        run = train(job.base, job.dataset, job.recipe, Path(work_dir), Progress(note))
    return _told(
        {
            "family": job.base.family.name,
            "modelType": job.base.model_type,
            "title": job.base.family.title,
            "method": method,
            "quantization": job.recipe.quantization,
            "steps": run["steps"],
            "tokens": run["tokens"],
            "lossBefore": run["lossBeforeMicronats"] / 1e6,
            "lossAfter": run["lossAfterMicronats"] / 1e6,
            "tokensPerSecond": paces[-1],
        }
    )


def _told(found: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(found), file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    main()
