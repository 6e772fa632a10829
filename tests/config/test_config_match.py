"""Names as people write them, and the models they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.config.match import match

KNOWN = {
    "llama-3.3-70b-instruct": ["Llama 3.3 70B Instruct"],
    "llama-3.1-8b-instruct": ["Llama 3.1 8B Instruct", "llama-8b", "llama-3.9-8b-instruct"],
    "qwen2.5-32b-instruct": [],
    "qwen2.5-coder-32b-instruct": [],
    "qwen2.5-coder-0.5b-instruct": [],
    "qwen3-4b": [],
    "deepseek-r1-distill-qwen-14b": [],
    "deepseek-r1-distill-llama-8b": [],
    "mixtral-8x7b-instruct-v0.1": [],
    "gemma-3-12b-it": [],
    "smollm2-135m-instruct": ["starter"],
}


@pytest.mark.parametrize(
    ("name", "id", "how"),
    [
        ("Llama-3.3-70B-Instruct", "llama-3.3-70b-instruct", "same"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b-instruct", "same"),
        ("llama 3.3 70b", "llama-3.3-70b-instruct", "same"),
        ("Llama3.1-8B", "llama-3.1-8b-instruct", "same"),
        ("Qwen2.5-32B-Instruct", "qwen2.5-32b-instruct", "same"),
        ("Qwen2.5-Coder-32B", "qwen2.5-coder-32b-instruct", "same"),
        ("DeepSeek-R1-Distill-14B", "deepseek-r1-distill-qwen-14b", "fuller"),
        ("DeepSeek-R1-14B", "deepseek-r1-distill-qwen-14b", "fuller"),
        ("Mixtral-8x7B", "mixtral-8x7b-instruct-v0.1", "fuller"),
        ("gemma-3-12b", "gemma-3-12b-it", "same"),
        ("starter", "smollm2-135m-instruct", "fuller"),
        ("llama-8b", "llama-3.1-8b-instruct", "fuller"),
        ("Llama-3.9-8B", "llama-3.1-8b-instruct", "version"),  # an alias of the catalog's
        ("Llama-3.2-8B-Instruct", "llama-3.1-8b-instruct", "version"),
        ("Llama-3.1-70B", "llama-3.3-70b-instruct", "version"),
    ],
)
def test_what_a_name_means(name: str, id: str, how: str) -> None:
    found = match(name, KNOWN)
    assert found is not None
    assert (found.id, found.how) == (id, how)


@pytest.mark.parametrize(
    "name",
    [
        "Qwen3-32B",  # another major version is another model
        "Llama-2-70B",
        "Qwen2.5-72B",
        "Mistral-7B",
        "Phi-4",
        "8B",
        "Llama",
        "",
        "Qwen2.5-VL-32B",
        "///",
    ],
)
def test_what_no_model_of_the_catalog_is(name: str) -> None:
    assert match(name, KNOWN) is None


def test_two_that_are_equally_near_are_none() -> None:
    known = {"r1-distill-qwen-8b": [], "r1-distill-llama-8b": []}
    assert match("R1-Distill-8B", known) is None


@given(st.text(max_size=40))
def test_any_name_has_an_answer(name: str) -> None:
    found = match(name, KNOWN)
    assert found is None or found.id in KNOWN


@given(st.sampled_from(sorted(KNOWN)), st.sampled_from(["", "owner/"]), st.booleans())
def test_an_id_means_itself(id: str, owner: str, upper: bool) -> None:
    found = match(owner + (id.upper() if upper else id), KNOWN)
    assert found is not None
    assert (found.id, found.how) == (id, "same")
