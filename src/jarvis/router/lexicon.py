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
        equation* integral* derivative* algebra* geometr* trigonometr* calcul* matrix matrices vector* theorem*
        probabilit* percent* fraction* polynomial* logarithm* triangle* circle* radius perimeter prime factor* sum
        divide* divided multipl* subtract* arithmetic hypotenuse angle* modulo average median equals squared
        ecuacion* derivada* matriz teorema* probabilidad* porcentaje* fraccion* polinomi* logaritm* triangul* circul*
        radio perimetro primo* suma* divid* multiplic* resta* aritmetic* hipotenusa angulo* promedio mediana igual
        cuadrado*
    """,
    "code": """
        python javascript typescript java rust golang sql html css bash c++ php ruby kotlin regex regexp api compile*
        function* code* program* script* debug* bug bugs refactor* algorithm* variable* class array list loop* recursion
        recursive exception traceback stacktrace docker git unittest* endpoint* codigo funcion* programa* depur* error
        algoritm* clase* bucle* recursiv* excepcion* compila* arreglo*
    """,
    "reasoning": """
        logic* deduce* infer* puzzle* riddle* if therefore argument* fallac* premise* conclusion* prove* proof paradox*
        hypothe* consequence* cause* reason* why suppose assume assuming logica* deduc* infier* acertijo* adivinanza*
        entonces falacia* premisa* demuestra* demostra* paradoja* hipotes* consecuencia* causa* razon* porque supon*
    """,
    "writing": """
        write essay* poem* story stories novel* lyric* letter* email* draft* rewrite* rephras* translat* summar* tone
        headline* slogan* blog* speech* paragraph* proofread* edit* creative escribe* redacta* ensayo* poema* cuento*
        novela* carta* correo* borrador* reescrib* reformul* traduc* traducir resum* tono titular* eslogan* discurso*
        parrafo* corrige* creativ*
    """,
    "analysis": """
        analy* compare* comparison* contrast* evaluat* assess* interpret* discuss* critique* trend* implication*
        pros cons advantage* disadvantage* strateg* impact* policy economic* market* history historical analiz* analisis
        compara* contrasta* evalua* valora* interpreta* discut* critica* tendencia* implicacion* ventaja* desventaja*
        estrateg* impacto* politica* economic* mercado* historia* historic*
    """,
    "technical": """
        physics chemi* biolog* molecul* atom* protein* cell* enzyme* electr* voltage current circuit* thermodynam*
        energy
        velocity force quantum disease* diagnos* patient* drug* symptom* server* network* protocol* database* cpu gpu
        memory kernel linux windows engine* law legal statute* contract* fisica* quimic* molecula* atomo* proteina*
        celula* enzima* voltaje corriente circuito* termodinam* energia velocidad fuerza cuantic* enfermedad* diagnost*
        paciente* farmaco* sintoma* servidor* red redes protocolo* memoria nucleo motor* ley leyes legal contrato*
    """,
    "chat": """
        hello hi hey thanks thank please feel feeling love joke* bye goodbye welcome morning night you your opinion*
        hola
        gracias siento sentir amor chiste* adios buenas buenos dias noches tu tus opinion* encantad* cuentame
    """,
    "command": """
        turn switch set open close play stop start pause volume light* lamp* alarm* timer* remind* schedule call send
        thermostat* door* blind* enciende apaga pon abre cierra reproduce para inicia pausa sube baja volumen luz luces
        lampara* alarma* temporizador* recuerda* recorda* agenda* llama envia manda termostato* puerta* persiana*
    """,
}

_QUESTIONS: tuple[tuple[QuestionType, str], ...] = (
    ("how_many", r"how (?:many|much|long|far|old|tall|often|fast|big)|cuant[oa]s?\b|que (?:edad|distancia|altura)"),
    ("why", r"why\b|por que\b|how come\b|para que\b"),
    ("who", r"whose\b|whom?\b|quien(?:es)?\b"),
    ("when", r"when\b|cuando\b|(?:in )?what (?:year|date|day|month)\b|(?:en )?que (?:ano|fecha|dia|mes)\b"),
    ("where", r"where\b|a?donde\b"),
    ("which", r"which\b|cual(?:es)?\b"),
    ("how", r"how\b|como\b"),
    ("what", r"what(?:'s)?\b|que\b"),
)
"""In the order in which they are tried at one place: the longest first."""

_YES_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|es|son|era|eran|fue|fueron|esta|estan|"
    r"hay|puede|pueden|puedo|debo|debe|deberia|tiene|tienen|existe|existen|sabes|crees)\b"
)
_ORDER = re.compile(
    r"(?:please |por favor,? )?(?:write|explain|give|tell|make|create|list|find|calculate|compute|solve|translate|"
    r"summari[sz]e|describe|turn|set|open|close|play|show|compare|implement|prove|evaluate|determine|simplify|"
    r"escrib[ea]|explica(?:me)?|da(?:me)?|di(?:me)?|haz(?:me)?|crea|lista|enumera|encuentra|halla|calcula|resuelve|"
    r"traduce|resume|describe|enciende|apaga|pon|abre|cierra|muestra(?:me)?|compara|implementa|demuestra|evalua|"
    r"determina|simplifica)\b"
)
_ASKED = {kind: re.compile(rf"(?:^|[^\w])(?:{pattern})") for kind, pattern in _QUESTIONS}
_SENTENCE = re.compile(r"[^.!?\n¿]+\?")
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


def question(folded: str, options: bool) -> QuestionType:
    """What is asked for in a folded text; ``options`` when it lists its answers.

    The first question word of the last question decides (``folded`` keeps its signs); an order comes before a
    statement.
    """
    if options:
        return "choice"
    asked = _SENTENCE.findall(folded)
    last = (asked[-1] if asked else folded).strip(" ¿¡,;:-\"'")
    if _ORDER.match(last) or (not asked and _ORDER.match(folded.strip(" ¿¡"))):
        return "order"
    places = [(m.start(), rank, kind) for rank, (kind, _) in enumerate(_QUESTIONS) if (m := _ASKED[kind].search(last))]
    first: tuple[int, int, QuestionType] | None = min(places) if places else None
    if first and (asked or first[0] <= 12):
        return first[2]
    if asked and _YES_NO.match(last):
        return "yes_no"
    return "statement"
