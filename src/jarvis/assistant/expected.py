"""Names that are likely to be said: of the people and things that a person told of, of the devices of the house."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from jarvis.errors import JarvisError
from jarvis.memory.facts import Fact
from jarvis.tools.base import Asker
from jarvis.tools.toolkit import Held, run
from jarvis.words.fold import fold
from jarvis.words.person import Person

MOST = 40
"""More would leave no room for what is said."""
WAIT_SECONDS = 2.0
"""A house that takes longer is asked again for the next conversation."""
KEPT_SECONDS = 600.0
DEVICES = "home_devices"
_NAME = re.compile(r"(?<![.!?:] )(?<![¿¡])(?<!^)\b([A-ZÁÉÍÓÚÑ][\w'’-]{2,}(?: [A-ZÁÉÍÓÚÑ][\w'’-]+){0,2})")
"""Written with a capital where no sentence begins."""

log = logging.getLogger(__name__)


class Facts(Protocol):
    """See ``memory.facts``."""

    async def list(self, person: str) -> Sequence[Fact]: ...


class Kit(Protocol):
    """See ``tools.toolkit``."""

    async def find(self, name: str) -> Held | None: ...


class Expected:
    """Asked at the beginning of a conversation."""

    def __init__(self, facts: Facts, kit: Kit) -> None:
        self._facts, self._kit = facts, kit
        self._devices: tuple[str, ...] = ()
        self._since = -KEPT_SECONDS

    async def names(self, person: Person) -> tuple[str, ...]:
        """The most likely first. What cannot be asked is left out."""
        found = list(await self._of_house(person))
        if "history" in person.scopes:
            facts = await self._facts.list(person.name)
            found += [name for fact in facts if not fact.private for name in names_in(f"{fact.text} {fact.value}")]
        unlike = {fold(name): name for name in reversed(found)}
        return tuple(reversed(unlike.values()))[:MOST]

    async def _of_house(self, person: Person) -> tuple[str, ...]:
        if time.monotonic() - self._since < KEPT_SECONDS:
            return self._devices
        held = await self._kit.find(DEVICES)
        if held is None:
            return ()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                outcome = await run(held.tool, {}, Asker(person.name, datetime.now().astimezone()))
        except (JarvisError, TimeoutError) as error:
            log.info("the names of the devices are not known: %s", error)
            return self._devices
        self._devices, self._since = tuple(_named(outcome.data)), time.monotonic()
        return self._devices


def names_in(text: str) -> list[str]:
    """What is written like a name in a sentence."""
    return _NAME.findall(text)


def _named(data: object) -> Iterator[str]:
    for device in data if isinstance(data, list) else ():
        for key in ("name", "room", "area"):
            if isinstance(device, dict) and isinstance(name := device.get(key), str) and name:
                yield name
