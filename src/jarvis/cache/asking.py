"""What is asked of the cache: the question, who asks, and everything else that an answer depends on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from jarvis.words.chat import ChatRequest, Finish, Message, Text
from jarvis.words.usage import Usage

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[tuple[int], np.dtype[np.float32]]

FORM = 1
"""Of the key; another one makes all that was kept unusable."""


class Uncacheable(Exception):
    """Something in the question has no canonical form, so nothing can be said to be equal to it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with all that its answer depends on.

    ``policy``: which model answers, with its variant (quantisation, revision), or, where the router may choose, the
    policy it was asked for (`auto` with the quality and everything else that moves the choice). ``system`` is the
    system prompt that is put in front, ``context`` what was remembered, found or returned by tools for it (texts or
    their hashes). ``now`` and ``private`` are the signals of those names; ``cache`` what the request allows.
    ``vector``: the router's embedding of the last question, float32 (d,), length 1, by ``embedder``.
    ``at``: when it was asked, seconds since the epoch.
    """

    request: ChatRequest
    person: str
    language: Literal["en", "es"]
    policy: str
    system: str = ""
    context: tuple[str, ...] = ()
    now: bool = False
    private: bool = False
    cache: Literal["all", "exact", "none"] = "all"
    at: float = 0.0
    vector: Vector | None = field(default=None, compare=False)
    embedder: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept. ``created`` in seconds since the epoch; ``cost_micro_usd`` what it cost then, None when
    that is not known; ``seconds`` what it took.
    """

    text: str
    model: str
    engine: str
    created: float
    reasoning: str = ""
    finish: Finish = "stop"
    usage: Usage = field(default_factory=Usage)
    cost_micro_usd: int | None = 0
    seconds: float = 0.0


class Given(NamedTuple):
    """Where an answer came from, or was put: the entry's ``key``, as the very same question (``exact``) or by another
    wording (``semantic``) that was so much alike.
    """

    kind: Literal["exact", "semantic"]
    key: str
    cosine: float = 1.0


def why_not(asking: Asking, sampled: bool) -> str:
    """Why the answer to this may neither be kept nor given again, as a text code; empty when it may.

    ``sampled``: the owner also wants answers again that were drawn by chance.
    """
    request = asking.request
    choice = request.tool_choice
    if asking.cache == "none":
        return "cache.not_wanted"
    if asking.now:
        return "cache.now"
    if asking.private:
        return "cache.private"
    if (request.tools and choice != "none") or any(m.role == "tool" or m.tool_calls for m in request.messages):
        return "cache.tools"
    if request.n != 1 or request.logprobs or request.top_logprobs is not None:
        return "cache.more_than_text"
    if not (sampled or request.sampling.temperature == 0 or request.sampling.seed is not None):
        return "cache.by_chance"
    return ""


def key(asking: Asking) -> str:
    """The hash of everything that the answer depends on: two askings with one key have one answer.

    Every field of the request counts, those that are added one day too. Raises Uncacheable.
    """
    return _hash(
        FORM, asking.person, asking.language, asking.policy, asking.system, asking.context, asking.request
    )  # fmt: skip


def question(asking: Asking) -> str | None:
    """The last thing said, if it is plain text of the person who asks."""
    last = asking.request.messages[-1] if asking.request.messages else None
    if last is None or last.role != "user" or not all(isinstance(part, Text) for part in last.parts):
        return None
    return last.text or None


def scope(asking: Asking) -> str:
    """The hash of everything but the words of the last question. Raises Uncacheable."""
    before, last = asking.request.messages[:-1], asking.request.messages[-1]
    request = replace(asking.request, messages=(*before, Message(last.role, name=last.name)))
    return _hash(FORM, asking.person, asking.language, asking.policy, asking.system, asking.context, request)


def _hash(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(_canonical(part).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _canonical(value: object) -> str:
    """A value as text that no other value has; the order of a mapping counts, for a model reads it in that order."""
    if value is None or isinstance(value, bool):
        return f"{value};"
    if isinstance(value, str):
        return f"s{len(value)}:{value};"
    if isinstance(value, int):
        return f"n{value};"
    if isinstance(value, float) and math.isfinite(value):
        return f"n{int(value) if value.is_integer() else repr(value)};"
    if isinstance(value, Mapping):
        return "{" + "".join(_canonical(k) + _canonical(v) for k, v in value.items()) + "};"
    if isinstance(value, tuple | list):
        return "[" + "".join(map(_canonical, value)) + "];"
    if is_dataclass(value) and not isinstance(value, type):
        inside = "".join(_canonical(f.name) + _canonical(getattr(value, f.name)) for f in fields(value))
        return f"<{type(value).__name__} {inside}>;"
    raise Uncacheable(type(value).__name__)
