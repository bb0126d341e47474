"""Which contributions shaped an answer: one gradient of the answer, then the rule in whole numbers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import torch

from openledger_trainer.adapter import WEIGHTS_FILE
from openledger_trainer.attribution.gradients import Caught, example_gradients, telling_maps
from openledger_trainer.attribution.index import AttributionIndex, read_index
from openledger_trainer.attribution.rule import METHOD, Query, recompute_shares
from openledger_trainer.attribution.sketch import Projection, to_integers, unit_rows
from openledger_trainer.attribution.words import common_spans, term_counts
from openledger_trainer.base_model import BaseModel
from openledger_trainer.canonical import file_sha256
from openledger_trainer.errors import TrainerError
from openledger_trainer.examples import Example, collate, padding_token
from openledger_trainer.serving.adapters import LayerUpdate
from openledger_trainer.serving.served_base import ServedBase
from openledger_trainer.spec import Lora
from openledger_trainer.template import Message, answer_tokens, conversation_tokens

LONGEST_ANSWER_TOKENS = 512
"""What an answer has beyond them is left out of its gradient, not of its words."""
SHORTEST_CONTEXT_TOKENS = 64
SHOWN_EXAMPLES = 10
_SECOND_MAP = "base_model.model.{}.lora_B.weight"
_KEPT_INDEXES = 4
_KEPT_PROJECTIONS = 2
Updates = dict[str, LayerUpdate]
T = TypeVar("T")


class Attributor:
    """Answers `attribute`; keeps the indexes that were asked last."""

    def __init__(self) -> None:
        self._indexes: OrderedDict[tuple[Any, ...], tuple[AttributionIndex, str]] = OrderedDict()
        self._updates: WeakKeyDictionary[ServedBase, OrderedDict[str, Updates]] = WeakKeyDictionary()
        self._adapters: OrderedDict[tuple[Any, ...], str] = OrderedDict()
        self._projections: OrderedDict[tuple[Any, ...], Projection] = OrderedDict()

    def attribute(
        self,
        served: ServedBase,
        base: BaseModel,
        adapter_path: Path,
        index_path: Path,
        messages: Sequence[Message],
        answer: str,
    ) -> dict[str, Any]:
        """Which contributions shaped an answer, and the query from which anyone can compute it again.

        Args:
            served: The loaded base.
            base: Which one that is.
            adapter_path: The folder of the adapter that gave the answer.
            index_path: Its attribution index.
            messages: The conversation up to the answer.
            answer: What was answered.

        Returns:
            `method`, `indexDigest`, `query`, `queryDigest`, `shares` [{sha256, sharePpm}] that sum to
            1,000,000 or are none where nothing matches, and `examples` [{sha256, index, sharePpm, text,
            spans}].

        Raises:
            TrainerError: An empty answer, or an index that is damaged or of another base.
        """
        if not answer.strip():
            raise TrainerError(
                "empty-answer",
                "The answer has no text, so nothing shaped it.",
                "Attribute an answer with words.",
            )
        index, digest = self._kept(self._indexes, index_path, read_index)
        self._expect_fitting(index, base, adapter_path)
        served.prepare()
        gradients = answer_gradients(served, self._updates_of(index, digest, served), index, messages, answer)
        sketch = self._projection(gradients, index).of(gradients)
        asked = next((each["content"] for each in reversed(messages) if each["role"] == "user"), "")
        query = Query(
            tuple(sorted(term_counts(f"{asked}\n{answer}"))), to_integers(unit_rows(sketch))[0].numpy()
        )
        shares = recompute_shares(index, query)
        return {
            "method": index.about.method,
            "indexDigest": digest,
            "query": query.to_json(),
            "queryDigest": query.digest,
            "shares": [{"sha256": sha256, "sharePpm": share} for sha256, share in shares.files],
            "examples": [
                {
                    "sha256": index.files[int(index.owners[each.text])],
                    "index": int(index.places[each.text]),
                    "sharePpm": each.share_ppm,
                    "text": index.texts[each.text],
                    "spans": [asdict(span) for span in common_spans(answer, index.texts[each.text])],
                }
                for each in shares.texts[:SHOWN_EXAMPLES]
            ],
        }

    def _expect_fitting(self, index: AttributionIndex, base: BaseModel, adapter_path: Path) -> None:
        weights = self._kept(self._adapters, adapter_path / WEIGHTS_FILE, file_sha256)
        pairs = (
            (index.about.method, METHOD),
            (index.about.base_digest, base.digest),
            (index.about.adapter_digest, weights),
        )
        for expected, found in pairs:
            if expected != found:
                raise TrainerError(
                    "wrong-index",
                    f"The index is of {expected}, not of {found}.",
                    "Use the index of the release that gave the answer.",
                )

    def _updates_of(self, index: AttributionIndex, digest: str, served: ServedBase) -> Updates:
        kept = self._updates.setdefault(served, OrderedDict())
        if digest not in kept:
            tensors = {name: torch.from_numpy(values).float() for name, values in index.adapter.items()}
            kept[digest] = served.store.updates(tensors, Lora(**index.about.lora))
            while len(kept) > _KEPT_INDEXES:
                kept.popitem(last=False)
        kept.move_to_end(digest)
        return kept[digest]

    @staticmethod
    def _kept(kept: OrderedDict[tuple[Any, ...], T], path: Path, read: Callable[[Path], T]) -> T:
        """What a file holds, read again when it has changed."""
        try:
            status = path.stat()
        except OSError as error:
            raise TrainerError(
                "missing-file", f"{path} cannot be read: {error.strerror}.", "Fetch the release again."
            ) from None
        key = (str(path), status.st_ino, status.st_size, status.st_mtime_ns)
        if key not in kept:
            kept[key] = read(path)
            while len(kept) > _KEPT_INDEXES:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return kept[key]

    def _projection(self, gradients: dict[str, torch.Tensor], index: AttributionIndex) -> Projection:
        shapes = {name: (gradient.shape[1], gradient.shape[2]) for name, gradient in gradients.items()}
        device = next(iter(gradients.values())).device
        size = int(index.sketches.shape[1])
        key = (tuple(sorted(shapes.items())), size, index.about.seed, str(device))
        if key not in self._projections:
            self._projections[key] = Projection(shapes, size, index.about.seed, device)
            while len(self._projections) > _KEPT_PROJECTIONS:
                self._projections.popitem(last=False)
        self._projections.move_to_end(key)
        return self._projections[key]


def answer_example(tokenizer: Any, window: int, messages: Sequence[Message], answer: str) -> Example:
    """An answer as the example whose gradient is taken, after as much of the conversation as it is long.

    Args:
        tokenizer: The base's.
        window: The most tokens that the base reads.
        messages: The conversation up to the answer.
        answer: Of which at most `LONGEST_ANSWER_TOKENS` are taken.
    """
    learnt = answer_tokens(tokenizer, answer)[:LONGEST_ANSWER_TOKENS]
    # Records have one question before their answer; a long conversation would cost more than it tells.
    most = max(SHORTEST_CONTEXT_TOKENS, len(learnt))
    # Where a window has no room for both, the answer comes first, but keeps half of it for what was asked.
    most = min(most, max(window - len(learnt), window // 2))
    context = conversation_tokens(tokenizer, messages)[-most:]
    learnt = learnt[: window - len(context)]
    return Example((*context, *learnt), len(learnt), "", 0)


def answer_gradients(
    served: ServedBase,
    updates: Updates,
    index: AttributionIndex,
    messages: Sequence[Message],
    answer: str,
) -> dict[str, torch.Tensor]:
    """The gradient of an answer's mean loss a token by the telling maps of the index's adapter.

    Returns:
        By name, (1, out, in) in float32.
    """
    example = answer_example(served.tokenizer, served.window, messages, answer)
    device = next(served.model.parameters()).device
    batch = collate([example], padding_token(served.tokenizer), device)
    lora = Lora(**index.about.lora)
    scaling = lora.alpha / (lora.rank**0.5 if lora.use_rslora else lora.rank)
    with served.alone(), _added(served.layers, updates) as caught:
        gradients = example_gradients(served.model, batch, caught)
    for name, gradient in gradients.items():
        # The ranks that an adapter is filled up with for serving are no part of it. What serving keeps is B
        # with its scaling in it: the chain rule takes it out again.
        share = updates[_layer_of(name)].base_share
        factor = scaling if share is None else scaling * (1 + share)[:, None]
        gradients[name] = gradient[:, :, : lora.rank] * factor
    return gradients


@contextmanager
def _added(layers: dict[str, Any], updates: Updates) -> Iterator[Caught]:
    """Let the base's layers add an adapter, and catch what its telling maps are given and give."""
    caught = Caught()

    def watcher(layer_name: str, name: str | None) -> Any:
        a, b, base_share = updates[layer_name]

        def add(layer: Any, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
            x = given[0]
            # The product this way round is twice as fast on CPU.
            middle = (a @ x.reshape(-1, x.shape[-1]).float().T).T
            if name is not None:
                # A leaf that asks for a gradient, since nothing of the base does.
                middle.requires_grad_()
                caught.given(name, middle)
            whole = output.reshape(-1, output.shape[-1]).float()
            if base_share is not None:
                bias = getattr(layer, "bias", None)
                whole = whole + base_share * (whole if bias is None else whole - bias)
            added = torch.addmm(whole, middle, b)
            if name is not None:
                caught.gave(name, added)
            return added.view(output.shape).to(output.dtype)

        return add

    told = {_layer_of(name): name for name in telling_maps(_SECOND_MAP.format(each) for each in updates)}
    handles = [layers[name].register_forward_hook(watcher(name, told.get(name))) for name in updates]
    try:
        yield caught
    finally:
        for handle in handles:
            handle.remove()
        caught.clear()


def _layer_of(name: str) -> str:
    before, _, after = _SECOND_MAP.partition("{}")
    return name.removeprefix(before).removesuffix(after)
