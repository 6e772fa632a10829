"""One step of an answer with tools, as it is heard: words go on to the client, calls and choices stay here."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from jarvis.assistant.offer import Offer
from jarvis.words.chat import Delta, ToolCall
from jarvis.words.exchange import Answer, Event, Notice, Restart, Route
from jarvis.words.usage import Seconds, Usage


@dataclass(slots=True)
class Sum:
    """What the steps before took, and what they said."""

    usage: Usage = field(default_factory=Usage)
    seconds: Seconds = field(default_factory=Seconds)
    cost_usd: float | None = 0.0
    text: str = ""
    route: Route | None = None

    def add(self, step: Step) -> None:
        answer = step.answer
        self.usage = _usage(self.usage, answer.usage)
        self.seconds = _seconds(self.seconds, answer.seconds)
        self.cost_usd = None if None in (self.cost_usd, answer.cost_usd) else self.cost_usd + answer.cost_usd  # type: ignore[operator]
        if step.text:
            self.text += step.text + "\n\n"


class Step:
    """Hear it with ``hear``; then it ``is_last``, or has ``calls``."""

    answer: Answer

    def __init__(self, offer: Offer, total: Sum) -> None:
        self._offer = offer
        self._total = total
        self._calls: dict[int, ToolCall] = {}
        self._held = ""
        self._last: Delta | None = None
        self.text = ""

    async def hear(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """What a client is to know of it at once."""
        async with aclosing(events) as stream:
            async for event in stream:
                if isinstance(event, Delta):
                    if (kept := self._heard(event)) is not None:
                        yield kept
                elif isinstance(event, Answer):
                    self.answer = event
                elif isinstance(event, Route):
                    before, self._total.route = self._total.route, event
                    if before is None or before.model != event.model:
                        yield event
                elif not (self._offer.chooses and isinstance(event, Notice) and event.code.startswith("assistant.cut")):
                    if isinstance(event, Restart):
                        self._calls.clear()
                        self._held = self.text = ""
                    yield event

    def _heard(self, delta: Delta) -> Delta | None:
        for piece in delta.tool_calls:
            call = self._calls.get(
                piece.index, ToolCall(piece.id or f"call_{secrets.token_hex(12)}", piece.name or "", "")
            )
            self._calls[piece.index] = replace(call, arguments=call.arguments + piece.arguments)
        if delta.finish or delta.usage:
            before = self._last or Delta()
            self._last = Delta(
                finish=delta.finish or before.finish, usage=delta.usage or before.usage,
                served_as=delta.served_as or before.served_as,
            )  # fmt: skip
        if self._offer.chooses:
            self._held += delta.text
            return Delta(reasoning=delta.reasoning) if delta.reasoning else None
        text = delta.text
        if text and not self.text and self._total.text:
            text = "\n\n" + text  # after what the steps before said
        self.text += delta.text
        if not (text or delta.reasoning or delta.logprobs):
            return None
        return Delta(text=text, reasoning=delta.reasoning, logprobs=delta.logprobs)

    @property
    def is_last(self) -> bool:
        """Whether it is an answer, and nothing is left to be done for it."""
        may_call = bool(self._offer.held) and not self._offer.closed
        return not self._offer.chooses and not (self._calls and may_call)

    def calls(self, chosen: Callable[[str], tuple[str, str] | None]) -> list[ToolCall]:
        """What it asks for; ``chosen`` reads a choice in JSON."""
        if not self._offer.chooses:
            return [self._calls[i] for i in sorted(self._calls)]
        found = chosen(self._held)
        return [] if found is None else [ToolCall(f"call_{secrets.token_hex(12)}", *found)]

    def end(self) -> Delta:
        """The piece that says how it ended, which is withheld until it is known to be the last step."""
        return self._last or Delta(finish="stop")

    def summed(self, also: str = "") -> Answer:
        """Its answer, with what all steps said and took; ``also`` is said after it by Jarvis itself."""
        total, answer = self._total, self.answer
        said = total.text + ("" if self._offer.chooses else answer.answer if not also else "")
        said = f"{said.rstrip()}\n\n{also}".strip() if also else said
        if also:
            return replace(
                answer, answer=said, usage=total.usage, seconds=total.seconds, cost_usd=total.cost_usd, finish="stop"
            )
        cost = None if None in (total.cost_usd, answer.cost_usd) else total.cost_usd + answer.cost_usd  # type: ignore[operator]
        return replace(
            answer, answer=said, usage=_usage(total.usage, answer.usage), cost_usd=cost,
            seconds=_seconds(total.seconds, answer.seconds),
        )  # fmt: skip


def _usage(a: Usage, b: Usage) -> Usage:
    writes = [w for w in (a.cache_write_tokens, b.cache_write_tokens) if w is not None]
    return Usage(
        a.prompt_tokens + b.prompt_tokens,
        a.completion_tokens + b.completion_tokens,
        a.cached_tokens + b.cached_tokens,
        a.reasoning_tokens + b.reasoning_tokens,
        sum(writes) if writes else None,
    )


def _seconds(a: Seconds, b: Seconds) -> Seconds:
    first = b.first_token if b.first_token is None else a.total + b.first_token
    return Seconds(a.queue + b.queue, a.load + b.load, first, a.total + b.total)
