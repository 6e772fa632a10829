"""A spoken conversation over its wire, by OpenAI's client and by a plain one. Ears, voice and mind are stand-ins."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, get_args

import aiohttp
import openai
import pytest
from openai.types.realtime import RealtimeServerEvent
from sounds import samples

from home import Home
from jarvis.assistant.spoken_events import Understood
from jarvis.daemon import find
from jarvis.server.realtime import _Session
from jarvis.speech.ear import Begins, Said, Times
from jarvis.words.audio import Heard

SPOKEN = samples((0.0, 0.2), (0.5, 1.5), (0.0, 0.2))
PUSH = {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}, "turn_detection": None}}}


@pytest.fixture
def house(home: Home) -> Iterator[Home]:
    home.fake("ears", kind="hear", answer="Hola Jarvis buenas tardes.")
    home.fake("mouth", kind="speak")
    home.fake("mind", answer="Buenas tardes, Ana. ¿Qué tal?")
    home.run("ask", "hola")  # which starts it
    yield home


def _address(house: Home) -> tuple[str, str]:
    address = find(house.paths)
    assert address is not None
    return address.url.replace("http", "ws"), house.paths.token.read_text().strip()


class Wire:
    """A client that keeps what it is told."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        self._wire = wire
        self.events: list[dict[str, Any]] = []

    async def send(self, type: str, **facts: Any) -> None:
        await self._wire.send_json({"type": type, **facts})

    async def sound(self, data: bytes) -> None:
        for at in range(0, len(data), 640):
            await self._wire.send_bytes(data[at : at + 640])

    async def next(self) -> dict[str, Any]:
        message = await self._wire.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, message
        event: dict[str, Any] = json.loads(message.data)
        self.events.append(event)
        return event

    async def until(self, type: str) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while (event := await self.next())["type"] != type:
                pass
            return event

    def of(self, type: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == type]

    @property
    def audio(self) -> bytes:
        return b"".join(base64.b64decode(event["delta"]) for event in self.of("response.output_audio.delta"))


@asynccontextmanager
async def wire(house: Home, query: str = "", **headers: str) -> AsyncIterator[Wire]:
    url, token = _address(house)
    sent = {"Authorization": f"Bearer {token}", **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url}/v1/realtime{query}", headers=sent) as line,
    ):
        yield Wire(line)


async def test_openais_client_talks(house: Home) -> None:
    url, token = _address(house)
    seen: list[str] = []
    audio, text, heard = b"", "", ""
    async with openai.AsyncOpenAI(api_key=token, websocket_base_url=f"{url}/v1") as client:  # noqa: SIM117
        async with client.realtime.connect(model="gpt-realtime") as line, asyncio.timeout(30):
            await line.session.update(
                session={"type": "realtime", "audio": {"input": {"turn_detection": None}, "output": {"voice": "marin"}}}
            )
            sound = base64.b64encode(samples((0.5, 1.5))).decode()  # at 24 kHz, of which one second is left
            await line.input_audio_buffer.append(audio=sound)
            await line.input_audio_buffer.commit()
            await line.response.create()
            async for event in line:
                seen.append(event.type)
                if event.type == "response.output_audio.delta":
                    audio += base64.b64decode(event.delta)
                elif event.type == "response.output_audio_transcript.done":
                    text = event.transcript
                elif event.type == "conversation.item.input_audio_transcription.completed":
                    heard = event.transcript
                elif event.type == "response.done":
                    break
    assert heard == "Hola Jarvis" and text == "Buenas tardes, Ana. ¿Qué tal?"
    assert len(audio) > 24_000 and any(audio)
    order = [
        "session.created", "session.updated", "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed", "conversation.item.input_audio_transcription.completed", "response.created",
        "response.output_item.added", "response.content_part.added", "response.output_audio.delta",
        "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
        "conversation.item.done", "response.output_item.done", "response.done",
    ]  # fmt: skip
    mine = seen.index("conversation.item.done")
    assert seen[mine - 1 : mine + 1] == ["conversation.item.added", "conversation.item.done"]
    del seen[mine]
    assert [name for name in seen if name in order and name != "response.output_audio.delta"] == [
        name for name in order if name != "response.output_audio.delta"
    ]


async def test_a_talk_is_one_conversation_and_is_remembered_as_it_was_heard(house: Home) -> None:
    async with wire(house) as line:
        await line.send("session.update", session=PUSH)
        await line.sound(SPOKEN)
        await line.send("input_audio_buffer.commit")
        await line.send("response.create")
        done = await line.until("response.done")
        told = await line.until("jarvis.measured")
        item = line.of("response.output_item.added")[0]["item"]["id"]
        await line.send("conversation.item.truncate", item_id=item, content_index=0, audio_end_ms=600)
        cut = await line.until("conversation.item.truncated")
    assert (cut["transcript"], cut["audio_end_ms"]) == ("Buenas", 600)
    assert done["response"]["status"] == "completed" and done["response"]["jarvis"]["model"] == "mind"
    assert line.of("jarvis.understood")[0] | {"event_id": ""} == {
        "type": "jarvis.understood", "event_id": "", "item_id": "item_1h", "text": "Hola Jarvis buenas",
        "meaning": "speaks", "language": "es",
    }  # fmt: skip
    assert [told[name] for name in ("ear", "model", "mouth")] == ["ears", "mind", "mouth"] and told["own"] > 0
    talk = json.loads(house.run("history", "show", "last", "--json").stdout)
    assert [(turn["role"], turn["text"]) for turn in talk["turns"]] == [
        ("user", "Hola Jarvis buenas"), ("assistant", "Buenas")
    ]  # fmt: skip
    told = await _metrics(house)
    for stage in ("turn_end", "text", "first_token", "first_clause", "first_audio", "done"):
        assert told[f'jarvis_spoken_turn_seconds_count{{stage="{stage}"}}'] == 1, stage
    assert told["jarvis_spoken_turns_interrupted_total"] == 0
    for operation, model in (("transcription", "ears"), ("chat", "mind"), ("speech", "mouth")):
        label = f'gen_ai_operation_name="{operation}",gen_ai_provider_name="fake",gen_ai_request_model="{model}"'
        assert told[f'gen_ai_client_operation_duration_seconds_count{{error_type="",{label}}}'] >= 1


async def _metrics(house: Home) -> dict[str, float]:
    url, token = _address(house)
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{url.replace('ws', 'http')}/metrics") as page:
        lines = [line.rpartition(" ") for line in (await page.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_text_in_and_text_out(house: Home) -> None:
    async with wire(house) as line:
        await line.send("session.update", session={"output_modalities": ["text"]})
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hola"}]}
        await line.send("conversation.item.create", item=item)
        await line.send("response.create")
        done = await line.until("response.done")
        text = "Buenas tardes, Ana. ¿Qué tal?"
        assert line.of("response.output_text.done")[0]["text"] == text
        assert done["response"]["output"][0]["content"] == [{"type": "output_text", "text": text}]
        assert not line.audio


MADE = {
    event.model_fields["type"].annotation.__args__[0]: event for event in get_args(get_args(RealtimeServerEvent)[0])
}
"""OpenAI's events, by their names."""


@pytest.mark.parametrize("form", ["audio", "text"])
async def test_its_events_are_openais(house: Home, form: str) -> None:
    """Every one of them, by every field that OpenAI's client knows."""
    async with wire(house) as line:
        push = {"input": {"turn_detection": None}}  # at OpenAI's own rate, the only one that its types know
        await line.send("session.update", session={"output_modalities": [form], "audio": push})
        for _ in range(2):
            await line.sound(SPOKEN)
            await line.send("input_audio_buffer.commit")
            await line.send("response.create")
            await line.until("response.done")
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hola"}]}
        await line.send("conversation.item.create", item=item)
        await line.send("response.create")
        await line.until("response.done")
    for event in line.events:
        if not event["type"].startswith("jarvis."):
            MADE[event["type"]].model_validate(event)
    usage = MADE["response.done"].model_validate(line.of("response.done")[0]).response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > usage.output_tokens > 0
    text = "Buenas tardes, Ana. ¿Qué tal?"
    name = "transcript" if form == "audio" else "text"
    assert [e["part"] for e in line.of("response.content_part.added")] == [{"type": form, name: ""}] * 3
    assert [e["part"] for e in line.of("response.content_part.done")] == [{"type": form, name: text}] * 3
    items = [(e["previous_item_id"], e["item"]["id"]) for e in line.of("conversation.item.added")]
    assert [e["role"] for e in (e["item"] for e in line.of("conversation.item.added"))] == ["user", "assistant"] * 3
    assert [before for before, _ in items] == [None, *(item for _, item in items)][:6]
    assert [(e["previous_item_id"], e["item"]["id"]) for e in line.of("conversation.item.done")] == items
    assert [(e["previous_item_id"], e["item_id"]) for e in line.of("input_audio_buffer.committed")] == [
        items[0], items[2]
    ]  # fmt: skip


async def test_one_answer_otherwise(home: Home) -> None:
    """What a ``response.create`` carries is for that answer alone."""
    home.fake("ears", kind="hear")
    home.fake("mouth", kind="speak")
    home.fake("mind")
    home.run("ask", "hola")
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "uno dos tres cuatro"}]}
    async with wire(home) as line:
        await line.send("session.update", session=PUSH)

        async def answered(**response: Any) -> dict[str, Any]:
            await line.send("conversation.item.create", item=item)
            await line.send("response.create", response=response)
            return (await line.until("response.done"))["response"]

        short = await answered(max_output_tokens=2, output_modalities=["text"])
        assert short["status"] == "incomplete" and short["status_details"]["reason"] == "max_output_tokens"
        assert short["output"][0]["content"][0]["type"] == "output_text" and not line.audio
        whole = await answered(max_output_tokens="inf")
        assert whole["status"] == "completed" and whole["output"][0]["content"][0]["type"] == "output_audio"
        for wrong in (
            {"max_output_tokens": 0},
            {"input": []},
            {"conversation": "none"},
            {"output_modalities": ["smoke"]},
        ):
            await line.send("response.create", response=wrong, event_id="mine")
            error = (await line.until("error"))["error"]
            assert error["event_id"] == "mine" and error["hint"], wrong


async def test_a_browser_has_only_subprotocols_to_show_a_token(house: Home) -> None:
    url, token = _address(house)
    key = "openai-insecure-api-key."
    async with aiohttp.ClientSession() as session:
        where, protocols = f"{url}/v1/realtime", ("realtime", key + token, "openai-beta.realtime-v1")
        async with session.ws_connect(where, protocols=protocols) as line:
            assert line.protocol == "realtime"
            assert (await line.receive_json())["type"] == "session.created"
        for refused, headers, status in (
            (("realtime",), {}, 401),
            (("realtime", f"{key}wrong"), {}, 401),
            (("realtime", key), {}, 401),
            (("realtime", key + token), {"Authorization": "Bearer another"}, 401),
            (("realtime", key + token), {"Origin": "https://evil.example"}, 403),
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(where, protocols=refused, headers=headers)
            assert caught.value.status == status, refused
        plain = url.replace("ws", "http", 1)
        async with session.get(f"{plain}/v1/models", headers={"Sec-WebSocket-Protocol": key + token}) as reply:
            assert reply.status == 401, "elsewhere it is no token"


async def test_only_writing_down(house: Home) -> None:
    async with wire(house, "?intent=transcription") as line:
        created = await line.until("session.created")
        assert created["session"]["type"] == "transcription"
        await line.send("session.update", session=PUSH)
        await line.sound(samples((0.5, 3.0)))
        await line.send("input_audio_buffer.commit")
        done = await line.until("conversation.item.input_audio_transcription.completed")
        assert done["transcript"] == "Hola Jarvis buenas tardes."
        confirmed = "".join(e["delta"] for e in line.of("conversation.item.input_audio_transcription.delta"))
        assert done["transcript"].startswith(confirmed)
        assert not line.of("response.created")


async def test_mistakes_are_told_and_end_nothing(house: Home) -> None:
    async with wire(house) as line:
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"type": "nonsense"}, "unknown"),
            ({"type": "input_audio_buffer.append", "audio": "%%%"}, "no_sound"),
            ({"type": "input_audio_buffer.append"}, "no_sound"),
            ({"type": "session.update"}, "no_session"),
            ({"type": "session.update", "session": {"audio": {"input": {"format": {"rate": 7}}}}}, "field_min"),
            ({"type": "session.update", "session": {"audio": {"input": {"transcription": {"language": "tlh"}}}}}, ""),
            ({"type": "conversation.item.create", "item": {"role": "assistant"}}, "no_text"),
            ({"type": "conversation.item.create", "item": {"role": "user", "content": 5}}, "no_text"),
            ({"type": "conversation.item.truncate", "item_id": "x", "audio_end_ms": 1}, "no_item"),
            ({"type": "conversation.item.truncate", "item_id": f"item_{'9' * 5000}a", "audio_end_ms": 1}, "no_item"),
            ({"type": "conversation.item.truncate", "item_id": "item_1a", "audio_end_ms": "1"}, "no_item"),
            ({"type": "session.update", "session": {"audio": {"output": {"voice": "ef_nadie"}}}}, "no_voice"),
            ({"type": "response.create"}, "nothing_said"),
        ]
        for event, code in wrong:
            await line.send(**event, event_id="mine")
            error = (await line.until("error"))["error"]
            assert code in error["code"] and error["hint"] and error["event_id"] == "mine", event
        for text in ("", "[]", "{", "1", "[" * 100_000):
            await line._wire.send_str(text)
            assert (await line.until("error"))["error"]["code"] == "no_event"
        await line._wire.send_bytes(b"odd")
        assert (await line.until("error"))["error"]["code"] == "no_sound"
        await line.send("session.update", session=PUSH)
        await line.until("session.updated")
        await line.send("input_audio_buffer.commit")
        assert (await line.until("error"))["error"]["code"] == "empty"
        await line.sound(SPOKEN)
        await line.send("input_audio_buffer.commit")
        await line.until("conversation.item.input_audio_transcription.completed")


async def test_who_may_not_is_turned_away_with_the_reason(house: Home) -> None:
    for headers, status, code in (
        ({"Authorization": "Bearer wrong"}, 401, "wrong_token"),
        ({"Origin": "https://evil.example"}, 403, "foreign_origin"),
        ({"Host": "evil.example"}, 403, "foreign_host"),
    ):
        url, token = _address(house)
        sent = {"Authorization": f"Bearer {token}", **headers}
        handshake = {
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }  # fmt: skip
        plain = url.replace("ws", "http", 1)
        where = f"{plain}/v1/realtime"
        async with aiohttp.ClientSession() as session, session.get(where, headers=sent | handshake) as reply:
            assert (reply.status, (await reply.json())["error"]["code"]) == (status, code)


async def test_without_ears_it_says_what_to_fetch(home: Home) -> None:
    home.fake("mind", answer="Sí.")
    home.run("ask", "hola")
    async with wire(home) as line:
        error = (await line.until("error"))["error"]
        assert error["code"] == "model_not_found" and "jarvis pull" in error["hint"]
        assert (await line._wire.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_an_ear_that_dies_in_the_middle_of_a_turn_loses_no_more_than_it(home: Home) -> None:
    home.fake("ears", kind="hear", answer="Hola Jarvis buenas tardes.", crash_after=2)
    home.fake("mouth", kind="speak", crash_after=3)
    home.fake("mind", answer="Buenas tardes, Ana. ¿Qué tal? Muy bien.")
    home.run("ask", "hola")
    async with wire(home) as line:
        await line.send("session.update", session=PUSH)
        for _ in range(3):
            await line.sound(SPOKEN)
            await line.send("input_audio_buffer.commit")
            await line.send("response.create")
            done = await line.until("response.done")
            assert done["response"]["status"] == "completed"
        said = [event["text"] for event in line.of("jarvis.spoken")]
    assert said == ["Buenas tardes,", " Ana.", " ¿Qué tal?", " Muy bien."] * 3
    talk = json.loads(home.run("history", "show", "last", "--json").stdout)
    asked = [turn["role"] for turn in talk["turns"]].count("user")
    assert asked == 3, "of an answer only what was heard of it is kept, and the next question may come before that"


def test_a_turn_that_is_understood_late_keeps_its_name() -> None:
    """The next one may have begun."""
    none: Any = None
    ears = SimpleNamespace(check=lambda model: None)
    parts = SimpleNamespace(assistant=none, listening=ears, speaking=none, senses=1, expected=none)
    socket = SimpleNamespace(query_params={})
    line: Any = SimpleNamespace(parts=parts, socket=socket, person=none, lang="en", metrics=none)
    session = _Session(line)
    for event in (Begins(0.5), Begins(2.1), *(Understood(_said(at), "speaks") for at in (0.5, 2.1))):
        session._happened(event)
    told = [json.loads(session._unsent.get_nowait()) for _ in range(session._unsent.qsize())]
    assert [event["item_id"] for event in told if event["type"] == "jarvis.understood"] == ["item_1h", "item_2h"]


def _said(at: float) -> Said:
    return Said(Heard("hola", "es"), at, at + 1, Times(0, 0, 0))


@pytest.mark.parametrize(
    ("session", "code"),
    [
        ({"model": "nobody"}, "model_not_found"),
        ({"jarvis": {"speaker": "nobody"}}, "model_not_found"),
        ({"jarvis": {"conversation": "zzzz"}}, "no_conversation"),
        ({"model": "ears"}, "cannot"),
        ({"audio": {"input": {"transcription": {"model": "nope"}}}}, "model_not_found"),
        ({"audio": {"input": {"transcription": {"model": "mind"}}}}, "cannot"),
        ({"output_modalities": ["text", "audio"]}, "field_long"),
        ({"output_modalities": []}, "field_short"),
    ],
)
async def test_who_is_not_there_is_told_before_anybody_speaks(house: Home, session: dict[str, Any], code: str) -> None:
    async with wire(house) as line:
        await line.send("session.update", event_id="mine", session=session)
        error = (await line.until("error"))["error"]
        assert error["event_id"] == "mine" and error["code"] == code and error["hint"], error
        await line.send("session.update", event_id="again", session={"jarvis": {"conversation": "yyyy"}})
        error = (await line.until("error"))["error"]
        assert (error["event_id"], error["code"]) == ("again", "no_conversation"), "of the first nothing is left"
        await line.send("session.update", session={"jarvis": {"speaker": "mouth", "conversation": None}, **PUSH})
        updated = await line.until("session.updated")
        assert updated["session"]["model"] == "jarvis" and len(line.of("session.updated")) == 1
        await line.send("session.update", session={"model": "mind"})
        await line.until("session.updated")
        assert len(line.of("error")) == 2, "who is there is not told"


async def test_what_the_address_asks_for_and_is_not_there_ends_it(house: Home) -> None:
    for query in ("?model=nobody", "?model=ears"):
        async with wire(house, query) as line:
            error = (await line.until("error"))["error"]
            assert error["code"] in ("model_not_found", "cannot") and error["hint"]
            assert (await line._wire.receive()).type is aiohttp.WSMsgType.CLOSE
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with wire(house, "?intent=zz"):
            pass
    assert caught.value.status == 400


@pytest.mark.parametrize("sound", [samples((0.0, 2.0)), samples((0.0, 0.15)), samples((0.5, 0.06))])
async def test_a_turn_in_which_nothing_was_said(home: Home, sound: bytes) -> None:
    """Whoever ends one hears what became of it, and by which of their events."""
    home.fake("ears", kind="hear", answer="")
    home.fake("mouth", kind="speak")
    home.fake("mind", answer="Buenas.")
    home.run("ask", "hola")
    async with wire(home) as line:
        await line.send("session.update", session=PUSH)
        await line.until("session.updated")
        for at_once in (True, False):
            await line.sound(sound)
            await line.send("input_audio_buffer.commit", event_id="commit")
            if at_once:
                await line.send("response.create", event_id="create")
            while (event := await line.next())["type"] not in ("input_audio_buffer.committed", "error"):
                pass
            committed = event["type"] == "input_audio_buffer.committed"
            assert committed or (event["error"]["event_id"], event["error"]["code"]) == ("commit", "empty")
            if committed:
                written = await line.until("conversation.item.input_audio_transcription.completed")
                assert written["transcript"] == "" and written["item_id"] == event["item_id"]
            if not at_once:
                await line.send("response.create", event_id="create")
            if committed or not at_once:
                error = (await line.until("error"))["error"]
                assert (error["event_id"], error["code"]) == ("create", "nothing_said")


async def test_one_answer_at_a_time(home: Home) -> None:
    home.fake("ears", kind="hear")
    home.fake("mouth", kind="speak", seconds=2)
    home.fake("mind", answer="Buenas tardes, Ana. ¿Qué tal?")
    home.run("ask", "hola")
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hola"}]}
    async with wire(home) as line:
        await line.send("conversation.item.create", item=item)
        await line.send("response.create")
        await line.until("response.created")
        await line.send("response.create", event_id="mine")
        error = (await line.until("error"))["error"]
        assert (error["event_id"], error["code"]) == ("mine", "conversation_already_has_active_response")
        assert (await line.until("response.done"))["response"]["status"] == "completed"
