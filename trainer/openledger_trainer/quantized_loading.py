"""Quantises a base while it is loaded: each layer as soon as its weights are read, so that they are let go.

transformers asks a quantizer for each tensor that it loads. This one puts a layer of `quantization` in place
of the one whose weights came, and leaves no mark on the model: what comes out is what loading the whole and
quantising it would give, bit for bit.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers.core_model_loading import ConversionOps
from transformers.quantizers import HfQuantizer, register_quantization_config, register_quantizer
from transformers.utils.quantization_config import QuantizationConfigMixin

from openledger_trainer.quantization import QuantizedLayers

_METHOD = "openledger-while-loading"


@register_quantization_config(_METHOD)
class WhileLoading(QuantizationConfigMixin):
    """What `from_pretrained` is given as `quantization_config`.

    Args:
        backend: How layers are quantised.
        device: Where they are, and where they lie afterwards.

    Attributes:
        failure: Why a layer could not be quantised.
    """

    def __init__(self, backend: str, device: torch.device) -> None:
        self.quant_method = _METHOD
        self.backend = backend
        self.device = device
        self.failure: Exception | None = None


@register_quantizer(_METHOD)
class _Quantizer(HfQuantizer):
    is_trainable = True

    def is_serializable(self) -> bool:
        return False

    def _process_model_before_weight_loading(self, model: Any, **_options: Any) -> None:
        layers = QuantizedLayers(model, self.quantization_config.backend)
        self._weights = frozenset(layers.weights)
        self._operation = _QuantizeLayer(layers, self.quantization_config)

    def param_needs_quantization(self, _model: Any, param_name: str, **_options: Any) -> bool:
        return param_name in self._weights

    def get_quantize_ops(self) -> _QuantizeLayer:
        return self._operation

    def _process_model_after_weight_loading(self, model: Any, **_options: Any) -> None:
        self.remove_quantization_config(model)
        for module in model.modules():
            if hasattr(module, "config"):
                vars(module.config).pop("_is_quantized", None)


class _QuantizeLayer(ConversionOps):
    def __init__(self, layers: QuantizedLayers, plan: WhileLoading) -> None:
        self._layers = layers
        self._plan = plan

    def convert(
        self, input_dict: dict[str, Any], *, full_layer_name: str, missing_keys: set[str], **_options: Any
    ) -> dict[str, torch.Tensor]:
        ((_, value),) = input_dict.items()
        weight = value[0] if isinstance(value, list) else value
        try:
            made = self._layers.replace(full_layer_name, weight.to(self._plan.device))
        except Exception as error:
            self._plan.failure = error
            raise
        # transformers gives values to whatever it does not know to have some.
        for each in (*made.modules(), *made.parameters()):
            vars(each)["_is_hf_initialized"] = True
        missing_keys.discard(full_layer_name)
        # Nothing is left for it to put anywhere.
        return {}
