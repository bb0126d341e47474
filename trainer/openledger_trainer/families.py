"""What differs between model families: which layers carry LoRA, and how attention is computed.

Keyed by `config.model_type`, not by brand: a DeepSeek-R1 distillate is a `qwen2` or a `llama`.
"""

from __future__ import annotations

from dataclasses import dataclass

from openledger_trainer.errors import TrainerError

_SEPARATE_PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
_FUSED_GATE = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_up_proj", "down_proj")
# Attention only: LoRA on every routed expert would be larger than the rest of the adapter together.
_LATENT_ATTENTION = ("q_proj", "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj")

# Written in words, so that it needs no control tokens beyond those that begin and end a text.
PLAIN_TEMPLATE = (
    "{{ bos_token or '' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}Question: {{ message['content'] | trim }}\nAnswer:"
    "{% elif message['role'] == 'assistant' %} {{ message['content'] | trim }}{{ eos_token }}"
    "{% else %}{{ message['content'] | trim }}\n\n"
    "{% endif %}{% endfor %}"
)
"""The dialogue in plain words: a question, its answer, the end."""


@dataclass(frozen=True)
class Family:
    """One architecture.

    Attributes:
        name: The family as users know it.
        targets: Names of the layers that carry LoRA; those that a model lacks are left out.
        chat_template: How a conversation is written where the base itself does not say so.
        transposed: True where the layers store their weights as (in, out), as GPT-2 does.
    """

    name: str
    targets: tuple[str, ...]
    transposed: bool = False
    chat_template: str = PLAIN_TEMPLATE


FAMILIES: dict[str, Family] = {
    "gpt2": Family("gpt2", ("c_attn", "c_proj", "c_fc"), transposed=True),
    "llama": Family("llama", _SEPARATE_PROJECTIONS),
    "mistral": Family("mistral", _SEPARATE_PROJECTIONS),
    "qwen2": Family("qwen", _SEPARATE_PROJECTIONS),
    "qwen3": Family("qwen", _SEPARATE_PROJECTIONS),
    "bloom": Family("bloom", ("query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h")),
    "deepseek_v2": Family("deepseek", _LATENT_ATTENTION),
    "deepseek_v3": Family("deepseek", _LATENT_ATTENTION),
    "glm": Family("glm", _FUSED_GATE),
    "glm4": Family("glm", _FUSED_GATE),
}


def family_of(model_type: str) -> Family:
    """The family of a model by its configuration's `model_type`.

    Raises:
        TrainerError: When the architecture has no entry.
    """
    family = FAMILIES.get(model_type)
    if family is None:
        raise TrainerError(
            "unknown-family",
            f'Models of type "{model_type}" are not supported.',
            f"Choose a base of one of these types: {', '.join(sorted(FAMILIES))}.",
        )
    return family
