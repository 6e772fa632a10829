"""What a message says of its sender and theirs, read by rules: certain, or nothing. Pure.

Questions, requests, suppositions, what others said, quotes and pasted texts say nothing here. The model may find what
these rules leave (``extraction``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from jarvis.memory.dates import Day, absolute, days, since, undated
from jarvis.memory.learned import ME, RELATION, Learned
from jarvis.memory.meant import guarded, joke
from jarvis.memory.relations import MANY, OTHERWISE, PLACES, RELATIONS
from jarvis.memory.rules import RULES, STATES, Rule
from jarvis.memory.sentences import Sentence, aligned, own
from jarvis.memory.things import state
from jarvis.memory.when import DAYS, MONTHS
from jarvis.words.fold import fold
from jarvis.words.language import language

BY = "patterns"
_START = re.compile(
    r"\W*(?:(?:hola|buenas|buenos dias|oye|hey|hi|hello|ok|vale|(?:si|no)(?=[,.;:!])|pues|bueno|bien|y|pero|"
    r"ademas|tambien|yes|"
    r"yeah|well|also|"
    r"by the way|btw|por cierto|la verdad(?: es que)?|resulta que|es que|actually|so|and|but|just so you know|"
    r"jarvis|mira|"
    r"gracias|thanks|thank you|perdona|sorry|fyi|anyway|encantad[oa]|the thing is|que|that|ahora|now|"
    r"(?:quick |one more )?note|nota|update|news|noticia|buenas noticias|good news)\b\W*)*"
)
_NEXT = re.compile(
    r"[,;:—–]\s+(?:(?:y|pero|and|but|so|asi que|porque|because|pues|que|who)\s+)?|"
    r"\s(?:y|pero|porque|and|but|because|so|pues|aunque|although)\s+"
)
_QUESTION = re.compile(
    r"(?:^|[,;.]\s*(?:y |and |so |asi que )?)(?=(?:what|how|where|when|which|who|why|can|could|do|does|did|is|"
    r"are|should|would|"
    r"will|any|que|como|donde|cuando|cual|quien|por que|puedes|podrias|me (?:puedes|recomiendas)|hay|deberia|sabes)\b)"
)
_POINTING = re.compile(
    r"(?:tu|tus|your|yours|eso|esto|es[ae]s?|est[ae]s?|that|this|these|those|it|how|como|cuando|cuanto|when|"
    r"what|where|"
    r"the (?:first|second|third|last|idea|way|other|one)|la (?:primera|segunda|tercera|ultima|idea|opcion|otra|forma)|"
    r"el (?:primero|segundo|tercero|ultimo|otro)|option|opcion|lo (?:que|primero|segundo|de)|ambos|both|them|"
    r"him|her|you|me|"
    r"l[oa]s dos|not|no|to (?:know|ask|see if)|saber|si|if|verte|hablar contigo|talking to you|algo|something|"
    r"nada|nothing)\b"
)
"""What is liked or preferred just here and now, among what was said before."""
_NOBODY_WORDS = """
    i he she it they we you this that these those there the a an my your his her our their who what which everyone
    everybody someone somebody nobody people one another some many most all both each el ella ellos ellas yo tu usted
    nosotros esto eso este ese esta esa estos todo todos nadie alguien gente quien que cada uno una un la los las lo mi
    su sus mis tus nuestro nuestra hoy ayer manana today tomorrow yesterday now ahora si no yes also tambien pero but
    and
    will promised decided confirmed committed committing si como cuando donde when where if then because porque note
    se te le fact dato hecho honestly personally creo pienso i'm i'll i've just please thanks gracias hola hi hello not
    never hemos he ha we've they've he's she's vamos voy
"""
_NOBODY = frozenset(_NOBODY_WORDS.split()) | frozenset(DAYS) | frozenset(MONTHS) - {"may", "abril", "april", "june"}
_TRAILING = re.compile(
    r"(?:\s+(?:ahora|actualmente|ya|tambien|now|currently|too|as well|por favor|please|"
    r"right now))+$"
)
_ACTOR = re.compile(
    r"(?:el |the )?(?P<who>[^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)??) (?:ha |has )?(?:finally )?(?:decidi(?:o|do)|"
    r"decided|chose|"
    r"committed|promised|se comprometio)\b"
)
_CORRECTS = re.compile(
    r"\W*(?:(?:no|perdon|perdona|uy|ay|ups|me equivoque|me he equivocado|quise decir|queria decir|digo|sorry|"
    r"oops|i meant?|"
    r"correction|actually|wait|wrong|bueno)\b\W*)+(?:(?:es|era|fue|son|sera|eran|it's|it is|it was|was|is|"
    r"that's|se llama|"
    r"she's|he's)\s+)?(?P<value>(?:el |the |on )?[^,;!?]{1,60}?)(?:,? (?:no|not|y no) .*)?\W*$"
)
_NAMED = re.compile(
    r"(?P<name>[^\W\d_a-zà-ÿ][\w’-]*[\wÀ-ÿ](?: [^\W\d_a-zà-ÿ][\w’-]*\w){0,2})(?:['’]s\b| (?:is|was|has|will|"
    r"wants|likes|works|"
    r"lives|needs|uses|es|fue|ha|tiene|quiere|va|vive|trabaja|necesita|usa|utiliza)\b)"
)
_SPEAKER = re.compile(
    r"\b(?:i|i'm|i've|i'll|i'd|my|me|we|our|us|yo|mi|mis|me|nos|nuestr[oa]s?|soy|estoy|tengo|"
    r"vivo|\w{3,}o(?= en))\b"
)
_PRONOUN = re.compile(r"(?:he(?! \w+(?:ado|ido)\b)|she|they|it|el|ella|ellos|ellas)\b")
_STREET = re.compile(
    r"(?:la |el )?(?:calle|avenida|plaza|paseo|camino|barrio|ronda|carretera) (?:de |del |la |el )*[A-ZÀ-Ý]"
)
"""Where somebody lives may begin with a small letter."""
_TO_BE = re.compile(
    r"\b(?:will|'ll|going to|vamos? a|voy a|starts?|begins?|empiezo|empezamos|comienzo|entro|mudo|(?:be|am|are|'m|'re) "
    r"(?:moving|starting|joining)|[a-z]{2,}are(?:mos)?)\b"
)
"""Of a move or a job: it is to come."""
_TO_REMEMBER = re.compile(r"^\W*(?:recuerda|apunta|anota|guarda|remember|note)\b(?: que| that)?\W+", re.IGNORECASE)
_ITEMS = re.compile(r"\s*(?:,|;|\by\b|\be\b|\band\b|&)\s*")
_MOST_WORDS = 24


@cache
def _compiled(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """When the first is needed: there are many."""
    return tuple((rule, re.compile(rule.pattern)) for rule in rules)


def read(text: str, said: datetime, before: Sequence[Learned] = ()) -> list[Learned]:
    """What a message says, as facts that are to be kept; ``said`` is local. ``before`` is what was read of the
    sender's message just before, which this one may correct.
    """
    lang = language(text)
    found: list[Learned] = []
    sentences = own(text)
    # a question about others, with nothing of whoever asks: a problem to be solved, a story to be told
    anybody = any(s.asks for s in sentences) and not any(_SPEAKER.search(s.folded) for s in sentences)
    for number, sentence in enumerate(sentences):
        if number == 0 and before and (corrected := _corrected(sentence, said, before)):
            found += corrected
            continue
        if number == 0 and sentence.asks and "?" not in sentence.folded and "¿" not in sentence.folded:
            break  # what follows a request is what it is to be done with
        stated = None if anybody else _stated(sentence)
        if stated is not None:
            found += _sentence(stated, said)
    unique = {(f.kind, fold(f.subject), f.attribute or f.text, fold(f.value), f.ends): f for f in found}
    return [replace(f, language=lang, extracted_by=BY) for f in unique.values()]


def told(content: str, said: datetime) -> list[Learned]:
    """What somebody asks to be remembered: read by the rules as well, and kept as it is where they find nothing."""
    found = read(content, said) or states(content, said)
    if not found:
        sentence = " ".join(content.split())
        note = absolute(sentence, aligned(sentence), said)
        found = [Learned("note", note, said.timestamp(), language=language(content), extracted_by=BY)]
    return [replace(f, told=True) for f in found]


def states(text: str, said: datetime) -> list[Learned]:
    """What a message says that anything is: not worth keeping, until it is said that it is otherwise."""
    stated = [s for s in map(_stated, own(_TO_REMEMBER.sub("", text))) if s is not None]
    return [replace(f, extracted_by=BY) for s in stated for f in _sentence(s, said, STATES)]


def _stated(sentence: Sentence) -> Sentence | None:
    """What of a sentence is stated: what stands before its question, or nothing."""
    if not sentence.asks:
        return sentence
    cut = next((m for m in _QUESTION.finditer(sentence.folded) if m.start() > 0), None)
    opened = sentence.folded.find("¿")
    end = opened if opened > 0 else cut.start() if cut is not None and sentence.folded.endswith("?") else 0
    head = Sentence(sentence.text[:end].rstrip(" ,;."), sentence.folded[:end].rstrip(" ,;."))
    return (
        head
        if end
        and re.match(
            r"\W*(?:\w+ ){0,2}?(?:i|i'm|my|we|our|soy|vivo|tengo|me|mi|mis|trabajo|"
            r"estoy|a mi)\b",
            head.folded,
        )
        else None
    )


def _sentence(sentence: Sentence, said: datetime, rules: tuple[Rule, ...] = RULES) -> list[Learned]:
    if joke(sentence):
        return []
    begin = _START.match(sentence.folded)
    starts = [begin.end() if begin else 0, *(m.end() for m in _NEXT.finditer(sentence.folded))]
    if begin and begin.end():
        starts.insert(0, 0)
    found: list[tuple[int, int, Learned]] = []
    done = -1
    for start in starts:
        if start < done or guarded(sentence, start):
            continue
        for rule, pattern in _compiled(rules):
            match = pattern.match(sentence.folded, start)
            if match is None:
                continue
            made = list(_made(rule, match, sentence, said))
            found += [(match.start(), match.end(), one) for one in made]
            if made and not rule.opens:
                done = done if rule.kind == "plan" else match.end()
                break
    whole = len({(b, e) for b, e, _ in found}) < 2
    return [replace(o, text=_text(sentence, 0 if whole else b, None if whole else e, said, o)) for b, e, o in found]


def about(sentence: Sentence) -> str:
    """The name that a sentence begins with: whom, or what, it is about. Empty where it begins with none."""
    found = _NAMED.match(sentence.text)
    if found is None or any(fold(w) in _NOBODY for w in found["name"].split()):
        return ""
    return found["name"]


def _text(sentence: Sentence, begin: int, end: int | None, said: datetime, one: Learned) -> str:
    if one.text:
        return one.text[:1].upper() + one.text[1:]
    text, folded = sentence.text[begin:end].strip(" ,;:"), sentence.folded[begin:end].strip(" ,;:")
    past = one.attribute in ("home", "employer") and _TO_BE.search(folded) is None
    text = absolute(text, folded, said, past) if len(text) == len(folded) else text
    return text[:1].upper() + text[1:]


def _made(rule: Rule, match: re.Match[str], sentence: Sentence, said: datetime) -> Iterator[Learned]:
    value = _part(match, sentence, "value")
    subject = _subject(match, sentence)
    if subject is None or not (rule.ends or _fits(rule, match, sentence, value)):
        return
    made = _timed(rule, match, sentence, said, Learned(rule.kind, "", said.timestamp(), subject, value=value))
    if made is None:
        return
    attribute = _attribute(rule, match, sentence)
    adds = rule.adds and (bool(match["more"]) or " " not in attribute)
    changes = rule.changes or any(match.groupdict().get(f"fresh{n}") for n in ("", "2", "3"))
    made = replace(made, attribute=attribute, ends=rule.ends, changes=changes, adds=adds)
    if rule.ends:
        yield made
    elif rule.attribute == "died":
        yield replace(made, value="", attribute="relation", ends=True)
        yield replace(made, value="", subject="" if subject.startswith(RELATION) else subject)
    elif rule.attribute == "relation":
        yield from _relations(rule, match, sentence, made)
    elif rule.attribute == "language":
        verb = sentence.text[match.start() : match.start("value")]
        yield from (replace(made, value=v, text=verb + v) for v in _ITEMS.split(value) if v)
    elif rule.kind in ("decision", "commitment"):
        yield replace(made, subject=_actor(sentence, match), value="")
    elif made.value or rule.dated:
        yield made if rule.attribute else replace(made, value="")


def _fits(rule: Rule, match: re.Match[str], sentence: Sentence, value: str) -> bool:
    """Whether what is said can be what the rule takes it for."""
    if rule.attribute and len(value.split()) > _MOST_WORDS:
        return False
    named = _part(match, sentence, "name") if rule.attribute == "relation" else ""
    if rule.proper and not (_proper(named or value) or (rule.attribute == "home" and _STREET.match(value))):
        return False
    if rule.kind in ("decision", "commitment") and _PRONOUN.match(sentence.folded, match.start()):
        return False
    if rule.attribute == "employer" and fold(value).split(" ")[0] in PLACES:
        return False
    future = _group(match, sentence, "future")
    if future and not future.endswith("é"):
        return False
    if rule.attribute == "is:{key}" and not re.search(r"[\d@]|[^\W\d_a-zà-ÿ]", value):
        return False
    return rule.kind != "preference" or not _POINTING.match(fold(value))


def _attribute(rule: Rule, match: re.Match[str], sentence: Sentence) -> str:
    attribute = rule.attribute.format(key=" ".join(fold(_part(match, sentence, "key")).split()))
    if rule.attribute == "is:{key}":
        value = fold(_part(match, sentence, "value"))
        said = match.string[
            max(match.end(n) for n in match.groupdict() if n[:2] in ("ke", "of")) : match.end() - len(value)
        ]
        attribute = state(said, value) + attribute.removeprefix("is")
    of = fold(_part(match, sentence, "of"))
    return f"{attribute} {of}" if of else attribute


def _timed(rule: Rule, match: re.Match[str], sentence: Sentence, said: datetime, made: Learned) -> Learned | None:
    """With the days that the clause names; None when the rule needs one and there is none."""
    after = _NEXT.search(sentence.folded, match.end())
    clause = sentence.folded[match.start() : after.start() if after else None]
    if rule.changes:
        clause = re.sub(r"\bal (?=\d)", "el ", clause).replace("from", "    ")
    named, from_ = days(clause, said, rule.past), since(clause, said)
    value = made.value
    if named and not rule.dated and (at := aligned(value).find(clause[named[0].begin : named[0].end])) > 0:
        value = re.sub(r"\s+(?:en|in|el|on|desde|since)$", "", value[:at].rstrip())
    begins = (rule.since and not (rule.changes and days(fold(value), said))) or (rule.ends and rule.past)
    if begins and from_ is None and named:
        from_ = datetime.combine(named[0].first, datetime.min.time()).timestamp()
    if rule.changes and rule.dated:  # "la del martes pasa al jueves"
        named = [d for d in named if d.end > match.start("value") - match.start()][-1:]
    if rule.dated:
        day = _dated(rule, named, said)
        if day is None:
            return None
        value = day.iso if rule.attribute.startswith("date") else _birthday(day) if rule.attribute == "birthday" else ""
    return replace(made, value=value, valid_from=from_)


def _who_is(name: str, called: str) -> str:
    """ "Mi hermana Ana" says nothing on its own."""
    called = called.strip(" ,")
    return f"{name} {'is' if fold(called).startswith('my') else 'es'} {called[:1].lower()}{called[1:]}"


def _relations(rule: Rule, match: re.Match[str], sentence: Sentence, made: Learned) -> Iterator[Learned]:
    several = match.groupdict().get("several")
    if several:
        names, relation = (
            _ITEMS.split(_part(match, sentence, "value")),
            MANY[several],
        )
    else:
        rel = match["rel"] or match.groupdict().get("rel2") or ""
        names, relation = [_part(match, sentence, "name")], RELATIONS.get(rel) or OTHERWISE.get(rel, "child")
    for name in names:
        if _proper(name) and fold(name) not in _NOBODY:
            before = sentence.text[match.start() : match.start("value" if several else "name")]
            text = before + name if several else _who_is(name, before) if rule.opens else ""
            yield replace(made, subject=name, value=relation, text=text)


def _dated(rule: Rule, named: Sequence[Day], said: datetime) -> Day | None:
    for day in named:
        if rule.attribute == "birthday":
            if day.first == day.last:
                return day
        elif rule.kind not in ("plan", "commitment") or day.last >= said.date():
            return day
    return None


def _birthday(day: Day) -> str:
    return day.iso[5:] if day.relative else day.iso


def _subject(match: re.Match[str], sentence: Sentence) -> str | None:
    """Whom a clause is about; None when it is nobody that can be named."""
    groups = match.groupdict()
    for end in ("", "2", "3"):
        if groups.get(f"other{end}"):
            other = _group(match, sentence, f"other{end}")
            first = fold(other).split()[0]
            named = _proper(other) and all(_proper(w) for w in other.split()) and first not in _NOBODY
            return other if named else None
        if groups.get(f"rel{end}"):
            name = _group(match, sentence, f"name{end}")
            return name if _proper(name) else RELATION + RELATIONS[groups[f"rel{end}"]]
    return ME


def _actor(sentence: Sentence, match: re.Match[str]) -> str:
    found = _ACTOR.match(sentence.folded, match.start())
    if found is None:
        return ME
    who = sentence.text[slice(*found.span("who"))]
    named = (_proper(who) or fold(who) in ("user", "usuario")) and fold(who).split()[0] not in _NOBODY
    return who if named else ME


def _group(match: re.Match[str], sentence: Sentence, name: str) -> str:
    if not match.groupdict().get(name):
        return ""
    return sentence.text[slice(*match.span(name))]


def _part(match: re.Match[str], sentence: Sentence, name: str) -> str:
    """A group, or another form of it, as it was written, without what says nothing."""
    names = (name, *(f"{name}{n}" for n in range(2, 5)))
    text = next((part for n in names if (part := _group(match, sentence, n))), "")
    trailing = _TRAILING.search(aligned(text))
    return (text[: trailing.start()] if trailing else text).strip(" ,;:.\"'«»")


def _proper(text: str) -> bool:
    return text[:1].isupper()


def _corrected(sentence: Sentence, said: datetime, before: Sequence[Learned]) -> list[Learned]:
    """ "No, era el 14": the last thing said, with another day or name."""
    match = None if sentence.asks else _CORRECTS.match(sentence.folded)
    if match is None:
        return []
    named = days(sentence.folded[match.start("value") :], said)
    value = _part(match, sentence, "value")
    for old in reversed(before):
        if old.ends or not old.attribute:
            continue
        if old.attribute == "birthday" or old.attribute.startswith("date:"):
            if named:
                new = _birthday(named[0]) if old.attribute == "birthday" else named[0].iso
                text = f"{undated(old.text, said)} {sentence.text[match.start('value') :].strip(' .')} ({named[0].iso})"
                return [replace(old, text=text, value=new, said=said.timestamp(), corrects=True)]
        elif not named and _proper(value) and len(value.split()) < 4:
            if old.attribute == "relation":
                never = replace(old, ends=True, valid_from=old.valid_from or 0.0, said=said.timestamp())
                right = replace(old, subject=value, text=old.text.replace(old.subject, value), said=said.timestamp())
                return [never, right]
            if old.value and old.value in old.text:
                text = old.text.replace(old.value, value)
                return [replace(old, value=value, text=text, said=said.timestamp(), corrects=True)]
    return []
