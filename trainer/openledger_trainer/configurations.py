"""Small models of every family, each from its family's own configuration class, with random weights."""

from __future__ import annotations

from typing import Any

from openledger_trainer.errors import TrainerError


def new_model(model_type: str, **sizes: int) -> Any:
    """A model with random weights, from torch's generator; attention is computed by plain matrix products.

    Args:
        model_type: As in `config.model_type`.
        sizes: What `configuration` takes.
    """
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    return AutoModelForCausalLM.from_config(configuration(model_type, **sizes), attn_implementation="eager")


def configuration(
    model_type: str, *, vocabulary: int, width: int, layers: int, heads: int, window: int, end_token: int
) -> Any:
    """A family's configuration in small, without dropout.

    Args:
        model_type: As in `config.model_type`.
        vocabulary: Tokens.
        width: Hidden size; a multiple of four times the heads.
        layers: At least two, so that a mixture of experts has a dense layer and a sparse one.
        heads: Attention heads.
        window: Longest text in tokens.
        end_token: The token that begins and ends texts and fills batches.

    Raises:
        TrainerError: When there is no such family.
    """
    from transformers import AutoConfig

    head = width // heads
    common = {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": width * 8 // 3,
        "max_position_embeddings": window,
        "tie_word_embeddings": True,
    }
    grouped = {**common, "num_key_value_heads": max(1, heads // 2), "head_dim": head}
    latent = {
        **common,
        "num_key_value_heads": heads,
        "first_k_dense_replace": 1,
        "moe_intermediate_size": width,
        "n_routed_experts": 4,
        "n_shared_experts": 1,
        "num_experts_per_tok": 2,
        "kv_lora_rank": width // 4,
        "qk_nope_head_dim": head // 2,
        "qk_rope_head_dim": head // 2,
        "v_head_dim": head,
    }
    own: dict[str, dict[str, Any]] = {
        "gpt2": {
            "vocab_size": vocabulary,
            "n_positions": window,
            "n_embd": width,
            "n_layer": layers,
            "n_head": heads,
            # Its own 0.02 is meant for widths near a thousand; this narrow, learning starts late with it.
            "initializer_range": 0.04,
            "attn_pdrop": 0.0,
            "embd_pdrop": 0.0,
            "resid_pdrop": 0.0,
        },
        "llama": {**common, "num_key_value_heads": heads},
        "mistral": {**grouped, "sliding_window": None},
        "qwen2": {name: value for name, value in grouped.items() if name != "head_dim"},
        "qwen3": grouped,
        "bloom": {
            "vocab_size": vocabulary,
            "hidden_size": width,
            "n_layer": layers,
            "n_head": heads,
            "hidden_dropout": 0.0,
            "attention_dropout": 0.0,
        },
        # As in V2 Lite, queries are not compressed.
        "deepseek_v2": {**latent, "q_lora_rank": None},
        "deepseek_v3": {
            **latent,
            "q_lora_rank": width // 2,
            "n_group": 2,
            "topk_group": 1,
            "num_mtp_layers": 0,
        },
        "glm": grouped,
        "glm4": grouped,
    }
    if model_type not in own:
        raise TrainerError(
            "unknown-family",
            f'No small base is made of type "{model_type}".',
            f"Choose one of {', '.join(sorted(own))}.",
        )
    tokens = {"bos_token_id": end_token, "eos_token_id": end_token, "pad_token_id": end_token}
    return AutoConfig.for_model(model_type, **own[model_type], **tokens)
