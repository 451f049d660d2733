"""Regular expressions as MariaDB has them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("[[]", "["),
        ("[a&&b]", "&"),
        (r"\w\w$", "aß"),
        ("a|b", "b"),
    ],
)
def test_what_matches_there_matches_here(pattern: str, text: str) -> None:
    assert compile_pattern(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(?-i)ALPHA", "alpha"), (r"\Qa.b\E", "axb"), ("álpha", "alpha"), ("a{,3}", "aa"), ("^b", "ab")],
)
def test_what_does_not_match_there_does_not_here(pattern: str, text: str) -> None:
    assert not compile_pattern(pattern).search(text)


@pytest.mark.parametrize(
    "pattern", ["*", "+", "[", "(", ")", "[z-a]", "a{2,1}", "\\", r"\p{Nothing}", "(?R)", "[[:no:]]"]
)
def test_a_broken_one_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not a valid regular expression"):
        compile_pattern(pattern)


@given(st.text(alphabet="ab\\[]()^$.*+?{}:-|&~pQEzhx123 ", max_size=12))
def test_any_text_is_an_expression_or_refused(pattern: str) -> None:
    with suppress(ValueError):
        compile_pattern(pattern).search("a1")
