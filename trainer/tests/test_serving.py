from pathlib import Path
from typing import Any

import pytest
import torch
from serving_bases import random_adapter, random_base, results_of
from small_models import MODEL_TYPES

from openledger_trainer.base_model import find_base, load_tokenizer
from openledger_trainer.serving.question import Question
from openledger_trainer.serving.server import Server

TEXTS = ["To be", "What is the number of apples that she has left in the end?", "A", "Nine men went to"]


@pytest.fixture(scope="module")
def random_bases(bases: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A base of each type, made when it is asked for."""
    folder = tmp_path_factory.mktemp("random")
    made: dict[str, Path] = {}

    def make(model_type: str) -> Path:
        if model_type not in made:
            made[model_type] = random_base(folder / model_type, model_type, bases["gpt2"])
        return made[model_type]

    return make


def peft_answer(base: Path, adapter: Path | None, text: str, count: int) -> list[int]:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base).eval()
    if adapter is not None:
        model = PeftModel.from_pretrained(model, adapter).eval()
    tokenizer = load_tokenizer(find_base(str(base)))
    ids = torch.tensor([[tokenizer.bos_token_id, *tokenizer.encode(text, add_special_tokens=False)]])
    start = ids.shape[1]
    with torch.no_grad():
        for _ in range(count):
            logits = model(input_ids=ids).logits[0, -1]
            ids = torch.cat([ids, logits.argmax().view(1, 1)], dim=1)
    return ids[0, start:].tolist()


@pytest.mark.parametrize("model_type", MODEL_TYPES)
def test_a_batch_of_many_adapters_answers_as_each_alone_and_as_peft(
    random_bases: Any, tmp_path: Path, model_type: str
) -> None:
    base = random_bases(model_type)
    adapters = [
        None,
        random_adapter(base, tmp_path / "a", 1),
        random_adapter(base, tmp_path / "b", 2, r=12, lora_alpha=6),
    ]
    chosen = [adapters[place % 3] for place in range(7)]
    questions = [
        Question(str(base), adapter, TEXTS[place % 4], max_tokens=6 + 2 * place)
        for place, adapter in enumerate(chosen)
    ]
    together = results_of(Server(), questions)
    server = Server()
    alone = [results_of(server, [question])[0] for question in questions]
    assert together == alone
    assert len({result["text"][:6] for result in together}) > 2
    tokenizer = load_tokenizer(find_base(str(base)))
    for question, result in zip(questions, together, strict=True):
        tokens = peft_answer(base, question.adapter, str(question.prompt), question.max_tokens)
        expected = tokenizer.decode(tokens[: result["tokens"]])
        assert result["text"] == expected
        assert result["tokens"] == question.max_tokens or result["finishReason"] == "stop"
