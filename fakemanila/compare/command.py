"""`fakemanila compare`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import files
from ..cli import parameters
from ..cli.console import echo, progress
from ..cli.parameters import FileToRead
from ..importing.options import check_clients, opened, os_cloud_option, rate_option
from ..text.suggestions import nearest

if TYPE_CHECKING:
    from .script import Scenario


def _as_chapters(ctx: click.Context, param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Raises BadParameter for one that there isn't."""
    from .chapters import chapters

    for name in names:
        if name not in chapters():
            near = nearest(name, chapters()) or f"; there are {', '.join(chapters())}"
            raise click.BadParameter(f"{name!r} is not a chapter{near}", ctx, param)
    return names


def _as_scenarios(ctx: click.Context, param: click.Parameter, paths: tuple[Path, ...]) -> dict[str, Scenario]:
    """The scenarios of files. Raises BadParameter for what is not one."""
    from .script import ScriptError, load_file

    try:
        return {name: scenario for path in paths for name, scenario in load_file(path).items()}
    except ScriptError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@click.command("compare")
@os_cloud_option
@click.option(
    "--chapter",
    "chapters",
    multiple=True,
    callback=_as_chapters,
    metavar="NAME",
    help="Only this resource, such as snapshots, as 'fakemanila operations' names it; may be repeated.",
)
@click.option(
    "--script",
    "scripts",
    multiple=True,
    type=FileToRead(),
    callback=_as_scenarios,
    metavar="FILE",
    help="Play the scenarios of this file instead of the shipped ones; may be repeated.",
)
@click.option("--read-only", is_flag=True, help="Only read, as any user, and compare what that user sees.")
@click.option(
    "--records",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="With --read-only: show at most this many records of each kind.",
)
@click.option("--histories", type=click.IntRange(1), help="Play this many random histories instead of scenarios.")
@click.option("--steps", type=click.IntRange(1), default=50, show_default=True, help="Requests per history.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the histories.")
@click.option(
    "--shrink/--no-shrink", default=True, help="Whether to search for the fewest steps that show a difference."
)
@click.option("--tell", is_flag=True, help="Print each step of a history with the status of its response.")
@click.option(
    "--whole-cloud", is_flag=True, help="Also play scenarios that change services, backends and default quotas."
)
@click.option("--clean-up", is_flag=True, help="Only remove what interrupted runs have left.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Number of scenarios at once."
)
@click.option(
    "--timeout",
    callback=parameters.as_duration,
    default="5m",
    show_default=True,
    help="How long anything may take to settle on the cloud.",
)
@rate_option
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file as JUnit XML."
)
@click.option(
    "--json", "json_", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file as JSON."
)
def compare_command(
    os_cloud: str,
    chapters: tuple[str, ...],
    scripts: dict[str, Scenario],
    read_only: bool,
    records: int,
    histories: int | None,
    steps: int,
    seed: int,
    shrink: bool,
    tell: bool,
    whole_cloud: bool,
    clean_up: bool,
    jobs: int,
    timeout: timedelta,
    rate: float,
    junit: Path | None,
    json_: Path | None,
) -> int:
    """Send the same requests to a real cloud and to a fakemanila, and list the answers that differ.

    It makes its own projects and users there, and removes them with all that they have. The exit status is 1 if
    something differs.
    """
    if sum((read_only, histories is not None, clean_up)) > 1:
        raise click.UsageError("give only one of --read-only, --histories and --clean-up")
    if scripts and (read_only or histories is not None or clean_up):
        raise click.UsageError("--script doesn't go with --read-only, --histories and --clean-up")
    if histories is not None and len(chapters) > 1:
        raise click.UsageError("--histories takes one --chapter at most")
    check_clients("compare")
    from ..importing.cloud import CloudError
    from . import documents, runs, telling

    options = runs.Options(
        os_cloud,
        chapters=chapters,
        **({"scenarios": scripts} if scripts else {}),
        jobs=jobs,
        settle=timeout.total_seconds(),
        rate=rate,
        whole_cloud=whole_cloud,
        records=records,
        histories=histories or 0,
        steps=steps,
        seed=seed,
        shrink=shrink,
        tell=tell,
    )
    try:
        cloud = opened(os_cloud, rate)
        if clean_up:
            return runs.clean_up(cloud, options)
        play = runs.read_only if read_only else runs.histories if histories is not None else runs.scripts
        comparison = play(cloud, options)
    except (CloudError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        progress("")
    echo(*telling.lines(comparison))
    about = {"cloud": os_cloud, "url": cloud.url, "microversion": str(cloud.microversion)}
    if json_ is not None:
        files.write(json_, documents.as_json(comparison, about).encode())
    if junit is not None:
        files.write(junit, documents.as_junit(comparison).encode())
    return 0 if comparison.passed else 1
