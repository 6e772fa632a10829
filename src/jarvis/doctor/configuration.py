"""The configuration file and the environment."""

from __future__ import annotations

from collections.abc import Iterator

from jarvis.config.load import DEFAULT, load
from jarvis.config.problems import InvalidConfig
from jarvis.doctor.base import Finding, Patient, fail, ok
from jarvis.errors import ConfigError
from jarvis.hardware.declared import read


def check(patient: Patient) -> Iterator[Finding]:
    try:
        loaded = load(environ=patient.environ)
    except ConfigError as error:
        for problem in error.problems if isinstance(error, InvalidConfig) else (error,):
            yield fail(problem.code, **problem.facts)
        return
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
