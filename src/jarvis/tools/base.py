"""What every tool is: a name and a schema for the model, a function for Jarvis, and what its owner must know of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from jarvis.config.schema import Settings
from jarvis.words.chat import Json

T = TypeVar("T")
SECONDS = 20.0


class Transactions(Protocol):
    """The database, for toolboxes that keep something: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a tool is run. ``now`` has the owner's time zone; ``language`` is the question's."""

    person: str
    now: datetime
    language: Literal["en", "es"] = "en"
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool found or did. ``text`` is what the model reads; ``data`` the same for programs. ``stranger`` names
    who wrote it where that is not the owner or Jarvis (``example.org``, ``calendar``): such a text is fenced as data,
    and what has an effect needs a yes once it has been read.
    """

    text: str
    data: Json = None
    stranger: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """One thing that can be done. ``parameters`` is a JSON schema, ``description`` one or two sentences for the model.

    ``effect``: it changes something outside the answer. ``ask``: even when its owner is the only one who spoke, it is
    done only after a yes. ``seconds`` is the longest that it may take. ``show`` is the call in a few words for a
    person, by its arguments; without it name and arguments are shown.
    """

    name: str
    description: str
    parameters: Mapping[str, Json]
    run: Callable[[Mapping[str, Json], Asker], Awaitable[Outcome]]
    effect: bool = False
    ask: bool = False
    seconds: float = SECONDS
    show: Callable[[Mapping[str, Json]], str] | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """What a toolbox may use. ``tell`` reaches a person outside any answer: a timer that rings. ``data`` is a private
    folder for what is no row of the database.
    """

    settings: Settings
    database: Transactions
    data: Path
    tell: Callable[[str, str], Awaitable[None]]


class Toolbox(Protocol):
    """Tools that belong together; class ``Toolbox`` of each file in this folder, made with a ``Home``.

    ``run`` of a tool raises JarvisError for what the model should read and may mend: a wrong argument, nothing found.
    """

    async def tools(self) -> Sequence[Tool]:
        """Those that can be used now, by its settings; none when it is not set up. Raises JarvisError when what it
        needs cannot be reached.
        """
        ...

    async def close(self) -> None:
        """End what it started."""
        ...
