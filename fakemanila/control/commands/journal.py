"""What was asked of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...console import echo, echo_json
from .on_server import JSON, Group, format_option, on_server

if TYPE_CHECKING:
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
@format_option
@on_server
def list_requests(control: ControlClient, format_: str, **filters: Any) -> None:
    """List the requests that meet every filter, oldest first."""
    from ..asserting import line

    found = control.requests.list(**filters)
    if format_ == JSON:
        echo_json(found)
        return
    echo(*map(line, found))


@requests.command("clear")
@on_server
def clear_requests(control: ControlClient) -> None:
    """Forget what was asked."""
    control.requests.clear()
