"""What was asked of a world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ...cli.console import echo, echo_json, write
from ...cli.parameters import as_duration
from .on_server import JSON, Group, format_option, on_server, write_file

if TYPE_CHECKING:
    from datetime import timedelta

    from ..client import ControlClient


@click.group(cls=Group)
def requests() -> None:
    """List the journal, or empty it."""


@requests.command("list")
@click.option("--operation", help="An operation id or pattern; 'none' for requests without an operation.")
@click.option("--method", help="GET, POST, PUT, PATCH or DELETE.")
@click.option("--path", help="A path or pattern.")
@click.option("--status", help="413, 4xx, or 'none' if no response was sent.")
@click.option("--project", help="A project's name or id.")
@click.option("--user", help="A user's name or id.")
@click.option("--fault", help="The name of a fault that fired, or a pattern; 'any' or 'none'.")
@click.option(
    "--mark",
    type=click.Choice(["unmatched", "not_implemented"]),
    help="Requests without a route, or for operations that are not served.",
)
@click.option("--since", help="A time of the world's clock, or the id of the request before.")
@click.option("--limit", type=click.IntRange(0), help="Only the newest N.")
@click.option("--count", type=click.IntRange(0), default=1, show_default=True, help="The number that --wait waits for.")
@click.option("--wait", callback=as_duration, help="How long to wait for this number, such as 10s.")
@click.option(
    "--explain", metavar="ID", help="Explain the response to this request; 'last' is the newest one that was refused."
)
@click.option("--har", metavar="FILE", help="Write them as a HAR 1.2 archive; '-' is standard output.")
@click.option("--curl", is_flag=True, help="Print them as curl commands, which take a token from $OS_TOKEN.")
@click.option("--pytest", metavar="FILE", help="Write a pytest test that sends them again; '-' is standard output.")
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
    """List the requests that match all filters, oldest first, or export them."""
    from ..asserting import line

    if sum((explain is not None, har is not None, curl, pytest is not None)) > 1:
        raise click.UsageError("give only one of --explain, --har, --curl and --pytest")
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
    """Empty the journal."""
    control.requests.clear()
