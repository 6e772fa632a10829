"""Which files of a folder, or of an archive, hold conversations, and whose they are."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from jarvis.errors import NotFound, UsageError
from jarvis.imports.histories import histories, lines
from jarvis.imports.talks import LeftOut, Read
from jarvis.imports.trees import chatgpt, is_chatgpt, is_open_webui, open_webui

MOST_BYTES = 1 << 30
"""Of one file: it is read into memory."""
_CHATS = re.compile(r"(?:.*/)?(?:conversations(?:-\d+)?|chat-export.*)\.json")
_PLAN = ("models_v2.json", "models.json")
_VECTORS = ("chroma.sqlite3",)


def found(path: Path) -> Iterator[Read]:
    """Everything in a file, an archive or a folder. Blocks. Raises NotFound, UsageError, OSError."""
    if not path.exists():
        raise NotFound("imports.no_file", path=path)
    if path.is_dir():
        yield from _folder(path)
    elif zipfile.is_zipfile(path):
        yield from _archive(path)
    else:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError("imports.too_large", path=path, mib=MOST_BYTES >> 20)
        yield _read(path.read_bytes(), path.name, path.stat().st_mtime)


def _folder(folder: Path) -> Iterator[Read]:
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        if file.is_symlink() or not file.is_file():
            continue
        if file.name in _VECTORS:
            yield Read("", (), (LeftOut(name, "imports.vectors"),))
        elif file.suffix.lower() in (".json", ".jsonl", ".ndjson"):
            if file.stat().st_size > MOST_BYTES:
                yield Read("", (), (LeftOut(name, "imports.large"),))
            else:
                yield _read(file.read_bytes(), name, file.stat().st_mtime)


def _archive(path: Path) -> Iterator[Read]:
    with zipfile.ZipFile(path) as archive:
        inside = [one for one in archive.infolist() if _CHATS.fullmatch(one.filename)]
        if not inside:
            raise UsageError("imports.nothing_inside", path=path)
        for one in inside:
            if one.file_size > MOST_BYTES:
                raise UsageError("imports.too_large", path=path, mib=MOST_BYTES >> 20)
            try:
                data = archive.read(one)
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
                raise UsageError("imports.bad_archive", path=path, reason=str(error)) from error
            yield _read(data, one.filename, path.stat().st_mtime)


def _read(data: bytes, name: str, otherwise: float) -> Read:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Read("", (), (LeftOut(name, "imports.not_text"),))
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = lines(text)
    if is_chatgpt(body):
        return chatgpt(body, otherwise)
    if is_open_webui(body):
        return open_webui(body, otherwise)
    if isinstance(body, dict) and (name.rpartition("/")[2] in _PLAN or "api_models" in body):
        return Read("", (), (LeftOut(name, "imports.plan"),))
    read = histories(body, name.rpartition("/")[2], otherwise)
    return read or Read("", (), (LeftOut(name, "imports.not_understood"),))
