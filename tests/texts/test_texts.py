"""Every text exists in both languages with the same facts, and every text that is said exists."""

from __future__ import annotations

import ast
import pkgutil
import re
import string
from importlib import import_module
from pathlib import Path

import pytest

import jarvis
from jarvis import errors, texts
from jarvis.texts import Text, language, say

ROOMS = [m.name for m in pkgutil.iter_modules(texts.__path__) if not m.name.startswith("_")]


def every() -> dict[str, Text]:
    found: dict[str, Text] = {}
    for room in ROOMS:
        table: dict[str, Text] = import_module(f"jarvis.texts.{room}").TEXTS
        for code, text in table.items():
            assert code.split(".")[0] == room, code
            assert code not in found, code
            found[code] = text
    return found


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_both_languages_state_the_same_facts() -> None:
    unlike = [c for c, t in every().items() if placeholders(t.en) != placeholders(t.es)]
    assert unlike == []


def test_a_text_is_written_in_both_languages() -> None:
    assert [c for c, t in every().items() if not t.en.strip() or not t.es.strip()] == []


def said() -> set[str]:
    """Every literal code given to ``say``, ``Notice`` or an error class in the source."""
    kinds = {n for n, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.JarvisError)}
    raising = kinds | {"say", "Notice"}
    found = set()
    for path in Path(jarvis.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0]
            options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for option in options:
                if name in raising and isinstance(option, ast.Constant) and isinstance(option.value, str):
                    found.add(option.value)
    return found


def test_what_is_said_exists() -> None:
    codes = said()
    assert len(codes) > 20
    assert sorted(codes - set(every())) == []


def test_a_hint_states_no_fact_its_error_lacks() -> None:
    table = every()
    assert [c for c in table if c.endswith(".hint") and c.removesuffix(".hint") not in table] == []


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "es_ES.UTF-8"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "JARVIS_LANG": "es"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_language(environ: dict[str, str], expected: str) -> None:
    assert language(environ) == expected


def test_say_fills_the_facts() -> None:
    assert "`jarvis`" not in say("cli.unknown_command", "en", name="x", meant="")
    assert "'x'" in say("cli.unknown_command", "es", name="x", meant="")


def test_a_number_chooses_its_word() -> None:
    assert "1 fact)" in say("memory.topic_private", "en", topic="x", count=1)
    assert "0 datos)" in say("memory.topic_private", "es", topic="x", count=0)
    rooms = ("memory", "recall", "remember")
    numbered = re.compile(r"\{(\w+)\} (?!is\b)(?:[a-z]+s|privados|[a-z]+s [a-z]+s)\b")
    loose = {c for c, t in every().items() if c.split(".")[0] in rooms for text in t if numbered.search(text)}
    assert loose <= {"remember.done"}  # a word that follows a number has to follow it in number, too


MENDED = (
    "server", "assistant", "engines", "router", "telemetry", "fleet", "workers", "search", "documents", "backup",
    "imports",
)  # fmt: skip


def test_whoever_is_refused_is_told_what_to_do() -> None:
    """Every error of these rooms has a hint."""
    ours = {n for n, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.JarvisError)}
    raising = ours | {"Refused", "TimedOut", "Unexpected"}
    table = every()
    bare = set()
    for room in MENDED:
        for path in (Path(jarvis.__file__).parent / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") in raising:
                    first = node.args[0]
                    options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                    codes = [o.value for o in options if isinstance(o, ast.Constant) and isinstance(o.value, str)]
                    bare |= {code for code in codes if f"{code}.hint" not in table}
    assert bare <= {"server.untold"}
