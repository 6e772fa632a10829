"""Which of its two languages a text is in. Pure, microseconds; wrong only where there is little to go by."""

from __future__ import annotations

import re
from typing import Literal

_SPANISH_WORDS = """
el la los las un una unos unas de del al y o que qué cómo cuál cuáles cuándo dónde quién por para con sin es son está
están ser hay no sí se me te le lo mi tu su este esta esto ese esa eso pero porque muy más hola gracias puedes puede
quiero dime haz hazme cuánto cuántos cuenta explica explícame tengo tiene hacer hoy mañana ayer aquí
en si ya nos sus hasta desde entre cada sobre vale buenos buenas noticias escribe suma resta resuelve calcula convierte
traduce apaga enciende pon pausa sube baja abre cierra llama envía manda para integra deriva prueba falla funciona fue
era quien cual como cuando donde cuanto cuantos según todo todos ha han he mío mía luego adiós bien
"""
_ENGLISH_WORDS = """
the a an of to and or that what how which when where who why for with without is are be was were there not yes i you he
she it my your his her this these those but because very more hello hi thanks please can could want tell make do does
did have has today tomorrow yesterday here explain give write from in on
me at by as if all will would should we they our their me no son news solve convert turn off up send call open close
about into than then them its was been where let see later good
"""
_SPANISH = frozenset(_SPANISH_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SPANISH_LETTERS = re.compile(r"[¿¡ñáéíóúü]", re.IGNORECASE)
_QUOTED = re.compile(r"```.*?(```|$)|«[^»]*»|“[^”]*”|\"[^\"]*\"|`[^`]*`", re.DOTALL)
"""Somebody else's words: they say nothing of the language of the one who quotes them."""
_WORD = re.compile(r"[^\W\d_]+")
_READ = 2000
"""Characters looked at: enough to tell, whatever the length."""


def language(text: str, fallback: Literal["en", "es"] = "en") -> Literal["en", "es"]:
    """``es`` or ``en``; ``fallback`` when the text does not tell (code, numbers, a name)."""
    head = _QUOTED.sub(" ", text[:_READ])
    words = [w.lower() for w in _WORD.findall(head)]
    spanish = sum(w in _SPANISH for w in words) + 2 * bool(_SPANISH_LETTERS.search(head))
    english = sum(w in _ENGLISH for w in words)
    if spanish == english:
        return fallback
    return "es" if spanish > english else "en"
