"""Stands in for a Python that has vLLM (or Transformers): answers what Jarvis asks of one, and serves what it uses of
vLLM's server, or of our worker.

As strict as the real one: asleep it fails, and after level 2 it answers nonsense until its weights are read again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jarvis.engines._http import Refused, chunk, head, listen, of_choice, port_of, reply

if "-c" in sys.argv:  # asked for versions, or for the cards
    print("0.32.0 2.13.0+cu130" if "metadata" in sys.argv[sys.argv.index("-c") + 1] else "1")
    sys.exit()

order = json.load(sys.stdin)
words = order.get("arguments") or ["--served-model-name", "m", "--model", order["model"]]
name = words[words.index("--served-model-name") + 1]
template = (Path(words[words.index("--model") + 1]) / "chat_template.jinja").read_text()
state: dict[str, Any] = {"asleep": 0, "weights": True, "kv": True, "right": True, "calls": []}


async def chat(body: Any, write: Any) -> None:
    if state["asleep"] or not (state["weights"] and state["kv"]):
        raise Refused(500, "EngineCore encountered an issue. See stack trace (above) for the root cause.")
    text = "The sun is a star." if state["right"] else "!!!!"
    await write(head(200, "text/event-stream"))
    usage = {"usage": {"prompt_tokens": 3, "completion_tokens": 5}, "choices": []}
    for event in (of_choice(0, {"delta": {"content": text}, "finish_reason": "stop"}), usage):
        await write(chunk(b"data: " + json.dumps(event).encode() + b"\n\n"))
    await write(chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")


def manage(path: str, query: dict[str, list[str]], body: Any) -> Any:
    match path:
        case "/sleep":
            state.update(asleep=int(query["level"][0]), weights=False, kv=False)
        case "/wake_up":
            if name == "greedy":
                raise Refused(500, "CUDA out of memory. Tried to allocate 2.00 GiB.")
            tags = query.get("tags", ["weights", "kv_cache"])
            if "weights" in tags:
                state.update(weights=True, right=state["asleep"] == 1)
            state["kv"] = state["kv"] or "kv_cache" in tags
            if state["weights"] and state["kv"]:
                state["asleep"] = 0
        case "/collective_rpc":
            assert body == {"method": "reload_weights"} and state["weights"]
            state["right"] = True
        case "/reset_prefix_cache" | "/is_sleeping":
            pass
        case _:
            raise Refused(404, "Not Found")
    return {"is_sleeping": bool(state["asleep"])}


async def answer(method: str, whole: str, body: Any, write: Any) -> None:
    path, query = urlsplit(whole).path, parse_qs(urlsplit(whole).query)
    state["calls"].append(whole)
    match path:
        case "/health":
            await reply(write, {})
        case "/test/order":
            await reply(write, {"arguments": words, "environ": dict(os.environ), "calls": state["calls"]})
        case "/tokenize" | "/apply-template":
            print("asked for a prompt", flush=True)
            if "wait_for_ever" in template:
                await asyncio.Event().wait()
            if "raise_exception" in template and (body["messages"][0]["role"] != "system" or "nothing" in template):
                raise Refused(400, "I take no such conversation")
            await reply(write, {"tokens": [1, 2, 3], "prompt": template})
        case "/detokenize":
            await reply(write, {"prompt": template})
        case "/v1/chat/completions":
            await chat(body, write)
        case _:
            await reply(write, manage(path, query, body))


async def main() -> None:
    if name == "full":
        sys.exit(
            "(EngineCore pid=7) ValueError: Free memory on device cuda:0 (3.2/15.9 GiB) on startup is less than "
            "desired GPU memory utilization (0.9, 14.3 GiB). Decrease GPU memory utilization.\n"
            "RuntimeError: Engine core initialization failed. See root cause above."
        )
    server = await listen(answer, order["key"])
    print("Loading safetensors checkpoint shards:  50% Completed")
    print(f"listening on http://127.0.0.1:{port_of(server)}", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
