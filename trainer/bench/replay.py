"""`npm run bench:replay`: how far replays lie from what was claimed, and what a check costs.

Distances over segments of the default length and of ten steps, for honest checkers on other software
settings and for every cheat; a verdict by the checker's rule on two hundred seeded honest runs; the time of a
check beside that of the training. Writes `bench/replay.json`. `--quick` takes one base and few seeds, and
writes nothing unless `--out` says where.
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

# A benchmark's threads are those of its jobs; a checker's are named with each variant.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from machine import machine_facts
from replay_cost import check_cost
from replay_distances import VARIANTS, apart, cheat_distances, honest_distances, make_runs
from train_jobs import ROOT, small_bases

from openledger_trainer.spec import BFLOAT16_LEAST_TOLERANCE

FAMILIES = ("gpt2", "llama", "bloom", "deepseek_v3")
HONEST_RUNS = 200
QUICK_VARIANTS = ("the same software", "no vector instructions")

_RUN = ("variant", "base", "method", "steps", "seed")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one base and few seeds, in about a minute")
    parser.add_argument("--out", type=Path, help="where the report is written")
    parser.add_argument(
        "--apart", type=Path, help="repeat the runs of this folder, and tell how far they lie"
    )
    arguments = parser.parse_args()
    if arguments.apart is not None:
        print(json.dumps(honest_distances(arguments.apart)))
        return
    out: Path | None = arguments.out
    if out is None and not arguments.quick:
        out = ROOT / "bench" / "replay.json"
    started = time.monotonic()
    report = _measure(arguments.quick)
    report["seconds"] = round(time.monotonic() - started)
    print(json.dumps(report, indent=2))
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _measure(quick: bool) -> dict[str, Any]:
    types = FAMILIES[:1] if quick else FAMILIES
    bases = small_bases(types)
    # Every run of a seed is repeated under every variant: fewer runs give as many honest checks.
    seeds = 2 if quick else -(-HONEST_RUNS // (len(types) * len(VARIANTS)))
    with tempfile.TemporaryDirectory(prefix="openledger-replay-") as folder:
        runs = Path(folder) / "runs"
        make_runs(runs, bases, seeds, qlora=not quick)
        honest = [
            {"variant": name, **each}
            for name, variant in VARIANTS.items()
            if not quick or name in QUICK_VARIANTS
            for each in _told(apart(runs, variant))
        ]
        if torch.cuda.is_available():
            honest += [{"variant": "cuda", **each} for each in apart(runs, {"OPENLEDGER_DEVICE": "cuda"})]
        cheats = cheat_distances(runs, Path(folder) / "cheats", 5 if quick else 10)
    cost = check_cost(bases["gpt2"], quick)
    report = _judged(honest, cheats, "float32")
    if not quick:
        # Apart: its tolerance is another one, and what it lets through is its price.
        report["bfloat16"] = {
            **_judged(honest, cheats, "bfloat16"),
            "missed": sorted({each["cheat"] for each in _in(cheats, "bfloat16") if each["accepted"]}),
            "tolerance": BFLOAT16_LEAST_TOLERANCE,
        }
    return {
        **report,
        "distances": {
            "honestFarthest": max(each["distance"] for each in _in(honest, "float32")),
            "cheatNearest": min(each["distance"] for each in _in(cheats, "float32") if not each["accepted"]),
            "honest": _grouped(honest, "variant", max),
            "cheats": _grouped(cheats, "cheat", min),
        },
        "checkCostShare": cost["share"],
        "cost": cost,
        "machine": machine_facts(),
    }


def _judged(honest: list[dict[str, Any]], cheats: list[dict[str, Any]], dtype: str) -> dict[str, Any]:
    """How many honest runs and cheats in one precision the checker's rule mistook for the other."""
    honest, cheats = _in(honest, dtype), _in(cheats, dtype)
    return {
        "honestSlashed": sum(not each["accepted"] for each in honest),
        "honestRuns": len({tuple(each[name] for name in _RUN) for each in honest}),
        "honestReplays": len(honest),
        "cheatsMissed": sum(each["accepted"] for each in cheats),
        "cheatRuns": len(cheats),
    }


def _in(measured: list[dict[str, Any]], dtype: str) -> list[dict[str, Any]]:
    return [each for each in measured if each["dtype"] == dtype]


def _grouped(measured: list[dict[str, Any]], key: str, pick: Any) -> list[dict[str, Any]]:
    """The largest or the smallest distance of each kind, by base, method, precision and length."""
    groups: dict[tuple[Any, ...], list[float]] = {}
    names = (key, "base", "method", "dtype", "steps")
    for each in measured:
        groups.setdefault(tuple(each[name] for name in names), []).append(each["distance"])
    return [
        {**dict(zip(names, group, strict=True)), "distance": pick(distances), "runs": len(distances)}
        for group, distances in groups.items()
    ]


def _told(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    farthest = max((each["distance"] for each in measured), default=0.0)
    print(f"{len(measured)} replays, the farthest {farthest:.2e} away", file=sys.stderr, flush=True)
    return measured


if __name__ == "__main__":
    main()
