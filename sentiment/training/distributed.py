"""Data-parallel training of one network by several processes, on one machine or more.

`torchrun` starts the processes and sets their ranks. All iterate over the same batches in the same
order, and each computes its shard of every batch. `DistributedDataParallel` averages the gradients,
so that all have the same weights after each step. Rank 0 writes the run's folder and makes every
decision that depends on a clock or a file.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from sentiment.errors import ConfigError
from sentiment.training.config import Device

TIMEOUT = timedelta(days=7)  # the other ranks wait while rank 0 is queued or writes files
Item = TypeVar("Item")


@dataclass(frozen=True)
class ProcessGroup:
    """The processes that train one network; by default a single one.

    Tensors passed to the collectives are on the CPU.
    """

    rank: int = 0
    world_size: int = 1

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def shard(self, batch: list[Item]) -> list[Item]:
        """The items of a batch for this rank; all if there are fewer items than processes.

        (In both cases the mean over all shards is the mean over the batch.)
        """
        return batch[self.rank :: self.world_size] if len(batch) >= self.world_size else batch

    def all_reduce(self, numbers: Tensor) -> Tensor:
        """The sum of `numbers` over all ranks."""
        if self.world_size > 1:
            distributed.all_reduce(numbers)
        return numbers

    def broadcast_flag(self, flag: bool) -> bool:
        """The flag of rank 0."""
        if self.world_size == 1:
            return flag
        number = torch.tensor(int(flag))
        distributed.broadcast(number, src=0)
        return bool(number)

    def broadcast(self, content: bytes) -> bytes:
        """The content of rank 0; that of other ranks is ignored."""
        if self.world_size == 1:
            return content
        length = torch.tensor(len(content))
        distributed.broadcast(length, src=0)
        buffer = torch.empty(int(length), dtype=torch.uint8)
        if self.is_main and len(content):
            buffer.copy_(torch.frombuffer(bytearray(content), dtype=torch.uint8))
        distributed.broadcast(buffer, src=0)
        return buffer.numpy().tobytes()

    def all_gather(self, row: Tensor) -> Tensor:
        """The rows of all ranks, (n,) each, as (world_size, n)."""
        if self.world_size == 1:
            return row[None]
        rows = [torch.empty_like(row) for _ in range(self.world_size)]
        distributed.all_gather(rows, row)
        return torch.stack(rows)

    def data_parallel(self, network: nn.Module) -> nn.Module:
        """`network`, wrapped so that gradients are averaged over all ranks."""
        if self.world_size == 1:
            return network
        device = next(network.parameters()).device
        return DistributedDataParallel(network, [device] if device.type == "cuda" else None)

    def no_sync(self, network: nn.Module) -> contextlib.AbstractContextManager[None]:
        """A context whose backward passes add to the local gradients, which the next backward pass
        outside of it averages over all ranks.

        network: the result of `data_parallel`.
        """
        if isinstance(network, DistributedDataParallel):
            return network.no_sync()
        return contextlib.nullcontext()


SINGLE_PROCESS = ProcessGroup()


@contextlib.contextmanager
def process_group() -> Iterator[ProcessGroup]:
    """Join the processes that `torchrun` started; SINGLE_PROCESS without `torchrun`."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield SINGLE_PROCESS
        return
    store, rank, world_size = next(rendezvous("env://", timeout=TIMEOUT))
    # After a restart the store may still hold the addresses of the old processes.
    prefix = f"{os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')} of {world_size}"
    distributed.init_process_group(
        # None: gloo for tensors on the CPU, NCCL for tensors on GPUs.
        None if torch.cuda.is_available() else "gloo",
        store=distributed.PrefixStore(prefix, store),
        rank=rank,
        world_size=world_size,
        timeout=TIMEOUT,
    )
    try:
        yield ProcessGroup(rank, world_size)
    finally:
        distributed.destroy_process_group()


def device_for(choice: Device) -> torch.device:
    """The device to train on; with several GPUs, each local process takes its own.

    Raises ConfigError if `choice` is "cuda" and there is no GPU.
    """
    if choice == "cpu" or (choice == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise ConfigError("device is 'cuda', but torch finds no GPU. Choose 'auto' or 'cpu'.")
    number = int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count()
    return torch.device("cuda", number)
