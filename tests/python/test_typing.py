"""What the type checkers can't see for themselves. `make types` runs them over tests/typing."""

from __future__ import annotations

import inspect

from fakemanila import FakeManila, testing


def test_the_decorator_knows_the_keywords_of_a_fake_manila() -> None:
    assert testing.Options.__annotations__.keys() == inspect.signature(FakeManila).parameters.keys()
