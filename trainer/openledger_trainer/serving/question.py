"""What a `generate` request asks for, read before any model is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openledger_trainer.errors import TrainerError
from openledger_trainer.parameters import Parameters
from openledger_trainer.template import Message, user_message

LONGEST_PROMPT_CHARACTERS = 400_000
MOST_MESSAGES = 1000
MOST_STOPS = 16
LONGEST_STOP_CHARACTERS = 256


@dataclass(frozen=True)
class Question:
    """A request for an answer.

    Attributes:
        base: Directory or hub name of the base.
        adapter: Folder of the adapter; None asks the base itself.
        prompt: A text to continue, or a conversation to answer.
        max_tokens: The most tokens of the answer.
        temperature: 0 takes the likeliest token each time; above, chances are sharpened or flattened by it.
        top_p: Only the likeliest tokens that together have this chance are drawn from.
        seed: All of the drawing's randomness.
        stop: Texts that end the answer and are not part of it.
        quantization: How the base's linear layers are stored; None as they are.
        dtype: What is computed with, `float32` or `bfloat16`; None what the device does well.
        adapter_digest: sha256 that the adapter's weights must have; None takes any.
    """

    base: str
    adapter: Path | None
    prompt: str | list[Message]
    max_tokens: int = 128
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    quantization: str | None = None
    dtype: str | None = None
    adapter_digest: str | None = None

    @staticmethod
    def parse(params: Parameters) -> Question:
        """Read a request's parameters.

        Raises:
            TrainerError: When one of them is missing or out of its range.
        """
        quantization = params.optional_text("quantization")
        return Question(
            base=params.text("base"),
            adapter=params.optional_path("adapterPath"),
            prompt=_prompt(params),
            max_tokens=params.integer("maxTokens", 1, 32_768, 128),
            temperature=params.number("temperature", 0, 100, 0),
            top_p=params.number("topP", 0, 1, 1),
            seed=params.integer("seed", 0, 2**53 - 1, 0),
            stop=params.texts("stop", MOST_STOPS, LONGEST_STOP_CHARACTERS),
            quantization=quantization,
            dtype=params.optional_text("dtype"),
            adapter_digest=params.optional_text("adapterDigest"),
        )


def _prompt(params: Parameters) -> str | list[Message]:
    messages = params.messages("messages", MOST_MESSAGES, LONGEST_PROMPT_CHARACTERS)
    if messages is None:
        prompt = params.text("prompt", LONGEST_PROMPT_CHARACTERS)
        return prompt if params.flag("raw") else user_message(prompt)
    if params.has("prompt"):
        raise TrainerError(
            "bad-request", "Both params.prompt and params.messages are given.", "Give one of them."
        )
    return messages
