"""One run: which tests, what came of them, and what came of those whose class could not be set up."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from .environment import ROOT
from .server import serving
from .suite import PREFIX, Result, Suite, short

FOLDER = ROOT / ".cache" / "tempest"

_FIXTURE = re.compile(r"(setUpClass|tearDownClass) \((?P<name>[\w.]+)\)")


@dataclass(slots=True)
class Run:
    """The results of all tests of one profile by name, and of tearing down what classes had set up."""

    profile: str
    results: dict[str, Result] = field(default_factory=dict)
    broken_ends: list[Result] = field(default_factory=list)
    seconds: float = 0.0


def run(
    profile: str,
    auth_url: str | None,
    wanted: Callable[[str], bool],
    workers: int,
    watch: Callable[[Result, int], None],
) -> Run:
    """Runs the tests whose short names are `wanted` against the Keystone at `auth_url`, or a server of its own.

    `watch` is told of every result as it comes, and of how many there will be.
    """
    folder = FOLDER / profile
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    done = Run(profile)
    with nullcontext(auth_url) if auth_url else serving(folder / "server.log") as url:
        suite = Suite(folder, profile, url)
        ids = [id for id in suite.names() if wanted(short(id))]
        names = [short(id) for id in ids]
        of_classes: dict[str, Result] = {}
        begin = time.monotonic()
        for result in suite.run(ids, workers) if ids else ():
            fixture = _FIXTURE.match(result.test)
            if fixture is None:
                done.results[result.test] = result
                watch(result, len(ids))
            elif fixture[1] == "setUpClass":
                of_classes[fixture["name"].removeprefix(PREFIX)] = result
            else:
                done.broken_ends.append(result)
        done.seconds = time.monotonic() - begin
    for result in _never_begun(names, done.results, of_classes):
        done.results[result.test] = result
    return done


def _never_begun(names: Iterable[str], results: dict[str, Result], of_classes: dict[str, Result]) -> list[Result]:
    """What came of tests without a result of their own: that of their class."""
    lost = Result("", "fail", 0.0, "The test has no result: its process ended early.")
    missing = [name for name in names if name not in results]
    return [replace(of_classes.get(name.rpartition(".")[0], lost), test=name, seconds=0.0) for name in missing]
