"""The file of a backup: a compressed tar with its manifest first; encrypted with age where its owner wants that."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jarvis.backup.contents import BLOCK, Kept, Manifest, described_file
from jarvis.config.kept import settled
from jarvis.errors import NotFound, StoreError, UsageError

MANIFEST = "manifest.json"
PLAIN, ENCRYPTED = ".tar.gz", ".tar.gz.age"
AGE = b"age-encryption.org/"
"""How an encrypted one begins, whatever it is called."""
COMPRESSION = 1
"""The fastest: an upgrade waits for it, and vectors hardly become smaller."""
MOST_MANIFEST = 64 << 20
UNFINISHED = ".jarvis-backup-"


def written(folder: Path, manifest: Manifest, target: Path, passphrase: str) -> None:
    """Pack ``folder`` as ``target``, which is there whole or not at all. Blocks. Raises OSError."""
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f"{UNFINISHED}{os.getpid()}-")  # 0600
    unfinished = Path(name)
    try:
        with os.fdopen(number, "w+b") as file:
            _packed(folder, manifest, file)
            if passphrase:
                _encrypted(file, passphrase)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
        settled(target.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _packed(folder: Path, manifest: Manifest, file: IO[bytes]) -> None:
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as tar:
        body = json.dumps(manifest.body(), ensure_ascii=False, indent=1).encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mode, about.mtime = len(body), 0o600, int(manifest.created)
        tar.addfile(about, io.BytesIO(body))
        for name, kept in manifest.files.items():
            about = tarfile.TarInfo(name)
            about.size, about.mode, about.mtime = kept.bytes, kept.mode, int(manifest.created)
            with (folder / name).open("rb") as source:
                tar.addfile(about, source)


def _encrypted(file: IO[bytes], passphrase: str) -> None:
    from pyrage import passphrase as age  # in memory: for a passphrase it has nothing else

    file.seek(0)
    sealed = age.encrypt(file.read(), passphrase)
    file.seek(0)
    file.write(sealed)
    file.truncate()


def is_encrypted(file: Path) -> bool:
    """Whether a passphrase is needed to read it. Raises NotFound, OSError."""
    try:
        if file.is_dir():
            raise StoreError("backup.none", path=file)
        with file.open("rb") as raw:
            return raw.read(len(AGE)) == AGE
    except FileNotFoundError:
        raise NotFound("backup.no_file", path=file) from None


@contextmanager
def opened(file: Path, passphrase: str) -> Iterator[Opened]:
    """A backup to read. Blocks. Raises NotFound, StoreError for what is none, UsageError without its passphrase."""
    sealed = is_encrypted(file)
    if sealed and not passphrase:
        raise UsageError("backup.encrypted", path=file)
    with file.open("rb") as raw:
        stream: IO[bytes] = io.BytesIO(_decrypted(raw.read(), passphrase, file)) if sealed else raw
        try:
            with tarfile.open(fileobj=stream, mode="r:gz") as tar:
                yield Opened(file, tar)
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise StoreError("backup.unreadable", path=file, reason=str(error)) from error


def _decrypted(data: bytes, passphrase: str, file: Path) -> bytes:
    import pyrage

    try:
        return bytes(pyrage.passphrase.decrypt(data, passphrase))
    except pyrage.DecryptError as error:
        raise UsageError("backup.wrong_passphrase", path=file, reason=str(error)) from error


class Opened:
    """A backup that is read."""

    def __init__(self, file: Path, tar: tarfile.TarFile) -> None:
        self._file, self._tar = file, tar
        first = tar.next()
        stream = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
        if first is None or stream is None or first.size > MOST_MANIFEST:
            raise StoreError("backup.none", path=file)
        try:
            body = json.loads(stream.read())
        except ValueError as error:
            raise StoreError("backup.none", path=file) from error
        self.manifest = Manifest.of(body)

    def unpack(self, folder: Path) -> None:
        """All of it into an empty folder, checked against its sums. Raises StoreError where anything is otherwise."""
        left = dict(self.manifest.files)
        while (about := self._tar.next()) is not None:
            kept = left.pop(about.name, None)
            if kept is None or not about.isreg() or about.size != kept.bytes or not _inside(about.name):
                raise StoreError("backup.otherwise", path=self._file, name=about.name[:200])
            self._unpack(about, kept, folder / about.name)
        if left:
            raise StoreError("backup.otherwise", path=self._file, name=min(left))

    def _unpack(self, about: tarfile.TarInfo, kept: Kept, target: Path) -> None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        stream = self._tar.extractfile(about)
        if stream is None:
            raise StoreError("backup.otherwise", path=self._file, name=about.name)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while block := stream.read(BLOCK):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        target.chmod(kept.mode & 0o700)
        found = described_file(target)
        if (found.bytes, found.sha256) != (kept.bytes, kept.sha256):
            raise StoreError("backup.otherwise", path=self._file, name=about.name)


def _inside(name: str) -> bool:
    parts = name.split("/")
    return len(parts) > 1 and parts[0] in ("config", "data") and not any(part in ("", ".", "..") for part in parts)
