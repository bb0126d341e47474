"""Memory: what is freed for the next job, and how its lack is told."""

import errno
import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import PreTrainedModel

from openledger_trainer.base_model import find_base, load_model
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.determinism import choose_device
from openledger_trainer.engine import Engine
from openledger_trainer.errors import failure_of
from openledger_trainer.memory import is_out_of_memory
from openledger_trainer.progress import Progress
from openledger_trainer.quantization import OWN, QuantizedLayers
from openledger_trainer.recipe import make_recipe
from openledger_trainer.spec import JobSpec


def test_a_model_leaves_with_its_engine(
    bases: dict[str, Path], data_files: list[SourceFile], make_spec: Callable[..., dict[str, Any]]
) -> None:
    base = find_base(str(bases["gpt2"]))
    spec = JobSpec.parse(make_spec())
    dataset = load_dataset(data_files, spec.evaluation.held_out_bps)
    engine = Engine(base, dataset, make_recipe(base, dataset, spec), None, Progress())
    engine.step(1)
    model = weakref.ref(engine.model)
    gc.collect()
    gc.disable()
    try:
        # Two models at once do not fit where one takes more than half of the memory.
        del engine
        assert model() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "failure",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 1 byte."),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_lack_of_memory_is_known_by_each_of_its_names(failure: Exception) -> None:
    assert is_out_of_memory(failure)
    assert failure_of(failure).code == "out-of-memory"


def test_a_base_too_large_for_the_memory_is_no_broken_base(
    bases: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lack(*_: Any, **__: Any) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes.")

    base = find_base(str(bases["gpt2"]))
    # Where weights are read, and where a layer is quantised: there transformers tells no reason.
    for place, quantization in ((PreTrainedModel, None), (QuantizedLayers, OWN)):
        name = "from_pretrained" if quantization is None else "replace"
        with monkeypatch.context() as changed, pytest.raises(RuntimeError) as caught:
            changed.setattr(place, name, lack)
            load_model(base, choose_device(), quantization=quantization)
        assert failure_of(caught.value).code == "out-of-memory"


def test_a_full_disk_is_told_wherever_it_is_met() -> None:
    said = failure_of(OSError(errno.ENOSPC, "No space left on device", "/runs/1/request.json"))
    assert said.code == "disk-full"
    assert "/runs/1/request.json" in said.message
