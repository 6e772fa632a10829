"""Traces, as a collector gets them: a real receiver of OTLP over HTTP, and a real daemon that sends to it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from home import Home, wait_for
from telemetry.conftest import asker, question

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra otel is not installed")
proto = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
CHAT = "/v1/chat/completions"


class Collector:
    """Keeps what it is sent; with ``status`` it refuses it."""

    def __init__(self, status: int = 200) -> None:
        self.bodies: list[bytes] = []
        self.types: set[str] = set()
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                kept.types.add(self.headers["content-type"])
                kept.bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def resources(self) -> list[Any]:
        return [r for body in self.bodies for r in proto.ExportTraceServiceRequest.FromString(body).resource_spans]

    def spans(self) -> list[Any]:
        return [s for r in self.resources() for scope in r.scope_spans for s in scope.spans]

    def trace(self, root: str, many: int = 1) -> list[Any]:
        """The spans of the last trace whose root has that name, once there are ``many`` of those."""
        wait_for(lambda: sum(s.name == root for s in self.spans()) >= many, 30)
        last = [s for s in self.spans() if s.name == root][-1]
        return [s for s in self.spans() if s.trace_id == last.trace_id]


@contextmanager
def collecting(status: int = 200) -> Iterator[Collector]:
    made = Collector(status)
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


def facts(span: Any) -> dict[str, Any]:
    found = {}
    for attribute in span.attributes:
        kind = attribute.value.WhichOneof("value")
        value = getattr(attribute.value, kind)
        found[attribute.key] = [v.string_value for v in value.values] if kind == "array_value" else value
    return found


def begun(home: Home, collector: str, more: str = "", **fake: Any) -> Any:
    home.environ["OTEL_BSP_SCHEDULE_DELAY"] = "100"
    home.settings(f'[telemetry]\notlp = "{collector}"\n{more}')
    home.fake("one", **{"answer": "It is a walrus.", "load_seconds": 0.2, **fake})
    assert home.run("ps").returncode == 0
    assert home.run("pin", "--off", "one").returncode == 0  # starts the daemon
    return asker(home)


def test_a_question_is_one_trace_that_goes_on_its_callers(home: Home, collector: Collector) -> None:
    ask = begun(home, collector.url)
    trace_id, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    body = question("Which xylophone is heavier?", "jarvis", temperature=0)
    told = ask(CHAT, body, traceparent=f"00-{trace_id}-{parent}-01")
    spans = collector.trace("invoke_agent jarvis")
    assert collector.types == {"application/x-protobuf"}
    names = {s.name: s for s in spans}
    assert {"invoke_agent jarvis", "retrieval memory", "cache", "route", "load one", "chat one"} <= names.keys()
    assert {s.trace_id.hex() for s in spans} == {trace_id}
    root = names["invoke_agent jarvis"]
    assert root.parent_span_id.hex() == parent and root.kind == root.SPAN_KIND_SERVER
    assert {s.parent_span_id for s in spans if s is not root} == {root.span_id}
    assert all(root.start_time_unix_nano <= s.start_time_unix_nano <= s.end_time_unix_nano for s in spans)
    order = [names[n].start_time_unix_nano for n in ("retrieval memory", "cache", "route", "load one", "chat one")]
    assert order == sorted(order)
    load, chat, whole = (facts(names[n]) for n in ("load one", "chat one", "invoke_agent jarvis"))
    assert load["jarvis.load_seconds"] >= 0.2
    usage = told["usage"]
    assert (chat["gen_ai.usage.input_tokens"], chat["gen_ai.usage.output_tokens"]) == (
        usage["prompt_tokens"], usage["completion_tokens"],
    )  # fmt: skip
    assert chat["gen_ai.operation.name"] == "chat" and names["chat one"].kind == root.SPAN_KIND_CLIENT
    assert chat["gen_ai.provider.name"] == "fake" and chat["gen_ai.response.finish_reasons"] == ["stop"]
    assert whole["gen_ai.agent.name"] == "jarvis" and whole["jarvis.cache"] == "miss"
    assert whole["gen_ai.response.time_to_first_chunk"] > 0
    assert facts(names["route"])["gen_ai.request.model"] == "one"
    resource = {a.key: a.value.string_value for a in collector.resources()[0].resource.attributes}
    assert resource["service.name"] == "jarvis" and resource["service.version"]
    ask(CHAT, body)
    again = {s.name: s for s in collector.trace("invoke_agent jarvis", 2)}
    assert not again["invoke_agent jarvis"].parent_span_id, "nobody called it with a trace"
    assert facts(again["cache"])["jarvis.cache"] == "hit" and "chat one" not in again
    sent = b"".join(collector.bodies)
    assert b"xylophone" not in sent and b"walrus" not in sent, "no text of it"


def test_tools_streams_failures_and_models_by_name(home: Home, collector: Collector) -> None:
    ask = begun(home, collector.url)
    ask(CHAT, question("What is 17 * 23?", "jarvis"))
    spans = {s.name: s for s in collector.trace("invoke_agent jarvis")}
    (tool,) = (s for name, s in spans.items() if name.startswith("execute_tool "))
    assert facts(tool)["gen_ai.tool.name"] == tool.name.removeprefix("execute_tool ")
    assert b"391" not in b"".join(collector.bodies)
    assert "data: [DONE]" in ask(CHAT, question("A stream?", "one", stream=True))
    streamed = {s.name for s in collector.trace("invoke_agent one")}
    assert {"route", "load one", "chat one"} <= streamed
    assert ask(CHAT, question("Who?", "nobody-has-this")) == 404
    (failed, *rest) = sorted(collector.trace("invoke_agent nobody-has-this"), key=lambda s: s.name)
    assert rest and failed.status.code == failed.status.STATUS_CODE_ERROR
    assert facts(failed)["error.type"] == "catalog.unknown_model"


def test_texts_are_sent_when_that_is_asked_for_and_never_of_who_is_incognito(home: Home, collector: Collector) -> None:
    ask = begun(home, collector.url, "otlp_texts = true")
    ask(CHAT, question("Which xylophone?", "jarvis"))
    root = next(s for s in collector.trace("invoke_agent jarvis") if s.name == "invoke_agent jarvis")
    told = facts(root)
    assert "xylophone" in told["gen_ai.input.messages"] and "walrus" in told["gen_ai.output.messages"]
    ask(CHAT, question("Which zeppelin?", "jarvis", jarvis={"incognito": True, "store": False}))
    hidden = facts(next(s for s in collector.trace("invoke_agent jarvis", 2) if s.name == "invoke_agent jarvis"))
    assert not hidden.keys() & {"gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.conversation.id"}
    assert b"zeppelin" not in b"".join(collector.bodies)


@pytest.mark.parametrize("kind", ["gone", "deaf", "refusing"])
def test_a_collector_that_takes_nothing_fails_no_answer(home: Home, kind: str) -> None:
    with socket.socket() as port, collecting(503) as refusing:
        port.bind(("127.0.0.1", 0))
        if kind == "deaf":
            port.listen(64)  # and never answers
        url = refusing.url if kind == "refusing" else f"http://127.0.0.1:{port.getsockname()[1]}"
        ask = begun(home, url, load_seconds=0)
        for number in range(20):
            assert ask(CHAT, question(f"Number {number}?", "one"))["choices"][0]["message"]["content"]
        if kind == "refusing":
            wait_for(lambda: refusing.bodies)
        if kind != "deaf":
            wait_for(lambda: "takes no traces" in (home.paths.logs / "daemon.log").read_text(), 30)
        home.stop()  # and it ends all the same
        said = (home.paths.logs / "daemon.log").read_text()
        assert said.count("takes no traces") <= 1 and "encountered while exporting" not in said, "said once"


def test_nothing_of_it_is_imported_where_nobody_collects(home: Home) -> None:
    home.fake("one")
    code = (
        "import sys\nfrom jarvis import Jarvis\n"
        "with Jarvis(daemon=False) as jarvis:\n    assert jarvis.ask('Hello?', model='one').answer\n"
        "assert 'jarvis.telemetry.otlp' not in sys.modules\n"
        "print(sorted(m for m in sys.modules if m.startswith('opentelemetry.sdk') or 'otlp' in m))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=home.environ, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_what_is_missing_is_told(home: Home) -> None:
    home.fake("one")
    home.settings('[telemetry]\notlp = "http://127.0.0.1:9"')
    blocked = home.folder / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda n, p=None: None if n.startswith('opentelemetry') else find(n, p)\n"
    )
    home.environ["PYTHONPATH"] = str(blocked)
    done = home.run("ask", "--no-daemon", "Hello?")
    assert done.returncode == 2 and "jarvis-ia[otel]" in done.stderr
    for wrong in ("localhost:4318", "ftp://x", "http://"):
        refused = home.run("config", "set", "telemetry.otlp", wrong)
        assert refused.returncode == 2, wrong
