"""What the pytest plugin makes of the conduct of a test's clients. Imports nothing but pytest before somebody asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from fakemanila import FakeManila
    from fakemanila.control.parts.conduct import Conduct

FAIL, SHOW, ALLOW = "--fail-on-conduct", "--show-conduct", "fakemanila_allow_conduct"
SECTION = "fakemanila conduct"
MARK = "allow_conduct"
ALL = "all"
_PROPERTY = "fakemanila_conduct"


class Asked(NamedTuple):
    """What a test's clients are judged by. `only` is empty for everything that needn't be named."""

    only: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()


def add_options(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    group.addoption(
        "--fail-on-conduct",
        nargs="?",
        const=ALL,
        metavar="NAMES",
        help="fail tests whose clients have bad habits; with =NAMES only for these findings",
    )
    group.addoption("--show-conduct", action="store_true", help="list the bad habits of tests' clients at the end")
    parser.addini("fakemanila_allow_conduct", "findings to ignore in all tests, one per line", "linelist")


def check(config: pytest.Config) -> None:
    """Raises UsageError for names of findings that there aren't."""
    only, allow = _only(config), config.getini(ALLOW)
    try:
        if only:
            _names(only, FAIL)
        if allow:
            _names(allow, ALLOW)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def asked_of(node: pytest.Item, marker: str) -> Asked:
    """What options, ini file and markers say together. Raises ValueError for what is wrong with a marker."""
    allow = tuple(node.config.getini(ALLOW))
    for mark in node.iter_markers(marker):
        said = mark.kwargs.get(MARK, ())
        allow += _names([said] if isinstance(said, str) else said, MARK)
    return Asked(_only(node.config), allow)


def _only(config: pytest.Config) -> tuple[str, ...]:
    """The findings that tests fail for; empty where they do for all that needn't be named, or for none."""
    fail_on = config.getoption(FAIL)
    if fail_on in (None, ALL):
        return ()
    from fakemanila.text.words import listed

    return tuple(listed(fail_on))


def _names(names: Iterable[str], field: str) -> tuple[str, ...]:
    from fakemanila.conduct import check_names

    given = tuple(names)
    check_names(given, field)
    return given


def judge(manila: FakeManila, asked: Asked, *, ended: bool = False) -> list[tuple[str, Conduct]]:
    """The findings about a test's clients, by world (empty for the one of the fixture) where there are some.

    What is left behind is judged when the test has ended, and only where findings were named.
    """
    ended = ended and bool(asked.only)
    worlds = [
        (
            "" if each is manila else each.world_name,
            each._past().requests.conduct(only=asked.only, allow=asked.allow, ended=ended),
        )
        for each in manila._all()
    ]
    return [(name, found) for name, found in worlds if found]


def told(judged: list[tuple[str, Conduct]]) -> str:
    """Findings as text; empty when there are none."""
    return "\n".join(f"world {name}:\n{found}" if name else str(found) for name, found in judged)


def sections(manila: FakeManila, asked: Asked | None) -> list[tuple[str, str]]:
    """What the report of a failed test has to say of it; nothing where it was said already."""
    text = "" if asked is None else told(judge(manila, asked))
    return [(SECTION, text)] if text else []


def end(item: pytest.Item, manila: FakeManila, asked: Asked) -> str | None:
    """Judges a test that has ended, where somebody wants that. Returns what it has to fail with, if it has to."""
    fails, shows = item.config.getoption(FAIL) is not None, item.config.getoption(SHOW)
    if not fails and not shows:
        return None
    from fakemanila.conduct import telling

    judged = judge(manila, asked, ended=True)
    if shows:
        item.user_properties += [(_PROPERTY, telling.head(each)) for _, found in judged for each in found]
    return f"its clients' conduct has findings:\n{told(judged)}" if judged and fails else None


def summarize(reporter: Any) -> None:
    """What there is to be said of all tests together, where somebody wants to see it."""
    if not reporter.config.getoption(SHOW):
        return
    found = {
        (report.nodeid, value)
        for reports in reporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == _PROPERTY
    }
    reporter.write_sep("=", SECTION)
    for test, findings in groupby(sorted(found), key=itemgetter(0)):
        reporter.write_line(test)
        for _, finding in findings:
            reporter.write_line(f"  {finding}")
    reporter.write_line(_counted({(test, finding.partition(":")[0]) for test, finding in found}))


def _counted(found: set[tuple[str, str]]) -> str:
    """``"full-lists in 1 test, polls-too-fast in 3 tests"``."""
    from fakemanila.text.words import counted

    counts = Counter(name for _, name in sorted(found))
    return ", ".join(f"{name} in {counted(count, 'test')}" for name, count in sorted(counts.items())) or "no findings"
