"""Which of all that is found for a question is read before it is answered: what tells something, the best in each
language that its person speaks, each thing once. Pure.

Scores of two languages are hardly compared: what was said in the other one has few words in common with the question,
and stands behind whatever has some.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from jarvis.memory.passages import Passage
from jarvis.memory.recall import Hit
from jarvis.memory.relations import RELATIONS
from jarvis.memory.sentences import own
from jarvis.memory.strangers import SHORT
from jarvis.memory.telling import tells
from jarvis.memory.terms import stems
from jarvis.memory.things import HIDDEN
from jarvis.words.fold import fold
from jarvis.words.memory import Language

SAME, OTHER = 7, 10
"""Passages in the question's language, and in the other."""
SAME_BEHIND, OTHER_BEHIND = 10.0, 14.0
"""What scores so much less than the best in its language is not read: in a month of a life (bench/month.py) what
answered was never more than 8.3 and 13.0 behind.
"""
FAR = 18.0
"""Nor what scores so much less than the best of all: there, never more than 13.0."""
BEHIND = 8.0
"""Of a document nothing is read that scores so much less than the best: on XQuAD what answers is never 3 behind."""
NEAREST, MANY = 2, 6
"""So many of each language are put next to the question again, where more than so many are read."""
LEVEL = 0.5
"""Scores that differ by less say the same."""
LOOKED = 100
"""Found, of which these are chosen: questions are many, and say nothing."""
_OWN = re.compile(
    r"\b(?:my|mine|our|ours|we|us|i|me|i'm|i've|mi|mis|mio|mia|nuestr[oa]s?|yo|nos|conmigo|te dije|te conte|dije|"
    r"tengo|tenemos|vivo|vivimos|trabajo|prefiero|vamos|voy|estoy|soy|recuerdas|acuerdas|remember|told you|"
    r"viviamos|teniamos|trabajabamos|vivi|trabaje|tuve|estuve|estudie|fui|compre|mude|he \w+(?:ado|ido|cho|sto)|"
    r"(?:vivia|trabajaba|tenia|estudiaba)(?= (?:yo|antes|entonces|en (?:19|20)\d\d|de (?:nin|joven)\w*)|\W*$)|"
    r"(?:the|this|that|el|la|los|las|del|al|est[aeo]s?|es[aeo]s?) "
    r"(?:document\w*|ficheros?|archivos?|contratos?|facturas?|manual|pdf))\b"
)
"""Asks about whoever asks, or what they read: where nothing is remembered of it, nobody else knows."""
_ANYBODY = re.compile(
    r"\b(?:how (?:do|can|could|should|would|must|might) (?:i|we)|(?:can|could|may|should|must) (?:i|we)|"
    r"(?:explain|tell|show|give|help|teach|write|make|let|find|remind)(?: to)? (?:me|us))\b"
)
"""Says I, and asks what anybody would."""
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|y|pero|oye|hey|jarvis|please|por favor)\W+)*"
    r"(?:(?:a|de|con|en|por|para|desde|hasta|hacia|sobre|since|until|for|with|at|in|on|to|by) )?"
    r"(?:what|who|whom|whose|where|when|which|how|why|do|does|did|is|are|am|was|were|can|"
    r"could|will|would|should|shall|may|might|have|has|had|que|quien(?:es)?|cual(?:es)?|cuando|como|donde|cuant[oa]s?|"
    r"tell|remind|list|name|give|show|find|summari[sz]e|explain|write|draft|plan|suggest|recommend|help|translate|make|"
    r"compare|check|look|search|read|dime|di|recuerdame|cuentame|dame|hazme|haz|escribe\w*|redacta\w*|resume\w*|explica\w*|"
    r"busca\w*|lista|enumera\w*|planea\w*|planifica\w*|sugiere\w*|recomienda\w*|ayuda\w*|traduce\w*|compara|mira|lee\w*|"
    r"muestra\w*|ensena\w*|prepara\w*)\b"
)
"""Asks or orders something, also without a question mark."""
_HANGING = re.compile(r"\W*(?:(?:and|but|y|pero) )?(?:she|he|they|her|his|their|ella|ellos|ellas)\b")
"""Begins with somebody who was named before."""
_TOLD = re.compile(
    r"\W*(?:(?:por favor|please|oye|hey|jarvis|and|y)\W+)*"
    r"(?:recuerda|acu[eé]rdate de|apunta|anota|guarda|remember|note|keep in mind)"
    r"(?: (?:tambi[eé]n|esto|also|this))?:?(?: que| that)? ",
    re.IGNORECASE,
)
"""Before what somebody asked to be remembered."""
_KIN = re.compile(
    r"\W*(?i:(?:(?:and|but|so|y|pero|pues|bueno) )?(?:my|our|mi|nuestr[oa]) [\w-]+,?) (?P<name>[A-ZÀ-ÖØ-Þ][\w’'-]*\w)"
)
_BEGINS = re.compile(
    r"\W*(?i:(?:(?:and|but|so|also|y|pero|pues|tambi[eé]n)\W+)?(?:(?:el|la|lo|los|las) de )?)"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][\w-]*)"
)
_RELATIVES = {word for word, who in RELATIONS.items() if who not in ("dog", "cat", "horse", "rabbit", "bird")}
"""Words that may mean whoever is asked about, by another than their name."""
_NAME = re.compile(r"(?<=[\w,;] )[A-ZÀ-ÖØ-Þ][\w’'-]{2,}")


def chosen(hits: Iterable[Hit], question: str, lang: Language, same: int = SAME, other: int = OTHER) -> list[Hit]:
    """Of what was found, best first, what is read; in the same order."""
    hits = _once([hit for hit in hits if tells(hit.passage, question)])
    best: dict[Language, float] = {}
    for hit in hits:
        best[hit.passage.language] = max(hit.score, best.get(hit.passage.language, hit.score))
    left = {lang: same}
    taken = []
    for hit in hits:
        spoken = hit.passage.language
        room = left.setdefault(spoken, other)
        least = max(best[spoken] - (SAME_BEHIND if spoken == lang else OTHER_BEHIND), max(best.values()) - FAR)
        if room > 0 and (hit.score >= least or not hit.why):  # what is known has no score
            left[spoken] = room - 1
            taken.append(hit)
    return taken


def near(hits: Sequence[Hit], question: str) -> list[Hit]:
    """What one search found, without the passages of documents that are far behind the best that tells something: they
    are the nearest there are, and have nothing to do with it. Of what was said all stays: its words differ more.
    """
    least = max((h.score for h in hits if tells(h.passage, question)), default=0.0) - BEHIND
    return [h for h in hits if h.passage.kind != "chunk" or h.score >= least]


def _once(hits: Sequence[Hit]) -> list[Hit]:
    """Each thing once: a fact that is so still says no more than the turn that it was taken from; one that has ended
    says so, and its turn does not. What a fact hides is said as it was in its turn.
    """
    said = {h.passage.turn: h for h in hits if h.passage.kind == "turn"}
    ended = {h.passage.told_in for h in hits if h.passage.kind == "fact" and h.passage.valid_to is not None}
    turns = {turn: hit for turn, hit in said.items() if turn not in ended}
    texts: set[str] = set()
    found = []
    for hit in hits:
        p = hit.passage
        if p.kind == "turn" and p.turn in ended:
            continue
        if p.kind == "fact" and p.valid_to is None and p.told_in in turns:
            hit = turns[p.told_in]
            p = hit.passage
        elif p.kind == "fact" and HIDDEN in p.text and p.told_in in said:
            p = replace(p, text=said[p.told_in].passage.text)
            hit = replace(hit, passage=p)
        if (text := " ".join(stems(p.text, p.language))) in texts:
            continue
        texts.add(text)
        found.append(hit)
    return found


def closed(hits: Iterable[Hit]) -> list[int]:
    """The facts among them that have ended."""
    found = [h.passage for h in hits if h.passage.kind == "fact" and h.passage.valid_to is not None]
    return [passage.memory for passage in found if passage.memory is not None]


def current(hits: Sequence[Hit], heirs: Mapping[int, Sequence[tuple[int, int | None]]]) -> list[Hit]:
    """Without the facts that have ended where what is so instead (``heirs``: the facts, and their turns) is read too: a
    small model answers with the one as readily as with the other, whatever is said of them.
    """
    facts, turns = {h.passage.memory for h in hits}, {h.passage.turn for h in hits} - {None}
    replaced = {old for old, new in heirs.items() if any(fact in facts or turn in turns for fact, turn in new)}
    return [h for h in hits if h.passage.memory not in replaced]


def nearest(hits: Sequence[Hit], until: float | None) -> list[Hit]:
    """Of many that are read, best first, those that answer most probably: the best of what was said in each language,
    not after ``until``. None of few.
    """
    if len(hits) <= MANY:
        return []
    said = [h for h in hits if h.passage.kind != "chunk" and (until is None or h.passage.at < until)]
    best = [[h for h in said if h.passage.language == spoken][:NEAREST] for spoken in ("en", "es")]
    return [*best[0], *best[1]]


def public(hits: Sequence[Hit], question: str, topics: Callable[[str], Sequence[str]]) -> list[Hit]:
    """Without what is of a private topic, but where the question is of it, or it is what answers best, or second and as
    well. ``topics`` gives the kinds of private content in a text, as the router has them.
    """

    def of(text: str) -> set[str]:
        return {kind for kind in topics(text) if kind.startswith("topic:")}

    asked = of(question)
    best = [h for h in hits[:2] if h.score > hits[0].score - LEVEL]
    return [h for h in hits if h in best or of(h.passage.text) <= asked]


def asks(text: str) -> bool:
    """Whether it asks or orders anything; what only tells does not."""
    return "?" in text or _ASKS.match(fold(text)) is not None


def personal(question: str, hits: Sequence[Hit]) -> bool:
    """Whether it asks about whoever asks, theirs, or somebody they have spoken of; what only tells does not ask."""
    if not asks(question):
        return False
    if _OWN.search(_ANYBODY.sub(" ", fold(question))):
        return True
    names = [fold(name) for name in _NAME.findall(question)]
    told = [fold(hit.passage.text) for hit in hits if names and tells(hit.passage, question)]  # not that it was asked
    said = {word for text in told for word in re.findall(r"[\w’'-]+", text)}
    return any(name in said or re.sub("['’]s$", "", name) in said for name in names)


def told(hit: Hit) -> str:
    """Its text, with the days that it names by another day, and with whom it is about where that was said before."""
    from jarvis.memory.dates import absolute
    from jarvis.memory.sentences import aligned

    passage = hit.passage
    if passage.kind != "turn" or len(passage.text) > SHORT:
        return passage.text
    text = absolute(passage.text, aligned(passage.text), datetime.fromtimestamp(passage.at))
    name = _subject(passage.before_text) if _HANGING.match(fold(passage.text)) else ""
    return f"({name}) {text}" if name else text


def of_others(hits: Iterable[Hit], question: str, meant: Iterable[str], people: Set[str]) -> list[int]:
    """The passages among them that are of somebody else than whom a question names: a small model gives to Marina
    whatever it reads of Marta. ``meant`` are named by a relation, ``people`` are known: the first words of their names,
    folded.
    """
    asked = {*meant, *(people & _words(question))}
    if not asked:
        return []
    return [
        h.passage.id
        for h in hits
        if h.passage.kind != "chunk"
        and (found := _whom(h.passage))[0] in people - asked
        and asked.isdisjoint(words := _words(h.passage.text))
        and _RELATIVES.isdisjoint(words - found[1])
    ]


def _whom(passage: Passage) -> tuple[str, Set[str]]:
    """Whom a passage is about, the first word of the name, folded, or nobody; and the words that say so."""
    if _HANGING.match(fold(passage.text)):
        return _first(_subject(passage.before_text)), frozenset()
    begun = _TOLD.match(passage.text)
    text = passage.text[begun.end() :] if begun else passage.text
    if found := _KIN.match(text):
        return _first(found["name"]), _words(found.group())
    found = _BEGINS.match(text)
    return _first(found["name"]) if found else "", frozenset()


def _first(name: str) -> str:
    return fold(name).partition(" ")[0]


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text)))


def _subject(text: str) -> str:
    """Whom a text that was said before is about: the first name in it."""
    from jarvis.memory.patterns import about

    begins = next((about(sentence) for sentence in own(text)), "")
    found = _NAME.search(text)
    return begins or (found.group() if found else "")
