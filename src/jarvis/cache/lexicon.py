"""The small words of a language that two wordings of one question may differ in, and what they stand for.

Everything that is not named here counts as content: two questions that differ in it are two questions. That is the
safe side, and why these lists are short: a word gets in when leaving it out, or taking it for its neighbour, can hardly
change what is asked. Negations, numbers, quantifiers, comparatives, most prepositions and tenses are left out of the
lists on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

from jarvis.cache import english, spanish
from jarvis.cache.stems import Language, singular


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language.

    ``dropped`` is left out: articles, the copula in the present, what is said for emphasis. ``form`` is said in every
    wording, wherever it stands: what is asked for, of whom, and when it is or was. ``weak`` may be missing where the
    meaning of the whole is found to be the same, but within a group (prepositions, persons, verbs and nouns of little
    content; a word may be in several) none may stand for another; ``slight`` may do that too. ``before_plurals``: the
    words after which one that looks like a plural is one, in a language whose verbs look so too. ``joins`` stand
    between A and B where B A may be said instead, unless A is ``naming``: part of names. ``alike``: words that may
    stand for each other, and the one that stands for them all. ``phrases``: wordings that stand for one thing, in the
    order in which they are tried, on words joined by single spaces.
    """

    dropped: frozenset[str]
    form: frozenset[str]
    weak: tuple[frozenset[str], ...]
    slight: frozenset[str]
    before_plurals: frozenset[str]
    joins: frozenset[str]
    naming: frozenset[str]
    alike: Mapping[str, str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    language: Language

    def base(self, word: str, before: str | None = None) -> str:
        """The word that stands for this one and all that are alike. ``before``: the one in front of it, where a plural
        must be told from a verb (`lloras` is no plural of `llora`); None where it need not.
        """
        stem = singular(word, self.language) if before is None or self._plural_after(before) else word
        return self.alike.get(stem, stem)

    def _plural_after(self, before: str) -> bool:
        if not self.before_plurals:
            return True
        return before in self.before_plurals or before.isdigit() or before.endswith(("ar", "er", "ir"))


def _phrases(text: str, shorthands: Mapping[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each line is ``wording > what it stands for``; a single dot: nothing. Words in capitals are shorthands. What
    begins with two spaces goes on with the line before.
    """
    found = []
    for line in text.strip().replace("\n  ", "").splitlines():
        wording, _, for_it = line.partition(" > ")
        for name, meaning in shorthands.items():
            wording = re.sub(rf"\b{name}\b", meaning.replace("(", "(?:"), wording)
        end = "" if wording.endswith(("$", "(?= )")) else "(?= |$)"
        found.append((re.compile(rf"(?<![^ ])(?:{wording}){end}"), "" if for_it == "." else for_it))
    return tuple(found)


def _lexicon(words: ModuleType, language: Language) -> Lexicon:
    groups = [[singular(word, language) for word in line.split()] for line in words.ALIKE.strip().splitlines()]
    alike = {word: group[0] for group in reversed(groups) for word in group}

    def bases(text: str) -> frozenset[str]:
        stems = (singular(word, language) for word in text.split())
        return frozenset(alike.get(stem, stem) for stem in stems)

    return Lexicon(
        dropped=frozenset(words.DROPPED.split()),
        form=bases(words.FORM),
        weak=tuple(map(bases, (*words.WEAK.strip().splitlines(), words.LIGHT))),
        slight=bases(words.SLIGHT),
        before_plurals=frozenset(words.BEFORE_PLURALS.split()),
        joins=frozenset(words.JOINS.split()),
        naming=bases(words.NAMING),
        alike=alike,
        phrases=_phrases(words.PHRASES, words.SHORTHANDS),
        language=language,
    )


LEXICONS: Mapping[Language, Lexicon] = {"en": _lexicon(english, "en"), "es": _lexicon(spanish, "es")}
