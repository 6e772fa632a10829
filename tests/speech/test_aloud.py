"""Written answers as they are read aloud, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.speech.speak.aloud import aloud
from jarvis.words.memory import Language

pytest.importorskip("num2words")

CASES: tuple[tuple[Language, str, str], ...] = (
    ("es", "Son las 7:30 y hace 25 °C.", "Son las siete y media y hace veinticinco grados."),
    ("es", "Es la 1:00, o las 14:05", "Es la una en punto, o las catorce y cinco."),
    (
        "es",
        "El total es 1.234,56 € (un 21 % más).",
        "El total es mil doscientos treinta y cuatro euros con cincuenta y seis (un veintiuno por ciento más).",
    ),
    ("es", "**Hola**, _mira_: [la guía](https://www.ejemplo.com/a?b=c) [1].", "Hola, mira: la guía."),
    ("es", "Visite https://jarvis.example.org/docs.", "Visite jarvis punto example punto org."),
    ("es", "```python\nprint(1)\n```\nEso es todo.", "Aquí hay código. Eso es todo."),
    ("es", "- Uno\n- Dos\n\n# Título\nTexto", "Uno. Dos. Título. Texto."),
    ("es", "El 2026-11-27", "El veintisiete de noviembre de dos mil veintiséis."),
    ("es", "El 3/4/2026", "El tres de abril de dos mil veintiséis."),
    ("es", "2 + 3 = 5", "dos más tres igual a cinco."),
    (
        "es",
        "Tiene 21 años, 1 hora, 31 horas y 200 casas",
        "Tiene veintiún años, una hora, treinta y una horas y doscientas casas.",
    ),
    ("es", "El 3º piso, 1ª planta", "El tercer piso, primera planta."),
    ("es", "Llame al 612345678.", "Llame al seis uno dos tres cuatro cinco seis siete ocho."),
    ("es", "😀 Vale 👍", "Vale."),
    ("es", "| a | b |\n|---|---|\n| 1 | 2 |", "a, b. uno, dos."),
    ("es", "-5 grados, p. ej. el Sr. López", "menos cinco grados, por ejemplo el señor López."),
    (
        "es",
        "Son 3.500 m² y 1 kg a 100 km/h",
        "Son tres mil quinientos metros cuadrados y un kilo a cien kilómetros por hora.",
    ),
    ("es", "código 007, versión 3.11.7", "código cero cero siete, versión tres punto once punto siete."),
    ("en", "It's 7:05 and 25 °F.", "It's seven oh five and twenty-five degrees Fahrenheit."),
    (
        "en",
        "$1,234.56 (up 21%).",
        "one thousand two hundred and thirty-four dollars fifty-six (up twenty-one percent).",
    ),
    (
        "en",
        "Dr. Smith, e.g. on 2026-11-27.",
        "Doctor Smith, for example on November twenty-seventh, twenty twenty-six.",
    ),
    ("en", "3 × 4 = 12; the 3rd of 1,000,000", "three times four equals twelve; the third of one million."),
    ("en", "5-10 minutes, 3.5 GB, x_y_z", "five to ten minutes, three point five gigabytes, x_y_z."),
    ("en", "", ""),
    ("en", "***\n---\n| --- |", ""),
)


@pytest.mark.parametrize(("language", "written", "said"), CASES)
def test_it_is_read_as_a_person_would(language: Language, written: str, said: str) -> None:
    assert aloud(written, language) == said


@given(st.text(max_size=200), st.sampled_from(["en", "es"]))
def test_whatever_is_written_can_be_read(written: str, language: Language) -> None:
    said = aloud(written, language)
    assert "```" not in said and said == said.strip()


@given(st.text("0123456789.,:/-–%€$ºª °C+*=()[] ", max_size=60), st.sampled_from(["en", "es"]))
def test_whatever_looks_like_a_number_can_be_read(written: str, language: Language) -> None:
    aloud(written, language)
