"""Of what is found, what is read: what tells something, the best in both languages, each thing once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from jarvis.assistant.choosing import OTHER, SAME, chosen, near, nearest, of_others, personal, public, told
from jarvis.memory.passages import Passage
from jarvis.memory.recall import Hit
from jarvis.words.language import language

AT = datetime(2026, 3, 2, 12).timestamp()


def hit(number: int, text: str, score: float = 1.0, **more: Any) -> Hit:
    given: dict[str, Any] = {"kind": "turn", "turn": number, "language": language(text), "at": AT} | more
    return Hit(Passage(id=number, text=text, thread="c1", **given), score, {"words": score})


def read(hits: Sequence[Hit], question: str = "Where do I keep the key?") -> list[int]:
    return [h.passage.id for h in chosen(hits, question, "en")]


def test_questions_thanks_and_the_question_itself_are_no_answers() -> None:
    said = [
        hit(1, "Where do I keep the key of the shed?"),
        hit(2, "Cool, thanks."),
        hit(5, "Buenos días, Jarvis. Muchas gracias, hasta mañana."),
        hit(6, "jaja vale, gracias"),
        hit(3, "I keep the key."),
        hit(4, "I keep the key under the red pot."),
    ]
    assert read(said) == [4]


def test_what_is_known_answers_a_question_that_says_it() -> None:
    assert read([hit(1, "My sister keeps bees.", kind="fact", turn=None)], "Does my sister keep bees?") == [1]


def test_the_other_language_has_its_own_places() -> None:
    own = [hit(n, f"My neighbour number {n} has a very big garden.") for n in range(1, 30)]
    other = [hit(n, f"La llave número {n} está en el cajón de la cocina.") for n in range(30, 60)]
    taken = read([*own, *other])
    assert taken[:SAME] == list(range(1, SAME + 1))
    assert taken[SAME:] == list(range(30, 30 + OTHER))


def test_what_is_far_behind_in_its_language_is_not_read() -> None:
    said = {1: ("bicycle", 20.0), 2: ("ladder", 10.5), 3: ("freezer", 9.5)}
    own = [hit(n, f"The {what} of my brother stands in the garage.", score) for n, (what, score) in said.items()]
    other = [
        hit(4, "La llave está en el cajón de la cocina.", 5.0),
        hit(5, "La bici azul de Ana está en el garaje.", -9.5),
    ]
    assert read([*own, *other]) == [1, 2, 4]
    assert read([Hit(own[2].passage, 0.0, {}), own[0]]) == [3, 1], "what is known was not ranked"
    best = hit(6, "The key of the shed hangs behind the door.", 24.0)
    assert read([best, replace(other[0], score=6.5), replace(other[1], score=5.5)]) == [6, 4], (
        "far behind the best of all"
    )


def test_the_best_of_what_was_said_in_each_language_is_nearest_unless_it_was_said_too_late() -> None:
    said = [hit(n, f"My neighbour number {n} has a very big garden.", at=AT + n) for n in range(1, 6)]
    other = [hit(n, f"La llave número {n} está en el cajón de la cocina.", at=AT + n) for n in range(6, 9)]
    read = [hit(9, "A garden has to be watered.", kind="chunk", turn=None), *said, *other]
    assert [h.passage.id for h in nearest(read, None)] == [1, 2, 6, 7]
    assert [h.passage.id for h in nearest(read, AT + 2)] == [1]
    assert nearest(read[:6], None) == []


def test_a_thing_is_read_once_and_what_has_ended_says_so() -> None:
    turn, again = hit(1, "I live in Elm Street with Ann."), hit(5, "I live in Elm Street with Ann.")
    still = hit(2, "I live in Elm Street", kind="fact", turn=None, told_in=1)
    ended = hit(3, "I live in Elm Street", kind="fact", turn=None, told_in=1, valid_to=AT)
    assert read([turn, still, again]) == [1]
    assert read([still, turn]) == [1]  # in its own words
    assert read([turn, ended]) == [3]
    # its turn does not come back by something else that was said in it and is so still
    other = hit(4, "Ann plays the harp", kind="fact", turn=None, told_in=1)
    assert read([turn, other, ended]) == [4, 3]


def test_what_a_fact_hides_is_read_in_its_own_words() -> None:
    turn = hit(1, "The door code is 1234.")
    hidden = hit(2, "The door code is …", kind="fact", turn=None, told_in=1, valid_to=AT)
    (found,) = chosen([turn, hidden], "What was the code of the door?", "en")
    assert (found.passage.id, found.passage.text, found.passage.valid_to) == (2, "The door code is 1234.", AT)


def test_documents_that_are_far_behind_are_not_read() -> None:
    """Neither behind a document nor behind what was said; that the same was asked before puts nothing behind."""
    question = "How long is the guarantee of the drone?"
    document = {"kind": "chunk", "turn": None}
    found = [
        hit(1, "How long is the guarantee of the drone, please?", 130.0),
        hit(2, "The guarantee is valid for 30 months.", 115.0, **document),
        hit(3, "The guarantee ends when it falls into water.", 109.0, **document),
        hit(4, "The wardrobe opens with sunflower-42.", 101.0, **document),
        hit(5, "My drone broke on Sunday.", 100.0),
    ]
    assert [h.passage.id for h in near(found, question)] == [1, 2, 3, 5]
    assert near([found[0]], question) == [found[0]]


@pytest.mark.parametrize(
    ("text", "before", "read"),
    [
        ("My sister Marta is a nurse in Bilbao.", "", False),
        ("Marta tiene alergia al polen.", "", False),
        ("Recuerda que Marta tiene alergia al polen.", "", False),
        ("Remember that my sister Marta is allergic.", "", False),
        ("Marta tiene una gata alérgica.", "", False),
        ("Marta's pollen season is May.", "", False),
        ("Recuerda que Marta cumple años el 5 de noviembre.", "", False),
        ("Y el de Marta es alergólogo.", "", False),
        ("Quedamos con Marta en Lisboa.", "", True),
        ("She's allergic to walnuts.", "My sister Marta is a nurse in Bilbao.", False),
        ("Marina is vegetarian.", "", True),
        ("She's allergic to cats.", "Marina moved to Lisbon.", True),
        ("She's allergic to cats.", "What a day!", True),
        ("Marta says that Marina cannot eat prawns.", "", True),
        ("Marta is the aunt of my friend from Lisbon.", "", True),
        ("Lisbon is where the friend lives who cannot eat prawns.", "", True),
        ("I cannot eat peanuts.", "My sister Marta is a nurse in Bilbao.", True),
        ("My sister is allergic to bees.", "", True),
    ],
)
def test_what_is_of_somebody_else_is_not_read_for_who_is_named(text: str, before: str, read: bool) -> None:
    found = [hit(1, text, before_text=before), hit(2, "Marta is allergic to nuts", kind="fact", turn=None, memory=3)]
    people = {"marta", "marina"}
    assert of_others(found, "What is Marina allergic to?", (), people) == ([2] if read else [1, 2])
    assert of_others(found, "What is my friend allergic to?", ["marina"], people) == ([2] if read else [1, 2])
    assert of_others(found, "Who is allergic?", (), people) == of_others(found, "Marina?", (), {"marta"}) == []
    assert 2 not in of_others(found, "Are Marta and Marina allergic?", (), people)


def test_a_private_topic_comes_up_when_it_is_asked_for_or_answers_best() -> None:
    def topics(text: str) -> list[str]:
        return ["phone", *(["topic:gout"] if "gout" in text else [])]

    gout, tea = hit(1, "I have gout, so no beer for me.", 5.0), hit(2, "I drink tea now, 3 cups a day.", 7.0)
    assert [h.passage.id for h in public([tea, gout], "What has changed this week?", topics)] == [2]
    assert [h.passage.id for h in public([tea, gout], "Since when have I had gout?", topics)] == [2, 1]
    assert [h.passage.id for h in public([replace(gout, score=8.0), tea], "Why no beer?", topics)] == [1, 2]
    assert [h.passage.id for h in public([tea, replace(gout, score=6.8)], "Why no beer?", topics)] == [2, 1]


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("What is my address?", True),
        ("¿Qué desayuno yo?", True),
        ("What does Ann like to eat?", True),
        ("How much did the movers pay for the mirror?", False),
        ("¿Quién se ha roto la muñeca?", False),
        ("What is photosynthesis?", False),
        ("¿Cuántos habitantes tiene Noruega?", False),
        ("Write a poem about the sea", False),
        ("What is the capital of France?", False),
        ("where do I live", True),
        ("Escribe una carta a mi hermana", True),
        ("Me he mudado a Valencia.", False),
        ("Vivo en Salamanca y trabajo en un banco", False),
        ("My dog is called Curro.", False),
        ("How do I boil an egg?", False),
        ("What should I cook with potatoes and eggs?", False),
        ("Can you explain to me what a noun is?", False),
        ("How can we open a PDF in Python?", False),
        ("How do I get to my dentist?", True),
        ("Tell me where I live", True),
        ("¿Qué dice el contrato de las mascotas?", True),
        ("¿Cómo abro un archivo PDF en Python?", False),
        ("¿Dónde vivía antes?", True),
        ("¿Dónde trabajé en 2019?", True),
        ("¿Dónde vivía Cervantes?", False),
    ],
)
def test_whose_a_question_is(question: str, own: bool) -> None:
    assert personal(question, [hit(1, "Ann is allergic to nuts."), hit(2, question)]) is own


def test_days_and_people_are_named() -> None:
    said = hit(2, "She comes tomorrow.", before_text="My sister Ann is a nurse.")
    assert told(said) == "(Ann) She comes tomorrow (2026-03-03)."
    assert told(hit(3, "Nos vemos el sábado 7 de marzo.")) == "Nos vemos el sábado 7 de marzo (2026-03-07)."
    assert told(hit(4, "Los martes y jueves corro.")) == "Los martes y jueves corro."
