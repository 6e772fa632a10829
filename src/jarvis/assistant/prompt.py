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
READ_SECONDS = 4.0
"""So long somebody who talks may have to wait because a conversation is read again."""
LEAST_SPOKEN = 2048
ALOUD = {
    "en": "Your answer is read aloud: say it in one to three short sentences, without lists, tables or code.",
    "es": "Tu respuesta se lee en voz alta: dila en una a tres frases cortas, sin listas, tablas ni código.",
}


def system_prompt(card: Mapping[str, str], lang: Literal["en", "es"], own: str, today: datetime) -> str:
    """The owner's own prompt, else the one the model's ``card`` asks for, by language, else Jarvis's, in ``lang``."""
    if own:
        return own
    return card.get(lang) or _PROMPT[lang].format(today=today)


def spoken_history(tokens_per_second: float | None) -> int | None:
    """Tokens of a conversation that a model reads within ``READ_SECONDS``, at least ``LEAST_SPOKEN``: a power of two,
    so that it is the same from one turn to the next. None where that is not known.
    """
    if tokens_per_second is None:
        return None
    return max(LEAST_SPOKEN, 1 << int(tokens_per_second * READ_SECONDS).bit_length() >> 1)


async def fit(
    request: ChatRequest, history: Sequence[Message], context: int, count: Count, most: int | None = None
) -> tuple[ChatRequest, int]:
    """The request with as much of the history, newest first, as fits in ``context`` tokens with room to answer, and is
    not more than ``most``.

    ``request`` holds the system message first, then the new messages; the history goes between them. Returns how many
    messages of the history were left out, oldest first, cut only before a question. Raises ContextTooLong when the new
    messages alone do not fit.

    What engines have read they keep, up to the first difference. So the history is cut at the same place for as long as
    can be: up to a quarter more is left out than must be, half of ``most``: then it is seldom cut.
    """
    wanted = request.sampling.max_tokens or context
    room = step = context - min(wanted, context // 4)
    if most is not None and history:
        step = min(room, 2 * most)
        room = min(room, most + await count(_with(request, ())))
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
    cut = _steady(history, starts[min(low, len(starts) - 1) :], step)
    best = _with(request, history[cut:])
    if cut == len(history):
        tokens = await count(best)
        # Alone it may use the room kept for the answer, all but one token of it.
        if tokens >= context:
            raise ContextTooLong(
                "engines.context_too_long", tokens=tokens, context=context, answer=request.sampling.max_tokens
            )
    return best, cut


def _steady(history: Sequence[Message], starts: Sequence[int], step: int) -> int:
    """The first of the ``starts`` where the history's length passes a multiple of ``step`` characters, a quarter as
    many tokens: this place does not move while the conversation grows. Without one, the first.
    """
    length, before = 0, 0
    for i, message in enumerate(history):
        if i in starts and length // step != before // step:
            return i
        if message.role == "user":
            before = length
        length += len(message.text)
    return starts[0]


def _with(request: ChatRequest, history: Sequence[Message]) -> ChatRequest:
    head = [m for m in request.messages if m.role == "system"]
    tail = [m for m in request.messages if m.role != "system"]
    return replace(request, messages=(*head, *history, *tail))
