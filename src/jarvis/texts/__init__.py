"""What Jarvis says to people, in Spanish and English, by code.

A code is ``room.name``: the part before the first dot is the file in this folder that holds it, and that file is
imported only when one of its texts is said. A text is a ``str.format`` template; the facts are keyword arguments.
``room.name.hint`` is the next step that goes with an error ``room.name``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Literal, NamedTuple

Language = Literal["en", "es"]


class Text(NamedTuple):
    """One thing to say, in both languages, with the same placeholders."""

    en: str
    es: str


def language(environ: Mapping[str, str] | None = None) -> Language:
    """The owner's language: ``JARVIS_LANG``, else the locale (POSIX order), else English."""
    env = os.environ if environ is None else environ
    for name in ("JARVIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = env.get(name, "")
        if value:
            return "es" if value.lower().startswith("es") else "en"
    return "en"


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
    return template.format(**facts)
