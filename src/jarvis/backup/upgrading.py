"""Before another version of Jarvis touches the data a backup is made, to which ``jarvis rollback`` returns."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from jarvis.backup.contents import UPGRADING, VERSION, Manifest, used_by, versions
from jarvis.backup.keeping import Backup, about, home, listed, make
from jarvis.backup.restoring import finish
from jarvis.config.kept import replace
from jarvis.config.paths import Paths, private
from jarvis.errors import JarvisError, NotFound
from jarvis.version import __version__

_log = logging.getLogger(__name__)
Known = Mapping[str, int]
"""The version of each room's tables that this Jarvis makes."""


def prepare(paths: Paths, place: Path, known: Known) -> Backup | None:
    """Before the database is opened: finish a restore that was ended, and back up what an upgrade is about to change,
    in ``place``. The backup, if one was made. Blocks. Raises StoreError, DiskFull, OSError: then nothing was changed.
    """
    finish(paths)
    stored = versions(paths.database) if paths.database.exists() else None
    if stored is None or any(version > known.get(room, 0) for room, version in stored.items()):
        return None  # there is nothing, or nothing that can be opened: whoever opens it says so
    older = any(stored.get(room, 0) < version for room, version in known.items())
    before = used_by(paths)
    if not older and before in ("", __version__):
        return None
    under_way = paths.data / UPGRADING
    if under_way.exists() and Path(json.loads(under_way.read_text())["backup"]).exists():
        return None  # it was ended half-way: what is there now is neither the one nor the other
    if not place.is_dir():  # a disk that is not mounted does not keep Jarvis from starting
        place = private(home(paths))
    _log.info("backing up the data before Jarvis %s first uses it: try again in a moment", __version__)
    backup = make(paths, place, why="upgrade")
    replace(under_way, json.dumps({"backup": str(backup.file)}))
    return backup


def done(paths: Paths) -> None:
    """The database was opened, and is this version's. Blocks. Raises OSError."""
    if used_by(paths) != __version__:
        replace(paths.data / VERSION, f"{__version__}\n")
    (paths.data / UPGRADING).unlink(missing_ok=True)


def before_upgrade(paths: Paths, place: Path, known: Known) -> tuple[Backup, Manifest]:
    """The last backup of before an upgrade that is of other tables, or of another version, than what is there now, and
    that this Jarvis can open. Blocks. Raises NotFound, OSError.
    """
    present = versions(paths.database) if paths.database.exists() else None
    upgrades = [one for one in listed(home(paths), place) if one.why == "upgrade"]
    for backup in upgrades:
        try:
            manifest = about(backup.file)
        except JarvisError:
            continue
        if any(version > known.get(room, 0) for room, version in manifest.migrations.items()):
            continue
        if manifest.migrations != present or manifest.used_by != used_by(paths):
            return backup, manifest
    raise NotFound("backup.no_upgrade" if not upgrades else "backup.nothing_before", path=place)
