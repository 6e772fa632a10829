"""A formula as a person or a model writes it, read into a tree of a few known kinds. Nothing is ever evaluated here.

A tree is made of lists, so that it can be handed to another process as JSON: ``["num", "2.5"]``, ``["sym", "x"]``,
``["+", a, b]``, ``["fn", "sqrt", a]``, ``["=", a, b]``, ``["matrix", [[a, b], [c, d]]]``. What is not in ``FUNCTIONS``,
``CONSTANTS`` or a letter is an error.
"""

from __future__ import annotations

import re
from typing import Any

from jarvis.errors import UsageError
from jarvis.tools._numbers import NUMBER, PLAIN, Language, plain
from jarvis.words.fold import fold

Node = list[Any]
MOST_CHARACTERS = 400
MOST_DEPTH = 40

FUNCTIONS = {
    "sqrt": (1, 1), "cbrt": (1, 1), "abs": (1, 1), "exp": (1, 1), "ln": (1, 1), "log": (1, 2), "sin": (1, 1),
    "cos": (1, 1), "tan": (1, 1), "cot": (1, 1), "sec": (1, 1), "csc": (1, 1), "asin": (1, 1), "acos": (1, 1),
    "atan": (1, 1), "sinh": (1, 1), "cosh": (1, 1), "tanh": (1, 1), "floor": (1, 1), "ceil": (1, 1), "round": (1, 2),
    "factorial": (1, 1), "gcd": (2, 9), "lcm": (2, 9), "min": (2, 30), "max": (2, 30), "binomial": (2, 2),
    "mean": (2, 99), "sum": (2, 99), "det": (1, 1), "inv": (1, 1), "transpose": (1, 1), "rank": (1, 1),
    "trace": (1, 1), "eigenvalues": (1, 1),
}  # fmt: skip
"""Those that are known, and how many arguments they take, at least and at most."""
_ALSO = {
    "sen": "sin", "tg": "tan", "arcsin": "asin", "arcsen": "asin", "arccos": "acos", "arctan": "atan", "arctg": "atan",
    "mcd": "gcd", "mcm": "lcm", "comb": "binomial", "ceiling": "ceil", "media": "mean", "average": "mean",
    "suma": "sum", "lg": "log", "raiz": "sqrt", "determinant": "det", "determinante": "det", "inverse": "inv",
    "inversa": "inv", "transpuesta": "transpose", "traza": "trace", "rango": "rank", "eig": "eigenvalues", "eigenvals": "eigenvalues",
}  # fmt: skip
_WITH_BASE = {"log10": "10", "log2": "2"}
CONSTANTS = ("pi", "e", "i", "oo")
_GREEK = {"π": "pi", "∞": "oo", "θ": "t", "α": "a", "β": "b", "λ": "l", "τ": "(2*pi)"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_WORDS: tuple[tuple[str, str], ...] = (
    (r"\b(?:por ciento|por cien|percent|per cent)\b", "%"),
    (r"\b(?:la )?raiz cubica (?:de(?:l)?|of)\b|\b(?:the )?cube root of\b", " cbrt "),
    (r"\b(?:la )?raiz(?: cuadrada)? de(?:l)?\b|\b(?:the )?(?:square )?root of\b", " sqrt "),
    (r"\b(?:elevado|elevada)(?: a)?(?: la)?(?: potencia(?: de)?)?\b|\b(?:raised )?to the power(?: of)?\b", "^"),
    (r"\b(?:al cuadrado|squared)\b", "^2"),
    (r"\b(?:al cubo|cubed)\b", "^3"),
    (r"\b(?:dividido|dividida) (?:por|entre)\b|\bdivided by\b|\bentre\b|\bover\b", "/"),
    (r"\b(?:multiplicado|multiplicada) por\b|\bmultiplied by\b|\btimes\b|\bpor\b", "*"),
    (r"\bmas\b|\bplus\b", "+"),
    (r"\bmenos\b|\bminus\b", "-"),
    (r"\bmodulo\b", " mod "),
    (r"\b(?:es )?igual a\b|\bis equal to\b|\bequals\b", "="),
    (r"\b(?:la )?mitad de(?:l)?\b|\bhalf of\b", " (1/2) of "),
    (r"\b(?:el )?(?:doble de(?:l)?)\b|\b(?:double|twice)(?: of)?\b", " 2 of "),
    (r"\b(?:el )?triple de(?:l)?\b|\btriple(?: of)?\b", " 3 of "),
    (r"\b(?:el )?(?:seno|sine) (?:de|of)\b", " sin "),
    (r"\b(?:el )?(?:coseno|cosine) (?:de|of)\b", " cos "),
    (r"\b(?:la )?(?:tangente|tangent) (?:de|of)\b", " tan "),
    (r"\b(?:el )?(?:logaritmo (?:neperiano|natural)|natural log(?:arithm)?) (?:de|of)\b", " ln "),
    (r"\b(?:el )?(?:logaritmo|log(?:arithm)?) (?:de|of)\b", " log "),
    (r"\b(?:el )?(?:valor absoluto|absolute value) (?:de|of)\b", " abs "),
    (r"\b(?:el |the )?factorial (?:de|of)\b", " factorial "),
    (r"\b(?:infinito|infinity|inf)\b", " oo "),
    (r"\b(?:grados|degrees|deg)\b", "°"),
    (r"(?<=\d) ?x ?(?=\d)", "*"),
    (r"(?<=%) ?\b(?:de la|de los|de las|del|de|of the|of)\b", " of "),
    (r"\bof (?:el|la|los|las|the)\b", " of "),
)
_SAME = str.maketrans({"×": "*", "·": "*", "∗": "*", "÷": "/", "∕": "/", "⁄": "/", ":": "/", "−": "-", "–": "-", "—": "-",
                       "{": "(", "}": ")", "¿": " ", "?": " ", "’": "'"})  # fmt: skip
_IDENT = re.compile(r"[a-z]+(?:10|2)?(?![a-z0-9])|[a-z]+")


def read(text: str, language: Language = "en") -> Node:
    """The tree of ``text``. Raises UsageError (``tools.formula...``), with the place where it cannot be read."""
    if len(text) > MOST_CHARACTERS:
        raise UsageError("tools.formula_long", length=len(text), most=MOST_CHARACTERS)
    return _Reader(_tidied(text), language).whole()


def _tidied(text: str) -> str:
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"^({m[0].translate(_SUPERSCRIPTS)})", text)
    for sign, name in _GREEK.items():
        text = text.replace(sign, f" {name} ")
    text = text.replace("√", " sqrt ").replace("∛", " cbrt ").translate(_SAME)
    text = fold(re.sub(r"(\d)\s*º", r"\1 °", text.replace("º", "°"))).translate(_SAME)
    text = re.sub(
        r"^\s*(?:calcula(?:r|te)?|cuanto (?:es|son|vale|da)|cual es|how much is|what(?:'s| is)|el resultado de)\b",
        "",
        text,
    )
    text = re.sub(r"^\s*(?:el|la|the)\b", "", text)
    for pattern, by in _WORDS:
        text = re.sub(pattern, by, text)
    return " ".join(text.replace("**", "^").replace("==", "=").replace("≈", "=").split()).rstrip(" .;=")


class _Reader:
    """Recursive descent, one character at a time; ``listing`` is how many lists we are in, where commas separate."""

    def __init__(self, text: str, language: Language) -> None:
        self._text = text
        self._language = language
        self._at = 0
        self._listing = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._sum()
        if self._take("="):
            node = ["=", node, self._sum()]
        if self._at < len(self._text):
            raise self._wrong()
        return node

    def _wrong(self) -> UsageError:
        rest = self._text[self._at :]
        return UsageError("tools.formula_unread", formula=self._text, at=rest[:20] or "…")

    def _peek(self) -> str:
        while self._at < len(self._text) and self._text[self._at] == " ":
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> bool:
        if self._peek() == sign:
            self._at += 1
            return True
        return False

    def _word(self, name: str) -> bool:
        self._peek()
        if re.match(rf"{name}\b", self._text[self._at :]):
            self._at += len(name)
            return True
        return False

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise UsageError("tools.formula_deep", most=MOST_DEPTH)
        node = self._term()
        while (sign := self._peek()) in ("+", "-") and sign:
            self._at += 1
            right = self._term()
            # as pocket calculators have it: 200 + 10 % is 220
            node = [sign, node, ["*", node, right] if right[0] == "percent" and node[0] != "percent" else right]
        self._depth -= 1
        return node

    def _term(self) -> Node:
        node = self._unary()
        while True:
            sign = self._peek()
            if sign in ("*", "/") and sign:
                self._at += 1
                node = [sign, node, self._unary()]
            elif self._word("of"):
                node = ["*", node, self._unary()]
            elif self._word("mod"):
                node = ["mod", node, self._unary()]
            elif sign and (sign.isalpha() or sign == "(" or (sign.isdigit() and self._text[self._at - 1] in ") ")):
                if sign.isdigit() and node[0] == "num":
                    raise self._wrong()  # "2 3": nobody knows what is meant
                node = ["*", node, self._power()]
            else:
                return node

    def _unary(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise UsageError("tools.formula_deep", most=MOST_DEPTH)
        try:
            if self._take("-"):
                return ["neg", self._unary()]
            if self._take("+"):
                return self._unary()
            return self._power()
        finally:
            self._depth -= 1

    def _power(self) -> Node:
        node = self._postfix()
        return ["^", node, self._unary()] if self._take("^") else node

    def _postfix(self) -> Node:
        node = self._primary()
        while True:
            if self._take("!"):
                node = ["fn", "factorial", node]
            elif self._take("°"):
                node = ["*", node, ["/", ["const", "pi"], ["num", "180"]]]
            elif self._peek() == "%":
                after = self._text[self._at + 1 :].lstrip()
                if re.match(r"[\d(.]", after):  # 10 % 3, as programs have it
                    self._at += 1
                    return ["mod", node, self._unary()]
                self._at += 1
                node = ["percent", node]
            else:
                return node

    def _primary(self) -> Node:
        sign = self._peek()
        if sign == "(":
            self._at += 1
            listing, self._listing = self._listing, 0
            node = self._sum()
            self._listing = listing
            return self._closed(node, ")")
        if sign == "[":
            return self._matrix()
        if sign == "|":
            self._at += 1
            return self._closed(["fn", "abs", self._sum()], "|")
        if found := (PLAIN if self._listing else NUMBER).match(self._text, self._at):
            self._at = found.end()
            return ["num", plain(found[0], self._language)]
        if sign.isalpha():
            return self._name()
        raise self._wrong()

    def _closed(self, node: Node, sign: str) -> Node:
        if not self._take(sign):
            raise self._wrong()
        return node

    def _name(self) -> Node:
        found = _IDENT.match(self._text, self._at)
        if found is None:
            raise self._wrong()
        name = found[0]
        self._at = found.end()
        if name in _WITH_BASE:
            return ["fn", "log", *self._arguments("ln"), ["num", _WITH_BASE[name]]]
        name = _ALSO.get(name, name)
        if name in FUNCTIONS:
            return ["fn", name, *self._arguments(name)]
        if name in CONSTANTS:
            return ["const", name]
        if len(name) == 1:
            return ["sym", name]
        if len(name) <= 3 and not any(c in "eio" for c in name):  # xy is x times y
            node: Node = ["sym", name[0]]
            for letter in name[1:]:
                node = ["*", node, ["sym", letter]]
            return node
        raise UsageError("tools.formula_word", word=name, formula=self._text)

    def _arguments(self, name: str) -> list[Node]:
        least, most = FUNCTIONS[name]
        if self._peek() != "(":
            if most > 1 and least > 1:
                raise self._wrong()
            return [self._power()]  # sin x, sqrt 2
        self._at += 1
        listing, self._listing = self._listing, 1 if most > 1 else 0
        found = [self._sum()]
        while self._take(",") or self._take(";"):
            found.append(self._sum())
        self._listing = listing
        self._closed([], ")")
        if not least <= len(found) <= most:
            raise UsageError("tools.formula_arguments", name=name, found=len(found), least=least, most=most)
        return found

    def _matrix(self) -> Node:
        self._at += 1
        listing, self._listing = self._listing, 1
        rows: list[list[Node]] = []
        if self._peek() == "[":
            while self._take("["):
                rows.append(self._row())
                self._closed([], "]")
                self._take(",")
        else:
            rows.append(self._row())
            while self._take(";"):
                rows.append(self._row())
        self._listing = listing
        self._closed([], "]")
        if not rows or len({len(row) for row in rows}) != 1 or len(rows) * len(rows[0]) > 100:
            raise UsageError("tools.formula_matrix", formula=self._text)
        return ["matrix", rows]

    def _row(self) -> list[Node]:
        row = [self._sum()]
        while self._take(","):
            row.append(self._sum())
        return row
