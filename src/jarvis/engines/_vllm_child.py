"""vLLM's own OpenAI server, as a process of its own: run by ``engines/vllm.py`` with the Python of vLLM's environment.

Reads its order, one JSON object, from stdin: ``arguments``, as on vLLM's command line, and ``key``. So the key is in no
file, command line or environment (vLLM would take it from the last two, and writes its arguments into its log).

vLLM asks for its key only below ``/v1`` and a few others: ``/invocations``, ``/tokenize`` and all that manages it stay
open (its documentation, usage/security). Here whoever has not the key gets nothing at all, and who has it no more than
the paths that Jarvis uses. It listens on loopback; the port is the system's choice, printed as soon as it is ours.
"""

from __future__ import annotations

import hmac
import json
import sys
from typing import Any

PATHS = frozenset({
    "/health", "/metrics", "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/rerank",
    "/tokenize", "/detokenize",
    "/sleep", "/wake_up", "/is_sleeping", "/collective_rpc", "/reset_prefix_cache",
})  # fmt: skip
"""The last line exists only in a server that was started to sleep."""

_key = b""


class Guard:
    """In front of the whole application (ASGI)."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, b"Bearer " + _key):
            await _refuse(send, 401, "Invalid API Key")
        elif scope["type"] != "http" or scope["path"] not in PATHS:
            await _refuse(send, 404, "Not Found")
        else:
            await self.app(scope, receive, send)


async def _refuse(send: Any, status: int, message: str) -> None:
    body = json.dumps({"error": {"code": status, "message": message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    global _key
    order = json.load(sys.stdin)
    _key = order["key"].encode()

    import uvloop
    from vllm.utils.argparse_utils import FlexibleArgumentParser

    more: dict[str, Any] = {}
    try:
        from vllm.entrypoints.launchers import cli_args
        from vllm.entrypoints.launchers.api_server.entry import run_server_worker
        from vllm.entrypoints.launchers.launcher import setup_server

        more["reuse_port"] = False
    except ImportError:  # before 0.31
        from vllm.entrypoints.openai import cli_args
        from vllm.entrypoints.openai.api_server import run_server_worker, setup_server

    args = cli_args.make_arg_parser(FlexibleArgumentParser()).parse_args(order["arguments"])
    args.middleware = [*args.middleware, "__main__.Guard"]  # the last one added is the outermost
    cli_args.validate_parsed_serve_args(args)
    address, sock = setup_server(args, **more)
    print(f"listening on http://127.0.0.1:{sock.getsockname()[1]}", flush=True)  # noqa: T201
    uvloop.run(run_server_worker(address, sock, args))


if __name__ == "__main__":
    main()
