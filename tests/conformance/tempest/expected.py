"""What is expected of each test: a tab-separated table, a row a test, a column a profile.

========== ===========================================================================================
state      meaning
========== ===========================================================================================
pass       passes on real Manila, and has to pass here
skip       is skipped on real Manila, where it asks for what the deployment doesn't have
fail-on-real fails on real Manila, and so it may here
not-built  passes on real Manila, and needs an operation here that there isn't yet
-          wasn't run on real Manila with this profile, and isn't run here
========== ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .configuration import PROFILES
from .suite import Result

PATH = Path(__file__).parents[1] / "tempest.tsv"

PASS, SKIP, FAIL_ON_REAL, NOT_BUILT, NOT_RUN = "pass", "skip", "fail-on-real", "not-built", "-"

_NOT_BUILT_SIGN = "is not implemented by this release of fakemanila"


@dataclass(slots=True)
class Table:
    """The states of all tests by profile and name, and how many seconds real Manila took for a profile."""

    states: dict[str, dict[str, str]]
    seconds: dict[str, int] = field(default_factory=dict)

    def expected(self, profile: str) -> Mapping[str, str]:
        """The state of each test that is run with this profile."""
        return {test: state for test, state in self.states[profile].items() if state != NOT_RUN}


def read(path: Path = PATH) -> Table:
    header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    table = Table({profile: {} for profile in header[1:]})
    for name, *values in rows:
        for profile, value in zip(header[1:], values, strict=True):
            if name == "seconds on real Manila":
                if value != NOT_RUN:
                    table.seconds[profile] = int(value)
            else:
                table.states[profile][name] = value
    return table


def write(table: Table, path: Path = PATH) -> None:
    tests = sorted(set().union(*table.states.values()))
    rows = [["test", *PROFILES]]
    rows.append(["seconds on real Manila", *(str(table.seconds.get(profile, NOT_RUN)) for profile in PROFILES)])
    rows += [[test, *(table.states[profile].get(test, NOT_RUN) for profile in PROFILES)] for test in tests]
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def needs_what_is_not_built(result: Result) -> bool:
    """Whether a test didn't pass because an operation isn't there: the server said so.

    Tests that upstream takes for unstable are skipped when they fail.
    """
    return result.state != "pass" and _NOT_BUILT_SIGN in result.text


def is_as_expected(state: str | None, result: Result) -> bool:
    """Whether a run may go on as if nothing had happened. A test that isn't in the table has to pass or be skipped."""
    if state == PASS:
        return result.state == "pass"
    if state in (SKIP, NOT_BUILT):
        return result.state != "fail" or needs_what_is_not_built(result)
    return result.state != "fail" or state == FAIL_ON_REAL


def is_better_than_expected(state: str | None, result: Result) -> bool:
    """Whether a test passes that wasn't expected to."""
    return result.state == "pass" and state != PASS


def updated(table: Table, profile: str, results: Iterable[Result]) -> int:
    """Writes down what is built by now, and returns the number of changes.

    What real Manila passes has to pass here as soon as it is built, so no other failure can be written down.
    """
    states = table.states[profile]
    changes = 0
    for result in results:
        old = states.get(result.test)
        new = old
        if old is None:
            new = result.state
        elif old in (PASS, NOT_BUILT) and needs_what_is_not_built(result):
            new = NOT_BUILT
        elif old == NOT_BUILT and result.state == "pass":
            new = PASS
        if new is not None and new != old and new != "fail":
            states[result.test] = new
            changes += 1
    return changes
