"""Python, and how Jarvis got here."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from jarvis.doctor.base import Finding, Patient, fail, ok, warn
from jarvis.texts import say
from jarvis.version import __version__

OLDEST = (3, 11)


def check(patient: Patient) -> Iterator[Finding]:
    version = platform.python_version()
    if sys.version_info < OLDEST:
        yield fail("doctor.python_old", version=version, oldest=".".join(map(str, OLDEST)))
    else:
        yield ok("doctor.python", version=version, path=sys.executable)
    try:
        installed = distribution("jarvis-ia")
    except PackageNotFoundError:
        yield warn("doctor.not_installed", version=__version__, python=sys.executable)
        return
    if installed.version != __version__:
        yield warn("doctor.other_version", version=__version__, installed=installed.version, python=sys.executable)
    else:
        yield ok("doctor.jarvis", version=__version__, kind=say(f"doctor.kind.{_kind(installed, Path(sys.prefix))}"))


def _kind(installed: Distribution, prefix: Path) -> str:
    """How it was installed: each tool leaves a mark of its own."""
    if (prefix / "uv-receipt.toml").exists():
        return "uv"
    if (prefix / "pipx_metadata.json").exists():
        return "pipx"
    # PEP 610: a checkout that is used where it lies.
    if json.loads(installed.read_text("direct_url.json") or "{}").get("dir_info", {}).get("editable"):
        return "checkout"
    return "pip"
