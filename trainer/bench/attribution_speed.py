"""How long attributing an answer takes at 10,000 examples, beside generating it."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import torch
from attribution_methods import TRAK_SIZE
from attribution_runs import Finished, records_of
from attribution_world import RELATIONS, contributor_sha256, facts

from openledger_trainer.adapter import WEIGHTS_FILE
from openledger_trainer.attribution.answer import Attributor
from openledger_trainer.attribution.gradients import adapter_maps, example_gradients, watched
from openledger_trainer.attribution.index import read_index
from openledger_trainer.attribution.lexical import make_lexicon
from openledger_trainer.attribution.words import term_counts
from openledger_trainer.canonical import file_sha256
from openledger_trainer.examples import collate, encode
from openledger_trainer.progress import Progress
from openledger_trainer.serving.desk import Asked
from openledger_trainer.serving.question import Question
from openledger_trainer.serving.server import Server
from openledger_trainer.template import answer_tokens, user_message

EXAMPLES = 10_000
ANSWER_TOKENS = (64, 128, 192)
DEFAULT_TOKENS = 128
"""As many as a chat answer has at most where nobody says otherwise."""
_ROUNDS = 7
_QUESTION = "What do you know of these people?"


def measured(run: Finished, folder: Path) -> dict[str, Any]:
    """Seconds of every kind of method for an answer, and the chosen one's share of generation."""
    path = folder / "ten-thousand.safetensors"
    texts = _ten_thousand(run, path)
    base = run.engine.base
    server = Server()
    served = server.loaded(base, None)
    attributor = Attributor()
    shares = []
    for tokens in ANSWER_TOKENS:
        answer = _answer(served.tokenizer, texts, tokens)
        generating = _generation_seconds(server, run, tokens)

        def attribute(answer: str = answer) -> None:
            attributor.attribute(served, base, run.adapter, path, user_message(_QUESTION), answer)

        seconds = _median(attribute)
        shares.append(
            {
                "answerTokens": tokens,
                "generationSeconds": round(generating, 4),
                "attributionSeconds": round(seconds, 4),
                "share": round(seconds / generating, 4),
            }
        )
    middle = next(each for each in shares if each["answerTokens"] == DEFAULT_TOKENS)
    return {
        "examples": EXAMPLES,
        "indexBytes": path.stat().st_size,
        "byAnswer": shares,
        "attributionShareOfGeneration": middle["share"],
        "secondsPerAnswer": _parts(run, texts, served.tokenizer) | {"chosen": middle["attributionSeconds"]},
    }


def _ten_thousand(run: Finished, path: Path) -> list[str]:
    """An index of so many texts; its sketches are drawn, since their values cost no time."""
    index = read_index(run.index)[0]
    told = facts("ten thousand", EXAMPLES // 4, EXAMPLES)
    texts = ["\n".join(each.tell(place % len(RELATIONS[0].wordings))) for place, each in enumerate(told)]
    draw = numpy.random.default_rng(1)
    size = index.sketches.shape[1]
    dataclasses.replace(
        index,
        about=dataclasses.replace(index.about, adapter_digest=file_sha256(run.adapter / WEIGHTS_FILE)),
        sketches=draw.integers(-30, 31, (EXAMPLES, size), dtype=numpy.int8),
        texts=texts,
        owners=numpy.arange(EXAMPLES, dtype=numpy.uint32) % 1000,
        places=numpy.arange(EXAMPLES, dtype=numpy.uint32) // 1000,
        files=sorted(contributor_sha256(place) for place in range(1000)),
        lexicon=make_lexicon([term_counts(text) for text in texts]),
    ).write(path)
    return texts


def _answer(tokenizer: Any, texts: list[str], tokens: int) -> str:
    """Sentences of that many tokens in all."""
    words: list[str] = []
    for text in texts[:: EXAMPLES // 100]:
        for word in text.partition("\n")[2].split():
            if len(answer_tokens(tokenizer, " ".join([*words, word]))) > tokens:
                return " ".join(words)
            words.append(word)
    return " ".join(words)


def _generation_seconds(server: Server, run: Finished, tokens: int) -> float:
    """As the chat server generates: the median of some answers, by the time of one token."""
    pace = []
    for seed in range(_ROUNDS):
        found: list[dict[str, Any]] = []
        # Hot enough that an answer rarely ends by itself.
        question = Question(
            str(run.engine.base.folder), run.adapter, user_message(_QUESTION), tokens, 8.0, seed=seed
        )

        def finish(result: dict[str, Any] | None, error: Any, found: list[dict[str, Any]] = found) -> None:
            if error is not None:
                raise error
            found.append(result or {})

        began = time.perf_counter()
        server.desk.ask(Asked(question, Progress(), finish))
        while not found:
            server.round()
        pace.append((time.perf_counter() - began) / max(1, found[0]["tokens"]))
    return statistics.median(pace) * tokens


def _parts(run: Finished, texts: list[str], tokenizer: Any) -> dict[str, float]:
    """What the other kinds of methods do for an answer of the default length, at so many examples."""
    answer = _answer(tokenizer, texts, DEFAULT_TOKENS)
    engine = run.engine
    batch = collate(encode(records_of([(_QUESTION, answer)]), tokenizer, 256), engine.padding, engine.device)
    lexicon = make_lexicon([term_counts(text) for text in texts])
    maps = adapter_maps(engine.model)
    narrow, wide = torch.randn(EXAMPLES, engine.model.config.hidden_size), torch.randn(EXAMPLES, TRAK_SIZE)

    def states() -> None:
        with torch.no_grad():
            engine.model(**batch.inputs())
        torch.mv(narrow, narrow[0])

    def gradient() -> None:
        with watched(engine.model, maps) as caught:
            example_gradients(engine.model, batch, caught)
        torch.mv(wide, wide[0])

    return {
        "words": round(_median(lambda: lexicon.scores(term_counts(answer))), 4),
        "states": round(_median(states), 4),
        "gradient": round(_median(gradient), 4),
    }


def _median(work: Callable[[], object]) -> float:
    work()
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
