"""What is the same question and what is not: in both languages, on pairs written for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.cache import threshold
from jarvis.cache.guards import Difference, difference, read
from jarvis.cache.semantic import Entry, Semantic
from jarvis.cache.stems import singular
from jarvis.measure.cache_eval import Pair, evaluate, pairs

HERE = Path(__file__).parent
Language = Literal["en", "es"]
FILES: dict[Language, Path] = {"en": HERE / "swaps_en.jsonl", "es": HERE / "swaps_es.jsonl"}


def asked(language: Language) -> list[Pair]:
    return pairs([FILES[language]])


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pairs_are_many_and_of_every_kind(language: Language) -> None:
    found = asked(language)
    assert len(found) >= 300
    kinds = {p.kind for p in found}
    assert kinds == {
        "paraphrase", "negation", "number", "entity", "unit", "date", "direction", "antonym", "quantifier", "person",
        "tense", "comparison", "scope", "question", "roles", "ordinal", "version", "currency", "percent",
        "quoted", "identifier", "file", "prefix", "except", "superlative",
    } | ({"gender", "accent"} if language == "es" else set())  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("vectors", [False, True])
def test_a_swap_is_never_a_hit_whatever_the_vectors_say(language: Language, vectors: bool) -> None:
    """With vectors that call everything the same, the guards stand alone."""
    import numpy as np

    one = np.array([1.0], np.float32)
    found = asked(language)
    report = evaluate(found, (lambda _: one) if vectors else (lambda _: None), "e" if vectors else "")
    wrong = [
        (p.kind, p.a, p.b)
        for p in found
        if not p.duplicate and not difference(read(p.a, language), read(p.b, language)).veto
    ]
    assert wrong == []
    assert report.all.wrong_hits == 0
    assert report.all.hits / report.all.duplicates > 0.9


@pytest.mark.parametrize("text", ["Madrid no radio hotel?", "¿Hotel Real Madrid 2?", "Sal"])
def test_what_was_asked_in_one_language_is_never_answered_from_the_other(text: str) -> None:
    assert difference(read(text, "en"), read(text, "es")).veto == "language"


def test_b_of_a_may_be_said_as_a_b_but_what_is_in_between_counts() -> None:
    def apart(a: str, b: str) -> Difference:
        one, two = read(a, "en"), read(b, "en")
        assert difference(one, two) == difference(two, one)
        return difference(one, two)

    assert apart("Who reads deleted messages in Facebook?", "Who reads deleted Facebook messages?").turned
    assert apart("What is the national language of India?", "What is India's national language?").turned
    assert apart("Who is the mother of the king?", "Who is the king of the mother?").veto == "words"
    assert apart("Who is the mother of King Charles?", "Who is King Charles the mother of?").veto == "words"
    assert apart("Where is the University of Washington?", "Where is Washington University?").veto == "words"
    assert apart("where is the university of washington", "where is washington university").veto == "words"
    assert apart("Where is the Tower of Parma?", "Where is Parma Tower?").veto == "words"
    assert apart("what is the opinion of ann of bob", "what is the bob opinion of ann").veto == "words"
    assert apart("What is the opinion of Ann on Bob?", "What is Bob's opinion on Ann?").veto == "words"


def test_b_of_a_must_be_more_alike_than_the_same_words() -> None:
    import numpy as np

    def found(cosine: float, b: str) -> bool:
        index, one = Semantic(), np.array([1.0, 0.0], np.float32)
        index.add(Entry("k", "p", "s", read("Who reads the messages in Facebook?", "en"), one, "e"))
        two = np.array([cosine, (1 - cosine**2) ** 0.5], np.float32)
        return index.find("s", read(b, "en"), two, "e") is not None

    for cosine, same, turned in ((0.93, False, False), (0.97, True, False), (0.99, True, True)):
        assert found(cosine, "Who reads messages in Facebook?") == same
        assert found(cosine, "Who reads Facebook messages?") == turned


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("making", "make", True), ("planning", "plan", True), ("caring", "care", True), ("opening", "open", True),
     ("plane", "plan", False), ("caring", "car", False), ("planes", "plans", False), ("hoping", "hopping", False)],
)  # fmt: skip
def test_an_ending_is_taken_away_where_it_makes_no_other_word(a: str, b: str, same: bool) -> None:
    assert (singular(a, "en") == singular(b, "en")) == same


@pytest.mark.parametrize("language", ["en", "es"])
def test_which_was_asked_first_does_not_matter(language: Language) -> None:
    for pair in asked(language):
        a, b = read(pair.a, language), read(pair.b, language)
        assert difference(a, b) == difference(b, a)


@pytest.mark.parametrize(
    "text",
    [
        "What does `x = 1` print?",
        "Explain this:\n\nint main() {}",
        "Give me the planets as JSON",
        "word " * 41,
        "the of a",
        "",
        "See https://example.org",
    ],
)
def test_code_formats_and_long_texts_are_no_question_in_other_words(text: str) -> None:
    assert not read(text, "en").usable


@given(st.text(max_size=200), st.sampled_from(["en", "es"]))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read_and_is_the_same_as_itself(text: str, language: Language) -> None:
    reading = read(text, language)
    assert difference(reading, reading).veto == ("" if reading.usable else "unusable")


SOME = "how do i not buy sell red car of in from to madrid paris 5 6 best"
WORDS = st.lists(st.sampled_from(SOME.split()), max_size=8)


@given(WORDS, WORDS)
@settings(max_examples=500, deadline=None)
def test_the_index_finds_all_that_the_guards_let_through(a: list[str], b: list[str]) -> None:
    one, two = read(" ".join(a), "en"), read(" ".join(b), "en")
    index = Semantic()
    index.add(Entry("k", "p", "s", one))
    apart = difference(one, two)
    assert (index.find("s", two) is not None) == (not apart.veto and not apart.turned and apart.weak <= 1)
    assert not list(index._near("s", two)) or index.find("other", two) is None
    if not apart.veto:
        assert [e.key for e in index._near("s", two)] == ["k"]
    index.remove("k")
    assert (len(index), len(index._places)) == (0, 0)


def test_a_new_entry_is_given_and_one_that_was_wrong_by_chance_only() -> None:
    new = threshold.Seen()
    assert threshold.given(new, 0.99, 0.999)
    once = new.add(0.97, right=False, certain=False)
    assert not threshold.given(once, 0.96, 0.9), "what is less alike cannot be safer"
    assert threshold.given(once, 0.995, 0.999), "what is more alike may be"
    assert not threshold.given(new.add(0.97, right=False, certain=True), 0.97, 0.0)


@given(st.floats(0, 1), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_wrong_answers_stay_below_the_bound_whatever_an_entry_is_like(truth: float, seed: int) -> None:
    """Candidates come one after the other; each that is given is judged by its person, each other by a new answer."""
    import random

    dice = random.Random(seed)
    seen, wrong, asked_ = threshold.Seen(), 0, 2000
    for _ in range(asked_):
        cosine = dice.uniform(0.96, 1.0)
        right = dice.random() >= truth
        if threshold.given(seen, cosine, dice.random()):
            wrong += not right
        seen = seen.add(cosine, right, certain=False)
    assert wrong / asked_ <= threshold.BOUND + 0.05


def test_a_line_that_is_no_pair_is_told(tmp_path: Path) -> None:
    from jarvis.errors import UsageError

    good = {"id": 1, "lang": "en", "a": "x", "b": "y", "duplicate": True}
    for bad in ("{", "[]", "{}", json.dumps({**good, "duplicate": "yes"}), json.dumps({**good, "lang": "fr"})):
        file = tmp_path / "d.jsonl"
        file.write_text(json.dumps(good) + "\n\n" + bad + "\n")
        with pytest.raises(UsageError) as told:
            pairs([file])
        assert told.value.facts["line"] == 3
