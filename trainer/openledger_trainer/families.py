"""The governed list of model families.

Keyed by `config.model_type`, not by brand: a DeepSeek-R1 distillate is a `qwen2` or a `llama`.

An entry says all that differs between families for training and talking. Each is run by its own classes in
transformers; code that lies beside a model's weights is never run.
"""

from __future__ import annotations

from dataclasses import dataclass

from openledger_trainer.errors import TrainerError

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

# The forms in which the makers of these families write a dialogue themselves.
_INSTRUCTIONS = (
    "{{ bos_token or '' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %} {{ message['content'] | trim }}{{ eos_token }}"
    "{% else %}[INST] {{ message['content'] | trim }} [/INST]"
    "{% endif %}{% endfor %}"
)
_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] | trim }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_USER_ASSISTANT = (
    "{{ bos_token or '' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}User: {{ message['content'] | trim }}\n\n"
    "{% elif message['role'] == 'assistant' %}Assistant: {{ message['content'] | trim }}{{ eos_token }}"
    "{% else %}{{ message['content'] | trim }}\n\n"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
_ROLE_TOKENS = (
    "[gMASK]<sop>"
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] | trim }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)

_ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
_LATENT_ATTENTION = ("q_proj", "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj")


@dataclass(frozen=True)
class Family:
    """One architecture.

    Attributes:
        name: The family's name on the chain.
        title: The family as people write it.
        targets: Names of the layers that carry LoRA; those that a model lacks are left out.
        attention: Those of them that belong to attention, with as much of the path as tells them apart.
        licence: What its makers ask as a rule; a base's own licence is read from its files.
        chat_template: How a conversation is written where the base itself does not say so.
        transposed: True where the layers store their weights as (in, out), as GPT-2 does.
        kernels: The ways to compute attention that its classes accept.
        packs: Whether several examples may share a row without seeing each other.
    """

    name: str
    title: str
    targets: tuple[str, ...]
    attention: tuple[str, ...]
    licence: str
    chat_template: str = PLAIN_TEMPLATE
    transposed: bool = False
    kernels: tuple[str, ...] = ("eager", "sdpa")
    packs: bool = True


def _separate(name: str, title: str, licence: str, chat_template: str = PLAIN_TEMPLATE) -> Family:
    targets = (*_ATTENTION, "gate_proj", "up_proj", "down_proj")
    return Family(name, title, targets, _ATTENTION, licence, chat_template)


def _latent(title: str) -> Family:
    # Attention only: LoRA on every routed expert would be larger than the rest of the adapter together.
    licence = "MIT or the DeepSeek licence, which forbids named uses"
    return Family("deepseek", title, _LATENT_ATTENTION, _LATENT_ATTENTION, licence, _USER_ASSISTANT)


def _fused_gate(title: str, licence: str) -> Family:
    targets = (*_ATTENTION, "gate_up_proj", "down_proj")
    return Family("glm", title, targets, _ATTENTION, licence, _ROLE_TOKENS)


FAMILIES: dict[str, Family] = {
    "gpt2": Family(
        "gpt2",
        "GPT-2",
        ("c_attn", "c_proj", "c_fc"),
        # Its MLP's last layer is called c_proj too.
        ("c_attn", "attn.c_proj"),
        "MIT (modified)",
        transposed=True,
    ),
    "llama": _separate("llama", "LLaMA", "the LLaMA community licence of its generation"),
    "mistral": _separate("mistral", "Mistral", "Apache 2.0, or Mistral's research licence", _INSTRUCTIONS),
    "qwen2": _separate("qwen", "Qwen 2", "Apache 2.0, or the Qwen licence for some sizes", _CHATML),
    "qwen3": _separate("qwen", "Qwen 3", "Apache 2.0", _CHATML),
    "bloom": Family(
        "bloom",
        "BLOOM",
        ("query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"),
        ("query_key_value", "dense"),
        "the BigScience RAIL licence, which forbids named uses",
        # Its classes refuse sdpa, and take positions from a mask that cannot tell a row's examples apart.
        kernels=("eager",),
        packs=False,
    ),
    "deepseek_v2": _latent("DeepSeek V2"),
    "deepseek_v3": _latent("DeepSeek V3"),
    "glm": _fused_gate("GLM (ChatGLM)", "MIT, or the GLM-4 licence"),
    "glm4": _fused_gate("GLM-4", "MIT"),
}

_ONLY_FOREIGN_CODE = {
    "chatglm": "ChatGLM's old type exists only as code beside its weights, which is never run. Choose GLM or "
    'GLM-4 in transformers\' own classes (model_type "glm" or "glm4"; names ending in "-hf" or "-0414").',
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
            _ONLY_FOREIGN_CODE.get(
                model_type, f"Choose a base of one of these types: {', '.join(sorted(FAMILIES))}."
            ),
        )
    return family
