"""How long the page takes with a long use behind it: first paint, each view until it is filled, the longest task.

    python bench/dashboard.py [--exchanges 10000] [--facts 1000] [--repeats 5]

Needs Chromium and the test extra. Milliseconds, the median and the worst of the repeats, on loopback, each in a new
browser for the first paint.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from dashboard import VIEWS, dashboard, until, view
from home import Home
from used import SETTINGS, use

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
MEANT = "performance.getEntriesByName('meant')[0]?.startTime"
WATCH = """
new MutationObserver((_, watching) => {
  if (!document.querySelector('.bar') || !document.querySelector('#send')?.textContent) return;
  watching.disconnect();
  requestAnimationFrame(() => setTimeout(() => performance.mark('meant')));
}).observe(document, { childList: true, subtree: true });
window.longest = 0;
new PerformanceObserver((all) => all.getEntries().forEach((one) => (longest = Math.max(longest, one.duration))))
  .observe({ type: 'longtask', buffered: true });
"""
"""Meaningful is what has its texts and the bars of the machine."""


async def paints(home: Home) -> tuple[float, float]:
    async with dashboard(home) as (page, _, base):
        await page.add_init_script(WATCH)
        await page.goto(base)
        return await until(page, PAINT), await until(page, MEANT)


async def views(home: Home, repeats: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    async with dashboard(home) as (page, _, base):
        await page.add_init_script(WATCH)
        for _ in range(repeats):
            await page.goto(base)
            await page.wait_for_selector(".bar")
            for name in (*VIEWS[1:], VIEWS[0]):
                await page.evaluate("window.longest = 0")
                began = time.perf_counter()
                await view(page, name)
                found.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                found.setdefault(f"{name}, longest task", []).append(await page.evaluate("longest"))
            began = time.perf_counter()
            await page.click("#past summary")
            await page.wait_for_selector("#past-list li")
            found.setdefault("conversations", []).append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            await page.fill("#past-search", "lentils")
            await page.wait_for_selector("#past-list p")
            found.setdefault("search in conversations", []).append((time.perf_counter() - began) * 1000)
            await view(page, "money")
            began = time.perf_counter()
            await page.select_option("#money-days", "365")
            await until(page, "document.querySelector('#money .figures')?.textContent.includes('365')")
            found.setdefault("money, 365 days", []).append((time.perf_counter() - began) * 1000)
    return found


async def main(exchanges: int, facts: int, repeats: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.settings(SETTINGS)
        home.fake("qwen-4b")
        use(home, exchanges, facts=facts)
        try:
            first = [await paints(home) for _ in range(repeats)]
            found = await views(home, repeats)
        finally:
            home.stop()
    found = {
        "first contentful paint": [one for one, _ in first],
        "first meaningful paint": [two for _, two in first],
    } | found
    told = {name: {"median": round(statistics.median(x)), "worst": round(max(x))} for name, x in found.items()}
    return {"exchanges": exchanges, "facts": facts, "repeats": repeats, "milliseconds": told}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=10_000)
    parser.add_argument("--facts", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(main(asked.exchanges, asked.facts, asked.repeats)), indent=1))
