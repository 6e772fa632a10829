"""What can be seen in a question without any model: language, length, kind, subject, what is private, what is about
now.

Pure; under a millisecond for a usual question. What is looked at is bounded, except for private content, which is
searched
in everything that would leave the machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jarvis.router import lexicon
from jarvis.router.essence import essence, parts
from jarvis.router.fold import fold
from jarvis.router.language import language
from jarvis.router.now import about_now
from jarvis.router.private import private
from jarvis.words.chat import ChatRequest, Image, Message
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
    r"```|^\s*(?:def |class |import |from \w+ import |#include|public (?:class|static)|func(?:tion)? \w+\(|"
    r"SELECT .+ FROM|INSERT INTO|CREATE TABLE|<\?php|<!DOCTYPE|<html|\$ \w+|>>> )|"
    r"\b\w+\([\w\s,.=\"'\[\]]*\)\s*[;{:]\s*$|[{};]\s*\n|</\w+>|\b(?:const|let|var) \w+ ?=|\breturn \w+;|"
    r"Traceback \(most recent call last\)|\b\w+\.(?:py|js|ts|cpp|java|rs|go|sh|sql|yaml|json)\b",
    re.MULTILINE,
)
_ABOUT_CODE = re.compile(
    r"\b(?:python|javascript|typescript|java|rust|golang|sql|bash|c\+\+|c#|html|css|regex)\b|"
    r"\b(?:function|funcion|program|programa|script|code|codigo|method|metodo)\b(?=.{0,60}\b(?:to|that|which|in|que|para|"
    r"en|returns?|takes|recib\w+|devuelv\w+)\b)(?<!zip code)",
)
_TASK = re.compile(r"\b(?:write|implement|fix|debug|escrib\w+|implementa\w*|corrige|depura|programa|crea|create|haz)\b")
_FORMULA = re.compile(
    r"\\(?:frac|sqrt|int|sum|cdot|times|begin|left|alpha|pi|theta|ge|le)\b|\$[^$\n]{1,200}\$|"
    r"(?<![\w/.-])-?\d+(?:[.,]\d+)?\s*[+*/^×÷=]\s*-?\d+(?:[.,]\d+)?(?![\w/-])|\b[a-z]\s?\^\s?\d|\b[xyzn]\s?[=+*/]\s?\d|"
    r"\d\s?[xyzn]\b\s*[=+*/^-]|[∫∑√π≤≥≠∂]"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COUNTED = re.compile(
    r"\b(?:how (?:many|much|long|far|old)|what (?:is|was) the (?:total|sum|average|probability|area|volume|value|cost|"
    r"ratio)|calculate|compute|solve|find the|cuant[oa]s?|cual (?:es|fue) (?:el|la) (?:total|suma|media|promedio|"
    r"probabilidad|area|volumen|valor|coste|costo|razon)|calcula\w*|resuelve|halla|encuentra)\b"
)
_JSON = re.compile(
    r"\b(?:in|as|valid|into|en|como|formato|un|a|only|solo)\s+json\b|\bjson (?:object|schema|objeto|valido)\b"
)
_COMMAND = re.compile(
    r"^(?:please |por favor,? |jarvis,? |hey |oye,? ){0,3}(?:turn (?:on|off|up|down)|switch|set (?:the|a|an)|"
    r"dim|open the|"
    r"close the|play|pause|stop|start|lock|unlock|remind me|call|enciend\w+|apag\w+|pon|sube|baja|abre|cierra|"
    r"reproduce|pausa|para|inicia|bloquea|recuerdame|llama|activa|desactiva)\b"
)
_CHAT = re.compile(
    r"^(?:hello|hi|hey|good (?:morning|evening|night|afternoon)|thanks?|thank you|how are you|who are you|bye|hola|"
    r"buen[oa]s (?:dias|tardes|noches)|gracias|que tal|como estas|quien eres|adios|hasta luego)\b"
)
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
    options = bool(parts(read)[1])
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
        private=private("\n".join(_leaving(request.messages)), topics),
        now=about_now(fold(text)) if len(text) < 2000 else False,
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
    if _FORMULA.search(text):
        return True
    return len(_NUMBER.findall(text)) >= 2 and bool(_COUNTED.search(folded))


def _specialties(folded: str, counted: list[str], *, code: bool, maths: bool) -> dict[Specialty, float]:
    weights = dict.fromkeys(SPECIALTIES, 0.02)
    for specialty, prior in _PRIOR.items():
        weights[specialty] += prior
    share = 4.0 / max(len(counted), 4)
    for specialty, count in lexicon.hits(counted).items():
        weights[specialty] += min(count, 6) * max(share, 0.15)
    if maths:
        weights["math"] += 2.0
    if code:
        weights["code"] += 2.5
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


def _leaving(messages: Sequence[Message]) -> list[str]:
    """Every text that a provider would be sent."""
    return [t for m in messages for t in (m.text, *(call.arguments for call in m.tool_calls)) if t]
