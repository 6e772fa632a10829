"""What is on this disk: checking it again, and taking it away."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.locks import alone
from jarvis.catalog.manifest import (
    OURS,
    Journal,
    Stored,
    read_journal,
    read_manifest,
    stamp,
    touched,
    unlink_manifest,
    write_journal,
    write_manifest,
)
from jarvis.catalog.places import place
from jarvis.catalog.progress import Meter, OnProgress, silent
from jarvis.errors import Conflict, CorruptFile, NotFound
from jarvis.words.model import Installed, ModelCard, Variant

_CHUNK = 1 << 20


class Damage(NamedTuple):
    """A file that is not what was verified when it was pulled. ``found`` is its sum now, empty when it is gone."""

    file: str
    stated: str
    found: str


def verify(catalog: Catalog, model: Installed, on_progress: OnProgress = silent) -> list[Damage]:
    """Hash every file of a model again, without the network; that all were right is noted, with the time. What is
    damaged stops counting as installed, so that the next pull fetches that, and only that, again.

    Raises Conflict while the model is being changed, or when it is the owner's own file, of which no sum is known.
    """
    card, variant = model.card, model.variant
    if catalog.own(card):
        raise Conflict("catalog.own_path", model=card.id, path=model.path)
    may_note = os.access(model.folder / OURS, os.W_OK)  # on a read-only disk the sums can still be told
    with alone(catalog.models_folder, card.id, variant.quantization) if may_note else nullcontext():
        manifest = read_manifest(model.folder)
        if manifest is None:
            raise NotFound("catalog.not_here", model=card.id, name=spoken(card, variant))
        meter, done = Meter(spoken(card, variant), variant.bytes, on_progress), 0
        damaged, seen = [], []
        for file in manifest.files:
            path = place(model.folder, file.name)
            seen.append(replace(file, stamp=stamp(path)))
            found = _sum(path, file, meter, done)
            done += file.bytes
            if found != file.sha256:
                damaged.append(Damage(file.name, file.sha256, found))
        if not may_note:
            return damaged
        if not damaged:
            with suppress(OSError):  # a full disk changes nothing about the sums
                write_manifest(model.folder, replace(manifest, files=tuple(seen), verified=time.time()))
        else:
            wrong = {d.file for d in damaged}
            intact = tuple(f for f in manifest.files if f.name not in wrong)
            write_journal(model.folder, Journal(intact, manifest.pins))
            unlink_manifest(model.folder)
    return damaged


def require_intact(catalog: Catalog, model: Installed) -> None:
    """Verify a model whose files were touched since it last was; nothing is read of one that was not.

    Raises CorruptFile when it is damaged.
    """
    manifest = read_manifest(model.folder)
    if manifest is None or catalog.own(model.card) or not touched(model.folder, manifest.files):
        return
    for damage in verify(catalog, model):
        raise CorruptFile("catalog.changed", model=spoken(model.card, model.variant), path=model.folder / damage.file)


def _sum(path: Path, file: Stored, meter: Meter, before: int) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as opened:
            done = 0
            while chunk := opened.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                meter.at(file.name, before + done, "verify")
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def remove(catalog: Catalog, card: ModelCard, variant: Variant) -> int:
    """Delete a model, whole or half downloaded; returns the bytes that this frees.

    Files that were in the Hub's cache before Jarvis, files there that another model uses too, and files of the owner's
    that it linked to, stay.
    Raises NotFound when nothing of it is here, Conflict while it is being changed or when it is the owner's own file.
    """
    if own := catalog.own(card):
        raise Conflict("catalog.own_path", model=card.id, path=own.path)
    folder = catalog.folder(card, variant)
    if not folder.exists():
        raise NotFound("catalog.not_here", model=card.id, name=spoken(card, variant))
    with alone(catalog.models_folder, card.id, variant.quantization):
        manifest = read_manifest(folder)
        if manifest:
            write_journal(folder, Journal(manifest.files, manifest.pins))  # what a removal that is cut off left to do
            unlink_manifest(folder)  # before any file goes: half removed is not a model
        files = read_journal(folder).files
        freed = 0
        for file in files:
            final = place(folder, file.name)
            if file.kept_as == "hub" and final.exists() and not _shared(catalog.models_folder, folder, final):
                from jarvis.catalog.sources.hf import forget

                freed += file.bytes
                forget(final)
        freed += _drop_unfinished(folder)
        freed += sum(f.lstat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink() and _alone(f))
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    return freed


def _shared(models: Path, folder: Path, file: Path) -> bool:
    """Whether a model in another folder links to the same bytes."""
    blob = file.resolve()
    links = (path for path in models.rglob("*") if path.is_symlink() and not path.is_relative_to(folder))
    return any(link.resolve() == blob for link in links)


def _alone(file: Path) -> bool:
    """Whether the bytes have no other name, so that deleting this one frees them."""
    return file.stat().st_nlink == 1


def _drop_unfinished(folder: Path) -> int:
    """Delete what a pull had begun in the Hub's cache."""
    freed = 0
    for link in (folder / OURS / "unfinished").rglob("*"):
        target = link.readlink() if link.is_symlink() else None
        if target is not None and target.name.endswith(".incomplete") and target.is_file():
            freed += target.stat().st_size
            target.unlink()
    return freed
