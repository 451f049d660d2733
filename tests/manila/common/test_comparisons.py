"""Comparisons as a deployment's database makes them: equality, LIKE, regular expressions, order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.manila.common import comparisons


@pytest.mark.parametrize("wanted", ["Alpha_1", "ALPHA_1", "álpha_1", "Alpha_1  "])
def test_text_equals_without_regard_to_case_accents_and_spaces_at_the_end(wanted: str) -> None:
    assert comparisons.equals(wanted)("Alpha_1")


@pytest.mark.parametrize(
    "wanted", [" Alpha_1", "Alpha_1\t", "Alpha", "A\u0301lpha_1", "\uff21lpha_1", "Alpha%", "", None, []]
)
def test_nothing_else_equals(wanted: Any) -> None:
    assert not comparisons.equals(wanted)("Alpha_1")


def test_an_empty_column_equals_nothing() -> None:
    assert not comparisons.equals("")(None)
    assert not comparisons.equals(None)(None)


@pytest.mark.parametrize("wanted", ["1", "1.0", "01", " 1", "1x", "+1", "1e0", "1,5", 1, 1.0, True])
def test_a_number_equals_a_text_that_begins_with_it(wanted: bool | float | str) -> None:
    assert comparisons.equals(wanted)(1)


@pytest.mark.parametrize("wanted", ["x", "", "0x1", "-1", ".9", "\uff11"])
def test_a_text_that_is_no_number_is_nought(wanted: str) -> None:
    assert not comparisons.equals(wanted)(1)
    assert comparisons.equals("x")(0)


def test_items_are_found_by_numbers_in_any_spelling() -> None:
    test = comparisons.has_items({"TIER": "gold ", "n": 1})
    assert test({"tier": "Gold", "n": "1"})
    assert not test({"tier": "Gold"})
    with pytest.raises(ValueError, match="neither"):
        comparisons.has_items({"n": [1]})


def test_two_items_of_one_row_have_to_be_the_same() -> None:
    specs = {"a": "1", "b": "2"}
    assert comparisons.has_one_item({"A": "1"})(specs)
    assert not comparisons.has_one_item({"a": "1", "b": "2"})(specs)


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        ("alpha", "x ÁLPHA y", True),
        ("al%1", "Alpha_1", True),
        ("lph__1", "Alpha_1", True),
        ("alpha\\_1", "Alpha_1", True),
        ("alpha\\_1", "Alpha-1", False),
        ("alpha_1 ", "Alpha_1", False),
        ("\\", "100%", True),  # it escapes the wildcard that follows
        ("\\", "a\\b", False),
        ("\\\\", "a\\b", True),
        ("a.c", "abc", False),
        ("%", "", True),
        ("s", "ß", True),
        ("a%b", "a\nb", True),
    ],
)
def test_like_has_wildcards_and_an_escape(part: str, text: str, found: bool) -> None:
    assert comparisons.like(part)(text) is found
    assert not comparisons.like(part)(None)


@given(st.text(), st.text())
def test_like_understands_any_text(part: str, text: str) -> None:
    assert comparisons.like(part)(text) in (True, False)


def test_empty_columns_come_first_and_case_does_not_matter() -> None:
    assert sorted(["b", "A", None, "á", "C"], key=comparisons.rank) == [None, "A", "á", "b", "C"]


def test_a_key_is_changed_where_the_database_finds_it() -> None:
    assert comparisons.merged({"tier": "gold"}, {"TIER": "new", "n": "1"}) == {"tier": "new", "n": "1"}
    assert comparisons.merged({"tier": "gold"}, {"TIER": "new"}, renames=True) == {"TIER": "new"}
