"""What can be done about a request that is longer than the context its model was loaded with. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from jarvis.errors import ContextTooLong
from jarvis.words.model import Installed

ANSWER_TOKENS = 1024
"""The longest answer where neither the request, nor ``assistant.max_tokens``, nor the model's card states one."""
STEP = 256
"""Tokens by which a context is stated: engines round it up to that."""


def too_long(error: ContextTooLong, param: str, installed: Installed, here: Iterable[Installed]) -> ContextTooLong:
    """``error``, of a request to ``installed``, with the next step: a context that holds the request and its answer,
    if the model was made for that much; else a model of those ``here`` that was; else to be shorter.
    """
    tokens, card = error.facts.get("tokens"), installed.card
    if not isinstance(tokens, int):
        return ContextTooLong(error.code, param=param, **error.facts)
    told = error.facts.get("answer")
    answer = 0 if card.kind != "chat" else told if isinstance(told, int) else ANSWER_TOKENS
    facts = {
        "tokens": tokens, "answer": answer, "whole": tokens + answer, "model": card.id,
        "context": error.facts.get("context"), "most": card.context,
    }  # fmt: skip
    if tokens + answer <= card.context:
        return ContextTooLong("assistant.too_long", param=param, wanted=_stated(tokens + answer, card.context), **facts)
    longer = [m for m in here if m.card.kind == card.kind and m.card.context >= tokens + answer]
    if not longer:
        return ContextTooLong("assistant.too_long_for_all", param=param, **facts)
    other = min(longer, key=lambda m: (m.card.context, m.card.id)).card
    wanted = _stated(tokens + answer, other.context)
    return ContextTooLong("assistant.too_long_for_it", param=param, wanted=wanted, other=other.id, **facts)


def _stated(tokens: int, most: int) -> int:
    return min(-(-tokens // STEP) * STEP, most)
