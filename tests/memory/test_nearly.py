"""What is to be forgotten is found when it is said in other words, and what hangs on it alone goes too."""

from __future__ import annotations

from jarvis.memory.dangling import dangling
from jarvis.memory.doomed import saying
from jarvis.memory.kin import lines, relations
from jarvis.memory.nearly import nearest


def test_the_text_with_most_of_the_words_is_nearest() -> None:
    said = [(1, "El código de la alarma es 5512."), (2, "La casa vieja era fría."), (3, "Mañana llueve.")]
    assert nearest("el código de la alarma de la casa vieja", said) in (1, 2)
    assert nearest("el código de la alarma del garaje", said) == 1
    assert nearest("la alarma del barco pirata rojo", said) is None  # one word is too few
    assert nearest("lo de siempre", said) is None


def test_a_word_is_found_by_another_for_the_same_thing() -> None:
    assert saying("mi sueldo")("En la tienda cobro 1.200 al mes.")
    assert saying("my salary")("En la tienda cobro 1.200 al mes.")
    assert not saying("mi sueldo")("La tienda abre a las diez.")
    assert not saying("mi sueldo de verano")("En la tienda cobro 1.200 al mes.")


def test_a_name_that_is_known_only_from_there_takes_its_turns_with_it() -> None:
    turns = [
        (1, "a", "I passed the exam in Elmville with Ann."),
        (2, "a", "Do not tell anybody about Elmville."),
        (3, "a", "The weather is fine."),
        (4, "b", "I met Ann today."),
    ]
    assert dangling(turns, {1}) == {2}
    assert dangling([*turns, (5, "b", "We drove to Elmville once.")], {1}) == set()  # it is known from elsewhere
    assert dangling(turns, {3}) == set()


def test_kin_and_what_there_is_one_of() -> None:
    assert relations("¿Qué come mi hermana?") == ["sister"]
    assert {"sister", "brother"} <= set(relations("What is my niece called?"))
    assert lines("What was my address in May?") == ["home"]
    assert lines("¿En qué empresa trabajo?")[0] == "employer"
    assert lines("What is the address of the museum?") == []
