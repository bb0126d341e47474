import copy
import dataclasses
import errno
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import openledger_trainer.engine as engine_module
import openledger_trainer.samples as samples_module
from openledger_trainer.adapter import read_adapter
from openledger_trainer.base_model import find_base, load_model, load_tokenizer
from openledger_trainer.canonical import canonical_bytes, file_sha256
from openledger_trainer.checkpoint import Checkpoint, read_checkpoint
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.engine import Engine, Step
from openledger_trainer.errors import Cancelled, TrainerError
from openledger_trainer.evaluation import evaluate
from openledger_trainer.examples import Batch, Example
from openledger_trainer.job import read_job, recipe_of_run, train_job
from openledger_trainer.parameters import Parameters
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import Recipe, check_recipe, make_recipe
from openledger_trainer.replay import Segment, replay
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
        self.dataset = load_dataset(files, self.spec.evaluation.held_out_bps)
        self.recipe = make_recipe(self.base, self.dataset, self.spec)

    def train(self, work_dir: Path, progress: Progress | None = None) -> Json:
        return train(self.base, self.dataset, self.recipe, work_dir, progress or Progress())

    def replay(self, run: Json, first: int | None, second: int) -> Json:
        saved = run["checkpoints"]
        start = None if first is None else saved[first]
        segment = Segment(
            0 if start is None else start["step"],
            None if start is None else Path(start["path"]),
            saved[second]["step"],
            Path(saved[second]["path"]),
        )
        return replay(self.engine(), segment)

    def engine(self) -> Engine:
        return Engine(self.base, self.dataset, self.recipe, None, Progress())


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
    for name in ("adapter_model.safetensors", "adapter_config.json", "README.md"):
        assert (tmp_path / "adapter" / name).read_bytes() == (Path(run["adapterPath"]) / name).read_bytes()


def test_another_seed_gives_another_adapter(
    job: Job, run: Json, make_spec: MakeSpec, tmp_path: Path, data_files: list[SourceFile]
) -> None:
    other = Job(job.base.folder, data_files, make_spec(job.base.model_type, seed=8)).train(tmp_path)
    assert other["adapterDigest"] != run["adapterDigest"]


def test_the_transcript_chains_from_the_specification_to_the_head(job: Job, run: Json) -> None:
    lines = read_lines(Path(run["transcriptPath"]))
    head = job.recipe.digest
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
    with pytest.raises(TrainerError, match="another recipe"):
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
    about = canonical_bytes({"recipeDigest": job.recipe.digest, "step": 8, "version": 2}).decode()
    save_file(tensors, tmp_path / "forged.safetensors", metadata={"checkpoint": about})
    result = job.replay(forged, 0, 1)
    assert not result["bitExact"] and not result["withinTolerance"]


def _claim(path: str, recipe: Recipe, step: int) -> None:
    """Let a checkpoint name the honest recipe, as a cheat would."""
    about = canonical_bytes({"recipeDigest": recipe.digest, "step": step, "version": 2}).decode()
    save_file(load_file(path), path, metadata={"checkpoint": about})


@pytest.mark.parametrize("cheat", ["other data", "another learning rate", "another seed"])
def test_replay_detects_a_cheat_under_the_honest_recipe(
    cheat: str, job: Job, data_files: list[SourceFile], make_spec: MakeSpec, tmp_path: Path
) -> None:
    files = data_files[:1] if cheat == "other data" else data_files
    changes = {"another learning rate": {"learningRate": 0.01}, "another seed": {"seed": 8}}.get(cheat, {})
    theirs = Job(job.base.folder, files, make_spec(job.base.model_type, steps=8, **changes))
    run = theirs.train(tmp_path)
    with pytest.raises(TrainerError, match="recipe") as caught:
        job.replay(run, 0, 1)
    assert caught.value.code == "wrong-checkpoint"
    with pytest.raises(TrainerError) as caught:
        check_recipe(run["recipe"], job.base, job.dataset, job.spec)
    assert caught.value.code == "wrong-recipe"
    for saved in run["checkpoints"]:
        _claim(saved["path"], job.recipe, saved["step"])
    result = job.replay(run, 0, 1)
    assert not result["bitExact"] and not result["withinTolerance"]


def test_a_recipe_is_read_back_and_everything_that_is_not_the_trainers_to_say_is_compared(job: Job) -> None:
    value = job.recipe.to_json()
    assert check_recipe(value, job.base, job.dataset, job.spec) == job.recipe
    assert check_recipe({**value, "seed": 99}, job.base, job.dataset, job.spec).seed == 99
    for change in (
        {"steps": 11},
        {"dataDigest": "0x"},
        {"extra": 1},
        {"quantization": "own"},
        {"seed": -1},
        {"versions": {"torch": "\ud800"}},
    ):
        with pytest.raises(TrainerError) as caught:
            check_recipe({**value, **change}, job.base, job.dataset, job.spec)
        assert caught.value.code == "wrong-recipe"


def test_software_that_changes_under_a_run_leaves_it_its_recipe(
    bases: dict[str, Path],
    files_json: list[Json],
    make_spec: MakeSpec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    params = {"base": str(bases["gpt2"]), "files": files_json, "spec": make_spec(steps=4), "seed": 5}
    run = train_job(Parameters({**params, "workDir": str(tmp_path)}), Progress())
    monkeypatch.setattr("openledger_trainer.recipe.installed_versions", lambda: {"torch": "9"})

    def named(**changes: Any) -> str:
        asked = Parameters({**params, "workDir": str(tmp_path), **changes})
        spec, dataset, _ = read_job(asked)
        return recipe_of_run(asked, spec, dataset).digest

    assert named() == run["recipeDigest"]
    again = train_job(Parameters({**params, "workDir": str(tmp_path)}), Progress())
    assert (again["recipe"], again["adapterDigest"]) == (run["recipe"], run["adapterDigest"])
    assert named(workDir=str(tmp_path / "new")) != run["recipeDigest"]
    assert named(seed=6) != run["recipeDigest"]


def test_a_checker_whose_memory_is_short_finds_a_run_with_dropout_as_it_is(
    job: Job, run: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job.spec.lora.dropout > 0
    _room(monkeypatch, 2)
    result = job.replay(run, None, 0)
    assert 0 < result["relativeDistance"] < 1e-3


def test_a_run_that_learns_no_more_stops_and_keeps_its_best(
    bases: dict[str, Path], data_files: list[SourceFile], make_spec: MakeSpec, tmp_path: Path
) -> None:
    job = Job(
        bases["gpt2"],
        data_files,
        make_spec(steps=60, learningRate=0.1, schedule="constant", everySteps=2, patience=3, dropout=0),
    )
    events: list[tuple[str, Json]] = []
    run = job.train(tmp_path, Progress(lambda event, data: events.append((event, data))))
    lines = read_lines(Path(run["transcriptPath"]))
    evaluations = {
        line.step: line.evaluation_micronats for line in lines if line.evaluation_micronats is not None
    }
    best = min(evaluations, key=lambda step: (evaluations[step], step))
    assert (run["ended"], run["steps"]) == ("early-stop", len(lines))
    assert run["steps"] == best + 6 < 60
    assert run["keptStep"] == run["bestStep"] == best
    assert run["lossAfterMicronats"] == evaluations[best]
    again = evaluate(job.engine(), Path(run["adapterPath"]))
    assert again["lossAfterMicronats"] == evaluations[best]
    assert ("stopped", {"step": run["steps"], "bestStep": best, "reason": "early-stop"}) in events
    assert {"step", "evaluation", "checkpoint", "sample"} <= {event for event, _ in events}


def test_memory_that_runs_out_halves_the_batch_and_leaves_the_update_the_same(
    bases: dict[str, Path],
    data_files: list[SourceFile],
    make_spec: MakeSpec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = Job(bases["gpt2"], data_files, make_spec(steps=4, accumulation=2))
    whole = job.train(tmp_path / "whole")
    room = _room(monkeypatch, 1)
    events: list[tuple[str, Json]] = []
    run = job.train(tmp_path / "halved", Progress(lambda event, data: events.append((event, data))))
    # The evaluation before the first step is the first to find that there is no room.
    assert [data for event, data in events if event == "halved"] == [
        {"step": 0, "microBatch": 2},
        {"step": 0, "microBatch": 1},
    ]
    lines = [read_lines(Path(each["transcriptPath"])) for each in (whole, run)]
    assert [line.micro_batch for line in lines[1]] == [1, 1, 1, 1]
    for one, other in zip(*lines, strict=True):
        assert abs(one.loss_micronats - other.loss_micronats) <= 10
    assert abs(whole["lossAfterMicronats"] - run["lossAfterMicronats"]) <= 10
    engine = job.engine()
    engine.step(1)
    assert engine.micro_batch == 1
    # Where the system ended the process instead, the next one is told to take fewer rows.
    monkeypatch.undo()
    fewer = train(job.base, job.dataset, job.recipe, tmp_path / "fewer", Progress(), halvings=2)
    assert (fewer["adapterDigest"], fewer["transcriptHead"]) == (run["adapterDigest"], run["transcriptHead"])
    room = _room(monkeypatch, 1)
    room(0)
    with pytest.raises(TrainerError, match="does not fit") as caught:
        job.train(tmp_path / "none")
    assert caught.value.code == "out-of-memory"


def _room(monkeypatch: pytest.MonkeyPatch, rows: int) -> Callable[[int], None]:
    """Let memory run out when more rows than this are computed at once; returns what changes the number."""
    collate, most = engine_module.collate, [rows]

    def short_of_memory(examples: Sequence[Example], padding: int, device: torch.device) -> Batch:
        if len(examples) > most[0]:
            raise torch.OutOfMemoryError(f"There is room for {most[0]} rows.")
        return collate(examples, padding, device)

    monkeypatch.setattr(engine_module, "collate", short_of_memory)
    return lambda rows: most.__setitem__(0, rows)


def test_a_sample_that_fails_is_told_and_ends_no_run(
    job: Job, run: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("There is no room.")

    monkeypatch.setattr(samples_module, "conversation_tokens", fails)
    reasons: list[str] = []
    progress = Progress(
        lambda event, data: reasons.append(data["reason"]) if event == "sampleSkipped" else None
    )
    assert job.train(tmp_path, progress)["adapterDigest"] == run["adapterDigest"]
    assert reasons == ["OutOfMemoryError: There is no room."] * 3


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": "cosine", "useRslora": True, "weightDecay": 0.1, "gradientCheckpointing": True},
        {"useDora": True, "targets": "attention", "dropout": 0, "accumulation": 2, "batchSize": 2},
        {"steps": 0, "epochs": 1, "warmUpBps": 0, "maxGradientNorm": 0.1},
    ],
    ids=["cosine, rsLoRA, checkpointing", "DoRA on attention", "one epoch"],
)
@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_every_choice_trains_resumes_and_loads_in_plain_peft(
    kind: str,
    changes: Json,
    bases: dict[str, Path],
    data_files: list[SourceFile],
    make_spec: MakeSpec,
    tmp_path: Path,
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    job = Job(bases[kind], data_files, make_spec(kind, **{"steps": 8, **changes}))
    run = job.train(tmp_path / "whole")
    assert run["lossAfterMicronats"] < run["lossBeforeMicronats"]
    assert job.replay(run, 0, 1)["bitExact"]
    plain = AutoModelForCausalLM.from_pretrained(job.base.folder, attn_implementation="eager")
    theirs = PeftModel.from_pretrained(plain, run["adapterPath"]).eval()
    engine = Engine(job.base, job.dataset, job.recipe, read_adapter(Path(run["adapterPath"]))[0], Progress())
    tokens = torch.tensor([list(engine.examples[0].tokens)])
    with torch.no_grad():
        ours = engine.model.eval()(input_ids=tokens).logits
        assert torch.allclose(ours, theirs(input_ids=tokens).logits, atol=1e-5)
        with theirs.disable_adapter():
            assert not torch.allclose(ours, theirs(input_ids=tokens).logits, atol=1e-3)


def test_a_run_that_diverges_ends_at_its_last_checkpoint(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Engine.step

    def breaks_at_seven(self: Engine, number: int) -> Step:
        if number == 7:
            raise TrainerError("diverged", "The loss became nan at step 7.", "Lower training.learningRate.")
        return step(self, number)

    monkeypatch.setattr(Engine, "step", breaks_at_seven)
    run = job.train(tmp_path)
    assert (run["ended"], run["steps"], run["keptStep"]) == ("diverged", 4, 4)
    path = Path(run["checkpoints"][0]["path"])
    claimed = replay(job.engine(), Segment(4, path, 8, None))
    assert claimed == {"diverged": True}
    monkeypatch.undo()
    claimed = replay(job.engine(), Segment(4, path, 8, None))
    assert claimed == {"diverged": False}


def test_a_full_disk_is_named_and_the_run_continues_to_the_same_bytes(
    job: Job, run: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Checkpoint.write

    def full(self: Checkpoint, path: Path) -> str:
        if self.step == 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, path)

    monkeypatch.setattr(Checkpoint, "write", full)
    with pytest.raises(TrainerError, match="no room left") as caught:
        job.train(tmp_path)
    assert caught.value.code == "disk-full"
    monkeypatch.undo()
    assert job.train(tmp_path)["adapterDigest"] == run["adapterDigest"]


def test_forged_moments_are_as_far_away_as_a_forged_adapter(job: Job, run: Json, tmp_path: Path) -> None:
    forged = copy.deepcopy(run)
    first = forged["checkpoints"][1]
    state, _ = read_checkpoint(Path(first["path"]))
    for place, change in enumerate(({"first": -1.0}, {"second": 4.0})):
        ((name, factor),) = change.items()
        moments = {key: tensor * factor for key, tensor in getattr(state, name).items()}
        path = tmp_path / f"{place}.safetensors"
        dataclasses.replace(state, **{name: moments}).write(path)
        first["path"] = str(path)
        assert job.replay(forged, 0, 1)["relativeDistance"] > 0.4


def test_evaluation_repeats_the_losses_of_the_run(job: Job, run: Json) -> None:
    states = [Path(saved["path"]) for saved in run["checkpoints"]]
    result = evaluate(job.engine(), Path(run["adapterPath"]), states, run["steps"])
    assert result["trainingTokens"] == run["tokens"]
    assert result["checkpointLossesMicronats"][-1] == run["lossAfterMicronats"]
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
    result = train(child.base, child.dataset, child.recipe, tmp_path, Progress(), parent)
    assert result["lossBeforeMicronats"] == run["lossAfterMicronats"]


def test_a_loss_that_is_no_number_is_an_error_with_advice(job: Job, run: Json, tmp_path: Path) -> None:
    tensors, _, _ = read_adapter(Path(run["adapterPath"]))
    broken = {name: tensor * torch.nan for name, tensor in tensors.items()}
    with pytest.raises(TrainerError, match="held-out loss is nan") as caught:
        train(job.base, job.dataset, job.recipe, tmp_path, Progress(), broken)
    assert caught.value.code == "diverged"
    engine = Engine(job.base, job.dataset, job.recipe, broken, Progress())
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
