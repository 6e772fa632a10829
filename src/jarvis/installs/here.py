"""What is installed: a note beside each environment, written last, so that half of one is never taken for whole."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from jarvis.config.paths import paths

NOTE = "installed.json"


@dataclass(frozen=True, slots=True)
class Installed:
    """One environment. ``program`` is what is run: its Python, or a ``llama-server``.

    ``build`` is what it computes on (cpu, cuda, vulkan), ``lock`` the sum of the list of packages it was made from,
    ``bytes`` what it takes of the disk.
    """

    name: str
    version: str
    build: str
    folder: str
    program: str
    lock: str
    bytes: int

    @property
    def path(self) -> Path:
        return Path(self.program)


def root() -> Path:
    """Where the environments are."""
    return paths().data / "engines"


def installed(name: str, folder: Path | None = None) -> Installed | None:
    """The environment of that name, if it is whole. ``folder``: instead of ``root()``."""
    try:
        said = json.loads(((folder or root()) / name / NOTE).read_text())
        found = Installed(**said)
    except (OSError, ValueError, TypeError):
        return None
    # a link: the Python that it was made from may be gone since
    return found if found.path.exists() else None


def note(found: Installed, folder: Path) -> None:
    """Say that it is whole: from now on it is used."""
    file = folder / found.name / NOTE
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(found), indent=1))
    fresh.replace(file)
