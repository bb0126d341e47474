import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from openledger_trainer.base_model import find_base
from openledger_trainer.canonical import sha256_hex
from openledger_trainer.dataset import SourceFile, load_dataset
from openledger_trainer.progress import Progress
from openledger_trainer.recipe import make_recipe
from openledger_trainer.spec import JobSpec
from openledger_trainer.training import train


def test_a_card_tells_base_data_losses_and_recipe_and_its_three_lines_run(
    bases: dict[str, Path],
    data_files: list[SourceFile],
    make_spec: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    base = find_base(str(bases["gpt2"]))
    dataset = load_dataset(data_files, 2000)
    spec = make_spec(steps=4)
    recipe = make_recipe(base, dataset, JobSpec.parse(spec))
    run = train(base, dataset, recipe, tmp_path, Progress())
    card = (tmp_path / "adapter" / "README.md").read_text("utf-8")
    _, facts, text = card.split("---\n", 2)
    assert yaml.safe_load(facts) == {
        "base_model": base.name,
        "base_model_relation": "adapter",
        "library_name": "peft",
        "license": "other",
        "license_name": "MIT",
        "pipeline_tag": "text-generation",
        "tags": ["openledger", "lora", "gpt2"],
    }
    for said in ("Datanet 1, version 2", recipe.digest, run["transcriptHead"], "4 of 4 planned steps"):
        assert said in text
    told_recipe, told_spec = (part.split("```")[0] for part in text.split("```json\n")[1:])
    assert json.loads(told_recipe) == recipe.to_json()
    assert json.loads(told_spec) == spec
    kept = (tmp_path / "adapter" / "spec.json").read_bytes()
    assert sha256_hex(kept) == recipe.to_json()["specDigest"]
    assert JobSpec.parse(json.loads(kept)) == recipe.spec

    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    lines = text.split("```python\n")[1].split("```")[0]
    assert len(lines.strip().splitlines()) == 3
    lines = lines.replace(f"'{base.name}'", f"'{base.folder}'").replace("'.'", f"'{run['adapterPath']}'")
    names: dict[str, Any] = {
        "AutoModelForCausalLM": AutoModelForCausalLM,
        "AutoTokenizer": AutoTokenizer,
        "PeftModel": PeftModel,
    }
    exec(lines, names)
    tokens = names["tokenizer"]("Question: How many?\nAnswer:", return_tensors="pt")
    assert names["model"].generate(**tokens, max_new_tokens=4, do_sample=False).shape[1] > 4
