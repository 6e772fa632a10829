"""``file:/path``: a file that the owner already has. It is linked, never copied: models are large."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jarvis.catalog.sources.base import KeptAs, OnBytes, OnNotice, Reference, Wanted
from jarvis.errors import DownloadFailed


@dataclass(frozen=True, slots=True)
class _Own:
    path: Path
    kept_as: KeptAs
    pin: str = ""
    states: str = ""

    def open(self) -> IO[bytes]:
        return self.path.open("rb")

    def keep(self, final: Path) -> None:
        fresh = final.with_name(f".{final.name}.new")
        fresh.unlink(missing_ok=True)
        if self.kept_as == "hard link":
            os.link(self.path.resolve(), fresh)
        else:
            fresh.symlink_to(self.path.absolute())
        fresh.replace(final)

    def discard(self) -> None: ...


class Source:
    packaged = False

    def room(self, wanted: Wanted) -> tuple[Path, int]:
        return wanted.fetched, 0

    def current(self, reference: Reference) -> str:
        return ""

    def fetch(self, wanted: Wanted, on_bytes: OnBytes, on_notice: OnNotice) -> _Own:
        path = Path(wanted.reference.name)
        if not path.is_file():
            raise DownloadFailed("catalog.no_file", model=wanted.model, path=path)
        size = path.stat().st_size
        on_bytes(size, size)
        how: KeptAs = "hard link" if _may_link(path, wanted.unfinished) else "link"
        if wanted.whole:
            on_notice(f"catalog.linked_{'hard' if how == 'hard link' else 'soft'}", path=path)
        return _Own(path, how)


def _may_link(path: Path, unfinished: Path) -> bool:
    """Whether a hard link can be made: same file system, and a file that this user may link to."""
    probe = unfinished.with_name(f".{unfinished.name}.probe")
    try:
        probe.unlink(missing_ok=True)
        os.link(path.resolve(), probe)
        probe.unlink()
    except OSError:
        return False
    return True
