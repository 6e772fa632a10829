"""The words of the library ``click`` (``Usage:``, ``Missing argument``, ...) in the owner's language."""

from __future__ import annotations

import sys

from jarvis.texts import language


def translate_click() -> None:
    """Before its first use. It has its words from ``gettext``, by two names in each of its modules."""
    if language() != "es":
        return
    from jarvis.texts.click import TEXTS

    spanish = {text.en: text.es for text in TEXTS.values()}

    def one(text: str) -> str:
        return spanish.get(text, text)

    def counted(single: str, several: str, count: int) -> str:
        return one(single if count == 1 else several)

    for name, module in sys.modules.items():
        if name.startswith("click."):
            vars(module).update({"_": one} if "_" in vars(module) else {})
            vars(module).update({"ngettext": counted} if "ngettext" in vars(module) else {})
