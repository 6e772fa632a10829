"""What holds for everything that speaks: the fake, the voices that packages carry, where their library is, and those
that load no model: espeak-ng, where it is installed, and the ones elsewhere with a server that stands in for them.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from environments import pulled
from jarvis import registry
from jarvis.config.schema import Settings
from jarvis.errors import EngineDied, EngineStartFailed, UsageError
from jarvis.speech.speak.base import Speaking
from jarvis.speech.speak.unloaded.base import Voice
from jarvis.speech.speak.unloaded.openai_compatible import Place
from jarvis.words.model import Load

pytestmark = pytest.mark.asyncio(loop_scope="module")
VOICES = {"hibari": ("hibari", "en"), "kokoro": ("kokoro-mirror", "es"), "piper": ("piper-en-us-joe", "en")}
LOADED = ["fake", *(pytest.param(name, marks=pytest.mark.real) for name in VOICES)]
UNLOADED = ("espeak_ng", "gtts", "openai_compatible")
TEXT = {"en": "Good morning, the meeting is at nine.", "es": "Buenos días, la reunión es a las nueve."}


@pytest.fixture(scope="module", params=[*LOADED, *UNLOADED])
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def order(which: str, folder: Path) -> Load:
    if which == "fake":
        return Load("voice", folder / "none", kind="speak")
    library = registry.load("jarvis.speech.speak", which, "Engine").library
    if find_spec(library) is None:
        pytest.skip(f"the library {library} is not installed")
    return Load(VOICES[which][0], pulled(VOICES[which][0]), kind="speak")


@asynccontextmanager
async def unloaded(which: str) -> AsyncIterator[Voice]:
    made = registry.load("jarvis.speech.speak.unloaded", which, "Voice")
    if which == "espeak_ng":
        if made.found() is None:
            pytest.skip("espeak-ng is not installed")
        yield made()
        return
    pytest.importorskip("av")
    from voice_servers import VoiceServer

    server = VoiceServer()
    await server.start()
    place = Place("house", "voice", 20, lambda: (f"{server.address}/v1", None))
    voice: Voice = made(place) if which == "openai_compatible" else made(server.address)
    yield voice
    await voice.close()
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice(which: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Speaking | Voice]:
    if which in UNLOADED:
        async with unloaded(which) as found:
            yield found
        return
    logs = tmp_path_factory.mktemp("logs")
    load = order(which, logs)
    made = await registry.load("jarvis.speech.speak", which, "Engine")(Settings(), logs).start(load)
    yield made
    await made.stop()


def language(which: str) -> str:
    return VOICES[which][1] if which in VOICES else "es"


@pytest.mark.parametrize("which", LOADED, indirect=True)
async def test_it_says_what_it_is(voice: Speaking, which: str) -> None:
    assert voice.engine == which and voice.load.kind == "speak"
    assert voice.pid and not voice.died.done()
    assert voice.memory_bytes() > 1 << 20 and voice.cpu_seconds() > 0


async def test_a_sentence_sounds_as_long_as_it_takes_to_say(voice: Speaking, which: str) -> None:
    spoken = await voice.say(TEXT[language(which)], language(which))
    assert 1.0 < spoken.seconds < 6.0 and spoken.rate >= 16_000
    loud = np.abs(np.frombuffer(spoken.sound, np.int16))
    assert 1000 < loud.max() <= 32767 and (loud > 300).mean() > 0.2


async def test_faster_is_shorter(voice: Speaking, which: str) -> None:
    slow, fast = [await voice.say(TEXT[language(which)], language(which), speed=speed) for speed in (0.8, 1.6)]
    assert fast.seconds < 0.75 * slow.seconds


@pytest.mark.parametrize("odd", ["", " ", "...", "\0", "👍", "日本", "a" * 500, "é" * 50, "\ud800"])
async def test_whatever_is_to_be_said_it_goes_on(voice: Speaking, which: str, odd: str) -> None:
    spoken = await voice.say(odd, language(which))
    assert len(spoken.sound) % 2 == 0
    assert (await voice.say("Ok.", language(which))).seconds > 0


@pytest.mark.parametrize("which", LOADED, indirect=True)
async def test_killed_it_says_so(which: str, tmp_path: Path) -> None:
    made = await registry.load("jarvis.speech.speak", which, "Engine")(Settings(), tmp_path).start(
        order(which, tmp_path)
    )
    os.kill(made.pid, signal.SIGKILL)
    with pytest.raises(EngineDied):
        await made.say("Ok.", "en")
    await asyncio.wait_for(made.died, 10)
    await made.stop()


@pytest.mark.parametrize("which", LOADED, indirect=True)
async def test_an_option_that_it_does_not_have_is_refused(which: str, tmp_path: Path) -> None:
    load = Load("voice", tmp_path, kind="speak", options={"no_such": 1})
    engine = registry.load("jarvis.speech.speak", which, "Engine")(Settings(), tmp_path)
    with pytest.raises((UsageError, EngineStartFailed)) as caught:
        await engine.start(load)
    assert "no_such" in caught.value.message("en") or "pip install" in caught.value.hint("en")
