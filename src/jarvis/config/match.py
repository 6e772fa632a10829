"""Which model of the catalog a name means, when it is written as people write names. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

_SIZE = re.compile(r"(?:\d+x)?\d+(?:\.\d+)?[bm]")
_VERSION = re.compile(r"v?\d+(?:\.\d+)*")
_SAYS_NOTHING = frozenset({"instruct", "it", "chat", "model", "hf"})
"""Parts that some write and others leave out."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts: ``Qwen2.5-Coder-32B-Instruct`` is qwen, coder; version 2.5; size 32b."""

    words: Counter[str]
    versions: tuple[str, ...]
    sizes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The model meant, and how its id differs: not (``same``), in words (``fuller``), or in its ``version``."""

    id: str
    how: Literal["same", "fuller", "version"]


def parts(name: str) -> Name:
    """A name in its parts, whatever its case, owner (``meta-llama/``) and separators."""
    words: list[str] = []
    versions: list[str] = []
    sizes: list[str] = []
    for piece in re.split(r"[-_\s:]+", name.lower().rpartition("/")[2]):
        # A family and its version are often written together: qwen2.5, phi4.
        together = re.fullmatch(r"([a-z]{3,})(\d+(?:\.\d+)*)", piece)
        for part in together.groups() if together else (piece,):
            if _SIZE.fullmatch(part):
                sizes.append(part)
            elif _VERSION.fullmatch(part):
                versions.append(part.removeprefix("v"))
            elif part and part not in _SAYS_NOTHING:
                words.append(part)
    return Name(Counter(words), tuple(versions), tuple(sizes))


def match(name: str, known: Mapping[str, Iterable[str]]) -> Match | None:
    """The model that ``name`` means, or None. ``known``: id -> the other names of that model."""
    asked = parts(name)
    named = [(id, parts(also)) for id, names in known.items() for also in (id, *names)]
    if same := {id for id, candidate in named if candidate == asked}:
        return _told(asked, min(same))
    if not asked.words or not asked.sizes:
        return None
    alike = [(id, c) for id, c in named if c.sizes == asked.sizes and c.words >= asked.words]
    if id := _nearest(asked, [(id, c) for id, c in alike if c.versions[: len(asked.versions)] == asked.versions]):
        return _told(asked, id)
    # Another major version is another model, not a slip of the pen.
    if id := _nearest(asked, [(id, c) for id, c in alike if _major(c) == _major(asked)]):
        return _told(asked, id)
    return None


def _told(asked: Name, id: str) -> Match:
    """Also for an alias: a catalog may know a name that is not right, and the owner is to hear of it."""
    real = parts(id)
    if asked == real:
        return Match(id, "same")
    differs = real.versions[: len(asked.versions)] != asked.versions
    return Match(id, "version" if differs else "fuller")


def _nearest(asked: Name, candidates: list[tuple[str, Name]]) -> str | None:
    """The candidate with the fewest words more, then the nearest version; None when two are equally near."""
    ranked = sorted((_distance(asked, candidate), id) for id, candidate in candidates)
    if not ranked:
        return None
    best = {id for distance, id in ranked if distance == ranked[0][0]}
    return best.pop() if len(best) == 1 else None


def _distance(asked: Name, candidate: Name) -> tuple[int, float]:
    return (candidate.words - asked.words).total(), abs(_number(asked) - _number(candidate))


def _major(name: Name) -> str:
    return name.versions[0].partition(".")[0] if name.versions else ""


def _number(name: Name) -> float:
    """The version as a number: only how near two are matters."""
    first = name.versions[0].split(".")[:2] if name.versions else ["0"]
    return float(".".join(first))
