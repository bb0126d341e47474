"""A base that is loaded to give answers."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Any

import torch

from openledger_trainer.base_model import BaseModel, load_model, load_tokenizer
from openledger_trainer.determinism import choose_device
from openledger_trainer.perplexity import measure_perplexity
from openledger_trainer.progress import Progress
from openledger_trainer.serving.adapters import AdapterStore
from openledger_trainer.serving.batch import BATCH_ROWS, Batch, Row, check_prompt
from openledger_trainer.serving.desk import Asked
from openledger_trainer.serving.mixing import Mixer
from openledger_trainer.template import conversation_tokens, end_tokens, start_tokens, text_tokens

ONE_THREAD_PARAMETERS = 20_000_000
"""Up to this size a second thread costs a token more than it saves."""
_ALL_THREADS = torch.get_num_threads()
_LONGEST_WINDOW = 32_768
"""For bases whose configuration names none."""
_CACHE_SHARE = 4
"""One part in so many of the memory may be taken by a batch's cache."""


class ServedBase:
    """One base, its adapters and its open answers."""

    def __init__(
        self, base: BaseModel, quantization: str | None = None, dtype: torch.dtype = torch.float32
    ) -> None:
        self.name = base.name
        self.dtype = dtype
        self.tokenizer = load_tokenizer(base)
        device = choose_device()
        self.model = _load(base, quantization, device, dtype)
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        self._threads = 1 if parameters <= ONE_THREAD_PARAMETERS else _ALL_THREADS
        self.window = getattr(self.model.config, "max_position_embeddings", None) or _LONGEST_WINDOW
        self._ends = end_tokens(self.tokenizer, self.model)
        self._mixer = Mixer(self.model, base.family.targets, device)
        self._cache_bytes = _memory(device) // _CACHE_SHARE
        self.store = AdapterStore(self._mixer.layers, device, dtype)
        self.batch = Batch(self.model, self._mixer, device)

    @property
    def layers(self) -> dict[str, Any]:
        """The base's layers that can carry adapters, by name."""
        return self._mixer.layers

    def prepare(self) -> None:
        """Set what torch keeps for a thread or for the process; jobs set it otherwise."""
        torch.set_num_threads(self._threads)
        # Training asks for gradients that are the same on every run; answers need none of what that costs.
        if torch.are_deterministic_algorithms_enabled():
            torch.use_deterministic_algorithms(False)

    def prompt_of(self, asked: Asked) -> list[int]:
        """The tokens of a question.

        Raises:
            TrainerError: When the template refuses it, or it fills the base's window.
        """
        prompt = asked.question.prompt
        if isinstance(prompt, str):
            tokens = start_tokens(self.tokenizer) + text_tokens(self.tokenizer, prompt)
        else:
            tokens = conversation_tokens(self.tokenizer, prompt)
        check_prompt(len(tokens), self.window)
        return tokens

    def limit_of(self, asked: Asked, prompt: list[int]) -> int:
        """The most tokens that an answer may have."""
        return min(asked.question.max_tokens, self.window - len(prompt))

    def has_room_for(self, reserve: int) -> bool:
        """Whether a row of so many tokens fits beside the open ones; one alone is always let in."""
        rows = len(self.batch.open_rows)
        return rows == 0 or (rows < BATCH_ROWS and self.batch.bytes_with(reserve) <= self._cache_bytes)

    def open(self, asked: Asked, prompt: list[int]) -> Row:
        """A row for a question, with its adapter in memory.

        Raises:
            TrainerError: When the adapter cannot be read or does not fit.
        """
        folder = asked.question.adapter
        adapter = None if folder is None else self.store.acquire(folder, asked.question.adapter_digest)
        return Row(asked, prompt, adapter, self.limit_of(asked, prompt), self._ends, self.tokenizer)

    def close(self, row: Row) -> None:
        """Let go of what an answer needed."""
        if row.adapter is not None:
            self.store.release(row.adapter)

    def alone(self) -> AbstractContextManager[None]:
        """The base without any adapter, for a while."""
        return self._mixer.plain()

    def perplexity(self, text: str, max_tokens: int, progress: Progress) -> dict[str, Any]:
        """How well the base, without any adapter, foresees a text's first tokens.

        Raises:
            TrainerError: When nothing can be measured.
        """
        self.prepare()
        with self.alone():
            return {
                "base": self.name,
                **measure_perplexity(self.model, self.tokenizer, text, max_tokens, progress),
            }


def _load(base: BaseModel, quantization: str | None, device: torch.device, dtype: torch.dtype) -> Any:
    model = load_model(base, device, dtype, quantization).eval()
    # The loader's plain matrix products are for gradients that are the same on every run.
    if "sdpa" in base.family.kernels:
        model.set_attn_implementation("sdpa")
    return model


def _memory(device: torch.device) -> int:
    """The machine's memory; of a GPU what is left beside the weights, since nothing there can be swapped."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + unused
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
