"""POST /v1/embeddings and POST /v1/rerank."""

from __future__ import annotations

import base64
import struct

from starlette.responses import Response

from jarvis.errors import UsageError
from jarvis.server.door import Call, Endpoint
from jarvis.server.stream import ascii_header
from jarvis.server.wire.bodies import EmbeddingList, Ranked, RerankList
from jarvis.server.wire.other_requests import EmbeddingBody, RerankBody
from jarvis.server.wire.shape import parse
from jarvis.words.json_bytes import encode


async def embed(call: Call) -> Response:
    """A vector per text."""
    body = parse(EmbeddingBody, call.body)
    model, vectors, usage = await call.parts.desk.embed(body.model, body.texts, call.person)
    size = len(vectors[0])
    if body.dimensions is not None and body.dimensions != size:
        # Cutting a vector short is right only for models trained for it, and no card says so yet.
        raise UsageError("server.dimensions", param="dimensions", model=model, size=size, asked=body.dimensions)
    pack = _base64 if body.encoding_format == "base64" else list
    reply: EmbeddingList = {
        "object": "list",
        "data": [{"object": "embedding", "index": i, "embedding": pack(v)} for i, v in enumerate(vectors)],
        "model": model,
        "usage": {"prompt_tokens": usage.prompt_tokens, "total_tokens": usage.total_tokens},
    }
    return _json(reply, model)


def _base64(vector: list[float]) -> str:
    """Little-endian 32-bit floats, as OpenAI's client decodes them."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


async def rerank(call: Call) -> Response:
    """Documents by relevance to a query, the best first."""
    body = parse(RerankBody, call.body)
    texts = body.texts
    model, scores = await call.parts.desk.rerank(body.model, body.query, texts, call.person)
    results: list[Ranked] = []
    for index in sorted(range(len(scores)), key=lambda i: -scores[i])[: body.top_n]:
        ranked: Ranked = {"index": index, "relevance_score": scores[index]}
        if body.return_documents:
            ranked["document"] = {"text": texts[index]}
        results.append(ranked)
    reply: RerankList = {"object": "list", "model": model, "results": results}
    return _json(reply, model)


def _json(reply: object, model: str) -> Response:
    return Response(encode(reply), 200, {"x-jarvis-model": ascii_header(model)}, "application/json")


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/embeddings", embed, "Turn texts into vectors.",
        scope="chat", body=EmbeddingBody, reply=EmbeddingList,
    ),
    Endpoint(
        "POST", "/v1/rerank", rerank, "Order documents by relevance to a query.",
        scope="chat", body=RerankBody, reply=RerankList,
    ),
)  # fmt: skip
