"""The configuration file and the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jarvis.config import keys
from jarvis.config.load import DEFAULT, Loaded, load
from jarvis.config.problems import InvalidConfig, removal
from jarvis.doctor.base import Finding, Patient, fail, ok
from jarvis.errors import ConfigError
from jarvis.hardware.declared import read

MUST_BE_THERE = re.compile(r"server\..+|model\..+\.projector")
"""Settings that name a file that is read. ``models`` and ``engines`` look at theirs, others may still be made."""


def check(patient: Patient) -> Iterator[Finding]:
    try:
        loaded = load(environ=patient.environ)
    except ConfigError as error:
        for problem in error.problems if isinstance(error, InvalidConfig) else (error,):
            yield fail(problem.code, **problem.facts)
        return
    yield from _files(loaded)
    count = sum(origin != DEFAULT for origin in loaded.origins.values())
    yield ok("config.checked" if loaded.path.exists() else "config.checked_no_file", path=loaded.path, count=count)
    if (file := loaded.settings.hardware.file) is None:
        return
    try:
        read(file)
    except ConfigError as error:
        yield fail(error.code, **error.facts)
    else:
        yield ok("doctor.declared", path=file)


def _files(loaded: Loaded) -> Iterator[Finding]:
    """Settings that name a file where there is a folder, or nothing."""
    for key, origin in loaded.origins.items():
        path = keys.value_of(loaded.settings, keys.split(key))
        if not isinstance(path, Path) or re.fullmatch(r"model\..+\.path", key):
            continue
        if path.is_dir():
            yield fail("doctor.setting_names_a_folder", key=key, path=path, command=removal(key, origin))
        elif MUST_BE_THERE.fullmatch(key) and not path.exists():
            yield fail("doctor.setting_names_nothing", key=key, path=path, command=removal(key, origin))
