"""What `jarvis route` and `why` print: whole sentences, in one language."""

from __future__ import annotations

from typing import Any

import pytest

from jarvis.cli.deciding import show
from jarvis.router.difficulty import _GROUPS
from jarvis.router.explained import words
from jarvis.texts import find
from jarvis.words.routing import SPECIALTIES

GROUPS = (*_GROUPS, "topic")


def told(**more: Any) -> dict[str, Any]:
    return {
        "difficulty": 39.4, "specialties": {"math": 0.5, "reasoning": 0.3, "chat": 0.2}, "language": "es",
        "because": [words("router.because.length.hard", {}), words("router.because.topic.easy", {})],
        "signals": {"maths": True, "now": True, "private": ["card", "topic:Águila"]},
        "chosen": "small", "reason": "x", "candidates": [], "decision_ms": 1.0, "id": "d1",
    } | more  # fmt: skip


def test_everything_is_said_in_the_owner_s_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    show(told())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Dificultad 39 de 100 · matemáticas 50%, razonamiento 30%, charla 20% · español"
    assert lines[1] == "  su longitud la hace más difícil; su tema la hace más fácil"
    assert lines[2] == "  visto: algo que calcular, sobre lo de ahora, un número de tarjeta, el tema Águila"
    monkeypatch.setenv("JARVIS_LANG", "en")
    show(told())
    assert "maths 50%, reasoning 30%, chat 20% · Spanish" in capsys.readouterr().out


def test_what_does_not_leave_is_named_in_words() -> None:
    assert words("router.why.private", {"kinds": "card, topic:IVA"}, "es") == (
        "lo privado (un número de tarjeta, el tema IVA) no sale de esta máquina"
    )


def test_every_name_has_its_words() -> None:
    assert [s for s in SPECIALTIES if find(f"router.specialty.{s}") is None] == []
    kinds = ("secret", "card", "iban", "identity", "phone", "email", "address", "topic")
    flags = ("code", "maths", "images", "tools", "json", "now")
    assert [k for k in (*kinds, *flags) if find(f"router.seen.{k}") is None] == []


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("how", ["hard", "easy"])
def test_a_reason_is_a_sentence_of_its_own(group: str, how: str) -> None:
    text = find(f"router.because.{group}.{how}")
    assert text is not None
    harder, easier = ("harder", "más difícil"), ("easier", "más fácil")
    assert (text.en.split()[-1], " ".join(text.es.split()[-2:])) == (harder if how == "hard" else easier)
