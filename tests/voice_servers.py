"""Real servers that stand in for whoever speaks elsewhere, and misbehave as they are told."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from aiohttp import web

from jarvis.speech.speak.encoding import Encoder
from jarvis.speech.speak.forms import Form

RATE = 22_050


def spoken(letters: int, form: Form) -> bytes:
    """A tone, as long as a text of so many letters takes."""
    tone = 0.3 * np.sin(np.arange(int(letters * 0.06 * RATE)) * 2 * np.pi * 220 / RATE)
    encoder = Encoder(form, RATE)
    return encoder.add((tone * 32767).astype("<i2").tobytes()) + encoder.finish()


class VoiceServer:
    """``faults``: statuses with which the next requests are answered; ``says``: instead of speech. ``asked``: the
    bodies; ``keys``: what they came with.
    """

    def __init__(self) -> None:
        self.faults: list[int] = []
        self.says: bytes | None = None
        self.asked: list[Any] = []
        self.keys: list[str | None] = []
        self.address = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/audio/speech", self._openai)
        app.router.add_post("/_/TranslateWebserverUi/data/batchexecute", self._google)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    def _odd(self, request: web.Request) -> web.Response | None:
        self.keys.append(request.headers.get("authorization"))
        if self.faults:
            return web.Response(status=self.faults.pop(0), headers={"location": str(request.url)})
        return None if self.says is None else web.Response(body=self.says)

    async def _openai(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        sound = spoken(int(len(body["input"]) / body["speed"]), "wav")
        return self._odd(request) or web.Response(body=sound)

    async def _google(self, request: web.Request) -> web.Response:
        [[[call, asked, *_]]] = json.loads((await request.post())["f.req"])  # type: ignore[arg-type]
        text, language, *_ = json.loads(asked)
        self.asked.append((text, language))
        told = json.dumps([base64.b64encode(spoken(len(text), "mp3")).decode()])
        lines = [")]}'", "", "25", json.dumps([["wrb.fr", call, told, None, None, None, "generic"]]), "[[]]"]
        return self._odd(request) or web.Response(text="\n".join(lines))
