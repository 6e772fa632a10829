"""Patterns of JSON schemas: what they allow in JSON text is valid JSON, and a value that the pattern allows."""

from __future__ import annotations

import json
import re
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jarvis.words.json_schema import of_json_text
from jarvis.words.pattern import NotHeld, in_json

HELD = [
    r"^\d{4}-\d{2}-\d{2}$", "foo", "^foo", "foo$", "^a$|^b$", "^a|b$", "(^a|b$)", "^(a|b)?c+$", 'say "yes"', r"a\\b",
    "^.+$", "^.{2,5}$", "[^x]", "^[^x\"]+$", r"^[ -~]+$", r"^[\s\S]*$", r"^\S+\s\S+$", r"^\W\D$",
    r"^[\w.+-]+@[\w-]+\.\w+$",
    "^ñ+$", "^[ñÑa-z]{3}$", "", "^$", "a*?b", r"^\n$", r"^[\t\n]$", r"^[\]\^.$-]+$", r"^\/$",
    "^(?P<a>[0-9]{2})$", "^/b$",
]  # fmt: skip
REFUSED = [
    "(", ")", "[z-a]", "(?i)a", "a(?=b)", "(?<!a)b", r"(a)\1", r"^\bx", r"\p{L}", r"\u{1F600}", "a{5,2}", "a{1,2001}",
    "(?>a)", "a^b", "a$b", r"[^\S ]", "(" * 3000, "a{99999999999999}", "a" * 5000, r"^[\x01]$", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("pattern", HELD)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_allowed_in_json_is_allowed_by_the_pattern(pattern: str, data: st.DataObject) -> None:
    said = data.draw(st.from_regex(in_json(pattern).removesuffix("$") + r"\Z"))
    value = json.loads(f'"{said}"')
    assert re.search(pattern, value, re.ASCII), (said, value)


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_no_answer_can_be_held_to_is_refused(pattern: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(NotHeld):
            in_json(pattern)


@given(pattern=st.text('ab^$()[]{}|?*+.,\\dwsDWS-123ñ"', max_size=12))
@settings(max_examples=400, deadline=None)
def test_any_text_is_said_or_refused(pattern: str) -> None:
    try:
        said = in_json(pattern)
    except NotHeld:
        return
    assert said.startswith("^") and said.endswith("$")
    re.compile(said)
    assert not re.search(r"[\x00-\x1f]", said)


def test_patterns_are_found_where_they_are_and_only_there() -> None:
    schema = {
        "properties": {"pattern": {"pattern": "^a$"}, "b": {"anyOf": [{"pattern": "(?=x)", "title": "t"}]}},
        "items": {"pattern": "b"},
        "enum": [{"pattern": "^c"}],
        "$defs": {"d": {"pattern": "^$"}},
    }  # fmt: skip
    told = of_json_text(schema)  # type: ignore[arg-type]
    assert told == {
        "properties": {"pattern": {"pattern": "^[a]$"}, "b": {"anyOf": [{"title": "t"}]}},
        "items": {"pattern": in_json("b")},
        "enum": [{"pattern": "^c"}],
        "$defs": {"d": {"pattern": "^$"}},
    }
