"""An answer that is sent whole: an exchange heard to its end."""

from __future__ import annotations

from typing import Protocol

from starlette.responses import Response

from jarvis.server.door import Call
from jarvis.server.hearing import Hearing
from jarvis.server.stream import answer_headers, ascii_header
from jarvis.server.wire.bodies import encode
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Notice


class Gathering(Protocol):
    """Puts pieces together to the body of one dialect."""

    def add(self, piece: Delta) -> None: ...

    def body(self, answer: Answer) -> object: ...


async def whole(call: Call, events: Hearing, gathering: Gathering) -> Response:
    """Everything at once; notices are named in the header ``x-jarvis-notices``."""
    answer: Answer | None = None
    notices: list[str] = []
    async for event in events:
        if isinstance(event, Delta):
            gathering.add(event)
        elif isinstance(event, Notice):
            notices.append(event.code)
        elif isinstance(event, Answer):
            answer = event
    assert answer is not None  # a hearing ends with one or raises
    call.metrics.answered(answer)
    headers = answer_headers(answer)
    if notices:
        headers["x-jarvis-notices"] = ascii_header(", ".join(notices))
    return Response(encode(gathering.body(answer)), 200, headers, "application/json")
