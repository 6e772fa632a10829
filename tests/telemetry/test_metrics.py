"""/metrics of a daemon that has really done all this."""

from __future__ import annotations

import re
import runpy
from collections.abc import Mapping
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from home import Home
from jarvis.telemetry import semantic
from telemetry.conftest import asker

GENERATED = {"gen_ai_operation_name": "chat", "gen_ai_provider_name": "fake", "gen_ai_request_model": "one"}


class Page:
    """The samples of ``text``."""

    def __init__(self, text: str) -> None:
        self.families: dict[str, Metric] = {f.name: f for f in text_string_to_metric_families(text)}
        self.samples = {
            (s.name, tuple(sorted(s.labels.items()))): s.value for f in self.families.values() for s in f.samples
        }

    def value(self, name: str, /, **labels: str) -> float:
        return self.samples[name, tuple(sorted(labels.items()))]

    def all(self, name: str, /, **labels: str) -> dict[tuple[tuple[str, str], ...], float]:
        return {k[1]: v for k, v in self.samples.items() if k[0] == name and labels.items() <= dict(k[1]).items()}


@pytest.fixture(scope="module")
def told(page: str) -> Page:
    return Page(page)


def test_tokens_and_seconds_go_by_opentelemetrys_names(told: Page) -> None:
    answers = told.value("gen_ai_client_token_usage_count", **GENERATED, gen_ai_token_type="output")
    assert answers >= 4
    assert told.value("gen_ai_client_token_usage_sum", **GENERATED, gen_ai_token_type="output") == 20 * answers
    assert told.value("gen_ai_client_token_usage_sum", **GENERATED, gen_ai_token_type="input") > 0
    assert told.value("gen_ai_client_operation_duration_seconds_count", **GENERATED, error_type="") == answers
    assert told.value("gen_ai_server_time_to_first_token_seconds_count", **GENERATED) == answers
    assert told.value("gen_ai_server_time_per_output_token_seconds_count", **GENERATED) == answers
    vectors = GENERATED | {"gen_ai_operation_name": "embeddings", "gen_ai_request_model": "vectors"}
    assert told.value("gen_ai_client_operation_duration_seconds_count", **vectors, error_type="") == 1
    assert told.value("jarvis_decoded_tokens_total", model="one") == 19 * answers
    assert told.value("jarvis_decoding_seconds_total", model="one") > 0


def test_the_names_are_those_of_the_conventions() -> None:
    """As OpenTelemetry makes them for Prometheus: dots are underscores; seconds are said, ``{token}`` is not."""
    incubating = pytest.importorskip("opentelemetry.semconv._incubating.metrics.gen_ai_metrics")
    from jarvis.server.metrics import Metrics

    names = {family.name for family in Metrics().registry.collect() if family.name.startswith("gen_ai_")}
    units = {"gen_ai_client_token_usage": ""}
    theirs = {str(value).replace(".", "_") for name, value in vars(incubating).items() if name.startswith("GEN_AI_")}
    assert {n.removesuffix(units.get(n, "_seconds")) for n in names} <= theirs
    attributes = pytest.importorskip("opentelemetry.semconv._incubating.attributes.gen_ai_attributes")
    known = {str(v).replace(".", "_") for n, v in vars(attributes).items() if n.startswith("GEN_AI_")}
    labels = {label for f in Metrics().registry.collect() for s in f.samples for label in s.labels}
    assert {label for label in labels if label.startswith("gen_ai_")} <= known
    providers = {value.value for value in attributes.GenAiProviderNameValues}
    assert {semantic.provider(name) for name in ("openai", "anthropic", "gemini", "deepseek")} <= providers


def test_devices_add_up(told: Page) -> None:
    mib = 1 << 20
    for labels, total in told.all("jarvis_device_memory_bytes").items():
        here = dict(labels)
        held = sum(told.all("jarvis_device_model_memory_bytes", **here).values())
        parts = [told.value(f"jarvis_device_memory_{part}_bytes", **here) for part in ("free", "others", "reserve")]
        assert abs(total - held - sum(parts)) <= 4 * mib, here
    card = {dict(labels)["name"]: value for labels, value in told.all("jarvis_device_memory_bytes").items()}
    assert card["NVIDIA GeForce RTX 5070 Ti"] == 16 << 30
    big = {"device": "GPU-big", "name": "NVIDIA GeForce RTX 5070 Ti"}
    assert told.value("jarvis_device_memory_others_bytes", **big) == 1 << 30
    assert told.value("jarvis_device_temperature_celsius", **big) == 39
    assert told.value("jarvis_device_power_watts", **big) == 21.5
    assert 0 <= told.value("jarvis_device_utilization_ratio", **big) <= 1
    assert told.all("jarvis_device_model_memory_bytes", model="one")


def test_models_and_what_became_of_them(told: Page) -> None:
    assert told.value("jarvis_model_loaded", model="one", engine="fake") == 1
    assert told.value("jarvis_models", state="ready") >= 1
    assert told.value("jarvis_queue_depth", model="one") == 0
    assert told.value("jarvis_model_loads_total", model="one") == 1
    assert told.value("jarvis_model_load_seconds_total", model="one") > 0
    assert told.value("jarvis_model_unloads_total", model="crashes", reason="asked") == 1
    assert told.value("jarvis_engine_crashes_total", model="crashes") >= 1
    assert told.value("jarvis_model_oom_total", model="greedy") >= 1
    assert told.value("jarvis_model_oom_recoveries_total", model="greedy") >= 1
    assert told.value("jarvis_load_wait_seconds_count", model="greedy") >= 3
    assert told.value("jarvis_queue_wait_seconds_count", model="one") >= 4


def test_money(told: Page) -> None:
    spent = told.value("jarvis_cost_usd_total", provider="fake", model="paid")
    assert spent > 0
    month = {"budget": "month", "name": ""}
    assert told.value("jarvis_budget_limit_usd", **month) == 1
    assert told.value("jarvis_budget_spent_usd", **month) == pytest.approx(spent, abs=2e-6)
    assert told.value("jarvis_budget_left_usd", **month) == pytest.approx(1 - spent, abs=2e-6)
    assert told.value("jarvis_spent_month_usd") == told.value("jarvis_spent_today_usd") > 0
    always = told.value("jarvis_cost_always_api_usd_total")
    assert told.value("jarvis_saved_usd") == pytest.approx(always - spent) and always > spent


def test_answers_decisions_errors_and_the_cache(told: Page) -> None:
    assert told.value("jarvis_exchanges_total", model="one", source="local", outcome="answered") >= 4
    assert told.value("jarvis_exchanges_total", model="one", source="cache", outcome="answered") == 1
    assert told.value("jarvis_exchanges_total", model="paid", source="api", outcome="answered") >= 1
    assert told.value("jarvis_cache_lookups_total", result="hit") == 1
    assert told.value("jarvis_cache_lookups_total", result="miss") >= 1
    assert sum(told.all("jarvis_route_decisions_total").values()) >= 3
    assert told.value("jarvis_question_difficulty_count") >= 3
    assert sum(told.all("jarvis_errors_total").values()) >= 1
    assert told.value("jarvis_cache_entries") >= 1
    assert told.value("jarvis_disk_free_bytes", folder="data") < told.value("jarvis_disk_size_bytes", folder="data")


def test_names_and_units_are_prometheuss_and_labels_are_few(told: Page) -> None:
    for name, family in told.families.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name) and family.documentation, name
        assert not re.search(r"_(ms|milliseconds|mib|mb|percent|micro)(_|$)", name), "base units"
        assert not (name.startswith("jarvis_") and family.type == "gauge" and name.endswith("_total"))
        values: dict[str, set[str]] = {}
        for sample in family.samples:
            for label, value in sample.labels.items():
                values.setdefault(label, set()).add(value)
        assert len(values) <= 5, name
        assert not values.keys() & {"person", "conversation", "user", "path", "asked"}, name
    text = " ".join(value for _, labels in told.samples for _, value in labels)
    assert "nobody-has-this" not in text, "a name that a client made up is no label"


def test_a_second_look_counts_nothing_twice(busy: Home, told: Page) -> None:
    again = Page(asker(busy)("/metrics"))
    for name in ("jarvis_cost_always_api_usd_total", "jarvis_saved_usd", "jarvis_spent_month_usd"):
        assert again.value(name) == told.value(name)
    assert again.families.keys() == told.families.keys()


def test_it_is_for_a_token_that_may_and_that_one_may_nothing_else(busy: Home) -> None:
    made = busy.run("token", "add", "prometheus", "--may", "metrics")
    scraper: Mapping[str, str] = {"Authorization": f"Bearer {made.stdout.strip()}"}
    assert "jarvis_models" in asker(busy)("/metrics", **scraper)
    for path in ("/fleet", "/jarvis/stats", "/jarvis/history", "/jarvis/exchanges", "/jarvis/budget", "/jarvis/tokens"):
        assert asker(busy)(path, **scraper) == 403, path
    token = busy.run("token", "add", "phone")
    assert token.returncode == 0, token.stderr
    guest: Mapping[str, str] = {"Authorization": f"Bearer {token.stdout.strip().splitlines()[-1]}"}
    assert asker(busy)("/metrics", **guest) == 403
    assert asker(busy)("/metrics", Authorization="Bearer wrong") == 401


def test_the_table_of_the_docs_is_what_is_told(page: str) -> None:
    script = Path(__file__).parents[2] / "docs" / "metrics.py"
    made = runpy.run_path(str(script))
    written = script.with_suffix(".md").read_text(encoding="utf-8")
    assert made["put"](written, made["table"](page)) == written, "pipe /metrics into docs/metrics.py"
