"""What was asked of a world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ...console import echo, echo_json, write
from ...parameters import as_duration
from .on_server import JSON, Group, format_option, on_server, write_file

if TYPE_CHECKING:
    from datetime import timedelta

    from ..client import ControlClient


@click.group(cls=Group)
def requests() -> None:
    """List what was asked of the world, or forget it."""


@requests.command("list")
@click.option("--operation", help="An operation's id or a pattern of them; none for no operation.")
@click.option("--method", help="GET, POST, PUT, PATCH or DELETE.")
@click.option("--path", help="A path, or a pattern of them.")
@click.option("--status", help="413, 4xx, or none for no answer.")
@click.option("--project", help="A project's name or id.")
@click.option("--user", help="A user's name or id.")
@click.option("--fault", help="A fault's name or a pattern of them; any, or none.")
@click.option("--mark", type=click.Choice(["unmatched", "not_implemented"]), help="What nothing could be done with.")
@click.option("--since", help="A time of the world's clock, or the id of the request before.")
@click.option("--limit", type=click.IntRange(0), help="Only so many, the newest.")
@click.option("--count", type=click.IntRange(0), default=1, show_default=True, help="How many --wait waits for.")
@click.option("--wait", callback=as_duration, help="How long to wait until there are so many, such as 10s.")
@click.option("--explain", metavar="ID", help="Say why that one was answered so; last is the newest that was refused.")
@click.option("--har", metavar="FILE", help="Write them as a HAR 1.2 archive; - is the standard output.")
@click.option("--curl", is_flag=True, help="Print them as curl commands, which want a token in $OS_TOKEN.")
@click.option("--pytest", metavar="FILE", help="Write a test that sends them again; - is the standard output.")
@format_option
@on_server
def list_requests(
    control: ControlClient,
    format_: str,
    count: int,
    wait: timedelta | None,
    explain: str | None,
    har: str | None,
    curl: bool,
    pytest: str | None,
    **filters: Any,
) -> None:
    """List the requests that meet every filter, oldest first, or hand them on in another form."""
    from ..asserting import line

    if sum((explain is not None, har is not None, curl, pytest is not None)) > 1:
        raise click.UsageError("--explain, --har, --curl and --pytest are one each")
    if explain is not None:
        _explain(control, explain, format_)
        return
    if har is not None:
        write_file(har, json.dumps(control.requests.har(**filters), indent=2) + "\n")
        return
    if curl:
        write(control.requests.curl(**filters))
        return
    if pytest is not None:
        write_file(pytest, control.requests.pytest(**filters))
        return
    found = control.requests.list(**filters) if wait is None else control.requests.wait(count, timeout=wait, **filters)
    if format_ == JSON:
        echo_json(found)
        return
    echo(*map(line, found))


def _explain(control: ControlClient, id: str, format_: str) -> None:
    from ..asserting import line

    found = control.requests.explain(id)
    if format_ == JSON:
        echo_json(found)
        return
    echo(line(found), *(f"  {each}" for each in found["explanation"] or ("Nothing was refused.",)))


@requests.command("clear")
@on_server
def clear_requests(control: ControlClient) -> None:
    """Forget what was asked."""
    control.requests.clear()
