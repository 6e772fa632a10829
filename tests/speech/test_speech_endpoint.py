"""/v1/audio/speech through a whole Jarvis with OpenAI's client. The voices are stand-ins."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from home import SUM_OF_ONE_ZERO, Home
from jarvis.daemon import find

av = pytest.importorskip("av")
pytest.importorskip("num2words")

CARD_ES = 'languages = ["en", "es"]'
TEXT = "Hola, son las 7:30. **Fin**."


@pytest.fixture
def client(home: Home) -> Iterator[openai.OpenAI]:
    home.fake("small")
    home.fake("voice", kind="speak")
    assert home.run("ask", "hi").returncode == 0  # which starts it
    address = find(home.paths)
    assert address is not None
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=home.paths.token.read_text().strip()) as made:
        yield made


def seconds(sound: bytes) -> float:
    with av.open(io.BytesIO(sound)) as file:
        frames = list(file.decode(audio=0))
        return float(sum(frame.samples for frame in frames) / frames[0].sample_rate)


def test_every_form_by_openais_client(client: openai.OpenAI) -> None:
    for form in ("mp3", "opus", "aac", "flac", "wav"):
        said = client.audio.speech.create(model="tts-1", voice="alloy", input=TEXT, response_format=form)  # type: ignore[arg-type]
        assert seconds(said.content) == pytest.approx(0.06 * len("Hola,sonlassieteymedia.Fin."), abs=0.15), form
        assert said.response.headers["content-type"].startswith("audio/")
    pcm = client.audio.speech.create(model="voice", voice="alloy", input=TEXT, response_format="pcm").content
    assert len(pcm) / 2 / 24_000 == pytest.approx(0.06 * 27, abs=0.02)


def test_where_nothing_can_be_said_there_is_a_silence(client: openai.OpenAI) -> None:
    """Players fail at a file without sound."""
    for form in ("mp3", "opus", "aac", "flac", "wav"):
        for text in ("😀", "."):
            said = client.audio.speech.create(model="tts-1", voice="alloy", input=text, response_format=form)  # type: ignore[arg-type]
            assert seconds(said.content) == pytest.approx(0.2, abs=0.1), (form, text)


def test_it_comes_while_it_is_made(client: openai.OpenAI) -> None:
    text = "Una frase bastante larga para empezar. " * 8
    with client.audio.speech.with_streaming_response.create(
        model="voice", voice="alloy", input=text, response_format="pcm"
    ) as response:
        pieces = list(response.iter_bytes())
    assert len(pieces) > 3


def test_it_comes_as_events(client: openai.OpenAI) -> None:
    asked: dict[str, Any] = {"model": "voice", "voice": "alloy", "input": TEXT, "response_format": "pcm"}
    whole = client.audio.speech.create(**asked).content
    streamed = client.audio.speech.create(**asked, stream_format="sse")
    assert streamed.response.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line.removeprefix("data: ")) for line in streamed.text.split("\n") if line]
    assert [event["type"] for event in events[-2:]] == ["speech.audio.delta", "speech.audio.done"]
    assert b"".join(base64.b64decode(event["audio"]) for event in events[:-1]) == whole


def test_what_is_asked_wrongly_is_told(client: openai.OpenAI) -> None:
    for wrong, said in (
        ({"input": ""}, "input"),
        ({"input": "  \n"}, "input"),
        ({"response_format": "midi"}, "response_format"),
        ({"stream_format": "ws"}, "stream_format"),
        ({"model": "no-such-model"}, "no-such-model"),
        ({"extra_body": {"language": "fr"}}, "fr"),
        ({"voice": "ef_nadie"}, "voice"),
        ({"voice": "ef_nadie", "model": "tts-1"}, "voice"),
        ({"voice": "small"}, "voice"),
        ({"input": "Привет, как дела?"}, "ru"),
        ({"input": "Bonjour, comment allez-vous aujourd'hui ?"}, "fr"),
        ({"input": "Guten Morgen, wie geht es dir heute?", "model": "tts-1"}, "de"),
        ({"model": "small"}, "speak"),
    ):
        with pytest.raises(openai.APIStatusError) as caught:
            client.audio.speech.create(**{"model": "voice", "voice": "alloy", "input": "Hola", **wrong})  # type: ignore[arg-type]
        assert 400 <= caught.value.status_code < 500 and said in str(caught.value), wrong


def test_the_voice_that_is_named_speaks(home: Home) -> None:
    """One of a model that has several, the only one of another, or what OpenAI calls its own."""
    home.fake("small")
    home.fake("alone", kind="speak", parameters=9)
    home.fake("many", kind="speak")
    home.fake("english", kind="speak")
    english = home.folder / "config" / "models" / "english.toml"
    english.write_text(english.read_text().replace(CARD_ES, 'languages = ["en"]'))
    card = home.folder / "config" / "models" / "many.toml"
    more = '[[variants.files]]\nname = "ef_uno.bin"\nbytes = 1\nsha256 = "{}"\nsources = ["file:{}"]\n'
    text = card.read_text().replace('family = "fake"', 'family = "kokoro"')
    card.write_text(text + more.format(SUM_OF_ONE_ZERO, home.folder / "many.bin"))
    assert home.run("ask", "hi").returncode == 0
    address = find(home.paths)
    assert address is not None
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=home.paths.token.read_text().strip()) as client:

        def who(voice: str, model: str = "tts-1", text: str = "Hola a todos.") -> str:
            said = client.audio.speech.create(model=model, voice=voice, input=text, response_format="wav")
            return said.response.headers["x-jarvis-model"]

        assert [who(voice) for voice in ("alloy", "marin", "alone", "ef_uno")] == ["alone", "alone", "alone", "many"]
        assert [who("onyx", "many"), who("ef_uno", "many")] == ["many", "many"]
        assert [who(voice) for voice in ("Alloy", "EF_UNO", "many", "Many")] == ["alone", "many", "many", "many"]
        assert who("many", "many") == "many"
        for model, known in (("tts-1", "alone, ef_uno, english"), ("alone", "alone")):
            with pytest.raises(openai.BadRequestError) as caught:
                who("ef_dos", model)
            assert caught.value.param == "voice" and f": {known}." in str(caught.value)
        assert who("english", text="Hello there, my friend.") == "english"
        assert who("english", text="7") == "english"  # whatever the owner speaks
        for voice, model in (("english", "tts-1"), ("alloy", "english")):
            with pytest.raises(openai.BadRequestError) as caught:
                who(voice, model, "Hola a todos mis amigos.")
            assert "english speaks no Spanish, only English" in str(caught.value)
            assert caught.value.code == "no_spanish" and ": alone, ef_uno." in str(caught.value)
        for short in ("Bonjour", "OK", "Madrid", "Café", "Lucía", "12:30", "Mañana, Ana."):
            assert who("alloy", text=short) == "alone", "of so little nobody knows the language"


def test_who_speaks_behind_one_that_hung_is_spoken(home: Home) -> None:
    """Its process is ended after a while without progress: the others wait for the next one, not for its error."""
    home.fake("small")
    home.fake("voice", kind="speak", hangs_at="siempre")
    home.settings("[models]\nhang_timeout_seconds = 1")
    assert home.run("ask", "hi").returncode == 0
    address = find(home.paths)
    assert address is not None
    token = home.paths.token.read_text().strip()
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=token, max_retries=0) as client:

        def say(text: str) -> int:
            try:
                asked = client.audio.speech.create(model="voice", voice="alloy", input=text, response_format="pcm")
            except openai.APIStatusError as error:
                return error.status_code
            return len(asked.content)

        assert say("Hola.") > 10_000
        with ThreadPoolExecutor() as pool:
            hung = pool.submit(say, "Y así siempre.")
            behind = [pool.submit(say, f"Hola, soy yo, {name}.") for name in ("Ana", "Eva", "Leo")]
            assert min(one.result() for one in behind) > 10_000
            assert hung.result() == 504
        assert say("Y ya está.") > 10_000


def test_a_voice_that_computes_for_long_does_not_hang(home: Home) -> None:
    home.fake("small")
    home.fake("voice", kind="speak", computes=3)
    home.settings("[models]\nhang_timeout_seconds = 1")
    assert home.run("ask", "hi").returncode == 0
    address = find(home.paths)
    assert address is not None
    token = home.paths.token.read_text().strip()
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=token, max_retries=0) as client:
        said = client.audio.speech.create(model="voice", voice="alloy", input="Hola.", response_format="pcm")
    assert len(said.content) > 10_000


def test_a_voice_that_dies_goes_on_where_it_was(home: Home) -> None:
    home.fake("small")
    home.fake("voice", kind="speak", crash_after=3)
    assert home.run("ask", "hi").returncode == 0
    address = find(home.paths)
    assert address is not None
    with openai.OpenAI(base_url=f"{address.url}/v1", api_key=home.paths.token.read_text().strip()) as client:
        text = "aaaaaaaaaa. bbbbbbbbbb. cccccccccc. dddddddddd."
        pcm = client.audio.speech.create(model="voice", voice="alloy", input=text, response_format="pcm").content
    assert len(pcm) / 2 / 24_000 == pytest.approx(0.06 * 44, abs=0.02)
