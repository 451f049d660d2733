"""`fakemanila sweep`."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from .. import files, parameters
from ..console import echo, echo_table, note, progress
from ..control.client import ControlFailure
from ..keystone.builtin import user_names
from ..python import options
from ..python.fake_manila import FakeManila
from . import cases, documents, failures, report, results
from .asked import Asked
from .cases import Case
from .failures import Failure
from .process import Commands
from .results import Result, Verdict
from .stage import Stage, Undisturbed


def _as_failures(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[Failure, ...]:
    try:
        return tuple(failures.FAILURES.values()) if value is None else failures.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _as_verdicts(ctx: click.Context, param: click.Parameter, value: str) -> tuple[Verdict, ...]:
    try:
        return results.parse_verdicts(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _as_patterns(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in (value or "").split(",") if each.strip())


@click.command("sweep")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--faults",
    "kinds",
    callback=_as_failures,
    metavar="LIST",
    help=f"The kinds of failure, all unless given: {', '.join(failures.FAILURES)}.",
)
@click.option(
    "--operations",
    callback=_as_patterns,
    metavar="PATTERN",
    help="Requests for these operations, such as 'shares.*,identity.tokens.create'; all of Manila's unless given.",
)
@click.option("--only", metavar="N:FAULT", help="Run this one alone, and show all that there is to see of it.")
@click.option("--pairs", is_flag=True, help=f"Then two failures in one run, {cases.PAIRS} such runs at most.")
@click.option("-j", "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Runs at once.")
@click.option(
    "--timeout",
    callback=parameters.as_duration,
    default="30s",
    show_default=True,
    help="How long a run may take; one that takes longer is ended and has hung.",
)
@click.option(
    "--fail-on",
    "bad",
    callback=_as_verdicts,
    default=",".join(results.BAD),
    show_default=True,
    metavar="LIST",
    help="The verdicts that give exit status 1, or none.",
)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write the results there, as XML.")
@click.option("--json", "json_", type=click.Path(dir_okay=False, path_type=Path), help="Write the results there.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    callback=parameters.as_scenarios,
    metavar="FILE|NAME",
    help="What each run's world starts from; may be repeated.",
)
@click.option("--seed", default=0, show_default=True, type=int, help="Seed of the worlds' randomness.")
@click.option("--user", default="demo", show_default=True, help="The built-in user that OS_* is for.")
@click.option("--url", help="A running server to use, instead of one in this process.")
@click.option(
    "--control-token", envvar="FAKEMANILA_CONTROL_TOKEN", show_envvar=True, help="That server's, if it has one."
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
    seed: int,
    user: str,
    url: str | None,
    control_token: str | None,
    cacert: str | None,
) -> int:
    """Run COMMAND once undisturbed, then once for each request that it makes and each kind of failure there.

    Each run gets a new world by OS_* and FAKEMANILA_URL in its environment. Put -- before COMMAND.
    """
    if user not in user_names():
        raise click.BadParameter(
            f"{user!r} is not a built-in user; there are {', '.join(user_names())}", param_hint="--user"
        )
    if only is not None and pairs:
        raise click.UsageError("--only is one run, --pairs are many: give one of the two")
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
            stage = Stage(server.control, play, scenario, "sweep" if url is None else f"sweep-{uuid.uuid4().hex[:8]}")
            try:
                first = _undisturbed(stage)
                if only is not None:
                    return _one(stage, first, only, bad)
                requests = cases.selected(first.requests, operations)
                found, about_pairs = _all(stage, first, requests, kinds, pairs, jobs)
            finally:
                play.stop()
    except (ValueError, ControlFailure) as error:
        raise click.ClickException(str(error)) from None
    if json_ is not None:
        files.write(json_, documents.as_json(command, seed, first, found).encode())
    if junit is not None:
        files.write(junit, documents.as_junit(found, bad).encode())
    echo_table(report.rows(found))
    echo(report.requests(first.requests, operations), *([about_pairs] if about_pairs else []), report.summary(found))
    return int(any(result.verdict in bad for result in found))


@contextmanager
def _server(url: str | None, token: str | None, cacert: str | None) -> Iterator[FakeManila]:
    """The running server that is named, or one of its own."""
    if url is None:
        with FakeManila() as manila:
            yield manila
        return
    manila = FakeManila.attach(url.partition("/worlds/")[0], token, cacert=cacert)
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
        raise click.ClickException(f"undisturbed, the command doesn't pass: {first.ended.why}")
    if not first.requests:
        raise click.ClickException(
            "the command asks nothing of its world: it finds its address in OS_AUTH_URL and FAKEMANILA_URL"
        )
    return first


def _one(stage: Stage, first: Undisturbed, only: str, bad: Sequence[Verdict]) -> int:
    try:
        case = cases.find(only, first.requests)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--only") from None
    result = stage.run(case, first)
    echo(*report.single(result))
    return int(result.verdict in bad)


def _all(
    stage: Stage, first: Undisturbed, requests: Sequence[Asked], kinds: Sequence[Failure], pairs: bool, jobs: int
) -> tuple[list[Result], str | None]:
    """The results of all runs, and what there is to say of pairs."""
    found = _run(stage, first, cases.singles(requests, kinds), jobs)
    if not pairs:
        return found, None
    chosen, all_pairs = cases.pairs([result.case for result in found if result.verdict == "passed"])
    found += _run(stage, first, chosen, jobs)
    return found, f"{len(chosen)} of {all_pairs} pairs of failures that the command gets over one by one"


def _run(stage: Stage, first: Undisturbed, chosen: Sequence[Case], jobs: int) -> list[Result]:
    found: list[Result] = []
    try:
        for result in stage.run_all(chosen, first, jobs):
            found.append(result)
            progress(f"{len(found)} of {len(chosen)} runs, {result.case.id}: {result.verdict}")
    finally:
        progress("")
    return found
