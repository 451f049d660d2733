"""Regular expressions as MariaDB has them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.manila.common import regular_expressions
from fakemanila.manila.common.regular_expressions import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^db", "DB-1"),
        ("d.-1", "db-1"),
        ("db-1$", "db-1"),
        ("[[:digit:]]$", "a1"),
        ("-[[:alpha:]]+_", "x-Ünï_"),
        ("[[:<:]]alpha[[:>:]]", "an alpha"),
        (r"\Qa.b\E", "A.B"),
        (r"\x{65E5}\p{Han}", "日本"),
        (r"\p{Lu}", "A"),
        (r"^\P{L}+$", "12"),
        (r"1\z", "a1"),
        (r"a\hb", "a\u00a0b"),
        (r"[\h,]", "\t"),
        ("(?-i)alpha", "alpha"),
        ("a(?i)B", "ab"),
        (r"(?<x>l)\k<x>", "all"),
        (r"(l)\g{1}", "all"),
        ("a{,3}", "a{,3}"),
        ("[]a]", "]"),
        ("[[:^alpha:]]", "1"),
        (r"[\P{L}]", "1"),
        ("(?<=b)a++", "baa"),
        ("[[]", "["),
        ("[a&&b]", "&"),
        (r"\w\w$", "aß"),
        ("a|b", "b"),
    ],
)
def test_what_matches_there_matches_here(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).found_in(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?-i)ALPHA", "alpha"),
        (r"\Qa.b\E", "axb"),
        ("álpha", "alpha"),
        ("a{,3}", "aa"),
        ("^b", "ab"),
        ("ss", "ß"),
        ("a{e}", "b"),
    ],
)
def test_what_does_not_match_there_does_not_here(pattern: str, text: str) -> None:
    assert not compile_pattern(pattern).found_in(text)


@pytest.mark.parametrize(
    "pattern",
    ["*", "+", "[", "(", ")", "[z-a]", "a{2,1}", "\\", r"\p{Nothing}", "(?R)", "(a(?1)?)", "(?e)a", "[[:no:]]"],
)
def test_a_broken_one_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not a valid regular expression"):
        compile_pattern(pattern)


@given(st.text(alphabet="ab\\[]()^$.*+?{}:-|&~pQEzhx123 ", max_size=12))
def test_any_text_is_an_expression_or_refused(pattern: str) -> None:
    with suppress(ValueError):
        compile_pattern(pattern).found_in("a1")


SLOW = "^(a|aa)+$"
"""It tries as many ways as there are rabbits after so many years."""


@pytest.mark.parametrize(
    "pattern",
    ["((a{1000}){1000}){1000}", "(a(?#()){255}" * 3 + "(b{999}(?#()){999}", "(?x)(a{999} #(\n){999}", "(a)){99999}"],
)
def test_what_would_be_too_large_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not a valid regular expression"):
        compile_pattern(pattern)


def test_what_would_take_too_long_is_not_found() -> None:
    assert not compile_pattern(SLOW).found_in("a" * 200 + "!")


def test_one_text_that_takes_too_long_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regular_expressions, "PATIENCE", 0.01)
    expression = compile_pattern(SLOW)
    assert [expression.found_in(text) for text in ("a" * 200 + "!", "aaa")] == [False, True]


def test_a_list_of_them_does_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regular_expressions, "PATIENCE", 0.01)
    monkeypatch.setattr(regular_expressions, "PATIENCE_OF_LIST", 0.02)
    expression = compile_pattern(SLOW)
    slow = "a" * 200 + "!"
    assert [expression.found_in(text) for text in (slow, slow, "aaa")] == [False, False, False]
