"""One training by several processes, on one machine or many: what they have to agree on.

`torchrun` starts the processes and tells each of them its place. All take the same batches in the
same order, and of each batch every process reads its share; the gradients are averaged between
them (`DistributedDataParallel`), so that all hold the same weights after every step. One process,
the leader, keeps the run's folder; whatever depends on a clock or a file is its decision.
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

PATIENCE = timedelta(days=7)  # the others wait while the leader waits in line or writes
Item = TypeVar("Item")


@dataclass(frozen=True)
class ProcessGroup:
    """The processes that train one network together; the default is one by itself."""

    rank: int = 0
    world_size: int = 1

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def shard(self, batch: list[Item]) -> list[Item]:
        """What this process reads of a batch; all of it where there is too little to go round.

        (The mean over all shares is the mean over the batch in both cases.)
        """
        return batch[self.rank :: self.world_size] if len(batch) >= self.world_size else batch

    def all_reduce(self, numbers: Tensor) -> Tensor:
        """The sum of everybody's `numbers`, which stand on the CPU."""
        if self.world_size > 1:
            distributed.all_reduce(numbers)
        return numbers

    def broadcast_flag(self, decision: bool) -> bool:
        """The leader's decision."""
        if self.world_size == 1:
            return decision
        flag = torch.tensor(int(decision))
        distributed.broadcast(flag, src=0)
        return bool(flag)

    def broadcast(self, content: bytes) -> bytes:
        """The leader's bytes; of the others, what they give is ignored."""
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
        """Everybody's `row`, (n,) on the CPU, one below the other: (size, n)."""
        if self.world_size == 1:
            return row[None]
        rows = [torch.empty_like(row) for _ in range(self.world_size)]
        distributed.all_gather(rows, row)
        return torch.stack(rows)

    def no_sync(self, data_parallel: nn.Module) -> contextlib.AbstractContextManager[None]:
        """Where a backward pass adds to this process's gradients alone, until the next one."""
        if isinstance(data_parallel, DistributedDataParallel):
            return data_parallel.no_sync()
        return contextlib.nullcontext()

    def data_parallel(self, network: nn.Module) -> nn.Module:
        """`network` such that its gradients come out averaged over all processes."""
        if self.world_size == 1:
            return network
        device = next(network.parameters()).device
        return DistributedDataParallel(network, [device] if device.type == "cuda" else None)


SINGLE_PROCESS = ProcessGroup()


@contextlib.contextmanager
def process_group() -> Iterator[ProcessGroup]:
    """This process's place among those `torchrun` started; ALONE if nobody started it so."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield SINGLE_PROCESS
        return
    store, rank, size = next(rendezvous("env://", timeout=PATIENCE))
    # After a restart the store may still hold the addresses of those that are gone.
    again = f"{os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')} of {size}"
    distributed.init_process_group(
        # Without a name: gloo for what stands on the CPU, NCCL for what stands on GPUs.
        None if torch.cuda.is_available() else "gloo",
        store=distributed.PrefixStore(again, store),
        rank=rank,
        world_size=size,
        timeout=PATIENCE,
    )
    try:
        yield ProcessGroup(rank, size)
    finally:
        distributed.destroy_process_group()


def device_for(choice: Device) -> torch.device:
    """Where to train; of several GPUs, each process of a machine takes its own.

    Raises ConfigError if a GPU is asked for and there is none.
    """
    if choice == "cpu" or (choice == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise ConfigError("device is 'cuda', and this machine has no GPU that torch can use.")
    number = int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count()
    return torch.device("cuda", number)
