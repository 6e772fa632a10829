"""Free space where models and data are written."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from rich.filesize import decimal

from jarvis.doctor.base import Finding, Patient, fail, ok, warn

MODELS_BYTES = 10_000_000_000
"""A model that is of use takes 2 to 20 GB, and a download wants room to spare."""
DATA_BYTES = 200_000_000
"""Below this a database in use, with its write-ahead log, is at risk."""


def check(patient: Patient) -> Iterator[Finding]:
    disks: dict[int, list[Path]] = {}
    for folder in (patient.paths.data, patient.paths.models, hub(patient)):
        disks.setdefault(_existing(folder).stat().st_dev, []).append(folder)
    for folders in disks.values():
        place = _existing(folders[0])
        if read_only(place):
            yield fail("doctor.disk_read_only", folders=", ".join(map(str, folders)), path=place)
            continue
        usage = shutil.disk_usage(place)
        models = folders != [patient.paths.data]
        yield judge(usage.free, usage.total, models, folders)


def read_only(path: Path) -> bool:
    """Whether the disk of an existing path takes nothing, whoever asks."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def judge(free: int, total: int, models: bool, folders: list[Path]) -> Finding:
    """What to say of a disk with ``free`` of ``total`` bytes, where ``models`` go or only data. Pure."""
    facts = {
        "folders": ", ".join(map(str, folders)),
        "free": decimal(free),
        "total": decimal(total),
        "quoted": shlex.join(map(str, folders)),
    }
    if free < DATA_BYTES:
        return fail("doctor.disk_full", **facts)
    return warn("doctor.disk_little", **facts) if models and free < MODELS_BYTES else ok("doctor.disk", **facts)


def hub(patient: Patient) -> Path:
    """The Hugging Face cache (its documentation, "environment variables")."""
    env = patient.environ
    home = Path(env.get("HF_HOME") or Path(env.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    return Path(env.get("HF_HUB_CACHE") or home / "hub").expanduser()


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there already."""
    return next(f for f in (folder, *folder.parents) if f.exists())
