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
    ("es", "Pagó $1,200.50 y 3.5 €", "Pagó mil doscientos dólares con cincuenta y tres coma cinco euros."),
    ("en", "1.234,50 €", "one thousand two hundred and thirty-four euros fifty."),
    ("es", "1.000.000 de personas, 500 personas", "un millón de personas, quinientas personas."),
    ("es", "192.168.1.20", "ciento noventa y dos punto ciento sesenta y ocho punto uno punto veinte."),
    ("es", "100000000 €", "cien millones de euros."),
    ("es", "5 - 3 = 2, 5-10 años", "cinco menos tres igual a dos, cinco a diez años."),
    ("es", "El 03/11/26 de 9:15-10:30", "El tres de noviembre de dos mil veintiséis de nueve y cuarto a diez y media."),
    ("es", "2026-11-28T10:30:00Z", "veintiocho de noviembre de dos mil veintiséis, diez y media."),
    ("es", "1/2 taza, ½ kilo y 3/4 de litro", "media taza, medio kilo y tres cuartos de litro."),
    ("es", "612 345 678", "seis uno dos, tres cuatro cinco, seis siete ocho."),
    ("es", "ana.ruiz@casa.es, 3 €/kg", "ana punto ruiz arroba casa punto es, tres euros por kilo."),
    ("es", "a la 1 de la tarde, ~5 minutos", "a la una de la tarde, aproximadamente cinco minutos."),
    ("es", "$3 millones, 5 m³", "tres millones de dólares, cinco metros cúbicos."),
    ("en", "In 1999, the 1990s and the '80s", "In nineteen ninety-nine, the nineteen nineties and the 'eighties."),
    ("en", "$1.5 million, 24/7, 2½ cups", "one point five million dollars, twenty-four seven, two and a half cups."),
    ("en", "555-123-4567", "five five five, one two three, four five six seven."),
    ("en", "5 &amp; 6[^1], 60 mph", "five and six, sixty miles per hour."),
    ("es", "Felipe II y el siglo XXI", "Felipe segundo y el siglo veintiuno."),
    ("es", "Alfonso XIII, Isabel II, Juan Carlos I.", "Alfonso trece, Isabel segunda, Juan Carlos primero."),
    (
        "es",
        "Los siglos XV-XVI, el s. V y el capítulo IV",
        "Los siglos quince a dieciséis, el siglo quinto y el capítulo cuatro.",
    ),
    ("es", "La II Guerra Mundial, el III Congreso", "La segunda Guerra Mundial, el tercer Congreso."),
    ("es", "Felipe III y IV, los siglos XIX y XX", "Felipe tercero y cuarto, los siglos diecinueve y veinte."),
    ("es", "Un CD, MIX, DIY, vitamina C, Malcolm X, XL", "Un CD, MIX, DIY, vitamina C, Malcolm X, XL."),
    ("en", "Henry VIII's wives, World War II.", "Henry the eighth's wives, World War two."),
    ("en", "Chapter IV, Act III, Part I, Rocky IV", "Chapter four, Act three, Part one, Rocky IV."),
    (
        "en",
        "Queen Elizabeth I died; Charles I of England",
        "Queen Elizabeth the first died; Charles the first of England.",
    ),
    ("en", "With Henry I went home, and I like chapter I read", "With Henry I went home, and I like chapter I read."),
    ("en", "MIX, DIY, a CD, Vitamin C, Malcolm X, an IV drip", "MIX, DIY, a CD, Vitamin C, Malcolm X, an IV drip."),
    ("en", "x = 3, a ≤ b", "x equals three, a at most b."),
    ("es", "x = 3, y=x+1", "x igual a tres, y igual a x más uno."),
    ("es", "CO₂, H₂O y x₁", "C O dos, H dos O y x uno."),
    ("en", "CO2 is C₁ and C₆H₁₂O₆", "C O two is C one and C six H twelve O six."),
    ("es", "√16 = 4, la √2", "la raíz cuadrada de dieciséis igual a cuatro, la raíz cuadrada de dos."),
    ("en", "√16 = 4", "the square root of sixteen equals four."),
    (
        "es",
        "2^10, 10⁻³, x² y 5 m²",
        "dos elevado a diez, diez elevado a menos tres, x al cuadrado y cinco metros cuadrados.",
    ),
    (
        "en",
        "2^10, 10⁻³, x² and 5 m²",
        "two to the power of ten, ten to the power of minus three, x squared and five square meters.",
    ),
    ("en", "1990-1995, 1990–95", "nineteen ninety to nineteen ninety-five, nineteen ninety to ninety-five."),
    (
        "en",
        "1500-2000 people, 12–15 km",
        "one thousand five hundred to two thousand people, twelve to fifteen kilometers.",
    ),
    (
        "en",
        "Python 3.11, version 3.10, v2.0.1",
        "Python three point eleven, version three point ten, version two point zero point one.",
    ),
    ("es", "Python 3.11, versión 3.1 trae", "Python tres punto once, versión tres punto uno trae."),
    (
        "es",
        "1er piso, 2do, 3er intento, 5to, 3ra vez, 7mo",
        "primer piso, segundo, tercer intento, quinto, tercera vez, séptimo.",
    ),
    ("es", "20 USD, EUR 15 y 15 EUR", "veinte dólares, quince euros y quince euros."),
    (
        "en",
        "20 USD, EUR 15, 15 EUR, £5.99, US$3",
        "twenty dollars, fifteen euros, fifteen euros, five pounds ninety-nine, three dollars.",
    ),
    (
        "en",
        "From 1990 to 1995, 20 USD/month",
        "From nineteen ninety to nineteen ninety-five, twenty dollars per month.",
    ),
    ("es", "10 % = 0,1 y 5 ≠ 6", "diez por ciento igual a cero coma uno y cinco distinto de seis."),
    ("en", "Chapters IV-VI and I agree, Louis XIV", "Chapters four to six and I agree, Louis the fourteenth."),
    (
        "en",
        "John XXIII; World Wars I and II; Part II, I think",
        "John the twenty-third; World Wars one and two; Part two, I think.",
    ),
    (
        "en",
        "King Charles I think of; John I. Smith, Mary V. Smith",
        "King Charles I think of; John I. Smith, Mary V. Smith.",
    ),
    ("en", "SO₄²⁻, Ca²⁺, 2**10", "S O four two minus, Ca two plus, two to the power of ten."),
    (
        "es",
        "Tipo I, II y III, Python3.11, María V. Ruiz",
        "Tipo uno, dos y tres, Python tres punto once, María V. Ruiz.",
    ),
    (
        "es",
        "De 200 a 300, de 1 a 5, el siglo I a. C.",
        "De doscientos a trescientos, de uno a cinco, el siglo primero antes de Cristo.",
    ),
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


@given(
    st.text("0123456789.,:/-–%€$ºª °C+*=()[]½~@T IVXsyx^²⁻³₂√≠LkKMhpamF'!<>eldn", max_size=60),
    st.sampled_from(["en", "es"]),
)
def test_whatever_looks_like_a_number_can_be_read(written: str, language: Language) -> None:
    aloud(written, language)
