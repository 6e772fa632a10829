"""What only shows when the whole house is built: the owner's settings reach the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from home import Home
from jarvis import wiring
from jarvis.config.load import load
from jarvis.errors import ModelNotFound, UsageError
from jarvis.fleet.host import engine_of
from jarvis.words.chat import ChatRequest, Image, Message, Text
from jarvis.words.exchange import Answer
from jarvis.words.model import Installed, ModelCard, Variant
from jarvis.words.person import OWNER, Person

PICTURE = ChatRequest(
    (Message("user", (Text("what is it?"), Image("data:image/png;base64,iVBORw0KGgo=", "auto"))),), "small"
)


@pytest.fixture
async def house(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[wiring.House]:
    home.fake("small", answer="A cat.")
    home.fake("seeing", answer="A dog.")
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    done = home.run("config", "set", "model.seeing.projector", str(home.folder / "seeing.bin"))
    assert done.returncode == 0, done.stderr
    built = await wiring.build(load().settings, home.paths)
    yield built
    await built.close()


async def test_a_model_reads_pictures_when_its_owner_gave_it_a_projector(house: wiring.House, tmp_path: Path) -> None:
    person = Person(OWNER, frozenset({"chat"}))
    with pytest.raises(UsageError):
        [e async for e in house.parts.desk.chat(PICTURE, person, "api")]
    seeing = ChatRequest(PICTURE.messages, "auto")
    events = [e async for e in house.parts.desk.chat(seeing, person, "api")]
    assert isinstance(events[-1], Answer) and (events[-1].model, events[-1].answer) == ("seeing", "A dog.")


async def test_who_asks_for_what_nothing_here_can_do_hears_of_a_model_that_can(house: wiring.House) -> None:
    with pytest.raises(ModelNotFound) as caught:
        await house.parts.desk.rerank("auto", "q", ["d"], Person(OWNER, frozenset({"chat"})))
    assert "`jarvis pull bge-reranker-v2-m3`" in caught.value.hint("en")


async def test_of_several_engines_the_first_that_is_installed_runs_a_model(house: wiring.House, tmp_path: Path) -> None:
    def chosen(*engines: str) -> str:
        variant = Variant("none", "other", (), engines)
        card = ModelCard("m", "m", "f", "chat", "MIT", ("en",), 4096, 1, (variant,))
        installed = Installed(card, variant, tmp_path, tmp_path)
        return engine_of(installed, house.parts.settings, tmp_path).name

    assert chosen("vllm", "fake") == "fake"
    assert chosen("vllm", "transformers") == "vllm", "whose hint says how to install it"
    assert chosen("vllm") == "vllm"
