"""What of a message is its sender's own words, sentence by sentence. Pure, linear in the text.

Quotes, code, forwarded mails, pasted documents and what follows "translate this:" are somebody else's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from jarvis.words.fold import fold

MOST = 4000
"""Characters of a message; a longer one is something pasted."""
_OTHERS = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|«[^»]*(?:»|\Z)|“[^”]*(?:”|\Z)|\"[^\"\n]*\"|(?<!\w)'[^'\n]{2,}'(?!\w)|"
    r"‘[^’\n]{2,}’(?!\w)|"
    r"<(\w+)\b[^>]*>.*?</\1>|^\s*(?:>|//|#|/\*).*$|^(?:\t| {4}).*$|\[[^\[\]\n]{0,300}\]",
    re.DOTALL | re.MULTILINE,
)
"""Quotes, code and its comments, marked up text, quoted lines, notes in brackets."""
_HEADERS = re.compile(
    r"^(?:from|to|subject|sent|date|de|para|asunto|enviado|fecha|cc)\s?: .*$", re.MULTILINE | re.IGNORECASE
)
_FORWARDED = re.compile(
    r"^-{3,}.*$|^_{5,}$|^(?:on|el) .{4,80} (?:wrote|escribi[oó])\s?:$|^begin forwarded", re.MULTILINE | re.IGNORECASE
)
_INTRODUCED = re.compile(
    r"^(?![^\w\n]*(?:\w+[^\w\n]+){0,4}?(?:recuerd|apunt|anot|memor|guarda|remember|note|keep|save))[^\n]{0,200}\b(?:dic|dij|pone|escrib|"
    r"recib|lleg|mensaj|corre|carta|texto|folleto|anuncio|articulo|artículo|pagina|página|web|siguiente|say|said|wr[io]t|got|"
    r"recei|messag|e?-?mail|letter|text|leaflet|article|page|site|following)\w*[^\n]{0,60}:[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""A line after which somebody else speaks."""
_LETTER = re.compile(
    r"\A\W*(?:hola|querid[oa]s?|estimad[oa]s?|buen[oa]s (?:dias|días|tardes)|dear|hi|hello) [^.!?]{2,40}[,:].*"
    r"\b(?:un (?:cordial )?(?:saludo|abrazo)|saludos|atentamente|(?:best|kind|warm) (?:regards|wishes)|sincerely|"
    r"yours)\b[^.!?]{0,60}\W*\Z",
    re.DOTALL | re.IGNORECASE,
)
"""A letter from its greeting to who signs it."""
_LISTED = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)]|[A-E][.)])\s", re.MULTILINE)
_LABELLED = re.compile(
    r"^\W*(?:remembered|recalled|known|user|usuario|assistant|asistente|system|sistema|human|ai|jarvis|bot|"
    r"context|contexto|memor(?:y|ies)|"
    r"recuerdos?|instructions?|instrucciones|rules|reglas|tool|result(?:ado)?|source|fuente|"
    r"document[o]?)(?: [\w#()-]{1,16}){0,3}\s?:",
    re.MULTILINE | re.IGNORECASE,
)
"""A script, a prompt, or something recalled: not what anybody says of himself."""
_END = re.compile(
    r"(?<!\bDr)(?<!\bSr)(?<!\bDra)(?<!\bSra)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bSt)[.!?…]+[»”\"')]*(?=\s|$)|\n+"
)
ASKED = re.compile(
    r"^\W*(?:(?:por favor|please|oye|hey|hola|hi|hello|jarvis|ahora|now|y|and|ok|vale)\W+)*"
    r"(?:(?:me )?(?:puedes|podrias|quieres|necesito que|quiero que)|(?:can|could|would|will) you|i (?:need|"
    r"want) you to|"
    r"i'd like you to|help me|ayudame|let's|imagina|imagine|suppose|supon|supongamos|pretend|finge|act as|actua|"
    r"you are|eres|tu (?:tarea|papel) es|your (?:task|role|job) is|"
    r"escribe|haz|hazme|crea|genera|traduce|traduceme|resume|corrige|explica|explicame|dime|dame|busca|calcula|"
    r"responde|"
    r"contesta|redacta|reescribe|mejora|prepara|continua|completa|convierte|lista|enumera|cuenta|cuentame|analiza|"
    r"describe|inventa|pon|revisa|comprueba|clasifica|extrae|compara|ordena|lee|di|"
    r"write|make|create|generate|translate|summari[sz]e|fix|correct|explain|tell|give|find|search|compute|calculate|"
    r"answer|reply|draft|rewrite|improve|proofread|prepare|continue|complete|convert|list|show|analy[sz]e|describe|"
    r"invent|review|check|classify|extract|compare|sort|read|say|edit|format|respond|output|return|provide|"
    r"always|never)"
    r"\b"
)
"""How something is asked for, in folded text."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One of the sender's own: as it was written, and the same folded, character for character."""

    text: str
    folded: str
    asks: bool = False
    """It is a question, or asks for something to be done."""


def aligned(text: str) -> str:
    """``text`` folded, each character in its place."""
    return "".join(f if len(f := fold(c)) == 1 else c.lower() if len(c.lower()) == 1 else c for c in text)


def own(text: str) -> list[Sentence]:
    """The sentences of a message that are its sender's own words; none of what looks pasted."""
    text = unicodedata.normalize("NFC", text)
    if len(text) > MOST or _LABELLED.search(text) or _LETTER.match(text) or len(_HEADERS.findall(text)) > 1:
        return []
    if len(_LISTED.findall(text)) > 1:
        return []
    forwarded = _FORWARDED.search(text)
    text = text[: forwarded.start()] if forwarded else text
    introduced = _INTRODUCED.search(text)
    text = text[: introduced.end()] if introduced else text
    masked = _OTHERS.sub(lambda m: " ".ljust(len(m.group()), "\ufffc"), text)
    found, begin = [], 0
    for end in [*_END.finditer(masked), None]:
        until = len(text) if end is None else end.end()
        piece, begin = (begin, until), until
        raw = masked[slice(*piece)]
        bare = raw.strip()
        if any(c.isalnum() for c in bare):
            at = piece[0] + raw.index(bare)
            kept = text[at : at + len(bare)]
            folded = aligned(masked[at : at + len(bare)])
            asks = "?" in bare or "¿" in bare or ASKED.match(folded) is not None
            found.append(Sentence(kept, folded, asks))
    return found
