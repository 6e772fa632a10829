"""Each GPU: its driver, what it can do, and which builds serve it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.hardware.devices import why_not
from jarvis.hardware.support import common_wheels, support
from jarvis.words.exchange import Notice
from jarvis.words.hardware import Adapter, Gpu, Gpus, Machine, Version

TOLD = {
    "vllm": "vLLM",
    "bf16": "bf16",
    "flash_attention_2": "FlashAttention-2",
    "fp8": "FP8",
    "nvfp4": "NVFP4",
}
"""Of ``support.KERNELS``, those that an owner reads about."""

INSTALL = {
    "ubuntu": "sudo ubuntu-drivers install",
    "debian": "sudo apt install nvidia-driver",
    "fedora": "sudo dnf install akmod-nvidia",
    "arch": "sudo pacman -S nvidia-open",
}
"""How each distribution installs its NVIDIA driver (their own documentation)."""


def check(patient: Patient) -> Iterator[Finding]:
    machine = patient.inventory.now()
    if machine.declared:
        yield from declared(machine)
        return
    # Without device files no driver serves the others either.
    served = Path("/dev/dri").is_dir()
    there = [adapter for adapter in machine.adapters if served or adapter.vendor == "nvidia"]
    yield from judge(machine.gpus, there, driver_command(_distribution()))


def declared(machine: Machine) -> Iterator[Finding]:
    """What its owner wrote down: there is no driver to judge. Pure."""
    if not machine.gpus.found:
        yield ok("doctor.declared_no_gpu")
    for gpu in machine.gpus.found:
        yield ok(
            "doctor.declared_gpu",
            gpu=gpu.name,
            total=_mib(gpu.total_bytes),
            free=_mib(gpu.free_bytes),
            capability=_version(gpu.capability),
            bandwidth=f"{(gpu.bandwidth or 0) / 1e9:,.0f}",
        )


def judge(found: Gpus, there: Iterable[Adapter], command: str) -> Iterator[Finding]:
    """What to say of these GPUs and graphics adapters. ``command`` installs a driver. Pure."""
    makers = {adapter.vendor for adapter in there}
    if found.reason is not None:
        yield from _without(found.reason, makers, command)
    for gpu in found.found:
        yield _gpu(gpu, found, command)
    usable = [gpu for gpu in found.found if not gpu.mig and support(gpu).wheels]
    if len(usable) > 1 and not common_wheels(usable):
        wheels = "; ".join(f"{gpu.name}: {', '.join(support(gpu).wheels)}" for gpu in usable)
        yield warn("doctor.no_common_wheel", wheels=wheels, first=support(usable[0]).wheels[-1])
    others = sorted(makers & _MAKERS.keys())
    if others and not found.found:
        yield ok("doctor.vulkan", makers=", ".join(_MAKERS[maker] for maker in others))


_MAKERS = {"amd": "AMD", "intel": "Intel"}
_NOT_BROKEN = ("hardware.gpu_unserved", "hardware.mig_empty")


def _without(reason: Notice, makers: set[str], command: str) -> Iterator[Finding]:
    """There is no NVIDIA GPU to be had: normal on a machine that has none, else something to mend."""
    if reason.code == "hardware.no_driver":
        if "nvidia" in makers:
            yield fail("doctor.gpu_without_driver", command=command)
        else:
            yield ok("doctor.no_gpu")
    elif reason.code == "hardware.driver_without_gpu" and "nvidia" not in makers:
        yield ok(reason.code, **reason.facts)
    elif reason.code == "hardware.driver_without_gpu":
        yield fail("hardware.driver_without_gpu", **reason.facts)
    else:
        yield fail(reason.code, **reason.facts)


def _gpu(gpu: Gpu, found: Gpus, command: str) -> Finding:
    served = support(gpu)
    if problem := served.problem or why_not(gpu, found):
        bad = warn if problem.code in _NOT_BROKEN else fail
        return bad(problem.code, **problem.facts, command=command)
    if gpu.mig:
        return ok("doctor.mig", gpu=gpu.name, instances=sum(other.parent == gpu.uuid for other in found.found))
    return ok(
        "doctor.gpu",
        gpu=gpu.name,
        total=_mib(gpu.total_bytes),
        free=_mib(gpu.free_bytes),
        driver=gpu.driver,
        cuda=_version(gpu.cuda),
        capability=_version(gpu.capability),
        llama_cpp=", ".join(served.llama_cpp) or "-",
        wheels=", ".join(served.wheels) or "-",
        has=", ".join(said for name, said in TOLD.items() if name in served.kernels) or "-",
        lacks=", ".join(said for name, said in TOLD.items() if name in served.missing) or "-",
        holders=", ".join(map(str, gpu.holders)) or "-",
    )


def _version(version: Version | None) -> str:
    return "?" if version is None else f"{version[0]}.{version[1]}"


def _mib(size: int | None) -> str:
    return "?" if size is None else f"{size >> 20:,}"


def driver_command(distribution: Iterable[str]) -> str:
    """The command that installs NVIDIA's driver on one of these distributions, nearest relative first."""
    return next((INSTALL[name] for name in distribution if name in INSTALL), "https://www.nvidia.com/drivers")


def _distribution(file: Path = Path("/etc/os-release")) -> list[str]:
    """The names by which this distribution goes (os-release(5): ID, then ID_LIKE)."""
    try:
        text = file.read_text(errors="replace")
    except OSError:
        return []
    found = dict(re.findall(r'^(ID|ID_LIKE)="?([^"\n]*)"?$', text, re.MULTILINE))
    return f"{found.get('ID', '')} {found.get('ID_LIKE', '')}".split()
