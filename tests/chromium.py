"""A headless Chromium, driven over the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

SECONDS = 60.0
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
    "--no-first-run", "--remote-debugging-port=0", "--window-size=1200,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
TEXT = 1
"""The kind of a WebSocket's message that is no sound."""
PARTS = ("Page", "Runtime", "Network", "Log", "Audits")


class Refused(Exception):
    """The browser did not do it; while it goes from page to page it does little."""


class Tab:
    """The one page of a browser. ``requests`` are the addresses it asked for, ``complaints`` what its console said:
    errors, exceptions, violations of its policy; ``sent`` and ``received`` the events on its WebSockets.
    """

    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self._wire = wire
        self._ids = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []

    async def listen(self) -> None:
        async for message in self._wire:
            body = json.loads(message.data)
            if "id" in body:
                self._asked.pop(body["id"]).set_result(body)
            else:
                self._note(body["method"], body["params"])

    def _note(self, event: str, facts: dict[str, Any]) -> None:
        if event == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])
        elif event in ("Network.webSocketFrameSent", "Network.webSocketFrameReceived"):
            if facts["response"]["opcode"] == TEXT:
                kept = self.sent if event.endswith("Sent") else self.received
                kept.append(json.loads(facts["response"]["payloadData"]))
        elif event == "Runtime.exceptionThrown" or event == "Audits.issueAdded":
            self.complaints.append(json.dumps(facts))
        elif event == "Runtime.consoleAPICalled" and facts["type"] in ("error", "assert", "warning"):
            self.complaints.append(json.dumps(facts["args"]))
        elif event == "Log.entryAdded" and facts["entry"]["level"] in ("error", "warning"):
            self.complaints.append(json.dumps(facts["entry"]))

    async def call(self, method: str, **facts: Any) -> Any:
        number = next(self._ids)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        await self._wire.send_json({"id": number, "method": method, "params": facts})
        async with asyncio.timeout(SECONDS):
            body = await answer
        if "error" in body:
            raise Refused(body["error"])
        return body["result"]

    async def run(self, script: str) -> Any:
        """What an expression comes to; a promise is waited for."""
        done = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def until(self, script: str) -> Any:
        """What an expression comes to, once it is true; also on the page that this one goes to."""
        found = None
        async with asyncio.timeout(SECONDS):
            while not found:
                with suppress(Refused):
                    found = await self.run(script)
                await asyncio.sleep(0.02)
        return found

    async def visit(self, url: str) -> None:
        await self.call("Page.navigate", url=url)

    async def press(self, key: str, code: int, text: str = "") -> None:
        facts = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **facts)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    async def click(self, selector: str) -> None:
        """With the mouse, as a person: what a browser allows only then is allowed."""
        middle = await self.until(
            f"(() => {{ const e = document.querySelector('{selector}'); e?.scrollIntoView({{ block: 'center' }});"
            " const r = e?.getBoundingClientRect(); return r?.width && [r.x + r.width / 2, r.y + r.height / 2] })()"
        )
        await self.mouse("mousePressed", *middle)
        await self.mouse("mouseReleased", *middle)

    async def mouse(self, event: str, x: float, y: float) -> None:
        await self.call("Input.dispatchMouseEvent", type=event, x=x, y=y, button="left", clickCount=1)

    async def picture(self) -> bytes:
        return base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])


@asynccontextmanager
async def browser(folder: Path, language: str = "en", *flags: str) -> AsyncIterator[Tab]:
    """An open tab of a browser whose profile is in ``folder``, and which can reach nothing but 127.0.0.1, unless
    ``flags`` say otherwise.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    environ = os.environ | {"HOME": str(folder), "LANGUAGE": language, "LANG": f"{language}_US.UTF-8"}
    process = subprocess.Popen(
        [program, *FLAGS, *flags, f"--user-data-dir={folder}", f"--accept-lang={language}", "about:blank"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as http:
            said = folder / "DevToolsActivePort"
            while not said.exists() or "\n" not in said.read_text():
                await asyncio.sleep(0.02)
            base = f"http://127.0.0.1:{said.read_text().split()[0]}"
            while not (tabs := [t for t in await _json(http, f"{base}/json/list") if t["type"] == "page"]):
                await asyncio.sleep(0.02)
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(tabs[0]["webSocketDebuggerUrl"], max_msg_size=0) as wire,
        ):
            tab = Tab(wire)
            listening = asyncio.create_task(tab.listen())
            for part in PARTS:
                await tab.call(f"{part}.enable")
            yield tab
            listening.cancel()
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def _json(http: aiohttp.ClientSession, url: str) -> Any:
    async with http.get(url) as reply:
        return await reply.json()
