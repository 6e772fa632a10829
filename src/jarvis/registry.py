"""The folder is the registry: a part is found by its file name and imported only when it is used.

``load("jarvis.engines", "fake", "Engine")`` gives the class ``Engine`` of ``jarvis/engines/fake.py``. Names that begin
with an underscore, and the modules that a room lists in ``NOT_PARTS``, are not parts.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import Any

from jarvis.errors import NotFound

ROOMS: Mapping[str, str] = MappingProxyType({"hear": "jarvis.speech.hear", "speak": "jarvis.speech.speak"})
"""Where that is which runs models of a kind, where it is not among the engines."""


def room(kind: str) -> str:
    """The folder of what runs models of a kind."""
    return ROOMS.get(kind, "jarvis.engines")


def engines() -> list[str]:
    """Everything that runs models, of whatever kind, sorted."""
    return sorted({name for place in ("jarvis.engines", *ROOMS.values()) for name in names(place)})


def names(package: str) -> list[str]:
    """The parts of a room, sorted, without importing any of them."""
    room = import_module(package)
    hidden: frozenset[str] = getattr(room, "NOT_PARTS", frozenset({"base"}))
    found = (m.name for m in pkgutil.iter_modules(room.__path__) if not m.ispkg)
    return sorted(n for n in found if not n.startswith("_") and n not in hidden)


def nearest(name: str, known: list[str]) -> str:
    """The known name that looks most like ``name``, or an empty string: for "did you mean"."""
    close = get_close_matches(name, known, n=1)
    return close[0] if close else ""


def load(package: str, name: str, attribute: str) -> Any:
    """``attribute`` of the part ``name`` in ``package``.

    Raises NotFound with the known names when there is no such part.
    """
    known = names(package)
    if name not in known:
        raise NotFound("registry.unknown_part", room=package.rpartition(".")[2], name=name, known=", ".join(known))
    return getattr(import_module(f"{package}.{name}"), attribute)
