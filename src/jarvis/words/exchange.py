"""One exchange between a person and Jarvis, as it happens and when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jarvis.words.chat import Delta, Finish
from jarvis.words.usage import Seconds, Usage


@dataclass(frozen=True, slots=True)
class Progress:
    """Something the person waits for. ``fraction`` 0..1 where it is known."""

    stage: Literal["queue", "load", "pull", "retry"]
    model: str
    fraction: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person must be told: what was left out, what was changed. A text code and its facts."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers, and why: ``why`` is one line for a person, ``asked`` the name that was asked for.

    ``conversation`` is where it is stored, if it is; ``decision`` the id by which `jarvis why` tells more, if anything
    was decided; ``difficulty`` 0..100.
    """

    model: str
    asked: str
    why: str
    conversation: str | None = None
    decision: str = ""
    difficulty: float | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """What was said so far no longer counts: another model answers anew. ``mark`` tells so, within the text, to who has
    read that already.
    """

    model: str
    mark: str


@dataclass(frozen=True, slots=True)
class Called:
    """A tool: about to run, done, failed; or waiting for a yes (``asks``) that ``id`` stands for. ``show`` is the call
    for a person; ``outcome`` the beginning of what it found, or why it failed.
    """

    id: str
    name: str
    show: str
    state: Literal["running", "done", "failed", "asks"]
    seconds: float = 0.0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How one question is to be answered. ``quality`` is a level (economy, balanced, best) or 0..1, None as it is set;
    ``cache`` False: no earlier answer, and this one is not kept. ``difficulty`` 0..100 is the caller's own estimate.
    ``fresh`` False: nothing is looked up, and nothing said, for a question about now. ``sends_private``: what is
    private in it may be sent to a paid model. ``confirm`` is the id of a call that was asked about: it is to be done.
    ``tools`` False: none is used. ``incognito``: nothing of it is kept, looked
    up in memory, or learned.
    """

    quality: str | float | None = None
    cache: bool = True
    difficulty: float | None = None
    fresh: bool = True
    sends_private: bool = False
    confirm: str = ""
    tools: bool = True
    incognito: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An exchange that is over. ``cost_usd`` is 0.0 for a local answer, None when it is not known; ``cached_at`` when
    an answer from the cache was given first, seconds since the epoch; ``tried`` who was asked before, and failed or was
    unsure. ``counted`` False: nobody told what it took, and ``usage`` is no more than a guess of ours. ``served_as`` is
    what its provider says that answered, where that is another model than the one that was asked.
    """

    answer: str
    model: str
    engine: str
    device: str
    route: Route
    usage: Usage
    seconds: Seconds
    reasoning: str = ""
    cache: Literal["hit", "miss", "off"] = "off"
    cost_usd: float | None = 0.0
    finish: Finish | Literal["stopped", "error"] = "stop"
    conversation: str | None = None
    cached_at: float | None = None
    tried: tuple[str, ...] = ()
    counted: bool = True
    served_as: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """Which answer a verdict was about; ``learned``: whether it moved anything."""

    exchange: str
    model: str
    learned: bool


Event = Progress | Notice | Route | Restart | Called | Delta | Answer
"""What an exchange sends while it runs, in this order: progress and notices, the route, tools that were called, deltas,
a notice if it was cut, and last the answer. A model that fails is followed by another route, and by a restart if it had
begun to answer."""
