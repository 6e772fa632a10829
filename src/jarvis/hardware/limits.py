"""What a container or a service unit allows: cgroup limits, versions 1 and 2 (kernel: Documentation/admin-guide)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """``cpus``: processors by quota; ``memory_bytes``: limit; ``memory_used_bytes``: of that limit, caches left out."""

    cpus: float | None = None
    memory_bytes: int | None = None
    memory_used_bytes: int = 0


def limits(root: Path = Path("/")) -> Limits:
    """The tightest limits over this process's groups. ``root`` is where ``proc`` and ``sys`` are."""
    cpus: list[float] = []
    memory: list[tuple[int, int]] = []
    for group in _groups(root, "cpu"):
        quota, period = _quota(group)
        if quota and period:
            cpus.append(quota / period)
    for group in _groups(root, "memory"):
        limit = _number(group / "memory.max") or _number(group / "memory.limit_in_bytes")
        if limit:
            memory.append((limit, _used(group)))
    tightest = min(memory, default=None, key=lambda m: m[0] - m[1])
    return Limits(min(cpus, default=None), *(tightest or (None, 0)))


def _quota(group: Path) -> tuple[int | None, int | None]:
    words = _read(group / "cpu.max").split()
    if len(words) == 2:
        return _int(words[0]), _int(words[1])
    return _number(group / "cpu.cfs_quota_us"), _number(group / "cpu.cfs_period_us")


def _used(group: Path) -> int:
    """Bytes that cannot be had back: page cache that is not in use is given up under pressure."""
    used = _number(group / "memory.current") or _number(group / "memory.usage_in_bytes") or 0
    stat = dict(line.split(maxsplit=1) for line in _read(group / "memory.stat").splitlines() if " " in line)
    cache = _int(stat.get("total_inactive_file") or stat.get("inactive_file") or "") or 0
    return max(0, used - cache)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders that limit this process, its own group first and then each above it."""
    for mount_root, mount, kind, options in _mounts(root):
        if kind == "cgroup2":
            path = _membership(root, "")
        elif kind == "cgroup" and controller in options:
            path = _membership(root, controller)
        else:
            continue
        if path is None:
            continue
        # In a container without a namespace of its own, the mount shows only the part below mount_root.
        inside = path.removeprefix(mount_root) if mount_root != "/" else path
        top = root / mount.lstrip("/")
        group = top / inside.lstrip("/")
        while group.is_relative_to(top):
            yield group
            group = group.parent


def _mounts(root: Path) -> Iterator[tuple[str, str, str, list[str]]]:
    """Root, mount point, type and super options of each mount (proc(5), mountinfo)."""
    for line in _read(root / "proc/self/mountinfo").splitlines():
        left, _, right = line.partition(" - ")
        before, after = left.split(), right.split()
        if len(before) >= 5 and len(after) >= 3:
            yield before[3], before[4], after[0], after[2].split(",")


def _membership(root: Path, controller: str) -> str | None:
    """The group of this process (cgroups(7)); the empty controller is version 2."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == controller or (controller and controller in controllers.split(",")):
            return path
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    return _int(_read(path).strip())


def _int(text: str) -> int | None:
    """A positive number; ``max`` and ``-1`` are no limit, and so is version 1's "all the memory there could be"."""
    if not text.isdecimal():
        return None
    number = int(text)
    return number if 0 < number < 1 << 60 else None
