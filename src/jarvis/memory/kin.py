"""Words of a question that mean somebody whose name is known: "mi hermana" is Marta, a niece is a child of hers; and
what of whoever asks it asks for; and whether it asks of what was. Pure.
"""

from __future__ import annotations

import re

from jarvis.memory.relations import RELATIONS
from jarvis.words.fold import fold

_BY_WAY_OF = {
    word: through.split()
    for words, through in (
        ("sobrino sobrina nephew niece", "sister brother"),
        ("cunado cunada", "sister brother spouse wife husband partner"),
        ("suegro suegra", "spouse wife husband partner girlfriend boyfriend"),
        ("nieto nieta grandson granddaughter grandchild", "son daughter child"),
        ("primo prima cousin", "uncle aunt"),
    )
    for word in words.split()
}
_LINES = (
    (
        "home",
        r"direccion|domicilio|address|viv(?:o|ia|iamos|imos|ir)|lived?|living|mi casa|my (?:house|home|place|flat)|"
        r"(?:what|which|que|cual) (?:house|home|casa|piso|calle|street|flat)",
    ),
    (
        "employer",
        r"trabaj(?:o|aba|e|ar|ando)|work(?:ed|ing)?|empresa|company|employer|mi empleo|my job|mi jef[ea]|my boss",
    ),
    ("job", r"trabajo|profesion|me dedico|my job|profession|for a living|puesto|cargo"),
    ("name", r"me llamo|apellid\w+|mi nombre|my (?:sur|last |first |full )?name"),
    ("birthday", r"mi cumple\w*|my birthday|cumplo"),
)
_ASKED = tuple((attribute, re.compile(rf"\b(?:{words})\b")) for attribute, words in _LINES)
_ME = re.compile(
    r"\b(?:i|me|my|we|our|yo|mi|mis|nos|nuestr[oa]s?|vivo|vivia|viviamos|vivimos|trabajo|trabajaba|trabaje|llamo|dedico|"
    r"cumplo|apellido)\b"
)
_PAST = re.compile(
    r"\b(?:antes|anterior(?:es|mente)?|hasta|desde|entonces|solia\w*|histori(?:a|al)|primer[oa]?s?|alguna vez|ya no|"
    r"cuanto (?:tiempo|hace)|hace (?:\w+ )?(?:anos?|mes|meses|dias?|semanas?|tiempo|mucho|poco)|todavia|aun|siempre|"
    r"cambi\w+|mudad\w*|mudanzas?|mude|mudaste|mudamos|ex|antigu[oa]s?|viej[oa]s?|pasad[oa]s?|evolucion\w*|"
    r"(?:he|has|ha|hemos|han) \w+(?:ado|ido|cho|sto|rto)|\w{2,}(?:aba|abas|abamos|aban|aste|iste)|"
    r"(?:viv|ten|hac|com|beb|dec|quer|sab|pod|deb|conduc|prefer|sent|sal|ven|cre|ped|part|le|ve|hab)ia[ns]?|"
    r"era[ns]?|eramos|fu[ie]\w*|vivi|trabaje|tuv\w+|estuv\w+|hic\w+|dij\w+|conte|deje|"
    r"empece|did|was|were|wasn't|weren't|had|used to|before|previous\w*|former\w*|prior|earlier|once|ever|"
    r"first(?! name)|until|since|then|ago|how long|no longer|still|always|any ?more|chang\w+|moved?|moving|"
    r"(?<!how )old|past|last(?! name)|"
    r"histor\w+|been|lived|worked|said|told|started|stopped|left|quit|switched|over the years|(?:19|20)\d\d)\b"
)


def past(question: str) -> bool:
    """Whether it may ask of what is so no more. In doubt it may."""
    return _PAST.search(fold(question)) is not None


def relations(question: str) -> list[str]:
    """The relations, as facts have them, of people that a question means without their names."""
    words = re.findall(r"\w+", fold(question))
    found = [r for word in words for r in (RELATIONS.get(word), *_BY_WAY_OF.get(word, ())) if r]
    return list(dict.fromkeys(found))


def lines(question: str) -> list[str]:
    """Of what of whoever asks there is one at a time, and is asked for."""
    folded = fold(question)
    return [attribute for attribute, words in _ASKED if words.search(folded)] if _ME.search(folded) else []
