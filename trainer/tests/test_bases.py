import dataclasses
from pathlib import Path

import pytest

from openledger_trainer.base_model import base_digest, describe_base, find_base, load_tokenizer
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
    with pytest.raises(TrainerError, match="chatglm"):
        find_base(str(tmp_path))


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name
