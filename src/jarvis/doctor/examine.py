"""Runs every check, one after the other; one that fails to run is a finding, not the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jarvis import registry
from jarvis.config.load import load
from jarvis.config.paths import Paths
from jarvis.config.schema import Settings
from jarvis.doctor.base import Check, Daemon, Finding, Patient, fail
from jarvis.errors import ConfigError, JarvisError
from jarvis.hardware.inventory import Inventory

ORDER = (
    "python", "packages", "configuration", "disk", "memory", "processor", "gpus", "engines", "cards", "models",
    "providers", "permissions", "token", "database", "backup", "vectors", "daemon", "port",
    "network",
)  # fmt: skip
"""As they are shown: what the rest rests on comes first."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A finding and the check that made it."""

    check: str
    finding: Finding


def patient(
    paths: Paths, environ: Mapping[str, str], daemon: Daemon | None = None, deep: bool = False, online: bool = False
) -> Patient:
    """This installation. With a configuration that is not valid, the rest is looked at with the defaults."""
    try:
        settings = load(environ=environ).settings
    except ConfigError:
        settings = Settings()
    try:
        inventory = Inventory(settings.hardware.file)
    except ConfigError:  # the check of the configuration tells it
        inventory = Inventory()
    return Patient(settings, paths, environ, inventory, daemon, deep, online)


def examine(who: Patient, checks: Iterable[str] = ORDER) -> Iterator[Examined]:
    """The findings, as they are made."""
    for name in checks:
        try:
            check: Check = registry.load("jarvis.doctor", name, "check")
            for finding in check(who):
                yield Examined(name, finding)
        except JarvisError as error:
            yield Examined(name, _of(error))
        except PermissionError as error:  # what closes it, ``permissions`` finds
            yield Examined(name, fail("doctor.closed", path=error.filename or "?", reason=error.strerror))
        except Exception as error:  # noqa: BLE001 - the one place where a check's own fault must not end the others
            yield Examined(name, fail("doctor.crashed", check=name, reason=f"{type(error).__name__}: {error}"))


def _of(error: JarvisError) -> Finding:
    return fail(error.code, **error.facts) if error.hint() else fail("doctor.failed", reason=error.message())
