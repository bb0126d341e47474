"""A model of each supported type, made from its configuration in milliseconds."""

from __future__ import annotations

from typing import Any

import torch

MODEL_TYPES = (
    "gpt2",
    "llama",
    "mistral",
    "qwen2",
    "qwen3",
    "bloom",
    "deepseek_v2",
    "deepseek_v3",
    "glm",
    "glm4",
)


def small_model(model_type: str, width: int = 64, layers: int = 2, vocabulary: int = 64) -> Any:
    """A causal language model with random weights, in evaluation mode, frozen."""
    from transformers import AutoConfig, AutoModelForCausalLM

    heads = max(2, width // 32)
    fields: dict[str, Any] = {"vocab_size": vocabulary, "attn_implementation": "eager"}
    fields |= {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}
    if model_type == "gpt2":
        fields |= {"n_embd": width, "n_layer": layers, "n_head": heads, "n_positions": 128}
    elif model_type == "bloom":
        fields |= {"hidden_size": width, "n_layer": layers, "n_head": heads}
    else:
        fields |= {"hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads}
        fields |= {"num_key_value_heads": heads, "intermediate_size": 2 * width, "head_dim": width // heads}
        fields |= {"max_position_embeddings": 128}
    if model_type.startswith("deepseek"):
        fields |= {"kv_lora_rank": 16, "q_lora_rank": 16, "qk_nope_head_dim": 16, "qk_rope_head_dim": 16}
        fields |= {"v_head_dim": 16, "n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1}
        fields |= {"moe_intermediate_size": width, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1}
        fields.pop("head_dim")
    torch.manual_seed(1)
    config = AutoConfig.for_model(model_type, **fields)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    return model.requires_grad_(False).eval()
