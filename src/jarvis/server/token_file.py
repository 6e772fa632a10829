"""The owner's token in clear: one file, 0600 from its first byte, which is the truth about it.

Whoever can write this file is the owner. So renewing the token is one atomic rename, which a running daemon notices
by the file's ``stamp``, and which works as well when none runs.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from jarvis.config.paths import private
from jarvis.errors import DiskFull, Forbidden, JarvisError, StoreError
from jarvis.words.person import TOKEN, TOKEN_PREFIX

Stamp = tuple[int, int, int]
"""Which file and when it changed: inode, mtime, ctime (ns). Equal while nobody touched it, its mode included."""


def new_token() -> str:
    """One that nobody had before."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def stamp(path: Path) -> Stamp | None:
    """The file's stamp, or None when it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 - on the path of every request, where Path.stat costs twice as much
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


def read(path: Path) -> str | None:
    """The token in ``path``, None when there is no such file.

    Raises Forbidden when others can read it, StoreError when it holds no token or cannot be read.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & 0o077:
                raise Forbidden("server.token_exposed", path=path, mode=f"{status.st_mode & 0o777:03o}")
            text = file.read(256).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _failed(path, error) from error
    if TOKEN.fullmatch(text) is None:
        raise StoreError("server.token_damaged", path=path)
    return text


def obtain(path: Path) -> str:
    """The token in ``path``; makes one when there is none. Two that come first at once get the same."""
    found = read(path)
    while found is None:
        _write(path, new_token(), replace=False)
        found = read(path)
    return found


def renew(path: Path) -> str:
    """Put a new token in ``path`` and return it."""
    token = new_token()
    _write(path, token, replace=True)
    return token


def _write(path: Path, token: str, *, replace: bool) -> None:
    folder = path.parent
    draft = folder / f".{path.name}.{secrets.token_hex(8)}"
    try:
        private(folder)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123
                file.write(token + "\n")
                file.flush()
                os.fsync(file.fileno())
            if replace:
                draft.replace(path)
            else:
                # Unlike a rename, a link never takes the place of what another process has just made.
                with suppress(FileExistsError):
                    path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        _sync(folder)
    except OSError as error:
        raise _failed(path, error) from error


def _sync(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _failed(path: Path, error: OSError) -> JarvisError:
    kind = DiskFull if error.errno == errno.ENOSPC else StoreError
    return kind("server.token_unreadable", path=path, folder=path.parent, reason=error.strerror or str(error))
