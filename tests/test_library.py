"""Jarvis as a library, and code written against the plan."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import jarvis
from home import Home
from jarvis import Jarvis, MetricsTracker, ModelOrchestrator
from jarvis.errors import ConfigError, JarvisError, StoreError, UsageError


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """This process lives in the test's home."""
    for name in [n for n in os.environ if n.startswith("JARVIS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    monkeypatch.setenv("JARVIS_LANG", "en")
    return home


def test_ask_stream_and_go_on(here: Home) -> None:
    here.fake("echo")
    with Jarvis(daemon=False) as assistant:
        first = assistant.ask("my name is Ana")
        assert "my name is Ana" in first.answer
        assert first.model == "echo"
        second = assistant.ask("and now?", conversation=first.conversation)
        assert second.conversation == first.conversation
        assert second.usage.prompt_tokens > first.usage.prompt_tokens
        assert "".join(assistant.stream("piece by piece")) == assistant.ask("piece by piece").answer
        assert "echo" in assistant.models()
        assert assistant.stats()["queries"] == 4
    assert here.processes() == []
    with pytest.raises(UsageError):
        assistant.ask("closed")


def test_a_stream_that_is_left_stops_the_model(here: Home) -> None:
    here.fake("slow", answer_tokens=10_000, tokens_per_second=100)
    with Jarvis(daemon=False) as assistant:
        pieces = assistant.stream("go")
        assert next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert assistant.ask("short", max_tokens=1).answer


INTERRUPTED = """
from jarvis import Jarvis
with Jarvis(daemon=False) as assistant:
    try:
        for piece in assistant.stream("go"):
            print(piece, flush=True)
    except KeyboardInterrupt as error:
        print("interrupted", error.__context__, flush=True)
    print(len(assistant.ask("short", max_tokens=1).answer.split()))
"""


def test_ctrl_c_stops_the_model_and_nothing_else(here: Home) -> None:
    here.fake("slow", answer_tokens=1000, tokens_per_second=20)
    asking = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=here.environ,
    )
    assert asking.stdout is not None
    assert asking.stdout.readline()
    asking.send_signal(signal.SIGINT)
    out, err = asking.communicate(timeout=30)
    assert (asking.returncode, err) == (0, "")
    assert out.splitlines()[-2:] == ["interrupted None", "1"]
    assert here.processes() == []


def test_what_cannot_begin_leaves_no_thread(here: Home) -> None:
    before = threading.active_count()
    here.settings("[nonsense]\nx = 1")
    with pytest.raises(ConfigError):
        Jarvis()
    assert threading.active_count() == before


def test_what_the_disk_refuses_is_jarviss_error_too(here: Home) -> None:
    here.paths.state.write_text("a file where the folder should be")
    with pytest.raises(StoreError) as caught:
        Jarvis()
    assert str(here.paths.state) in str(caught.value)


def test_it_shares_the_daemon(here: Home) -> None:
    here.fake("small", answer="Paris.")
    here.run("ask", "x")
    pid = here.daemon_pid()
    with Jarvis() as assistant:
        assert assistant.ask("y").answer == "Paris."
    assert here.daemon_pid() == pid


def test_errors_are_jarviss(here: Home) -> None:
    here.fake("small", answer="Paris.")
    with Jarvis(daemon=False) as assistant, pytest.raises(JarvisError) as caught:
        assistant.ask("x", model="nobody")
    assert "jarvis models" in str(caught.value) or "jarvis pull" in str(caught.value)


def test_the_plans_own_usage(here: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    here.fake("small", answer="Paris.", parameters=500_000_000)
    here.fake("other", answer="Roma.", parameters=8_000_000_000)
    orchestrator = ModelOrchestrator(daemon=False)
    metrics = MetricsTracker(log_path=tmp_path / "logs" / "metrics.jsonl")
    try:
        response, model = orchestrator.get_response("¿Cuál es la capital de Francia?", difficulty=20)
        assert (response, model) == ("Roma.", "other")
        metrics.track_query(query="¿Cuál es la capital de Francia?", model=model, difficulty=20, latency=0.5, tokens=2)
        response, model = orchestrator.get_response("again", force_model="small")
        assert (response, model) == ("Paris.", "small")
        metrics.track_query("again", model, latency=1.5, tokens=2, cost=0.25)
        stats = orchestrator.get_stats()
        assert (stats["queries"], set(stats["models"])) == (2, {"small", "other"})
        with pytest.raises(UsageError):
            orchestrator.get_response("x", difficulty=101)
    finally:
        orchestrator.close()
    session = metrics.get_session_stats()
    assert (session["queries"], session["cost_usd"], session["p50_seconds"]) == (2, 0.25, 1.0)
    metrics.print_stats()
    assert "2 queries" in capsys.readouterr().out
    lines = [json.loads(x) for x in (tmp_path / "logs" / "metrics.jsonl").read_text().splitlines()]
    assert [x["model"] for x in lines] == ["other", "small"]
    assert lines[0]["difficulty"] == 20


def test_the_public_face_is_exactly_what_is_exported() -> None:
    assert sorted(jarvis.__all__) == sorted(
        ["EmbeddingManager", "Jarvis", "MetricsTracker", "ModelOrchestrator", "WhisperHandler", "__version__"]
    )
    for name in jarvis.__all__:
        assert getattr(jarvis, name)
    with pytest.raises(AttributeError):
        _ = jarvis.nothing  # type: ignore[attr-defined]
