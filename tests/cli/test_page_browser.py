"""The page in a real browser, from ``jarvis open`` to the last word."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chromium import Tab, browser
from declared import ONE_CARD
from home import Home

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>\n\n```html\n<script src=https://evil.example></script>\n```\n\n![](https://evil.example/x.png)"
DONE = "document.querySelector('#log').lastElementChild?.getAttribute('aria-busy') === 'false'"


@pytest.fixture
def furnished(home: Home) -> Home:
    """A declared machine, one model that echoes and one that goes on and on."""
    file = home.folder / "machine.toml"
    file.write_text(ONE_CARD)
    home.settings(f'[hardware]\nfile = "{file}"')
    home.fake("echo", memory_mib=2048, reasoning="Let me see.")
    home.fake("slow", memory_mib=3072, answer_tokens=3500, tokens_per_second=40, load_seconds=0.3)
    return home


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "profile").mkdir()
    return tmp_path / "profile"


def entrance(home: Home) -> tuple[str, str]:
    """The address to enter by, and where the page is then."""
    url = home.run("open", "--print").stdout.strip()
    return url, url.partition("/page/")[0] + "/"


async def ask(tab: Tab, model: str, question: str) -> None:
    await tab.until(f"[...document.querySelector('#model').options].some((o) => o.value === '{model}')")
    await tab.run(f"document.querySelector('#model').value = '{model}'; document.querySelector('#question').focus()")
    await tab.call("Input.insertText", text=question)
    await tab.press("Enter", 13, "\r")


async def test_bars_a_streamed_answer_and_stop(furnished: Home, profile: Path) -> None:
    url, base = entrance(furnished)
    async with browser(profile) as tab:
        await tab.visit(url)
        await tab.until("document.querySelectorAll('.bar').length === 2")
        assert await tab.run("location.href") == base
        visited = (await tab.call("Page.getNavigationHistory"))["entries"]
        assert not [entry for entry in visited if "#" in entry["url"]], "the code is in no history"
        (cookie,) = (await tab.call("Network.getCookies"))["cookies"]
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
        bars = await tab.run("[...document.querySelectorAll('.bar')].map((b) => b.ariaLabel)")
        assert bars == [
            "other programs 8,000 MiB, reserve 500 MiB, free 57,036 MiB",
            "other programs 1,000 MiB, reserve 500 MiB, free 14,884 MiB",
        ]
        drawn = await tab.run("[...document.querySelectorAll('.bar')[1].children].map((s) => s.offsetWidth)")
        assert drawn[0] / sum(drawn) == pytest.approx(1000 / 16384, abs=0.01)
        named = await tab.run("[...document.querySelectorAll('.device h3')].map((h) => h.textContent)")
        assert named == ["RAM · 65,536 MiB", "Card · 16,384 MiB"]

        await ask(tab, "echo", HOSTILE)
        await tab.until(DONE)
        said = await tab.run("document.querySelector('.answer').innerText")
        assert "You said: <img src=x" in said and "![](https://evil.example/x.png)" in said
        account = await tab.run("document.querySelector('.answer .account').textContent")
        assert re.fullmatch(r"echo · asked for by name · \d+\.\d\d s", account)
        assert await tab.run("document.querySelector('.answer pre').textContent") == (
            "<script src=https://evil.example></script>\n"
        )
        assert await tab.run("document.querySelectorAll('main img, main script').length") == 0
        assert await tab.run("document.querySelector('.answer details').textContent") == "ReasoningLet me see."
        await tab.until("[...document.querySelectorAll('.bar')].some((b) => b.ariaLabel.includes('echo '))")
        await tab.until("document.querySelector('#models td:nth-child(2)')?.textContent === 'ready'")

        await ask(tab, "slow", "Go on")
        shown = await tab.until(
            "document.querySelector('#log').lastElementChild.querySelector('.words').textContent.length"
        )
        await tab.until(
            f"document.querySelector('#log').lastElementChild.querySelector('.words').textContent.length > {shown}"
        )
        assert not await tab.run(DONE), "it is shown while it is written"
        assert await tab.run("document.querySelector('#status').textContent") == "slow answers: asked for by name"
        await tab.until("document.querySelector('#models').textContent.includes('answering')")
        await tab.run("document.querySelector('#stop').click()")
        await tab.until(DONE)
        assert "Stopped." in await tab.run("document.querySelector('#log').lastElementChild.textContent")
        await tab.until("!document.querySelector('#models').textContent.includes('answering')")

        await ask(tab, "echo", "and again")
        await tab.until(DONE + " && document.querySelectorAll('.answer').length === 3")
        await ask(tab, "slow", "Esc stops too")
        await tab.until("document.querySelector('#log').lastElementChild.querySelector('.words').textContent.length")
        await tab.press("Escape", 27)
        await tab.until(DONE)

        assert tab.complaints == []
        assert {request for request in tab.requests if not request.startswith((base, "data:"))} == set()
        assert base + "jarvis/live" in tab.requests
        furnished.stop()
        await tab.until("document.querySelector('#state').textContent.includes('jarvis open')")


async def test_a_page_that_nobody_sees_does_not_ask(furnished: Home, profile: Path) -> None:
    url, _ = entrance(furnished)
    async with browser(profile) as tab:
        await tab.visit(url)
        await tab.until("document.querySelector('.bar') !== null")
        watch = (
            "window.open = []; window.EventSource = class extends EventSource {"
            " constructor(url) { super(url); open.push(this) } };"
        )
        hide = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true });"
        seen = "document.dispatchEvent(new Event('visibilitychange'));"
        await tab.run(f"{watch} {hide % 'false'} {seen}")
        assert await tab.run("open.map((source) => source.readyState !== 2)") == [True]
        assert await tab.run(f"(() => {{ {hide % 'true'} {seen} return open.map((s) => s.readyState) }})()") == [2]
        assert await tab.run(f"(() => {{ {hide % 'false'} {seen} return open.length }})()") == 2
        await tab.until("open[1].readyState === 1")


async def test_a_phone_in_spanish_in_the_dark_by_keyboard_and_ear(furnished: Home, profile: Path) -> None:
    url, _ = entrance(furnished)
    async with browser(profile, "es") as tab:
        await tab.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)
        await tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        await tab.visit(url)
        await tab.until("document.querySelector('.bar') !== null")
        assert await tab.run("document.querySelector('#send').textContent") == "Preguntar"
        assert await tab.run("document.documentElement.lang") == "es"
        assert await tab.run("document.activeElement.id") == "question"
        await ask(tab, "echo", "palabra" * 40)
        await tab.until(DONE)
        assert await tab.run("document.documentElement.scrollWidth") == 360
        dark = await tab.run("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
        assert max(dark) < 64
        await tab.call("Accessibility.enable")
        tree = (await tab.call("Accessibility.getFullAXTree"))["nodes"]
        named = {n["role"]["value"]: n["name"]["value"] for n in tree if n.get("name", {}).get("value")}
        assert named["textbox"] == "Su pregunta" and named["combobox"] == "Quién responde"
        assert named["log"] == "Conversación" and "libre" in named["image"]
        buttons = [n["name"]["value"] for n in tree if n["role"]["value"] == "button" and not n["ignored"]]
        answer = ["Copiar", "Buena respuesta", "Mala respuesta", "Responder otra vez"]
        about = [f"{name}: You said: {('palabra' * 40)[:50]}" for name in answer]
        asked = f"Preguntar de otra forma: {('palabra' * 40)[:60]}"
        assert sorted(buttons) == sorted(["Conversación nueva", asked, *about, "Hablar", "Adjuntar", "Preguntar"])
        assert await tab.run("document.querySelector('#log').ariaLive") == "polite"


@pytest.fixture
def foreign() -> Iterator[tuple[str, list[str]]]:
    """An empty page on another port of this machine, and the cookies that it gets: it is the same site to a browser."""

    class Page(BaseHTTPRequestHandler):
        cookies: ClassVar[list[str]] = []

        def do_GET(self) -> None:
            self.cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html>")

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/", Page.cookies
    server.shutdown()
    server.server_close()


DRIVE_BY = """(async () => {
  const how = { credentials: "include", mode: "no-cors" };
  const body = JSON.stringify({ model: "echo" });
  const told = [];
  for (const mode of ["no-cors", "cors"]) {
    for (const headers of [{}, { "Content-Type": "text/plain" }, { "Content-Type": "application/json" }]) {
      const request = fetch(BASE + "fleet/load", { ...how, mode, method: "POST", headers, body });
      told.push(await request.then((reply) => reply.type, (error) => error.name));
    }
    // Without a type it needs no leave to be sent, and passes as JSON.
    const untyped = fetch(BASE + "fleet/load", { ...how, mode, method: "POST", body: new Blob([body]) });
    told.push(await untyped.then((reply) => reply.type, (error) => error.name));
    const read = fetch(BASE + "fleet", { ...how, mode }).then((reply) => reply.text(), () => "");
    told.push(await read.catch(() => ""));
  }
  const frame = document.createElement("iframe");
  frame.name = "there";
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: BASE + "fleet/load", enctype: "text/plain", target: "there" });
  const field = document.createElement("input");
  Object.assign(field, { name: '{"model": "echo", "x": "', value: '"}' });
  form.append(field);
  document.body.append(frame, form);
  const sent = new Promise((done) => (frame.onload = done));
  form.submit();
  await sent;
  navigator.sendBeacon(BASE + "fleet/load", body);
  return told;
})()"""


async def test_a_page_on_another_port_gets_nothing(
    furnished: Home, profile: Path, foreign: tuple[str, list[str]]
) -> None:
    (url, base), (other, cookies) = entrance(furnished), foreign
    async with browser(profile) as tab:
        await tab.visit(url)
        await tab.until("document.querySelector('.bar') !== null")
        await tab.visit(other)
        await tab.until(f"location.href === '{other}' && document.readyState === 'complete'")
        told = await tab.run(DRIVE_BY.replace("BASE", f'"{base}"'))
        assert all(answer in ("opaque", "TypeError", "") for answer in told), told
        await tab.visit(base)
        await tab.until("document.querySelector('.bar') !== null")
        assert await tab.run("document.querySelector('#models').textContent") == "No model is loaded."
    assert any("jarvis_" in cookie for cookie in cookies), "else this proves nothing"
