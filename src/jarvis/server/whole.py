"""An answer that is sent whole: an exchange heard to its end."""

from __future__ import annotations

from typing import Protocol

from starlette.responses import Response

from jarvis.server.door import Call
from jarvis.server.hearing import Hearing, unanswered
from jarvis.server.stream import answer_headers, ascii_header
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Called, Notice, Restart
from jarvis.words.json_bytes import encode


class Gathering(Protocol):
    """Puts pieces together to the body of one dialect."""

    def add(self, piece: Delta) -> None: ...

    def restart(self) -> None:
        """What was added so far no longer counts."""
        ...

    def body(self, answer: Answer) -> object: ...


async def whole(call: Call, hearing: Hearing, gathering: Gathering) -> Response:
    """Everything at once; notices are named in the header ``x-jarvis-notices``, tools that were called in
    ``x-jarvis-tools``, and the id of a call that waits for a yes is ``x-jarvis-asks``.
    """
    notices: list[str] = []
    tools: dict[str, None] = {}
    asks = ""
    async for event in hearing.events:
        if isinstance(event, Delta):
            gathering.add(event)
        elif isinstance(event, Restart):
            gathering.restart()
        elif isinstance(event, Notice):
            notices.append(event.code)
        elif isinstance(event, Called):
            tools[event.name] = None
            asks = event.id if event.state == "asks" else asks
        elif isinstance(event, Answer):
            hearing.is_answered = True
            headers = answer_headers(event)
            if notices:
                headers["x-jarvis-notices"] = ascii_header(", ".join(notices))
            if tools:
                headers["x-jarvis-tools"] = ascii_header(", ".join(tools))
            if asks:
                headers["x-jarvis-asks"] = asks
            return Response(encode(gathering.body(event)), 200, headers, "application/json")
    raise unanswered()
