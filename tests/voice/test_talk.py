"""The near end of a spoken conversation, with a wire and a loudspeaker that keep what they are given."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from jarvis.voice.talk import VOICE_RATE, Lost, Style, Talk
from jarvis.voice.unanswered import BEFORE_SECONDS, MOST_SECONDS, Unanswered
from jarvis.words.audio import RATE, SAMPLE_BYTES

ITEM = {"item": {"id": "item_1a"}}


class Wire:
    def __init__(self) -> None:
        self.sent: list[Any] = []
        self._coming: asyncio.Queue[aiohttp.WSMessage] = asyncio.Queue()

    async def receive(self) -> aiohttp.WSMessage:
        return await self._coming.get()

    async def send_bytes(self, data: bytes) -> None:
        self.sent.append(data)

    async def send_str(self, data: str) -> None:
        self.sent.append(json.loads(data))

    def comes(self, type: str, **facts: Any) -> None:
        self._coming.put_nowait(aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, json.dumps({"type": type, **facts}), None))

    def ends(self) -> None:
        self._coming.put_nowait(aiohttp.WSMessage(aiohttp.WSMsgType.CLOSED, None, None))

    def of(self, type: str) -> list[dict[str, Any]]:
        return [event for event in self.sent if isinstance(event, dict) and event["type"] == type]


class Speaker:
    def __init__(self) -> None:
        self.did: list[str] = []
        self.queue = b""
        self.played = 0

    def play(self, pcm: bytes) -> None:
        self.queue += pcm

    def reset(self) -> None:
        self.played = 0

    def pause(self) -> None:
        self.did.append("pause")

    def resume(self) -> None:
        self.did.append("resume")

    def stop(self) -> None:
        self.did.append("stop")
        self.queue = b""


class Cancels:
    leaks = 0


class Near:
    def __init__(self) -> None:
        self.wire, self.speaker, self.echo = Wire(), Speaker(), Cancels()
        self.told: list[dict[str, Any]] = []
        self.sound: asyncio.Queue[bytes | None] = asyncio.Queue()

    @asynccontextmanager
    async def talks(self, named: Any = None, **style: Any) -> AsyncIterator[Talk]:
        parts: Any = (self.speaker, self.echo)
        talk = Talk(*parts, Style(**style), lambda event: self.told.append(dict(event)), named)

        async def sound() -> AsyncIterator[bytes]:
            while (piece := await self.sound.get()) is not None:
                yield piece

        hearing = asyncio.create_task(talk.hear(sound()))
        running = asyncio.create_task(talk.run(self.wire))
        try:
            await self.settle()
            yield talk
            await self.settle()
            assert not running.done() or running.exception() is None or isinstance(running.exception(), Lost)
        finally:
            running.cancel()
            hearing.cancel()
            await asyncio.wait((running, hearing))

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
def near() -> Near:
    return Near()


def delta(item: str, samples: bytes) -> dict[str, Any]:
    return {"item_id": item, "delta": base64.b64encode(samples).decode()}


async def test_what_is_said_goes_there_and_what_is_answered_is_played(near: Near) -> None:
    async with near.talks(language="es") as talk:
        near.sound.put_nowait(b"\1\0")
        near.wire.comes("jarvis.route", conversation="c1")
        near.wire.comes("response.output_item.added", **ITEM)
        near.wire.comes("response.output_audio.delta", **delta("item_1a", b"\2\0"))
        near.wire.comes("response.output_audio.delta", **delta("item_0a", b"\3\0"))
        await near.settle()
        assert near.speaker.queue == b"\2\0", "not what is of another answer"
    session = near.wire.of("session.update")[0]["session"]
    assert session["audio"]["input"]["transcription"] == {"language": "es"}
    assert "turn_detection" not in session["audio"]["input"] and session["jarvis"]["hold"]
    assert b"\1\0" in near.wire.sent and talk.conversation == "c1"
    assert [event["type"] for event in near.told] == ["jarvis.route", "response.output_item.added"], "no sound is told"


async def test_it_is_held_goes_on_and_is_dropped(near: Near) -> None:
    async with near.talks():
        near.wire.comes("response.output_item.added", **ITEM)
        near.wire.comes("response.output_audio.delta", **delta("item_1a", bytes(100)))
        near.wire.comes("jarvis.hold", on=True)
        near.wire.comes("jarvis.hold", on=False)
        await near.settle()
        near.speaker.played = VOICE_RATE // 2
        near.wire.comes("jarvis.interrupted", item_id="item_1a")
        near.wire.comes("response.output_audio.delta", **delta("item_1a", bytes(100)))
        await near.settle()
        assert near.speaker.queue == b"", "what still comes of it is not played"
    assert near.speaker.did[:6] == ["stop", "resume", "pause", "resume", "stop", "stop"]
    assert near.wire.of("conversation.item.truncate") == [
        {"type": "conversation.item.truncate", "item_id": "item_1a", "content_index": 0, "audio_end_ms": 500}
    ]


async def test_push_to_talk(near: Near) -> None:
    async with near.talks(push=True) as talk:
        near.sound.put_nowait(b"\1\0")
        await near.settle()
        assert b"\1\0" not in near.wire.sent, "nobody listens"
        await talk.push()
        near.sound.put_nowait(b"\2\0")
        await near.settle()
        await talk.push()
        near.sound.put_nowait(b"\3\0")
    assert [x for x in near.wire.sent if isinstance(x, bytes)] == [b"\2\0"]
    names = [x["type"] for x in near.wire.sent if isinstance(x, dict)]
    assert names == ["session.update", "response.cancel", "input_audio_buffer.commit", "response.create"]
    assert near.wire.sent[0]["session"]["audio"]["input"]["turn_detection"] is None


async def test_being_called_by_name(near: Near) -> None:
    async with near.talks(lambda piece: piece == b"\1\0", wake=True):
        near.sound.put_nowait(b"\0\0")
        near.sound.put_nowait(b"\1\0")
    assert len(near.wire.of("jarvis.named")) == 1 and near.wire.sent[0]["session"]["jarvis"]["wake"]


async def test_it_tells_when_its_own_voice_gets_through(near: Near) -> None:
    async with near.talks():
        for leaks in (0, 1, 1, 2):
            near.echo.leaks = leaks
            near.sound.put_nowait(b"\0\0")
            await near.settle()
    assert len(near.wire.of("jarvis.echo")) == 2


async def test_without_an_echo_canceller_it_is_so_from_the_start(near: Near) -> None:
    parts: Any = (near.speaker, None)
    talk = Talk(*parts, Style(), lambda event: None)
    assert talk._session()["jarvis"]["echo_free"] is False
    parts = (None, None)
    silent = Talk(*parts, Style(), lambda event: None)._session()
    assert silent["jarvis"]["echo_free"] and silent["output_modalities"] == ["text"]


async def test_a_far_end_that_is_gone(near: Near) -> None:
    parts: Any = (near.speaker, near.echo)
    near.wire.ends()
    with pytest.raises(Lost):
        await Talk(*parts, Style(), lambda event: None).run(near.wire)
    assert near.speaker.did == ["stop"], "what was being said is not finished to nobody"


SECOND = RATE * SAMPLE_BYTES


def second(number: int) -> bytes:
    return bytes([number, 0]) * RATE


async def test_a_far_end_that_comes_back_hears_the_sentence_from_its_beginning(near: Near) -> None:
    async with near.talks() as talk:
        for number in (1, 2, 3):
            near.sound.put_nowait(second(number))
            await near.settle()
            if number == 1:
                near.wire.comes("jarvis.route", conversation="c1")
            if number == 2:
                near.wire.comes("input_audio_buffer.speech_started", audio_start_ms=1500)
                await near.settle()
        near.wire.ends()
        await near.settle()
        near.sound.put_nowait(second(4))  # while there is no far end
        await near.settle()
        again = Wire()
        running = asyncio.create_task(talk.run(again))
        await near.settle()
        near.sound.put_nowait(second(5))
        await near.settle()
        assert again.sent[0]["session"]["jarvis"]["conversation"] == "c1"
        assert b"".join(x for x in again.sent if isinstance(x, bytes)) == b"".join(map(second, (2, 3, 4, 5)))
        again.comes("input_audio_buffer.speech_started", audio_start_ms=500)
        again.comes("input_audio_buffer.speech_stopped", audio_end_ms=4000)
        again.comes("jarvis.understood", text="it", meaning="speaks")
        again.ends()
        await near.settle()
        third = Wire()
        last = asyncio.create_task(talk.run(third))
        await near.settle()
        assert [x for x in third.sent if isinstance(x, bytes)] == [], "what was understood is not said again"
        last.cancel()
        assert isinstance((await asyncio.gather(running, last, return_exceptions=True))[0], Lost)


async def test_a_turn_that_was_told_to_be_over_is_so_at_a_far_end_that_comes_back(near: Near) -> None:
    async with near.talks(push=True) as talk:
        await talk.push()
        near.sound.put_nowait(second(1))
        near.wire.comes("input_audio_buffer.speech_started", audio_start_ms=0)
        await near.settle()
        near.wire.ends()
        await near.settle()
        await talk.push()
        again = Wire()
        running = asyncio.create_task(talk.run(again))
        await near.settle()
        assert second(1) in again.sent
        assert [x["type"] for x in again.sent if isinstance(x, dict)] == [
            "session.update", "input_audio_buffer.commit", "response.create"
        ]  # fmt: skip
        running.cancel()
        await asyncio.wait((running,))


def test_what_went_before_a_sentence_is_not_said_again_though_it_is_noticed_late() -> None:
    kept = Unanswered()
    kept.anew()
    for number in range(7):
        kept.heard(second(number))
    kept.told({"type": "input_audio_buffer.speech_started", "audio_start_ms": 4000})
    assert bytes(kept.sound) == second(3)[SECOND // 2 :] + second(4) + second(5) + second(6)
    kept.told({"type": "input_audio_buffer.speech_started", "audio_start_ms": 6000})
    assert bytes(kept.sound).endswith(second(4) + second(5) + second(6)), "the first is not understood yet"


def test_no_more_than_so_much_is_said_again() -> None:
    kept = Unanswered()
    for _ in range(40):
        kept.heard(second(1))
    assert len(kept.anew()) == MOST_SECONDS * SECOND, "before anybody listens"
    for _ in range(40):
        kept.heard(second(2))
    assert len(kept.sound) == BEFORE_SECONDS * SECOND, "nobody speaks"
    kept.lost()
    assert kept.anew() == b""
    kept.lost()
    kept.heard(second(3))
    assert kept.anew() == second(3), "said while nobody listened"
