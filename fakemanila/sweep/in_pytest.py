"""``pytest --fakemanila-sweep``: each test that uses the fixture is run again for each of its requests and failures.

How many runs a test needs is known only when it has run, so they can't be items of their own. It goes through pytest's
whole protocol again, setup and teardown included, and each of these runs is reported as a subtest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from ..control.client import ControlFailure
from ..pytest_plugin.sweep import ALL
from . import cases, failures, results
from .cases import Case
from .failures import Failure
from .results import Ended, Result, Verdict
from .stage import Undisturbed, judged, undisturbed

if TYPE_CHECKING:
    from ..control.client import ControlClient
    from ..python.fake_manila import FakeManila

HANG = "2s"
"""How long a request hangs at most: nobody can end a test that has no time-out of its own."""
PROPERTY = "fakemanila_sweep"
"""The property of a subtest's report that has its verdict."""


class _Watch:
    """Looks at the world around the call of a test. Setup and teardown are not swept."""

    def __init__(self, case: Case | None = None, first: Undisturbed | None = None) -> None:
        self._case, self._of = case, first
        self.first: Undisturbed | None = None
        self.result: Result | None = None

    def around(self, world: ControlClient) -> Iterator[None]:
        """Yields where the test is called."""
        start, last = None, None
        if self._case is None:
            start, last = world.state.dump(), world.requests.last()
        else:
            for rule in self._case.rules():
                world.faults.add(rule)
        try:
            yield
        finally:
            ended = Ended(True, 0.0)  # the test's reports know better
            try:
                if start is not None:
                    self.first = undisturbed(world, ended, start, None if last is None else last["id"])
                elif self._case is not None and self._of is not None:
                    self.result = judged(world, self._case, ended, self._of)
            except (ControlFailure, RuntimeError):
                pass  # the test has stopped its server, or forgotten what was asked: there is nothing to compare


_WATCH: pytest.StashKey[_Watch] = pytest.StashKey()


class Sweep:
    """The plugin that is there where tests are swept."""

    def __init__(
        self,
        manila: pytest.StashKey[FakeManila],
        kinds: Sequence[Failure],
        operations: Sequence[str] = (),
        bad: Sequence[Verdict] = results.BAD,
    ) -> None:
        """`manila` is where an item has its world."""
        self._manila, self._operations, self._bad = manila, operations, bad
        self._kinds = [kind._replace(do={"hang": HANG}) if kind.name == "hang" else kind for kind in kinds]
        self._verdicts: Counter[str] = Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        if "manila" not in getattr(item, "fixturenames", ()):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports, watch = self._play(item, nextitem, _Watch())
        told: list[str] = []
        if watch.first is not None and all(map(_passed, reports)):
            told = list(self._disturb(item, nextitem, watch.first))
        for report in reports:
            if told and report.when == "call":
                report.outcome, report.longrepr = "failed", "\n".join(("it was swept:", *told))
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        watch, manila = item.stash.get(_WATCH, None), item.stash.get(self._manila, None)
        if watch is None or manila is None:
            return (yield)
        return (yield from watch.around(manila.control))

    def _play(
        self, item: pytest.Item, nextitem: pytest.Item | None, watch: _Watch
    ) -> tuple[list[pytest.TestReport], _Watch]:
        """One run of a test, from its setup to its teardown."""
        if self._manila in item.stash:
            del item.stash[self._manila]  # of the run before
        _forget(item)
        item.stash[_WATCH] = watch
        recorded = len(item.user_properties)
        reports: list[pytest.TestReport] = runtestprotocol(item, log=False, nextitem=nextitem)
        del item.user_properties[recorded:]  # they are in the reports
        return reports, watch

    def _disturb(self, item: pytest.Item, nextitem: pytest.Item | None, first: Undisturbed) -> Iterator[str]:
        """Runs a test once for each case and reports that; gives a line for each run that is bad."""
        for case in cases.singles(cases.selected(first.requests, self._operations), self._kinds):
            if item.session.shouldstop or item.session.shouldfail:
                return
            reports, watch = self._play(item, nextitem, _Watch(case, first))
            ended = Ended(all(map(_passed, reports)), sum(report.duration for report in reports))
            result = Result(case, ended, False) if watch.result is None else replace(watch.result, ended=ended)
            line = f"{case.id}  {result.verdict}  {case.what}  {result.details}"
            self._report(item, next((each for each in reports if not _passed(each)), reports[-2]), result, line)
            if result.verdict in self._bad:
                yield line

    def _report(self, item: pytest.Item, report: pytest.TestReport, result: Result, line: str) -> None:
        """Reports a run as a subtest, where this pytest has such."""
        bad = result.verdict in self._bad
        if bad and report.passed:  # it is only the world that tells
            report.longrepr = line
        elif result.verdict == "not reached":
            report.longrepr = (str(item.path), item.location[1] or 0, line)
        elif not bad:
            report.longrepr = None
        report.outcome = "failed" if bad else "skipped" if result.verdict == "not reached" else "passed"
        report.when = "call"
        report.user_properties.append((PROPERTY, result.verdict))
        data: dict[str, Any] = item.config.hook.pytest_report_to_serializable(config=item.config, report=report)
        data.pop("$report_type", None)
        context = {"msg": f"{result.case.id} {result.case.what}", "kwargs": {}}
        data |= {"_report_type": "SubTestReport", "_subtest.context": context}
        subtest = item.config.hook.pytest_report_from_serializable(config=item.config, data=data)
        if subtest is None:
            self._verdicts[result.verdict] += 1
        else:
            item.ihook.pytest_runtest_logreport(report=subtest)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._verdicts[str(value)] += 1

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("fakemanila sweep")
        if self._verdicts:
            terminalreporter.line(results.summary({each: self._verdicts[each] for each in results.VERDICTS}))
        else:
            terminalreporter.line("no test has asked for anything to sweep")


def _forget(item: pytest.Item) -> None:
    """Has an item run as if it never had: pytest keeps what a test printed, and the instance of a test's class."""
    item._report_sections.clear()
    if isinstance(item, pytest.Function) and item.cls is not None:
        for name in ("_instance", "_obj"):
            item.__dict__.pop(name, None)


def _passed(report: pytest.TestReport) -> bool:
    return report.passed and not hasattr(report, "wasxfail")


def plugin(config: pytest.Config, manila: pytest.StashKey[FakeManila]) -> Sweep:
    """The plugin as the options say. Raises UsageError for what is wrong with one."""
    said, operations = config.getoption("--fakemanila-sweep"), config.getoption("--fakemanila-sweep-operations")
    try:
        kinds = tuple(failures.FAILURES.values()) if said == ALL else failures.parse(said)
    except ValueError as error:
        raise pytest.UsageError(
            f"--fakemanila-sweep: {error}; the word after the option is its value: name tests before it"
        ) from None
    try:
        patterns = cases.parse_operations(operations or "")
    except ValueError as error:
        raise pytest.UsageError(f"--fakemanila-sweep-operations: {error}") from None
    try:
        bad = results.parse_verdicts(config.getoption("--fakemanila-sweep-fail-on"))
    except ValueError as error:
        raise pytest.UsageError(f"--fakemanila-sweep-fail-on: {error}") from None
    return Sweep(manila, kinds, patterns, bad)
