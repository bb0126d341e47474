"""NF4 by both backends: how exact, how small, and whether every supported type learns on it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch

from openledger_trainer.base_model import BaseModel, load_model
from openledger_trainer.configurations import new_model
from openledger_trainer.errors import TrainerError
from openledger_trainer.families import FAMILIES, family_of
from openledger_trainer.nf4 import LEVELS, Nf4Linear, dequantize_nf4, packed_bytes, quantize_nf4
from openledger_trainer.quantization import (
    BACKENDS,
    BITSANDBYTES,
    OWN,
    _bitsandbytes_works,
    available_backends,
    chosen_backend,
    linear_bytes,
    linear_weights,
    quantize,
)
from openledger_trainer.simulated_memory import Ledger

IDS = torch.arange(32).view(2, 16)


def small_model(model_type: str, width: int = 64, layers: int = 2) -> Any:
    torch.manual_seed(1)
    model = new_model(model_type, vocabulary=64, width=width, layers=layers, heads=2, window=128, end_token=0)
    return model.requires_grad_(False).eval()


def _backend(name: str) -> str:
    if name not in available_backends():
        pytest.skip(f"{name} does not work here")
    return name


def _with_lora(model: Any, model_type: str, **options: Any) -> Any:
    from peft import LoraConfig, get_peft_model

    present = {name.rpartition(".")[2] for name, _ in model.named_modules()}
    targets = sorted(present.intersection(family_of(model_type).targets))
    torch.manual_seed(2)
    return get_peft_model(
        model, LoraConfig(r=4, lora_alpha=8, target_modules=targets, task_type="CAUSAL_LM", **options)
    )


def _train(model: Any, steps: int = 4) -> list[float]:
    model.train()
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=0.02)
    losses = []
    for _ in range(steps):
        loss = model(input_ids=IDS, labels=IDS, use_cache=False).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("shape", [(64, 128), (3, 5), (1, 1), (7, 96)])
def test_restored_weights_are_within_half_a_gap(shape: tuple[int, int]) -> None:
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    codes, magnitudes, bounds = quantize_nf4(weight)
    restored = dequantize_nf4(codes, magnitudes, bounds, shape)
    widest_gap = max(high - low for low, high in pairwise(LEVELS))
    magnitude_error = float(bounds[1].max()) / 2
    limit = widest_gap / 2 * float(weight.abs().max()) + magnitude_error + 1e-6
    assert (restored - weight).abs().max() <= limit
    assert codes.numel() + magnitudes.numel() + bounds.numel() * 4 == packed_bytes(weight.numel())


def test_zeros_stay_zeros_and_a_bias_is_added() -> None:
    layer = Nf4Linear(torch.zeros(4, 70), torch.arange(4.0))
    assert torch.equal(layer(torch.ones(2, 70)), torch.arange(4.0).expand(2, 4))


def test_codes_and_restored_weights_are_those_of_bitsandbytes() -> None:
    _backend(BITSANDBYTES)
    from bitsandbytes import functional

    assert functional.get_4bit_type("nf4", device="cpu").tolist() == list(LEVELS)
    weight = torch.randn(128, 512, generator=torch.Generator().manual_seed(3)) * 0.02
    codes, magnitudes, bounds = quantize_nf4(weight)
    theirs, state = functional.quantize_4bit(weight, quant_type="nf4", compress_statistics=True)
    # They multiply by the reciprocal: a value between two levels may fall to the other side.
    assert (codes == theirs.view(-1)).float().mean() > 0.9999
    mine = dequantize_nf4(codes, magnitudes, bounds, (128, 512))
    other = functional.dequantize_4bit(theirs, state)
    assert (mine - weight).norm() <= (other - weight).norm() * 1.001
    assert (mine - other).norm() / weight.norm() < 0.02


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("model_type", sorted(FAMILIES))
def test_every_type_learns_on_a_quantised_base(model_type: str, backend: str) -> None:
    backend = _backend(backend)
    full = small_model(model_type)
    model = small_model(model_type)
    quantize(model, backend)
    assert linear_weights(model) == linear_weights(full)
    if backend == OWN:
        assert linear_bytes(model) <= 0.30 * 2 * linear_weights(full)
    assert type(model.get_output_embeddings()) is torch.nn.Linear
    with torch.no_grad():
        expected = full(input_ids=IDS, use_cache=False).logits
        difference = model(input_ids=IDS, use_cache=False).logits - expected
    assert difference.norm() < 0.5 * expected.norm()

    tuned = _with_lora(model, model_type)
    losses = _train(tuned)
    assert losses[-1] < losses[0]
    assert linear_weights(tuned) == linear_weights(full)
    for parameter in tuned.parameters():
        assert parameter.requires_grad == (parameter.grad is not None)


@pytest.mark.parametrize("backend", BACKENDS)
def test_linear_layers_of_a_wide_model_take_three_tenths_of_their_bf16_bytes(backend: str) -> None:
    model = small_model("llama", width=512, layers=1).to(torch.bfloat16)
    before = linear_bytes(model)
    quantize(model, _backend(backend))
    assert before == 2 * linear_weights(model)
    assert linear_bytes(model) <= 0.30 * before


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("model_type", ["gpt2", "llama"])
def test_dora_runs_repeat_and_checkpointed_gradients_are_the_same(model_type: str, backend: str) -> None:
    def run(checkpointing: bool) -> dict[str, torch.Tensor]:
        model = small_model(model_type)
        quantize(model, _backend(backend))
        tuned = _with_lora(model, model_type, use_dora=True)
        if checkpointing:
            tuned.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        losses = _train(tuned)
        assert losses[-1] < losses[0]
        return {name: value for name, value in tuned.named_parameters() if value.requires_grad}

    first, again, checkpointed = run(False), run(False), run(True)
    for name, value in first.items():
        assert torch.equal(value, again[name]), name
        assert torch.equal(value, checkpointed[name]), name


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("model_type", ["gpt2", "llama", "deepseek_v3"])
def test_the_adapter_runs_on_the_base_in_full(model_type: str, backend: str, tmp_path: Path) -> None:
    from peft import PeftModel

    model = small_model(model_type)
    quantize(model, _backend(backend))
    tuned = _with_lora(model, model_type)
    _train(tuned, steps=8)
    tuned.save_pretrained(str(tmp_path))
    base = small_model(model_type)
    with torch.no_grad():
        before = base(input_ids=IDS, labels=IDS, use_cache=False).loss.item()
        plain = PeftModel.from_pretrained(base, str(tmp_path)).eval()
        after = plain(input_ids=IDS, labels=IDS, use_cache=False).loss.item()
    assert after < before - 0.1


@pytest.mark.parametrize("backend", BACKENDS)
# Weights that lie transposed and have a bias, plain ones, and those of experts in one tensor.
@pytest.mark.parametrize("model_type", ["gpt2", "llama", "deepseek_v3"])
def test_a_base_quantised_while_it_is_loaded_is_the_same_and_never_there_in_full(
    model_type: str, backend: str, tmp_path: Path
) -> None:
    _backend(backend)
    written = small_model(model_type, width=128, layers=6).to(torch.bfloat16)
    written.save_pretrained(str(tmp_path), max_shard_size="300KB")
    base = BaseModel(tmp_path, model_type, family_of(model_type), model_type, "0x")
    expected = load_model(base, torch.device("cpu"))
    full = sum(parameter.nbytes for parameter in expected.parameters())
    quantize(expected, backend)
    _bitsandbytes_works.cache_clear()
    with Ledger() as ledger:
        found = load_model(base, torch.device("cpu"), quantization=backend)
    assert ledger.peak < full / 2
    assert [type(module) for module in found.modules()] == [type(module) for module in expected.modules()]
    tensors = found.state_dict()
    assert list(tensors) == list(expected.state_dict())
    assert all(torch.equal(tensors[name], value) for name, value in expected.state_dict().items())
    with torch.no_grad():
        assert torch.equal(found(input_ids=IDS).logits, expected(input_ids=IDS).logits)


def test_evaluation_computes_what_training_computes() -> None:
    model = small_model("llama")
    quantize(model, _backend(BITSANDBYTES))
    with torch.no_grad():
        evaluated = model.eval()(input_ids=IDS, use_cache=False).logits
        trained = model.train()(input_ids=IDS, use_cache=False).logits
    assert torch.equal(evaluated, trained)


def test_a_change_of_type_leaves_the_scales_exact() -> None:
    layer = Nf4Linear(torch.randn(64, 64), None)
    restored = layer.dequantize()
    assert torch.equal(layer.to(torch.bfloat16).dequantize(), restored)
    assert layer(torch.ones(1, 64, dtype=torch.bfloat16)).dtype == torch.bfloat16


def test_the_backend_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLEDGER_QUANTIZATION", OWN)
    assert chosen_backend() == OWN
    monkeypatch.delenv("OPENLEDGER_QUANTIZATION")
    assert chosen_backend() == available_backends()[0]
    monkeypatch.setenv("OPENLEDGER_QUANTIZATION", "gguf")
    with pytest.raises(TrainerError, match="gguf"):
        chosen_backend()
    with pytest.raises(TrainerError, match="no quantization backend"):
        quantize(small_model("llama"), "gguf")
