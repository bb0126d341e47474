"""What a large base takes in memory, whole and in four bits, and on a GPU one of a billion parameters."""

from __future__ import annotations

import gc
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from train_jobs import demo_job, small_bases

from openledger_trainer.base_model import count_parameters, find_base, load_model
from openledger_trainer.configurations import new_model
from openledger_trainer.determinism import choose_device
from openledger_trainer.engine import Engine
from openledger_trainer.progress import Progress

HUNDRED_MILLION = {"vocabulary": 32_000, "width": 768, "layers": 12, "heads": 12, "window": 512}
ONE_BILLION = {"vocabulary": 32_000, "width": 2048, "layers": 22, "heads": 32, "window": 2048}


def quantized_bytes(sizes: dict[str, int], backends: tuple[str, ...]) -> dict[str, Any]:
    """Bytes of the linear layers in 4 bits over those in bf16, for each backend that works here."""
    from openledger_trainer.quantization import linear_bytes, linear_weights, quantize

    with tempfile.TemporaryDirectory(prefix="openledger-train-") as folder:
        base = find_base(str(random_base(Path(folder), sizes)))
        found: dict[str, Any] = {}
        for backend in backends:
            model = load_model(base, choose_device())
            weights = linear_weights(model)
            parameters = sum(parameter.numel() for parameter in model.parameters())
            quantize(model, backend)
            found["parameters"], found["linearWeights"] = parameters, weights
            found[backend] = {
                "linearBytes": linear_bytes(model),
                "againstBf16": round(linear_bytes(model) / (2 * weights), 4),
            }
            del model
            gc.collect()
        return found


def speed_and_memory(sizes: dict[str, int], steps: int, method: str, **training: Any) -> dict[str, Any]:
    """Tokens a second and memory of some steps on a base with random weights, in a process of its own."""
    # What an earlier model left in this process would count as this one's.
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_speed_and_memory, sizes, steps, method, training).result()


def _speed_and_memory(
    sizes: dict[str, int], steps: int, method: str, training: dict[str, Any]
) -> dict[str, Any]:
    device = choose_device()
    with tempfile.TemporaryDirectory(prefix="openledger-train-") as folder:
        job = demo_job(random_base(Path(folder), sizes), method, epochs=0, steps=steps + 2, **training)
        _forget_peak(device)
        idle = _peak_bytes(device)
        engine = Engine(job.base, job.dataset, job.recipe, None, Progress())
        loaded = _peak_bytes(device)
        for step in (1, 2):
            engine.step(step)
        _wait(device)
        started = time.perf_counter()
        tokens = sum(engine.step(step).tokens for step in range(3, steps + 3))
        _wait(device)
        seconds = time.perf_counter() - started
        return {
            "method": method,
            "parameters": count_parameters(job.base.folder),
            "device": torch.cuda.get_device_name() if device.type == "cuda" else device.type,
            "quantization": job.recipe.quantization,
            **training,
            "tokensPerSecond": round(tokens / seconds, 1),
            "idleBytes": idle,
            "loadedPeakBytes": loaded,
            "peakBytes": _peak_bytes(device),
        }


def random_base(folder: Path, sizes: dict[str, int]) -> Path:
    """A LLaMA of these sizes with random weights in bf16 and a small base's tokenizer."""
    (tokenizer,) = small_bases(["llama"]).values()
    torch.manual_seed(1)
    new_model("llama", end_token=0, **sizes).to(torch.bfloat16).save_pretrained(str(folder))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(tokenizer / name, folder / name)
    return folder


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _forget_peak(device: torch.device) -> None:
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    else:
        # Linux forgets the highest resident size when 5 is written here.
        Path("/proc/self/clear_refs").write_text("5")


def _peak_bytes(device: torch.device) -> int:
    """On a GPU what torch took there, else the highest resident size of the whole process."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) * 1024
