"""The page in Debian's Chromium, driven by Playwright: nothing but this machine can be reached from it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from home import Home

FLAGS = ("--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
VIEWS = ("chat", "fleet", "money", "quality", "memory", "log")
KEY = re.compile(
    r"\b(?:chat|past|attach|why|fleet|money|quality|memory|log|column|period|budget|tool|view)\.[a-z_]\w*\b"
)
"""What would be shown in place of a text that is missing."""


class Watched:
    """What a page asked for, and what its console complained of; a dialog that opens is a complaint too."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._said)
        page.on("dialog", self._opened)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning", "assert"):
            self.complaints.append(message.text)

    async def _opened(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        await dialog.dismiss()

    def foreign(self, base: str) -> set[str]:
        return {url for url in self.requests if not url.startswith((base, "data:", "blob:"))}


@asynccontextmanager
async def dashboard(
    home: Home, language: str = "en", scheme: str = "light", width: int = 1240, height: int = 900, **how: Any
) -> AsyncIterator[tuple[Page, Watched, str]]:
    """The page of a home, what it does, and its address."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    url = home.run("open", "--print").stdout.strip()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            locale = {"en": "en-US", "es": "es-ES"}[language]
            size: Any = {"width": width, "height": height}
            page = await chromium.new_page(locale=locale, color_scheme=scheme, viewport=size, **how)  # type: ignore[arg-type]
            watched = Watched(page)
            await page.goto(url)
            await page.wait_for_selector(".bar")
            await until(page, "document.querySelector('#model').options.length > 2")
            yield page, watched, url.partition("/page/")[0] + "/"
        finally:
            await chromium.close()


async def until(page: Page, script: str) -> Any:
    """What an expression comes to, once it is true. (Playwright's own way needs a page that lets it ``eval``.)"""
    async with asyncio.timeout(30):
        while not (found := await page.evaluate(script)):
            await asyncio.sleep(0.02)
    return found


async def view(page: Page, name: str) -> None:
    """Go there, and wait until it is filled."""
    await page.click(f"nav a[href='#{name}']")
    place = {"fleet": "#machine", "log": "#log-view"}.get(name, f"#{name}")
    await page.wait_for_selector(f"{place}:visible")
    if name in ("money", "quality"):
        await page.wait_for_selector(f"{place} .inside[aria-busy=false]")
    elif name == "memory":
        await page.wait_for_selector(f"{place} .figures")
    elif name == "log":
        await until(page, "document.querySelector('#log-view .inside')?.childElementCount")


async def ask(page: Page, question: str, model: str = "auto") -> str:
    """Ask, and wait for the whole answer; its text."""
    await page.evaluate("for (const one of document.querySelectorAll('.answer')) one.classList.add('before')")
    await page.select_option("#model", model)
    await page.fill("#question", question)
    await page.press("#question", "Enter")
    answer = page.locator(".answer:not(.before)")
    await answer.and_(page.locator("[aria-busy=false]")).wait_for()
    await page.wait_for_selector("#send:visible")
    return await answer.locator(".words").inner_text()


async def faults(page: Page) -> list[str]:
    """What axe finds that is serious or critical, with where it is."""
    if not await page.evaluate("Boolean(window.axe)"):
        await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
