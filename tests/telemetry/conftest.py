"""One daemon that has done what the metrics tell of, and what it then says to Prometheus."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from home import Home
from jarvis.daemon import find

MACHINE = """
[[gpu]]
name = "RTX 5070 Ti"
memory_mib = 16303
compute_capability = "12.0"
bandwidth_gbs = 896
used_mib = 420

[cpu]
name = "A Processor"
cores = 16
memory_mib = 65536
bandwidth_gbs = 70
used_mib = 8000
"""
PAID = """
[budget]
month_usd = 1
[api.paid]
provider = "fake"
model = "x"
input_usd_per_million = 10
output_usd_per_million = 30
"""
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
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A daemon on a declared machine that has answered, failed, kept, paid, crashed, and run out of memory."""
    home = Home(tmp_path_factory.mktemp("busy") / "home")
    file = home.folder / "machine.toml"
    file.write_text(MACHINE)
    home.settings(f'[hardware]\nfile = "{file}"\n{PAID}')
    home.fake("one", parameters=8_000_000_000, memory_mib=2048, answer_tokens=20)
    home.fake("greedy", answer_tokens=4, crash_after_tokens=10, out_of_memory="answer")
    home.fake("crashes", answer_tokens=4, crash_after_tokens=6)
    home.fake("vectors", kind="embedding")
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
