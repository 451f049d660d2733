"""JSON as bytes, whoever makes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.http import encoding

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_the_library_and_the_standard_library_write_what_reads_the_same(value: Any) -> None:
    assert json.loads(encoding.encode(value)) == json.loads(encoding._plain(value)) == value


@pytest.mark.parametrize(
    "value", [{"a": [1, -2.5, None, True, "é\n\"'/\u2028"]}, [], {}, "", {"b": 2, "a": 1}, [0.1, 12345678.9]]
)
def test_both_write_the_same_bytes(value: Any) -> None:
    assert encoding.encode(value) == encoding._plain(value)


@pytest.mark.parametrize("value", ["\ud800", {"a": "\udc00"}, 2**80, {1: "a"}])
def test_what_the_library_cannot_write_is_written_all_the_same(value: Any) -> None:
    assert encoding.encode(value) == encoding._plain(value)
