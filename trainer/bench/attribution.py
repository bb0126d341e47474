"""`npm run bench:attribution`: which method finds the data that shaped an answer.

Planted facts told by twenty contributors, twenty random halves of them retrained with two seeds, and wrong
labels: every method is judged on the same data. Writes `bench/attribution.json`; what it trains is kept under
`.cache/attribution-bench`. `--quick` takes a smaller world's base and four halves, and writes nothing unless
`--out` says where.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

# One thread: sums depend on how work is divided.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from attribution_methods import CHOSEN, Pairs, Scores, all_scores
from attribution_runs import QUICK, SEEDS, Size, finished, halves, make_base, retrained
from attribution_scores import area_under_curve, ceiling, retraining_correlation, top
from attribution_speed import measured
from attribution_world import planted, with_noise
from machine import machine_facts

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "bench" / "attribution.json"
CACHE = ROOT / ".cache" / "attribution-bench"
NOISE = 0.2
_TIMED_AS = {
    "random": None,
    "bm25": "words",
    "longest-span": "words",
    "embedding": "states",
    CHOSEN: "chosen",
}
_PASSES = {"less-4": 4, "fisher-4": 4, "bm25-20-less-4": 4}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller base and four halves, in a minute")
    parser.add_argument("--out", type=Path, help=f"where the report goes; {REPORT.name} without --quick")
    arguments = parser.parse_args()
    out: Path | None = arguments.out
    if out is None and not arguments.quick:
        out = REPORT
    torch.set_num_threads(1)
    started = time.monotonic()
    report = _measure(QUICK if arguments.quick else Size())
    report["seconds"] = round(time.monotonic() - started)
    print(json.dumps(report, indent=2))
    if out is not None:
        out.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _measure(size: Size) -> dict[str, Any]:
    CACHE.mkdir(parents=True, exist_ok=True)
    base = make_base(CACHE, size)
    told = planted()
    # Every second fact that only one contributor tells.
    sources = [each for each in told if each.unique][::2]
    exact: Pairs = [each.pair for each in sources]
    paraphrased: Pairs = [each.fact.tell(2) for each in sources]
    run = finished(CACHE, base, told, size, SEEDS[0])
    scores = all_scores(run, told, [*exact, *paraphrased])
    losses = retrained(CACHE, base, [*exact, *paraphrased], size)
    speed = measured(run, CACHE)
    noise = _noise(base, size)
    owners = [each.contributor for each in sources]
    count = len(sources)
    chosen_halves = halves(size)
    methods = []
    for name, both in scores.items():
        parts = {"": slice(0, count), "Paraphrase": slice(count, None)}
        row: dict[str, Any] = {"name": name}
        for suffix, part in parts.items():
            mean = losses[:, :, part].mean(dim=1)
            row[f"top1{suffix}"] = top(both[part], told, owners, 1)
            row[f"top5{suffix}"] = top(both[part], told, owners, 5)
            row[f"leaveOneOut{suffix}"] = retraining_correlation(both[part], told, chosen_halves, mean)
        row["noiseAuc"] = noise[name]
        row["secondsPerAnswer"] = _seconds(name, speed["secondsPerAnswer"])
        methods.append(
            {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
        )
    return {
        "methods": methods,
        "chosen": CHOSEN,
        "ceiling": round(ceiling(losses[:, :, :count]), 4),
        "ceilingParaphrase": round(ceiling(losses[:, :, count:]), 4),
        "attributionShareOfGeneration": speed["attributionShareOfGeneration"],
        "speed": speed,
        "index": {
            "bytes": run.index.stat().st_size,
            "examples": len(told),
            "seconds": round(run.index_seconds, 2),
            "shareOfTraining": round(run.index_seconds / run.step_seconds, 4),
        },
        "experiment": {
            "baseParameters": sum(each.numel() for each in run.engine.model.get_base_model().parameters())
            - sum(each.numel() for each in run.engine.parameters.values()),
            "records": len(told),
            "questions": count,
            "halves": len(chosen_halves),
            "seeds": len(SEEDS),
            "epochs": size.epochs,
            "noiseShare": NOISE,
        },
        "machine": machine_facts(),
    }


def _noise(base: Any, size: Size) -> dict[str, float]:
    """How well the sum over trusted questions tells wrong records: the lower, the more suspect."""
    told = planted()
    noisy, wrong = with_noise(told, NOISE)
    trusted: Pairs = list(dict.fromkeys(each.fact.tell(2) for each in told))
    run = finished(CACHE, base, noisy, size, SEEDS[0])
    scores: Scores = all_scores(run, noisy, trusted)
    return {name: area_under_curve(-each.double().sum(dim=0), wrong) for name, each in scores.items()}


def _seconds(name: str, parts: dict[str, float]) -> float:
    """A method's time: of its own kind, or of as many gradients as it takes."""
    kind = _TIMED_AS.get(name, "gradient")
    if kind is None:
        return 0.0
    return parts[kind] * _PASSES.get(name, 1)


if __name__ == "__main__":
    main()
