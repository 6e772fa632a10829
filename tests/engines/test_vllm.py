"""How vLLM is told what to do, and how it sleeps and wakes, on a stand-in that is as strict as it is."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from folders import folder

from jarvis.catalog.footprint import of_header
from jarvis.config.schema import Engines, Hardware, Models, Settings, Vllm
from jarvis.config.schema import Transformers as OwnPython
from jarvis.engines import _vllm_child, one_piece
from jarvis.engines._folder import look
from jarvis.engines.base import Sleeps
from jarvis.engines.interpreter import Interpreter
from jarvis.engines.llama_cpp import Engine as LlamaEngine
from jarvis.engines.transformers import Engine as Transformers
from jarvis.engines.vllm import Engine, Sleeper, arguments, environ, parser
from jarvis.errors import EngineError, EngineStartFailed, OutOfMemory, UsageError
from jarvis.hardware.nvidia import Driver
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.fleet import HOST, Shape, Split
from jarvis.words.hardware import Gpu, Gpus
from jarvis.words.model import Load
from jarvis.workers.sweep import tagged

CARD = "GPU-5070"
HERMES = "{% if tools %}<tool_call>{% endif %}"


def load(path: Path, card: bool = True, **more: Any) -> Load:
    where: dict[str, Any] = {"split": (Split(CARD, 2),), "shares": {CARD: 0.63249}, "capability": (12, 0)}
    return Load(**{"model": "m", "path": path, "context": 1024, "parallel": 3, **(where if card else {}), **more})


def told(order: Load) -> dict[str, str | None]:
    """The flags and their values."""
    words, found = arguments(order, look(order, "vllm")), {}
    for i, word in enumerate(words):
        if word.startswith("--"):
            after = words[i + 1] if i + 1 < len(words) else "--"
            found[word] = None if after.startswith("--") else after
    return found


def test_a_load_on_a_card(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    said = told(load(path))
    assert said["--gpu-memory-utilization"] == "0.6324"  # rounded down: never more than was claimed
    assert (said["--max-model-len"], said["--max-num-seqs"]) == ("1024", "3")
    assert said["--max-num-batched-tokens"] == "512"  # as it was counted (engines/memory.py)
    assert (said["--host"], said["--port"], said["--load-format"]) == ("127.0.0.1", "0", "safetensors")
    assert said["--dtype"] == "auto" and "--enable-sleep-mode" in said and "--enforce-eager" not in said
    assert told(load(path, capability=(7, 5)))["--dtype"] == "half"  # a card of before 8.0 has no bfloat16
    assert "--enforce-eager" in told(load(path, options={"eager": True}))
    assert told(load(path, options={"quantization": "awq"}))["--quantization"] == "awq"
    assert '"temperature": 0.8' in (said["--override-generation-config"] or "")
    assert not {"--trust-remote-code", "--api-key"} & said.keys()
    env = environ(load(path), tmp_path)
    assert env["CUDA_VISIBLE_DEVICES"] == CARD
    assert env["VLLM_HOST_IP"] == "127.0.0.1"
    assert env["VLLM_NO_USAGE_STATS"] == env["HF_HUB_OFFLINE"] == env["VLLM_SERVER_DEV_MODE"] == "1"


def test_its_cache_on_a_card_is_told_in_bytes(tmp_path: Path) -> None:
    """Else it takes what others do on the card while it measures for its own doing, or ends."""
    path = folder(tmp_path / "m")

    def cache(**more: Any) -> int:
        return int(told(load(path, **more))["--kv-cache-memory-bytes"] or 0)

    counted = 3 * 1024 * (2 * 4) * 2  # three sequences of keys and values of four numbers, two bytes each
    assert cache() == counted + 128 * (2 * 4) * 2  # and the block that vLLM keeps empty
    model = of_header(look(load(path), "vllm").header)
    row = one_piece.vllm(model, Shape(1024, 3))
    claim = row.held[-1] + row.card
    assert cache(claims={CARD: claim}) == cache()
    assert cache(claims={CARD: claim + 1000}) == cache() + 500  # more was learnt: the half of it is for the cache
    window = folder(tmp_path / "w", architectures=["MistralForCausalLM"], model_type="mistral", sliding_window=64)
    kept = 3 * (64 + 512 + 16)  # of each sequence the window, a step, and the block in which it begins
    said = told(load(window))["--kv-cache-memory-bytes"]
    assert int(said or 0) == (kept + 128 + 512) * (2 * 4) * 2  # and the step after the one that is under way


def test_a_load_on_the_processor(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    said = told(load(path, card=False, claims={HOST: 1 << 30}))
    assert said["--dtype"] == "float32" and "--enforce-eager" in said
    assert not {"--gpu-memory-utilization", "--enable-sleep-mode"} & said.keys()
    kv = int(said["--kv-cache-memory-bytes"] or 0)
    assert kv >= 3 * 1024 * (2 * 4) * 4  # three sequences of keys and values of four numbers, four bytes each
    env = environ(load(path, card=False), tmp_path)
    assert env["CUDA_VISIBLE_DEVICES"] == "" and "VLLM_SERVER_DEV_MODE" not in env


def test_kinds_of_models(tmp_path: Path) -> None:
    path = folder(tmp_path / "m")
    vectors = told(load(path, kind="embedding", options={"pooling": "mean"}))
    assert vectors["--convert"] == "embed" and vectors["--pooler-config"] == '{"pooling_type": "MEAN"}'
    with pytest.raises(EngineStartFailed) as error:
        told(load(path, kind="rerank"))
    assert error.value.code == "engines.no_ranking"
    ranker = folder(tmp_path / "r", architectures=["BertForSequenceClassification"])
    assert told(load(ranker, kind="rerank"))["--convert"] == "classify"
    tools = told(load(folder(tmp_path / "t", HERMES)))
    assert tools["--tool-call-parser"] == "hermes" and "--enable-auto-tool-choice" in tools
    assert "--tool-call-parser" not in told(load(path))
    assert told(load(path, chat_template="[TOOL_CALLS]"))["--tool-call-parser"] == "mistral"
    assert told(load(path, options={"reasoning_parser": "deepseek_r1"}))["--reasoning-parser"] == "deepseek_r1"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("<tool_call>\n<function=", "qwen3_coder"),
        ("<tool_call>", "hermes"),
        ("<|python_tag|>", "llama3_json"),
        ("plain", None),
    ],
)
def test_the_parser_of_a_template(template: str, name: str | None, tmp_path: Path) -> None:
    assert parser(load(tmp_path), template) == name
    assert parser(load(tmp_path, options={"tool_parser": "pythonic"}), template) == "pythonic"


class Bench:
    def __init__(self, at: Path) -> None:
        self.python = at / "bin" / "python"
        self.python.parent.mkdir()
        stand_in = Path(__file__).with_name("fake_vllm.py")
        self.python.write_text(f'#!/bin/sh\nexec {sys.executable} -P {stand_in} "$@"\n')
        self.python.chmod(0o755)
        self.path, self.logs = folder(at / "model"), at / "logs"
        self.started: list[Sleeper] = []

    @property
    def settings(self) -> Settings:
        engines = Engines(vllm=Vllm(python=self.python), transformers=OwnPython(python=self.python))
        return Settings(engines=engines, models=Models(load_timeout_seconds=30))

    @property
    def engine(self) -> Engine:
        return Engine(self.settings, self.logs)

    async def start(self, progress: list[float | None] | None = None, **more: Any) -> Sleeper:
        order = load(**{"path": self.path, **more})
        running = await self.engine.start(order, progress.append if progress is not None else None)
        assert isinstance(running, Sleeper)
        self.started.append(running)
        return running


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for running in made.started:
        await running.stop()


async def said(running: Sleeper) -> str:
    return "".join([d.text async for d in running.chat(ChatRequest((Message.of("user", "What is the sun?"),)))])


async def test_what_it_is_told_and_who_can_see_it(bench: Bench) -> None:
    assert bench.engine.found() == f"vllm 0.32.0, cuda ({bench.python})"
    assert bench.engine.uses_cards()
    progress: list[float | None] = []
    running = await bench.start(progress)
    assert progress == [0.5]
    order = await running.wire.line.call("/test/order")
    assert order["environ"]["CUDA_VISIBLE_DEVICES"] == CARD
    key = running.wire.line._session.headers["Authorization"].split()[1]
    assert key not in str(order["environ"]) and key not in " ".join(order["arguments"])
    assert key not in Path(f"/proc/{running.pid}/cmdline").read_text()


def test_a_card_that_comes_later_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jarvis.engines._found.NOTHING_SECONDS", 0.0)
    cards = tmp_path / "cards"
    cards.write_text("\n")
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\ncat {cards}\n")
    python.chmod(0o755)
    assert not Interpreter(python, "1", "cuda").uses_cards()
    cards.write_text("1\n")
    assert Interpreter(python, "1", "cuda").uses_cards()


@pytest.mark.parametrize("level", [1, 2])
async def test_it_sleeps_and_wakes(bench: Bench, level: Any) -> None:
    running = await bench.start()
    assert isinstance(running, Sleeps)
    assert await said(running) == "The sun is a star."
    await running.sleep(level)
    assert running.asleep == level
    with pytest.raises(EngineError) as asleep:
        await said(running)
    assert asleep.value.code == "engines.asleep"
    await running.wake()
    assert running.asleep == 0
    assert await said(running) == "The sun is a star."
    await running.wake()  # awake already
    calls = (await running.wire.line.call("/test/order"))["calls"]
    assert ("/reset_prefix_cache" in calls) == (level == 2)


async def test_one_that_cannot_wake_is_ended(bench: Bench) -> None:
    running = await bench.start(model="greedy")
    await running.sleep(1)
    with pytest.raises(OutOfMemory):
        await running.wake()
    await asyncio.wait_for(running.died, 20)  # half awake it would hold memory that no account shows
    assert running.state == "dead"


async def test_no_room_on_the_card_is_told_with_the_bytes(bench: Bench) -> None:
    with pytest.raises(OutOfMemory) as error:
        await bench.start(model="full")
    assert error.value.facts["needed_bytes"] == int(14.3 * 2**30)
    assert "less than desired" not in error.value.message("es")  # its words are for the log
    assert "less than desired" in Path(str(error.value.facts["log"])).read_text()


async def test_what_it_cannot_do_is_refused_before_anything_is_started(bench: Bench) -> None:
    for more, code in (
        ({"split": (Split(CARD, 1), Split("GPU-2060", 1))}, "engines.one_card"),
        ({"card": False}, "engines.card_build"),
        ({"cache_type": "q8_0"}, "engines.no_cache_type"),
    ):
        with pytest.raises(EngineStartFailed) as error:
            await bench.start(**more)
        assert error.value.code == code
        assert error.value.hint("es")
    with pytest.raises(UsageError):
        await bench.start(options={"ubatch": 4})


@pytest.mark.parametrize(
    ("template", "opened"),
    [("{{ raise_exception('a system message!') }}<think>", True), ("{{ raise_exception('nothing') }}<think>", False)],
)
async def test_a_template_that_insists_on_more_than_one_message_is_no_reason_not_to_load(
    bench: Bench, tmp_path: Path, template: str, opened: bool
) -> None:
    running = await bench.start(path=folder(tmp_path / "strict", template))
    assert running.wire.able.opened == opened


@pytest.mark.parametrize("kind", [Engine, Transformers])
async def test_one_that_is_called_off_while_it_is_asked_what_it_can_do_is_ended(
    bench: Bench, tmp_path: Path, kind: Any
) -> None:
    bench.path = folder(tmp_path / "slow", "wait_for_ever")
    engine = kind(bench.settings, bench.logs)
    starting = asyncio.create_task(engine.start(load(bench.path)))
    async with asyncio.timeout(20):
        while not any("asked for a prompt" in log.read_text() for log in bench.logs.glob("*")):
            await asyncio.sleep(0.02)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not tagged(lambda tag: tag.startswith(f"{os.getpid()}."))


DECLARED = """
[[gpu]]
name = "NVIDIA GeForce RTX 4060"
memory_mib = 8188
compute_capability = "8.9"
bandwidth_gbs = 272
{uuid}
[cpu]
cores = 6
memory_mib = 32768
bandwidth_gbs = 45
"""


@pytest.mark.parametrize("engine", [Engine, Transformers, LlamaEngine])
async def test_a_card_that_is_only_declared_is_refused(
    bench: Bench, tmp_path: Path, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Driver, "look", lambda *_: Gpus((Gpu(CARD, "RTX 4060", 0),)))
    file, model = tmp_path / "machine.toml", tmp_path / "m.gguf"
    model.touch()
    path = model if engine is LlamaEngine else bench.path
    settings = bench.settings.model_copy(update={"hardware": Hardware(file=file)})
    file.write_text(DECLARED.format(uuid=""))
    with pytest.raises(EngineStartFailed) as error:
        await engine(settings, bench.logs).start(load(path, split=(Split("declared-0", 2),), shares={"declared-0": 1}))
    assert error.value.code == "engines.declared_card"
    assert "RTX 4060" in error.value.message("es") and "uuid" in error.value.hint("en")
    if engine is Engine:  # the others need more of a card than its name
        file.write_text(DECLARED.format(uuid=f'uuid = "{CARD}"'))
        bench.started.append(await engine(settings, bench.logs).start(load(path)))


async def test_none_that_is_there_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    path = folder(tmp_path / "m")
    assert Engine(Settings(), tmp_path).found() is None
    with pytest.raises(EngineStartFailed) as error:
        await Engine(Settings(), tmp_path).start(load(path))
    assert error.value.hint("en") == "`jarvis install vllm`"
    own = Settings(engines=Engines(vllm=Vllm(python=tmp_path / "nowhere")))
    assert Engine(own, tmp_path).found() is None and not Engine(own, tmp_path).uses_cards()
    with pytest.raises(EngineStartFailed) as missing:
        await Engine(own, tmp_path).start(load(path))
    assert missing.value.code == "engines.no_package"


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("/v1/chat/completions", "right", 200),
        ("/v1/chat/completions", "wrong", 401),
        ("/health", "", 401),  # vLLM's own key would leave these open
        ("/invocations", "", 401),
        ("/tokenize", "wrong", 401),
        ("/invocations", "right", 404),  # and would let these through
        ("/update_weights", "right", 404),
        ("/v1/responses", "right", 404),
    ],
)
async def test_the_guard_lets_through_who_has_the_key_and_what_jarvis_uses(
    path: str, key: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_vllm_child, "_key", b"right")
    said: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    async def send(message: Any) -> None:
        said.append(message)

    headers = [(b"authorization", b"Bearer " + key.encode())] if key else []
    guard = _vllm_child.Guard(application)
    await guard({"type": "http", "path": path, "headers": headers}, None, send)
    assert said[0]["status"] == status
    said.clear()
    await guard({"type": "websocket", "path": "/v1/realtime", "headers": headers}, None, send)
    assert said[0]["status"] in (401, 404)
