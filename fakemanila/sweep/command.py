"""`fakemanila sweep`."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

import click

from .. import files
from ..cli import parameters
from ..cli.console import echo, echo_table, note, progress
from ..control.client import ControlFailure
from ..keystone.builtin import user_names
from ..python import options
from ..python.environment import authority_of
from ..python.fake_manila import FakeManila
from . import cases, documents, failures, report, results
from .cases import Case
from .failures import Failure
from .process import Commands
from .results import Result, Verdict
from .stage import Stage, Undisturbed

T = TypeVar("T")


def _read_by(parse: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str], T]:
    """The callback of an option that something else reads."""

    def read(ctx: click.Context, param: click.Parameter, value: str) -> T:
        try:
            return parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return read


@click.command("sweep")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--faults",
    "kinds",
    callback=_read_by(failures.parse),
    default=",".join(failures.FAILURES),
    metavar="LIST",
    help=f"The kinds of failure; default: all of {', '.join(failures.FAILURES)}.",
)
@click.option(
    "--operations",
    callback=_read_by(cases.parse_operations),
    default="",
    metavar="PATTERN",
    help="Requests for these operations, such as 'shares.*,identity.tokens.create'; default: all of Manila's.",
)
@click.option("--only", metavar="N:FAULT", help="Only this run, with all details.")
@click.option("--pairs", is_flag=True, help=f"Also runs with two failures each, {cases.PAIRS} at most.")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of runs at once.")
@click.option(
    "--timeout",
    callback=parameters.as_duration,
    default="30s",
    show_default=True,
    help="How long a run may take; after that it is ended and counts as hung.",
)
@click.option(
    "--fail-on",
    "bad",
    callback=_read_by(results.parse_verdicts),
    default=",".join(results.BAD),
    show_default=True,
    metavar="LIST",
    help="The verdicts that give exit status 1, or none.",
)
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file as JUnit XML."
)
@click.option(
    "--json", "json_", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file as JSON."
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    callback=parameters.as_scenarios,
    metavar="FILE|NAME",
    help="The initial state of the worlds; may be repeated.",
)
@click.option("--seed", type=int, help="Seed of all worlds; default: the scenario's, or 0.")
@click.option("--user", default="demo", show_default=True, help="The built-in user to log in as.")
@click.option("--url", help="A running server to use, instead of one in this process.")
@click.option(
    "--control-token", envvar="FAKEMANILA_CONTROL_TOKEN", show_envvar=True, help="That server's control token."
)
@click.option("--cacert", metavar="FILE", help="The authority to trust for an HTTPS URL.")
def sweep_command(
    command: tuple[str, ...],
    kinds: tuple[Failure, ...],
    operations: tuple[str, ...],
    only: str | None,
    pairs: bool,
    jobs: int,
    timeout: timedelta,
    bad: tuple[Verdict, ...],
    junit: Path | None,
    json_: Path | None,
    scenarios: tuple[Path, ...],
    seed: int | None,
    user: str,
    url: str | None,
    control_token: str | None,
    cacert: str | None,
) -> int:
    """Run COMMAND once without faults, then once for each of its requests and each kind of failure.

    Each run gets a new world by OS_* and FAKEMANILA_URL in its environment. Put -- before COMMAND.
    """
    if user not in user_names():
        raise click.BadParameter(
            f"{user!r} is not a built-in user; there are {', '.join(user_names())}", param_hint="--user"
        )
    if only is not None and pairs:
        raise click.UsageError("--only doesn't go with --pairs")
    wanted = _Wanted(kinds, operations, only, pairs, jobs)
    try:
        scenario = options.document({"scenario": scenarios or None, "seed": seed})
        with _server(url, control_token, cacert) as server, tempfile.TemporaryDirectory() as folder:
            play = Commands(
                command,
                url=server.url,
                user=user,
                timeout=timeout.total_seconds(),
                cacert=server.cacert,
                folder=Path(folder),
            )
            prefix = "sweep" if url is None else f"sweep-{uuid.uuid4().hex[:8]}"
            stage = Stage(server.control, play, scenario, prefix=prefix, stop=play.stop)
            first = _undisturbed(stage)
            found = _results(stage, first, wanted)
    except (ValueError, ControlFailure) as error:
        raise click.ClickException(str(error)) from None
    if json_ is not None:
        files.write(json_, documents.as_json(command, scenario.get("seed", 0), first, found).encode())
    if junit is not None:
        files.write(junit, documents.as_junit(found, bad).encode())
    return int(any(result.verdict in bad for result in found))


class _Wanted(NamedTuple):
    """Which runs are wanted."""

    kinds: Sequence[Failure]
    operations: Sequence[str]
    only: str | None
    pairs: bool
    jobs: int


@contextmanager
def _server(url: str | None, token: str | None, cacert: str | None) -> Iterator[FakeManila]:
    """The running server that is named, or one of its own."""
    if url is None:
        with FakeManila() as manila:
            yield manila
        return
    base = url.partition("/worlds/")[0]
    manila = FakeManila.attach(base, token, cacert=cacert or authority_of(base))
    try:
        yield manila
    finally:
        manila.stop()


def _undisturbed(stage: Stage) -> Undisturbed:
    progress("undisturbed")
    first = stage.undisturbed()
    progress("")
    if not first.ended.passed:
        for text in first.ended.output.splitlines():
            note(text)
        more = "; --timeout gives it more time" if first.ended.hung else ""
        raise click.ClickException(f"the command fails even without faults: {first.ended.why}{more}")
    if not first.requests:
        raise click.ClickException(
            "the command asks nothing of its world: it finds its address in OS_AUTH_URL and FAKEMANILA_URL"
        )
    return first


def _results(stage: Stage, first: Undisturbed, wanted: _Wanted) -> list[Result]:
    """Runs what is wanted, and prints what came of it."""
    if wanted.only is not None:
        try:
            case = cases.find(wanted.only, first.requests)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--only") from None
        result = stage.run(case, first)
        echo(*report.single(result))
        return [result]
    requests = cases.selected(first.requests, wanted.operations)
    found = _run(stage, first, cases.singles(requests, wanted.kinds), wanted.jobs)
    said = [report.requests(first.requests, wanted.operations)]
    if wanted.pairs:
        chosen, number = cases.pairs([result.case for result in found if result.verdict == "passed"])
        found += _run(stage, first, chosen, wanted.jobs)
        said.append(f"{len(chosen)} of {number} pairs of failures that the command gets over one by one")
    echo_table(report.rows(found))
    echo(*said, results.summary(results.tally(found)))
    return found


def _run(stage: Stage, first: Undisturbed, chosen: Sequence[Case], jobs: int) -> list[Result]:
    found: list[Result] = []
    try:
        for result in stage.run_all(chosen, first, jobs):
            found.append(result)
            progress(f"{len(found)} of {len(chosen)} runs, {result.case.id}: {result.verdict}")
    finally:
        progress("")
    return found
