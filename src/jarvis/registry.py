"""The folder is the registry: a part is found by its file name and imported only when it is used.

``load("jarvis.engines", "fake", "Engine")`` gives the class ``Engine`` of ``jarvis/engines/fake.py``. Names that begin
with an underscore, and the modules that a room lists in ``NOT_PARTS``, are not parts.
"""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from jarvis.errors import NotFound


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
