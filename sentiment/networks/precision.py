"""Precision of the matrix products: float32, or bfloat16 if the hardware supports it."""

import torch

from sentiment.networks.config import Precision


def bfloat16_supported(device: str = "cpu") -> bool:
    """Whether the CPU or GPU has instructions for bfloat16 matrix products."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def uses_bfloat16(precision: Precision, device: str = "cpu") -> bool:
    """Whether matrix products with this setting are in bfloat16 on this machine."""
    return precision == "bfloat16" or (precision == "auto" and bfloat16_supported(device))


def autocast(precision: Precision, device: str = "cpu") -> torch.autocast:
    """Context of a forward pass with this precision."""
    return torch.autocast(device, torch.bfloat16, enabled=uses_bfloat16(precision, device))
