"""The model card of an adapter, in the format that model hubs read: where it comes from and how to use it.

Source of the format: https://huggingface.co/docs/hub/model-cards
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from openledger_trainer.base_model import BaseModel, licence_of
from openledger_trainer.canonical import canonical_json
from openledger_trainer.durable import write_atomically
from openledger_trainer.recipe import Recipe

CARD_FILE = "README.md"
SPEC_FILE = "spec.json"
_NATS = 1_000_000


def write_model_card(folder: Path, base: BaseModel, recipe: Recipe, result: dict[str, Any]) -> None:
    """Put the card beside the adapter, and the job's specification by whose digest the card names it.

    Args:
        folder: The adapter's folder.
        base: The base that it belongs to.
        recipe: What it was trained by.
        result: What the run says of itself, as `train` returns it.
    """
    write_atomically(folder / SPEC_FILE, recipe.spec.canonical.encode("utf-8"))
    write_atomically(folder / CARD_FILE, model_card(base, recipe, result).encode("utf-8"))


def model_card(base: BaseModel, recipe: Recipe, result: dict[str, Any]) -> str:
    """The card as Markdown with its facts in YAML before it; the same run gives the same text."""
    spec = recipe.spec
    licence = licence_of(base)
    facts = {
        "base_model": base.name,
        "base_model_relation": "adapter",
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "license": "other",
        "license_name": licence,
        "tags": ["openledger", spec.method, base.family.name],
    }
    before, after = (result[name] / _NATS for name in ("lossBeforeMicronats", "lossAfterMicronats"))
    data = [
        f"- Datanet {each.datanet}, version {each.version_count}, head `{each.version_head}`"
        for each in spec.datasets
    ]
    sources = result["sources"]
    return "\n".join(
        [
            "---",
            yaml.safe_dump(facts, sort_keys=True, allow_unicode=True).rstrip(),
            "---",
            "",
            f"# An adapter of {base.name}",
            "",
            f"Trained by {spec.method.upper().replace('LORA', 'LoRA')} on accepted contributions of "
            f"OpenLedger. The base is of the family {base.family.title}; its licence, {licence}, and the "
            "licences of the Datanets hold for the adapter too.",
            "",
            "## Use",
            "",
            "```python",
            f"base = AutoModelForCausalLM.from_pretrained({base.name!r})  # from transformers",
            "model = PeftModel.from_pretrained(base, '.')  # from peft; this folder",
            f"tokenizer = AutoTokenizer.from_pretrained({base.name!r})",
            "```",
            "",
            "## Data",
            "",
            *data,
            "",
            f"{len(sources)} files gave {sum(each['training'] for each in sources)} records to learn from "
            f"and {sum(each['heldOut'] for each in sources)} that were held out.",
            "",
            "## Evaluation",
            "",
            "| held-out loss, nats a token | |",
            "|---|---|",
            f"| before | {before:.4f} |",
            f"| after | {after:.4f} |",
            "",
            f"{result['steps']} of {recipe.steps} planned steps were made over {result['tokens']} tokens "
            f"({_ENDINGS[result['ended']]}); the adapter is that of step {result['keptStep']}. The held-out "
            "records also chose that step where a run may stop early, so that the loss flatters a little.",
            "",
            "## Recipe",
            "",
            f"Digest `{recipe.digest}`, the first head of the transcript that ends in "
            f"`{result['transcriptHead']}`.",
            "",
            "```json",
            canonical_json(recipe.to_json()),
            "```",
            "",
            f"Method, rank, learning rate and every other choice stand in the specification, `{SPEC_FILE}`, "
            f"whose sha256 is `specDigest`; `openledger job post {SPEC_FILE}` posts such a job again:",
            "",
            "```json",
            spec.canonical,
            "```",
            "",
            "## Limits",
            "",
            "It says what its data says, right or wrong; nobody tested it for anything but the loss above.",
            "",
        ]
    )


_ENDINGS = {
    "steps": "all of them",
    "early-stop": "it stopped when the held-out loss no longer fell",
    "diverged": "it ended at the last checkpoint before the loss was no longer a number",
}
