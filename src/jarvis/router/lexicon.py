"""Words that tell what a question is about and what it asks for, Spanish and English side by side, folded.

A ``*`` at the end of a word means any ending. The two languages have to say the same things: what is listed in one is
listed in the other, else the same question is routed differently in Spanish.
"""

from __future__ import annotations

import re
from functools import cache

from jarvis.words.routing import QuestionType, Specialty

_SPECIALTIES: dict[Specialty, str] = {
    "math": """
        equation* integral* integrate derivative* differentiate algebra* geometr* trigonometr* calcul* matrix
        matrices vector* theorem* probabilit* percent* fraction* polynomial* logarithm* triangle* circle* rectangle*
        polygon* radius diameter perimeter hypotenuse factor factors factorial* sum sums subtract* multipl* divide*
        divisor* arithmetic median squared cubed sphere* cylinder* determinant* infinity ecuacion* integra integrar
        derivada* derivar matriz teorema* probabilidad* porcentaje* ciento fraccion* polinomi* logaritm* triangul*
        circulo* circunferencia* rectangulo* poligono* diametro perimetro hipotenusa factores suma sumas sumar resta
        restas restar multiplic* divide dividir dividido divisor* aritmetic* mediana esfera* cilindro* determinante*
        infinito
    """,
    "code": """
        python javascript typescript java rust golang sql html css bash c++ php ruby kotlin regex regexp json xml
        yaml api compile compiles compiler* implement* code* program* script* debug* bug bugs refactor* algorithm*
        variable* array* loop* recursi* exception traceback stacktrace nullpointerexception docker pip npm git
        commit commits unittest* endpoint* backend frontend react django codigo* programa* depura* algoritm* bucle*
        excepcion compila compilar compilador* arreglo*
    """,
    "reasoning": """
        logic* deduc* infer* puzzle* riddle* therefore fallac* premise* conclusion* prove* proof paradox* hypothe*
        suppose assume assuming implies imply logica* logico* deduce infier* acertijo* adivinanza* entonces falacia*
        premisa* demuestra* demostra* paradoja* hipotes* supon* implica
    """,
    "writing": """
        write essay* poem* novel* lyric* letter* email* draft* rewrite* rephras* paraphras* translat* summar* tone
        headline* slogan* blog* speech* paragraph* proofread* spelling toast tweet* verse* creative compose escribe
        escribeme escribela escribelo escriba escribas escribir redacta* ensayo* poema* novela* carta* correo*
        borrador* reescrib* reformul* parafrase* traduc* traduj* resum* resume tono titulares eslogan* discurso*
        parrafo* ortografia brindis tuit* verso* creativ* compon*
    """,
    "analysis": """
        analy* compare* comparison* contrast* evaluat* assess* interpret interpretation* discuss* critique* critici*
        trend* implication* pros cons advantage* disadvantage* strateg* impact impacts impacto impactos policy
        policies politic* econom* market* historical consequence* argument* analiz* analisis compara* contrasta*
        evalua* valora valorar interpreta interpretar interpretacion* discut* critica* tendencia* implicacion*
        contras ventaja* desventaja* estrateg* politic* mercado* historic* consecuencia*
    """,
    "technical": """
        physics chemi* biolog* molecul* atom* protein* cell cells celula celulas mitochond* mitocond* enzyme*
        electr* voltage circuit* transistor* thermodynam* magnet* nuclear reactor* energy velocity speed quantum dna
        rna virus bacteri* vaccine* disease* diabetes diagnos* patient* drug* medicine* symptom* hypertension
        server* network* router* protocol* database* printer* cpu gpu kernel linux windows engine* law laws legal
        legislation contract* install* fisica* quimic* molecula* proteina* enzima* voltaje circuito* termodinam*
        reactor* energia velocidad cuantic* adn arn vacuna* enfermedad* paciente* farmaco* medicamento* medicina*
        sintoma* hipertension servidor* redes protocolo* impresora* nucleo motor* ley leyes contrato* legislacion
        instala* instalo
    """,
    "chat": """
        hello hi hey thanks thank feel feeling love joke* bye goodbye opinion* hola gracias siento sentir amor
        chiste* adios encantad* cuentame
    """,
    "command": """
        lamp* alarm* timer* remind* thermostat* blinds lampara* alarma* temporizador* recuerdame termostato*
        persiana*
    """,
}
"""Verbs such as *open* and *abre* tell an order only where a sentence begins with them (``router/signals.py``); words
that are something else in the other language (*red*), or usually in another sense (*para*), are out.
"""

_QUESTIONS: tuple[tuple[QuestionType, str], ...] = (
    (
        "how_many",
        r"how (?:many|much|long|far|old|tall|often|fast|big)|con que frecuencia|cuant[oa]s?\b|que (?:edad|"
        r"distancia|altura)",
    ),
    ("why", r"why\b|por que\b|how come\b|para que\b"),
    ("who", r"whose\b|whom?\b|quien(?:es)?\b"),
    (
        "when",
        r"when\b|cuando\b|(?:(?:in|on) )?(?:what|which) (?:year|date|day|month)\b|(?:en )?que (?:ano|fecha|dia|"
        r"mes)\b",
    ),
    ("where", r"where\b|a?donde\b"),
    ("which", r"which\b|cual(?:es)?\b"),
    ("how", r"how\b|como\b(?! se (?:llam|conoc|denomin))|cuan\b"),
    ("what", r"what(?:'s)?\b|que\b|como se (?:llam|conoc|denomin)"),
)
"""In the order in which they are tried at one place: the longest first."""

_ORDER = re.compile(
    r"(?:please |por favor,? )?(?:write|explain|give|tell|make|create|list|find|calculate|compute|solve|translate|"
    r"summari[sz]e|describe|turn|set|open|close|play|show|compare|implement|prove|evaluate|determine|simplify|say|"
    r"do (?:this|these|the)|convert|add|count|answer|"
    r"escrib[ea]|explica(?:me)?|da(?:me)?|di(?:me)?|haz(?:me)?|crea|lista|enumera|encuentra|halla|calcula|resuelve|"
    r"traduce|resume|describe|enciende|apaga|pon|abre|cierra|muestra(?:me)?|compara|implementa|demuestra|evalua|"
    r"determina|simplifica|di|convierte|anade|suma|cuenta|responde)\b"
)
_ASKED = {kind: re.compile(rf"(?:^|[^\w])(?:{pattern})") for kind, pattern in _QUESTIONS}
_ENDS = re.compile(r"[.!\n¿]")
NEGATION = re.compile(r"\b(?:not|never|except|without|no|nunca|excepto|sin|ningun[oa]?|n't)\b|n't\b")
_WORD = re.compile(r"[a-z0-9_+#]+")


@cache
def _vocabulary() -> tuple[dict[str, tuple[Specialty, ...]], dict[str, tuple[Specialty, ...]], tuple[int, ...]]:
    """Whole words, beginnings of words, and the lengths that those have."""
    whole: dict[str, tuple[Specialty, ...]] = {}
    begin: dict[str, tuple[Specialty, ...]] = {}
    for specialty, words in _SPECIALTIES.items():
        for word in dict.fromkeys(words.split()):
            table, key = (begin, word[:-1]) if word.endswith("*") else (whole, word)
            table[key] = (*table.get(key, ()), specialty)
    return whole, begin, tuple(sorted({len(b) for b in begin}))


def words(folded: str) -> list[str]:
    """The words and numbers of a folded text."""
    return _WORD.findall(folded)


def hits(found: list[str]) -> dict[Specialty, int]:
    """How many of these words speak of each specialty."""
    whole, begin, lengths = _vocabulary()
    count: dict[Specialty, int] = {}
    for word in found:
        told = whole.get(word, ())
        for size in lengths:
            if size > len(word):
                break
            told = (*told, *begin.get(word[:size], ()))
        for specialty in set(told):
            count[specialty] = count.get(specialty, 0) + 1
    return count


def _last_question(folded: str) -> str:
    """The last sentence that ends with a question mark; empty where there is none."""
    for piece in reversed(folded.split("?")[:-1]):
        if sentence := _ENDS.split(piece)[-1]:
            return sentence
    return ""


def question(folded: str, options: bool) -> QuestionType:
    """What is asked for in a folded text; ``options`` when it lists its answers.

    The first question word of the last question decides (``folded`` keeps its signs); an order comes before a
    statement.
    """
    if options:
        return "choice"
    asked = _last_question(folded)
    last = (asked or folded).strip(" ¿¡,;:-\"'")
    if _ORDER.match(last) or (not asked and _ORDER.match(folded.strip(" ¿¡"))):
        return "order"
    places = [(m.start(), rank, kind) for rank, (kind, _) in enumerate(_QUESTIONS) if (m := _ASKED[kind].search(last))]
    first: tuple[int, int, QuestionType] | None = min(places) if places else None
    if first and (asked or first[0] <= 12):
        return first[2]
    return "yes_no" if asked else "statement"
