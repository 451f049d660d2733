"""Keeping Python's collector of garbage from looking where there is none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 10_000
"""New objects that are worth it: what is frozen is counted one by one."""
_OWN_OF_PYTHON = 1000
"""More objects than Python 3.12 freezes when it starts, and less than anybody would freeze."""


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Many objects are made that stay: the collector would look through all of them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    before = gc.get_count()[0]
    try:
        yield
    finally:
        if enabled:
            if gc.get_count()[0] - before >= _MANY:
                _call_all_old()
            gc.enable()


def _call_all_old() -> None:
    """Has the collector leave what was just made alone until it looks at all objects.

    Otherwise it goes through the young ones at once and soon again, which takes a tenth of an import's time.
    """
    if gc.get_freeze_count() < _OWN_OF_PYTHON:  # what somebody else has frozen stays frozen
        gc.freeze()
        gc.unfreeze()  # to the oldest generation
