"""The OpenAPI document, made from the table of endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import TypeAdapter

from jarvis.server.door import Endpoint
from jarvis.server.wire.bodies import ErrorBody
from jarvis.version import __version__
from jarvis.words.chat import Json

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
Mode = Literal["validation", "serialization"]


def document(endpoints: Sequence[Endpoint]) -> dict[str, Json]:
    """OpenAPI 3.1 of all ``endpoints``."""
    shapes: dict[tuple[type, Mode], None] = {(ErrorBody, "serialization"): None}
    for endpoint in endpoints:
        if endpoint.body:
            shapes[endpoint.body, "validation"] = None
        for reply in (endpoint.reply, endpoint.stream):
            if reply:
                shapes[reply, "serialization"] = None
    inputs: list[tuple[type, Mode, TypeAdapter[object]]] = [(s, mode, TypeAdapter(s)) for s, mode in shapes]
    refs, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        methods = paths.setdefault(_PARAMETER.sub(r"{\1}", endpoint.path), {})
        assert isinstance(methods, dict)  # set one line above
        methods[endpoint.method.lower()] = _operation(endpoint, {k: dict(v) for k, v in refs.items()})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Jarvis", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            },
        },
    }


def _operation(endpoint: Endpoint, refs: dict[tuple[type, Mode], dict[str, Json]]) -> dict[str, Json]:
    ok: dict[str, Json] = {}
    if endpoint.reply:
        ok["application/json"] = {"schema": refs[endpoint.reply, "serialization"]}
    if endpoint.stream:
        ok["text/event-stream"] = {"itemSchema": refs[endpoint.stream, "serialization"]}
    error: Json = {
        "description": "What went wrong, and the next step.",
        "content": {"application/json": {"schema": refs[ErrorBody, "serialization"]}},
    }
    operation: dict[str, Json] = {
        "operationId": f"{endpoint.handler.__module__.rpartition('.')[2]}_{endpoint.handler.__name__}",
        "summary": endpoint.summary,
        "responses": {"200": {"description": "Done.", **({"content": ok} if ok else {})}, "default": error},
        "security": [] if endpoint.is_open else [{"bearer": []}, {"key": []}],
    }
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(endpoint.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in endpoint.query.items()]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body:
        schema = refs[endpoint.body, "validation"]
        kind = "multipart/form-data" if endpoint.form else "application/json"
        operation["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    if endpoint.scope:
        operation["x-jarvis-scope"] = endpoint.scope
    return operation
