"""What is confirmed while somebody speaks is never taken back, and in the end all of it is there once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jarvis.speech.hear.agreement import Agreement, text
from jarvis.words.audio import Word


def words(said: str, start: float = 0.0) -> list[Word]:
    """Half a second each."""
    return [Word(f" {word}", start + 0.5 * n, start + 0.5 * (n + 1), 0.9) for n, word in enumerate(said.split())]


def test_what_two_decodings_agree_on_is_confirmed() -> None:
    turn = Agreement()
    assert turn.update(words("Pon un")) == []
    assert text(turn.update(words("pon un tempo"))) == "pon un"
    assert text(turn.tail) == "tempo"
    assert text(turn.update(words("Pon un temporizador de"))) == ""
    assert text(turn.update(words("Pon un temporizador de cinco"))) == "temporizador de"
    assert text(turn.finish(words("Pon un temporizador de cinco minutos."))) == "cinco minutos."
    assert text(turn.confirmed) == "pon un temporizador de cinco minutos."


def test_what_is_confirmed_stays_whatever_is_heard_later() -> None:
    turn = Agreement()
    turn.update(words("enciende la luz"))
    turn.update(words("enciende la luz"))
    turn.update(words("entiende la luz del salón"))
    turn.finish(words("entiende la luz del salón"))
    assert text(turn.confirmed) == "enciende la luz del salón"


def test_a_decoding_of_the_rest_alone_goes_on_where_it_was_confirmed() -> None:
    turn = Agreement()
    for _ in range(2):
        turn.update(words("uno dos tres cuatro"))
    later = words("cuatro cinco seis", 1.6)  # it heard the end of the last word again
    for _ in range(2):
        turn.update(later)
    assert text(turn.confirmed) == "uno dos tres cuatro cinco seis"


SENTENCE = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=12).map(" ".join)


@given(st.lists(SENTENCE, min_size=1, max_size=8))
def test_confirmed_words_only_grow(decodings: list[str]) -> None:
    turn, before = Agreement(), ""
    for said in decodings:
        turn.update(words(said))
        assert text(turn.confirmed).startswith(before)
        before = text(turn.confirmed)
    turn.finish(words(decodings[-1]))
    assert text(turn.confirmed).startswith(before)


@given(SENTENCE)
def test_what_never_changes_is_all_there_once(said: str) -> None:
    turn = Agreement()
    every = words(said)
    for length in range(1, len(every) + 1):
        turn.update(every[:length])
    turn.finish(every)
    assert text(turn.confirmed) == said
