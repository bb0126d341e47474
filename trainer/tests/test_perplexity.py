import math
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from worker_client import WorkerClient

from openledger_trainer.base_model import find_base, load_model, load_tokenizer
from openledger_trainer.pretraining import CORPUS
from openledger_trainer.progress import Progress
from openledger_trainer.serving.server import Server
from openledger_trainer.template import start_tokens

# Longer than the window of 128 tokens.
PROSE = (CORPUS / "tinyshakespeare.txt").read_text("utf-8")[2000:3500]


def measure(base: Path, text: str, max_tokens: int = 1024) -> dict[str, Any]:
    return Server().perplexity(find_base(str(base)), text, max_tokens, Progress())


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_letters_in_random_order_are_less_likely_than_the_text(bases: dict[str, Path], family: str) -> None:
    shuffled = "".join(random.Random(1).sample(PROSE, len(PROSE)))
    whole, jumbled = (measure(bases[family], each) for each in (PROSE, shuffled))
    assert jumbled["natsPerByte"] > whole["natsPerByte"] * 1.1
    assert whole["tokens"] > 128
    assert len(PROSE) - 8 <= whole["bytes"] <= len(PROSE)
    nats = whole["natsPerByte"] * whole["bytes"]
    assert whole["perplexity"] == pytest.approx(math.exp(nats / whole["tokens"]))


def test_a_text_within_the_window_has_the_likelihood_that_the_model_gives(bases: dict[str, Path]) -> None:
    base = find_base(str(bases["llama"]))
    model, tokenizer = load_model(base, torch.device("cpu")).eval(), load_tokenizer(base)
    tokens = torch.tensor(
        [[*start_tokens(tokenizer), *tokenizer.encode(PROSE, add_special_tokens=False)][:100]]
    )
    with torch.no_grad():
        mean = model(input_ids=tokens, labels=tokens).loss.item()
    from_start = 1 if tokenizer.bos_token_id is not None else 0
    measured = measure(bases["llama"], PROSE, 100 - from_start)
    assert measured["tokens"] == 99
    assert math.log(measured["perplexity"]) == pytest.approx(mean, rel=1e-5)


def test_only_the_first_tokens_count_and_bytes_are_utf8(bases: dict[str, Path]) -> None:
    assert measure(bases["gpt2"], PROSE, 50) == measure(bases["gpt2"], PROSE[:1000], 50)
    assert measure(bases["gpt2"], "Übermütige Löwen äßen " * 4)["bytes"] >= 4 * 26 - 2


def test_the_worker_answers(worker: WorkerClient, bases: dict[str, Path]) -> None:
    params = {"base": str(bases["gpt2"]), "text": PROSE, "maxTokens": 64}
    result = worker.call("perplexity", params)["result"]
    assert result == worker.call("perplexity", params)["result"]
    assert result["base"] == find_base(str(bases["gpt2"])).name
    assert worker.call("perplexity", {**params, "text": ""})["error"]["code"] == "bad-request"
