"""Makes docs/voice/page.png: talking from a browser as large as a phone. Who asks, hears, answers and speaks is real.

python docs/voice_page.py MODEL
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import numpy as np
import openai

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chromium import browser
from environments import lend
from home import Home
from jarvis.daemon import find
from microphone import record

QUESTIONS = ("¿Cuál es la capital de Francia? Contesta con una frase.", "¿Y cuál es la capital de Italia?")
READY_SECONDS, BETWEEN_SECONDS = 10.0, 40.0
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


def asked(home: Home) -> list[np.ndarray]:
    """The questions, said by a voice."""
    address = find(home.paths)
    assert address is not None
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=home.paths.token.read_text().strip()) as client:
        how = {"model": "kokoro-mirror", "voice": "ef_dora", "response_format": "pcm"}
        said = [client.audio.speech.create(input=text, **how).content for text in QUESTIONS]
    return [np.frombuffer(sound, "<i2") / 32768 for sound in said]


async def main(model: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, profile = Home(Path(folder) / "home"), Path(folder) / "profile"
        profile.mkdir()
        lend(home.paths.models, "whisper-base-mirror", "kokoro-mirror", "smart-turn", model)
        home.settings("[models]\ncommunity = true")
        try:
            for name in (model, "whisper-base-mirror", "kokoro-mirror"):
                assert home.run("load", name, timeout=120).returncode == 0
            url = home.run("open", "--print").stdout.strip()
            microphone = record(Path(folder) / "said.wav", asked(home), READY_SECONDS, BETWEEN_SECONDS, 60)
            async with browser(profile, "es", *microphone) as tab:
                await tab.call("Emulation.setScrollbarsHidden", hidden=True)
                await tab.call("Emulation.setDeviceMetricsOverride", **PHONE)
                await tab.visit(url)
                await tab.until("location.pathname === '/' && document.querySelector('#model')?.options.length > 2")
                await tab.click("#talk")
                for count in range(len(QUESTIONS)):
                    await tab.until(f"document.querySelectorAll('.question').length > {count}")
                await tab.until("document.querySelector('#talking').textContent === 'Hablando'")
                await tab.until("document.querySelectorAll('.answer[aria-busy=false]').length === 2")
                await tab.run("scrollTo(0, 0)")
                (Path(__file__).parent / "voice" / "page.png").write_bytes(await tab.picture())
        finally:
            home.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
