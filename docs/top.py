"""Makes docs/top.svg: `jarvis top` before a real daemon, on a declared machine with stand-ins for models.

python docs/top.py
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from declared import PAID, TWO_CARDS
from home import Home, wait_for
from telemetry.conftest import asker, question

MACHINE = TWO_CARDS.replace("A Processor", "AMD Ryzen 9 9950X") + "used_mib = 8000\n"
QUESTIONS = ("What is the capital of France?", "¿Y la de Portugal?", "Why is the sky blue?", "Resume este texto.")
CHAT = "/v1/chat/completions"


async def main(home: Home) -> None:
    from jarvis.cli.live import Top

    app = Top(home.paths, 0.3)
    async with app.run_test(size=(112, 34)) as pilot:
        table = app._table("requests")
        while not table.row_count:
            await pilot.pause(0.1)
        await pilot.pause(1.0)
        Path(__file__).with_suffix(".svg").write_text(app.export_screenshot(title="jarvis top"), encoding="utf-8")


if __name__ == "__main__":
    home = Home(Path(tempfile.mkdtemp()) / "home")
    (home.folder / "machine.toml").write_text(MACHINE)
    home.settings(f'[hardware]\nfile = "{home.folder / "machine.toml"}"\n{PAID}')
    home.fake("small", answer_tokens=40, tokens_per_second=400, context=8192)
    home.fake("big", answer_tokens=4000, tokens_per_second=20, context=16384)
    os.environ |= {name: value for name, value in home.environ.items() if name.startswith("JARVIS_")}
    try:
        home.run("pin", "small")
        ask = asker(home)
        for text in QUESTIONS:
            ask(CHAT, question(text, "small"))
        ask(CHAT, question(QUESTIONS[2], "paid"))
        writing = threading.Thread(target=ask, args=(CHAT, question("A long story.", "big")))
        writing.start()
        wait_for(lambda: any(one["tokens"] for one in ask("/jarvis/exchanges")["under_way"]), 60)
        asyncio.run(main(home))
        ask("/fleet/unload", {"model": "big", "force": True})
        writing.join()
    finally:
        home.stop()
