"""BM25 over postings, held against what its formula says of the texts one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log1p
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.memory.keywords import K1, B, Keywords
from jarvis.memory.passages import Entry

Word = frozenset[str]


def word(*forms: str) -> Word:
    return frozenset(forms)


def bm25(texts: Sequence[Sequence[str]], lengths: Sequence[float], question: Sequence[Word]) -> list[float]:
    """Of each text, as a part of what is the most that any could get. By the book."""
    total, most = [0.0] * len(texts), 0.0
    mean = sum(lengths) / len(lengths)
    for one in question:
        times = [sum(stem in one for stem in text) for text in texts]
        found = sum(t > 0 for t in times)
        weight = log1p((len(texts) - found + 0.5) / (found + 0.5))
        most += weight * (K1 + 1)
        for n, (t, length) in enumerate(zip(times, lengths, strict=True)):
            total[n] += weight * (K1 + 1) * t / (t + K1 * (1 - B + B * length / max(mean, 1e-9)))
    return [t / max(most, 1e-9) for t in total]


@dataclass
class Naive:
    """The three scores of every entry."""

    own: list[float] = field(default_factory=list)
    near: list[float] = field(default_factory=list)
    thread: list[float] = field(default_factory=list)


def naive(entries: Sequence[Entry], question: Sequence[Word]) -> Naive:
    by_id = {e.id: e for e in entries}
    own = [list(e.stems) for e in entries]
    near = [[*(by_id[e.before].stems if e.before in by_id else ()), *e.stems] for e in entries]
    names = list(dict.fromkeys(e.thread for e in entries))
    threads = [[s for e in entries if e.thread == name for s in e.stems] for name in names]
    whole = dict(zip(names, bm25(threads, [len(t) for t in threads], question), strict=True))
    alone = {name for name in names if sum(e.thread == name for e in entries) < 2}
    return Naive(
        bm25(own, [len(t) for t in own], question),
        bm25(near, [len(t) for t in near], question),
        [0.0 if e.thread in alone else whole[e.thread] for e in entries],
    )


@st.composite
def talks(draw: st.DrawFn) -> list[Entry]:
    """Conversations, mixed: each passage may follow the last of its thread."""
    entries: list[Entry] = []
    last: dict[str, int] = {}
    for number in range(1, draw(st.integers(1, 14)) + 1):
        thread = draw(st.sampled_from("xyz"))
        before = last.get(thread) if draw(st.booleans()) else None
        entries.append(Entry(number * 7, draw(st.lists(st.sampled_from("abcdef"), max_size=8)), thread, before))
        last[thread] = number * 7
    return entries


QUESTIONS = st.lists(
    st.sets(st.sampled_from("abcdefg"), min_size=1, max_size=2).map(frozenset), max_size=4, unique=True
)


def close(found: Any, wanted: Sequence[float]) -> bool:
    return np.allclose(found, np.array(wanted), atol=1e-5)


@given(talks(), QUESTIONS)
def test_scores_are_those_of_the_formula(entries: list[Entry], question: list[Word]) -> None:
    keywords = Keywords()
    keywords.add(entries)
    found, wanted = keywords.scores(question), naive(entries, question)
    assert close(found.own, wanted.own)
    assert close(found.near, wanted.near)
    assert close(found.thread, wanted.thread)


@given(talks(), QUESTIONS, st.integers(0, 14))
def test_added_in_pieces_and_twice_is_the_same(entries: list[Entry], question: list[Word], cut: int) -> None:
    keywords = Keywords()
    keywords.add(entries[:cut])
    keywords.scores(question)
    keywords.add(entries)
    assert keywords.ids.tolist() == [e.id for e in entries]
    assert close(keywords.scores(question).near, naive(entries, question).near)


@given(talks(), QUESTIONS, st.data())
def test_what_is_removed_scores_nothing_the_rest_as_before(
    entries: list[Entry], question: list[Word], data: st.DataObject
) -> None:
    gone = set(data.draw(st.lists(st.sampled_from([e.id for e in entries]))))
    keywords = Keywords()
    keywords.add(entries)
    keywords.remove([*gone, 99_999])
    wanted = naive(entries, question)
    stays = [e.id not in gone for e in entries]
    assert close(keywords.scores(question).own, [s * w for s, w in zip(stays, wanted.own, strict=True)])
    assert close(keywords.scores(question).thread, [s * w for s, w in zip(stays, wanted.thread, strict=True)])
    assert len(keywords) == len(entries) - len(gone)
    assert keywords.places([e.id for e in entries]) == [n for n, s in enumerate(stays) if s]


def test_an_answer_is_found_by_a_word_of_its_question() -> None:
    keywords = Keywords()
    keywords.add([Entry(1, ["dentist", "name"], "t"), Entry(2, ["ruiz"], "t", 1), Entry(3, ["weather"], "u")])
    found = keywords.scores([word("dentist")])
    assert found.own.tolist()[1] == 0 < found.near[1]
    assert found.near[2] == 0 == found.thread[2]


def test_a_rare_word_counts_more_and_an_unknown_one_lessens_all() -> None:
    keywords = Keywords()
    keywords.add(Entry(n, ["common"] + ["rare"] * (n == 3), f"t{n}") for n in range(1, 9))
    both = keywords.scores([word("common"), word("rare")])
    assert int(both.own.argmax()) == 2
    alone = keywords.scores([word("rare")]).own[2]
    assert keywords.scores([word("rare"), word("nowhere")]).own[2] < alone / 1.5


def test_a_word_that_is_there_without_end_counts_as_often_as_can_be_told() -> None:
    keywords = Keywords()
    keywords.add([Entry(1, ["a"] * 1024, "t"), Entry(2, ["b"], "t")])
    assert 0 < keywords.scores([word("a")]).own[0] <= 1  # a posting counts in one byte


def test_worn_when_much_is_gone() -> None:
    keywords = Keywords()
    keywords.add(Entry(n, ["a"], "t") for n in range(400))
    keywords.remove(range(100))
    assert not keywords.worn
    keywords.remove(range(100, 150))
    assert keywords.worn


@pytest.mark.parametrize("question", [[], [word("a")]])
def test_empty(question: list[Word]) -> None:
    keywords = Keywords()
    assert len(keywords.scores(question).own) == len(keywords.ids) == 0
    keywords.add([Entry(1, [], "t")])
    assert keywords.scores(question).own.tolist() == [0.0]
