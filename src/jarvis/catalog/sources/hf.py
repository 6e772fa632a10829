"""``hf:owner/repo@revision#path``: the Hugging Face Hub, or a mirror of it (``HF_ENDPOINT``).

Files lie in the Hub's own cache (``HF_HOME``), where every other program finds them; a model's folder links to them.
huggingface_hub 2 throws away what it had when a download is cut off, so the bytes are fetched here, with its session,
token and redirect rules, as ``blobs/ETAG.incomplete``, and become part of the cache only once they were verified.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx2
from huggingface_hub import (
    HfFileMetadata,
    constants,
    get_hf_file_metadata,
    get_session,
    hf_hub_url,
    try_to_load_from_cache,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from jarvis.catalog.locks import locked
from jarvis.catalog.sources._continued import Answer, CutOff, answer, complete
from jarvis.catalog.sources.base import KeptAs, OnBytes, OnNotice, Reference, Wanted
from jarvis.errors import Conflict, CorruptFile, DownloadFailed
from jarvis.words.model import fits_hub

_COMMIT = re.compile(r"[0-9a-f]{40}")
_ETAG = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""Of a small file git's SHA-1, of a large one its SHA-256. It becomes a file's name, so nothing else will do."""
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_ASK_SECONDS = 5.0
_PAUSES_SECONDS = (0.5, 2.0)


class _Again(Exception):
    """The server is busy."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the Hub says of a file."""

    commit: str
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class _InHub:
    """A file in the Hub's cache, or on its way there (``path`` is not ``blob`` then)."""

    path: Path
    blob: Path
    pointer: Path
    branch: Path | None
    kept_as: KeptAs
    pin: str
    states: str
    sha256: str

    def open(self) -> IO[bytes]:
        return self.path.open("rb")

    def keep(self, final: Path) -> None:
        if self.path != self.blob and not self.blob.exists():
            self.path.replace(self.blob)
        if not self.pointer.exists():
            self.pointer.parent.mkdir(parents=True, exist_ok=True)
            self.pointer.unlink(missing_ok=True)
            self.pointer.symlink_to(os.path.relpath(self.blob, self.pointer.parent))
        if self.branch is not None:
            self.branch.parent.mkdir(parents=True, exist_ok=True)
            self.branch.write_text(self.pin)
        fresh = final.with_name(f".{final.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.pointer.absolute())
        fresh.replace(final)

    def discard(self) -> None:
        # What was in the cache before may be right for others: it goes only when it is not what its own name says.
        if self.kept_as == "hub" or self.blob.name == self.sha256:
            self.path.unlink(missing_ok=True)
            self.pointer.unlink(missing_ok=True)


class Source:
    packaged = False

    def room(self, wanted: Wanted) -> tuple[Path, int]:
        have = wanted.unfinished.stat().st_size if wanted.unfinished.exists() else 0
        known = _cached(wanted.reference, wanted.pin or wanted.reference.version)
        return _cache(), 0 if known else max(0, wanted.bytes - have)

    def current(self, reference: Reference) -> str:
        if _COMMIT.fullmatch(reference.version) or constants.is_offline_mode():
            return ""
        try:
            url = hf_hub_url(reference.name, reference.member, revision=reference.version)
            return get_hf_file_metadata(url, timeout=_ASK_SECONDS).commit_hash or ""
        except (httpx2.HTTPError, OSError, ValueError):
            return ""

    def fetch(self, wanted: Wanted, on_bytes: OnBytes, on_notice: OnNotice) -> _InHub:
        reference = wanted.reference
        revision = wanted.pin if _COMMIT.fullmatch(wanted.pin) else reference.version
        if _COMMIT.fullmatch(revision) and (found := _cached(reference, revision)):
            return _found(wanted, found, revision)
        if revision != reference.version and (now := self.current(reference)) and now != revision:
            on_notice(
                "catalog.moved", name=reference.name, version=reference.version, before=revision[:12], now=now[:12],
                model=wanted.model,
            )  # fmt: skip
        try:
            known = _ask(wanted, revision)
        except DownloadFailed as error:
            found = _cached(reference, revision)
            if found is None or error.code not in ("catalog.hub_offline", "catalog.hub_unreachable"):
                raise
            return _found(wanted, found, found.relative_to(_repo(reference) / "snapshots").parts[0])
        repo = _repo(reference)
        blob = repo / "blobs" / known.etag
        branch = None if reference.version == known.commit else repo / "refs" / reference.version
        pointer = repo / "snapshots" / known.commit / reference.member
        states = known.etag if len(known.etag) == 64 else ""
        pin = "" if branch is None else known.commit
        if blob.exists():
            return _InHub(blob, blob, pointer, branch, "hub-found", pin, states, wanted.sha256)
        partial = blob.with_name(f"{known.etag}.incomplete")
        blob.parent.mkdir(parents=True, exist_ok=True)
        wanted.unfinished.unlink(missing_ok=True)
        wanted.unfinished.symlink_to(partial.absolute())
        locks = _cache() / ".locks" / repo.name
        locks.mkdir(parents=True, exist_ok=True)
        busy = Conflict("catalog.busy", model=wanted.model)
        with locked(locks / f"{known.etag}.jarvis.lock", lambda: on_bytes(_size(partial), known.size), busy):
            if not blob.exists():
                _download(wanted, known, partial, on_bytes)
        path = blob if blob.exists() else partial
        return _InHub(path, blob, pointer, branch, "hub", pin, states, wanted.sha256)


def _download(wanted: Wanted, known: _Known, partial: Path, on_bytes: OnBytes) -> None:
    """The bytes of one file, and for a small one the sum that git gives it."""
    reference = wanted.reference
    url = hf_hub_url(reference.name, reference.member, revision=known.commit)

    @contextmanager
    def get(offset: int) -> Iterator[Answer]:
        # Always the Hub's own address: those it redirects to expire. Its client drops the token on the way there.
        headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
        with get_session().stream("GET", url, headers=headers, timeout=timeout) as response:
            if response.status_code in _BUSY:
                raise _Again(f"HTTP {response.status_code}")
            if response.status_code >= 400 and response.status_code != 416:
                raise DownloadFailed(
                    "catalog.refused", status=response.status_code, host=response.url.host, repo=reference.name
                )
            yield answer(response.status_code, response.headers, offset, response.iter_raw())

    with _mapped(wanted):
        complete(partial, get, on_bytes, (httpx2.TransportError, _Again), known.size)
    if len(known.etag) == 40:
        content = partial.read_bytes()
        if hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() != known.etag:
            partial.unlink()
            raise CorruptFile("catalog.hub_other_sum", model=wanted.model, source=reference, stated=known.etag)


def _ask(wanted: Wanted, revision: str) -> _Known:
    """What the Hub says of the file, and that it is the file of the card, before a byte of it is fetched."""
    reference = wanted.reference
    with _mapped(wanted):
        said = _metadata(hf_hub_url(reference.name, reference.member, revision=revision))
    commit, etag, size = said.commit_hash or "", said.etag or "", said.size
    if not _COMMIT.fullmatch(commit) or not _ETAG.fullmatch(etag):
        raise DownloadFailed("catalog.not_a_hub", endpoint=constants.ENDPOINT, model=wanted.model)
    if wanted.sha256 and len(etag) == 64 and etag != wanted.sha256:
        raise CorruptFile(
            "catalog.hub_other_file", model=wanted.model, source=reference, stated=etag, card=wanted.sha256
        )
    if wanted.whole and size is not None and not fits_hub(size, wanted.bytes):
        raise CorruptFile(
            "catalog.hub_other_file", model=wanted.model, source=reference, stated=size, card=wanted.bytes
        )
    return _Known(commit, etag, size if size is not None else wanted.bytes)


def _metadata(url: str) -> HfFileMetadata:
    """Ask for a file's metadata, again when the way or the server is bad: its own retries take half a minute."""
    for pause in _PAUSES_SECONDS:
        try:
            return get_hf_file_metadata(url, timeout=constants.HF_HUB_ETAG_TIMEOUT)
        except httpx2.TransportError:
            pass
        except HfHubHTTPError as error:
            if error.response.status_code not in _BUSY:
                raise
        time.sleep(pause)
    return get_hf_file_metadata(url, timeout=constants.HF_HUB_ETAG_TIMEOUT)


@contextmanager
def _mapped(wanted: Wanted) -> Iterator[None]:
    """Maps what the Hub and the way to it answer."""
    reference = wanted.reference
    facts: Mapping[str, object] = {
        "model": wanted.model,
        "repo": reference.name,
        "revision": reference.version,
        "file": reference.member,
        "url": f"{constants.ENDPOINT}/{reference.name}",
        "endpoint": constants.ENDPOINT,
    }
    try:
        yield
    except GatedRepoError as error:
        raise DownloadFailed("catalog.gated", **facts) from error
    except RevisionNotFoundError as error:
        raise DownloadFailed("catalog.no_revision", **facts) from error
    except EntryNotFoundError as error:
        raise DownloadFailed("catalog.no_entry", **facts) from error
    except RepositoryNotFoundError as error:
        raise DownloadFailed("catalog.no_repo", **facts) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise DownloadFailed("catalog.refused", status=status, host=constants.ENDPOINT, **facts) from error
    except OfflineModeIsEnabled as error:
        raise DownloadFailed("catalog.hub_offline", **facts) from error
    except CutOff as error:
        raise DownloadFailed("catalog.cut_off", source=reference, reason=error.reason, **facts) from error
    except httpx2.TransportError as error:
        reason = str(error) or type(error).__name__
        raise DownloadFailed("catalog.hub_unreachable", reason=reason, **facts) from error


def _cache() -> Path:
    return Path(constants.HF_HUB_CACHE).expanduser()


def _repo(reference: Reference) -> Path:
    """The folder of a repository, in the documented layout of the Hub's cache."""
    return _cache() / f"models--{reference.name.replace('/', '--')}"


def _cached(reference: Reference, revision: str) -> Path | None:
    """Where the cache has the file, as its snapshot names it."""
    found = try_to_load_from_cache(reference.name, reference.member, cache_dir=_cache(), revision=revision)
    return Path(found) if isinstance(found, str) else None


def _found(wanted: Wanted, pointer: Path, commit: str) -> _InHub:
    blob = pointer.resolve()
    pin = "" if commit == wanted.reference.version else commit
    states = blob.name if len(blob.name) == 64 and _ETAG.fullmatch(blob.name) else ""
    return _InHub(blob, blob, pointer, None, "hub-found", pin, states, wanted.sha256)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def forget(final: Path) -> None:
    """Delete from the Hub's cache the file that ``final`` links to, and every name that it has there."""
    blob = final.resolve()
    repo = blob.parent.parent
    if blob.parent.name != "blobs" or not blob.is_relative_to(_cache().resolve()):
        return
    for pointer in (repo / "snapshots").glob("*/**/*"):
        if pointer.is_symlink() and pointer.resolve() == blob:
            pointer.unlink()
    blob.unlink(missing_ok=True)
