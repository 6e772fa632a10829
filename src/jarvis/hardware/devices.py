"""A machine as the places where a model can sit. Pure."""

from __future__ import annotations

from jarvis.words.exchange import Notice
from jarvis.words.fleet import HOST, Device
from jarvis.words.hardware import Gpu, Gpus, Machine

HOST_BANDWIDTH = 20e9
"""Of main memory when nobody stated it: the slow end of today's home machines (two channels of DDR4, as reached)."""
CARD_BANDWIDTH = 100e9
"""Of a card that is in no table and does not tell: slower than any that CUDA 12.8 serves, faster than main memory."""
SHARED_PART = 0.75
"""Of the free memory that a GPU without its own shares with the processor: what counts as the GPU's. The rest is the
processor's, so that no byte is given twice."""


def devices(machine: Machine, reserve_bytes: int) -> tuple[Device, ...]:
    """``HOST``, then every GPU and MIG instance that a model can use, by UUID.

    ``reserve_bytes`` is what is to stay free on each of them.
    """
    ram = machine.ram
    total, free = ram.total_bytes, ram.available_bytes
    cards = []
    for gpu in machine.gpus.found:
        if gpu.mig or why_not(gpu, machine.gpus) is not None:
            continue
        size, left = gpu.total_bytes, gpu.free_bytes
        if gpu.shares_ram:
            size, left = int(ram.total_bytes * SHARED_PART), int(ram.available_bytes * SHARED_PART)
            total, free = total - size, free - left
        assert size is not None and left is not None
        speed = gpu.bandwidth or CARD_BANDWIDTH
        alone = bool(gpu.parent)
        cards.append(Device(gpu.uuid, gpu.name, size, left, speed, reserve_bytes, gpu.capability, alone))
    speed = machine.cpu.bandwidth or HOST_BANDWIDTH
    return (Device(HOST, machine.cpu.name, total, free, speed, reserve_bytes), *cards)


def left_out(machine: Machine) -> tuple[Notice, ...]:
    """Which GPUs no model can use, and why: for the owner."""
    found = []
    for gpu in machine.gpus.found:
        reason = why_not(gpu, machine.gpus)
        if reason is not None and reason not in found:  # the instances of a GPU have its fault
            found.append(reason)
    return tuple(found)


def why_not(gpu: Gpu, among: Gpus) -> Notice | None:
    """Why no model can use this GPU, None when one can (or its MIG instances can)."""
    if gpu.fault is not None:
        return gpu.fault
    if gpu.capability is None:
        return Notice("hardware.capability_unknown", {"gpu": gpu.name})
    if gpu.mig:
        empty = not any(other.parent == gpu.uuid for other in among.found)
        return Notice("hardware.mig_empty", {"gpu": gpu.name, "uuid": gpu.uuid}) if empty else None
    if not gpu.shares_ram and (gpu.total_bytes is None or gpu.free_bytes is None):
        return Notice("hardware.memory_unknown", {"gpu": gpu.name})
    return None


def uuid_of_index(machine: Machine, index: int) -> str | None:
    """The GPU that an owner means by a number: the driver's order (``nvidia-smi``), which need not be CUDA's.

    None for a number that no GPU has, and for one that is cut into MIG instances.
    """
    gpu = next((gpu for gpu in machine.gpus.found if gpu.index == index), None)  # before its instances
    return None if gpu is None or gpu.mig else gpu.uuid or None
