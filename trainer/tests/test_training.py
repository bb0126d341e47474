import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from openledger_trainer.adapter import read_adapter
from openledger_trainer.base_model import find_base, load_model, load_tokenizer
from openledger_trainer.canonical import canonical_bytes, file_sha256
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.engine import Engine
from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.evaluation import evaluate
from openledger_trainer.progress import Progress
from openledger_trainer.replay import replay
from openledger_trainer.spec import JobSpec
from openledger_trainer.training import train
from openledger_trainer.transcript import next_head, read_lines

Json = dict[str, Any]
MakeSpec = Callable[..., Json]


class Job:
    """A base, data and a specification."""

    def __init__(self, base: Path, files: list[SourceFile], spec: Json) -> None:
        self.base = find_base(str(base))
        self.spec = JobSpec.parse(spec)
        self.dataset = load_dataset(files, self.spec.held_out_bps)

    def train(self, work_dir: Path, progress: Progress | None = None) -> Json:
        return train(self.base, self.dataset, self.spec, work_dir, progress or Progress())

    def replay(self, run: Json, first: int | None, second: int) -> Json:
        saved = run["checkpoints"]
        start = None if first is None else saved[first]
        return replay(
            self.base,
            self.dataset,
            self.spec,
            None if start is None else Path(start["path"]),
            0 if start is None else start["step"],
            saved[second]["step"],
            Path(saved[second]["path"]),
            Progress(),
        )


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def job(family: str, bases: dict[str, Path], data_files: list[SourceFile], make_spec: MakeSpec) -> Job:
    return Job(bases[family], data_files, make_spec(family))


@pytest.fixture(scope="module")
def run(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Json:
    return job.train(tmp_path_factory.mktemp("run"))


def test_the_held_out_loss_falls(run: Json) -> None:
    assert run["lossAfterMicronats"] < 0.96 * run["lossBeforeMicronats"]


def test_the_same_job_gives_the_same_bytes(job: Job, run: Json, tmp_path: Path) -> None:
    again = job.train(tmp_path)
    for key in ("adapterDigest", "transcriptHead", "lossBeforeMicronats", "lossAfterMicronats", "tokens"):
        assert again[key] == run[key]
    digests = [[saved["digest"] for saved in each["checkpoints"]] for each in (run, again)]
    assert digests[0] == digests[1]
    for name in ("adapter_model.safetensors", "adapter_config.json"):
        assert (tmp_path / "adapter" / name).read_bytes() == (Path(run["adapterPath"]) / name).read_bytes()


def test_another_seed_gives_another_adapter(
    job: Job, run: Json, make_spec: MakeSpec, tmp_path: Path, data_files: list[SourceFile]
) -> None:
    other = Job(job.base.folder, data_files, make_spec(job.base.model_type, seed=8)).train(tmp_path)
    assert other["adapterDigest"] != run["adapterDigest"]


def test_the_transcript_chains_from_the_specification_to_the_head(job: Job, run: Json) -> None:
    lines = read_lines(Path(run["transcriptPath"]))
    head = job.spec.digest
    for line in lines:
        head = next_head(head, line)
    assert (head, len(lines)) == (run["transcriptHead"], 12)
    for saved in run["checkpoints"]:
        assert (
            file_sha256(Path(saved["path"])) == saved["digest"] == lines[saved["step"] - 1].checkpoint_digest
        )


def test_a_cancelled_run_continues_to_the_same_bytes(job: Job, run: Json, tmp_path: Path) -> None:
    progress: Progress

    def stop_at_six(event: str, data: Json) -> None:
        if event == "step" and data["step"] == 6:
            progress.cancel()

    progress = Progress(stop_at_six)
    with pytest.raises(Cancelled):
        job.train(tmp_path, progress)
    # What a crash may leave behind: a checkpoint without its line, and half a line.
    (tmp_path / "checkpoints" / "0000008.safetensors").write_bytes(b"torn")
    with (tmp_path / "transcript.jsonl").open("ab") as stream:
        stream.write(b'{"checkpointDigest":null,"lossMi')
    steps: list[int] = []
    events = Progress(lambda event, data: steps.append(data["step"]) if event == "step" else None)
    again = job.train(tmp_path, events)
    assert steps == list(range(5, 13))
    for key in ("adapterDigest", "transcriptHead", "lossBeforeMicronats", "lossAfterMicronats", "tokens"):
        assert again[key] == run[key]
    finished = job.train(tmp_path)
    assert (finished["adapterDigest"], finished["lossAfterMicronats"]) == (
        run["adapterDigest"],
        run["lossAfterMicronats"],
    )


def test_a_folder_of_another_run_is_refused(
    job: Job, run: Json, make_spec: MakeSpec, data_files: list[SourceFile]
) -> None:
    other = Job(job.base.folder, data_files, make_spec(job.base.model_type, seed=9))
    with pytest.raises(TrainerError, match="another specification"):
        other.train(Path(run["adapterPath"]).parent)


def test_every_segment_replays_bit_for_bit(job: Job, run: Json) -> None:
    for first, second in ((None, 0), (0, 1), (1, 2)):
        result = job.replay(run, first, second)
        assert result["bitExact"] and result["withinTolerance"]
        assert result["relativeDistance"] == 0
        assert result["digest"] == run["checkpoints"][second]["digest"]


def test_replay_detects_a_changed_checkpoint(job: Job, run: Json, tmp_path: Path) -> None:
    path = Path(run["checkpoints"][1]["path"])
    tensors = load_file(path)
    name = next(name for name in sorted(tensors) if name.startswith("adapter/") and "lora_B" in name)
    tensors[name] += 0.5
    forged = copy.deepcopy(run)
    forged["checkpoints"][1]["path"] = str(tmp_path / "forged.safetensors")
    about = canonical_bytes({"specDigest": job.spec.digest, "step": 8, "version": 1}).decode()
    save_file(tensors, tmp_path / "forged.safetensors", metadata={"checkpoint": about})
    result = job.replay(forged, 0, 1)
    assert not result["bitExact"] and not result["withinTolerance"]


def test_poisoned_evidence_is_named_and_never_crashes_the_checker(
    job: Job, run: Json, tmp_path: Path
) -> None:
    about = canonical_bytes({"specDigest": job.spec.digest, "step": 4, "version": 1}).decode()
    honest = load_file(run["checkpoints"][0]["path"])
    poisoned = {name: tensor * torch.nan for name, tensor in honest.items()}
    cut = {
        name: tensor[:1].clone() if name.startswith("second/") else tensor for name, tensor in honest.items()
    }
    for tensors, code in ((poisoned, "bad-checkpoint"), (cut, "wrong-checkpoint")):
        forged = copy.deepcopy(run)
        forged["checkpoints"][0]["path"] = str(tmp_path / "forged.safetensors")
        save_file(tensors, tmp_path / "forged.safetensors", metadata={"checkpoint": about})
        with pytest.raises(TrainerError) as caught:
            job.replay(forged, 0, 1)
        assert caught.value.code == code
    forged["checkpoints"][0]["path"] = str(tmp_path / "forged.safetensors")
    save_file(poisoned, tmp_path / "forged.safetensors", metadata={"checkpoint": about})
    assert not job.replay(forged, None, 0)["withinTolerance"]

    adapter = tmp_path / "adapter"
    shutil.copytree(run["adapterPath"], adapter)
    weights = load_file(adapter / "adapter_model.safetensors")
    save_file(
        {name: tensor * torch.nan for name, tensor in weights.items()}, adapter / "adapter_model.safetensors"
    )
    with pytest.raises(TrainerError) as caught:
        evaluate(job.base, job.dataset, job.spec, adapter, Progress())
    assert caught.value.code == "bad-adapter"


def test_replay_detects_other_data(
    job: Job, run: Json, data_files: list[SourceFile], make_spec: MakeSpec
) -> None:
    less = Job(job.base.folder, data_files[:1], make_spec(job.base.model_type))
    result = less.replay(run, 0, 1)
    assert not result["bitExact"] and not result["withinTolerance"]


def test_replay_detects_another_learning_rate(
    job: Job, run: Json, data_files: list[SourceFile], make_spec: MakeSpec, tmp_path: Path
) -> None:
    spec = make_spec(job.base.model_type, learningRate=0.01)
    cheat = Job(job.base.folder, data_files, spec)
    theirs = cheat.train(tmp_path)
    with pytest.raises(TrainerError, match="specification") as caught:
        job.replay(theirs, 0, 1)
    assert caught.value.code == "wrong-checkpoint"
    # The cheat names the honest specification in the checkpoints too.
    about = canonical_bytes({"specDigest": job.spec.digest, "step": 4, "version": 1}).decode()
    path = Path(theirs["checkpoints"][0]["path"])
    save_file(load_file(path), path, metadata={"checkpoint": about})
    result = job.replay(theirs, None, 0)
    assert not result["bitExact"] and not result["withinTolerance"]


def test_evaluation_repeats_the_losses_of_the_run(job: Job, run: Json) -> None:
    result = evaluate(job.base, job.dataset, job.spec, Path(run["adapterPath"]), Progress())
    assert result["lossBeforeMicronats"] == run["lossBeforeMicronats"]
    assert result["lossAfterMicronats"] == run["lossAfterMicronats"]
    assert result["adapterDigest"] == run["adapterDigest"]


def test_plain_peft_loads_the_adapter_to_equal_logits(job: Job, run: Json) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from openledger_trainer.adapter import adapter_parameters, attach_lora, set_adapter_tensors

    tensors, _, _ = read_adapter(Path(run["adapterPath"]))
    ours = attach_lora(load_model(job.base, torch.device("cpu")), job.base, job.spec.lora).eval()
    set_adapter_tensors(adapter_parameters(ours), tensors)
    plain = AutoModelForCausalLM.from_pretrained(job.base.folder, attn_implementation="eager")
    theirs = PeftModel.from_pretrained(plain, run["adapterPath"]).eval()
    tokens = torch.tensor([load_tokenizer(job.base).encode("Question: How many?\nAnswer:")])
    with torch.no_grad():
        assert torch.equal(ours(input_ids=tokens).logits, theirs(input_ids=tokens).logits)
        with theirs.disable_adapter():
            assert not torch.equal(ours(input_ids=tokens).logits, theirs(input_ids=tokens).logits)


def test_a_refined_adapter_starts_where_its_parent_ended(
    job: Job, run: Json, make_spec: MakeSpec, data_files: list[SourceFile], tmp_path: Path
) -> None:
    spec = {**make_spec(job.base.model_type, steps=1), "parentRelease": 1}
    child = Job(job.base.folder, data_files, spec)
    parent = read_adapter(Path(run["adapterPath"]))[0]
    result = train(child.base, child.dataset, child.spec, tmp_path, Progress(), parent)
    assert result["lossBeforeMicronats"] == run["lossAfterMicronats"]


def test_a_loss_that_is_no_number_is_an_error_with_advice(job: Job, run: Json, tmp_path: Path) -> None:
    tensors, _, _ = read_adapter(Path(run["adapterPath"]))
    broken = {name: tensor * torch.nan for name, tensor in tensors.items()}
    with pytest.raises(TrainerError, match="held-out loss is nan") as caught:
        train(job.base, job.dataset, job.spec, tmp_path, Progress(), broken)
    assert caught.value.code == "diverged"
    engine = Engine(job.base, job.dataset, job.spec, broken, Progress())
    with pytest.raises(TrainerError, match="loss became nan at step 1") as caught:
        engine.step(1)
    assert "learningRate" in caught.value.next_step


def test_a_base_with_another_digest_is_refused(
    bases: dict[str, Path], data_files: list[SourceFile], make_spec: MakeSpec, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match="has the digest") as caught:
        Job(bases["llama"], data_files, make_spec("gpt2")).train(tmp_path)
    assert caught.value.code == "wrong-base"


def test_a_cutoff_beyond_the_bases_window_is_refused(
    bases: dict[str, Path], data_files: list[SourceFile], make_spec: MakeSpec, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match="cutoffTokens is 256; this base reads at most 128"):
        Job(bases["gpt2"], data_files, make_spec(cutoffTokens=256)).train(tmp_path)
