"""Processor, memory and graphics adapters of this machine, and of trees that describe others."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from jarvis.hardware.machine import adapters, cpu, ram
from jarvis.words.hardware import Adapter


def test_affinity_is_what_may_be_used() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert cpu().usable == 1.0
    finally:
        os.sched_setaffinity(0, allowed)


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_quota_is_what_may_be_used(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        {
            "proc/self/mountinfo": "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
            "proc/self/cgroup": "0::/\n",
            "proc/cpuinfo": "processor\t: 0\nmodel name\t: A Processor\nflags\t\t: avx avx2 fma\n",
            "sys/fs/cgroup/cpu.max": "25000 100000",
            "sys/fs/cgroup/memory.max": "1073741824",
            "sys/fs/cgroup/memory.current": "73741824",
        },
    )
    found = cpu(root)
    assert (found.name, found.usable, found.features) == ("A Processor", 0.25, {"avx", "avx2", "fma"})
    memory = ram(root)
    assert memory.limited
    assert memory.total_bytes == 1 << 30
    assert memory.available_bytes == 1_000_000_000


def test_a_limit_above_the_machine_is_none(tmp_path: Path) -> None:
    root = put(
        tmp_path,
        {
            "proc/self/mountinfo": "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": str(psutil.virtual_memory().total * 2),
        },
    )
    assert not ram(root).limited


def test_adapters_are_known_by_their_maker(tmp_path: Path) -> None:
    pci = "sys/bus/pci/devices"
    root = put(
        tmp_path,
        {
            f"{pci}/0000:01:00.0/class": "0x030000\n",
            f"{pci}/0000:01:00.0/vendor": "0x10de\n",
            f"{pci}/0000:00:02.0/class": "0x038000\n",
            f"{pci}/0000:00:02.0/vendor": "0x1002\n",
            f"{pci}/0000:00:1f.0/class": "0x020000\n",
            f"{pci}/0000:00:1f.0/vendor": "0x8086\n",
            f"{pci}/0000:05:00.0/class": "0x030000\n",
            f"{pci}/0000:05:00.0/vendor": "0x1a03\n",
        },
    )
    assert adapters(root) == (
        Adapter("amd", "0000:00:02.0"),
        Adapter("nvidia", "0000:01:00.0"),
        Adapter("0x1a03", "0000:05:00.0"),
    )
    assert adapters(tmp_path / "none") == ()
