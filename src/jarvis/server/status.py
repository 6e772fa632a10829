"""GET /health, /ready and /metrics."""

from __future__ import annotations

from starlette.responses import Response

from jarvis.errors import Busy
from jarvis.server import gauges
from jarvis.server.door import Call, Endpoint
from jarvis.server.metrics import CONTENT_TYPE
from jarvis.server.wire.bodies import Status
from jarvis.words.json_bytes import encode


async def health(call: Call) -> Response:
    """This process is alive. The one route without a token, so it tells nothing else."""
    return Response(encode(Status(status="ok")), media_type="application/json")


async def ready(call: Call) -> Response:
    """A model could answer now; 503 with the reason when none could."""
    reason = call.parts.desk.ready()
    if reason is not None:
        raise Busy("server.not_ready", retry_after=5, reason=reason)
    return Response(encode(Status(status="ready")), media_type="application/json")


async def metrics(call: Call) -> Response:
    """For Prometheus."""
    now = await gauges.read(call.parts, call.metrics, call.person)
    return Response(call.metrics.page(now), media_type=CONTENT_TYPE)


ENDPOINTS = (
    Endpoint("GET", "/health", health, "Whether Jarvis is alive.", is_open=True, reply=Status),
    Endpoint("GET", "/ready", ready, "Whether a model could answer now.", reply=Status),
    Endpoint("GET", "/metrics", metrics, "Metrics in Prometheus's text format.", scope="metrics"),
)
