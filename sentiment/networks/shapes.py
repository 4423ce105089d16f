"""Networks without memory and values, for the shapes and the number of their weights."""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class _NoInitialization(TorchFunctionMode):
    """Skips random numbers: on the meta device, they import torch's compiler for two seconds."""

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        if function.__name__ in ("normal_", "uniform_", "kaiming_uniform_"):
            return args[0] if args else named["tensor"]
        return function(*args, **named)


@contextlib.contextmanager
def shapes_only() -> Iterator[None]:
    """Modules that are built in this block have shapes, but neither memory nor values."""
    with torch.device("meta"), _NoInitialization():
        yield
