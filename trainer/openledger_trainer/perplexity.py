"""How well a base foresees a text: the mean negative log likelihood of its beginning."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as functional

from openledger_trainer.errors import TrainerError
from openledger_trainer.progress import Progress
from openledger_trainer.template import start_tokens


def measure_perplexity(
    model: Any, tokenizer: Any, text: str, max_tokens: int, progress: Progress
) -> dict[str, Any]:
    """The negative log likelihood of a text's first tokens, in nats a byte and as perplexity a token.

    Bytes are those of the measured tokens in UTF-8, so that bases with other tokenizers can be compared. A
    text longer than the base's window is read in pieces; each begins with the last token of the one before.

    Raises:
        TrainerError: When nothing can be measured: fewer than two tokens, or a likelihood that is no number.
    """
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    start = start_tokens(tokenizer)
    tokens = [*start, *encoding["input_ids"][:max_tokens]]
    measured = len(tokens) - 1
    if measured < 1:
        raise TrainerError("too-short", f"The text has {len(tokens)} tokens.", "Give a longer text.")
    # Without a token that begins every text, the first has nothing before it that could predict it.
    first = 0 if start else 1
    ends = encoding["offset_mapping"]
    size = len(text[ends[first][0] : ends[first + measured - 1][1]].encode("utf-8"))
    nats = _summed_loss(model, tokens, progress)
    if not math.isfinite(nats) or size == 0:
        raise TrainerError(
            "no-likelihood", f"The likelihood of {size} bytes is {nats} nats.", "Check the base's weights."
        )
    return {
        "natsPerByte": nats / size,
        "perplexity": math.exp(min(nats / measured, 700)),
        "tokens": measured,
        "bytes": size,
    }


def _summed_loss(model: Any, tokens: list[int], progress: Progress) -> float:
    device = next(model.parameters()).device
    window = getattr(model.config, "max_position_embeddings", None) or len(tokens)
    nats = 0.0
    with torch.no_grad():
        for first in range(0, len(tokens) - 1, window - 1):
            progress.check()
            piece = torch.tensor([tokens[first : first + window]], device=device)
            logits = model(input_ids=piece, use_cache=False).logits[0, :-1].float()
            nats += functional.cross_entropy(logits, piece[0, 1:], reduction="sum").item()
    return nats
