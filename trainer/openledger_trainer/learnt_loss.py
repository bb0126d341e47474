"""The loss of a batch, with logits only for the tokens that are learnt.

Much of a batch is questions and padding, of which nothing is predicted, and a vocabulary is wide: leaving
their logits out saves a tenth of a small model's step, and makes a large one's widest tensor smaller.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakMethod

import torch
import torch.nn.functional as functional

from openledger_trainer.examples import Batch


class LearntLoss:
    """Computes losses with one model, whose output layer it shows learnt places only while it does."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._places: torch.Tensor | None = None
        # Held weakly: a model that leads back to itself would stay in memory beside the next one.
        choose = WeakMethod(self._choose)

        def chosen(layer: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> Any:
            method = choose()
            return None if method is None else method(layer, inputs)

        model.get_output_embeddings().register_forward_pre_hook(chosen)

    def __call__(self, batch: Batch) -> torch.Tensor:
        """The summed negative log likelihood of a batch's learnt tokens, in nats."""
        self._places = batch.places
        try:
            logits = self._model(**batch.inputs(), use_cache=False).logits[0]
        finally:
            self._places = None
        return functional.cross_entropy(logits.float(), batch.targets, reduction="sum")

    def _choose(self, _layer: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> Any:
        if self._places is None:
            return None
        hidden = inputs[0]
        return (hidden.reshape(-1, hidden.shape[-1]).index_select(0, self._places)[None],)
