"""Which files of folders are documents: what can be read, less what is hidden, made by programs, or ignored."""

# ruff: noqa: PTH110, PTH112, PTH114 - what nobody may look at is no folder to os.path, and an error to Path
from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jarvis.documents import kinds
from jarvis.documents.formats import _ocr
from jarvis.documents.limits import Limits

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Reason = Literal["hidden", "made", "ignored", "link", "kind", "picture", "big", "empty", "closed"]
"""Why something is skipped; its text is ``documents.skipped_REASON``. A folder that is skipped counts once."""

IGNORES = (".gitignore", ".jarvisignore")
"""The second may take back what the first says."""
IGNORE_BYTES = 1 << 20
_MADE = frozenset({
    "node_modules", "bower_components", "__pycache__", "site-packages", "dist-packages", "lost+found", "$RECYCLE.BIN",
    "System Volume Information",
})  # fmt: skip
_VENV = "pyvenv.cfg"


@dataclass(frozen=True, slots=True)
class Walk:
    """The files, in an order that is the same every time, and how much was skipped for which reason."""

    files: tuple[Path, ...]
    skipped: dict[Reason, int]


def path_text(path: Path) -> str:
    """A path as it is kept and shown: of a name that is no UTF-8, the odd bytes as ``\\xf1``."""
    return os.fsencode(path).decode(errors="backslashreplace")


def is_closed(path: Path) -> bool:
    """Whether nobody can tell if anything is there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return False


def is_gone(path: Path) -> bool:
    """Whether it is certain that nothing is there."""
    return not is_closed(path) and not os.path.lexists(path)


def walk(paths: Iterable[Path], limits: Limits | None = None) -> Walk:
    """The files of ``paths``: a folder stands for what is in it, a file for itself, whatever it is. Blocks."""
    most = (limits or Limits()).file_bytes
    skipped: Counter[Reason] = Counter()
    files: dict[Path, None] = {}
    for path in paths:
        found = _below(path, most, skipped) if os.path.isdir(path) else (path,)
        files.update((Path(os.path.abspath(file)), None) for file in found)  # noqa: PTH100 - links stay as they are
    return Walk(tuple(files), dict(skipped))


def _below(folder: Path, most: int, skipped: Counter[Reason]) -> Iterator[Path]:
    rules = Rules(folder)
    waiting = [rules.root]
    while waiting:
        path = waiting.pop()
        if path != rules.root:
            reason = rules.why_not(path, most)
            if reason is not None:
                skipped[reason] += 1
                continue
        if not os.path.isdir(path):
            yield path
            continue
        try:
            waiting += sorted(path.iterdir(), key=os.fspath, reverse=True)
        except OSError:
            skipped["closed"] += 1


class Rules:
    """What counts in one folder that was named, and below it."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100
        self._ignores: dict[Path, GitIgnoreSpec | None] = {}
        top = next((folder for folder in (self.root, *self.root.parents) if os.path.exists(folder / ".git")), self.root)
        self._top = top

    def concerns(self, path: Path, most: int | None = None) -> bool:
        """Whether ``path``, anywhere below the root, is looked at: it, and each folder on the way to it."""
        if not path.is_relative_to(self.root):
            return False
        way = [folder for folder in path.parents if folder != self.root and folder.is_relative_to(self.root)]
        return all(self.why_not(step, most) is None for step in (*reversed(way), path))

    def why_not(self, path: Path, most: int | None = None) -> Reason | None:
        """Why ``path`` itself is skipped, or None. ``most``: bytes of a file at most; without, only its name counts."""
        folder = os.path.isdir(path)
        if path.name.startswith("."):
            return "hidden"
        if os.path.islink(path):
            return "link"  # what it leads to inside the folder is found where it is
        if folder and (path.name in _MADE or os.path.exists(path / _VENV)):
            return "made"
        if self._ignored(path, folder):
            return "ignored"
        return None if folder or most is None else _file(path, most)

    def forget(self) -> None:
        """Read the files that say what is ignored anew."""
        self._ignores.clear()

    def _ignored(self, path: Path, folder: bool) -> bool:
        """The file nearest to it that says anything of it decides, as with git."""
        for above in path.parents:
            spec = self._spec(above)
            if spec is not None:
                name = path.relative_to(above).as_posix() + ("/" if folder else "")
                said = spec.check_file(name).include
                if said is not None:
                    return said
            if above == self._top:
                break
        return False

    def _spec(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._ignores:
            self._ignores[folder] = _read_spec(folder)
        return self._ignores[folder]


def _read_spec(folder: Path) -> GitIgnoreSpec | None:
    lines: list[str] = []
    for name in IGNORES:
        try:
            with (folder / name).open("rb") as file:
                lines += file.read(IGNORE_BYTES).decode(errors="replace").splitlines()
        except OSError:
            continue
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:  # one line is no pattern: the others count
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _file(path: Path, most: int) -> Reason | None:
    try:
        found = path.stat()
    except OSError:  # also one that is gone since its folder was listed
        return "closed"
    if not stat.S_ISREG(found.st_mode) or not (kind := kinds.proposed(path)):
        return "kind"
    if kind == "image" and not _ocr.here():
        return "picture"
    if not os.access(path, os.R_OK):
        return "closed"
    return "empty" if found.st_size == 0 else "big" if found.st_size > most else None
