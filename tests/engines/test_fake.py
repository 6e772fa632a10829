"""Engines that misbehave: what the client makes of it. All of them are real processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest

from jarvis.config.schema import Settings
from jarvis.engines.fake import OPTIONS, Engine
from jarvis.engines.served import Served
from jarvis.errors import EngineDied, EngineError, EngineHung, EngineStartFailed, OutOfMemory
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta, Message, Sampling
from jarvis.words.model import Load
from jarvis.workers.sweep import tagged

Start = Callable[..., Awaitable[Served]]


def ask(text: str = "Are you there?", **sampling: Any) -> ChatRequest:
    return ChatRequest((Message.of("user", text),), sampling=Sampling(**sampling))


def mine() -> set[int]:
    """Every process of a worker of this process."""
    return set(tagged(lambda tag: tag.startswith(f"{os.getpid()}.")))


async def heard(served: Served, request: ChatRequest | None = None) -> list[Delta]:
    return [delta async for delta in served.chat(request or ask())]


def text(deltas: list[Delta]) -> str:
    return "".join(d.text for d in deltas)


async def counters(served: Served) -> dict[str, int]:
    async with served.wire.line._session.get(served.wire.line._url + "/test/counters") as response:
        told: dict[str, int] = await response.json()
        return told


@pytest.mark.parametrize(
    ("garbage", "code"), [("json", "engines.garbage"), ("shape", "engines.garbage"), ("half", "engines.cut")]
)
async def test_garbage_is_an_error_and_not_the_end(fake: Start, garbage: str, code: str) -> None:
    served = await fake(garbage=garbage)
    with pytest.raises(EngineError) as error:
        await heard(served)
    assert error.value.code == code
    assert error.value.hint("es")
    assert served.state == "ready"
    assert await served.count_tokens(ask()) > 3


async def test_an_answer_in_single_bytes_is_an_answer(fake: Start) -> None:
    served = await fake(slow_loris=0.0001, answer="one two")
    assert text(await heard(served)) == "one two"


async def test_bytes_without_a_token_are_no_progress(fake: Start) -> None:
    served = await fake(hang_seconds=0.5, slow_loris=0.05)
    with pytest.raises(EngineHung):
        await heard(served)


async def test_whoever_comes_after_it_hung_need_not_hear_of_it(fake: Start) -> None:
    served = await fake(hang_seconds=0.5, hang_after_tokens=3, answer_tokens=50)
    with pytest.raises(EngineHung):
        await heard(served)
    with pytest.raises(EngineDied) as error:  # which is asked again, of the engine that is loaded anew
        await heard(served)
    assert error.value.code == "engines.ending" and error.value.hint("es")


async def test_a_process_that_hangs_is_found_out_and_goes(fake: Start) -> None:
    served = await fake(hang_seconds=0.5, hang_after_tokens=3, answer_tokens=50)
    got: list[Delta] = []
    with pytest.raises(EngineHung) as error:
        async for delta in served.chat(ask()):
            got.append(delta)
    assert len([d for d in got if d.text]) == 2
    assert "hang_timeout_seconds" in error.value.hint("en")
    await asyncio.wait_for(served.died, 10)
    assert served.state == "dead"


async def test_an_embedding_may_hang_too(fake: Start) -> None:
    served = await fake(hang_seconds=0.5, hang_after_tokens=2)
    async with aclosing(served.chat(ask())) as deltas:
        await anext(deltas)
    with pytest.raises((EngineHung, EngineDied)):
        await served.embed(["x"])


async def test_a_hang_between_head_and_body_is_found_out(fake: Start) -> None:
    served = await fake(hang_seconds=0.5, hang_in_body=True)
    with pytest.raises(EngineHung):
        await served.embed(["x"])


async def test_whoever_reads_when_the_model_is_stopped_is_told(fake: Start) -> None:
    served = await fake(answer_tokens=1000, tokens_per_second=50)
    got = asyncio.Event()

    async def read() -> None:
        async for _ in served.chat(ask()):
            got.set()

    reading = asyncio.create_task(read())
    await asyncio.wait_for(got.wait(), 10)
    await served.wire.close()
    with pytest.raises(EngineError):
        await asyncio.wait_for(reading, 10)
    with pytest.raises(EngineError):
        await served.count_tokens(ask())


@pytest.mark.parametrize("requests", [1, 2, 3])
async def test_a_connection_that_is_closed_in_silence_is_nobodys_trouble(fake: Start, requests: int) -> None:
    served = await fake(close_after=requests, answer="one two")
    for _ in range(3):
        assert text(await heard(served)) == "one two"
        assert await served.count_tokens(ask()) > 3


async def test_a_connection_is_used_again(fake: Start) -> None:
    served = await fake(answer="one two")
    for _ in range(5):
        await heard(served)
        await served.count_tokens(ask())
    connections = [c for c in psutil.Process(served.pid).net_connections("tcp") if c.status == "ESTABLISHED"]
    assert len(connections) == 1


async def test_a_long_prompt_with_progress_is_no_hang(fake: Start) -> None:
    served = await fake(hang_seconds=1.0, prompt_tokens_per_second=20, answer="done")
    began = time.monotonic()
    assert text(await heard(served, ask("word " * 50))) == "done"
    assert time.monotonic() - began > 2 * 1.0


async def test_a_long_prompt_in_silence_is_no_hang_while_it_computes(fake: Start) -> None:
    served = await fake(hang_seconds=0.6, prompt_tokens_per_second=25, silent_prefill=True, answer="done")
    began = time.monotonic()
    assert text(await heard(served, ask("word " * 50))) == "done"
    assert time.monotonic() - began > 2 * 0.6


async def test_who_waits_behind_a_long_answer_is_not_hanging(fake: Start) -> None:
    served = await fake(hang_seconds=0.5, parallel=1, answer_tokens=40, tokens_per_second=20)
    first, second = await asyncio.gather(heard(served), heard(served))
    assert text(first) == text(second)


async def test_a_slow_reader_is_not_a_hanging_engine(fake: Start) -> None:
    served = await fake(hang_seconds=0.3, answer_tokens=6, tokens_per_second=50)
    got = []
    async for delta in served.chat(ask()):
        got.append(delta)
        await asyncio.sleep(0.4)
    assert len([d for d in got if d.text]) == 6


async def test_counting_tokens_is_no_sign_of_life(fake: Start) -> None:
    """A llama.cpp whose one computing thread hangs goes on to count tokens and to fill in templates."""
    served = await fake(hang_seconds=0.5, answer_tokens=9, tokens_per_second=0.001)
    answering = asyncio.create_task(heard(served))
    async with asyncio.timeout(20):
        while not answering.done():
            with contextlib.suppress(EngineHung, EngineDied, EngineError):
                await served.count_tokens(ask())
            await asyncio.sleep(0.05)
    with pytest.raises(EngineHung):
        await answering


async def test_progress_is_seen_from_outside(fake: Start) -> None:
    served = await fake(hang_seconds=3, answer_tokens=2000, tokens_per_second=100)
    assert served.state == "ready"
    async with aclosing(served.chat(ask())) as deltas:
        await anext(deltas)
        assert served.state == "busy"
        served.wire.pulse._last -= 2
        assert served.state == "stalled"
    assert served.state == "ready"


async def test_want_of_memory_in_the_middle_of_an_answer_is_told_as_such(fake: Start) -> None:
    served = await fake(out_of_memory="answer", crash_after_tokens=4, answer_tokens=50)
    with pytest.raises(OutOfMemory) as error:
        await heard(served)
    assert "failed to allocate" not in error.value.message("en"), "what the engine said is in its log"
    assert served.state == "dead"


FOREIGN = re.compile(r"aiohttp|payload|TransferEncoding|ggml|Traceback|chunk|choices|HTTP|0x", re.IGNORECASE)


@pytest.mark.parametrize(
    "options",
    [{"garbage": kind} for kind in ("json", "shape", "half")]
    + [{"crash_after_tokens": 4}, {"crash_after_tokens": 4, "out_of_memory": "answer"}],
    ids=str,
)
async def test_nobody_is_told_in_an_engines_or_a_librarys_words(fake: Start, options: dict[str, Any]) -> None:
    served = await fake(answer_tokens=50, **options)
    with pytest.raises(EngineError) as error:
        await heard(served)
    for lang in ("en", "es"):
        assert not FOREIGN.search(error.value.message(lang) + error.value.hint(lang)), error.value.message(lang)
        assert error.value.hint(lang)


async def test_what_a_stranger_refuses_is_told_in_our_words(fake: Start) -> None:
    line = (await fake()).wire.line
    for status, said, code, param in (
        (400, "Failed to initialize samplers: failed to parse grammar", "engines.grammar", "grammar"),
        (400, "Unable to generate parser for this template. JSON schema error at #: oops", "engines.schema", "tools"),
        (
            400,
            "While executing: raise_exception('no grammar')",
            "engines.template",
            "messages",
        ),
        (400, "Failed to load image or audio file", "engines.unreadable_part", "messages"),
        (400, "I had a bad day", "engines.refused", None),
        (500, "got exception: std::bad_function_call", "engines.failed", None),
        (500, "ggml: failed to allocate buffer", "engines.out_of_memory", None),
    ):
        asked = {"grammar": 1, "messages": 1} if param == "grammar" else {"tools": 1, "messages": 1}
        error = line._refusal(status, {"code": status, "message": said}, asked)
        assert (error.code, getattr(error, "param", None)) == (code, param)
        assert said not in error.message("en") + error.hint("en") and error.hint("es")


async def test_a_crash_is_told_with_its_signal(fake: Start) -> None:
    served = await fake(crash_after_tokens=4, answer_tokens=50)
    with pytest.raises(EngineDied) as error:
        await heard(served)
    assert "SIGABRT" in error.value.message("es")


async def test_progress_of_loading(tmp_path: Path) -> None:
    told: list[float | None] = []
    load = Load("fake-model", Path("/nowhere"), options={"load_seconds": 0.3})
    served = await Engine(Settings(), tmp_path).start(load, told.append)
    await served.stop()
    assert told == sorted(told, key=float) and len(told) == 10  # type: ignore[arg-type]


async def test_a_load_that_takes_too_long_is_given_up_and_leaves_nothing(fake: Start) -> None:
    before = mine()
    with pytest.raises(EngineStartFailed) as error:
        await fake(load_limit=0.5, load_seconds=60, forks=1)
    assert error.value.code == "workers.not_ready"
    assert "models.load_timeout_seconds" in error.value.hint("es")
    assert mine() == before


async def test_a_load_nobody_waits_for_leaves_nothing(tmp_path: Path) -> None:
    load = Load("unwanted", Path("/nowhere"), options={"load_seconds": 60, "forks": 1, "ignore_sigterm": True})
    before = mine()
    task = asyncio.create_task(Engine(Settings(), tmp_path).start(load))
    while len(mine() - before) < 3:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert mine() <= before


async def test_it_stops_writing_when_the_reader_leaves(fake: Start) -> None:
    served = await fake(answer_tokens=1000, tokens_per_second=100)
    async with aclosing(served.chat(ask())) as deltas:
        async for delta in deltas:
            if delta.text:
                break
    while (await counters(served))["cancelled"] < 1:
        await asyncio.sleep(0.005)
    written = (await counters(served))["generated"]
    assert written < 40
    await heard(served, ask(max_tokens=5))
    assert (await counters(served))["generated"] == written + 5


async def test_what_it_claims_to_hold_is_not_taken(fake: Start) -> None:
    served = await fake(memory_mib=40_000)
    assert served.memory_bytes() == 40_000 << 20
    assert served.worker.memory_bytes() < 1 << 30


async def test_it_is_the_same_every_time(fake: Start) -> None:
    one, two = await fake(answer_tokens=20), await fake(answer_tokens=20)
    assert text(await heard(one)) == text(await heard(two))
    assert await one.embed(["a b"]) == await two.embed(["a b"])
    continued = [d async for d in one.complete(CompletionRequest("x", sampling=Sampling(max_tokens=2)))]
    assert len([d for d in continued if d.text]) == 2


async def test_a_server_that_is_not_the_engine_is_not_believed(fake: Start) -> None:
    served = await fake()
    served.wire.line._session.headers["Authorization"] = "Bearer wrong"
    with pytest.raises(EngineError) as error:
        await heard(served)
    assert error.value.facts["status"] == 401


def test_options_are_described() -> None:
    described = sys.modules[Engine.__module__].__doc__
    assert described is not None
    assert all(f"\n{name} " in described for name in OPTIONS)
