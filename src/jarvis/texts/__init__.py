"""What Jarvis says to people, in Spanish and English, by code.

A code is ``room.name``: the part before the first dot is the file in this folder that holds it, and that file is
imported only when one of its texts is said. A text is a ``str.format`` template; the facts are keyword arguments, and
``{count:turn|turns}`` is the word that goes with a number.
``room.name.hint`` is the next step that goes with an error ``room.name``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from importlib import import_module
from typing import Literal, NamedTuple

Language = Literal["en", "es"]


class Text(NamedTuple):
    """One thing to say, in both languages, with the same placeholders."""

    en: str
    es: str


class _Number(int):
    """A whole number that chooses between two words: ``turn`` for one, ``turns`` for any other."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return (one if self == 1 else many) if bar else super().__format__(spec)


_preferred: Language | None = None
asker: ContextVar[Language | None] = ContextVar("asker", default=None)
"""The language of whoever asks a server, where it is another one than its owner's."""


def prefer(lang: Literal["auto", "en", "es"]) -> None:
    """The language of the owner's configuration, for this process; ``JARVIS_LANG`` still wins over it."""
    global _preferred
    _preferred = None if lang == "auto" else lang


def language(environ: Mapping[str, str] | None = None) -> Language:
    """The language of who asks, else the owner's: ``JARVIS_LANG``, the one preferred, the locale (POSIX order), else
    English.
    """
    if environ is None and (told := asker.get()) is not None:
        return told
    env = os.environ if environ is None else environ
    locale = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "en")
    value = env.get("JARVIS_LANG") or _preferred or locale
    return "es" if value.lower().startswith("es") else "en"


def find(code: str) -> Text | None:
    """The text behind a code, or None when there is none."""
    try:
        module = import_module(f"{__name__}.{code.partition('.')[0]}")
    except ModuleNotFoundError:
        return None
    texts: Mapping[str, Text] = module.TEXTS
    return texts.get(code)


def say(code: str, /, lang: Language | None = None, **facts: object) -> str:
    """The text of ``code`` in ``lang`` (default: the owner's) with its facts filled in.

    Raises KeyError for a code that does not exist: a defect, found by the tests.
    """
    text = find(code)
    if text is None:
        raise KeyError(f"no text for {code!r}")
    template = text.es if (lang or language()) == "es" else text.en
    return template.format(**{name: _Number(f) if type(f) is int else f for name, f in facts.items()})
