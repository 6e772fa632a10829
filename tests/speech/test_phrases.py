"""Of several guesses the one that people say, and nothing else is touched."""

from __future__ import annotations

import pytest

from jarvis.speech.hear._looping import looping, once
from jarvis.speech.hear.normal import normal
from jarvis.speech.hear.phrases import Guess, phrases


def chosen(language: str, *guesses: tuple[str, float], hints: tuple[str, ...] = ()) -> str:
    known = phrases(language, hints)
    assert known is not None
    return guesses[known.best([Guess(*guess) for guess in guesses])][0]


def test_what_people_say_is_chosen_from_what_sounds_like_it() -> None:
    assert chosen("es", ("Contemporizador de cinco minutos.", -4.0), ("Pon temporizador de 5 minutos.", -6.0)) == (
        "Pon temporizador de 5 minutos."
    )
    assert chosen("en", ("Stuff my timer.", -2.0), ("Stop my timer.", -2.8)) == "Stop my timer."


def test_the_owners_names_are_words_too() -> None:
    guesses = ("Pon el color del ámbar a verde", -5.0), ("Pon el color de Trufi a verde", -6.5)
    assert chosen("es", *guesses, hints=("Trufi",)) == guesses[1][0]
    assert chosen("es", *guesses) == guesses[0][0]


@pytest.mark.parametrize(
    "said", ["Las arenas son blanquecinas de grano medio", "El acta del notario se firmó en Toledo", "¿Y entonces qué?"]
)
def test_what_is_dictated_stays_as_it_was_heard(said: str) -> None:
    assert chosen("es", (said, -8.0), (said.replace("a", "o", 1), -8.1), (said + " luz", -9.0)) == said


def test_a_phrase_that_was_hardly_heard_is_not_put_into_ones_mouth() -> None:
    assert chosen("es", ("Abre la puerta.", -1.0), ("Cierra la puerta.", -9.0)) == "Abre la puerta."
    assert chosen("en", ("Turn it off.", -0.5), ("Turn on the light.", -12.0)) == "Turn it off."


def test_without_a_phrase_it_is_what_whisper_thinks_likeliest_by_its_tokens() -> None:
    """The sum over them makes what is short likelier."""
    from jarvis.speech.hear._whisper_mind import Written, _heard

    long, short = Written([1] * 20, "descendiente de hugonotes", -0.40, 0.0), Written([1] * 15, "de Buenos", -0.45, 0.0)
    heard = _heard([{w.text: w for w in (long, short)}])
    assert [guess.text for guess in heard] == [long.text, short.text]
    assert heard[0].log_probability < heard[1].log_probability


def test_of_several_commands_none_is_left_out() -> None:
    heard = "Add milk to the shopping list. Add eggs to the shopping list. Add bread to the shopping list."
    assert chosen("en", (heard, -1.0), ("Add milk to the shopping list", -4.5)) == heard


def test_there_are_phrases_for_the_two_languages_of_the_house() -> None:
    assert phrases("es") is not None and phrases("en") is not None and phrases("fr") is None


@pytest.mark.parametrize(
    ("language", "written", "words"),
    [
        ("es", "¡Súbelo al 50%, por favor!", "subelo al 50 por ciento por favor"),
        ("es", "una hora y treinta y cinco", "1 hora y 30 y 5"),
        ("en", "What's the temp?", "whats the temp"),
        ("en", "It’s ten o'clock", "its 10 oclock"),
    ],
)
def test_words_as_they_are_compared(language: str, written: str, words: str) -> None:
    assert " ".join(normal(written, language)) == words


def test_a_decoder_that_has_lost_its_way_is_noticed() -> None:
    assert looping([1, 2] * 4) and looping([9, 8, 7, *([3] * 4)])
    assert not looping([1, 1, 1]) and not looping([1, 2] * 3) and not looping([])
    assert list(once([9, 8, *([3, 4] * 6)])) == [9, 8, 3, 4]
    assert list(once([1, 2, 3])) == [1, 2, 3]
