"""What is seen in a question: the same in Spanish and English, right at the edges, never an exception."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.router.private import private
from jarvis.router.signals import signals
from jarvis.words.chat import ChatRequest, Image, Message, Sampling, Text, Tool, ToolCall
from jarvis.words.routing import SPECIALTIES, Signals


def seen(text: str, **more: object) -> Signals:
    return signals(ChatRequest((Message.of("user", text),)), **more)  # type: ignore[arg-type]


PAIRS = [
    ("What is the capital of France?", "¿Cuál es la capital de Francia?"),
    ("Why is the sky blue?", "¿Por qué el cielo es azul?"),
    ("Write a Python function that sorts a list", "Escribe una función en Python que ordene una lista"),
    ("How many apples are left if Ana had 12 and ate 3?", "¿Cuántas manzanas quedan si Ana tenía 12 y se comió 3?"),
    ("Turn on the living room light", "Enciende la luz del salón"),
    ("Write a poem about the sea", "Escribe un poema sobre el mar"),
    ("Hello, how are you?", "Hola, ¿cómo estás?"),
    ("Who wrote Don Quixote?", "¿Quién escribió Don Quijote?"),
    ("Is water wet?", "¿Es el agua húmeda?"),
    ("Solve the equation x^2 = 4", "Resuelve la ecuación x^2 = 4"),
    ("Which is larger?\nA. The sun\nB. The moon", "¿Cuál es más grande?\nA. El sol\nB. La luna"),
]


@pytest.mark.parametrize(("english", "spanish"), PAIRS)
def test_both_languages_show_the_same(english: str, spanish: str) -> None:
    en, es = seen(english), seen(spanish)
    assert (en.language, es.language) == ("en", "es")
    assert (en.code, en.maths, en.now, en.private, en.json) == (es.code, es.maths, es.now, es.private, es.json)
    alike = {"which": "what"}
    assert alike.get(en.question, en.question) == alike.get(es.question, es.question)
    if max(en.specialties.values()) > 0.4:
        assert en.main == es.main


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("Write a Python function that sorts a list", "code"),
        ("What is 12 * 31 + 4?", "math"),
        ("Enciende la luz del salón", "command"),
        ("hola", "chat"),
        ("Escribe un cuento y un poema", "writing"),
    ],
)
def test_specialties(text: str, main: str) -> None:
    assert seen(text).main == main


NOW = [
    ("What is the weather in Madrid?", "¿Qué tiempo hace en Madrid?"),
    ("Will it rain tomorrow in Bilbao?", "¿Va a llover mañana en Bilbao?"),
    ("What is the price of bitcoin right now?", "¿Cuánto vale el bitcoin ahora mismo?"),
    ("What is in the news today?", "¿Qué noticias hay hoy?"),
    ("What is the latest version of Python?", "¿Cuál es la última versión de Python?"),
    ("What matches are on tonight?", "¿Qué partidos hay esta noche?"),
    ("Who is the current president of Brazil?", "¿Quién es el actual presidente de Brasil?"),
]
NOT_NOW = [
    ("What was the date of the battle of Lepanto?", "¿Cuál fue la fecha de la batalla de Lepanto?"),
    ("How does weather form?", "¿Cómo se forma el tiempo atmosférico?"),
    ("I feel sad today", "Hoy me siento triste"),
    ("Write a poem about today's weather", "Escribe un poema sobre el tiempo de hoy"),
    ("Translate «what is the weather like today?»", "Traduce «¿qué tiempo hace hoy?»"),
    ("What is a stock price?", "¿Qué es el precio de una acción?"),
    ("Who won the war of 1812?", "¿Quién ganó la guerra de 1812?"),
    (
        "A shirt costs 20 dollars today and 30 tomorrow. How much is the difference?",
        "Una camisa cuesta hoy 20 euros y mañana 30. ¿Cuánto es la diferencia?",
    ),
]


@pytest.mark.parametrize("text", [t for pair in NOW for t in pair])
def test_what_needs_fresh_facts(text: str) -> None:
    assert seen(text).now


@pytest.mark.parametrize("text", [t for pair in NOT_NOW for t in pair])
def test_what_does_not(text: str) -> None:
    assert not seen(text).now


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my key is sk-ant-REDACTED-REDACTED1234", "secret"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "secret"),
        ("password: hunter22", "secret"),
        ("mi contraseña es Tr0ub4dor&3", "secret"),
        ("API_KEY=abcdef123456", "secret"),
        ("postgres://ana:s3creto@db.local/x", "secret"),
        ("pay with 4111 1111 1111 1111 please", "card"),
        ("5500-0000-0000-0004", "card"),
        ("transfer to ES91 2100 0418 4502 0005 1332", "iban"),
        ("GB82WEST12345698765432", "iban"),
        ("mi DNI es 12345678Z", "identity"),
        ("NIE X1234567L", "identity"),
        ("12.345.678-Z", "identity"),
        ("SSN 219-09-9999", "identity"),
        ("llámame al 612 345 678", "phone"),
        ("call me at (415) 555-0132", "phone"),
        ("+34 612 34 56 78", "phone"),
        ("write to ana.perez@correo.es", "email"),
        ("vivo en la calle Mayor, 15", "address"),
        ("I live at 221 Baker Street", "address"),
    ],
)
def test_private_content_is_seen(text: str, kind: str) -> None:
    assert kind in private(text)
    assert kind in private("x " * 5000 + text + " y" * 5000), "also in the middle of much else"


@pytest.mark.parametrize(
    "text",
    [
        "What is a password manager?",
        "The password is wrong",
        "¿Qué es una contraseña segura?",
        "order 4111 1111 1111 1112",
        "DNI 12345678A",
        "ES91 2100 0418 4502 0005 1333",
        "3.14159265358979323846",
        "550e8400-e29b-41d4-a716-446655440000",
        "In 1492 there were 600.000.000 people and 123-45 of them left",
        "How many litres is 25 gallons on the road?",
        "@staticmethod",
        "0000 0000 0000 0000",
    ],
)
def test_what_only_looks_private_is_not(text: str) -> None:
    assert private(text) == ()


def test_the_owner_s_topics_whatever_their_accents() -> None:
    topics = ("Depresión", "proyecto  Águila", "IVA")
    assert private("hablemos de DEPRESION y del Proyecto águila", topics) == (
        "topic:Depresión",
        "topic:proyecto  Águila",
    )
    assert private("privado, salivas", topics) == ()


def test_private_content_anywhere_in_what_would_leave() -> None:
    call = ToolCall("1", "send", '{"to": "ana@correo.es"}')
    history = (
        Message.of("user", "my pin is 4821"),
        Message("assistant", (Text("ok"),), tool_calls=(call,)),
        Message.of("user", "and now?"),
    )
    found = signals(ChatRequest(history))
    assert found.private == ("secret", "email")
    assert found.depth == 1
    assert signals(ChatRequest(history), depth=7).depth == 7


def test_what_is_asked_of_the_model() -> None:
    asked = (Message("user", (Text("What is this?"), Image("data:image/png;base64,AA=="))),)
    plain = signals(ChatRequest(asked))
    assert plain.images
    assert not plain.tools
    tools = signals(ChatRequest(asked, tools=(Tool("look"),), response_format={"type": "json_object"}))
    assert tools.tools
    assert tools.json
    assert not signals(ChatRequest(asked, tools=(Tool("look"),), tool_choice="none")).tools
    assert seen("Devuélvelo en JSON").json
    assert not seen("What is JSON?").json


@pytest.mark.parametrize(
    "first, then",
    [
        ("What is the weather in Madrid?", "and tomorrow?"),
        ("¿Qué tiempo hace en Madrid?", "¿y mañana?"),
        ("What is the weather in Madrid?", "What about Seville?"),
        ("¿Qué tiempo hace en Madrid?", "¿y en Sevilla?"),
    ],
)
def test_a_question_that_goes_on_with_one_about_now(first: str, then: str) -> None:
    def asked(*questions: str) -> Signals:
        return signals(ChatRequest(tuple(Message.of("user", q) for q in questions)))

    assert asked(first, then).now
    assert not asked(then).now
    assert not asked("¿Cuál es la capital de Francia?", then).now
    assert not asked(first, "and why is the sky blue?").now
    assert not asked(first, "¿y cómo se forma la lluvia?").now


CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "leaving",
    [
        ChatRequest((Message("user", (Text("hi"),), name="ana@correo.es"),)),
        ChatRequest((Message.of("user", "hi"),), tools=(Tool("pay", f"Pays with {CARD}"),)),
        ChatRequest((Message.of("user", "hi"),), tools=(Tool("pay", parameters={"default": CARD}),)),
        ChatRequest((Message.of("user", "hi"),), response_format={"schema": {"const": CARD}}),
        ChatRequest((Message.of("user", "hi"),), sampling=Sampling(stop=("4111111111111111",))),
        ChatRequest((Message.of("user", "hi"),), grammar=f'root ::= "{CARD}"'),
    ],
)
def test_private_content_beside_the_words(leaving: ChatRequest) -> None:
    assert signals(leaving).private


def test_what_is_not_seen_does_not_hide_it() -> None:
    assert private("pass\u200bword: hunter22") == ("secret",)
    assert private("４１１１１１１１１１１１１１１１") == ("card",)
    assert private("pagué 4111\u00a01111\u00a01111\u00a01111") == ("card",)


def test_a_control_digit_that_is_wrong_is_no_number_of_a_person() -> None:
    assert private("CIF A58818501 de la empresa") == ("identity",)
    assert private("CIF A58818502 de la empresa") == ()
    assert private("2100 0418 45 0200051332") == ("iban",)
    assert private("2100 0418 46 0200051332") == ()
    assert private("28/12345678/40") == ("identity",)
    assert private("28/12345678/41") == ()


@pytest.mark.parametrize("english, spanish", [("a red house", "una casa roja"), ("a restaurant", "un restaurante")])
def test_a_word_of_the_other_language_or_in_another_sense_tells_nothing(english: str, spanish: str) -> None:
    assert seen(english).specialties == seen(spanish).specialties


HARD = (
    "password is ", "password ", "my password for a ", "contraseña de mi ", "clave de la ", "a@", "a.", "1 ", "1-", "1",
    "11 ", "call ", "call a b ", "calle a ", "1 a b ", "(at) ", "a at ", "curl -u ", "mysql ", "://a:", "eyJa.", "SG.a",
    "\n", " ", "?", "seed phrase ", "abc ", "code to my a ", "token:", "ES91 ", "passport ", "change my password ", "«",
    "'a", '"',
)  # fmt: skip
"""Beginnings of what is looked for, again and again: where an expression would try all ways of ending."""


def test_time_grows_with_the_text_and_not_faster() -> None:
    """In a process of its own, which is ended where it does not end: it takes a second, or an hour."""
    code = (
        "import sys\nfrom jarvis.router.signals import has_code, has_maths, signals\n"
        "from jarvis.router.lexicon import question\nfrom jarvis.words.fold import fold\n"
        "from jarvis.words.chat import ChatRequest, Message\n"
        "for seed in eval(sys.argv[1]):\n"
        "    text = (seed * 60000)[:60000]\n"
        "    signals(ChatRequest((Message.of('user', text),)))\n"
        "    has_code(text, fold(text)), has_maths(text, fold(text)), question(fold(text), False)\n"
    )
    subprocess.run([sys.executable, "-c", code, repr(HARD)], check=True, timeout=40)


@given(st.text(max_size=400), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_text_is_seen(text: str, system: bool) -> None:
    first = (Message.of("system", "Be kind."),) if system else ()
    found = signals(ChatRequest((*first, Message.of("user", text))), topics=("x",))
    assert set(found.specialties) == set(SPECIALTIES)
    assert sum(found.specialties.values()) == pytest.approx(1)
    assert found.tokens >= 0
    assert found.context_tokens >= found.tokens
    assert found.characters == len(text)


def test_no_message_at_all() -> None:
    assert signals(ChatRequest(())).characters == 0


def test_options_are_seen_after_worked_examples_and_with_escaped_line_ends() -> None:
    shots = "What is 1+1?\nA) 2\nB) 3\nAnswer:\nA\n\n" * 3
    prompt = shots + "Which planet is red?\nA) Mars\nB) Venus\nAnswer:"
    for text in (prompt, prompt.replace("\n", "\\n")):
        assert signals(ChatRequest((Message.of("user", text),))).question == "choice"
