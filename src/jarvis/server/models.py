"""GET /v1/models and GET /v1/models/{id}."""

from __future__ import annotations

from starlette.responses import Response

from jarvis.errors import ModelNotFound
from jarvis.registry import nearest
from jarvis.server.chat import JARVIS
from jarvis.server.door import Call, Endpoint
from jarvis.server.parts import Parts
from jarvis.server.wire.bodies import ModelBody, ModelList
from jarvis.words.json_bytes import encode


async def listed(call: Call) -> Response:
    """All names that may be asked for."""
    reply: ModelList = {"object": "list", "data": _models(call.parts)}
    return Response(encode(reply), media_type="application/json")


async def one(call: Call) -> Response:
    """One model by its id."""
    asked: str = call.request.path_params["id"]
    models = _models(call.parts)
    for model in models:
        if model["id"] == asked:
            return Response(encode(model), media_type="application/json")
    close = nearest(asked, [m["id"] for m in models])
    if not close:
        raise ModelNotFound("server.model_not_found", name=asked[:200])
    raise ModelNotFound("server.model_misspelt", name=asked[:200], nearest=close)


def _models(parts: Parts) -> list[ModelBody]:
    names: list[ModelBody] = [
        {"id": name, "object": "model", "created": int(parts.started), "owned_by": "jarvis"}
        for name in ("auto", JARVIS)
    ]
    for served in parts.desk.models():
        names.append(
            {
                "id": served.id,
                "object": "model",
                "created": served.created,
                "owned_by": served.owned_by,
                "jarvis": {"loaded": served.loaded, "kind": served.kind, "context": served.context},
            }
        )
    return names


ENDPOINTS = (
    Endpoint("GET", "/v1/models", listed, "Models that may be asked for.", scope="models", reply=ModelList),
    Endpoint("GET", "/v1/models/{id:path}", one, "One model.", scope="models", reply=ModelBody),
)
