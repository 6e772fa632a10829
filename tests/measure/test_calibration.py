"""The calibration set: whole, parallel, and right; and how it is asked."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from itertools import count

import pytest

from jarvis.measure.calibrate import ENOUGH, THINKING, VAGUE, Reply, Result, calibrate, looping, wilson
from jarvis.measure.calibration import LANGUAGES, Question, order, parallel, questions
from jarvis.measure.checks import Language
from jarvis.measure.made import _RULES, spoken_in
from jarvis.router.ability import posterior
from jarvis.words.language import language
from jarvis.words.routing import SPECIALTIES

PROGRAM = re.compile(r"```python\n(.*?)\n```", re.DOTALL)


def test_every_specialty_has_as_many_of_every_level() -> None:
    found = Counter((q.specialty, q.level) for q in questions())
    assert found == {(s, level): 6 for s in SPECIALTIES for level in range(1, 6)}
    assert len({q.id for q in questions()}) == 240
    for specialty in SPECIALTIES:
        steps = dict.fromkeys((q.level, q.difficulty) for q in questions() if q.specialty == specialty)
        assert [level for level, _ in steps] == [1, 2, 3, 4, 5] and list(steps) == sorted(steps, key=lambda s: s[1])


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.id)
def test_a_question_can_be_answered_in_both_languages(question: Question) -> None:
    assert question.en != question.es
    prose = re.sub(r"```.*?```", " ", question.es, flags=re.DOTALL)
    assert language(prose, "es") == "es" and language(question.en, "en") == "en"
    for lang in LANGUAGES:
        assert question.right(model_answer(question, lang), lang)
        assert not question.right("", lang) and not question.right("Z", lang)


@pytest.mark.parametrize("question", [q for q in questions() if PROGRAM.search(q.en)], ids=lambda q: q.id)
def test_what_a_program_prints_is_what_is_expected(question: Question) -> None:
    for lang in LANGUAGES:
        found = PROGRAM.search(question.text(lang))
        assert found is not None
        done = subprocess.run([sys.executable, "-I", "-c", found[1]], capture_output=True, text=True, timeout=20)
        assert question.right(done.stdout, lang), (done.stdout, done.stderr)


MADE = {
    "writing-01": ("The river is wide today.", "El río va crecido hoy."),
    "writing-08": ("Dear Mrs Alba, thank you.", "Estimada señora Alba: gracias por todo."),
    "writing-09": ("apple\npear\nfig", "pera\nhigo\nuva"),
    "writing-10": ("Could you give me the report?", "¿Podría darme el informe?"),
    "writing-11": ("How I love the sea!", "¡Cuánto me gusta el mar!"),
    "writing-13": ("In winter we all stay home and read.", "En invierno nos quedamos en casa y leemos."),
    "writing-14": ("- Smile\n- Listen\n- Ask\n- Thank", "- Sonría\n- Escuche\n- Pregunte\n- Agradezca"),
    "writing-15": ("It is baked every day. We eat it warm.", "Se hornea cada día. Siempre lo comemos muy caliente."),
    "writing-18": ("Fresh every morning since 1950.", "Siempre fresco y crujiente desde 1950."),
    "writing-19": ("A small bird sang to us all.", "Sin prisa vino mi gran amigo Julio."),
    "writing-20": ("Sea\nAir\nLight\nTide", "Luz\nUna\nNoche\nAzul"),
    "writing-21": (
        "The lighthouse stands on a rock. Its light can be seen far. Nobody has lived there since spring.",
        "El faro está sobre una roca. Su luz se ve desde lejos. Nadie vive allí desde el invierno.",
    ),
    "writing-22": ("The 3 cities will share 12 night buses.", "Las 3 ciudades compartirán 12 autobuses nocturnos."),
    "writing-23": ("However, " + "the train was late " * 10 + "going home.",
                   "Sin embargo, " + "el tren tardó mucho " * 10 + "hasta casa."),
    "writing-24": ("anchor, bridge, candle, desert, engine", "alegre, barato, camino, dinero, espejo"),
    "writing-25": ("I am the best night friend", "Y tú vas solo desde Lisboa"),
    "writing-26": (
        "Patience means waiting calmly while time does its slow work; every seed, each river, all mountains teach us"
        " how great things grow only when nobody pushes them too hard today.",
        "Paciencia significa esperar sin prisa mientras todo madura lentamente; cada semilla, algún río, los montes y"
        " nosotros mismos crecemos solo cuando nadie empuja demasiado pronto aquello que pide paz interior.",
    ),
    "writing-27": ("Seven silent sailors sat singing sad songs since sunset",
                   "Sofía siempre sale sola sin saber si sigue soñando"),
    "writing-28": (
        "Autumn has come at last. The leaves fall softly on the ground. Children run through the park and laugh until"
        " evening. In the old house we light the fire and tell stories.",
        "El otoño llegó al fin. Las hojas caen despacio sobre la tierra. Los niños corren por el parque y ríen siempre."
        " En la vieja casa encendemos el fuego y contamos viejas historias.",
    ),
    "writing-29": (
        "Snow falls on roofs\nIt covers the road\nLamps burn in windows\nVoices fade at dusk\nEverybody goes to bed\n"
        "Rest comes at last",
        "Fuera cae la lluvia\nUn gato la mira\nTodo queda en silencio\nUna vela se apaga\nRespira la noche fría\n"
        "Otra vez llega mañana",
    ),
    "writing-30": (
        "apples, pears, plums, figs, bread, " + "and fish " * 22 + "there.",
        "peras, higos, uvas, pan, queso, " + "y también " * 22 + "flor.",
    ),
    "command-03": ("hello hello hello", "hola, hola, hola"),
}  # fmt: skip
"""Texts that keep the constraints, so that each is known to be possible."""


def model_answer(question: Question, lang: Language) -> str:
    """A right one."""
    check = spoken_in(question.check, lang)
    match check["kind"]:
        case "number":
            return f"{check['value']}".replace(".", "." if lang == "en" else ",")
        case "choice":
            return str(check["letter"])
        case "any_of":
            return str(check["accept"][0])
        case "exact":
            return str(check["text"])
        case "json":
            import json

            return json.dumps(check["value"])
    if question.id in MADE:
        return MADE[question.id][lang == "es"]
    assert set(check) & set(_RULES) >= {"sequence"}, question.id
    joint = "\n" if "lines" in check else ";" if ";" in check.get("contains", ()) else ", "
    return joint.join(check["sequence"])


def test_every_beginning_of_the_order_is_balanced() -> None:
    asked = order(questions())
    assert len(asked) == len(set(map(id_of, asked))) == 480
    for beginning in (16, 48, 80):
        some = asked[:beginning]
        assert len(set(Counter((q.specialty, lang) for q, lang in some).values())) == 1
    assert set(Counter(q.level for q, _ in asked[:80]).values()) == {16}
    assert len({q.level for q, _ in asked[:16]}) >= 4
    assert asked == order(questions()) != order(questions(), seed=1)


def id_of(pair: tuple[Question, Language]) -> tuple[str, Language]:
    return pair[0].id, pair[1]


def test_the_export_has_every_id_in_both_languages() -> None:
    lines = list(parallel())
    assert {(line["id"], line["lang"]) for line in lines} == {(q.id, lang) for q in questions() for lang in LANGUAGES}
    assert all(line.keys() == {"id", "lang", "category", "prompt", "score"} and not line["score"] for line in lines)


async def results(texts: str = "7", **limits: object) -> tuple[list[Result], list[int]]:
    tokens: list[int] = []

    async def ask(prompt: str, allowed: int) -> Reply:
        tokens.append(allowed)
        return Reply(texts, thought=texts == "", cut=texts == "")

    return [r async for r in calibrate(ask, questions(), **limits)], tokens  # type: ignore[arg-type]


async def test_a_specialty_is_asked_until_it_is_known() -> None:
    found, _ = await results(enough=1.2)
    by = {s: [r.observation for r in found if r.question.specialty == s] for s in SPECIALTIES}
    for seen in by.values():
        assert posterior(0.0, VAGUE, seen)[1] <= 1.2 < posterior(0.0, VAGUE, seen[:-1])[1]
    assert len(found) < 480 and ENOUGH < 1.2


async def test_it_ends_in_time_or_when_it_has_asked_enough() -> None:
    ticks = count()
    found, _ = await results(seconds=10.0, clock=lambda: float(next(ticks)))
    assert 0 < len(found) <= 10
    assert len((await results(most=40, enough=0.0))[0]) == 40
    assert len((await results(enough=0.0))[0]) == 480


async def test_who_has_little_time_asks_what_is_easy() -> None:
    found, _ = await results(enough=0.0)
    for block in (found[:80], found[80:160]):
        assert [r.question.level for r in block] == sorted([1, 2, 3, 4, 5] * 16)
        assert set(Counter((r.question.specialty, r.language) for r in block[:16]).values()) == {1}
    quick, _ = await results(enough=0.0, most=40)
    assert {id_of((r.question, r.language)) for r in quick} == set(map(id_of, order(questions())[:40]))


async def test_a_model_that_thinks_is_given_room() -> None:
    found, tokens = await results(texts="", most=3)
    asked = [r.question.tokens for r in found]
    assert tokens == [asked[0], asked[0] * THINKING, asked[1] * THINKING, asked[2] * THINKING]


def test_a_model_that_repeats_itself_is_seen() -> None:
    assert looping("It begins. " + "and 1.000 a " * 30)
    assert not looping("and 1.000 a " * 5)
    assert not looping("".join(f"Step {n}: add {n * 7} to what there was. " for n in range(30)))


def test_the_interval_of_a_share() -> None:
    low, high = wilson(7, 10)
    assert (round(low, 3), round(high, 3)) == (0.442, 0.873)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 5)[0] == 0.0 and wilson(5, 5)[1] == 1.0
