"""The provider ``fake``: a process that comes with the first call and goes with Jarvis."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import psutil
import pytest

from jarvis.config.schema import Provider as Settings
from jarvis.errors import ProviderUnavailable
from jarvis.providers import fake
from jarvis.words.chat import ChatRequest, Message

ASKED = ChatRequest((Message.of("user", "hola"),))


async def test_it_starts_at_the_first_call_and_ends_with_close() -> None:
    provider = fake.Provider("fake", Settings(), None)
    before = set(psutil.Process().children())
    assert "".join([delta.text async for delta in provider.chat(ASKED, "m")]) == "You said: hola"
    (child,) = set(psutil.Process().children()) - before
    assert "_fake_openai" in " ".join(child.cmdline())
    await provider.tell("/_fault", {"kind": "status", "status": 503})
    with pytest.raises(ProviderUnavailable):
        [delta async for delta in provider.chat(ASKED, "m")]
    assert (await provider.tell("/_served"))["models"]["m"]["completion_tokens"] == 3
    await provider.close()
    assert not child.is_running()


async def test_calls_at_once_share_one_process() -> None:
    provider = fake.Provider("fake", Settings(), None)

    async def ask() -> str:
        return "".join([delta.text async for delta in provider.chat(ASKED, "m")])

    assert await asyncio.gather(*(ask() for _ in range(20))) == ["You said: hola"] * 20
    assert (await provider.tell("/_served"))["models"]["m"]["calls"] == 20
    await provider.close()


def test_it_ends_when_whoever_started_it_is_killed() -> None:
    code = (
        "import asyncio, os, psutil\n"
        "from jarvis.config.schema import Provider\n"
        "from jarvis.providers.here import make\n"
        "async def main():\n"
        "    await make('fake', Provider(), None).tell('/_served')\n"
        "    print(psutil.Process().children()[0].pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    pid = int(done.stdout)
    _, alive = psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
    assert not alive
