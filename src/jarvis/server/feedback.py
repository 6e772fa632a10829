"""POST /jarvis/feedback: what a person thinks of an answer, and taking it back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from jarvis.errors import NotFound
from jarvis.server.door import Call, Endpoint
from jarvis.server.wire.shape import Asked, parse
from jarvis.words.json_bytes import encode

Name = Annotated[str, Field(min_length=1, max_length=256)]


class FeedbackBody(Asked):
    """``exchange``: which answer, by the id of its decision; else the last one of ``conversation``, else the last one.
    ``model``: another model should have answered it.
    """

    verdict: Literal["up", "down", "undo"]
    exchange: Name | None = None
    conversation: Name | None = None
    model: Name | None = None


class FeedbackReply(TypedDict):
    """``learned`` is false where learning is off (`routing.learn`)."""

    verdict: Literal["up", "down", "undo"]
    exchange: str
    model: str
    learned: bool


async def given(call: Call) -> Response:
    """Keep a verdict on an own answer, or take the last one back."""
    said = parse(FeedbackBody, call.body)
    if call.parts.feedback is None:
        raise NotFound("server.no_such_path", path=call.request.url.path)
    on = await call.parts.feedback.give(call.person, said.verdict, said.exchange, said.conversation, said.model)
    reply: FeedbackReply = {
        "verdict": said.verdict, "exchange": on.exchange, "model": on.model, "learned": on.learned,
    }  # fmt: skip
    return Response(encode(dict(reply)), media_type="application/json")


ENDPOINTS = (
    Endpoint(
        "POST", "/jarvis/feedback", given, "Say what an answer was like.", "chat", body=FeedbackBody,
        reply=FeedbackReply,
    ),
)  # fmt: skip
