"""What keeps the collector of garbage from work that is none.

Each test is a process: where a whole suite is loaded, to look through all of it once takes half a second.
"""

from __future__ import annotations

import subprocess
import sys

_MANY = """
import gc
from fakemanila.garbage import collecting_nothing
gc.unfreeze()
def many():
    return [[each] for each in range(20_000)]  # as many new objects as an import makes
"""


def run(code: str) -> None:
    subprocess.run([sys.executable, "-c", _MANY + code], check=True)


def test_nothing_is_collected_within_and_what_was_made_is_old_afterwards() -> None:
    run("""
gc.collect()
with collecting_nothing():
    assert not gc.isenabled()
    kept = many()
    assert gc.get_count()[0] >= len(kept)
assert gc.isenabled()
young = {id(each) for generation in (0, 1) for each in gc.get_objects(generation)}
assert not young.intersection(map(id, kept))
""")


def test_what_was_young_before_stays_so_where_little_is_made_within() -> None:
    run("""
gc.set_threshold(100_000)
gc.collect()
before = many()
with collecting_nothing():
    kept = [[]]
young = {id(each) for each in gc.get_objects(0)}
assert {id(before[0]), id(kept[0])} <= young
""")


def test_a_full_collection_still_finds_what_became_garbage_within() -> None:
    run("""
class Cycle:
    pass
with collecting_nothing():
    cycle = Cycle()
    cycle.__dict__["itself"] = cycle
    del cycle
    kept = many()
assert gc.get_freeze_count() == 0
assert not [each for each in gc.get_objects(0) if type(each).__name__ == "Cycle"]
assert [each for each in gc.get_objects(2) if type(each).__name__ == "Cycle"]
gc.collect()
assert not [each for each in gc.get_objects() if type(each).__name__ == "Cycle"]
""")


def test_what_somebody_else_has_switched_off_or_frozen_stays_so() -> None:
    run("""
gc.disable()
with collecting_nothing():
    pass
assert not gc.isenabled()
gc.enable()
before = many()
gc.freeze()
frozen = gc.get_freeze_count()
with collecting_nothing():
    kept = many()
assert gc.get_freeze_count() == frozen > len(kept)
""")


def test_a_server_looks_for_garbage_less_often_for_as_long_as_it_serves() -> None:
    code = """
import gc
from fakemanila.cli import serving
from fakemanila.cli.program import main
gc.set_threshold(500, 5, 5)
serving.serve_until_signal = lambda server, lines: print(gc.isenabled(), *gc.get_threshold())
main(["serve", "--port", "0"], standalone_mode=False)
print(gc.isenabled(), *gc.get_threshold())
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "True 20000 5 5\nTrue 500 5 5\n"
