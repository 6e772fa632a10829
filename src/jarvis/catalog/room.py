"""Whether what a pull is about to write fits on the disks where it goes; what does not is refused before it begins."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from rich.filesize import decimal

from jarvis.errors import DiskFull

_SPARE = 1.1
"""Free space asked for, in parts of what is needed: a download that fills the disk breaks more than itself."""


@dataclass(slots=True)
class _Disk:
    """Bytes of files, and of the package that lies beside one of them until it is unpacked."""

    folder: Path
    ours: bool
    files: int = 0
    package: int = 0


class Rooms:
    """What is to be written for a model, by disk. ``home`` is its folder among Jarvis's own."""

    def __init__(self, model: str, home: Path) -> None:
        self._model = model
        self._home = home
        self._disks: dict[int, _Disk] = {}

    def add(self, folder: Path, size: int, package: int = 0) -> None:
        """``size`` bytes will stay below ``folder``, ``package`` bytes for a while."""
        existing = next(f for f in (folder, *folder.parents) if f.exists())
        disk = self._disks.setdefault(existing.stat().st_dev, _Disk(existing, folder == self._home))
        disk.files += max(0, size)
        disk.package = max(disk.package, package)  # each goes before the next one comes

    def require(self) -> None:
        """Raises DiskFull with what is needed, what for, and what is free."""
        for disk in self._disks.values():
            free = shutil.disk_usage(disk.folder).free
            need = int((disk.files + disk.package) * _SPARE)
            if need > free:
                raise DiskFull(
                    "catalog.disk_full_package" if disk.package else "catalog.disk_full",
                    model=self._model,
                    folder=disk.folder,
                    need=decimal(need),
                    free=decimal(free),
                    lack=decimal(need - free),
                    files=decimal(disk.files),
                    package=decimal(disk.package),
                    variable="JARVIS_HOME" if disk.ours else "HF_HOME",
                )


def size_of(path: Path) -> int:
    """Bytes of a file, 0 when there is none."""
    return path.stat().st_size if path.is_file() else 0
