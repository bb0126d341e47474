import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from serving_bases import Answer, ask_all, copy_adapter, random_adapter, random_base, results_of

from openledger_trainer.base_model import find_base, load_tokenizer
from openledger_trainer.canonical import file_sha256
from openledger_trainer.families import FAMILIES
from openledger_trainer.serving import batch, precision, served_base
from openledger_trainer.serving.adapters import RESIDENT_ADAPTERS, AdapterStore
from openledger_trainer.serving.question import Question
from openledger_trainer.serving.sampling import choose_tokens
from openledger_trainer.serving.served_base import ServedBase
from openledger_trainer.serving.server import LOADED_BASES, Server

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


@pytest.mark.parametrize("model_type", FAMILIES)
def test_a_batch_of_many_adapters_answers_as_each_alone_and_as_peft(
    random_bases: Any, tmp_path: Path, model_type: str
) -> None:
    base = random_bases(model_type)
    adapters = [
        None,
        random_adapter(base, tmp_path / "a", 1),
        random_adapter(base, tmp_path / "b", 2, r=12, lora_alpha=6),
        random_adapter(base, tmp_path / "c", 3, use_rslora=True),
        random_adapter(base, tmp_path / "d", 4, use_dora=True),
    ]
    chosen = [adapters[place % 5] for place in range(7)]
    questions = [
        Question(str(base), adapter, TEXTS[place % 4], max_tokens=6 + 2 * place)
        for place, adapter in enumerate(chosen)
    ]
    together = results_of(Server(), questions)
    server = Server()
    alone = [results_of(server, [question])[0] for question in questions]
    assert together == alone
    assert len({result["text"][:6] for result in together}) > 4
    tokenizer = load_tokenizer(find_base(str(base)))
    for question, result in zip(questions, together, strict=True):
        tokens = peft_answer(base, question.adapter, str(question.prompt), question.max_tokens)
        # Bytes that are no whole character in the end are not shown.
        expected = re.sub("\ufffd{1,3}$", "", tokenizer.decode(tokens[: result["tokens"]]))
        assert result["text"] == expected
        assert result["tokens"] == question.max_tokens or result["finishReason"] == "stop"


@pytest.mark.parametrize("model_type", ["gpt2", "llama", "bloom", "deepseek_v3"])
def test_answers_that_come_and_go_are_those_of_each_alone(
    random_bases: Any, tmp_path: Path, model_type: str
) -> None:
    base = random_bases(model_type)
    adapters = [random_adapter(base, tmp_path / str(seed), seed) for seed in range(3)]
    questions = [
        Question(
            str(base),
            [None, *adapters][place % 4],
            TEXTS[place % 3] * (1 + 2 * (place % 2)),
            max_tokens=3 + 5 * (place % 4),
            temperature=place % 2,
            top_p=1 if place % 3 else 0.9,
            seed=place,
        )
        for place in range(12)
    ]
    server = Server()
    answers: list[Answer] = []
    for question in questions:
        answers.append(Answer(server, question))
        server.round()
    while not all(answer.is_done for answer in answers):
        server.round()
    assert server.open_answers == 0
    together = [answer.result for answer in answers]
    assert together == [results_of(server, [question])[0] for question in questions]
    assert together != results_of(server, [dataclasses.replace(each, seed=99) for each in questions])


def test_a_thousand_adapters_are_asked_in_bounded_memory(random_bases: Any, tmp_path: Path) -> None:
    base = random_bases("gpt2")
    one = random_adapter(base, tmp_path / "one", 1, targets=["c_attn"])
    folders = [copy_adapter(one, tmp_path / str(number), number % 40) for number in range(1000)]
    server = Server()
    most: list[int] = []

    def look() -> None:
        (store,) = [served.store for served in server.bases]
        most.append(store.bytes)
        assert len(store) <= RESIDENT_ADAPTERS

    texts = []
    for first in range(0, 1000, 200):
        asked = [Question(str(base), each, "To be", max_tokens=5) for each in folders[first : first + 200]]
        texts += [answer.result["text"] for answer in ask_all(server, asked, look)]
    assert texts[:40] * 25 == texts
    assert len(set(texts)) > 8
    (resident,) = server.bases
    # The least recently used have left: those asked last are still there.
    held = resident.store.acquire(folders[-1])
    assert max(most) == len(resident.store) * held.bytes == RESIDENT_ADAPTERS * held.bytes


def test_an_adapter_in_use_stays_and_bytes_are_bounded(random_bases: Any, tmp_path: Path) -> None:
    base = find_base(str(random_bases("gpt2")))
    folders = [random_adapter(base.folder, tmp_path / str(seed), seed) for seed in range(3)]
    served = ServedBase(base)
    first = served.store.acquire(folders[0])
    store = AdapterStore(served.layers, torch.device("cpu"), most_bytes=first.bytes)
    used = store.acquire(folders[0])
    store.release(store.acquire(folders[1]))
    assert len(store) == 1
    assert store.acquire(folders[0]) is used
    store.release(used)
    other = store.acquire(folders[2])
    assert len(store) == 2
    store.release(used)
    assert (len(store), store.bytes) == (1, other.bytes)


def test_bases_leave_when_others_are_asked_but_not_while_they_answer(random_bases: Any) -> None:
    bases = [random_bases(model_type) for model_type in ("gpt2", "llama", "bloom")]
    server = Server()

    def look() -> None:
        assert len(server.bases) <= LOADED_BASES

    questions = [Question(str(base), None, text, 8) for text in TEXTS for base in bases]
    together = [answer.result for answer in ask_all(server, questions, look)]
    assert together == [results_of(Server(), [question])[0] for question in questions]
    server.forget()
    assert server.bases == []


def test_an_asker_who_leaves_frees_the_row_and_disturbs_nobody(random_bases: Any, tmp_path: Path) -> None:
    base = random_bases("llama")
    adapter = random_adapter(base, tmp_path / "a", 1)
    stays = Question(str(base), adapter, TEXTS[1], 30)
    expected = results_of(Server(), [stays])[0]
    server = Server()
    leaver, answer = Answer(server, Question(str(base), None, TEXTS[0], 100)), Answer(server, stays)
    for _ in range(5):
        server.round()
    assert (server.open_answers, leaver.is_done) == (2, False)
    leaver.progress.cancel()
    server.round()
    assert leaver.error is not None
    assert (leaver.error.code, server.open_answers) == ("cancelled", 1)
    while not answer.is_done:
        server.round()
    assert answer.result == expected


def test_what_cannot_be_answered_is_refused_and_the_others_go_on(random_bases: Any, tmp_path: Path) -> None:
    base, other = random_bases("llama"), random_bases("gpt2")
    damaged = random_adapter(base, tmp_path / "damaged", 1)
    endless = copy_adapter(damaged, tmp_path / "endless", math.inf)
    (damaged / "adapter_model.safetensors").write_bytes(b"nothing")
    good = Question(str(base), None, TEXTS[0], 5)
    asked = {
        "bad-adapter": dataclasses.replace(good, adapter=damaged),
        "wrong-adapter": dataclasses.replace(good, adapter=random_adapter(other, tmp_path / "other", 1)),
        "bad-prompt": dataclasses.replace(good, prompt="word " * 300),
        "wrong-adapter ": dataclasses.replace(good, adapter=endless),
        "no-base": dataclasses.replace(good, base="/nowhere"),
        "bad-conversation": dataclasses.replace(good, prompt=[{"role": "assistant", "content": "I"}]),
    }
    server = Server()
    refused = ask_all(server, [*asked.values(), good])
    assert [answer.error and answer.error.code for answer in refused] == [*map(str.strip, asked), None]
    assert "128" in str(refused[2].error) or "127" in str(refused[2].error)
    assert refused[-1].result == results_of(Server(), [good])[0]


def test_an_answer_ends_at_its_stop_string_at_its_limit_or_at_the_windows_end(random_bases: Any) -> None:
    question = Question(str(random_bases("llama")), None, TEXTS[1], 30)
    server = Server()
    whole = results_of(server, [question])[0]
    assert (whole["finishReason"], whole["tokens"]) == ("length", 30)
    part = whole["text"][8:11]
    stopped = results_of(server, [dataclasses.replace(question, stop=(part, "never"))])[0]
    assert stopped["finishReason"] == "stop"
    assert stopped["text"] == whole["text"][: whole["text"].index(part)]
    assert stopped["promptTokens"] == whole["promptTokens"]
    filled = results_of(server, [dataclasses.replace(question, max_tokens=1000)])[0]
    assert filled["tokens"] + filled["promptTokens"] <= 128


def test_a_gpu_that_is_lost_ends_the_server_after_its_answers_were_told(
    random_bases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    question = Question(str(random_bases("llama")), None, TEXTS[0], 5)
    results_of(server, [question])

    def fail(_rows: Any) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    (served,) = server.bases
    monkeypatch.setattr(served.batch, "read", fail)
    answer = Answer(server, question)
    with pytest.raises(RuntimeError, match="CUDA error"):
        server.round()
    assert answer.error is not None and "illegal memory access" in answer.error.message


def test_questions_wait_while_the_cache_has_no_room_for_them(
    random_bases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = random_bases("llama")
    questions = [Question(str(base), None, text, 20) for text in TEXTS * 2]
    expected = results_of(Server(), questions)
    served = ServedBase(find_base(str(base)))
    monkeypatch.setattr(served_base, "_memory", lambda _: 4 * 2 * served.batch.bytes_with(60))
    server = Server()
    most: list[int] = []
    answers = ask_all(server, questions, lambda: most.append(server.open_answers))
    assert [answer.result for answer in answers] == expected
    assert 2 <= max(most) < len(questions)


@pytest.mark.parametrize("model_type", ["gpt2", "llama", "deepseek_v3"])
def test_in_bfloat16_a_batch_of_many_adapters_computes_what_float32_does(
    random_bases: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_type: str
) -> None:
    base = random_bases(model_type)
    adapters = [
        None,
        random_adapter(base, tmp_path / "a", 1),
        random_adapter(base, tmp_path / "b", 2, r=12),
        random_adapter(base, tmp_path / "c", 3, use_dora=True),
        random_adapter(base, tmp_path / "d", 4),
    ]
    questions = [Question(str(base), adapter, TEXTS[0], 6) for adapter in [*adapters, adapters[1]]]
    seen: list[torch.Tensor] = []
    chosen: list[list[int]] = []

    def choose(logits: torch.Tensor, samplers: list[Any]) -> list[int]:
        seen.append(logits.detach().float().clone())
        if len(seen) > len(chosen):
            chosen.append(choose_tokens(logits, samplers))
        return chosen[len(seen) - 1]

    monkeypatch.setattr(batch, "choose_tokens", choose)
    stores = []
    logits = []
    for dtype in ("float32", "bfloat16"):
        server = Server()
        results_of(server, [dataclasses.replace(each, dtype=dtype) for each in questions])
        (served,) = server.bases
        assert {each.dtype for each in served.model.state_dict().values()} >= {precision.DTYPES[dtype]}
        stores.append(served.store)
        logits.append(torch.cat(seen))
        seen.clear()
    single, half = logits
    distance = torch.linalg.vector_norm(half - single, dim=1) / torch.linalg.vector_norm(single, dim=1)
    assert distance.max() < 0.1
    # Another adapter's answer is far from it.
    assert torch.linalg.vector_norm(single[0] - single[1]) > 0.5 * torch.linalg.vector_norm(single[0])
    assert stores[1].bytes == stores[0].bytes // 2


def test_a_cpu_answers_in_float32_unless_told_otherwise(random_bases: Any) -> None:
    assert precision.serving_dtype(torch.device("cpu")) == torch.float32
    question = Question(str(random_bases("llama")), None, TEXTS[0], 3)
    server = Server()
    results_of(server, [question, dataclasses.replace(question, dtype="float32")])
    assert [served.dtype for served in server.bases] == [torch.float32]
    (wrong,) = ask_all(server, [dataclasses.replace(question, dtype="float8")])
    assert wrong.error is not None and wrong.error.code == "bad-request"


def test_an_adapter_whose_weights_are_others_than_asked_for_gives_no_answer(
    random_bases: Any, tmp_path: Path
) -> None:
    base = random_bases("llama")
    folder = random_adapter(base, tmp_path / "a", 1)
    digest = file_sha256(folder / "adapter_model.safetensors")
    question = Question(str(base), folder, TEXTS[0], 4, adapter_digest=digest)
    server = Server()
    expected = results_of(server, [question])
    random_adapter(base, folder, 2)
    (refused,) = ask_all(server, [question])
    assert refused.error is not None
    assert refused.error.code == "bad-adapter"
    random_adapter(base, folder, 1)
    assert results_of(server, [question]) == expected


def test_a_quantised_base_carries_adapters_too(random_bases: Any, tmp_path: Path) -> None:
    base = random_bases("llama")
    adapters = [random_adapter(base, tmp_path / str(seed), seed, use_dora=seed == 1) for seed in range(2)]
    questions = [
        Question(str(base), adapter, TEXTS[0], 12, quantization="openledger-nf4")
        for adapter in (None, *adapters)
    ]
    server = Server()
    together = results_of(server, questions)
    assert together == [results_of(server, [question])[0] for question in questions]
    assert len({result["text"] for result in together}) == 3
