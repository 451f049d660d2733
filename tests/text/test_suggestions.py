"""What is said of a word that nobody knows."""

from __future__ import annotations

from fakemanila.text.suggestions import nearest


def test_the_nearest_word_is_named() -> None:
    assert nearest("siz", ["size", "name"]) == "; did you mean 'size'?"


def test_a_short_choice_is_listed_where_nothing_is_near() -> None:
    assert nearest("zzz", ["size", "name"]) == "; there are name, size"


def test_a_long_choice_is_not_listed() -> None:
    assert nearest("zzz", [f"word{n}" for n in range(21)]) == ""
