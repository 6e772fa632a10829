"""Models, completions, embeddings, rerank and the pages about the server itself, as their clients use them."""

from __future__ import annotations

import base64
import struct
from typing import Any

import openai
import pytest
from prometheus_client.parser import text_string_to_metric_families

from jarvis.router.observed import Answered
from jarvis.server import page
from jarvis.server.app import ENDPOINTS
from jarvis.words.chat import Delta
from jarvis.words.usage import Seconds, Usage


def test_models_are_listed_with_the_two_names_of_jarvis(house: Any) -> None:
    with house.openai() as client:
        models = list(client.models.list())
        big = client.models.retrieve("org/big")
    assert [m.id for m in models] == ["auto", "jarvis", "tiny", "org/big"]
    assert all(m.object == "model" and m.created > 0 for m in models)
    assert models[2].model_extra["jarvis"] == {"loaded": True, "kind": "chat", "context": 2048}
    assert big.id == "org/big"


def test_a_model_that_is_not_there(house: Any) -> None:
    with house.openai() as client, pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("tinny")
    assert caught.value.code == "model_not_found"
    assert "tiny" in caught.value.body["hint"]
    for lang in ("en", "es"):
        nothing_like_it = house.ask("GET", "/v1/models/gpt-4o", headers={"Accept-Language": lang})
        assert (nothing_like_it.status, nothing_like_it.error["param"]) == (404, "model")
        assert "jarvis pull" in nothing_like_it.error["hint"] and " -" not in nothing_like_it.error["hint"]


def test_a_completion(house: Any) -> None:
    with house.openai() as client:
        completion = client.completions.create(model="auto", prompt="The capital of France is", max_tokens=5, echo=True)
    assert completion.object == "text_completion"
    assert completion.id.startswith("cmpl-")
    assert (completion.choices[0].text, completion.choices[0].finish_reason) == ("Paris.", "stop")
    assert completion.usage.total_tokens == 10
    asked = house.stage.asked[0]
    assert (asked.prompt, asked.sampling.max_tokens, asked.echo) == ("The capital of France is", 5, True)


def test_a_completion_of_several_prompts_and_choices(house: Any) -> None:
    house.stage.script = [
        house.stage.ROUTE, Delta(0, "x"), Delta(1, "y"), Delta(0, finish="stop"), Delta(1, finish="length"),
        house.stage.answer("x", seconds=Seconds(total=1.0)),
    ]  # fmt: skip
    with house.openai() as client:
        whole = client.completions.create(model="auto", prompt=["one", "two"], n=2)
        chunks = list(
            client.completions.create(
                model="auto", prompt=["one", "two"], n=2, stream=True, stream_options={"include_usage": True}
            )
        )
    told = [(c.index, c.text, c.finish_reason) for c in whole.choices]
    assert told == [(0, "x", "stop"), (1, "y", "length"), (2, "x", "stop"), (3, "y", "length")]
    assert whole.usage.prompt_tokens == 14, "the prompts are counted together"
    assert whole.model_extra["jarvis"]["seconds"]["total"] == 2.0
    assert [r.prompt for r in house.stage.asked] == ["one", "two"] * 2
    text = dict.fromkeys(range(4), "")
    for chunk in chunks[:-1]:
        text[chunk.choices[0].index] += chunk.choices[0].text
    assert text == {0: "x", 1: "y", 2: "x", 3: "y"}
    assert chunks[-1].choices == [] and chunks[-1].usage.prompt_tokens == 14


def test_a_completion_streams_with_logprobs(house: Any) -> None:
    entry: Any = {"tokens": ["a"], "token_logprobs": [-0.5], "top_logprobs": [{"a": -0.5}], "text_offset": [0]}
    house.stage.script = [house.stage.ROUTE, Delta(text="a", logprobs=entry), Delta(text="a", logprobs=entry),
                          Delta(finish="stop"), house.stage.answer("aa")]  # fmt: skip
    with house.openai() as client:
        whole = client.completions.create(model="auto", prompt="p", logprobs=1)
        chunks = list(client.completions.create(model="auto", prompt="p", logprobs=1, stream=True))
    assert whole.choices[0].logprobs.tokens == ["a", "a"]
    assert [c.choices[0].logprobs.token_logprobs for c in chunks if c.choices[0].logprobs] == [[-0.5], [-0.5]]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_second_prompt_is_not_asked_when_the_first_fails(house: Any) -> None:
    house.stage.script = [RuntimeError("boom")]
    assert house.ask("POST", "/v1/completions", {"prompt": ["a", "b"]}).status == 500
    assert len(house.stage.asked) == 1


def test_embeddings_as_the_client_asks_for_them(house: Any) -> None:
    house.stage.script = []
    with house.openai() as client:
        many = client.embeddings.create(model="auto", input=["one", "two"])  # base64 behind the curtain
        plain = client.embeddings.create(model="auto", input="one", encoding_format="float")
    assert [e.embedding for e in many.data] == [[0.5, -1.25, 3.0]] * 2
    assert [e.index for e in many.data] == [0, 1]
    assert many.model == "vectors"
    assert (many.usage.prompt_tokens, many.usage.total_tokens) == (5, 5)
    assert plain.data[0].embedding == [0.5, -1.25, 3.0]
    assert house.stage.asked == [("auto", ("one", "two")), ("auto", ("one",))]


def test_base64_vectors_are_little_endian_floats(house: Any) -> None:
    house.stage.script = []
    reply = house.ask("POST", "/v1/embeddings", {"input": "x", "encoding_format": "base64"})
    raw = base64.b64decode(reply.json["data"][0]["embedding"])
    assert struct.unpack("<3f", raw) == (0.5, -1.25, 3.0)


def test_dimensions_are_honoured_or_refused(house: Any) -> None:
    house.stage.script = []
    assert house.ask("POST", "/v1/embeddings", {"input": "x", "dimensions": 3}).status == 200
    with house.openai() as client, pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="auto", input="x", dimensions=2)
    assert (caught.value.param, caught.value.code) == ("dimensions", "dimensions")
    assert "3" in caught.value.message


def test_rerank(house: Any) -> None:
    house.stage.scores = [0.1, 2.5, -1.0]
    body = {"query": "q", "documents": ["a", {"text": "b"}, "c"], "top_n": 2, "return_documents": True}
    reply = house.ask("POST", "/v1/rerank", body)
    assert reply.json == {
        "object": "list",
        "model": "ranks",
        "results": [
            {"index": 1, "relevance_score": 2.5, "document": {"text": "b"}},
            {"index": 0, "relevance_score": 0.1, "document": {"text": "a"}},
        ],
    }
    assert house.stage.asked == [("auto", "q", ("a", "b", "c"))]


def test_health_needs_no_token_and_tells_nothing(house: Any) -> None:
    reply = house.ask("GET", "/health", token=None)
    assert (reply.status, reply.json) == (200, {"status": "ok"})
    assert house.ask("HEAD", "/health", token=None).body == b""


def test_ready_says_why_not(house: Any) -> None:
    assert house.ask("GET", "/ready").json == {"status": "ready"}
    house.stage.not_ready = "no model is installed"
    reply = house.ask("GET", "/ready")
    assert (reply.status, reply.error["code"]) == (503, "not_ready")
    assert "no model is installed" in reply.error["message"]
    assert int(reply.headers["retry-after"]) > 0


def test_metrics_follow_the_conventions_and_count(open_house: Any) -> None:
    house = open_house()
    house.stage.script = [*house.stage.script[:-1], house.stage.answer(usage=Usage(7, 3))]
    with house.openai() as client:
        client.chat.completions.create(model="auto", messages=[{"role": "user", "content": "a"}])
    house.ask("GET", "/nowhere")
    house.ask("GET", "/v1/models", token="wrong")
    reply = house.ask("GET", "/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {f.name: f for f in text_string_to_metric_families(reply.body.decode())}
    samples = {
        (s.name, tuple(sorted(s.labels.items()))): s.value for f in families.values() for s in f.samples
    }  # fmt: skip

    def value(name: str, **labels: str) -> float:
        return samples[name, tuple(sorted(labels.items()))]

    assert value("jarvis_http_requests_total", route="/v1/chat/completions", method="POST", status="200") == 1
    assert value("jarvis_http_requests_total", route="other", method="GET", status="404") == 1
    assert value("jarvis_http_requests_total", route="other", method="GET", status="401") == 1
    assert value("jarvis_cache_entries") == 3
    assert value("jarvis_models", state="ready") == 0
    assert value("jarvis_http_requests_in_flight") == 1, "this one"
    assert value("jarvis_wrong_tokens_total") == 1
    assert "process_resident_memory_bytes" in families
    assert all(f.documentation for f in families.values())


def test_what_is_planned_is_what_was_asked(house: Any) -> None:
    assert house.ask("GET", "/fleet/plan").status == 200
    assert house.ask("GET", "/fleet/plan?models=a&models=b%3AQ8_0&context=8192").status == 200
    assert house.ask("POST", "/fleet/plan", {"plan": "{}", "hardware": "[cpu]"}).status == 200
    assert house.stage.asked == [
        ("plan", (), None, None, None),
        ("plan", ("a", "b:Q8_0"), 8192, None, None),
        ("plan", (), None, "[cpu]", "{}"),
    ]
    for wrong in ("255", "8k", "9" * 40, ""):
        assert house.ask("GET", f"/fleet/plan?context={wrong}").error["param"] == "context"
    assert house.ask("POST", "/fleet/plan", {"hardware": 7}).error["param"] == "hardware"
    for method, path in (
        ("GET", "/fleet/plan"),
        ("POST", "/fleet/plan"),
        ("GET", "/fleet/setup"),
        ("GET", "/fleet/install"),
    ):
        assert house.ask(method, path, {}, token=house.GUEST).error["code"] == "no_scope"
    document = house.ask("GET", "/openapi.json").json["paths"]
    assert [p["name"] for p in document["/fleet/plan"]["get"]["parameters"]] == ["models", "context"]


def test_what_a_model_answered_is_kept(house: Any) -> None:
    answer = {"question": "math-01", "specialty": "math", "language": "es", "difficulty": 4, "right": True}
    body = {"model": "tiny:Q4", "engine": "fake", "answers": [answer]}
    assert house.ask("POST", "/fleet/ability", body).json == {"model": "tiny:Q4", "recorded": 1}
    assert house.stage.asked == [("record", "tiny:Q4", "fake", (Answered("math-01", "math", "es", 4.0, 0.0, True),))]
    assert house.ask("GET", "/fleet/ability").json == {"abilities": []}
    for field, value in (("specialty", "magic"), ("language", "de"), ("difficulty", 101), ("right", 1), ("chance", 1)):
        wrong = {**body, "answers": [{**answer, field: value}]}
        assert house.ask("POST", "/fleet/ability", wrong).error["param"] == f"answers[0].{field}"
    for method in ("GET", "POST"):
        assert house.ask(method, "/fleet/ability", body, token=house.GUEST).error["code"] == "no_scope"


def test_the_openapi_document_is_the_table(house: Any) -> None:
    document = house.ask("GET", "/openapi.json").json
    assert document["openapi"].startswith("3.")
    told = {(m.upper(), p) for p, methods in document["paths"].items() for m in methods}
    assert told == {(e.method, e.path.replace(":path", "")) for e in ENDPOINTS}
    names = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(names) == len(set(names))
    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas
    chat = schemas["ChatBody"]["properties"]
    assert {"messages", "tools", "response_format", "stream_options", "jarvis"} <= set(chat)
    open_paths = [p for p, ms in document["paths"].items() for o in ms.values() if not o["security"]]
    files = [f"{name}.js" for name in page.SCRIPTS] + [f"vendor/{name}" for name in page.VENDOR]
    page_paths = [f"/page/{name}" for name in (*files, "page.css", "texts", "authority.crt", "enter", "enter")]
    assert open_paths == ["/health", "/", *page_paths]


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return found.union(*(references(v) for v in node.values()))
    if isinstance(node, list):
        return set().union(*(references(v) for v in node))
    return set()
