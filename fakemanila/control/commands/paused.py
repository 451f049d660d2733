"""Requests that rules hold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from ...cli.console import echo_json, echo_table
from ...cli.parameters import as_duration
from .on_server import JSON, Group, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient

_ids = click.argument("ids", metavar="ID...", nargs=-1, required=True)


@click.group(cls=Group)
def paused() -> None:
    """List, release and drop held requests."""


@paused.command("list")
@click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="The number that --wait waits for.")
@click.option("--wait", callback=as_duration, help="How long to wait for this number, such as 10s.")
@format_option
@on_server
def list_paused(control: ControlClient, format_: str, count: int, wait: timedelta | None) -> None:
    """List held requests, in the order of arrival."""
    found = control.paused.list() if wait is None else control.paused.wait(count, timeout=wait)
    if format_ == JSON:
        echo_json([dict(each) for each in found])
    elif found:
        echo_table(
            [
                (each.id, each.at, each.operation or "-", f"{each.method} {each.path}", each.user or "-", each["fault"])
                for each in found
            ]
        )


@paused.command("continue")
@_ids
@on_server
def go_on(control: ControlClient, ids: tuple[str, ...]) -> None:
    """Release held requests."""
    for id in ids:
        control.paused.release(id)


@paused.command()
@_ids
@on_server
def drop(control: ControlClient, ids: tuple[str, ...]) -> None:
    """Reset the connections of held requests; those held at arrival are not carried out."""
    for id in ids:
        control.paused.drop(id)
