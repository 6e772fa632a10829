"""What the kernel says of the machine now: graphics adapters, processor and memory."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from jarvis.hardware.limits import limits
from jarvis.words.hardware import Adapter, Cpu, Ram

_VENDORS = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
"""PCI vendor ids (pci.ids)."""

_DISPLAY_CLASS = "0x03"
"""PCI base class "display controller" (PCI Code and ID Assignment Specification)."""


def adapters(root: Path = Path("/")) -> tuple[Adapter, ...]:
    """The graphics adapters on the PCI bus, whether a driver serves them or not."""
    found = []
    for folder in sorted(_children(root / "sys/bus/pci/devices")):
        try:
            kind = (folder / "class").read_text().strip()
            vendor = (folder / "vendor").read_text().strip()
        except OSError:
            continue
        if kind.startswith(_DISPLAY_CLASS):
            found.append(Adapter(_VENDORS.get(vendor, vendor), folder.name))
    return tuple(found)


def cpu(root: Path = Path("/")) -> Cpu:
    """The processor, and how much of it this process may use."""
    import psutil

    info = _text(root / "proc/cpuinfo")
    logical = psutil.cpu_count() or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0))
    quota = limits(root).cpus
    return Cpu(
        name=_field(info, "model name") or platform.machine(),
        architecture=platform.machine(),
        physical=psutil.cpu_count(logical=False) or logical,
        logical=logical,
        usable=min(float(allowed), quota) if quota else float(allowed),
        # "flags" on x86, "Features" on ARM (the kernel's arch/*/kernel/cpu*/proc.c, cpuinfo.c).
        features=frozenset((_field(info, "flags") or _field(info, "Features")).split()),
    )


def ram(root: Path = Path("/")) -> Ram:
    """The memory of the machine, or of the container when that has less."""
    import psutil

    memory = psutil.virtual_memory()
    found = limits(root)
    if found.memory_bytes is None or found.memory_bytes >= memory.total:
        return Ram(memory.total, memory.available)
    left = max(0, found.memory_bytes - found.memory_used_bytes)
    return Ram(found.memory_bytes, min(memory.available, left), limited=True)


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _field(info: str, name: str) -> str:
    found = re.search(rf"^{name}\s*:\s*(.*)$", info, re.MULTILINE)
    return found[1].strip() if found else ""
