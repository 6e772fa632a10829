"""The plan's own file, turned into configuration with every correction said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.plan import Imported, Known, KnownVariant, Surroundings, convert, parse
from jarvis.config.problems import InvalidConfig
from jarvis.errors import ConfigError
from jarvis.texts import say

FILE = Path("/home/owner/plan/models_v2.json")

PLAN: dict[str, Any] = {
    "models": {
        "llama-70b": {
            "name": "Llama-3.3-70B-Instruct",
            "path": "models/llm/llama-3.3-70b-awq",
            "backend": "vllm",
            "gpu_id": 0,
            "vram_required": 14000,
            "difficulty_range": [70, 100],
            "quantization": "awq",
            "priority": 1,
        },
        "qwen-32b": {
            "name": "Qwen2.5-32B-Instruct",
            "path": "models/llm/qwen2.5-32b-awq",
            "backend": "vllm",
            "gpu_id": 0,
            "vram_required": 10000,
            "difficulty_range": [60, 85],
            "quantization": "awq",
            "priority": 2,
            "specialties": ["math", "code", "technical"],
        },
        "deepseek-14b": {
            "name": "DeepSeek-R1-Distill-14B",
            "path": "models/llm/deepseek-r1-14b-gptq",
            "backend": "vllm",
            "gpu_id": 0,
            "vram_required": 9000,
            "difficulty_range": [65, 95],
            "quantization": "gptq",
            "priority": 3,
            "specialties": ["reasoning", "math", "analysis"],
        },
        "llama-8b": {
            "name": "Llama-3.2-8B-Instruct",
            "path": "models/llm/llama-3.2-8b-instruct",
            "backend": "transformers",
            "gpu_id": 1,
            "vram_required": 5000,
            "difficulty_range": [1, 60],
            "priority": 4,
        },
    },
    "api_models": {
        "gpt-4o-mini": {"difficulty_range": [75, 100], "cost_per_1k": 0.00015, "fallback": True},
        "claude-3.5-sonnet": {"cost_per_1k": 0.003, "specialties": ["reasoning", "writing"]},
        "gemini-flash-thinking": {"difficulty_range": [50, 90], "cost_per_1k": 0.0001, "fast": True},
        "some-new-model": {},
    },
    "routing": {"prefer_local": True, "max_local_latency": 5.0, "fallback_on_oom": True, "cache_responses": True},
}

KNOWN = {
    "llama-3.3-70b-instruct": Known(
        ("Llama 3.3 70B Instruct",),
        (
            KnownVariant("IQ2_XXS", 19_100_000_000, ("llama_cpp",)),
            KnownVariant("AWQ-INT4", 39_770_000_000, ("vllm",)),
        ),
    ),
    "qwen2.5-32b-instruct": Known((), (KnownVariant("AWQ", 19_330_000_000, ("vllm",)),)),
    "deepseek-r1-distill-qwen-14b": Known(
        (), (KnownVariant("Q4_K_M", 8_990_000_000, ("llama_cpp",)), KnownVariant("GPTQ-4bit", 9_100_000_000, ("vllm",)))
    ),
    "llama-3.1-8b-instruct": Known(
        (),
        (
            KnownVariant("Q4_K_M", 4_920_000_000, ("llama_cpp",)),
            KnownVariant("F16", 16_070_000_000, ("llama_cpp", "transformers")),
        ),
    ),
}


def imported(
    plan: dict[str, Any] = PLAN, engines: tuple[str, ...] = ("llama_cpp", "vllm", "transformers"), there: str = ""
) -> Imported:
    around = Surroundings(KNOWN, engines, lambda path: bool(there) and there in str(path))
    return convert(parse(json.dumps(plan), FILE), around, FILE.parent)


def told(result: Imported, code: str) -> list[str]:
    return [say(n.code, "en", **n.facts) for n in result.notices if n.code == f"config.plan_{code}"]


def one(entry: dict[str, Any]) -> dict[str, Any]:
    return {"models": {"mine": entry}}


def test_each_model_is_found_in_the_catalog() -> None:
    result = imported()
    assert result.models == {
        "llama-70b": "llama-3.3-70b-instruct",
        "qwen-32b": "qwen2.5-32b-instruct",
        "deepseek-14b": "deepseek-r1-distill-qwen-14b",
        "llama-8b": "llama-3.1-8b-instruct",
    }
    assert told(result, "fuller") == [
        "deepseek-14b: DeepSeek-R1-Distill-14B is deepseek-r1-distill-qwen-14b in the catalog."
    ]
    assert "there is no Llama-3.2-8B-Instruct" in told(result, "version")[0]


def test_sizes_are_corrected_from_the_catalog() -> None:
    result = imported()
    weights = told(result, "weights")
    assert "39.8 GB, not the 14.0 GB" in weights[0]
    assert "IQ2_XXS 19.1 GB" in weights[0]
    assert "19.3 GB, not the 10.0 GB" in weights[1]
    assert "16.1 GB, not the 5.0 GB" in weights[2]
    assert len(weights) == 3
    assert [line.split(":")[0] for line in told(result, "left_to_jarvis")] == ["llama-70b", "qwen-32b", "llama-8b"]
    assert "vram_required (llama-70b, qwen-32b, deepseek-14b, llama-8b)" in told(result, "vram")[0]


def test_what_is_right_is_kept() -> None:
    values = imported().values
    assert values["model", "deepseek-r1-distill-qwen-14b", "quantization"] == "GPTQ-4bit"
    assert values["model", "deepseek-r1-distill-qwen-14b", "engine"] == "vllm"
    assert values["model", "qwen2.5-32b-instruct", "specialties"] == ["math", "code", "technical"]
    assert values["model", "llama-3.3-70b-instruct", "difficulty_range"] == [70, 100]
    assert values["model", "llama-3.1-8b-instruct", "priority"] == 4
    assert values["model", "llama-3.1-8b-instruct", "gpu"] == 1
    assert values["routing", "max_local_latency"] == 5.0
    assert values["api", "gpt-4o-mini", "fallback"] is True
    assert values["api", "gemini-flash-thinking", "fast"] is True
    assert ("model", "llama-3.3-70b-instruct", "quantization") not in values
    assert "preference" in told(imported(), "gpu")[0]


def test_an_engine_that_is_not_there_is_told_once() -> None:
    result = imported(engines=("llama_cpp",))
    assert told(result, "engine")[1].startswith("llama-70b, qwen-32b, deepseek-14b: this Jarvis has no engine vllm")
    assert not any(key[-1] == "engine" for key in result.values)
    assert ("model", "deepseek-r1-distill-qwen-14b", "quantization") not in result.values


def test_files_that_are_there_are_used_as_they_are() -> None:
    result = imported(there="awq")
    values = result.values
    assert values["model", "llama-3.3-70b-instruct", "path"] == "/home/owner/plan/models/llm/llama-3.3-70b-awq"
    assert values["model", "llama-3.3-70b-instruct", "quantization"] == "awq"
    assert ("model", "llama-3.1-8b-instruct", "path") not in values
    assert [line.split(":")[0] for line in told(result, "no_files")] == ["deepseek-14b", "llama-8b"]
    assert len(told(result, "weights")) == 3


def test_prices_and_ended_models_are_told() -> None:
    result = imported()
    assert "gpt-4o-mini 0.00015, claude-3.5-sonnet 0.003" in told(result, "price")[0]
    ends = told(result, "ends")
    assert "claude-3.5-sonnet" in ends[1]
    assert "2025-10-28" in ends[1]
    assert len(ends) == 3
    assert ("api", "claude-3.5-sonnet", "specialties") in result.values
    assert ("api", "some-new-model", "fallback") in result.values


@pytest.mark.parametrize(
    ("name", "ended"),
    [
        ("claude-3-5-sonnet-20241022", True),
        ("claude-sonnet-4-6", False),
        ("gemini-2.0-flash", True),
        ("gemini-2.0-flash-thinking-exp", True),
        ("gemini-3.5-flash", False),
        ("gemini-2.5-flash-lite", False),
        ("deepseek-chat", True),
        ("deepseek-v4-flash", False),
        ("gpt-4.1-mini", True),
        ("gpt-6-luna", False),
    ],
)
def test_which_paid_models_end(name: str, ended: bool) -> None:
    assert bool(told(imported({"api_models": {name: {}}}), "ends")) is ended


def test_an_unknown_model_is_kept_with_its_path() -> None:
    result = imported(one({"name": "Mi Modelo 12B (v2)", "path": "/models/mine.gguf", "backend": "llama.cpp"}))
    assert result.models == {"mine": "mi-modelo-12b-v2"}
    assert result.values == {
        ("model", "mi-modelo-12b-v2", "engine"): "llama_cpp",
        ("model", "mi-modelo-12b-v2", "path"): "/models/mine.gguf",
    }
    assert "Mi Modelo 12B (v2)" in told(result, "unknown_model")[0]


def test_a_quantisation_the_catalog_lacks() -> None:
    result = imported(one({"name": "Qwen2.5-32B", "quantization": "exl2", "backend": "vllm"}))
    assert "no exl2 of qwen2.5-32b-instruct; it has AWQ 19.3 GB" in told(result, "no_quantization")[0]
    assert "exl2, vllm" in told(result, "left_to_jarvis")[0]
    assert result.values == {}


def test_nothing_of_llama_cpp_is_meant_in_16_bits() -> None:
    result = imported(one({"name": "Llama-3.1-8B", "backend": "llama.cpp", "vram_required": 5000}))
    assert told(result, "weights") == []
    assert result.values == {("model", "llama-3.1-8b-instruct", "engine"): "llama_cpp"}


def test_every_correction_is_said_in_both_languages() -> None:
    notices = imported().notices + imported(engines=()).notices + imported(one({"name": "x"})).notices
    assert len({n.code for n in notices}) >= 9
    for notice in notices:
        assert say(notice.code, "es", **notice.facts) != say(notice.code, "en", **notice.facts)


def test_two_entries_that_are_one_model() -> None:
    with pytest.raises(ConfigError) as caught:
        imported({"models": {"a": {"name": "Qwen2.5-32B"}, "b": {"name": "qwen2.5-32b-instruct"}}})
    assert "a and b" in caught.value.message("en")


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"models": {"a": {"name": "x", "gpu_idd": 1}}}, "models.a.gpu_idd", "config.plan_unknown_key"),
        ({"models": {"a": {"name": "x", "gpu_id": "0"}}}, "models.a.gpu_id", "config.plan_bad_value"),
        ({"models": {"a": {"name": "x", "gpu_id": -1}}}, "models.a.gpu_id", "config.plan_bad_value"),
        (
            {"models": {"a": {"name": "x", "difficulty_range": [9]}}},
            "models.a.difficulty_range",
            "config.plan_bad_value",
        ),
        (
            {"models": {"a": {"name": "x", "difficulty_range": [90, 10]}}},
            "models.a.difficulty_range",
            "config.plan_bad_value",
        ),
        ({"models": {"a": {"gpu_id": 1}}}, "models.a.name", "config.missing_key"),
        ({"models": {"a": 3}}, "models.a", "config.not_a_section"),
        ({"models": []}, "models", "config.not_a_section"),
        ({"api_models": {"g": {"cost_per_1k": "free"}}}, "api_models.g.cost_per_1k", "config.plan_bad_value"),
        ({"routing": {"max_local_latency": 0}}, "routing.max_local_latency", "config.plan_bad_value"),
        ({"routing": {"prefer_locall": True}}, "routing.prefer_locall", "config.plan_unknown_key"),
        ({"models": {}, "voices": {}}, "voices", "config.plan_unknown_key"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(change: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(json.dumps(change), FILE)
    assert caught.value.code == code
    assert path in caught.value.message("en")
    assert str(FILE) in caught.value.message("es")


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidConfig) as caught:
        parse(json.dumps({"models": {"a": {"name": 1, "x": 2}}, "routing": {"prefer_local": 3}}), FILE)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("text", "code", "fact"),
    [
        ('{"models": {},\n "routing": {]}', "config.plan_syntax", "line 2"),
        ("", "config.plan_syntax", "line 1"),
        ("[]", "config.plan_not_one", "models"),
        ('{"name": "package", "version": "1"}', "config.plan_not_one", "models"),
        ('{"models": {"a": {"name": "x"}, "a": {"name": "y"}}}', "config.plan_twice", "'a'"),
        ("[" * 100_000, "config.plan_syntax", "too deep"),
    ],
)
def test_what_is_no_plan(text: str, code: str, fact: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, FILE)
    assert caught.value.code == code
    assert fact in caught.value.message("en")
