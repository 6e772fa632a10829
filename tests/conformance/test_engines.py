"""What every engine must do, the fake as the real one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jarvis.errors import (
    ContextTooLong,
    CorruptFile,
    EngineDied,
    EngineError,
    EngineHung,
    EngineStartFailed,
    NotFound,
    OutOfMemory,
    UsageError,
)
from jarvis.words.chat import CompletionRequest, Image, Message, Sampling, Text, Tool
from jarvis.workers.sweep import tagged

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEATHER = Tool(
    "weather",
    "Tells the weather of a city.",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
TIME = Tool("time", "Tells the time.", {"type": "object", "properties": {}})

TOOL_TEMPLATE = """
{%- if tools %}{{- '<|im_start|>system\\n# Tools\\n<tools>' }}{%- for tool in tools %}{{- tool | tojson }}{%- endfor %}
{{- '</tools>\\nFor each call return <tool_call>\\n{"name": <name>, "arguments": <arguments>}\\n</tool_call>' }}
{{- '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.content %}{{- message.content }}{%- endif %}
{%- for tool_call in message.tool_calls or [] %}
{{- '<tool_call>\\n{"name": "' + tool_call.function.name + '", "arguments": ' }}
{{- tool_call.function.arguments | tojson }}{{- '}\\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""
"""A chat template with tools (the starter's own has none), in the manner of Hermes and Qwen."""

THINK_TEMPLATE = """
{%- for message in messages %}
{%- set content = message.content %}
{%- if message.role == 'assistant' and '</think>' in content %}
{%- set content = content.split('</think>')[-1] %}
{%- endif %}
{{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n' }}{%- endif %}
"""
"""A chat template that opens the thought itself, as DeepSeek-R1's does."""

THINK = 'root ::= "the sun is hot" "\\n</think>\\n\\n" "It is a star."'
"""Makes the starter think and answer, which it never learnt: the text after the template's ``<think>``."""


def chatting(bench: Any) -> Any:
    return bench.started[0]


async def test_a_loaded_model_says_what_it_is(shared: Any) -> None:
    running = chatting(shared)
    assert running.engine == shared.kind
    assert running.load.model == "model-under-test"
    assert running.state == "ready"
    assert not running.died.done()
    assert Path(f"/proc/{running.pid}").exists()


async def test_an_answer_comes_in_pieces_and_its_account_last(shared: Any) -> None:
    heard = await shared.hear(chatting(shared).chat(shared.ask()))
    assert len([d for d in heard.deltas if d.text]) > 3
    assert heard.text().strip()
    *pieces, last = heard.deltas
    assert last.usage is not None
    assert all(d.usage is None for d in pieces)
    assert last.usage.prompt_tokens > 5
    assert 3 < last.usage.completion_tokens <= 24
    assert len([d for d in pieces if d.finish]) == 1


async def test_tokens_are_counted_as_they_are_used(shared: Any) -> None:
    running, request = chatting(shared), shared.ask("¿Cuántas palabras hay aquí? 🌞 <|im_end|>")
    heard = await shared.hear(running.chat(request))
    assert await running.count_tokens(request) == heard.deltas[-1].usage.prompt_tokens


async def test_max_tokens_cuts(shared: Any) -> None:
    heard = await shared.hear(chatting(shared).chat(shared.ask(sampling={"max_tokens": 3})))
    assert heard.finishes() == {0: "length"}
    assert heard.deltas[-1].usage.completion_tokens == 3


async def test_a_stop_sequence_ends_the_answer_and_is_not_in_it(shared: Any) -> None:
    running = chatting(shared)
    whole = (await shared.hear(running.chat(shared.ask()))).text()
    stop = whole.split()[4]
    heard = await shared.hear(running.chat(shared.ask(sampling={"stop": (stop, "never this")})))
    assert heard.text() == whole[: whole.index(stop)]
    assert heard.finishes() == {0: "stop"}


async def test_no_chance_at_temperature_0_and_the_same_chance_for_the_same_seed(shared: Any) -> None:
    running = chatting(shared)

    async def said(**sampling: Any) -> str:
        return str((await shared.hear(running.chat(shared.ask(sampling=sampling)))).text())

    assert await said() == await said()
    one = await said(temperature=1.5, seed=2**40 + 7)
    assert one == await said(temperature=1.5, seed=2**40 + 7)
    assert one != await said(temperature=1.5, seed=8)


@pytest.mark.parametrize("n", [2, 3])
async def test_several_answers(shared: Any, n: int) -> None:
    """Also more of them than the engine writes at once."""
    request = shared.ask(n=n, sampling={"temperature": 1.5, "seed": 1, "max_tokens": 12})
    heard = await shared.hear(chatting(shared).chat(request))
    assert set(heard.finishes()) == set(range(n))
    assert len({heard.text(i) for i in range(n)}) == n
    one = await shared.hear(chatting(shared).chat(shared.ask(sampling={"max_tokens": 12})))
    assert heard.deltas[-1].usage.prompt_tokens == one.deltas[-1].usage.prompt_tokens
    assert n <= heard.deltas[-1].usage.completion_tokens <= 12 * n
    assert sum(d.usage is not None for d in heard.deltas) == 1


async def test_log_probabilities(shared: Any) -> None:
    heard = await shared.hear(chatting(shared).chat(shared.ask(logprobs=True, top_logprobs=2)))
    entries: list[Any] = [e for d in heard.deltas if d.logprobs for e in d.logprobs]
    assert "".join(e["token"] for e in entries) == heard.text()
    for entry in entries:
        assert set(entry) == {"token", "logprob", "bytes", "top_logprobs"}
        assert entry["logprob"] <= 0
        assert bytes(entry["bytes"]).decode() == entry["token"]
        assert len(entry["top_logprobs"]) == 2
        assert set(entry["top_logprobs"][0]) == {"token", "logprob", "bytes"}
    without = await shared.hear(chatting(shared).chat(shared.ask(logprobs=True)))
    entry = next(d.logprobs[0] for d in without.deltas if d.logprobs)
    assert entry["top_logprobs"] == []


async def test_a_text_is_continued(shared: Any) -> None:
    prompt = "The capital of France is"
    request = CompletionRequest(
        prompt, sampling=Sampling(temperature=0.0, max_tokens=4, stop=("\n",)), echo=True, logprobs=1, n=2
    )
    heard = await shared.hear(chatting(shared).complete(request))
    assert set(heard.finishes()) == {0, 1}
    for choice in (0, 1):
        assert heard.text(choice).startswith(prompt)
        assert len(heard.text(choice)) > len(prompt)
        offset = len(prompt)
        for told in (d.logprobs for d in heard.of(choice) if d.logprobs):
            assert set(told) == {"tokens", "token_logprobs", "top_logprobs", "text_offset"}
            assert told["text_offset"] == [offset]
            assert len(told["top_logprobs"][0]) == 1
            offset += len(told["tokens"][0])
    assert heard.deltas[-1].usage.prompt_tokens > 2


async def test_json_to_a_schema(shared: Any) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 8}, "kind": {"enum": ["cat", "dog"]}},
        "required": ["name", "kind"],
        "additionalProperties": False,
    }
    asked = shared.ask(
        "Describe a pet.",
        response_format={"type": "json_schema", "json_schema": {"name": "pet", "schema": schema, "strict": True}},
        sampling={"max_tokens": 60},
    )
    told = json.loads((await shared.hear(chatting(shared).chat(asked))).text())
    assert set(told) == {"name", "kind"}
    assert told["kind"] in ("cat", "dog")


async def test_a_grammar_is_kept(shared: Any) -> None:
    if not shared.real:
        pytest.skip("the fake has no grammars")
    asked = shared.ask("Is the sun hot?", grammar='root ::= "maybe" | "perhaps"')
    assert (await shared.hear(chatting(shared).chat(asked))).text() in ("maybe", "perhaps")
    with pytest.raises(UsageError) as error:
        await shared.hear(chatting(shared).chat(shared.ask(grammar="root ::= (")))
    assert "grammar" in error.value.message("en")


async def test_a_prompt_too_long_is_refused_with_the_numbers(shared: Any) -> None:
    request = shared.ask("word " * 3000)
    with pytest.raises(ContextTooLong) as error:
        await shared.hear(chatting(shared).chat(request))
    assert error.value.facts["context"] == 1024
    assert error.value.facts["tokens"] == await chatting(shared).count_tokens(request)
    assert "1024" in error.value.message("es")
    assert chatting(shared).state == "ready"


async def test_what_it_cannot_read_is_refused_before_it_is_sent(shared: Any) -> None:
    with pytest.raises(UsageError) as error:
        await shared.hear(chatting(shared).chat(shared.ask(sampling={"max_tokens": 0})))
    assert error.value.param == "max_tokens"
    for url in ("https://example.org/cat.png", "file:///etc/passwd", "data:image/png;base64,AAAA"):
        request = shared.ask()
        picture = Message("user", (Text("What is this?"), Image(url)))
        if shared.real or not url.startswith("data:"):
            with pytest.raises(UsageError):
                await shared.hear(chatting(shared).chat(type(request)((picture,))))


async def test_text_that_is_no_unicode_is_no_accident(shared: Any) -> None:
    # it reaches the engine as a question mark: no engine could read it, and the rest of the question can be answered
    heard = await shared.hear(chatting(shared).chat(shared.ask("half a pair: \ud83d")))
    assert heard


async def test_two_answers_are_written_at_once(own: Any) -> None:
    running = await own.start(fake={"answer_tokens": 30, "tokens_per_second": 100})
    order: list[int] = []

    async def follow(number: int) -> None:
        sampling = {"max_tokens": 30, "logit_bias": {"2": -100.0}}
        async for delta in running.chat(own.ask(f"Tell story number {number}.", sampling=sampling)):
            if delta.text:
                order.append(number)

    await asyncio.gather(follow(1), follow(2))
    first, second = order.index(1), order.index(2)
    assert max(first, second) < min(len(order) - order[::-1].index(n) for n in (1, 2))
    changes = sum(a != b for a, b in pairwise(order))
    assert changes > 5


async def test_more_requests_than_sequences_wait_for_their_turn(shared: Any) -> None:
    running = chatting(shared)
    heard = await asyncio.gather(*(shared.hear(running.chat(shared.ask(f"Number {i}"))) for i in range(6)))
    assert all(h.finishes() for h in heard)


async def test_a_connection_that_is_used_up_is_nobodys_trouble(shared: Any) -> None:
    """llama.cpp closes one after 100 requests and does not say so."""
    request = shared.ask()
    counts = {await chatting(shared).count_tokens(request) for _ in range(230)}
    assert len(counts) == 1


async def test_a_prompt_that_begins_alike_is_not_read_again(own: Any) -> None:
    running = await own.start()
    system = "You know these words: " + " ".join(f"word{i}" for i in range(60))
    one = await own.hear(running.chat(own.ask("One?", system)))
    two = await own.hear(running.chat(own.ask("Two?", system)))
    assert one.deltas[-1].usage.cached_tokens < 40
    assert two.deltas[-1].usage.cached_tokens > 60


@pytest.mark.parametrize("how", ["closed", "cancelled"])
async def test_an_answer_called_off_is_no_longer_written(own: Any, how: str) -> None:
    """The sequence is free within 0.2 s: the best of three, for the machine has other things to do.

    PyTorch on a processor is called off between two steps, and one takes that long beside other work.
    """
    running = await own.start(fake={"answer_tokens": 900, "tokens_per_second": 50})
    request = own.ask("Tell a very long story.", sampling={"max_tokens": 900, "logit_bias": {"2": -100.0}})
    seconds = []
    for _ in range(3):
        flowing = asyncio.Event()

        async def follow(flowing: asyncio.Event) -> None:
            async with aclosing(running.chat(request)) as deltas:
                count = 0
                async for delta in deltas:
                    count += bool(delta.text)
                    if count == 3:
                        flowing.set()
                        if how == "closed":
                            return

        task = asyncio.create_task(follow(flowing))
        await flowing.wait()
        if how == "cancelled":
            task.cancel()
        began = time.monotonic()
        await asyncio.gather(task, return_exceptions=True)
        assert await own.until(lambda: idle(own, running))
        seconds.append(time.monotonic() - began)
    assert min(seconds) < (3 if own.folders else 0.2)
    assert running.state == "ready"


async def idle(bench: Any, running: Any) -> bool:
    return int(await bench.busy(running)) == 0


async def test_a_tool_is_called(own: Any) -> None:
    running = await own.start(chat_template=TOOL_TEMPLATE if own.real else "")
    request = own.ask(
        "What is the weather in Paris?", tools=(WEATHER,), tool_choice="required", sampling={"max_tokens": 60}
    )
    heard = await own.hear(running.chat(request))
    calls = [c for d in heard.deltas for c in d.tool_calls]
    assert {c.index for c in calls} == {0}
    assert calls[0].id and calls[0].name == "weather"
    assert "city" in json.loads("".join(c.arguments for c in calls))
    assert heard.finishes() == {0: "tool_calls"}
    assert not heard.text().strip()
    several = own.ask("What time is it?", tools=(WEATHER, TIME), tool_choice="required", sampling={"max_tokens": 60})
    heard = await own.hear(running.chat(several))
    assert heard.finishes() == {0: "tool_calls"}
    named = own.ask("Hi", tools=(WEATHER, TIME), tool_choice={"type": "function", "function": {"name": "time"}})
    heard = await own.hear(running.chat(named))
    assert next(c.name for d in heard.deltas for c in d.tool_calls) == "time"
    odd = Tool("odd", parameters={"type": "object", "properties": {"a": {"not": {"type": "null"}, "pattern": "(?=x)"}}})
    sampling = {"max_tokens": 60, "stop": ("odd", "{", '"')}  # a call is whole or none
    heard = await own.hear(running.chat(own.ask("Call it.", tools=(odd,), tool_choice="required", sampling=sampling)))
    assert heard.finishes() in ({0: "tool_calls"}, {0: "length"})
    with pytest.raises(UsageError) as error:
        await own.hear(
            running.chat(own.ask(tools=(TIME,), tool_choice={"type": "function", "function": {"name": "x"}}))
        )
    assert error.value.code == "engines.no_such_tool"
    heard = await own.hear(running.chat(own.ask(tools=(WEATHER,), tool_choice="none")))
    assert heard.text() and not any(d.tool_calls for d in heard.deltas)


async def test_tools_for_a_model_that_has_none_are_refused(shared: Any) -> None:
    if not shared.real:
        pytest.skip("the fake takes tools")
    with pytest.raises(UsageError) as error:
        await shared.hear(chatting(shared).chat(shared.ask(tools=(WEATHER,))))
    assert error.value.code == "engines.no_tools"


async def test_thoughts_are_kept_apart_from_the_answer(own: Any) -> None:
    running = await own.start(fake={"reasoning": "the sun is hot"}, chat_template=THINK_TEMPLATE if own.real else "")
    more: dict[str, Any] = {"grammar": THINK} if own.real else {}
    heard = await own.hear(running.chat(own.ask(**more)))
    assert heard.reasoning().strip() == "the sun is hot"
    assert heard.text().strip() == ("It is a star." if own.real else "The sun is a star and the moon is not.")
    assert "think>" not in heard.text() + heard.reasoning()
    texts = [d for d in heard.deltas if d.text.strip()]
    thoughts = [d for d in heard.deltas if d.reasoning.strip()]
    assert heard.deltas.index(thoughts[-1]) < heard.deltas.index(texts[0])


async def test_embeddings(own: Any) -> None:
    options = {"options": {"pooling": "mean"}} if own.real else {}
    running = await own.start(kind="embedding", **options)
    texts = ["a cat sat on the mat", "a cat sat on a mat", "interest rates rose in March"] * 14  # more than one call
    vectors, usage = await running.embed(texts)
    assert len(vectors) == len(texts)
    assert len({len(v) for v in vectors}) == 1
    for i in range(3):
        assert vectors[i] == pytest.approx(vectors[i + 39], abs=1e-5)

    def like(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert like(vectors[0], vectors[0]) == pytest.approx(1, abs=1e-4)
    assert like(vectors[0], vectors[1]) > like(vectors[0], vectors[2])
    assert usage.prompt_tokens > len(texts)
    assert await running.embed([]) == ([], type(usage)())


async def test_rerank(own: Any) -> None:
    if own.folders:
        with pytest.raises(EngineStartFailed) as error:
            await own.start(kind="rerank")
        assert error.value.code == "engines.no_ranking"
        pytest.skip(error.value.message("en"))
    running = await own.start(kind="rerank")
    documents = ["nothing of the kind", "the giant panda is a bear", "bears and pandas"]
    scores = await running.rerank("what is a giant panda", documents)
    assert len(scores) == 3
    again = await running.rerank("what is a giant panda", documents[::-1])
    assert again[::-1] == pytest.approx(scores, abs=1e-3)
    assert await running.rerank("x", []) == []
    if not own.real:
        assert max(scores) == scores[1]


async def test_death_in_the_middle_of_an_answer_is_told(own: Any) -> None:
    running = await own.start(fake={"answer_tokens": 900, "tokens_per_second": 50})
    count = 0
    with pytest.raises(EngineDied) as error:
        async for _ in running.chat(
            own.ask("A long story.", sampling={"max_tokens": 900, "logit_bias": {"2": -100.0}})
        ):
            count += 1
            if count == 3:
                os.kill(running.pid, signal.SIGKILL)
    assert count >= 3
    assert "SIGKILL" in error.value.message("en")
    assert running.died.done()
    assert running.state == "dead"
    with pytest.raises(EngineDied):
        await own.hear(running.chat(own.ask()))
    assert running.memory_bytes() == 0


async def test_an_engine_that_stands_still_is_found_out_and_ended(own: Any) -> None:
    running = await own.start({"hang_timeout_seconds": 1.0}, {"answer_tokens": 900, "tokens_per_second": 50})
    began, count = 0.0, 0
    with pytest.raises(EngineHung) as error:
        async for _ in running.chat(
            own.ask("A long story.", sampling={"max_tokens": 900, "logit_bias": {"2": -100.0}})
        ):
            count += 1
            if count == 3:
                os.kill(running.pid, signal.SIGSTOP)
                began = time.monotonic()
    assert 0.9 < time.monotonic() - began < 1 + 5
    assert error.value.code == "engines.hung"
    await asyncio.wait_for(running.died, 10)  # it is of no use any more: the next request loads it anew


async def test_a_start_of_an_answer_may_hang_too(own: Any) -> None:
    running = await own.start({"hang_timeout_seconds": 0.5})
    os.kill(running.pid, signal.SIGSTOP)
    with pytest.raises(EngineHung):
        await own.hear(running.chat(own.ask()))


async def test_stop_leaves_nothing(own: Any) -> None:
    running = await own.start(fake={"forks": 2, "ignore_sigterm": True})
    tag = running.worker.tag
    async with asyncio.timeout(10):  # a process that is just being made shows no tag yet
        while len(tagged(lambda t: t == tag)) < (2 if own.real else 4):
            await asyncio.sleep(0.02)
    running.worker.end()
    await running.stop()
    assert tagged(lambda t: t == tag) == []
    assert running.died.done()
    await running.stop()


async def test_two_models_at_once(own: Any) -> None:
    one, two = await asyncio.gather(own.start(model="one"), own.start(model="two", context=512))
    heard = await asyncio.gather(own.hear(one.chat(own.ask())), own.hear(two.chat(own.ask())))
    assert heard[0].text() == heard[1].text() != ""
    assert one.pid != two.pid
    await one.stop()
    assert (await own.hear(two.chat(own.ask()))).text() == heard[1].text()


async def test_memory_is_told(own: Any) -> None:
    running = await own.start(fake={"touch_mib": 80})
    assert 80 << 20 < running.memory_bytes() < (8 << 30 if own.folders else 2 << 30)


async def test_no_secret_can_be_read_from_outside(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-in-the-environment")
    running = await own.start()
    await own.hear(running.chat(own.ask("canary-in-the-question")))
    key = running.wire.line._session.headers["Authorization"].removeprefix("Bearer ")
    assert len(key) >= 32
    for pid in tagged(lambda t: t == running.worker.tag):
        for name in ("cmdline", "environ"):
            seen = Path(f"/proc/{pid}/{name}").read_text()
            assert key not in seen
            assert "canary" not in seen
    for path in own.logs.rglob("*"):
        seen = path.read_text()
        assert key not in seen
        assert "canary" not in seen
        assert path.stat().st_mode & 0o077 == 0


async def test_nobody_else_is_answered(shared: Any) -> None:
    import aiohttp

    async with aiohttp.ClientSession() as stranger:
        for path in ("/slots", "/v1/chat/completions"):
            async with stranger.post(chatting(shared).wire.line._url + path, json={}) as response:
                assert response.status == 401
        async with stranger.get(
            chatting(shared).wire.line._url + "/health", headers={"Origin": "https://evil.example"}
        ) as response:
            assert response.headers.get("Access-Control-Allow-Origin", "") not in ("*", "https://evil.example")


async def test_it_listens_on_this_machine_alone(shared: Any) -> None:
    """The server and whatever it starts: PyTorch's own meeting places used to listen on every address."""
    mine = {
        os.readlink(fd)
        for pid in tagged(lambda tag: tag == chatting(shared).worker.tag)
        for fd in Path(f"/proc/{pid}/fd").iterdir()
        if fd.is_symlink()
    }
    listening = [
        fields[1].rpartition(":")[0]
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in mine
    ]
    assert listening
    assert set(listening) <= {"0100007F", "00000000000000000000000001000000"}


async def test_a_file_that_is_no_model_is_told_as_such(own: Any, tmp_path: Path) -> None:
    if not own.real or own.folders:
        pytest.skip(f"{own.kind} opens no GGUF file; tests/engines/test_folder.py has the folders")
    before, whole = mine(), own.model.read_bytes()
    name = b"general.architecture" + (4).to_bytes(4, "little").replace(b"\4", b"\x08") + (5).to_bytes(8, "little")
    files = {
        "half": (whole[: len(whole) // 2], CorruptFile),
        "head": (whole[:1000], CorruptFile),
        "text": (b"this is not a model", CorruptFile),
        "empty": (b"", CorruptFile),
        "strange": (whole.replace(name + b"llama", name + b"zebra", 1), EngineStartFailed),
    }
    for kind, (data, expected) in files.items():
        path = tmp_path / f"{kind}.gguf"
        path.write_bytes(data)
        with pytest.raises(expected) as error:
            await own.start(path=path)
        path.unlink()
        assert str(path) in error.value.message("en") or "zebra" in error.value.message("en")
        assert error.value.hint("es")
    with pytest.raises(NotFound) as gone:
        await own.start(path=path)
    assert "jarvis pull" in gone.value.hint("en")
    assert mine() == before


def mine() -> list[int]:
    """Every process of a worker of this process."""
    return sorted(tagged(lambda tag: tag.startswith(f"{os.getpid()}.")))


async def test_a_context_larger_than_the_models_is_never_cut_in_silence(own: Any) -> None:
    if not own.real:
        pytest.skip("the fake takes any context")
    with pytest.raises(EngineStartFailed) as error:
        await own.start(context=1 << 17, parallel=1)
    assert error.value.code == "engines.context_capped"
    assert error.value.facts["context"] == 8192


async def test_failures_of_a_start_are_told_apart(own: Any) -> None:
    if own.real:
        pytest.skip("the real one fails by its files")
    for options, expected in (
        ({"crash_at_load": True}, EngineStartFailed),
        ({"out_of_memory": "load"}, OutOfMemory),
        ({"load_seconds": 60}, EngineStartFailed),
    ):
        with pytest.raises(expected):
            await own.start({"load_timeout_seconds": 1.5}, options)
    with pytest.raises(UsageError):
        await own.start(fake={"no_such_option": 1})
    with pytest.raises(EngineError):
        await own.start(fake={"crash_at_load": True})
