import json
import shutil
from pathlib import Path

import pytest

from openledger_trainer.add_base import add_base
from openledger_trainer.base_model import find_base
from openledger_trainer.errors import TrainerError


@pytest.fixture
def strange(bases: dict[str, Path], tmp_path: Path) -> Path:
    """A model directory as a hub gives it: without base.json, with code and with a card."""
    folder = tmp_path / "models" / "Small"
    shutil.copytree(bases["llama"], folder, ignore=shutil.ignore_patterns("base.json"))
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n")
    (folder / "modeling_any.py").write_text("raise SystemExit")
    return folder


def test_a_model_directory_becomes_a_base_of_the_node(strange: Path, tmp_path: Path) -> None:
    node = tmp_path / "bases"
    added = add_base(str(strange), node, "maker/Small")
    assert added["folder"] == node / "maker--Small"
    assert sorted(path.name for path in node.iterdir()) == ["maker--Small"]
    assert not (added["folder"] / "modeling_any.py").exists()
    about = json.loads((added["folder"] / "base.json").read_text("utf-8"))
    assert about == {
        "name": "maker/Small",
        "family": "llama",
        "licence": "apache-2.0",
        "baseDigest": find_base(str(strange)).digest,
    }
    base = find_base(str(added["folder"]))
    assert (base.name, base.digest) == (about["name"], about["baseDigest"])
    assert added["windowTokens"] == 128

    # Again is the same as once; another model does not take its place.
    assert add_base(str(added["folder"]), node) == added
    assert add_base(str(strange), node, "maker/Small") == added
    (strange / "tokenizer_config.json").write_text("{}")
    with pytest.raises(TrainerError, match="holds another base"):
        add_base(str(strange), node, "maker/Small")


def test_a_directory_among_the_bases_stays_where_it_is(strange: Path) -> None:
    added = add_base(str(strange), strange.parent)
    assert (added["folder"], added["name"]) == (strange, "Small")
    assert (strange / "base.json").is_file()


def test_what_no_node_can_train_is_not_added(strange: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="at most 128"):
        add_base(str(strange), tmp_path / "bases", "n" * 129)
    (strange / "tokenizer.json").write_text("{")
    with pytest.raises(TrainerError, match="tokenizer"):
        add_base(str(strange), tmp_path / "bases")
    (strange / "model.safetensors").rename(strange / "pytorch_model.bin")
    with pytest.raises(TrainerError, match=r"no \.safetensors weights"):
        add_base(str(strange), tmp_path / "bases")
    assert not (tmp_path / "bases").exists()
