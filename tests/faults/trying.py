"""Saying which presets a test tries, so that a preset that nobody tries is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fakemanila.faults.presets import families

Test = TypeVar("Test", bound=Callable[..., Any])


def tries(*names: str) -> Callable[[Test], Test]:
    """Marks a test that has clients meet these presets; it fails when one of them doesn't fire.

    A test that is parametrised by `preset` has to meet that one.
    """

    def mark(test: Test) -> Test:
        test.__dict__["tried"] = names
        return test

    return mark


def names(family: str) -> tuple[str, ...]:
    """Every preset of a family that can be counted: ``quota:shares``, ``quota:gigabytes``, …"""
    return families()[family].names()


def family_of(name: str) -> str:
    """``quota`` of ``quota:shares``."""
    return name.partition(":")[0]
