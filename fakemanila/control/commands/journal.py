"""What was asked of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...console import echo, echo_json
from ...parameters import as_duration
from .on_server import JSON, Group, format_option, on_server

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
@format_option
@on_server
def list_requests(control: ControlClient, format_: str, count: int, wait: timedelta | None, **filters: Any) -> None:
    """List the requests that meet every filter, oldest first."""
    from ..asserting import line

    try:
        if wait is None:
            found = control.requests.list(**filters)
        else:
            found = control.requests.wait(count, timeout=wait, **filters)
    except TimeoutError as error:
        raise click.ClickException(str(error)) from None
    if format_ == JSON:
        echo_json(found)
        return
    echo(*map(line, found))


@requests.command("clear")
@on_server
def clear_requests(control: ControlClient) -> None:
    """Forget what was asked."""
    control.requests.clear()
