"""The table of what is expected of upstream's tests, and what is made of their results."""

from __future__ import annotations

from pathlib import Path

import pytest

from .tempest import expected, report
from .tempest.expected import FAIL_ON_REAL, NOT_BUILT, NOT_RUN, PASS, SKIP, Table
from .tempest.run import Run
from .tempest.suite import Result, module, short

MISSING = "Details: share_servers.list is not implemented by this release of fakemanila."

passed = Result("api.test_x.T.test", "pass", 0.1, "")
failed = Result("api.test_x.T.test", "fail", 0.1, "Trace\nMismatchError: 1 != 2")
skipped = Result("api.test_x.T.test", "skip", 0.1, "no replication here")
not_there = Result("api.test_x.T.test", "fail", 0.1, MISSING)


def test_the_table_is_as_it_would_be_written(tmp_path: Path) -> None:
    expected.write(expected.read(), tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_text() == expected.PATH.read_text()


def test_the_table_has_no_other_states() -> None:
    states = {state for column in expected.read().states.values() for state in column.values()}
    assert states <= {PASS, SKIP, FAIL_ON_REAL, NOT_BUILT, NOT_RUN}


@pytest.mark.parametrize(
    ("state", "result", "fine"),
    [
        (PASS, passed, True),
        (PASS, failed, False),
        (PASS, skipped, False),
        (PASS, not_there, False),
        (SKIP, skipped, True),
        (SKIP, failed, False),
        (SKIP, not_there, True),
        (NOT_BUILT, not_there, True),
        (NOT_BUILT, passed, True),
        (NOT_BUILT, failed, False),
        (FAIL_ON_REAL, failed, True),
        (FAIL_ON_REAL, passed, True),
        (None, passed, True),
        (None, failed, False),
    ],
)
def test_only_what_is_not_there_excuses_a_failure(state: str | None, result: Result, fine: bool) -> None:
    assert expected.is_as_expected(state, result) is fine


@pytest.mark.parametrize(
    ("old", "result", "new"),
    [
        (NOT_BUILT, passed, PASS),
        (PASS, not_there, NOT_BUILT),
        (PASS, failed, PASS),
        (NOT_BUILT, failed, NOT_BUILT),
        (SKIP, not_there, SKIP),
        (FAIL_ON_REAL, passed, FAIL_ON_REAL),
    ],
)
def test_updating_writes_down_what_is_built_and_never_a_failure(old: str, result: Result, new: str) -> None:
    table = Table({"dhss": {result.test: old}})
    assert expected.updated(table, "dhss", [result]) == (old != new)
    assert table.states["dhss"] == {result.test: new}


def test_a_test_that_is_gone_is_reported_unless_only_some_were_to_run() -> None:
    run, states = Run("dhss", {passed.test: passed}), {passed.test: PASS, "api.test_x.T.other": PASS}
    assert report.verdict(run, states, complete=True) == ["api.test_x.T.other: gone, expected pass"]
    assert report.verdict(run, states, complete=False) == []


def test_what_passes_unexpectedly_is_named() -> None:
    (line,) = report.surprises(Run("dhss", {passed.test: passed}), {passed.test: NOT_BUILT})
    assert line.startswith(passed.test)


def test_names_are_shown_without_tags_and_counted_by_module() -> None:
    name = short("manila_tempest_tests.tests.api.admin.test_quotas.Quotas.test_show_1_True[api,positive]")
    assert name == "api.admin.test_quotas.Quotas.test_show_1_True"
    assert module(name) == "api.admin.test_quotas"
