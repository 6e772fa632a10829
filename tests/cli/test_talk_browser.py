"""Talking from the page, in a real browser with a microphone that plays a recording. Those who hear, answer and speak
are stand-ins, but what notices speech is not.
"""

from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from chromium import Tab, browser
from environments import lend
from home import Home, turns
from jarvis.daemon import find
from jarvis.words.fold import fold
from microphone import ALLOWED, record

pytest.importorskip("faster_whisper")
openai = pytest.importorskip("openai")
hibari = pytest.importorskip("hibari")
pytestmark = pytest.mark.browser

HEARD = "Enciende la luz de la cocina por favor que hoy no se ve nada aquí dentro"
ANSWER = "Una frase bastante larga. " * 12
PLAYER = """
window.reports = [];
window.pieces = [];
window.AudioWorkletNode = class extends window.AudioWorkletNode {
  constructor(context, name, options) {
    super(context, name, options);
    if (name !== "player") return;
    this.port.addEventListener("message", ({ data }) => window.reports.push(data));
    const tap = context.createMediaStreamDestination();
    this.connect(tap);
    const recorder = new MediaRecorder(tap.stream);
    recorder.ondataavailable = ({ data }) => window.pieces.push(data);
    recorder.start(250);
  }
};
"""
"""What the player says of itself, and what it plays."""
RECORDED = """new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]);
  reader.readAsDataURL(new Blob(window.pieces));
})"""
STATE = "document.querySelector('#talking').textContent"
TROUBLE = "document.querySelector('#trouble').textContent"
ANSWERS = "document.querySelectorAll('.answer[aria-busy=false]').length"
PLAYED = "(window.reports.at(-1)?.played ?? 0)"

Said = Callable[..., tuple[str, ...]]


@pytest.fixture(scope="module")
def sentence() -> NDArray[np.float64]:
    return np.asarray(hibari.Hibari()("What is the weather going to be like in London tomorrow?", seed=1), np.float64)


@pytest.fixture
def said(sentence: NDArray[np.float64], tmp_path: Path) -> Said:
    """The flags for a microphone that hears the sentence after each of so many seconds of silence but the last."""
    return lambda *quiet: record(tmp_path / "said.wav", [sentence] * (len(quiet) - 1), *quiet)


@pytest.fixture
def furnished(home: Home) -> Home:
    home.fake("small", answer=ANSWER)
    home.fake("ears", kind="hear", answer=HEARD)
    home.fake("voice", kind="speak")
    return home


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    (tmp_path / "profile").mkdir()
    return tmp_path / "profile"


def loaded(home: Home) -> Home:
    """Nothing has to be waited for, so that who speaks at its time does so while Jarvis speaks."""
    for name in ("ears", "small", "voice"):
        assert home.run("load", name).returncode == 0
    return home


async def opened(tab: Tab, home: Home) -> str:
    """The page, with all that it says; its address."""
    await tab.call("Page.addScriptToEvaluateOnNewDocument", source=PLAYER)
    url = home.run("open", "--print").stdout.strip()
    await tab.visit(url)
    await tab.until("location.pathname === '/' && document.querySelector('#model')?.options.length > 2")
    return url.partition("/page/")[0] + "/"


async def seen(tab: Tab, kind: str, count: int = 1) -> dict[str, Any]:
    """The event that came ``count``-th of its kind."""
    async with asyncio.timeout(60):
        while len(found := [event for event in tab.received if event["type"] == kind]) < count:
            await asyncio.sleep(0.02)
    return found[count - 1]


def told(tab: Tab, kind: str) -> list[dict[str, Any]]:
    return [event for event in tab.sent if event["type"] == kind]


async def test_a_question_is_heard_answered_aloud_and_interrupted(furnished: Home, profile: Path, said: Said) -> None:
    async with browser(profile, "es", *said(1.5, 8, 3)) as tab:
        base = await opened(tab, loaded(furnished))
        assert await tab.run(STATE) == "" and await tab.run("document.querySelector('#heard').hidden")
        await tab.click("#talk")
        await tab.until(f"{STATE} === 'Escuchando'")
        await tab.until(f"{STATE} === 'Oyéndole' && document.querySelector('#level').value > 0.2")
        await tab.until("document.querySelector('#sure').textContent.startsWith('Enciende')")
        await tab.until("document.querySelector('.question p')?.textContent.startsWith('Enciende la luz')")
        assert await tab.run("document.querySelector('#partial').hidden")
        await tab.until(f"{STATE} === 'Hablando'")
        await tab.until(f"{PLAYED} > 24_000")
        await tab.until("document.querySelector('.answer .words').textContent.startsWith('Una frase bastante')")

        assert (await seen(tab, "jarvis.hold"))["on"]
        cut = await seen(tab, "conversation.item.truncated")
        dropped = await tab.until("window.reports.find((report) => report.dropped && report.played)")
        [(truncated, *rest)] = [told(tab, "conversation.item.truncate")]
        assert truncated["item_id"] == cut["item_id"] == "item_1a" and not rest
        heard = truncated["audio_end_ms"] / 1000
        assert 0.5 < heard <= dropped["played"] / 24_000 < 12
        assert heard > dropped["played"] / 24_000 - 0.5
        assert ANSWER.startswith(cut["transcript"]) and 0 < len(cut["transcript"]) < len(ANSWER)

        await tab.until("document.querySelector('.answer .unsaid')?.textContent.length > 0")
        shown = await tab.run("document.querySelector('.answer').textContent")
        assert shown.count("Interrumpido.") == 1
        await tab.until("document.querySelectorAll('.question').length === 2")
        await tab.until(f"window.reports.at(-1).item === 'item_2a' && {PLAYED} > 24_000")
        [asked, answered, *_] = turns(furnished)
        last = [e["transcript"] for e in tab.received if e["type"] == "conversation.item.truncated"][-1]
        assert asked[1].startswith("Enciende la luz") and answered[1] == last, "no more is remembered"

        await tab.click("#talk")
        await tab.until(f"{STATE} === '' && document.querySelector('#talk').textContent === 'Hablar'")
        assert tab.complaints == []
        assert {request for request in tab.requests if not request.startswith((base, "data:"))} == set()
        [update, *_] = [event["session"] for event in told(tab, "session.update")]
        assert update["jarvis"] == {"hold": True, "echo_free": True, "incognito": False}
        assert update["audio"]["input"]["turn_detection"] == {"type": "server_vad"}
        assert 8_000 <= update["audio"]["input"]["format"]["rate"] <= 48_000


@pytest.fixture
def real(home: Home) -> Home:
    """Who hears and speaks is real."""
    pytest.importorskip("kokoro_onnx")
    lend(home.paths.models, "whisper-base-mirror", "kokoro-mirror", "smart-turn")
    home.settings("[models]\ncommunity = true")
    home.fake("small", answer="La capital de Francia es París, a orillas del Sena.")
    return home


@pytest.mark.real
@pytest.mark.slow
async def test_a_spanish_question_gets_the_right_text_and_an_answer_that_can_be_heard(
    real: Home, profile: Path, tmp_path: Path
) -> None:
    assert real.run("open", "--print").returncode == 0  # which starts it
    address = find(real.paths)
    assert address is not None
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=real.paths.token.read_text().strip()) as client:
        question = client.audio.speech.create(
            model="kokoro-mirror", voice="ef_dora", input="¿Cuál es la capital de Francia?", response_format="pcm"
        ).content
    sound = np.frombuffer(question, "<i2") / 32768
    async with browser(profile, "es", *record(tmp_path / "said.wav", [sound], 6, 60)) as tab:
        await opened(tab, real)
        await tab.click("#talk")
        text = await tab.until("document.querySelector('.question p')?.textContent")
        assert fold(text).strip("¿?.") == "cual es la capital de francia"
        await seen(tab, "response.done")
        await tab.until(f"{PLAYED} > 24_000 && window.reports.at(-1).left === 0")
        await asyncio.sleep(0.5)  # until the recorder hands over its last piece
        heard = tmp_path / "answer.webm"
        heard.write_bytes(base64.b64decode(await tab.run(RECORDED)))
    words = fold(real.run("transcribe", "--language", "es", str(heard)).stdout)
    assert "capital de francia" in words and "paris" in words


async def test_whoever_only_listens_does_not_end_the_answer(home: Home, profile: Path, said: Said) -> None:
    home.fake("small", answer="Una frase bastante larga. " * 4)
    home.fake("ears", kind="hear", answer="vale")
    home.fake("voice", kind="speak")
    async with browser(profile, "en", *said(1.5, 4, 3)) as tab:
        await opened(tab, loaded(home))
        await tab.click("#talk")
        assert (await seen(tab, "jarvis.hold"))["on"]
        played = -1
        while played != (played := await tab.run(PLAYED)):
            await asyncio.sleep(0.4)
        assert await tab.run("window.reports.at(-1).left") > 0, "it pauses, and has more to say"
        assert len([event for event in tab.received if event["type"] == "jarvis.hold"]) == 1
        assert not (await seen(tab, "jarvis.hold", 2))["on"]
        await tab.until("window.reports.at(-1).left === 0")
        await seen(tab, "response.done")
        spoken = sum(event["seconds"] for event in tab.received if event["type"] == "jarvis.spoken")
        assert await tab.until(f"window.reports.at(-1).left === 0 && {PLAYED}") / 24_000 == pytest.approx(
            spoken, abs=0.1
        )
        assert told(tab, "conversation.item.truncate") == []
        assert await tab.run(ANSWERS) == 1


async def test_by_a_button_that_is_held_and_by_writing(furnished: Home, profile: Path, said: Said) -> None:
    async with browser(profile, "en", *said(0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2)) as tab:
        await tab.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)
        await opened(tab, furnished)
        await tab.click("#manner summary")
        await tab.click("#push")
        await tab.run("document.querySelector('#language').value = 'es'")
        await tab.click("#talk")
        await tab.until(f"{STATE} === 'Hold the button and speak'")
        [update] = [event["session"] for event in told(tab, "session.update")]
        assert update["audio"]["input"]["turn_detection"] is None
        assert update["audio"]["input"]["transcription"] == {"language": "es"}
        await tab.run("document.querySelector('#press').focus()")
        space = {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32}
        await tab.call("Input.dispatchKeyEvent", type="keyDown", text=" ", **space)
        await tab.until(f"{STATE} === 'Hearing you' && document.querySelector('#press').ariaPressed === 'true'")
        assert await tab.run("document.documentElement.scrollWidth") == 360
        await asyncio.sleep(1.5)
        assert not [event for event in tab.received if event["type"] == "response.created"]
        await tab.call("Input.dispatchKeyEvent", type="keyUp", **space)
        await tab.until("document.querySelector('.question p')?.textContent.startsWith('Enciende la')")
        await tab.until(f"{PLAYED} > 12_000")

        await tab.run("document.querySelector('#question').focus()")
        await tab.call("Input.insertText", text="And in writing?")
        await tab.press("Enter", 13, "\r")
        await seen(tab, "conversation.item.truncated")
        await tab.until("document.querySelectorAll('.question p')[1]?.textContent === 'And in writing?'")
        await tab.until(f"window.reports.at(-1).item === 'item_2a' && {PLAYED} > 12_000")
        await tab.press("Escape", 27)
        await tab.until(f"{STATE} === 'Hold the button and speak'")
        await seen(tab, "conversation.item.truncated", 2)
        conversations = {e["conversation"] for e in tab.received if e["type"] == "jarvis.route"}
        assert len(conversations) == 1, "what is written while we talk is said in the same conversation"
        assert tab.complaints == []


async def test_what_is_wrong_is_told_with_the_next_step(home: Home, profile: Path) -> None:
    home.fake("small")
    async with browser(profile, "en", *ALLOWED) as tab:
        await opened(tab, home)
        await tab.click("#talk")
        assert "jarvis pull whisper" in await tab.until(TROUBLE), "nobody hears"
        await tab.until(f"{STATE} === ''")
        assert len(told(tab, "session.update")) == 1, "it is no use to try again"


async def test_an_answer_that_nobody_can_say_is_written(home: Home, profile: Path, said: Said) -> None:
    home.fake("small", answer=ANSWER)
    home.fake("ears", kind="hear", answer=HEARD)
    home.environ["PATH"] = str(Path(sys.executable).parent)  # where there is no espeak-ng
    async with browser(profile, "en", *said(1, 3)) as tab:
        await opened(tab, home)
        await tab.click("#talk")
        await tab.until(f"{ANSWERS} === 1")
        assert await tab.run("document.querySelector('.answer .words').textContent.trim()") == ANSWER.strip()
        notice = await tab.run("document.querySelector('.answer .notice').textContent")
        assert "(speak)" in notice and "`jarvis pull " in notice, "why, and what to do"
        assert await tab.run(STATE) == "Listening"


class Network:
    """Between the browser and the daemon, on a port of its own; ``cut`` ends what goes through it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.Task[None]] = set()
        self.is_down = False

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        self._server.close()

    def cut(self) -> None:
        for task in self._open:
            task.cancel()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            writer.close()
            return
        there = await asyncio.open_connection("127.0.0.1", self._port)
        both = [self._pump(reader, there[1]), self._pump(there[0], writer)]
        tasks = [asyncio.create_task(way) for way in both]
        self._open.update(tasks)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, there[1]):
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()


async def test_a_connection_that_is_lost_is_made_again(furnished: Home, profile: Path, said: Said) -> None:
    url = furnished.run("open", "--print").stdout.strip()
    port = int(url.partition("/page/")[0].rpartition(":")[2])
    network = Network(port)
    async with network as relayed, browser(profile, "en", *said(60)) as tab:
        await tab.visit(url.replace(f":{port}/", f":{relayed}/"))
        await tab.until("location.pathname === '/' && document.querySelector('#model')?.options.length > 2")
        await tab.click("#talk")
        await tab.until(f"{STATE} === 'Listening'")
        await tab.run("document.querySelector('#question').focus()")
        await tab.call("Input.insertText", text="Who are you?")
        await tab.press("Enter", 13, "\r")
        route = await seen(tab, "jarvis.route")

        network.is_down = True
        network.cut()
        assert "It is tried again in" in await tab.until(TROUBLE)
        assert await tab.run(STATE) == "Not connected"
        network.is_down = False
        await tab.until(f"{STATE} === 'Listening'")
        assert await tab.run(TROUBLE) == ""
        again = told(tab, "session.update")[-1]["session"]
        assert again["jarvis"]["conversation"] == route["conversation"], "we go on where we were"

        furnished.stop()
        await tab.until(f"{STATE} === 'Not connected'")
        await tab.click("#talk")
        assert await tab.run(STATE) == ""


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--use-fake-device-for-media-stream", "--deny-permission-prompts"), "Allow it the microphone"),
        (("--use-fake-ui-for-media-stream",), "No microphone was found"),
    ],
)
async def test_without_a_microphone(home: Home, profile: Path, flags: tuple[str, ...], said: str) -> None:
    home.fake("small")
    async with browser(profile, "en", *flags) as tab:
        await opened(tab, home)
        await tab.click("#talk")
        assert said in await tab.until(TROUBLE)
        assert await tab.run(STATE) == ""
        assert await tab.run("document.querySelector('#talk').textContent") == "Talk"


async def test_a_microphone_that_goes(furnished: Home, profile: Path, said: Said) -> None:
    keep = """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      window.wanted = wanted.audio;
      return (window.stream = await open(wanted));
    };"""
    async with browser(profile, "en", *said(60)) as tab:
        await tab.call("Page.addScriptToEvaluateOnNewDocument", source=keep)
        await opened(tab, furnished)
        await tab.click("#talk")
        await tab.until(f"{STATE} === 'Listening'")
        cancels = ("echoCancellation", "noiseSuppression", "autoGainControl")
        assert await tab.run("window.wanted") == {**dict.fromkeys(cancels, True), "channelCount": 1}
        await tab.run("window.stream.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
        assert "The microphone is gone" in await tab.until(TROUBLE)
        assert await tab.run(STATE) == ""
        assert await tab.run("window.stream.getAudioTracks()[0].readyState") == "ended"


async def test_a_page_that_came_unprotected_is_given_no_microphone(home: Home, profile: Path) -> None:
    home.settings('allowed_hosts = ["house.test"]')  # of the section that comes first
    home.fake("small")
    rules = "--host-resolver-rules=MAP house.test 127.0.0.1"
    async with browser(profile, "en", *ALLOWED, rules) as tab:
        scheme, _, rest = home.run("open", "--print").stdout.strip().partition("://")
        await tab.visit(f"{scheme}://house.test:{rest.partition(':')[2]}")
        await tab.until("location.pathname === '/' && document.querySelector('#model')?.options.length > 2")
        await tab.click("#talk")
        assert "jarvis serve --tls auto" in await tab.until(TROUBLE)
