"""POST /jarvis/route and GET /jarvis/why: who would answer a question, and why somebody answered one."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from jarvis.server.door import Call, Endpoint
from jarvis.server.wire.shape import Asked, Quality, parse
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.exchange import Preferences
from jarvis.words.json_bytes import encode


class RouteBody(Asked):
    """A question that is not to be answered."""

    question: str = Field(min_length=1, max_length=1_000_000, description="The question.")
    quality: Quality | None = Field(None, description="How good the answer must be; default: what is set.")


async def routed(call: Call) -> Response:
    """Decide without answering."""
    asked = parse(RouteBody, call.body)
    request = ChatRequest((Message.of("user", asked.question),))
    told = await call.parts.desk.explain(request, call.person, Preferences(asked.quality), call.lang)
    return Response(encode(told), media_type="application/json")


async def why(call: Call) -> Response:
    """A decision of one's own: ``last``, its id (or the beginning of it), or the last one of a conversation."""
    name = call.request.path_params["decision"]
    told = await call.parts.decisions.one(call.person.name, name, call.lang)
    return Response(encode(told), media_type="application/json")


ENDPOINTS = (
    Endpoint("POST", "/jarvis/route", routed, "Who would answer, and why.", scope="chat", body=RouteBody),
    Endpoint("GET", "/jarvis/why/{decision}", why, "Why somebody answered.", scope="chat"),
)
