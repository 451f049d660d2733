"""A world as a whole: its state, and what scenarios give it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ... import files
from ...cli.console import echo, echo_json, echo_table
from ...cli.parameters import FileToRead
from .on_server import DASH, JSON, format_option, on_server, write_file

if TYPE_CHECKING:
    from ..client import ControlClient


REFUSED = 400


@click.command()
@on_server
def reset(control: ControlClient) -> None:
    """Reset a world to its initial state."""
    control.reset()


@click.group()
def state() -> None:
    """Save a world to a file, or load it from one."""


@state.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@on_server
def save(control: ControlClient, file: str) -> None:
    """Write the whole world to FILE as JSON; '-' is standard output."""
    write_file(file, f"{json.dumps(control.state.dump())}\n")


@state.command()
@click.argument("file", type=FileToRead(dash=True))
@click.option("--dry-run", is_flag=True, help="Change nothing, and show what would change.")
@on_server
def load(control: ControlClient, file: Path, dry_run: bool) -> None:
    """Replace the world with the one in FILE; '-' is standard input."""
    if str(file) == DASH:
        name = "<stdin>"
        text = files.read_stream(getattr(sys.stdin, "buffer", None), name, files.MAX_STATE)
    else:
        name = str(file)
        text = files.read_text(file, files.MAX_STATE)
    try:
        doc = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{name}: it is not valid JSON: {error}") from None
    if not isinstance(doc, dict):
        raise click.ClickException(f"{name}: it is not a state: expected an object")
    if dry_run:
        echo(*control.state.diff(doc).lines())
    else:
        control.state.load(doc)


@click.group()
def scenario() -> None:
    """Apply a scenario to a world, or list the shipped scenarios."""


@scenario.command()
@click.argument("source", metavar="FILE|NAME")
@format_option
@on_server
def apply(control: ControlClient, source: str, format_: str) -> None:
    """Add a scenario to the world as it is: a file, or a shipped one."""
    from ...scenario.files import ScenarioError, find, read
    from ..client import ControlFailure

    try:
        document = read(find(source))
        made = control.call("POST", "/scenario", document.value)["resources"]
    except ScenarioError as error:
        raise click.ClickException(str(error)) from None
    except ControlFailure as error:
        if error.status != REFUSED:
            raise
        raise click.ClickException(document.place(str(error)) + str(error)) from None
    if format_ == JSON:
        echo_json(made)
    elif made:
        echo_table([(each["kind"], each["id"], each["name"] or "-") for each in made])


@scenario.command("list")
@format_option
def list_scenarios(format_: str) -> None:
    """List the scenarios that come with fakemanila."""
    from ...scenario.files import read, shipped

    found = [{"name": name, "description": read(path).value["description"]} for name, path in shipped().items()]
    if format_ == JSON:
        echo_json(found)
    else:
        echo_table([(each["name"], each["description"]) for each in found])
