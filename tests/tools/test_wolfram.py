"""Wolfram|Alpha, against a local stand-in of its LLM API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from jarvis.errors import JarvisError
from jarvis.tools import wolfram_alpha
from tests_tools import asker, tool

KEY = "CANARY-APPID-0123"


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    path = tmp_path / "appid"
    path.touch(mode=0o600)
    path.write_text(KEY)
    return path


async def asked(make: Any, key_file: Path, status: int, text: str, kind: str = "text/plain") -> tuple[str, Any]:
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        headers = {"Location": "http://127.0.0.1:1/"} if status == 302 else {}
        return web.Response(text=text, status=status, content_type=kind, headers=headers)

    app = web.Application()
    app.router.add_get("/api/v1/llm-api", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        box = wolfram_alpha.Toolbox(make(wolfram_key_file=key_file), f"http://127.0.0.1:{runner.addresses[0][1]}")
        found = await (await tool(box, "wolfram_alpha")).run({"question": "distance to Mars & back"}, asker())
        return found.text, (seen[0], found)
    finally:
        await runner.cleanup()


async def test_without_a_key_there_is_no_tool(make: Any, key_file: Path) -> None:
    assert await wolfram_alpha.Toolbox(make()).tools() == ()


async def test_an_answer_comes_back(make: Any, key_file: Path) -> None:
    text, (request, found) = await asked(make, key_file, 200, "Query:\n\n2+2\n\nResult:\n4\u202e")
    assert text == "Query:\n2+2\nResult:\n4" and found.stranger == "Wolfram|Alpha"
    assert request.query["input"] == "distance to Mars & back"
    assert request.headers["Authorization"] == f"Bearer {KEY}" and KEY not in str(request.url)


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "tools.wolfram_key"), (501, "tools.wolfram_unknown"), (500, "tools.wolfram_failed"),
     (302, "tools.wolfram_failed"), (400, "tools.wolfram_failed")],
)  # fmt: skip
async def test_what_goes_wrong_is_said_without_the_key(make: Any, key_file: Path, status: int, code: str) -> None:
    with pytest.raises(JarvisError) as refused:
        await asked(make, key_file, status, f"no: {KEY}")
    assert refused.value.code == code and refused.value.hint() and KEY not in str(refused.value)


async def test_an_answer_that_repeats_the_key_does_not_show_it(make: Any, key_file: Path) -> None:
    text, _ = await asked(make, key_file, 200, f"appid={KEY}\nResult: 4")
    assert KEY not in text and "Result: 4" in text
