"""Files in the folders that their owner allowed: listed, read as text, searched. Nothing is ever written."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jarvis.errors import Forbidden, JarvisError, NotFound, UsageError
from jarvis.search.base import visible
from jarvis.texts import say
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json
from jarvis.words.fold import fold

MOST_BYTES = 2 << 20
"""Of one file that are read at all."""
PAGE = 6000
"""Characters that are given at once."""
MOST_ENTRIES = 200
MOST_LOOKED_AT = 20_000
"""Files that a search looks at, those in hidden folders not among them."""
MOST_FOUND = 20


class Toolbox:
    """Needs ``tools.folders``; without any there are no tools."""

    def __init__(self, home: Home) -> None:
        settings = home.settings.tools
        self._roots = tuple(Path(os.path.realpath(f.expanduser())) for f in settings.folders)
        self._trusted = settings.trust_folders

    async def tools(self) -> Sequence[Tool]:
        if not self._roots:
            return ()
        path: dict[str, Json] = {"type": "string", "maxLength": 1000}
        return (
            Tool(
                "list_files",
                "Lists a folder that may be read; without a path, the folders there are.",
                {"type": "object", "properties": {"path": path}, "additionalProperties": False},
                self._list,
                show=lambda a: str(a.get("path", "")),
            ),
            Tool(
                "read_file",
                "Reads a text file in a folder that may be read.",
                {
                    "type": "object",
                    "properties": {"path": path, "offset": {"type": "integer", "minimum": 0}},
                    "required": ["path"],
                    "additionalProperties": False,
                },
                self._read,
                show=lambda a: str(a.get("path", "")),
            ),
            Tool(
                "search_files",
                "Finds files by words in their names or in their text.",
                {
                    "type": "object",
                    "properties": {"words": {"type": "string", "minLength": 1, "maxLength": 200}},
                    "required": ["words"],
                    "additionalProperties": False,
                },
                self._search,
                show=lambda a: str(a.get("words", "")),
            ),
        )

    async def _list(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        text = str(given.get("path") or "").strip()
        if not text:
            return Outcome("\n".join(map(str, self._roots)))
        folder = self._place(text)
        return await asyncio.to_thread(self._listed, folder, asker.language)

    def _listed(self, folder: Path, language: str) -> Outcome:
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name.lower())
        except FileNotFoundError as error:
            raise NotFound("tools.files_none", path=str(folder)) from error
        except OSError as error:
            raise UsageError("tools.files_unreadable", path=folder, reason=error.strerror or "?") from error
        lines = [say("tools.files.list", language, path=folder, count=len(entries))]  # type: ignore[arg-type]
        for entry in entries[:MOST_ENTRIES]:
            name = visible(entry.name, 200)
            lines.append(f"{name}/" if entry.is_dir(follow_symlinks=False) else f"{name} ({_size(entry)})")
        if len(entries) > MOST_ENTRIES:
            lines.append(say("tools.files.more", language, count=len(entries) - MOST_ENTRIES))  # type: ignore[arg-type]
        return Outcome("\n".join(lines), stranger=self._stranger(folder))

    async def _read(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        path, offset = self._place(str(given["path"])), int(given.get("offset") or 0)  # type: ignore[arg-type]
        text = await asyncio.to_thread(self._text, path)
        end = min(len(text), offset + PAGE)
        part = text[offset:end]
        if offset or end < len(text):
            part += "\n" + say("tools.files.cut", asker.language, start=offset, end=end, size=len(text))
        return Outcome(part, stranger=self._stranger(path))

    async def _search(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        words = fold(str(given["words"])).split()
        found = await asyncio.to_thread(self._found, words)
        if not found:
            return Outcome(say("tools.files.nothing", asker.language, words=given["words"]))
        return Outcome("\n".join(found), stranger="" if self._trusted else say("tools.files.strangers", asker.language))

    def _found(self, words: Sequence[str]) -> list[str]:
        found: list[str] = []
        for path in self._walk():
            if all(w in fold(path.name) for w in words):
                found.append(str(path))
            else:
                try:
                    text = self._text(path)
                except JarvisError:
                    continue
                line = next((x for x in text.splitlines() if all(w in fold(x) for w in words)), None)
                if line is None:
                    continue
                found.append(f"{path}: {visible(line, 200)}")
            if len(found) >= MOST_FOUND:
                break
        return found

    def _walk(self) -> Iterator[Path]:
        seen = 0
        for root in self._roots:
            for folder, folders, names in os.walk(root, followlinks=False):
                folders[:] = sorted(f for f in folders if not f.startswith("."))
                for name in sorted(names):
                    seen += 1
                    if seen > MOST_LOOKED_AT:
                        return
                    yield Path(folder) / name

    def _place(self, text: str) -> Path:
        """The real place of what is named, which must be in one of the folders. Raises Forbidden."""
        given = Path(text.replace("\0", "")).expanduser()
        tried = [given] if given.is_absolute() else [root / given for root in self._roots]
        tried += [root.parent / given for root in self._roots if given.parts[:1] == (root.name,)]  # called by its name
        places = [Path(os.path.realpath(p)) for p in tried]
        inside = [p for p in places if self._is_inside(p)]
        found = next((p for p in inside if p.exists()), inside[0] if inside else None)
        if found is None:
            raise Forbidden("tools.files_outside", path=text, folders=", ".join(map(str, self._roots)))
        return found

    def _is_inside(self, real: Path) -> bool:
        return any(real.is_relative_to(root) for root in self._roots)

    def _text(self, path: Path) -> str:
        """What is in a file. What was opened is looked at again: between a look and an opening it may be replaced."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise NotFound("tools.files_none", path=str(path)) from error
        except OSError as error:
            raise UsageError("tools.files_unreadable", path=path, reason=error.strerror or "?") from error
        try:
            real = Path(os.readlink(f"/proc/self/fd/{handle}"))  # noqa: PTH115 - what is open, not a path
            if not self._is_inside(real):
                raise Forbidden("tools.files_outside", path=str(path), folders=", ".join(map(str, self._roots)))
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UsageError("tools.files_no_text", path=path)
            with os.fdopen(handle, "rb", closefd=False) as file:
                data = file.read(MOST_BYTES)
        finally:
            os.close(handle)
        if b"\0" in data[:8192]:
            raise UsageError("tools.files_no_text", path=path)
        return data.decode("utf-8", "replace")

    def _stranger(self, path: Path) -> str:
        return "" if self._trusted else visible(path.name, 100) or str(path)

    async def close(self) -> None:
        return None


def _size(entry: os.DirEntry[str]) -> str:
    try:
        size = entry.stat(follow_symlinks=False).st_size
    except OSError:
        return "?"
    return f"{size} B" if size < 1024 else f"{size / 1024:.0f} KiB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MiB"
