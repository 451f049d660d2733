"""Checkpoints of a world, forks of it, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...cli.console import echo, echo_json, echo_table
from .on_server import JSON, Group, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient

DIFFERS = 1
"""The exit status of ``diff --exit-code`` where something differs, as that of ``git diff``."""


@click.group(cls=Group)
def checkpoint() -> None:
    """List, save and restore checkpoints of a world."""


@checkpoint.command("list")
@format_option
@on_server
def list_checkpoints(control: ControlClient, format_: str) -> None:
    """List the checkpoints, with their time and number of records and operations under way."""
    found = control.checkpoints.list()
    if format_ == JSON:
        echo_json(found)
    elif found:
        echo_table(
            [
                (each["name"], each["time"], f"{each['records']} records", f"{each['pending']} under way")
                for each in found
            ]
        )


@checkpoint.command("save")
@click.argument("name")
@on_server
def save_checkpoint(control: ControlClient, name: str) -> None:
    """Save the world as NAME, replacing an earlier checkpoint of that name."""
    control.checkpoints.save(name)


@checkpoint.command()
@click.argument("name")
@on_server
def restore(control: ControlClient, name: str) -> None:
    """Restore the world from the checkpoint NAME, which is kept."""
    control.checkpoints.restore(name)


@checkpoint.command("drop")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@on_server
def drop_checkpoint(control: ControlClient, names: tuple[str, ...]) -> None:
    """Drop checkpoints."""
    for name in names:
        control.checkpoints.drop(name)


@click.command()
@click.argument("before")
@click.argument("after", required=False)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if records or operations under way differ.")
@format_option
@on_server
def diff(control: ControlClient, before: str, after: str | None, exit_code: bool, format_: str) -> None:
    """Show the differences between BEFORE and AFTER, or the world as it is now.

    Each is checkpoint:NAME, world:NAME, or the name if only one of them has it.
    """
    found = control.diff(before, after)
    if format_ == JSON:
        echo_json(dict(found))
    else:
        echo(*found.lines())
    if exit_code and found:
        raise click.exceptions.Exit(DIFFERS)


@click.command()
@click.argument("name")
@click.option("--from", "origin", help="A checkpoint of the world, or another world; default: the world itself.")
@click.option("--replace", is_flag=True, help="Replace a world of that name.")
@on_server
def fork(control: ControlClient, name: str, origin: str | None, replace: bool) -> None:
    """Make a copy of the world as NAME, with the same users, ids and tokens."""
    control.worlds.fork(name, origin, replace=replace)
