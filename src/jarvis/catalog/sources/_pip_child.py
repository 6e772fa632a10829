"""The child process of ``pypi:``. Finds one wheel with pip's own finder and session and downloads it, continuing.

    python -P -m jarvis.catalog.sources._pip_child PACKAGE VERSION FOLDER FINAL

pip's insides are nobody's interface. They are used here alone, in a process of their own, because only they know where
the owner's packages come from and can ask for the rest of a file; any failure of theirs makes the parent use plain
``pip download`` instead. On stdout, one JSON object a line: ``{"have", "total"}`` while bytes arrive; last ``{"path"}``
(``FINAL``, or the owner's own file when the wheel is on this disk) or ``{"error", ...}``. Ends when its stdin does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from optparse import Values
from pathlib import Path

from pip._internal.commands.download import DownloadCommand
from pip._internal.exceptions import DiagnosticPipError, HashMismatch, NetworkConnectionError
from pip._internal.models.link import Link
from pip._internal.network.session import PipSession
from pip._internal.network.utils import raise_for_status, response_chunks
from pip._internal.utils.misc import redact_auth_from_url
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.requests import RequestException
from pip._vendor.urllib3.exceptions import HTTPError

from jarvis.catalog.sources._continued import Answer, CutOff, answer, complete

_OPTIONS = ["--no-input", "--no-cache-dir", "--disable-pip-version-check", "--quiet"]
_TOLD_SECONDS = 0.1
_CHUNK = 1 << 15
"""What a cut connection can lose."""
_BUSY = frozenset({408, 429, 500, 502, 503, 504})


class _Again(Exception):
    """The server is busy."""


class _Refused(Exception):
    """Nothing can be downloaded; ``facts`` say why."""

    def __init__(self, error: str, **facts: object) -> None:
        self.facts = {"error": error, **facts}


class _Unreachable(logging.Handler):
    """Hears which index pages pip could not get: it goes on without them and would say "no such package"."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not str(record.msg).startswith("Could not fetch URL") or not isinstance(record.args, tuple):
            return
        reason = record.args[1]
        response = getattr(reason, "response", None)
        if response is None or response.status_code not in (404, 410):
            self.reasons.append(redact_auth_from_url(str(reason)))


class _Fetch(DownloadCommand):
    """``pip download`` with the owner's configuration, up to the choice of the file; then our own download."""

    def __init__(self, package: str, version: str, folder: Path, final: Path, said: int) -> None:
        super().__init__("download", "")
        self._package, self._version, self._folder, self._final = package, version, folder, final
        self._said = os.fdopen(said, "w", encoding="utf-8")

    def say(self, **facts: object) -> None:
        self._said.write(json.dumps(facts) + "\n")
        self._said.flush()

    def run(self, options: Values, args: list[str]) -> int:
        try:
            session = self.get_default_session(options)
            link = self._find(options, session)
            self.say(path=str(self._download(link, session)))
        except _Refused as refused:
            self.say(**refused.facts)
        return 0

    def _find(self, options: Values, session: PipSession) -> Link:
        deaf = _Unreachable()
        collector = logging.getLogger("pip._internal.index.collector")
        collector.addHandler(deaf)
        collector.setLevel(logging.DEBUG)
        finder = self._build_package_finder(options, session, ignore_requires_python=True)
        best = finder.find_best_candidate(self._package, SpecifierSet(f"=={self._version}")).best_candidate
        if best is None:
            versions = sorted({c.version for c in finder.find_all_candidates(self._package)}, reverse=True)
            if not versions and deaf.reasons:
                raise _Refused("unreachable", reason=deaf.reasons[0])
            if not versions:
                raise _Refused("no_package")
            raise _Refused("no_version", known=", ".join(map(str, versions[:5])))
        if not best.link.is_wheel:
            raise _Refused("no_wheel", found=best.link.filename)
        return best.link

    def _download(self, link: Link, session: PipSession) -> Path:
        if link.is_file:
            return Path(link.file_path)
        same = link.hash or link.url_without_fragment
        part = self._folder / f"{hashlib.sha256(same.encode()).hexdigest()[:32]}.part"
        told = 0.0

        def on_bytes(have: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - told >= _TOLD_SECONDS:
                told = time.monotonic()
                self.say(have=have, total=total)

        @contextmanager
        def get(offset: int) -> Iterator[Answer]:
            headers = {"Accept-Encoding": "identity"}
            if offset:
                headers["Range"] = f"bytes={offset}-"
            with session.get(link.url_without_fragment, headers=headers, stream=True) as response:
                if response.status_code in _BUSY:
                    raise _Again(f"HTTP {response.status_code}")
                if response.status_code != 416:
                    raise_for_status(response)
                known: Mapping[str, str] = response.headers
                yield answer(response.status_code, known, offset, response_chunks(response, _CHUNK))

        with _refusing(redact_auth_from_url(link.url_without_fragment)):
            complete(part, get, on_bytes, (DiagnosticPipError, RequestException, HTTPError, _Again))
            try:
                if link.has_hash:
                    link.as_hashes().check_against_path(str(part))
            except HashMismatch:
                part.unlink()
                raise
        part.replace(self._final)
        return self._final


@contextmanager
def _refusing(host: str) -> Iterator[None]:
    """Maps what a server and the disk answer."""
    try:
        yield
    except CutOff as cut:
        raise _Refused("cut_off", reason=redact_auth_from_url(cut.reason)) from cut
    except NetworkConnectionError as error:
        status = error.response.status_code if error.response is not None else 0
        raise _Refused("refused", status=status, host=host) from error
    except HashMismatch as error:
        stated = ", ".join(f"{name}:{value}" for name, values in error.allowed.items() for value in values)
        raise _Refused("wrong_sum", stated=stated, host=host) from error
    except OSError as error:
        raise _Refused("os", errno=error.errno, reason=error.strerror or str(error)) from error


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(3)


def main() -> int:
    package, version, folder, final = sys.argv[1:]
    said = os.dup(1)
    os.dup2(2, 1)  # whatever pip prints is no part of what is said to the parent
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    return _Fetch(package, version, Path(folder), Path(final), said).main(_OPTIONS)


if __name__ == "__main__":
    sys.exit(main())
