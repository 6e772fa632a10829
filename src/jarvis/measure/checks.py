"""Whether an answer is right, for answers that can be checked without asking anybody. Pure.

A check is what a question of the calibration set says of its answer: a mapping with ``kind`` and what that kind needs.
Any value of it may be told apart by language: ``{"en": …, "es": …}``.

- ``number``: ``value``, ``tolerance`` (absolute). What counts is a boxed number, else the one after «Answer:», else the
  last bold one, else the last one.
- ``choice``: ``letter``, one of the first ``of``.
- ``any_of``: one of ``accept`` occurs as whole words and none of ``reject``; accents and case do not matter.
- ``exact``: ``text`` and nothing else but quotation marks or a full stop around it.
- ``json``: the whole answer is JSON (a code fence may be around it) that equals ``value``.
- ``constraints``: how the text is made; see ``measure.made``.

``chance``, for any kind, is the probability that who knows nothing hits it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from jarvis.measure import made
from jarvis.measure.made import fold, spoken_in

Language = Literal["en", "es"]
Check = Mapping[str, Any]

_WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis"
    " diecisiete dieciocho diecinueve veinte",
}
_SPELT = {lang: {word: value for value, word in enumerate(words.split())} for lang, words in _WORDS.items()}
_MARK = re.compile(r"(?:final answer|answer|respuesta final|respuesta|result|resultado)\W{0,4}:\W{0,4}", re.IGNORECASE)
_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = re.compile(r"[-−]?(?:\d[\d.,\u2009\u202f\u00a0]*\d|\d)")
_FRACTION = re.compile(r"\\d?frac\{(-?\d+)\}\{(\d+)\}|(?<![\d/.,])(-?\d+)\s*/\s*(\d+)(?![\d/])")
_FENCE = re.compile(r"^```[\w-]*\s*\n(.*?)\n?```$", re.DOTALL)
BRIEF = 400
"""Characters up to which an answer without a mark is read whole, else its last line alone: what was thought before is
not what was answered."""


def passes(check: Check, answer: str, language: Language) -> bool:
    """Whether ``answer`` is right. Raises KeyError for a kind that there is not."""
    return bool(_KINDS[check["kind"]](spoken_in(check, language), answer.strip(), language))


def number(text: str, language: Language) -> float | None:
    """The number that an answer comes to, or None. ``1,234.5`` and ``1.234,5`` are read as the language does where both
    readings are possible.
    """
    for part in _telling(text):
        fraction = next(iter(list(_FRACTION.finditer(part))[::-1]), None)
        if fraction and not _NUMBER.search(part, fraction.end()):
            over, under = (int(g) for g in fraction.groups() if g is not None)
            return over / under if under else None
        found = _NUMBER.findall(part)
        if found:
            return _read(found[-1], language)
        words = [w for w in re.findall(r"\w+", fold(part)) if w in _SPELT[language]]
        if words:
            return float(_SPELT[language][words[-1]])
    return None


def _telling(text: str) -> list[str]:
    """The parts of an answer that may tell the result, the surest first. After a mark the first number counts, unless
    it is worked out there.
    """
    parts = [m.group(1) for m in list(_BOXED.finditer(text))[::-1][:1]]
    if marks := list(_MARK.finditer(text)):
        rest = text[marks[-1].end() :].strip()
        line = rest.split("\n", 1)[0].rpartition("=")[2]
        if (fraction := _FRACTION.search(line)) and not _NUMBER.search(line[: fraction.start()]):
            parts.append(fraction.group())
        elif first := _NUMBER.search(line):
            parts.append(first.group())
        else:
            parts.append(line)
    parts += [b for b in _BOLD.findall(text)[::-1] if _NUMBER.search(b)][:1]
    return [*parts, text]


def _read(digits: str, language: Language) -> float | None:
    text = re.sub(r"[\u2009\u202f\u00a0]", "", digits).replace("−", "-")
    seen = [c for c in text if c in ".,"]
    if len(set(seen)) == 2:
        decimal = seen[-1]
    elif len(seen) == 1:
        head, mark, tail = text.replace("-", "").partition(seen[0])
        grouped = len(tail) == 3 and 0 < len(head) <= 3 and head != "0"
        decimal = mark if not grouped or mark == (",", ".")[language == "en"] else ""
    else:
        decimal = ""
    for mark in set(seen) - {decimal}:
        text = text.replace(mark, "")
    try:
        return float(text.replace(",", ".") if decimal else text)
    except ValueError:  # 1.2.3,4,5: no number
        return None


def said(answer: str) -> str:
    """The part of an answer that says it: after «Answer:», or all of it when it is short, else its last line."""
    if marks := list(_MARK.finditer(answer)):
        after = answer[marks[-1].end() :].strip()
        if after:
            return after.split("\n", 1)[0]
    if boxed := _BOXED.findall(answer):
        return str(boxed[-1])
    lines = [line for line in answer.splitlines() if line.strip()]
    return answer if len(answer) <= BRIEF or not lines else lines[-1]


def bare(answer: str) -> str:
    """An answer without a code fence, bold, quotation marks or a full stop around it, and with single spaces."""
    text = answer.strip()
    if fenced := _FENCE.match(text):
        text = fenced.group(1)
    text = re.sub(r"\s+", " ", text).strip()
    for _ in range(3):
        text = re.sub(r"^(\*\*|[\"'`«“”‘])(.*?)(\*\*|[\"'`»”’])$", r"\2", text).strip()
        text = text.removesuffix(".").strip()
    return text


def _number(check: Check, answer: str, language: Language) -> bool:
    found = number(answer, language)
    return found is not None and bool(abs(found - check["value"]) <= check.get("tolerance", 0) + 1e-9)


def _choice(check: Check, answer: str, language: Language) -> bool:
    letters = "ABCDEFGH"[: check["of"]]
    text = said(answer)
    first = re.match(rf"\W*([{letters}])(?!\w)", text)
    every = re.findall(rf"(?<!\w)([{letters}])(?!\w)", text)
    return (first.group(1) if first else every[-1] if every else "") == str(check["letter"])


def _any_of(check: Check, answer: str, language: Language) -> bool:
    text = fold(said(answer))
    return _occurs(check["accept"], text) and not _occurs(check.get("reject", ()), text)


def _occurs(phrases: Sequence[str], text: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(fold(p))}(?!\w)", text) for p in phrases)


def _exact(check: Check, answer: str, language: Language) -> bool:
    return bare(answer) == str(check["text"])


def _json(check: Check, answer: str, language: Language) -> bool:
    fenced = _FENCE.match(answer)
    try:
        found = json.loads(fenced.group(1) if fenced else answer)
    except ValueError:
        return False
    return _same(found, check["value"])


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return (
            isinstance(found, dict)
            and found.keys() == wanted.keys()
            and all(_same(found[k], wanted[k]) for k in wanted)
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(_same, found, wanted))
    if isinstance(wanted, str):
        return isinstance(found, str) and fold(found) == fold(wanted)
    return type(found) in (int, float) and bool(found == wanted)


def _constraints(check: Check, answer: str, language: Language) -> bool:
    return made.keeps({k: v for k, v in check.items() if k not in ("kind", "chance")}, answer, language)


_KINDS = {
    "number": _number,
    "choice": _choice,
    "any_of": _any_of,
    "exact": _exact,
    "json": _json,
    "constraints": _constraints,
}
