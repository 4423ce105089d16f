"""Precision of the matrix products: float32, or bfloat16 where the processor has it."""

import torch

from sentiment.networks.config import Precision


def bfloat16_supported(device: str = "cpu") -> bool:
    """Whether the processor, or the GPU, has instructions for bfloat16 matrix products."""
    if device == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def autocast(precision: Precision, device: str = "cpu") -> torch.autocast:
    """The context in which the forward pass runs."""
    enabled = precision == "bfloat16" or (precision == "auto" and bfloat16_supported(device))
    return torch.autocast(device, torch.bfloat16, enabled=enabled)
