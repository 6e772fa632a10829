"""Regular expressions of JSON schemas, as an engine can hold an answer to them.

llama.cpp takes a pattern only whole (from ``^`` to ``$``) and in few words, accepts anything at all for one it cannot
read, and matches it against the JSON text between the quotes: a ``.`` there would end the string. So a pattern is read
by Python's own parser and said again in those few words, about JSON text. What that allows is always allowed by the
pattern; what cannot be said (looking around, going back) is refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from re import _constants as c  # type: ignore[attr-defined]  # what re.compile itself is made of
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_REPEATS = 2000
"""llama.cpp's limit; and ``{5,2}`` makes it count down past zero and take all memory."""
LONGEST = 1000
"""Characters; of 3,500 llama.cpp makes up to 14 s of work."""

Ranges = tuple[tuple[int, int], ...]
_CLASSES: dict[Any, Ranges] = {
    c.CATEGORY_DIGIT: ((48, 57),),
    c.CATEGORY_WORD: ((48, 57), (65, 90), (95, 95), (97, 122)),
    c.CATEGORY_SPACE: ((9, 10), (13, 13), (32, 32)),
}
_OTHERS = {
    c.CATEGORY_NOT_DIGIT: c.CATEGORY_DIGIT,
    c.CATEGORY_NOT_WORD: c.CATEGORY_WORD,
    c.CATEGORY_NOT_SPACE: c.CATEGORY_SPACE,
}
_ESCAPED = {9: "t", 10: "n", 13: "r", 34: '"', 92: "\\"}
"""What JSON writes with a backslash before it. Other control characters are left out."""
_SPECIAL: Ranges = ((0, 31), (34, 34), (92, 92))


class NotHeld(ValueError):
    """A pattern that no answer can be held to."""


def in_json(pattern: str) -> str:
    """The pattern of the JSON text whose string has ``pattern``. Raises NotHeld."""
    if len(pattern) > LONGEST:
        raise NotHeld
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(pattern)
            if parsed.state.flags & ~re.UNICODE:
                raise NotHeld
            return f"^{_way(list(parsed), first=True, last=True)}$"
    except (re.error, RecursionError, OverflowError):
        raise NotHeld from None


def _way(items: Sequence[tuple[Any, Any]], first: bool = False, last: bool = False) -> str:
    """One way through a pattern. Where it is the ``first`` or ``last`` of the text, anything may come before or after
    it unless an anchor forbids.
    """
    before = after = ""
    if first and items and items[0] == (c.AT, c.AT_BEGINNING):
        items, first = items[1:], False
    elif first and (not items or items[0][0] not in (c.BRANCH, c.SUBPATTERN)):
        before, first = f"{_other_than(())}*", False
    if last and items and items[-1] in ((c.AT, c.AT_END), (c.AT, c.AT_END_STRING)):
        items, last = items[:-1], False
    elif last and items and items[-1][0] not in (c.BRANCH, c.SUBPATTERN):
        after, last = f"{_other_than(())}*", False
    end = len(items) - 1
    return before + "".join(_item(*it, first and i == 0, last and i == end) for i, it in enumerate(items)) + after


def _item(op: Any, told: Any, first: bool, last: bool) -> str:
    if op is c.LITERAL:
        return _one_of(((told, told),))
    if op is c.NOT_LITERAL:
        return _other_than(((told, told),))
    if op is c.ANY:
        return _other_than(())
    if op is c.IN:
        return _class(told)
    if op is c.BRANCH:
        return f"(?:{'|'.join(_way(list(way), first, last) for way in told[1])})"
    if op is c.SUBPATTERN:
        _, added, removed, items = told
        if added or removed:
            raise NotHeld
        return f"(?:{_way(list(items), first, last)})"
    if op in (c.MAX_REPEAT, c.MIN_REPEAT):
        least, most, items = told
        if least > MOST_REPEATS or (most is not c.MAXREPEAT and most > MOST_REPEATS):
            raise NotHeld
        return f"(?:{_way(list(items))}){{{least},{'' if most is c.MAXREPEAT else most}}}"
    raise NotHeld


def _class(items: Sequence[tuple[Any, Any]]) -> str:
    negated, ranges, others = False, [], set()
    for op, told in items:
        if op is c.NEGATE:
            negated = True
        elif op is c.LITERAL:
            ranges.append((told, told))
        elif op is c.RANGE:
            ranges.append(told)
        elif told in _CLASSES:
            ranges.extend(_CLASSES[told])
        else:
            others.add(told)
    if not others:
        return _other_than(tuple(ranges)) if negated else _one_of(tuple(ranges))
    (other, *more) = others
    if more or negated:
        raise NotHeld
    ours = _CLASSES[_OTHERS[other]]
    # what is left of "not a digit" when digits are in the class too: all there is
    return _other_than(tuple(r for r in ours if r not in ranges))


def _one_of(ranges: Ranges) -> str:
    """Any one character of these, as JSON writes it."""
    plain: list[str] = []
    escaped: list[str] = []
    for low, high in ranges:
        escaped += [rf"\x5c{_char(ord(e))}" for code, e in sorted(_ESCAPED.items()) if low <= code <= high]
        for special_low, special_high in _SPECIAL:
            if low <= special_high and special_low <= high:
                if low < special_low:
                    plain.append(_span(low, special_low - 1))
                low = special_high + 1
        if low <= high:
            plain.append(_span(low, high))
    ways = ([f"[{''.join(plain)}]"] if plain else []) + escaped
    if not ways:
        raise NotHeld
    return ways[0] if len(ways) == 1 and plain else f"(?:{'|'.join(ways)})"


def _other_than(ranges: Ranges) -> str:
    """Any one character but these, and but those that JSON would write otherwise."""
    return f"[^{''.join(_span(low, high) for low, high in (*ranges, *_SPECIAL))}]"


def _span(low: int, high: int) -> str:
    return _char(low) if low == high else f"{_char(low)}-{_char(high)}"


def _char(code: int) -> str:
    char = chr(code)
    if 0xD800 <= code <= 0xDFFF:
        raise NotHeld
    return char if char.isalnum() or code > 0x7F else f"\\x{code:02x}"
