"""What is remembered on disk of a model: the manifest of one that is whole, the journal of one that is not yet.

Both are small JSON files, written whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from jarvis.catalog.places import place
from jarvis.words.model import Variant

OURS = ".jarvis"
"""Folder beside a model's files for what is remembered of them; no file of a model can have such a name."""
_FORMAT = 1

Stamp = tuple[int, ...]
"""Size, inode, and when content and anything at all last changed (ns): different after any write or replacement."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One verified file. ``sources`` with every revision resolved; ``kept_as`` as in ``sources.base.Fetched``.

    ``stamp`` is what the file looked like when its sum was right; empty when that was not recorded yet.
    """

    name: str
    bytes: int
    sha256: str
    sources: tuple[str, ...]
    kept_as: str
    stamp: Stamp = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one model as they were verified. ``pulled`` and ``verified`` (0: not since) are epoch seconds."""

    id: str
    quantization: str
    files: tuple[Stored, ...]
    pulled: float
    pins: Mapping[str, str] = field(default_factory=dict)
    verified: float = 0.0

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
        return replace(self, files=(*self.without(stored.name).files, stored))

    def without(self, name: str) -> Journal:
        return replace(self, files=tuple(f for f in self.files if f.name != name))

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


def stamp(path: Path | str) -> Stamp:
    """The stamp of a file, links followed; empty when it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 - on the path of every request, where Path.stat costs twice as much
    except OSError:
        return ()
    return found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def touched(folder: Path, files: Iterable[Stored]) -> list[Stored]:
    """Those files that are no longer as they were when they were verified; whether their bytes are, a sum tells."""
    return [f for f in files if not f.stamp or stamp(place(folder, f.name)) != f.stamp]


def _stored(files: Any) -> tuple[Stored, ...]:
    tuples = ("sources", "stamp")
    return tuple(Stored(**f | {key: tuple(f[key]) for key in tuples if key in f}) for f in files)


def _read(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}
