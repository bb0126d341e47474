"""Samples of what a model says while it learns, so that people see more than a curve."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from openledger_trainer.dataset import Record
from openledger_trainer.engine import Engine
from openledger_trainer.errors import Cancelled
from openledger_trainer.template import conversation_tokens

SAMPLES = 2
SAMPLE_TOKENS = 32
_SHOWN_CHARACTERS = 280


def tell_samples(engine: Engine, held_out: Sequence[Record], step: int) -> None:
    """Report how the model continues the first held-out questions, or the beginnings of held-out prose.

    Samples are for people to look at: where one fails, that is reported, and the run goes on.
    """
    try:
        _tell_samples(engine, held_out, step)
    except Cancelled:
        raise
    except Exception as error:
        engine.progress.emit(
            "sampleSkipped", {"step": step, "reason": f"{type(error).__name__}: {error}"[:200]}
        )


def _tell_samples(engine: Engine, held_out: Sequence[Record], step: int) -> None:
    engine.model.eval()
    for record in held_out[:SAMPLES]:
        prompt = record.prompt or record.completion[: _SHOWN_CHARACTERS // 4]
        if record.prompt:
            given = conversation_tokens(engine.tokenizer, record.messages(engine.spec.training.cutoff_tokens))
        else:
            given = list(engine.tokenizer.encode(prompt, add_special_tokens=True))
        given = given[-max(1, engine.spec.training.cutoff_tokens - SAMPLE_TOKENS) :]
        if not given:
            continue
        window = torch.tensor([given], device=engine.device)
        with torch.no_grad(), engine.autocast():
            found = engine.model.generate(
                input_ids=window,
                attention_mask=torch.ones_like(window),
                max_new_tokens=SAMPLE_TOKENS,
                do_sample=False,
                pad_token_id=engine.padding,
            )
        text = engine.tokenizer.decode(found[0, len(given) :], skip_special_tokens=True)
        engine.progress.emit(
            "sample",
            {"step": step, "prompt": prompt[:_SHOWN_CHARACTERS], "text": text[:_SHOWN_CHARACTERS]},
        )
