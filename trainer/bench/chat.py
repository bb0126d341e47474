"""`npm run bench:chat`: how fast many adapters of one base answer, beside one adapter, peft and transformers.

Every comparison runs its sides in turn within one process, so that whatever else the machine does meets all
of them, and takes the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from chat_models import RANK, make_adapters, make_base
from machine import machine_facts

from openledger_trainer.base_model import find_base
from openledger_trainer.determinism import choose_device
from openledger_trainer.progress import Progress
from openledger_trainer.serving.desk import Asked
from openledger_trainer.serving.precision import serving_dtype
from openledger_trainer.serving.question import Question
from openledger_trainer.serving.server import Server

REQUESTS = 16
# SmolLM-135M's.
LAYERS = 30
WIDTH = 576
VOCABULARY = 49_152
REPORT = Path(__file__).parents[2] / "bench" / "chat.json"
PROMPT = (
    "Question: A baker had {number} trays with {other} loaves each, sold half of them before noon, gave a "
    "dozen to the neighbours and baked as many again as were left. How many loaves are there?\nAnswer:"
)


class Timed:
    """A question to our server, with the moments at which its text came."""

    def __init__(self, server: Server, question: Question) -> None:
        self.began = time.perf_counter()
        self.first = 0.0
        self.ended = 0.0
        self.tokens = 0
        server.desk.ask(Asked(question, Progress(self._piece), self._finish))

    def _piece(self, _event: str, _data: dict[str, Any]) -> None:
        self.first = self.first or time.perf_counter()

    def _finish(self, result: dict[str, Any] | None, error: Exception | None) -> None:
        if error is not None or result is None:
            raise SystemExit(f"A question failed: {error}")
        self.ended, self.tokens = time.perf_counter(), result["tokens"]


class FirstToken:
    """A streamer of transformers that notes when the first token of the answer comes."""

    def __init__(self) -> None:
        self.at = 0.0
        self._prompt_seen = False

    def put(self, _value: Any) -> None:
        """Called with the prompt, then with each token."""
        if self._prompt_seen and not self.at:
            self.at = time.perf_counter()
        self._prompt_seen = True

    def end(self) -> None:
        """Called after the last token."""


def ask(server: Server, questions: list[Question]) -> tuple[float, float]:
    """Tokens a second over all questions, and seconds to the first text."""
    asked = [Timed(server, question) for question in questions]
    while any(not each.ended for each in asked):
        server.round()
    seconds = max(each.ended for each in asked) - asked[0].began
    return sum(each.tokens for each in asked) / seconds, min(each.first - each.began for each in asked)


def questions(base: Path, adapters: list[Path | None], tokens: int) -> list[Question]:
    """One question an adapter."""
    return [
        Question(str(base), adapter, PROMPT.format(number=number + 2, other=number + 11), tokens)
        for number, adapter in enumerate(adapters)
    ]


def alternate(rounds: int, sides: dict[str, Callable[[], Any]]) -> dict[str, list[Any]]:
    """Run the sides in turn, once unmeasured, every other round the other way round."""
    measured: dict[str, list[Any]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        names = list(sides) if number % 2 else list(sides)[::-1]
        for name in names:
            found = sides[name]()
            if number:
                measured[name].append(found)
        print(f"round {number} of {rounds}", file=sys.stderr)
    return measured


def against_generate(server: Server, base: Path, model: Any, tokenizer: Any, tokens: int, rounds: int) -> Any:
    """First token and tokens a second of one question to the base, beside `transformers.generate`."""
    device = next(model.parameters()).device

    def theirs() -> tuple[float, float]:
        began = time.perf_counter()
        text = PROMPT.format(number=2, other=11)
        given = {name: value.to(device) for name, value in tokenizer(text, return_tensors="pt").items()}
        streamer = FirstToken()
        with torch.no_grad():
            model.generate(
                **given,
                max_new_tokens=tokens,
                min_new_tokens=tokens,
                do_sample=False,
                streamer=streamer,
                pad_token_id=0,
            )
        ended = time.perf_counter()
        return tokens / (ended - began), streamer.at - began

    measured = alternate(
        rounds, {"ours": lambda: ask(server, questions(base, [None], tokens)), "theirs": theirs}
    )
    pairs = list(zip(measured["ours"], measured["theirs"], strict=True))
    return {
        "tokensPerSecond": statistics.median(ours[0] / theirs[0] for ours, theirs in pairs),
        "firstToken": statistics.median(theirs[1] / ours[1] for ours, theirs in pairs),
        "ours": _summary(measured["ours"]),
        "generate": _summary(measured["theirs"]),
    }


def mixed_against_single(
    server: Server, base: Path, adapters: list[Path], model: Any, tokenizer: Any, tokens: int, rounds: int
) -> Any:
    """Sixteen questions to sixteen adapters, beside as many to one, and beside peft's own mixed batch."""
    from peft import PeftModel

    tuned = PeftModel.from_pretrained(model, adapters[0], adapter_name="adapter-0")
    for adapter in adapters[1:REQUESTS]:
        tuned.load_adapter(adapter, adapter_name=adapter.name)
    tuned.eval()
    device = next(model.parameters()).device
    texts = [str(each.prompt) for each in questions(base, [None] * REQUESTS, tokens)]

    def peft_batch(names: list[str]) -> float:
        began = time.perf_counter()
        given = tokenizer(texts, return_tensors="pt", padding=True, padding_side="left")
        with torch.no_grad():
            tuned.generate(
                input_ids=given["input_ids"].to(device),
                attention_mask=given["attention_mask"].to(device),
                adapter_names=names,
                max_new_tokens=tokens,
                min_new_tokens=tokens,
                do_sample=False,
                pad_token_id=0,
            )
        return REQUESTS * tokens / (time.perf_counter() - began)

    began = time.perf_counter()
    for adapter in adapters:
        ask(server, [Question(str(base), adapter, "A", 1)])
    loading = time.perf_counter() - began
    began = time.perf_counter()
    for adapter in adapters:
        ask(server, [Question(str(base), adapter, "A", 1)])
    loading -= time.perf_counter() - began

    # The adapters asked move through all of them, as those of many askers would.
    place = [0]

    def mixed() -> float:
        first = place[0] = (place[0] + REQUESTS) % len(adapters)
        chosen = [adapters[(first + number) % len(adapters)] for number in range(REQUESTS)]
        return ask(server, questions(base, list(chosen), tokens))[0]

    measured = alternate(
        rounds,
        {
            "mixed": mixed,
            "single": lambda: ask(server, questions(base, [adapters[0]] * REQUESTS, tokens))[0],
            "peftMixed": lambda: peft_batch([each.name for each in adapters[:REQUESTS]]),
            "peftSingle": lambda: peft_batch([adapters[0].name] * REQUESTS),
        },
    )
    return {
        "ratio": _ratio(measured["mixed"], measured["single"]),
        "adapterLoadMs": 1000 * loading / len(adapters),
        "peftRatio": _ratio(measured["peftMixed"], measured["peftSingle"]),
        **{f"{name}TokensPerSecond": statistics.median(values) for name, values in measured.items()},
    }


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def _summary(found: list[tuple[float, float]]) -> dict[str, float]:
    return {
        "tokensPerSecond": statistics.median(each[0] for each in found),
        "firstTokenMs": 1000 * statistics.median(each[1] for each in found),
    }


def measure(quick: bool, device: str) -> dict[str, Any]:
    """All figures on one device."""
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    os.environ["OPENLEDGER_DEVICE"] = device
    count, tokens, rounds = (REQUESTS, 16, 2) if quick else (100, 40, 4)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = folder / "base"
        make_base(base, LAYERS, WIDTH, VOCABULARY)
        where = choose_device()
        dtype = serving_dtype(where)
        model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype).to(where).eval()
        tokenizer = AutoTokenizer.from_pretrained(base)
        parameters = model.num_parameters()
        adapters = make_adapters(model, folder, count)
        server = Server()
        single = against_generate(server, base, model, tokenizer, 2 * tokens, 2 * rounds)
        print(json.dumps(single), file=sys.stderr)
        mixed = mixed_against_single(server, base, adapters, model, tokenizer, tokens, rounds)
        print(json.dumps(mixed), file=sys.stderr)
        digest = find_base(str(base)).digest
        (served,) = server.bases
    return {
        "mixedAgainstSingle": mixed["ratio"],
        "againstGenerate": min(single["tokensPerSecond"], single["firstToken"]),
        "firstTokenMs": single["ours"]["firstTokenMs"],
        "single": single,
        "mixed": mixed,
        "base": {"parameters": parameters, "digest": digest, "layers": LAYERS},
        "dtype": str(dtype).removeprefix("torch."),
        "memory": {
            "weightsBytes": sum(parameter.nbytes for parameter in served.model.parameters()),
            "adapterBytes": served.store.bytes // len(served.store),
            "cacheBytesPerToken": served.batch.bytes_with(1),
        },
        "adapters": {"registered": count, "asked": REQUESTS, "rank": RANK},
        "tokens": tokens,
        "threads": torch.get_num_threads(),
    }


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute; writes only to --out")
    parser.add_argument("--out", type=Path, help=f"where the report goes; {REPORT.name} without --quick")
    arguments = parser.parse_args()
    found = measure(arguments.quick, "cpu")
    if torch.cuda.is_available():
        found["cuda"] = measure(arguments.quick, "cuda")
    found["date"] = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    report = json.dumps(found | {"machine": machine_facts()}, indent=2)
    out = arguments.out or (None if arguments.quick else REPORT)
    print(report)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(report + "\n", "utf-8")


if __name__ == "__main__":
    main()
