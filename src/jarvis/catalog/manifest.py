"""What is remembered on disk of a model: the manifest of one that is whole, the journal of one that is not yet.

Both are small JSON files, written whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from jarvis.words.model import Variant

OURS = ".jarvis"
"""Folder beside a model's files for what is remembered of them; no file of a model can have such a name."""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """One verified file. ``sources`` with every revision resolved; ``kept_as`` as in ``sources.base.Fetched``."""

    name: str
    bytes: int
    sha256: str
    sources: tuple[str, ...]
    kept_as: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one model as they were verified. ``pulled`` is seconds since the epoch."""

    id: str
    quantization: str
    files: tuple[Stored, ...]
    pulled: float
    pins: Mapping[str, str] = field(default_factory=dict)

    def serves(self, variant: Variant) -> bool:
        """Whether these are the files that a card asks for (it may have changed since)."""
        here = {f.name: f for f in self.files}
        return len(here) == len(variant.files) and all(
            (stored := here.get(f.name)) is not None and f.fits(stored.bytes) and f.sha256 in ("", stored.sha256)
            for f in variant.files
        )


@dataclass(frozen=True, slots=True)
class Journal:
    """Of an unfinished model: what is verified, what branches were resolved to, and of a joined file its whole parts.

    ``joined``: file name -> size after each part that is completely there.
    """

    files: tuple[Stored, ...] = ()
    pins: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def with_file(self, stored: Stored) -> Journal:
        """This journal and one verified file more."""
        return replace(self, files=(*(f for f in self.files if f.name != stored.name), stored))

    def with_pin(self, key: str, pin: str) -> Journal:
        return replace(self, pins={**self.pins, key: pin})

    def with_joined(self, name: str, ends: tuple[int, ...]) -> Journal:
        return replace(self, joined={**self.joined, name: ends})


def write_json(path: Path, value: object) -> None:
    """Write ``value`` so that a crash leaves either the old file or the new one."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_json(folder / OURS / "manifest.json", {"format": _FORMAT, **asdict(manifest)})


def unlink_manifest(folder: Path) -> None:
    """From here on the files in ``folder`` are no model."""
    (folder / OURS / "manifest.json").unlink(missing_ok=True)
    if (folder / OURS).exists():
        sync_folder(folder / OURS)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a model's folder; None when there is none that can be read: the model is pulled anew."""
    table = _read(folder / OURS / "manifest.json")
    try:
        if table.pop("format") != _FORMAT:
            return None
        return Manifest(**table | {"files": _stored(table["files"])})
    except (KeyError, TypeError, ValueError):
        return None


def write_journal(folder: Path, journal: Journal) -> None:
    write_json(folder / OURS / "journal.json", asdict(journal))


def read_journal(folder: Path) -> Journal:
    """The journal of a model's folder; an empty one when there is none that can be read."""
    table = _read(folder / OURS / "journal.json")
    try:
        joined = {name: tuple(int(end) for end in ends) for name, ends in table["joined"].items()}
        return Journal(_stored(table["files"]), dict(table["pins"]), joined)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Journal()


def _stored(files: Any) -> tuple[Stored, ...]:
    return tuple(Stored(**f | {"sources": tuple(f["sources"])}) for f in files)


def _read(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}
