"""How often the right tool is called with the right arguments, and how often one is called in vain.

``bench/tools.py URL TOKEN MODEL [native|choice|both]``: asks a running Jarvis for the decision alone, as the assistant
does, on ``tests/assistant/tools_said.jsonl``. What needs no model is decided without one, as the assistant does too.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from jarvis.assistant.offer import Offer, chosen
from jarvis.assistant.plainly import plainly
from jarvis.assistant.prompt import system_prompt
from jarvis.assistant.reader import Reader
from jarvis.assistant.tool_choice import choose
from jarvis.config.schema import Settings
from jarvis.errors import JarvisError
from jarvis.tools.base import Asker, Home
from jarvis.tools.toolkit import Held, Toolkit, checked, run
from jarvis.words.chat import ChatRequest, Message, Sampling

SAID = Path(__file__).parent.parent / "tests/assistant/tools_said.jsonl"
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Europe/Madrid"))
BOXES = ("calculator", "clock", "timers", "units", "weather")


async def decide(http: aiohttp.ClientSession, model: str, row: dict[str, Any], held: Any, native: bool) -> Any:
    """(tool, arguments) that the model asks for, or None."""

    async def count(request: ChatRequest) -> int:
        return 0

    offer = Offer(held, row["language"])
    system = system_prompt({}, row["language"], "", NOW)
    request = ChatRequest(
        (Message.of("system", system), Message.of("user", row["question"])), model, Sampling(max_tokens=200)
    )
    asked, _ = offer.put(request, (), Reader(model, 4096, count, tools=native))
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": m.role, "content": m.text} for m in asked.messages],
        "max_tokens": asked.sampling.max_tokens,
        "temperature": 0,
    }
    if asked.tools:
        body["tools"] = [
            {"type": "function",
             "function": {"name": t.name, "description": t.description, "parameters": dict(t.parameters)}}
            for t in asked.tools
        ]  # fmt: skip
    if asked.response_format:
        body["response_format"] = dict(asked.response_format)
    async with http.post("/v1/chat/completions", json=body) as answer:
        told = await answer.json()
    message = told["choices"][0]["message"]
    if native:
        call = (message.get("tool_calls") or [None])[0]
        return (call["function"]["name"], call["function"]["arguments"]) if call else None
    return chosen(message["content"] or "")


async def right(wanted: dict[str, Any], held: Held, arguments: str | dict[str, Any], language: str) -> bool:
    """Whether the arguments are taken, and come to what is wanted."""
    try:
        given = checked(held.tool, arguments)
        for name, value in wanted.items():
            if name == "=":
                found = await run(held.tool, given, Asker("owner", NOW, language))  # type: ignore[arg-type]
                if value not in found.text.replace(".", "").replace(",", ".") and value not in found.text.replace(
                    ",", ""
                ):
                    return False
            elif (
                isinstance(value, str)
                and not any(v.lower() in str(given.get(name, "")).lower() for v in value.split("|"))
            ) or (not isinstance(value, str) and given.get(name) != value):
                return False
    except JarvisError:
        return False
    return True


async def main() -> None:
    url, token, model = sys.argv[1:4]
    modes = {"native": (True,), "choice": (False,)}.get((sys.argv[4:] or ["both"])[0], (True, False))
    rows = [json.loads(line) for line in SAID.read_text().splitlines()]

    async def tell(person: str, text: str) -> None:
        return None

    class Nowhere:
        async def run(self, work: Any) -> Any:
            return None

    kit = Toolkit(Home(Settings(), Nowhere(), Path(), tell), BOXES)
    every = await kit.tools()
    by_name = {h.tool.name: h for h in every}
    headers = {"Authorization": f"Bearer {token}"}
    async with aliased(url, headers) as http:
        for native in modes:
            sums: dict[str, int] = {}
            seconds: list[float] = []
            for row in rows:
                plain = plainly(row["question"], NOW, row["language"])
                held = choose(row["question"], "", every)
                how, found = "plain", (plain.name, plain.arguments) if plain else None
                if plain is None:
                    how = "model" if held else "unasked"
                    began = time.monotonic()
                    found = await decide(http, model, row, held, native) if held else None
                    if held:
                        seconds.append(time.monotonic() - began)
                if row["tool"] is None:
                    kind = "needless" if found else "quiet"
                elif found is None:
                    kind = "missed"
                elif found[0] != row["tool"]:
                    kind = "other tool"
                else:
                    good = await right(row["arguments"], by_name[found[0]], found[1], row["language"])
                    kind = "right" if good else "wrong arguments"
                group = "needs" if row["tool"] else "needs none"
                sums[f"{group}: {kind} ({how})"] = sums.get(f"{group}: {kind} ({how})", 0) + 1
                if kind not in ("right", "quiet"):
                    print(f"  {kind} ({how}): {row['question']} -> {found}", flush=True)
            mean = sum(seconds) / len(seconds) if seconds else 0.0
            told = {"mode": "native" if native else "choice", "asked": len(seconds), "mean_seconds": round(mean, 2)}
            print(json.dumps({**told, **dict(sorted(sums.items()))}, ensure_ascii=False), flush=True)
    await kit.close()


def aliased(url: str, headers: dict[str, str]) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(url, headers=headers, timeout=aiohttp.ClientTimeout(total=600))


if __name__ == "__main__":
    asyncio.run(main())
