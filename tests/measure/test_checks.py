"""Whether an answer is right is read from what models really write."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.measure.checks import number, passes
from jarvis.measure.made import keeps


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("42", "en", 42),
        ("The total is 1,234.5 euros.", "en", 1234.5),
        ("El total es 1.234,5 euros.", "es", 1234.5),
        ("2,842", "en", 2842),
        ("2.842", "es", 2842),
        ("2,842", "es", 2.842),
        ("2.842", "en", 2.842),
        ("0,182", "en", 0.182),
        ("0.182", "es", 0.182),
        ("12,345,678", "en", 12345678),
        ("−22", "en", -22),
        ("It is -12.5", "en", -12.5),
        ("First 15, then 4, so 15 - 4 = 11 apples", "en", 11),
        ("He has 15. **11** are left of the 15.", "en", 11),
        ("so \\boxed{84} since 7 and 24", "en", 84),
        ("\\boxed{\\frac{2}{11}}", "en", 2 / 11),
        ("Sum is 9.\nAnswer: 30 euros (40 less 10)", "en", 30),
        ("Answer: 40 - 10 = 30", "en", 30),
        ("**Respuesta:** 365", "es", 365),
        ("Respuesta: 2/11", "es", 2 / 11),
        ("A triangle has three sides.", "en", 3),
        ("Dieciséis", "es", 16),
        ("no idea", "en", None),
        ("1.2.3,4,5", "en", None),
        ("", "es", None),
        ("3/0", "en", None),
    ],
)
def test_the_number_of_an_answer(text: str, language: Literal["en", "es"], value: float | None) -> None:
    found = number(text, language)
    assert found == pytest.approx(value) if value is not None else found is None


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_a_number_written_as_its_language_does_is_read(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02d}"
    spanish = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    expected = float(f"{whole}.{cents:02d}")
    assert number(f"It is {english}", "en") == expected
    assert number(f"Son {spanish}", "es") == expected


@given(st.text(max_size=300))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in CHECKS:
        for language in ("en", "es"):
            assert passes(check, text, language) in (True, False)


CHECKS: list[dict[str, Any]] = [
    {"kind": "number", "value": 1},
    {"kind": "choice", "letter": "B", "of": 3},
    {"kind": "any_of", "accept": {"en": ["Paris"], "es": ["París"]}, "reject": ["London"]},
    {"kind": "exact", "text": "READY"},
    {"kind": "json", "value": {"a": 1}},
    {"kind": "constraints", "words": 3, "sentences": 1, "acrostic": "ABC", "sequence": ["a"], "words_each_line": 1},
]


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ({"kind": "number", "value": 0.182, "tolerance": 0.002}, ["0.1818", "Answer: 2/11"], ["0.19", "18.2"]),
        (
            {"kind": "choice", "letter": "B", "of": 3},
            ["B", "(B) Lisbon", "B) is an opinion, A) is not", "The answer is B.", "Thought of A.\nAnswer: B"],
            ["A", "b", "None", "B or C? Answer: C", "D"],
        ),
        (
            {"kind": "any_of", "accept": ["Pacífico"], "reject": ["Atlantic"]},
            ["El océano pacifico.", "PACÍFICO", "**Pacífico**"],
            ["Transpacífico", "Pacífico y Atlantic", "", "x" * 400 + " Pacífico\nIt is the Indian one."],
        ),
        ({"kind": "any_of", "accept": ["no"], "reject": ["yes"]}, ["No.", "no, it isn't"], ["Yes, no doubt", "nobody"]),
        ({"kind": "exact", "text": "blue moon"}, ["blue moon", '"blue moon".', "**blue  moon**", "`blue moon`"],
         ["Blue moon", "a blue moon", "blue moon blue moon"]),
        (
            {"kind": "json", "value": {"name": "Clara", "age": 34, "tags": ["a"]}},
            ['{"age": 34, "name": "clara", "tags": ["a"]}', '```json\n{"name":"Clara","age":34.0,"tags":["A"]}\n```'],
            ['{"name": "Clara", "age": "34", "tags": ["a"]}', '{"name": "Clara", "age": 34, "tags": ["a"], "x": 1}',
             'Here: {"name": "Clara", "age": 34, "tags": ["a"]}', '{"name": "Clara", "age": true, "tags": ["a"]}'],
        ),
    ],
)  # fmt: skip
def test_a_check_takes_what_is_right_and_nothing_else(check: Any, right: list[str], wrong: list[str]) -> None:
    assert [a for a in right if not passes(check, a, "en")] == []
    assert [a for a in wrong if passes(check, a, "en")] == []


def test_a_check_may_differ_by_language() -> None:
    check = {"kind": "any_of", "accept": {"en": ["iron"], "es": ["hierro"]}}
    assert passes(check, "Iron", "en") and not passes(check, "Iron", "es") and passes(check, "el hierro", "es")


@pytest.mark.parametrize(
    ("rule", "value", "right", "wrong"),
    [
        ("words", 4, "It's a well-known fact.", "It is a well-known fact."),
        ("min_words", 2, "two words", "one"),
        ("max_words", 2, "two words", "now three words"),
        ("lines", 2, "a\n\nb", "a\nb\nc"),
        ("bullets", 2, "- one\n- two", "- one\ntwo"),
        ("sentences", 2, "It rains. Does it? ", "It rains."),
        ("sentences", 1, "Pi is 3.14 or so.", "Pi is 3. Or so."),
        ("commas", 1, "a, b", "a, b, c"),
        ("words_each", 2, "It rains. It pours.", "It rains. It really pours."),
        ("words_of", [1, 2], "Rain. More rain.", "More rain. Rain."),
        ("words_each_line", 2, "a b\nc d", "a b\nc"),
        ("letters", [1, 2], "A cá!", "To be"),
        ("items", 2, "red, blue.", "red"),
        ("letters_each", 3, "sun, sea", "sun, seas"),
        ("contains", ["jardín", "7"], "El JARDIN de los 7", "El jardín"),
        ("lacks", ["pan"], "una empanada", "el pan"),
        ("once", "sin embargo", "Sin embargo, llegó", "sin embargo y sin embargo"),
        ("times", ["hola", 2], "hola, hola", "hola"),
        ("starts", "¿Podría", "Podría darme el informe", "Deme el informe"),
        ("ends", "home.", "We go home.", "We go home"),
        ("sequence", ["1", "3"], "1, 3.", "3, 1"),
        ("without", "e", "Música para muchos", "Él va"),
        ("initials", "s", "Sofía sale sola", "Sofía va sola"),
        ("acrostic", "SOL", "Sale\n- o no\nla luna", "Sol"),
        ("upper", True, "LUNES", "Lunes"),
        ("lower", True, "lunes", "LUNES"),
        ("unique", True, "de la luna", "la luna la"),
        ("sorted", True, "ánade, burro", "burro, ánade"),
    ],
)
def test_how_a_text_is_made(rule: str, value: Any, right: str, wrong: str) -> None:
    assert keeps({rule: value}, right, "es")
    assert not keeps({rule: value}, wrong, "es")


def test_nothing_keeps_no_constraint() -> None:
    assert not keeps({"max_words": 3}, " ** ", "en")
    with pytest.raises(KeyError):
        keeps({"rhymes": True}, "a", "en")
