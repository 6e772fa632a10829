"""One daemon that has done what the metrics tell of, and what it then says to Prometheus."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from declared import PAID
from home import Home
from jarvis.daemon import find

GIB = 1 << 30
CARDS = f"""0 580.65.06 13000
0 GPU-small 7 5 {6 * GIB} {6 * GIB} 41 35000 NVIDIA GeForce RTX 2060
0 GPU-big 12 0 {16 * GIB} {15 * GIB} 39 21500 NVIDIA GeForce RTX 5070 Ti
cuda GPU-big GPU-small
"""
"""As tests/hardware/fake_nvml.c reads them: of the big one a GiB is somebody else's."""
Ask = Callable[..., Any]


def asker(home: Home) -> Ask:
    """Asks the daemon of ``home``; a status that is no success is told as a number."""
    address = find(home.paths)
    assert address is not None
    token = home.paths.token.read_text().strip()

    def ask(path: str, body: object = None, **headers: str) -> Any:
        key = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(address.url + path, data, key), timeout=60) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            return error.code
        return json.loads(text) if reply.headers["content-type"].startswith("application/json") else text.decode()

    return ask


def question(text: str, model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory, fake_driver: Path) -> Iterator[Home]:
    """A daemon on two cards that has answered, failed, kept, paid, crashed, and run out of memory."""
    home = Home(tmp_path_factory.mktemp("busy") / "home")
    (home.folder / "cards").write_text(CARDS)
    charges = home.folder / "charges"
    charges.mkdir()
    (charges / "limits").write_text(f"GPU-small {6 * GIB}\nGPU-big {15 * GIB}\n")
    home.environ |= {
        "LD_LIBRARY_PATH": str(fake_driver), "FAKE_NVML": str(home.folder / "cards"), "FAKE_NVML_CHARGES": str(charges),
    }  # fmt: skip
    home.settings(PAID)
    home.fake("one", parameters=8_000_000_000, charges=str(charges), answer_tokens=20)
    home.fake("greedy", charges=str(charges), answer_tokens=4, crash_after_tokens=10, out_of_memory="answer")
    home.fake("crashes", charges=str(charges), answer_tokens=4, crash_after_tokens=6)
    home.fake("vectors", kind="embedding", charges=str(charges))
    try:
        assert home.run("load", "one").returncode == 0
        ask = asker(home)
        chat = "/v1/chat/completions"
        for text in ("What is two and two?", "Explain why the sky is blue.", "Write a haiku."):
            assert ask(chat, question(text, "auto"))["usage"]["completion_tokens"]
            assert ask(chat, question(text, "one"))["usage"]["completion_tokens"] == 20
        for _ in range(2):  # the second is given again
            ask(chat, question("The same?", "one", temperature=0))
        ask(chat, question("What may this cost?", "paid"))
        for model in ("greedy", "crashes"):
            for number in range(3):
                ask(chat, question(f"Number {number}", model))
        ask("/v1/embeddings", {"model": "vectors", "input": "a text"})
        assert ask(chat, question("Who?", "nobody-has-this")) == 404
        assert ask("/fleet/unload", {"model": "crashes"})
        yield home
    finally:
        home.stop()


@pytest.fixture(scope="session")
def page(busy: Home) -> str:
    """What it says at ``/metrics``."""
    return str(asker(busy)("/metrics"))
