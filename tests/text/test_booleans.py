"""The words that count as booleans."""

from __future__ import annotations

import pytest

from fakemanila.text import booleans


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("True", True), (" yes ", True), ("1", True), ("T", True), ("ON", True), ("no", False), ("f", False), (0, False)],
)
def test_words_are_read_in_any_case_and_without_the_space_around_them(value: object, wanted: bool) -> None:
    assert booleans.strict_bool(value) is wanted
    assert (booleans.is_true(value), booleans.is_false(value)) == (wanted, not wanted)


@pytest.mark.parametrize("value", ["", "2", "tru", None, "yes no"])
def test_other_words_are_neither_true_nor_false(value: object) -> None:
    assert (booleans.is_true(value), booleans.is_false(value)) == (False, False)
    with pytest.raises(ValueError, match=r"^Unrecognized value"):
        booleans.strict_bool(value)
