"""Texts compare as in utf8mb3_general_ci. Every pair below was put to a MariaDB 10.11."""

# ruff: noqa: RUF001

from __future__ import annotations

import hashlib

import pytest

from fakemanila.world import collation

EQUAL = [
    ("demo", "DEMO"),
    ("demo", "demo  "),
    ("", "  "),
    ("ä", "A"),
    ("ß", "s"),
    ("ß", "S"),
    ("ſ", "s"),
    ("İ", "i"),
    ("ı", "I"),
    ("é", "E"),
    ("ñ", "n"),
    ("Ａ", "ａ"),
    ("Σ", "ς"),
    ("Æ", "æ"),
    ("Ǽ", "æ"),
    ("Ж", "ж"),
    ("Ё", "е"),
    ("й", "Й"),
    ("ệ", "e"),
    ("Ⅳ", "ⅳ"),
    ("日本", "日本 "),
]
UNEQUAL = [
    ("demo", " demo"),
    ("demo", "demo\t"),
    ("demo", "demo\n"),
    ("demo", "demo\u00a0"),
    ("ß", "ss"),
    ("ﬁ", "fi"),
    ("Æ", "ae"),
    ("ø", "o"),
    ("ł", "l"),
    ("đ", "d"),
    ("Ａ", "A"),
    ("e\u0301", "é"),
    ("e\u0301", "e"),
    ("и", "й"),
    ("😀", "😁"),
    ("か", "カ"),
]

MEASURED = "4b3ffbe97703467ec6153985e045ef21452f15d4075c85c42c8f2df1dd0b4792"


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_texts_have_one_key(one: str, other: str) -> None:
    assert collation.key(one) == collation.key(other)
    assert collation.equal(one, other)


@pytest.mark.parametrize(("one", "other"), UNEQUAL)
def test_unequal_texts_have_two_keys(one: str, other: str) -> None:
    assert collation.key(one) != collation.key(other)
    assert not collation.equal(one, other)


def test_folding_keeps_the_length_and_the_spaces_at_the_end() -> None:
    assert collation.fold("Straße  ") == "STRASE  "
    assert collation.fold("demo ") == "DEMO "


def test_every_character_folds_to_the_one_that_was_measured() -> None:
    # The sum of MariaDB's WEIGHT_STRING of each: an editor that normalizes the table would spoil it.
    every = "".join(chr(point) for point in range(1, 0x10000) if not 0xD800 <= point < 0xE000)
    folded = collation.fold(every)
    assert hashlib.sha256(folded.encode("utf-16-be")).hexdigest() == MEASURED
    assert collation.fold(folded) == folded


@pytest.mark.parametrize(
    ("one", "other", "same"), [(None, None, True), (None, "", False), (1, "1", False), (1, 1, True)]
)
def test_what_is_no_text_equals_itself(one: object, other: object, same: bool) -> None:
    assert collation.equal(one, other) is same


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("rec-n_me", True),
        ("REC%", True),
        ("%ÄME", True),
        ("%", True),
        ("rec-name ", False),
        ("ec-name", False),
        ("rec-%name%", True),
        (r"rec-n\_me", False),
        ("rec.*", False),
    ],
)
def test_like_knows_wildcards_and_no_case(pattern: str, matches: bool) -> None:
    assert collation.like("rec-Näme", pattern) is matches


def test_like_takes_an_escaped_wildcard_for_itself() -> None:
    assert collation.like("50%", r"50\%")
    assert not collation.like("500", r"50\%")
    assert collation.like("\\", "\\")
