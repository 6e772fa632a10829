"""What a model is given to read: the system prompt in the owner's language, and the history that fits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from jarvis.errors import ContextTooLong
from jarvis.words.chat import ChatRequest, Message

Count = Callable[[ChatRequest], Awaitable[int]]
"""Tokens of a request's prompt, counted by the engine that will read it."""

_PROMPT = {
    "en": (
        "You are Jarvis, a private assistant that runs on its owner's own computer. Answer in English, correctly and"
        " to the point. If you do not know something, say so. Today is {today:%Y-%m-%d}."
    ),
    "es": (
        "Eres Jarvis, un asistente privado que funciona en el ordenador de su dueño. Responde en español, con exactitud"
        " y sin rodeos. Si no sabes algo, dilo. Hoy es {today:%Y-%m-%d}."
    ),
}

VOICE = "voice"
"""The face of who hears the answer instead of reading it."""
ALOUD = {
    "en": "Your answer is read aloud: say it in one to three short sentences, without lists, tables or code.",
    "es": "Tu respuesta se lee en voz alta: dila en una a tres frases cortas, sin listas, tablas ni código.",
}


def system_prompt(card: Mapping[str, str], lang: Literal["en", "es"], own: str, today: datetime) -> str:
    """The owner's own prompt, else the one the model's ``card`` asks for, by language, else Jarvis's, in ``lang``."""
    if own:
        return own
    return card.get(lang) or _PROMPT[lang].format(today=today)


async def fit(request: ChatRequest, history: Sequence[Message], context: int, count: Count) -> tuple[ChatRequest, int]:
    """The request with as much of the history, newest first, as fits in ``context`` tokens with room to answer.

    ``request`` holds the system message first, then the new messages; the history goes between them. Returns how many
    messages of the history were left out, oldest first, cut only before a question. Raises ContextTooLong when the new
    messages alone do not fit.
    """
    wanted = request.sampling.max_tokens or context
    room = context - min(wanted, context // 4)
    starts = [i for i, m in enumerate(history) if m.role == "user"] + [len(history)]
    low, high = 0, len(starts) - 1
    best = _with(request, history[starts[low] :] if low < high else history)
    if await count(best) <= room:
        return best, starts[low] if low < high else 0
    low += 1
    while low < high:  # the first start from which the rest fits
        middle = (low + high) // 2
        if await count(_with(request, history[starts[middle] :])) <= room:
            high = middle
        else:
            low = middle + 1
    cut = starts[min(low, len(starts) - 1)]
    best = _with(request, history[cut:])
    if cut == len(history):
        tokens = await count(best)
        # Alone it may use the room kept for the answer, all but one token of it.
        if tokens >= context:
            raise ContextTooLong(
                "engines.context_too_long", tokens=tokens, context=context, answer=request.sampling.max_tokens
            )
    return best, cut


def _with(request: ChatRequest, history: Sequence[Message]) -> ChatRequest:
    head = [m for m in request.messages if m.role == "system"]
    tail = [m for m in request.messages if m.role != "system"]
    return replace(request, messages=(*head, *history, *tail))
