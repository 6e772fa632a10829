"""What can be seen in a question without any model: language, length, kind, subject, what is private, what is about
now.

Pure; under a millisecond for a usual question. What is looked at is bounded, except for private content, which is
searched in everything that would leave the machine, in time that grows with the text and not faster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jarvis.router import lexicon
from jarvis.router.essence import asked as asked_of
from jarvis.router.essence import essence, parts
from jarvis.router.now import about_now, goes_on
from jarvis.router.private import private
from jarvis.words.chat import ChatRequest, Image, Message
from jarvis.words.fold import fold
from jarvis.words.language import language
from jarvis.words.routing import SPECIALTIES, Signals, Specialty

_READ = 8000
"""Characters of a question that are looked at for its subject: its beginning and its end."""
_CHARACTERS_PER_TOKEN = {"en": 4.2, "es": 4.0}
"""Of prose in the tokenizers of current models, rounded down: an estimate has to err to the long side."""
_CODE_CHARACTERS_PER_TOKEN = 3.2
_MESSAGE_TOKENS = 4
"""What a chat template adds to each message."""
_IMAGE_TOKENS = 800
"""Of one image, about what current vision models take for a screen-size picture."""

_CODE = re.compile(
    r"```|^[ \t]*(?:def |class |import |from \w+ import |#include|public (?:class|static)|func(?:tion)? \w+\(|"
    r"SELECT .+ FROM|INSERT INTO|CREATE TABLE|<\?php|<!DOCTYPE|<html|\$ \w+|>>> )|"
    r"\b\w+\([\w\s,.=\"'\[\]]*\)\s*[;{:]\s*$|[{};]\s*\n|</\w+>|\b(?:const|let|var) \w+ ?=|\breturn \w+;|"
    r"Traceback \(most recent call last\)|\b\w+\.(?:py|js|ts|cpp|java|rs|go|sh|sql|yaml|json)\b",
    re.MULTILINE,
)
_ABOUT_CODE = re.compile(
    r"\b(?:python|javascript|typescript|java|rust|golang|sql|bash|c\+\+|c#|html|css|regex)\b|"
    r"\b(?:function|funcion|program|programa|script|code|codigo|method|metodo)\b(?=.{0,60}\b(?:to|that|which|in|que|"
    r"para|"
    r"en|returns?|takes|recib\w+|devuelv\w+)\b)(?<!zip code)",
)
_TASK = re.compile(r"\b(?:write|implement|fix|debug|escrib\w+|implementa\w*|corrige|depura|programa|crea|create|haz)\b")
_FORMULA = re.compile(
    r"\\(?:frac|sqrt|int|sum|cdot|times|begin|left|alpha|pi|theta|ge|le)\b|\$[^$\n]{1,200}\$|"
    r"(?<![\w/.-])-?\d+(?:[.,]\d+)?\s*[+*/^×÷=]\s*-?\d+(?:[.,]\d+)?(?![\w/-])|\b[a-z]\s?\^\s?\d|\b[xyzn]\s?[=+*/]\s?\d|"
    r"\d\s?[xyzn]\b\s*[=+*/^-]|[∫∑√π≤≥≠∂]"
)
_SPELLED = re.compile(
    r"\b\d+(?:[.,]\d+)* (?:times|plus|minus|divided by|multiplied by|to the power of|squared|cubed|factorial|mod|por|"
    r"mas|menos|entre|"
    r"dividido (?:entre|por)|multiplicado por|elevado al?|al cuadrado|al cubo)(?: \d|\W*$)|"
    r"\b\d+(?:[.,]\d+)? ?(?:%|percent|per cent|por ciento) (?:of|de) \d|\bx (?:squared|cubed)|\bx al (?:cuadrado|cubo)|"
    r"\b(?:(?:square|cube|cubic|nth) roots?|raiz (?:cuadrada|cubica)|raices (?:cuadradas|cubicas)|prime (?:number|"
    r"factor)s?|"
    r"(?:numeros?|factores) primos?|(?:half|a third|a quarter|double|twice) of \d|(?:la mitad|un tercio|un cuarto|"
    r"el doble) de \d|(?:of radius|de radio) \d|"
    r"(?:average|mean) of \d|media de \d)|"
    r"^(?:integrate|integra|differentiate|deriva|factori[sz]e|factoriza)\b[^.?!]*[x\d(]|"
    r"^(?:add|subtract|multiply|divide|suma|resta|multiplica|divide) \d+(?:[.,]\d+)? (?:and|from|by|to|with|y|de|por|"
    r"entre|a) \d|"
    r"^(?:convert|convierte|pasa) \d"
)
"""Sums in words, in folded text."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COUNTED = re.compile(
    r"\b(?:how (?:many|much|long|far|old)|what (?:is|was) the (?:\w+ )?(?:total|sum|average|probability|area|volume|"
    r"value|cost|"
    r"ratio)|what does it cost|calculate|compute|solve|find the|cuant[oa]s?|cual (?:es|fue) (?:el|"
    r"la) (?:\w+ )?(?:total|suma|media|promedio|"
    r"probabilidad|area|volumen|valor|coste|costo|razon)|calcula\w*|resuelve|halla|encuentra)\b"
)
_JSON = re.compile(
    r"\b(?:in|as|valid|into|en|como|formato|un|a|only|solo)\s+json\b|\bjson (?:object|schema|objeto|valido)\b"
)
_COMMAND = re.compile(
    r"^(?:please |por favor,? |jarvis,? |hey |oye,? |can you |could you |puedes ){0,3}(?:turn (?:on|off|up|down|the|"
    r"it|\w+ (?:on|off))\b|"
    r"switch (?:on|off|the)|set (?:the|a|an)\b|dim|lower (?:the|it)|raise (?:the|it)|open the|close the|play\b|"
    r"pause\b|stop(?: the|\W*$)|"
    r"start the|lock|unlock|remind me|call (?!of\b|it\b)|send (?:a|an|the|my|it)\b|cancel (?:the|my|it)|"
    r"add [\w ]{2,40} to (?:the|my) [\w ]{0,12}list|"
    r"(?:next|previous) (?:song|track)|mute|wake me|"
    r"enciend\w+|apag\w+|pon(?:me|lo|la)?\b(?! (?:un |otro |varios )?ejemplos?| (?:un |el |la |los |las |esta |este |"
    r"una )?(?:titulo|frase|verbo|palabra|oracion|texto|comas?|tildes?|acentos?|nota))|sube\b|baja\b|abre\b|"
    r"cierra\b|reproduce\b|"
    r"pausa\b|para(?: (?:el|la|los|las))? (?:musica|cancion|alarma|temporizador|video|tele|television|radio|"
    r"reproduccion|lavadora|aspiradora|robot|"
    r"luces?|cronometro)|para(?: ya)?\W*$|deten|inicia\b|bloquea|desbloquea|recuerdame|despiertame|llama al?\b|"
    r"envia(?:le)?\b|"
    r"manda(?:le)?\b|cancela\b|"
    r"anade [\w ]{2,40} a (?:la|mi) lista|(?:siguiente|anterior) cancion|silencia|activa|desactiva)"
)
_CHAT = re.compile(
    r"^(?:hello|hi|hey|good (?:morning|evening|night|afternoon)|thanks?|thank you|how are you|who are you|bye|see you|"
    r"nice to meet|"
    r"what(?:'s| is) your name|do you (?:like|love|feel|think)|what do you think|i (?:love|like|miss|hate) you|i(?:'m|"
    r" am| feel) (?:\w+ )?"
    r"(?:sad|happy|lonely|alone|tired|bored|angry|scared|nervous|fine|worried)|let's (?:talk|chat)|how (?:was|"
    r"is) your|i miss|echo de menos|que tal tu|i(?:'m|"
    r" am) (?:so )?bored|you(?:'re| are) (?:so |very |really )?\w+\W*$|what(?:'s|s| is) up|tell me (?:a joke|"
    r"about yourself)|"
    r"hola|buen[oa]s(?: (?:dias|tardes|noches))?\b|(?:muchas )?gracias|que tal|como (?:estas|te llamas)|quien eres|"
    r"adios|hasta (?:luego|manana|"
    r"pronto)|encantad[oa]|te (?:gusta|quiero|amo|odio)|que (?:opinas|piensas|te parece)|crees que|(?:hoy )?(?:estoy|"
    r"me siento) (?:muy )?"
    r"(?:trist|feliz|sol[oa]\b|cansad|aburrid|enfadad|asustad|nervios|bien|preocupad)|me (?:aburro|siento)|"
    r"eres (?:muy |tan )?\w+\W*$|(?:ey,? ?¿?)?que (?:pasa|hay)\W*$|vamos a (?:hablar|charlar)|"
    r"hablemos|charlemos|"
    r"cuentame (?:un chiste|algo de ti)|(?:ok(?:ay)?|yes|no|sure|fine|great|cool|vale|si|claro|genial|bien)\W*$)"
)
_PHRASES: Mapping[Specialty, re.Pattern[str]] = {
    "writing": re.compile(
        r"(?:^|[.?!¿:] )(?:re)?(?:write|escribe|redacta|translate|traduce|summari[sz]e|resume)\b|"
        r"\b(?:how (?:do|would) (?:you|i) say|como (?:se dice|digo)|correct (?:the (?:spelling|grammar)|this text)|"
        r"corrige (?:la (?:ortografia|gramatica)|este texto)|product description|descripcion de (?:un )?producto|"
        r"title for|titulo para)\b"
    ),
    "analysis": re.compile(r"\b(?:for and against|a favor y en contra|pros and cons|pros y (?:los )?contras)\b"),
    "technical": re.compile(
        r"\b(?:la|una|mi|de|esta) red\b|\bhow do(?:es)? (?!you\b|i\b|we\b)[\w' ]{2,40} work\b|"
        r"\bcomo funcionan? (?!esto|todo)"
    ),
    "reasoning": re.compile(r"(?:^|[.?!¿] ?)(?:if|si) (?!,)[\w ]{3,}"),
}
"""What no single word tells, in folded text: ``red`` alone is a colour in English, *si* may be *sí*."""
_PRIOR: Mapping[Specialty, float] = {"analysis": 0.25, "reasoning": 0.25, "chat": 0.25, "technical": 0.15}
"""What a question that tells nothing is taken for."""


def signals(request: ChatRequest, *, topics: Sequence[str] = (), depth: int | None = None) -> Signals:
    """The signals of the last question of ``request``.

    ``topics`` are those that the owner marked as private. ``depth`` is how many questions the conversation had before;
    None counts those of the request.
    """
    asked = [m for m in request.messages if m.role == "user"]
    text = asked[-1].text if asked else (request.messages[-1].text if request.messages else "")
    read = text if len(text) <= _READ else f"{text[: _READ // 2]}\n{text[-_READ // 2 :]}"
    question = essence(text, 1200)
    folded = fold(question)
    lang = language(question, language(read))
    options = bool(parts(asked_of(read))[1])
    counted = lexicon.words(fold(read))
    code = has_code(read, folded)
    maths = has_maths(question, folded)
    return Signals(
        language=lang,
        characters=len(text),
        words=text.count(" ") + text.count("\n") + bool(text),
        tokens=tokens(text, lang, code=code),
        context_tokens=_context(request, lang),
        code=code,
        maths=maths,
        question=lexicon.question(folded, options),
        specialties=_specialties(folded, counted, code=code, maths=maths),
        images=any(isinstance(part, Image) for m in request.messages for part in m.parts),
        tools=bool(request.tools) and request.tool_choice != "none",
        json=_json(request, folded),
        private=private("\n".join(_leaving(request)), topics),
        now=len(text) < 2000 and (about_now(fold(text)) or (len(asked) > 1 and goes_on(text, asked[-2].text))),
        depth=max(len(asked) - 1, 0) if depth is None else depth,
    )


def tokens(text: str, lang: str, *, code: bool = False) -> int:
    """About how many tokens a text is: from its length, scripts without spaces counted by their letters."""
    dense = 0 if text.isascii() else sum(c > "\u2e7f" for c in text[:20000]) * max(len(text) / 20000, 1)
    rate = _CODE_CHARACTERS_PER_TOKEN if code else _CHARACTERS_PER_TOKEN[lang]
    return round((len(text) - dense) / rate + dense * 0.8 + 0.5)


def has_code(read: str, folded: str) -> bool:
    """Whether there is code in a text, or some is asked for."""
    return bool(_CODE.search(read)) or bool(_ABOUT_CODE.search(folded) and _TASK.search(folded))


def has_maths(text: str, folded: str) -> bool:
    """Whether there is something to calculate: a formula, or numbers and a question about an amount."""
    if _FORMULA.search(text) or _SPELLED.search(folded.strip(" ¿¡")):
        return True
    return len(_NUMBER.findall(text)) >= 2 and bool(_COUNTED.search(folded))


def _specialties(folded: str, counted: list[str], *, code: bool, maths: bool) -> dict[Specialty, float]:
    weights = dict.fromkeys(SPECIALTIES, 0.02)
    for specialty, prior in _PRIOR.items():
        weights[specialty] += prior
    share = 4.0 / max(len(counted), 4)
    for specialty, count in lexicon.hits(counted).items():
        weights[specialty] += min(count, 6) * max(share, 0.15)
    for specialty, phrase in _PHRASES.items():
        if phrase.search(folded):
            weights[specialty] += 2 * share if specialty == "writing" else share
    if maths:
        weights["math"] += 2.0
    if code:
        weights["code"] += 2.5
    folded = folded.strip(" ¿¡\"'")
    if _COMMAND.match(folded) and len(counted) <= 25:
        weights["command"] += 2.5
    if _CHAT.match(folded) and len(counted) <= 15:
        weights["chat"] += 2.0
    total = sum(weights.values())
    return {specialty: weight / total for specialty, weight in weights.items()}


def _context(request: ChatRequest, lang: str) -> int:
    total = 0
    for message in request.messages:
        total += _MESSAGE_TOKENS + tokens(message.text, lang) + len(message.reasoning) // 4
        total += sum(len(call.arguments) // 3 + 8 for call in message.tool_calls)
        total += _IMAGE_TOKENS * sum(isinstance(part, Image) for part in message.parts)
    return total + sum((len(t.description) + len(str(t.parameters))) // 3 + 8 for t in request.tools)


def _json(request: ChatRequest, folded: str) -> bool:
    form = (request.response_format or {}).get("type")
    return form in ("json_object", "json_schema") or bool(_JSON.search(folded))


def said(messages: Sequence[Message]) -> list[str]:
    """Every text in messages, what tools were called with included."""
    return [t for m in messages for t in (m.text, m.name, *(call.arguments for call in m.tool_calls)) if t]


def _leaving(request: ChatRequest) -> list[str]:
    """Every text that a provider would be sent."""
    texts = said(request.messages)
    texts += [str(t) for tool in request.tools for t in (tool.name, tool.description, tool.parameters) if t]
    texts += [str(t) for t in (request.response_format, request.grammar, *request.sampling.stop) if t]
    return texts
