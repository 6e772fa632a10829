"""``jarvis wyoming`` as a real process over a real daemon, asked by Wyoming's own client. The models are stand-ins."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import psutil
import pytest

pytest.importorskip("wyoming")
pytest.importorskip("av")

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from environments import pulled
from home import Home, turns, wait_for

WAIT = 60.0


class Served:
    """``jarvis wyoming`` while it runs."""

    def __init__(self, home: Home, *words: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = home.folder / f"wyoming-{self.port}.log"
        with self.log.open("w") as log:
            self.process = home.start("wyoming", "--uri", f"tcp://127.0.0.1:{self.port}", *words, stderr=log)
        wait_for(lambda: "Ctrl-C" in self.log.read_text() or self.process.poll() is not None, WAIT)
        assert self.process.poll() is None, self.log.read_text()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[AsyncTcpClient]:
        async with AsyncTcpClient("127.0.0.1", self.port, WAIT, WAIT) as client:
            yield client

    async def ask(self, *events: Any, until: str) -> list[Event]:
        """What is answered on a connection of its own, up to an event of this kind, or an error."""
        async with self.client() as client:
            for event in events:
                await client.write_event(event if isinstance(event, Event) else event.event())
            return await answers(client, until)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)


async def answers(client: AsyncTcpClient, until: str) -> list[Event]:
    found: list[Event] = []
    while not found or found[-1].type not in (until, "error"):
        event = await client.read_event()
        assert event is not None, [one.type for one in found]
        found.append(event)
    return found


async def spoken(client: AsyncTcpClient, events: list[Event]) -> None:
    """At the speed at which it is said: what is said faster is written down only at its end."""
    for event in events:
        await client.write_event(event)
        await asyncio.sleep(0.1 if event.type == "audio-chunk" else 0)


def tone(seconds: float, rate: int = 16_000, width: int = 2, channels: int = 1) -> list[Event]:
    """Somebody is loud for so long: the events of an utterance."""
    wave = 0.5 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 200 / rate)
    if width == 1:
        samples = ((wave + 1) * 127.5).astype(np.uint8)[:, None]
    else:
        whole = (wave * (2**31 - 1)).astype("<i4")
        samples = whole.view(np.uint8).reshape(-1, 4)[:, 4 - width :]
    data = np.repeat(samples[:, None, :], channels, axis=1).tobytes()
    step = rate // 10 * width * channels
    chunks = [AudioChunk(rate, width, channels, data[at : at + step]) for at in range(0, len(data), step)]
    return [AudioStart(rate, width, channels).event(), *(c.event() for c in chunks), AudioStop().event()]


def kinds(events: list[Event]) -> list[str]:
    """In their order, repetitions left out."""
    names = [event.type for event in events]
    return [name for at, name in enumerate(names) if not at or names[at - 1] != name]


@pytest.fixture
def house(home: Home) -> Home:
    home.fake("small", answer="Son las doce. Nada más.")
    home.fake("ears", kind="hear", answer="Enciende la luz del salón por favor.")
    home.fake("voice", kind="speak")
    return home


@pytest.fixture
def served(house: Home) -> Iterator[Served]:
    made = Served(house)
    yield made
    made.stop()


async def test_it_describes_what_is_here(served: Served) -> None:
    info = Info.from_event((await served.ask(Describe(), until="info"))[-1])
    [asr], [tts], [handle] = info.asr, info.tts, info.handle
    assert asr.installed and asr.supports_transcript_streaming and [m.name for m in asr.models] == ["ears"]
    assert tts.installed and tts.supports_synthesize_streaming and [v.name for v in tts.voices] == ["voice"]
    assert tts.voices[0].languages == ["en", "es"] and asr.models[0].languages == ["en", "es"]
    assert handle.installed and handle.supports_handled_streaming and handle.models[0].languages == ["en", "es"]
    assert all(p.version and p.attribution.url.startswith("http") for p in (asr, tts, handle))
    pong = (await served.ask(Ping("hola"), until="pong"))[-1]
    assert Pong.from_event(pong).text == "hola"


async def test_what_is_not_here_is_not_offered(home: Home) -> None:
    home.fake("small")
    served = Served(home)
    try:
        info = Info.from_event((await served.ask(Describe(), until="info"))[-1])
        assert not info.asr[0].installed and not info.tts[0].installed and info.handle[0].installed
        [error] = await served.ask(*tone(1.0), until="transcript")
        assert error.type == "error" and "jarvis pull" in Error.from_event(error).text
    finally:
        served.stop()


@pytest.mark.parametrize(("rate", "width", "channels"), [(16_000, 2, 1), (44_100, 4, 2), (8_000, 1, 1), (48_000, 3, 3)])
async def test_what_is_said_is_written_in_any_form(served: Served, rate: int, width: int, channels: int) -> None:
    events = await served.ask(Transcribe(language="es"), *tone(2.0, rate, width, channels), until="transcript-stop")
    assert kinds(events) == ["transcript-start", "transcript-chunk", "transcript", "transcript-stop"], events[-1]
    [whole] = [Transcript.from_event(e) for e in events if e.type == "transcript"]
    assert (whole.text, whole.language) == ("Enciende la luz del", "es")


async def test_text_comes_while_somebody_speaks(served: Served) -> None:
    async with served.client() as client:
        sound = tone(4.0)
        await spoken(client, sound[:-1])
        early = await answers(client, "transcript-chunk")
        assert kinds(early) == ["transcript-start", "transcript-chunk"]
        await client.write_event(sound[-1])
        rest = await answers(client, "transcript-stop")
        text = next(Transcript.from_event(e).text for e in rest if e.type == "transcript")
        assert text == "Enciende la luz del salón por favor."
        pieces = [e.data["text"] for e in (*early, *rest) if e.type == "transcript-chunk"]
        assert len(pieces) > 1 and "".join(pieces) == text


async def test_a_recording_that_comes_at_once_is_heard_whole(served: Served) -> None:
    events = await served.ask(*tone(24.0), until="transcript-stop")
    assert "error" not in kinds(events), events[-1]
    assert events[-2].data["text"] == "Enciende la luz del salón por favor."


async def test_of_silence_there_is_no_text(served: Served) -> None:
    quiet = [AudioStart(16_000, 2, 1), AudioChunk(16_000, 2, 1, bytes(32_000)), AudioStop()]
    for events in (quiet, [AudioStart(16_000, 2, 1), AudioStop()]):
        told = await served.ask(*events, until="transcript-stop")
        assert kinds(told) == ["transcript-start", "transcript", "transcript-stop"] and told[-2].data["text"] == ""


async def test_it_reads_aloud_whole_and_in_pieces(served: Served) -> None:
    text = "Hola, son las siete. Hasta luego."
    whole = await served.ask(Synthesize(text, voice=SynthesizeVoice(name="voice")), until="audio-stop")
    assert kinds(whole) == ["audio-start", "audio-chunk", "audio-stop"]
    sound = b"".join(e.payload or b"" for e in whole if e.type == "audio-chunk")
    assert whole[0].data["rate"] == 24_000
    assert len(sound) / 48_000 == pytest.approx(0.06 * len(text.replace(" ", "")), abs=0.05)
    async with served.client() as client:
        await client.write_event(SynthesizeStart().event())
        await client.write_event(SynthesizeChunk("Hola, son las siete. Has").event())
        early = await answers(client, "audio-chunk")
        for event in (SynthesizeChunk("ta luego."), Synthesize(text), SynthesizeStop()):
            await client.write_event(event.event())
        events = early + await answers(client, "synthesize-stopped")
        assert kinds(events) == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
        again = b"".join(e.payload or b"" for e in events if e.type == "audio-chunk")
        assert len(again) == len(sound)
        await client.write_event(Synthesize("  ").event())  # on the same connection
        assert kinds(await answers(client, "audio-stop")) == ["audio-start", "audio-stop"]


async def test_a_conversation_goes_on(served: Served, house: Home) -> None:
    async def ask(text: str, name: str) -> list[Event]:
        return await served.ask(
            Transcript(text, context={"conversation_id": name}, language="es"), until="handled-stop"
        )

    first = await ask("¿Qué hora es en la Luna?", "one")
    assert kinds(first) == ["handled-start", "handled-chunk", "handled", "handled-stop"]
    said = "".join(e.data["text"] for e in first if e.type == "handled-chunk")
    assert said == Handled.from_event(first[-2]).text == "Son las doce. Nada más."
    assert first[-2].data["context"]["conversation_id"] == "one"
    await ask("¿Y ahora qué?", "one")
    await ask("¿Quién eres?", "two")
    assert len([text for role, text, _ in turns(house) if role == "user"]) == 3
    assert conversations(house) == {"guest": 2}


def conversations(home: Home) -> dict[str, int]:
    """How many each person has."""
    db = sqlite3.connect(f"file:{home.paths.database}?mode=ro", uri=True)
    try:
        return dict(db.execute("SELECT person, count(*) FROM conversations GROUP BY person").fetchall())
    finally:
        db.close()


async def test_a_guest_reads_nothing_of_the_owners(served: Served, house: Home) -> None:
    assert house.run("ask", "Recuerda que mi clave de la alarma es 4711").returncode == 0
    tokens = json.loads(house.run("token", "list", "--json").stdout)["tokens"]
    [guest] = [one for one in tokens if one["person"] == "guest"]
    assert guest["scopes"] == ["chat"] and guest["month_usd"] == 0
    for text in ("¿Cuál es mi clave de la alarma?", "¿Qué sabes de mí?", "Olvida todo lo que sabes de mí"):
        events = await served.ask(Transcript(text), until="handled-stop")
        assert "4711" not in str(events)
    assert "4711" in house.run("memory", "list").stdout
    served.stop()
    tokens = json.loads(house.run("token", "list", "--json").stdout)["tokens"]
    assert [one["person"] for one in tokens] == ["owner"], "it ends with the command"


async def test_two_at_once(served: Served) -> None:
    both = await asyncio.gather(
        *(served.ask(*tone(2.0), until="transcript-stop") for _ in range(2)),
        served.ask(Synthesize("Hola a todos."), until="audio-stop"),
        served.ask(Transcript("¿Qué hora es en la Luna?"), until="handled-stop"),
    )
    assert [events[-1].type for events in both] == [
        "transcript-stop", "transcript-stop", "audio-stop", "handled-stop",
    ]  # fmt: skip


BROKEN = [
    b"no json\n",
    b"[]\n",
    b'{"type": 7}\n',
    b'{"data": {}}\n',
    b"[" * 5000 + b"\n",
    b"x" * 100_000 + b"\n",
    b'{"type": "audio-chunk", "data": {"rate": 16000}}\n',
    b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 1}, "payload_length": 3}\nabc',
    b'{"type": "audio-chunk", "data": {"rate": 0, "width": 2, "channels": 1}, "payload_length": 2}\nab',
    b'{"type": "audio-chunk", "data": {"rate": "x", "width": 2, "channels": 1}}\n',
    b'{"type": "audio-chunk", "data": {}, "payload_length": 99999999999}\n',
    b'{"type": "audio-chunk", "data_length": "many"}\n',
    b'{"type": "synthesize", "data": {"text": 7}}\n',
    b'{"type": "synthesize", "data": {"text": "a", "voice": 7}}\n',
    b'{"type": "synthesize", "data": {"text": "a", "voice": {"name": "nobody"}}}\n',
    b'{"type": "synthesize", "data": {"text": "a", "text_format": "ssml"}}\n',
    b'{"type": "transcribe", "data": {"language": "klingon"}}\n{"type": "audio-start", "data":'
    b' {"rate": 16000, "width": 2, "channels": 1}}\n',
    b'{"type": "ping", "payload_length": -5}\n',
    b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 1}, "data_length": -1}\n',
    b'{"type": "audio-stop"}\n',
    b'{"type": "synthesize-stop"}\n',
    b'{"type": "synthesize-chunk", "data": {"text": "Hola."}}\n',
]


async def test_what_is_broken_is_told_and_harms_nobody(served: Served) -> None:
    for data in BROKEN:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(data)
        line = json.loads(await asyncio.wait_for(reader.readline(), WAIT))
        assert line["type"] == "error", data[:60]
        told = json.loads(await reader.readexactly(line["data_length"]))
        assert told["text"] and told["code"], data[:60]
        assert await asyncio.wait_for(reader.read(), WAIT) == b"", data[:60]
        writer.close()
    known = await served.ask(Event("no-such-event", {"a": 1}), Ping(), until="pong")
    assert kinds(known) == ["pong"]
    assert "Traceback" not in served.log.read_text()


def connected(process: psutil.Process, port: int) -> bool:
    return any(c.status == "ESTABLISHED" and c.laddr.port == port for c in process.net_connections())


async def test_who_leaves_in_the_middle_frees_all(house: Home) -> None:
    house.fake("slow", kind="speak", seconds=0.3)
    served = Served(house)
    try:
        for events in (tone(3.0)[:-1], [Synthesize("Hola. " * 200)], [Transcript("¿Qué hora es en la Luna?")]):
            async with served.client() as client:
                for event in events:
                    await client.write_event(event if isinstance(event, Event) else event.event())
                await asyncio.sleep(0.5)
        process = psutil.Process(served.process.pid)
        wait_for(lambda: not connected(process, served.port))
        ps = lambda: json.loads(house.run("ps", "--json").stdout)["models"]  # noqa: E731
        wait_for(lambda: all(not m["answering"] for m in ps()), 30)
    finally:
        assert served.stop() == 0


async def test_too_little_sound_is_told_in_no_other_protocols_words(served: Served) -> None:
    events = await served.ask(*tone(0.005), until="transcript-stop")
    told = Error.from_event(events[-1])
    assert told.code == "empty" and "input_audio_buffer" not in told.text and "tenth of a second" in told.text


async def test_ears_that_are_killed_lose_one_sentence_at_most(served: Served, house: Home) -> None:
    async with served.client() as client:
        sound = tone(4.0)
        await spoken(client, sound[:30])
        await answers(client, "transcript-start")
        below = psutil.Process(house.daemon_pid()).children(recursive=True)
        ears = [process for process in below if process.cmdline()[-1] == "jarvis.speech.hear._fake_child"]
        assert ears
        for process in ears:
            process.kill()
        await spoken(client, sound[30:])
        events = await answers(client, "transcript-stop")
        assert events[-1].type in ("transcript-stop", "error")
    after = await served.ask(*tone(2.0), until="transcript-stop")
    assert after[-2].data["text"] == "Enciende la luz del"


async def test_a_daemon_that_dies_is_started_again(served: Served, house: Home) -> None:
    await served.ask(*tone(1.0), until="transcript-stop")
    async with served.client() as client:
        await spoken(client, tone(3.0)[:-1])
        await answers(client, "transcript-start")
        pid = house.daemon_pid()
        assert pid is not None
        psutil.Process(pid).kill()
        wait_for(lambda: house.daemon_pid() != pid)
        await client.write_event(AudioStop().event())
        events = await answers(client, "transcript-stop")
        assert events[-1].type == "error" and Error.from_event(events[-1]).code == "lost"
    after = await served.ask(*tone(2.0), until="transcript-stop")
    assert after[-2].data["text"] == "Enciende la luz del"


def test_nobody_else_is_let_in_unasked(house: Home) -> None:
    done = house.run("wyoming", "--uri", "tcp://0.0.0.0:10300")
    assert done.returncode == 2 and "--allow" in done.stderr
    for words in (["--uri", "http://x"], ["--uri", "tcp://127.0.0.1"], ["--allow", "everybody"]):
        done = house.run("wyoming", *words)
        assert done.returncode == 2 and "→" in done.stderr, words
    assert house.run("wyoming", "--zeroconf", "jarvis").returncode == 2


async def test_a_port_in_use_is_told(served: Served, house: Home) -> None:
    done = house.run("wyoming", "--uri", f"tcp://127.0.0.1:{served.port}")
    assert done.returncode == 1 and str(served.port) in done.stderr and "Traceback" not in done.stderr
    events = await served.ask(Synthesize("Hola."), until="audio-stop")
    assert events[-1].type == "audio-stop", "the one that listens is not harmed"


def own_address() -> str | None:
    found = [a.address for card in psutil.net_if_addrs().values() for a in card if a.family == socket.AF_INET]
    return next((a for a in found if not a.startswith("127.")), None)


async def test_a_foreign_peer_is_refused(house: Home) -> None:
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    for allowed, kind in (("203.0.113.0/24", "error"), (f"{address}/32", "pong")):
        with socket.socket() as free:
            free.bind(("0.0.0.0", 0))
            port = free.getsockname()[1]
        log = house.folder / f"open-{port}.log"
        with log.open("w") as file:
            process = house.start("wyoming", "--uri", f"tcp://0.0.0.0:{port}", "--allow", allowed, stderr=file)
        try:
            wait_for(lambda log=log: "Ctrl-C" in log.read_text(), WAIT)
            async with AsyncTcpClient(address, port, WAIT, WAIT) as client:
                await client.write_event(Ping().event())
                [event] = await answers(client, "pong")
                assert event.type == kind
            assert (address in log.read_text()) == (kind == "error"), "it is logged"
        finally:
            process.terminate()
            assert process.wait(30) == 0


async def test_a_socket_in_a_folder(house: Home, tmp_path: Any) -> None:
    from wyoming.client import AsyncUnixClient

    path = tmp_path / "w.sock"
    path.write_text("mine")
    done = house.run("wyoming", "--uri", f"unix://{path}")
    assert done.returncode == 2 and path.read_text() == "mine"
    path.unlink()
    process = house.start("wyoming", "--uri", f"unix://{path}", stderr=subprocess.DEVNULL)
    try:
        wait_for(path.exists, WAIT)
        assert path.stat().st_mode & 0o077 == 0
        async with AsyncUnixClient(path, WAIT, WAIT) as client:
            await client.write_event(Ping().event())
            assert kinds(await answers(client, "pong")) == ["pong"]
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert not path.exists()


@pytest.mark.real
async def test_what_a_voice_says_is_read_back_by_whisper(home: Home) -> None:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("hibari")
    home.settings("[models]\ncommunity = true")
    for name in ("whisper-base-mirror", "hibari"):
        home.settings(f'[model."{name}"]\npath = "{pulled(name)}"')
    served = Served(home)
    try:
        info = Info.from_event((await served.ask(Describe(), until="info"))[-1])
        assert [m.name for m in info.asr[0].models] == ["whisper-base-mirror"]
        assert {"es", "en", "de"} <= set(info.asr[0].models[0].languages)
        assert info.asr[0].models[0].attribution.url == "https://github.com/openai/whisper"
        assert [(v.name, v.languages) for v in info.tts[0].voices] == [("hibari", ["en"])]
        said = await served.ask(Synthesize("Set a timer for ten minutes."), until="audio-stop")
        heard = await served.ask(Transcribe(language="en"), *said, until="transcript-stop")
        text = "".join(e.data["text"] for e in heard if e.type == "transcript-chunk")
        assert text == heard[-2].data["text"], "the pieces are the whole"
        words = re.sub("[.,]", "", text.lower()).replace("10", "ten")
        assert words == "set a timer for ten minutes"
    finally:
        served.stop()
