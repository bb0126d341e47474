import dataclasses
import json
import shutil
from fnmatch import fnmatch
from pathlib import Path

import pytest
import torch

from openledger_trainer.base_model import (
    base_digest,
    count_parameters,
    describe_base,
    find_base,
    licence_of,
    load_model,
    load_tokenizer,
)
from openledger_trainer.bases import make_base, make_bases
from openledger_trainer.errors import TrainerError
from openledger_trainer.pretraining import RECIPES

QUICK = dataclasses.replace(RECIPES[0], width=32, vocabulary=300, window=64, steps=2, cutoff_tokens=32)


def test_a_base_is_the_same_each_time_and_made_once(tmp_path: Path) -> None:
    one, other = make_base(_folder(tmp_path, "one"), QUICK), make_base(_folder(tmp_path, "other"), QUICK)
    assert one == other
    weights = tmp_path / "one" / QUICK.name / "model.safetensors"
    made = weights.stat().st_mtime_ns
    assert make_bases(tmp_path / "one", (QUICK,)) == [one]
    assert weights.stat().st_mtime_ns == made
    assert sorted(path.name for path in weights.parent.iterdir()) == [
        "base.json",
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]


def test_a_damaged_or_half_made_base_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / f".{QUICK.name}.partial"
    half.mkdir()
    (half / "config.json").write_text("{")
    about = make_base(tmp_path, QUICK)
    assert not half.exists()
    tokenizer = tmp_path / QUICK.name / "tokenizer_config.json"
    tokenizer.write_text("{}")
    assert base_digest(tmp_path / QUICK.name) != about["baseDigest"]
    assert make_base(tmp_path, QUICK) == about
    changed = make_base(tmp_path, dataclasses.replace(QUICK, seed=2))
    assert changed["baseDigest"] != about["baseDigest"]


def test_a_base_is_described_without_loading_it(bases: dict[str, Path]) -> None:
    for family, folder in bases.items():
        described = describe_base(str(folder))
        assert (described["family"], described["modelType"]) == (family, family)
        assert described["name"] == folder.name
        assert 50_000 < described["parameters"] < 300_000


def test_text_survives_the_tokenizer(bases: dict[str, Path]) -> None:
    text = "Ünïcode, 12+3=<<12+3=15>>15\n\ttabs and  spaces 🎲"
    for folder in bases.values():
        tokenizer = load_tokenizer(find_base(str(folder)))
        assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


def test_folders_that_are_no_base_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"config\.json"):
        find_base(str(tmp_path))
    (tmp_path / "config.json").write_text('{"model_type":"gpt2"}')
    with pytest.raises(TrainerError, match=r"no \.safetensors weights"):
        find_base(str(tmp_path))
    (tmp_path / "config.json").write_text('{"model_type":"chatglm","auto_map":{}}')
    with pytest.raises(TrainerError, match="chatglm") as caught:
        find_base(str(tmp_path))
    assert 'GLM-4 in transformers\' own classes (model_type "glm"' in caught.value.next_step


def test_only_the_weights_that_are_loaded_count(tmp_path: Path) -> None:
    make_base(tmp_path, QUICK)
    folder = tmp_path / QUICK.name
    before, size = base_digest(folder), count_parameters(folder)
    shutil.copy(folder / "model.safetensors", folder / "consolidated.safetensors")
    assert (base_digest(folder), count_parameters(folder)) == (before, size)
    (folder / "model.safetensors").rename(folder / "part.safetensors")
    index = folder / "model.safetensors.index.json"
    for name, refused in (("part.safetensors", False), ("gone.safetensors", True), ("../x/part", True)):
        index.write_text(json.dumps({"weight_map": {"any": name}}))
        if refused:
            with pytest.raises(TrainerError, match=f"{name} is missing"):
                base_digest(folder)
        else:
            assert count_parameters(folder) == size


def test_a_hub_name_with_a_revision_is_fetched_without_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_base(tmp_path, QUICK)
    asked: list[tuple[str, str | None]] = []

    def fetch(model: str, revision: str | None, allow_patterns: list[str]) -> str:
        asked.append((model, revision))
        assert not any(
            fnmatch(name, pattern) for name in ("modeling_x.py", "a.bin") for pattern in allow_patterns
        )
        assert any(fnmatch("model-00001-of-00002.safetensors", pattern) for pattern in allow_patterns)
        return str(tmp_path / QUICK.name)

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    assert find_base("someone/something@abc123").digest == find_base(str(tmp_path / QUICK.name)).digest
    assert asked == [("someone/something", "abc123")]


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlanguage: en\nlicense: apache-2.0 # free\n---\nText", "apache-2.0"),
        ("---\nlicense: other\nlicense_name: 'deepseek'\n---\n", "deepseek"),
        ("license: mit", "not named; for GPT-2 MIT (modified)"),
        (None, "not named; for GPT-2 MIT (modified)"),
    ],
)
def test_the_licence_is_read_from_the_model_card(tmp_path: Path, card: str | None, licence: str) -> None:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type":"gpt2"}')
    (folder / "model.safetensors").write_bytes(b"")
    if card is not None:
        (folder / "README.md").write_text(card)
    assert licence_of(find_base(str(folder))) == licence


def test_code_beside_the_weights_is_never_run(tmp_path: Path) -> None:
    make_base(tmp_path, QUICK)
    folder, ran = tmp_path / QUICK.name, tmp_path / "ran"
    code = f"from pathlib import Path\nPath({str(ran)!r}).touch()\nclass Any: pass\n"
    for name in ("modeling_any.py", "configuration_any.py", "tokenization_any.py"):
        (folder / name).write_text(code)
    auto = {"AutoConfig": "configuration_any.Any", "AutoModelForCausalLM": "modeling_any.Any"}
    for name, extra in (
        ("config.json", {"auto_map": auto}),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["tokenization_any.Any", None]}}),
    ):
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_text()) | extra))
    base = find_base(str(folder))
    assert type(load_model(base, torch.device("cpu"))).__module__.startswith("transformers.models.gpt2")
    load_tokenizer(base)
    assert not ran.exists()


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name
