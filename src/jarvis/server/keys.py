"""GET, POST and DELETE /jarvis/tokens: access for programs and persons of the house, what they may do and spend."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from pydantic import Field
from starlette.responses import Response

from jarvis.server.door import Call, Endpoint
from jarvis.server.wire.shape import Asked, parse
from jarvis.words.json_bytes import encode
from jarvis.words.person import NAME

MOST_USD = 1_000_000


class TokenBody(Asked):
    """A token that is to be made. ``days``: after so many it is no longer valid."""

    name: str = Field(
        pattern=f"^{NAME}$", description="What it is for, such as `phone`; letters, digits, `-`, `_`, `.`."
    )
    person: str = Field("", pattern=f"^({NAME})?$", description="Whose questions they are; default: the token's name.")
    scopes: list[Literal["chat", "models", "history", "metrics", "admin"]] = Field(
        ["chat", "models"], min_length=1, max_length=5, description="What it may do."
    )
    month_usd: float | None = Field(
        None, ge=0, le=MOST_USD, description="What it may spend a month; default: no limit."
    )
    days: int | None = Field(None, ge=1, le=36_500, description="After how many days it ends; default: never.")


async def listed(call: Call) -> Response:
    """All that are valid. A token itself is shown once, when it is made."""
    told = {"tokens": [asdict(one) for one in await call.parts.tokens.valid()]}
    return Response(encode(told), media_type="application/json")


async def made(call: Call) -> Response:
    """Make one."""
    asked = parse(TokenBody, call.body)
    limit = None if asked.month_usd is None else round(asked.month_usd * 1e6)
    person = asked.person or asked.name
    token = await call.parts.tokens.make(asked.name, person, tuple(dict.fromkeys(asked.scopes)), limit, asked.days)
    return Response(encode({"name": asked.name, "token": token}), media_type="application/json")


async def removed(call: Call) -> Response:
    """Revoke one: from now on it is not valid."""
    name = call.request.path_params["name"]
    await call.parts.tokens.revoke(name)
    return Response(encode({"removed": name}), media_type="application/json")


ENDPOINTS = (
    Endpoint("GET", "/jarvis/tokens", listed, "The tokens that are valid.", scope="admin"),
    Endpoint("POST", "/jarvis/tokens", made, "Make a token.", scope="admin", body=TokenBody),
    Endpoint("DELETE", "/jarvis/tokens/{name}", removed, "Revoke a token.", scope="admin"),
)
