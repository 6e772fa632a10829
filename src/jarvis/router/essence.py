"""The part of a prompt that says what is asked: what the embedding reads. Pure, microseconds.

Worked examples before the question, instructions on the form of the answer and the middle of long texts are left out:
they would make every question of one benchmark (or of one application) look alike, and cost the time that an embedding
takes, which grows with the text.
"""

from __future__ import annotations

import re

LIMIT = 256
"""Characters that are embedded, some 64 tokens: one decision has to fit into milliseconds."""
_READ = 6000
"""Characters looked at, from the end: worked examples come first, the question last."""

_EXAMPLE = re.compile(r"\b(?:Answer|Respuesta|Solution|Solución)\s*:\s*[^\n]{1,200}\n\s*\n", re.IGNORECASE)
"""The end of a worked example: its answer is there."""
_FORM = re.compile(
    r"\b(?:please answer with the letter|print only a|answer with only|responde (?:solo )?con la letra|"
    r"escribe solo la letra)[^\n.:]*[.:]?",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:\b(?:Answer|Respuesta|A|R)\s*:)?\s*$", re.IGNORECASE)
_OPTIONS = re.compile(r"\n\s*\(?[A-Ja-j1-9][.)]\s")
_BLANK = re.compile(r"\s+")


def asked(text: str) -> str:
    """The last question of a prompt, whole: without worked examples and without instructions on the answer's form."""
    text = text[-_READ:] if len(text) > _READ else text
    if "\n" not in text and text.count("\\n") > 2:
        text = text.replace("\\n", "\n").replace("\\'", "'")
    end = max((m.end() for m in _EXAMPLE.finditer(text)), default=0)
    if len(text) - end > 20:
        text = text[end:]
    return _TAIL.sub("", _FORM.sub(" ", text).strip()).strip()


def essence(text: str, limit: int = LIMIT) -> str:
    """At most ``limit`` characters of ``text`` that tell its subject and its question."""
    stem, options = parts(asked(text))
    stem, options = _BLANK.sub(" ", stem).strip(), _BLANK.sub(" ", _OPTIONS.sub(" / ", options)).strip()
    if len(stem) + 1 + len(options) <= limit:
        return f"{stem} {options}".strip()
    room = max(limit - 1 - len(options), limit * 3 // 4)
    if len(stem) > room:
        head = room // 3
        stem = f"{_until(stem, head)} {_from(stem, room - head - 1)}"
    return f"{stem} {_until(options, limit - 1 - len(stem))}".strip()


def parts(text: str) -> tuple[str, str]:
    """The question and its list of options; ``("…", "")`` when there is no list of two or more."""
    found = [m.start() for m in _OPTIONS.finditer(text)]
    return (text[: found[0]], text[found[0] :]) if len(found) > 1 else (text, "")


def _until(text: str, size: int) -> str:
    """The first whole words of ``text``, at most ``size`` characters."""
    if len(text) <= size:
        return text
    cut = text.rfind(" ", 0, size + 1)
    return text[: cut if cut > size // 2 else size].strip() if size > 0 else ""


def _from(text: str, size: int) -> str:
    """The last whole words of ``text``, at most ``size`` characters."""
    if len(text) <= size:
        return text
    cut = text.find(" ", len(text) - size)
    return text[cut if 0 <= cut < len(text) - size // 2 else len(text) - size :].strip()
