"""A key must not be found anywhere but in the header of the provider it is for: every provider, every failure."""

from __future__ import annotations

import json
import logging
import traceback
from contextlib import aclosing

import pytest

from jarvis.errors import JarvisError
from jarvis.providers import keys
from jarvis.words.chat import ChatRequest, Message

from .conftest import KEY, Case
from .test_keys import holds

FAULTS: list[dict[str, object]] = [
    {"kind": "bad_key"}, {"kind": "unknown_model"}, {"kind": "no_credit"}, {"kind": "too_long"}, {"kind": "filtered"},
    {"kind": "redirect", "status": 302}, {"kind": "redirect", "status": 308}, {"kind": "html"},
    {"kind": "status", "status": 429}, {"kind": "status", "status": 500}, {"kind": "status", "status": 529},
    {"kind": "cut", "after": 0}, {"kind": "cut"}, {"kind": "end"}, {"kind": "garbage"}, {"kind": "stream_error"},
    {"kind": "echo", "status": 400}, {"kind": "echo", "status": 500}, {"kind": "echo", "status": 401},
]  # fmt: skip


async def test_no_failure_shows_the_key(
    case: Case, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"x-other: {KEY}")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"x-other: {KEY}")
    monkeypatch.setenv("OPENAI_ORG_ID", KEY)
    caplog.set_level(logging.DEBUG)
    to = f"http://127.0.0.1:{case.servers.elsewhere}/v1/chat/completions"
    shown = [repr(case.provider), str(case.provider), repr(vars(case.provider).get("_models"))]
    failures = 0
    for fault in FAULTS:
        await case.fault(**fault, to=to)  # type: ignore[arg-type]
        request = ChatRequest((Message.of("user", "words 20"),))
        try:
            async with aclosing(case.provider.chat(request, case.model)) as deltas:
                shown += [repr(delta) async for delta in deltas]
        except JarvisError as error:
            failures += 1
            assert error.__cause__ is None
            for lang in ("en", "es"):
                shown += [error.message(lang), error.hint(lang)]  # type: ignore[arg-type]
            shown += [repr(error), repr(error.facts), *traceback.format_exception(error)]
            shown.append(repr(error.__context__))
    assert failures == len(FAULTS)
    assert not any(holds(text, KEY) for text in shown)
    # It is in the headers of what was asked there, and nowhere else.
    assert not holds(json.dumps(case.servers.tell("/_elsewhere")), KEY)
    assert not holds(json.dumps(await case.served()), KEY)
    # What the libraries log goes to the daemon's sinks, which are guarded.
    formatter = keys.Redacting(logging.Formatter("%(name)s %(message)s"))
    assert not any(holds(formatter.format(record), KEY) for record in caplog.records)


async def test_only_what_is_needed_leaves_this_machine(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-canary")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-canary")
    async with aclosing(case.provider.chat(ChatRequest((Message.of("user", "a"),)), case.model)) as deltas:
        assert [delta async for delta in deltas]
    sent = {name.lower(): value for name, value in case.servers.tell(f"/_last?wire={case.kind}").items()}
    assert [name for name, value in sent.items() if KEY in value] in (["authorization"], ["x-goog-api-key"])
    assert not {name for name in sent if "stainless" in name or "openai" in name or name == "cookie"}
    assert "canary" not in json.dumps({name: value for name, value in sent.items() if KEY not in value})
