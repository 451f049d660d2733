"""What keeps the collector of garbage from work that is none."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from fakemanila.garbage import collecting_nothing


@pytest.fixture(autouse=True)
def nothing_frozen() -> Iterator[None]:
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    yield
    gc.enable()
    if frozen:  # as all tests have it, for their speed
        gc.freeze()


def many() -> list[list[int]]:
    """As many new objects as an import makes."""
    return [[each] for each in range(20_000)]


def test_nothing_is_collected_within_and_what_was_made_is_old_afterwards() -> None:
    gc.collect()
    with collecting_nothing():
        assert not gc.isenabled()
        kept = many()
        assert gc.get_count()[0] >= len(kept)
    assert gc.isenabled()
    young = {id(each) for generation in (0, 1) for each in gc.get_objects(generation)}
    assert not young.intersection(map(id, kept))


def test_a_full_collection_still_finds_what_became_garbage_within() -> None:
    class Cycle:
        """Refers to itself."""

    with collecting_nothing():
        cycle = Cycle()
        cycle.__dict__["itself"] = cycle
        del cycle
        kept = many()
    assert gc.get_freeze_count() == 0
    assert kept
    gc.collect()
    assert not [each for each in gc.get_objects() if type(each).__name__ == "Cycle"]


def test_what_somebody_else_has_switched_off_or_frozen_stays_so() -> None:
    gc.disable()
    with collecting_nothing():
        """Nothing happens."""
    assert not gc.isenabled()
    gc.enable()
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collecting_nothing():
        kept = many()
    assert gc.get_freeze_count() == frozen > len(kept)
