"""All stand-ins on one port, as a process: ``python tests/providers/servers/serve.py [PORT]``.

It reads its key, a line of stdin (empty: it serves whoever asks), prints ``listening on PORT elsewhere PORT`` and ends
with its stdin. Base addresses: ``/openai/v1``, ``/deepseek``, ``/compatible/v1``, ``/anthropic``, ``/gemini``; for
faults and the meters see ``jarvis.providers._fake_server``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from anthropic_wire import AnthropicWire
from gemini_wire import GeminiWire

from jarvis.providers._fake_openai import OpenAIWire
from jarvis.providers._fake_server import House, serve


class DeepSeekWire(OpenAIWire):
    """OpenAI's wire, with what was thought shown, and errors of its own."""

    def __init__(self) -> None:
        super().__init__("deepseek", "/deepseek", "reasoning_content")

    def error(self, status: int, why: str, message: str) -> dict[str, Any]:
        if why == "too_long":
            message = "This model's maximum context length is 131072 tokens. However, you requested 140000 tokens."
            return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
        if why == "no_credit":
            return {
                "error": {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error"}
            }
        return super().error(status, why, message)

    def status(self, status: int, why: str) -> int:
        return 402 if why == "no_credit" else status

    def _thinks(self, body: Mapping[str, Any]) -> bool:
        return super()._thinks(body) or (body.get("thinking") or {}).get("type") == "enabled"


def house(key: str) -> House:
    wires = [
        OpenAIWire("openai", "/openai/v1"),
        DeepSeekWire(),
        OpenAIWire("openai_compatible", "/compatible/v1", "reasoning"),
        OpenAIWire("fake", "/fake/v1"),
        AnthropicWire(),
        GeminiWire(),
    ]
    return House(wires, key)


if __name__ == "__main__":
    asyncio.run(serve(house(sys.stdin.readline().strip()), int(sys.argv[1]) if len(sys.argv) > 1 else 0))
