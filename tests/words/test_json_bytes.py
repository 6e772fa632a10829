"""What goes over a wire is JSON whatever is in it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.words.json_bytes import decode, encode

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
)  # fmt: skip


@given(VALUES)
def test_what_is_written_is_read_again_by_us_and_by_others(value: object) -> None:
    data = encode(value)
    assert decode(data) == value == json.loads(data)


def test_half_a_surrogate_pair_goes_out_as_a_question_mark_and_comes_in_as_it_is() -> None:
    assert encode({"a": "\ud83d!"}) == b'{"a":"?!"}'
    assert decode(b'"\\ud83d!"') == "\ud83d!"


def test_no_number_is_null() -> None:
    assert encode([math.nan, math.inf, 1.5]) == b"[null,null,1.5]"


@pytest.mark.parametrize("data", [b"", b"{", b'{"a":}', b"\xff", b"1 2"])
def test_what_is_no_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode(data)
