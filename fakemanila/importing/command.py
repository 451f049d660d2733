"""`fakemanila import`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import files
from ..cli.console import echo, note, progress
from .options import check_clients, opened, os_cloud_option, rate_option

if TYPE_CHECKING:
    from .cloud import Cloud


@click.command("import")
@os_cloud_option
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The scenario file to write; FILE.partial has what was read so far.",
)
@click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="NAME|ID",
    help="Read this project only; may be repeated. Default: all that the user sees.",
)
@click.option("--anonymise", is_flag=True, help="Replace names, ids, addresses, hosts, descriptions and metadata.")
@rate_option
def import_command(os_cloud: str, output: Path, projects: tuple[str, ...], anonymise: bool, rate: float | None) -> None:
    """Read a real cloud and write a scenario from which a world can start.

    It only reads, and continues an interrupted run. Access keys, passwords and backend details are
    never written.
    """
    check_clients("import")
    from .cloud import CloudError

    _check_writable(output)
    try:
        written = import_cloud(opened(os_cloud, rate), output, os_cloud, projects, anonymise=anonymise)
    except (CloudError, ValueError) as error:
        progress("")
        raise click.ClickException(_with_partial(str(error), output)) from None
    except KeyboardInterrupt:
        progress("")
        note(_with_partial("nothing was written", output))
        raise
    echo(*written)


def import_cloud(
    cloud: Cloud, output: Path, name: str, projects: Iterable[str] = (), *, anonymise: bool = False
) -> list[str]:
    """Reads a cloud into a scenario file; what to tell of it, line by line.

    Raises CloudError where the cloud can't be read, ValueError where the file can't be written. Then `output` is as it
    was, and what was read is in the file beside it.
    """
    from . import document
    from .anonymous import Anonymous
    from .imported import check, read_cloud
    from .partial import Partial

    partial = Partial(
        output,
        {
            "cloud": name,
            "url": cloud.url,
            "user": cloud.user_id,
            "project": cloud.project_id,
            "microversion": str(cloud.microversion),
        },
    )
    try:
        cloud.keep_in(partial)
        found = read_cloud(cloud, projects)
        progress("")
        whole, left_out = found.scenario, found.left_out
        notes = [*found.notes, *found.unseen, *(f"left out: {each}" for each in left_out)]
        if anonymise:
            whole = Anonymous().scenario(whole)
            notes = [*found.unseen, f"left out: {len(left_out)} records"]  # the others have names in them
        check(whole)
        files.write(output, document.text(whole, notes).encode())
    except BaseException:
        partial.close()
        raise
    partial.remove()
    lines = [f"{output}: {found.records} records, {len(whole['projects'])} projects, {len(whole['users'])} users"]
    lines.append(f"{cloud.asked} requests at microversion {cloud.microversion}")
    if partial.resumed:
        lines[-1] += f", and {partial.resumed} answers of an earlier run"
    if left_out:
        lines.append(f"{len(left_out)} records are left out; the file says why")
    return lines


def _check_writable(output: Path) -> None:
    if not output.parent.is_dir():
        raise click.BadParameter(f"the folder {str(output.parent)!r} does not exist", param_hint="--output")


def _with_partial(problem: str, output: Path) -> str:
    """With what to do about it, where something was read."""
    partial = output.with_name(f"{output.name}.partial")
    if not partial.exists() or str(partial) in problem:
        return problem
    return f"{problem}; what was read is in {partial}: the same command goes on from there"
