"""Installed packages against the versions known to be vulnerable."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from jarvis.doctor.base import Finding, Patient, fail, ok
from jarvis.doctor.floors import BANNED, FLOORS, vulnerable


def check(patient: Patient) -> Iterator[Finding]:
    looked, bad = [], False
    for package in sorted({*FLOORS, *BANNED}):
        try:
            have = version(package)
        except PackageNotFoundError:
            continue
        looked.append(f"{package} {have}")
        if need := vulnerable(package, have):
            bad = True
            yield fail("doctor.vulnerable", package=package, version=have, need=need, python=sys.executable)
    if not bad:
        yield ok("doctor.packages", packages=", ".join(looked))
