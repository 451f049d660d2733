"""JSON as Python, with variables where ids were."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fakemanila.control.exports.ids import Ids, code, variable

SHARE, OTHER = "0b1fca53-1d1f-4b0e-8f2c-6d5c0f5a7a11", "9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f"
IDS = Ids({SHARE: "share_id", OTHER: "project_id"}, {})
VALUES = {"share_id": SHARE, "project_id": OTHER}

texts = st.text(st.characters(exclude_categories=()), max_size=20)
with_ids = st.lists(texts | st.sampled_from([SHARE, OTHER]), max_size=4).map("".join)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | with_ids,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(with_ids, inner, max_size=4),
    max_leaves=15,
)


@given(json)
def test_python_reads_what_json_was(value: Any) -> None:
    assert eval(code(value, IDS), {}, VALUES) == value
    assert eval(code(value), {}) == value


@given(with_ids)
def test_no_known_id_is_left_in_a_text_of_its_own(text: str) -> None:
    assert eval(IDS.text(text), {}, VALUES) == text
    if text == SHARE:
        assert IDS.text(text) == "share_id"


@given(texts, st.sets(texts, max_size=3))
def test_any_name_makes_a_variable_that_is_free(name: str, taken: set[str]) -> None:
    found = variable(name, taken)
    assert found.isidentifier()
    assert found not in taken
