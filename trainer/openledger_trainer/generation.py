"""Answers, token by token. Many adapters share one base; a few of them stay in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import torch

from openledger_trainer.adapter import adapter_parameters, lora_config, read_adapter, set_adapter_tensors
from openledger_trainer.base_model import BaseModel, load_model, load_tokenizer
from openledger_trainer.determinism import choose_device, derived_seed, prepare_torch
from openledger_trainer.errors import TrainerError
from openledger_trainer.perplexity import measure_perplexity
from openledger_trainer.progress import Progress
from openledger_trainer.template import (
    Message,
    conversation_tokens,
    end_tokens,
    start_tokens,
    text_tokens,
)

LOADED_BASES = 2
LOADED_ADAPTERS = 16
ONE_THREAD_PARAMETERS = 20_000_000
"""Up to this size a second thread costs a token more than it saves."""
ALL_THREADS = torch.get_num_threads()


class Server:
    """Keeps the bases and adapters that were asked last."""

    def __init__(self) -> None:
        self._bases: OrderedDict[str, _ServedBase] = OrderedDict()

    def generate(
        self,
        base: BaseModel,
        adapter_path: Path | None,
        prompt: str | list[Message],
        max_tokens: int,
        temperature: float,
        seed: int,
        progress: Progress,
    ) -> dict[str, Any]:
        """Continue a text, or answer a conversation; each piece of text is reported as it comes.

        Greedy at temperature 0, else sampled from the seed alone.

        Raises:
            TrainerError: When the adapter does not fit the base, or the prompt fills the base's window.
        """
        served = self._served(base)
        prepare_torch(1 if served.parameters <= ONE_THREAD_PARAMETERS else ALL_THREADS)
        try:
            with served.using(adapter_path) as model:
                return _continue(model, served.tokenizer, prompt, max_tokens, temperature, seed, progress)
        except TrainerError as error:
            # What a refused adapter left in the model must not stay for the next question.
            if error.code == "wrong-adapter":
                self._bases.pop(base.digest, None)
            raise

    def perplexity(self, base: BaseModel, text: str, max_tokens: int, progress: Progress) -> dict[str, Any]:
        """How well a base, without any adapter, foresees a text's first tokens.

        Raises:
            TrainerError: When nothing can be measured.
        """
        served = self._served(base)
        prepare_torch(1 if served.parameters <= ONE_THREAD_PARAMETERS else ALL_THREADS)
        with served.using(None) as model:
            return {
                "base": base.name,
                **measure_perplexity(model, served.tokenizer, text, max_tokens, progress),
            }

    def forget(self) -> None:
        """Free all memory, before a training run takes it."""
        self._bases.clear()

    def _served(self, base: BaseModel) -> _ServedBase:
        if base.digest not in self._bases:
            while len(self._bases) >= LOADED_BASES:
                self._bases.popitem(last=False)
            self._bases[base.digest] = _ServedBase(base)
        self._bases.move_to_end(base.digest)
        return self._bases[base.digest]


class _ServedBase:
    """One loaded base with its adapters, named by their digests."""

    def __init__(self, base: BaseModel) -> None:
        self._base = base
        self.tokenizer = load_tokenizer(base)
        self._plain = load_model(base, choose_device()).eval()
        self.parameters = sum(parameter.numel() for parameter in self._plain.parameters())
        self._tuned: Any = None
        self._adapters: OrderedDict[str, None] = OrderedDict()

    @contextmanager
    def using(self, adapter_path: Path | None) -> Iterator[Any]:
        """The model with one adapter, or with none."""
        if adapter_path is None:
            with nullcontext() if self._tuned is None else self._tuned.disable_adapter():
                yield self._plain if self._tuned is None else self._tuned
            return
        name = self._load(adapter_path)
        self._tuned.set_adapter(name)
        self._tuned.eval()
        yield self._tuned

    def _load(self, path: Path) -> str:
        from peft import get_peft_model

        tensors, lora, digest = read_adapter(path)
        name = f"{digest[2:]}-{lora.rank}-{lora.alpha:g}".replace(".", "_")
        if name in self._adapters:
            self._adapters.move_to_end(name)
            return name
        if self._tuned is None:
            config = lora_config(self._plain, self._base, lora)
            self._tuned = get_peft_model(self._plain, config, adapter_name=name)
        else:
            self._tuned.add_adapter(name, lora_config(self._tuned, self._base, lora))
        set_adapter_tensors(adapter_parameters(self._tuned, name), tensors)
        self._adapters[name] = None
        while len(self._adapters) > LOADED_ADAPTERS:
            oldest, _ = self._adapters.popitem(last=False)
            self._tuned.delete_adapter(oldest)
        return name


def _continue(
    model: Any,
    tokenizer: Any,
    prompt: str | list[Message],
    max_tokens: int,
    temperature: float,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    device = next(model.parameters()).device
    if isinstance(prompt, str):
        given = start_tokens(tokenizer) + text_tokens(tokenizer, prompt)
    else:
        given = conversation_tokens(tokenizer, prompt)
    longest = getattr(model.config, "max_position_embeddings", None) or 1 << 30
    if not given or len(given) >= longest:
        raise TrainerError(
            "bad-prompt",
            f"The prompt has {len(given)} tokens; this base reads 1 to {longest - 1}.",
            "Ask a shorter question.",
        )
    generator = torch.Generator().manual_seed(derived_seed("sample", seed))
    ends = end_tokens(tokenizer, model)
    found: list[int] = []
    shown = ""
    past = None
    window = torch.tensor([given], device=device)
    with torch.no_grad():
        while len(found) < min(max_tokens, longest - len(given)):
            progress.check()
            mask = torch.ones(1, len(given) + len(found), dtype=torch.long, device=device)
            output = model(input_ids=window, attention_mask=mask, past_key_values=past, use_cache=True)
            past = output.past_key_values
            token = _choose(output.logits[0, -1].float().cpu(), temperature, generator)
            if token in ends:
                break
            found.append(token)
            text = tokenizer.decode(found, skip_special_tokens=True)
            # A character of several tokens is held back until its last byte is there.
            if not text.endswith("\ufffd") and text != shown:
                progress.emit("token", {"text": text[len(shown) :]})
                shown = text
            window = torch.tensor([[token]], device=device)
    text = tokenizer.decode(found, skip_special_tokens=True)
    if text != shown:
        progress.emit("token", {"text": text[len(shown) :]})
    return {"text": text, "tokens": len(found)}


def _choose(logits: torch.Tensor, temperature: float, generator: torch.Generator) -> int:
    if temperature == 0:
        return int(logits.argmax())
    chances = torch.softmax(logits.double() / temperature, dim=-1)
    return int(torch.multinomial(chances, 1, generator=generator))
