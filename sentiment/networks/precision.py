"""Precision of the matrix products: float32, or bfloat16 if the hardware supports it."""

import torch

from sentiment.networks.config import Precision
from sentiment.settings import require


def bfloat16_supported(device: str = "cpu") -> bool:
    """Whether the CPU or GPU has instructions for bfloat16 matrix products."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def uses_bfloat16(precision: Precision, device: str = "cpu") -> bool:
    """Whether matrix products with this setting are in bfloat16 on this machine.

    Raises ConfigError if they should be, but the hardware does not support it.
    """
    supported = bfloat16_supported(device)
    require(
        supported or precision != "bfloat16",
        "precision is 'bfloat16', but this processor has no instructions for such matrix products. "
        "Choose 'auto' or 'float32'.",
    )
    return supported and precision != "float32"


def autocast(precision: Precision, device: str = "cpu") -> torch.autocast:
    """Context of a forward pass with this precision. Raises as `uses_bfloat16`."""
    return torch.autocast(device, torch.bfloat16, enabled=uses_bfloat16(precision, device))
