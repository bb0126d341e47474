"""The loss of a batch, with logits only for the tokens that are learnt.

Much of a batch is questions and padding, of which nothing is predicted, and a vocabulary is wide: leaving
their logits out saves a tenth of a small model's step, and makes a large one's widest tensor smaller.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as functional

from openledger_trainer.examples import Batch


def summed_loss(model: Any, batch: Batch) -> torch.Tensor:
    """The summed negative log likelihood of a batch's learnt tokens, in nats."""
    return functional.cross_entropy(learnt_logits(model, batch), batch.targets, reduction="sum")


def learnt_logits(model: Any, batch: Batch) -> torch.Tensor:
    """What a model predicts where a batch is learnt: (learnt, vocabulary) in float32."""

    def choose(_layer: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> Any:
        hidden = inputs[0]
        return (hidden.reshape(-1, hidden.shape[-1]).index_select(0, batch.places)[None],)

    # The output layer is shown learnt places only during this pass.
    handle = model.get_output_embeddings().register_forward_pre_hook(choose)
    try:
        logits: torch.Tensor = model(**batch.inputs(), use_cache=False).logits[0]
    finally:
        handle.remove()
    return logits.float()
