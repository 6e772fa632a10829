"""The scripted month is sound: what the end-to-end test of the memory builds on says what it claims to say.

``month.jsonl``, one turn a line, in the order in which they are said to Jarvis: ``id``, ``conversation``, ``at``
(ISO 8601 with its offset; the clocks change on the 25th), ``person`` ("owner" is Hugo, "lucia" lives with him),
``language``, ``do`` and ``text``. ``do`` is "say", "remember" (the words ask for it) or "forget" (the words ask for
it; ``target`` are the turns that go, ``markers`` the strings of which no byte may be left then). Where it applies:
``incognito`` (the whole conversation; its ``markers`` are never stored), ``private`` (a topic that comes up only when
it is asked for), ``corrects`` (the turns this one puts right).

``month_questions.jsonl``: ``id``, ``person`` who asks, ``at`` (every turn before it is known, none after),
``language``, ``kind``, ``query``, ``gold`` (accepted spans, as ``span_in`` finds them: case and accents folded, never
inside a longer word or number), ``need`` (how many of them an answer must have), ``evidence`` (the turns that answer
it), ``must_not`` (spans that no answer may have) and, of the kind change, ``stale`` (the turns of what was so before).
Nothing answers the kinds isolation, forgotten and none.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KINDS = {"fact", "change", "when", "then", "isolation", "forgotten", "person", "list", "none"}
UNANSWERED = {"isolation", "forgotten", "none"}
TURN = {"id", "conversation", "at", "person", "language", "do", "text"}
TURN_MORE = {"target", "markers", "incognito", "private", "corrects"}
QUESTION = {"id", "person", "at", "language", "kind", "query", "gold", "need", "evidence", "must_not"}


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def span_in(span: str, text: str) -> bool:
    """Whether ``text`` has ``span``: "22" is in "the 22nd", not in "220"; "ring" is not in "during"."""
    span = fold(span)
    edge = {True: "[0-9]", False: r"[^\W\d_]"}
    before = f"(?<!{edge[span[0].isdigit()]})"
    after = f"(?!{edge[span[-1].isdigit()]})"
    return re.search(before + re.escape(span) + after, fold(text)) is not None


TURNS = read("month.jsonl")
QUESTIONS = read("month_questions.jsonl")
BY_ID = {turn["id"]: turn for turn in TURNS}


def gone_at(moment: str) -> set[str]:
    """The turns that were to be forgotten before ``moment``."""
    when = datetime.fromisoformat(moment)
    return {t for turn in TURNS if datetime.fromisoformat(turn["at"]) < when for t in turn.get("target", ())}


def test_spans_are_whole() -> None:
    assert (
        span_in("22", "on the 22nd") and span_in("té verde", "un TE VERDE, por favor") and span_in("an S", "for an S.")
    )
    assert not span_in("22", "220") and not span_in("ring", "during") and not span_in("an S", "an Swiss")


def test_the_month_has_its_shape() -> None:
    assert len(TURNS) == 200 and len(BY_ID) == 200
    assert all(set(turn) >= TURN and set(turn) <= TURN | TURN_MORE for turn in TURNS)
    assert Counter(turn["person"] for turn in TURNS) == {"owner": 165, "lucia": 35}
    assert 28 <= len({turn["conversation"] for turn in TURNS}) <= 32
    assert {turn["language"] for turn in TURNS} == {"es", "en"}
    moments = [datetime.fromisoformat(turn["at"]) for turn in TURNS]
    assert moments == sorted(set(moments)) and all(moment.utcoffset() is not None for moment in moments)
    for conversation in {turn["conversation"] for turn in TURNS}:
        inside = [turn for turn in TURNS if turn["conversation"] == conversation]
        assert len({turn["person"] for turn in inside}) == 1
        assert len({turn.get("incognito", False) for turn in inside}) == 1


def test_an_action_is_what_the_words_ask_for() -> None:
    for turn in TURNS:
        said = fold(turn["text"])
        if turn["do"] == "remember":
            assert re.search(r"\brecuerda\b|\bremember\b", said), turn
        elif turn["do"] == "forget":
            assert re.search(r"\bolvida\b|\bforget\b", said), turn
            assert turn["target"] and turn["markers"]
        else:
            assert turn["do"] == "say" and not re.search(r"\bolvida\b|\bforget\b|^recuerda\b", said), turn


def test_what_is_forgotten_can_be_looked_for_in_bytes() -> None:
    for turn in TURNS:
        for marker in turn.get("markers", ()):
            holders = {other["id"] for other in TURNS if marker.casefold() in other["text"].casefold()}
            assert marker.isascii() and len(marker) >= 6 and holders
            assert holders <= (set(turn["target"]) if turn["do"] == "forget" else {turn["id"]}), marker
    for turn in (turn for turn in TURNS if turn["do"] == "forget"):
        for target in turn["target"]:
            assert target < turn["id"] and BY_ID[target]["person"] == turn["person"]
    assert sum(turn["do"] == "forget" for turn in TURNS) >= 5
    assert any(turn.get("incognito") and turn.get("markers") for turn in TURNS)
    assert any(turn.get("private") for turn in TURNS) and any(turn.get("corrects") for turn in TURNS)


def test_the_questions_have_their_shape() -> None:
    assert len(QUESTIONS) >= 90 and all(set(question) - {"stale"} == QUESTION for question in QUESTIONS)
    for key in ("id", "at"):
        assert len({question[key] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({(q["person"], q["query"], tuple(q["gold"])) for q in QUESTIONS}) == len(QUESTIONS)
    count = Counter(question["kind"] for question in QUESTIONS)
    assert set(count) <= KINDS and min(count[kind] for kind in KINDS) >= 6, count
    assert min(Counter(question["language"] for question in QUESTIONS).values()) >= len(QUESTIONS) // 3


def test_an_answer_is_in_its_evidence() -> None:
    for question in QUESTIONS:
        if question["kind"] in UNANSWERED:
            assert not question["gold"] and not question["evidence"] and question["must_not"] and question["need"] == 0
            continue
        assert question["gold"] and question["evidence"] and question["need"] >= 1
        assert all(1 <= len(span.split()) <= 4 for span in question["gold"])
        evidence = [BY_ID[turn] for turn in question["evidence"]]
        found = [span for span in question["gold"] if any(span_in(span, turn["text"]) for turn in evidence)]
        assert len(found) >= question["need"], question
        for turn in evidence:
            assert turn["person"] == question["person"] and not turn.get("incognito")
            assert turn["id"] not in gone_at(question["at"])
            assert datetime.fromisoformat(turn["at"]) < datetime.fromisoformat(question["at"]), question


def test_what_was_so_before_was_said_before() -> None:
    changed = [question for question in QUESTIONS if question.get("stale")]
    assert len(changed) >= 12 and all(question["kind"] == "change" for question in changed)
    for question in changed:
        assert max(question["stale"]) < min(question["evidence"])
        assert {BY_ID[turn]["person"] for turn in question["stale"]} == {question["person"]}


def test_what_may_not_be_said_is_not_said_by_the_question_or_needed_for_the_answer() -> None:
    for question in QUESTIONS:
        for span in question["must_not"]:
            assert not span_in(span, question["query"]), question
            assert not any(span_in(span, gold) or span_in(gold, span) for gold in question["gold"]), question


def test_what_must_be_kept_from_somebody_is_there_to_be_told() -> None:
    """Else the question could not fail: what isolation forbids was said by the other, what is forgotten by oneself."""
    for question in QUESTIONS:
        asked = datetime.fromisoformat(question["at"])
        said = [turn for turn in TURNS if datetime.fromisoformat(turn["at"]) < asked]
        for kind, mine in (("isolation", False), ("forgotten", True)):
            if question["kind"] == kind:
                texts = [turn["text"] for turn in said if (turn["person"] == question["person"]) is mine]
                assert any(span_in(span, text) for span in question["must_not"] for text in texts), question
