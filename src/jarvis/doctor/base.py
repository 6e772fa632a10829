"""What a check is given, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from jarvis.config.paths import Paths
from jarvis.config.schema import Settings
from jarvis.errors import hint
from jarvis.hardware.inventory import Inventory
from jarvis.texts import Language, say

Status = Literal["OK", "WARN", "FAIL"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a text code and its facts. A WARN or FAIL has its mending command in the text ``CODE.hint``."""

    status: Status
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: Language | None = None) -> str:
        return say(self.code, lang, **self.facts)

    def hint(self, lang: Language | None = None) -> str:
        """The next step; empty when all is well."""
        return "" if self.status == "OK" else hint(self.code, self.facts, lang)


def ok(code: str, /, **facts: object) -> Finding:
    return Finding("OK", code, facts)


def warn(code: str, /, **facts: object) -> Finding:
    """It works, but not as well as it could, or soon not any more."""
    return Finding("WARN", code, facts)


def fail(code: str, /, **facts: object) -> Finding:
    """Something does not work, or is not safe."""
    return Finding("FAIL", code, facts)


@dataclass(frozen=True, slots=True)
class Daemon:
    """The Jarvis that runs in the background."""

    pid: int
    url: str
    version: str


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. ``deep`` takes its time (hashes every model), ``online`` may use the network.

    ``settings`` are the defaults when the configuration is not valid, ``inventory`` this machine when the one that they
    declare is not.
    """

    settings: Settings
    paths: Paths
    environ: Mapping[str, str]
    inventory: Inventory
    daemon: Daemon | None = None
    deep: bool = False
    online: bool = False


class Check(Protocol):
    """``check`` of each file in this folder."""

    def __call__(self, patient: Patient) -> Iterable[Finding]: ...
