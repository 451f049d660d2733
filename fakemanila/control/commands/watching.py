"""What happens in a world, and what it has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ...cli.console import echo, echo_json, echo_table
from ...cli.parameters import as_duration
from ...world.events import KINDS
from .on_server import JSON, format_option, on_server

if TYPE_CHECKING:
    from datetime import timedelta

    from ..client import ControlClient

_SHOWN = ("id", "name", "status")


@click.command()
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only events of this kind; may be repeated."
)
@click.option("--since", type=click.IntRange(0), help="Events after this id, 0 for all; default: from now on.")
@click.option("--quiet", callback=as_duration, help="End when nothing has happened for this long, such as 5s.")
@format_option
@on_server
def events(
    control: ControlClient, kinds: tuple[str, ...], since: int | None, quiet: timedelta | None, format_: str
) -> None:
    """Print events as they happen, until it is interrupted."""
    for event in control.events(*kinds, since=since, timeout=quiet):
        if format_ == JSON:
            echo(json.dumps(event))
        else:
            about = event[event["event"]]
            said = (f"{name}={value}" for name, value in about.items() if _is_short(name, value))
            echo(f"{event['id']:>6}  {event['time']}  {event['event']:<10}  {' '.join(said)}")


def _is_short(name: str, value: Any) -> bool:
    return name != "time" and value is not None and not isinstance(value, dict | list)


@click.command()
@click.argument("kind")
@click.argument("id", required=False)
@click.argument("attributes", metavar="[ATTRIBUTE=VALUE]...", nargs=-1)
@click.option(
    "--wait",
    callback=as_duration,
    default="0s",
    help="How long to wait until the record has these attributes, such as 10s.",
)
@click.option("--gone", is_flag=True, help="Wait until the record doesn't exist any more.")
@format_option
@on_server
def records(
    control: ControlClient,
    kind: str,
    id: str | None,
    attributes: tuple[str, ...],
    wait: timedelta,
    gone: bool,
    format_: str,
) -> None:
    """List the records of a KIND, such as share, or wait until the record ID has some attributes."""
    if id is not None and "=" in id:  # attributes of whatever record
        attributes, id = (id, *attributes), None
    wanted = dict(_attribute(text) for text in attributes)
    try:
        if id is None:
            if gone or wait:
                raise click.UsageError("--wait and --gone are for one record: expected its ID")
            found = control.records.list(kind, **wanted)
        elif gone:
            control.records.wait_gone(kind, id, wait)
            return
        else:
            record = control.records.wait(kind, id, wait, **wanted)
            if record is None:
                raise click.ClickException(f"there is no {kind} {id}")
            found = [record]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if format_ == JSON:
        echo_json(found if id is None else found[0])
    elif found:
        echo_table([tuple(str(each.get(name) or each.get("state") or "-") for name in _SHOWN) for each in found])


def _attribute(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"{text!r} is not of the form ATTRIBUTE=VALUE, such as status=available")
    return name, value
