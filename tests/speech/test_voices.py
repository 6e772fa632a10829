"""Voices that are no models: when espeak-ng speaks, what is sent where, and what is not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openai
import pytest
import pytest_asyncio

pytest.importorskip("av")
pytest.importorskip("num2words")

from home import Home
from jarvis.assistant.account import Account
from jarvis.assistant.elsewhere import Paying
from jarvis.assistant.voices import Voices
from jarvis.config.schema import Settings
from jarvis.daemon import find
from jarvis.errors import (
    ConfigError,
    EngineStartFailed,
    Forbidden,
    NotFound,
    OverBudget,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
)
from jarvis.money import ledger
from jarvis.money.budgets import Limits
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.speech.speak.unloaded import gtts
from jarvis.speech.speak.unloaded.espeak_ng import Voice as Espeak
from jarvis.speech.speak.unloaded.gtts import Voice as Google
from jarvis.store.database import Database
from jarvis.words.person import Person
from voice_servers import VoiceServer

PRIVATE = "Mi número de tarjeta es 4111 1111 1111 1111."
ESPEAK = pytest.mark.skipif(Espeak.found() is None, reason="espeak-ng is not installed")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[VoiceServer]:
    made = VoiceServer()
    await made.start()
    yield made
    await made.stop()


def account() -> Account:
    return Account("auto", Person(), "api", "", None)


def settings(server: VoiceServer, **provider: Any) -> Settings:
    own = {"kind": "openai_compatible", "address": f"{server.address}/v1", "free": True, **provider}
    return Settings.model_validate({"provider": {"house": own}, "speak": {"model": "house/kokoro"}})


async def test_elsewhere_only_where_the_owner_said(server: VoiceServer) -> None:
    voices = Voices(settings(server), lambda name, own: f"key of {name}", None)
    assert voices.named("house/other", "Hola", account()) is None
    assert voices.named("auto", "Hola", account()) is None
    voice = voices.named("house/kokoro", "Hola", account())
    assert voice is not None and not server.asked
    spoken = await voice.say("Hola, buenos días.", "es", "ef_dora", 1.5)
    await voice.say("Adiós.", "es")
    await voice.close()
    assert spoken.seconds == pytest.approx(0.06 * 18 / 1.5, abs=0.05) and spoken.rate == 24_000
    body = {
        "model": "kokoro",
        "input": "Hola, buenos días.",
        "voice": "ef_dora",
        "response_format": "wav",
        "speed": 1.5,
    }
    assert server.asked == [body, body | {"input": "Adiós.", "voice": "alloy", "speed": 1.0}]
    assert server.keys == ["Bearer key of house"] * 2


@pytest.mark.parametrize("which", ["house", "gtts"])
async def test_faults_elsewhere_are_told(server: VoiceServer, which: str) -> None:
    named = Voices(settings(server), lambda name, own: None, None).named("house/kokoro", "Hola", account())
    voice = Google(server.address) if which == "gtts" else named
    assert voice is not None
    for status, kind in ((503, ProviderUnavailable), (401, ProviderRefused), (302, ProviderRefused)):
        server.faults = [status]
        with pytest.raises(kind) as caught:
            await voice.say("Hola.", "es")
        assert which in caught.value.message("es") and str(status) in caught.value.message("en")
    for odd in (b"", b"<html>no</html>", b'[["wrb.fr","jQ1olc",null]]', b'[["wrb.fr","jQ1olc","[\\"aG9sYQ==\\"]"]]'):
        server.says = odd
        with pytest.raises(ProviderError) as wrong:
            await voice.say("Hola.", "es")
        assert wrong.value.code == "speak.elsewhere_odd", odd
    await server.stop()
    with pytest.raises(ProviderUnavailable):
        await voice.say("Hola.", "es")
    await voice.close()
    await server.start()


async def test_what_is_private_stays(server: VoiceServer) -> None:
    inside, outside = settings(server), settings(server, address="https://voices.example.com/v1")
    assert Voices(inside, lambda name, own: None, None).named("house/kokoro", PRIVATE, account()) is not None
    for name, given in (("house/kokoro", outside), ("gtts", inside)):
        voices = Voices(given, lambda name, own: None, None)
        assert voices.named(name, "Hola", account()) is not None
        with pytest.raises(Forbidden) as caught:
            voices.named(name, PRIVATE, account())
        assert "routing.private_stays" in caught.value.hint("en")


async def test_what_it_costs_is_booked(server: VoiceServer, tmp_path: Path) -> None:
    database = Database(tmp_path / "money.db", {"money": ledger.MIGRATIONS})
    book = Ledger(database, lambda: Limits(1_000_000, 1_000_000))
    paid = settings(server, free=False)
    try:
        for usd, said in ((None, False), (15.0, True)):
            given = paid.model_copy(update={"speak": paid.speak.model_copy(update={"usd_per_million": usd})})
            mine = account()
            voice = Voices(given, lambda name, own: None, Paying(book, Prices(given))).named("house/kokoro", "", mine)
            assert voice is not None
            if said:
                await voice.say("a" * 1000, "es")
                assert mine.event().cost_usd == pytest.approx(0.015)
                server.faults = [401]
                with pytest.raises(ProviderRefused):
                    await voice.say("a" * 1000, "es")
            else:
                with pytest.raises(OverBudget) as caught:
                    await voice.say("Hola", "es")
                assert "speak.usd_per_million" in caught.value.hint("en") and not server.asked
            await voice.close()
        spent = await database.run(lambda db: db.execute("SELECT SUM(amount) FROM spending").fetchone()[0])
        assert spent == 15_000
    finally:
        await book.close()
        database.close()


def test_what_is_named_wrongly_is_told() -> None:
    for name, own, error in (("nobody", {}, NotFound), ("anthropic", {}, ConfigError)):
        given = Settings.model_validate({"provider": own, "speak": {"model": f"{name}/voice"}})
        with pytest.raises(error) as caught:
            Voices(given, lambda name, own: None, None).named(f"{name}/voice", "Hola", account())
        assert name in caught.value.message("en")


async def test_google_gets_a_text_in_parts_and_the_log_says_so_once(
    server: VoiceServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gtts, "_told", [])
    text = (
        "Una frase bastante larga, que no cabe en una sola petición de las que Google admite: son cien letras cada una."
    )
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            voice = Google(server.address)
            plain, fast = [await voice.say(text, "es", speed=speed) for speed in (1.0, 2.0)]
            await voice.close()
    assert len(server.asked) == 8 and all(len(part) <= 100 and language == "es" for part, language in server.asked)
    assert " ".join(part for part, _ in server.asked[:2]) == text
    assert fast.seconds == pytest.approx(plain.seconds / 2, abs=0.2)
    assert [record.message for record in caplog.records if "Google" in record.message] == [
        f"gtts speaks: every text that it says is sent to Google ({server.address})"
    ]


@ESPEAK
async def test_espeaks_voices_and_speed() -> None:
    voice = Espeak()
    usual = await voice.say("Buenos días a todos.", "es")
    assert (await voice.say("Buenos días a todos.", "es", "es-419")).sound != usual.sound
    assert (await voice.say("Buenos días a todos.", "es", "ef_dora")).sound == usual.sound
    assert (await voice.say("--help", "en")).seconds > 0.2
    letters = [await voice.say(text, "en") for text in ("[[tEst]]", "[ [tEst]]")]
    assert letters[0].sound == letters[1].sound, "no phonemes"


async def test_without_espeak_it_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineStartFailed) as caught:
        await Espeak().say("Hola", "es")
    assert "apt install espeak-ng" in caught.value.hint("en")
    assert Voices(Settings(), lambda name, own: None, None).last() is None


def client_of(home: Home) -> openai.OpenAI:
    assert home.run("ask", "hi").returncode == 0  # which starts it
    address = find(home.paths)
    assert address is not None
    return openai.OpenAI(base_url=f"{address.url}/v1", api_key=home.paths.token.read_text().strip())


def who(client: openai.OpenAI, text: str, model: str = "tts-1") -> str:
    said = client.audio.speech.create(model=model, voice="alloy", input=text, response_format="wav")
    assert len(said.content) > 10_000
    return said.response.headers["x-jarvis-model"]


@ESPEAK
def test_espeak_speaks_where_nobody_else_does_or_by_its_name(home: Home) -> None:
    home.fake("small")
    home.fake("voice", kind="speak")
    card = home.folder / "config" / "models" / "voice.toml"
    card.write_text(card.read_text().replace('["en", "es"]', '["en"]'))
    with client_of(home) as client:
        assert who(client, "Good morning, everybody.") == "voice"
        assert who(client, "Buenos días a todos, ¿qué tal estáis?") == "espeak-ng"
        assert who(client, "Good morning, everybody.", "espeak-ng") == "espeak-ng"
        named = client.audio.speech.create(model="tts-1", voice="espeak-ng", input="Good morning, everybody.")
        assert named.response.headers["x-jarvis-model"] == "espeak-ng"
        with pytest.raises(openai.BadRequestError, match="Spanish is spoken by: espeak-ng"):
            client.audio.speech.create(model="tts-1", voice="voice", input="Buenos días a todos, ¿qué tal estáis?")
        with pytest.raises(openai.NotFoundError):
            who(client, "Good morning.", "house/kokoro")
        with pytest.raises(openai.BadRequestError, match="There are: voice"):
            client.audio.speech.create(model="tts-1", voice="ef_nadie", input="Buenos días a todos.")
        client.audio.speech.create(model="espeak-ng", voice="es-419", input="Buenos días a todos.")


async def test_the_owners_address_speaks_through_the_whole_house(home: Home, server: VoiceServer) -> None:
    home.fake("small")
    home.fake("voice", kind="speak")
    house = f'[provider.house]\nkind = "openai_compatible"\naddress = "{server.address}/v1"\nfree = true\n'
    home.settings(f'{house}[speak]\nmodel = "house/kokoro"')

    def ask() -> list[str]:
        with client_of(home) as client:
            return [who(client, "Buenos días a todos."), who(client, "Buenos días.", "voice")]

    assert await asyncio.to_thread(ask) == ["house/kokoro", "voice"]
    assert [body["input"] for body in server.asked] == ["Buenos días a todos."]
