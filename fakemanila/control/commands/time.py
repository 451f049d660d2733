"""The world's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...cli.console import echo, echo_json, echo_table
from .on_server import JSON, Doc, Group, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient


@click.group(cls=Group)
def clock() -> None:
    """Show, set or advance the world's time."""


def _show_clock(doc: Doc) -> None:
    runs = "stands still" if doc["mode"] == "manual" else f"runs at {doc['rate']:g} s/s"
    pending = f"{doc['pending']} under way" if doc["pending"] else "nothing under way"
    following = f", next at {doc['next']}" if doc["next"] else ""
    echo(f"{doc['now']}  {runs}, {pending}{following}")


@clock.command("show")
@format_option
@on_server
def show_clock(control: ControlClient, format_: str) -> None:
    """Show the time, its rate, and the number of operations under way."""
    doc = control.clock.show()
    if format_ == JSON:
        echo_json(doc)
    else:
        _show_clock(doc)


@clock.command("set")
@click.argument("now", required=False)
@click.option("--mode", type=click.Choice(["real", "manual"]), help="real: it runs; manual: it stands still.")
@click.option("--rate", type=float, help="World seconds per real second.")
@on_server
def set_clock(control: ControlClient, now: str | None, mode: str | None, rate: float | None) -> None:
    """Set the time to NOW, such as 2026-01-01T00:00:00, or change how it runs."""
    if now is None and mode is None and rate is None:
        raise click.UsageError("nothing to set: expected NOW, --mode or --rate")
    _show_clock(control.clock.set(now, mode=mode, rate=rate))


@clock.command()
@click.argument("duration", required=False)
@click.option(
    "--to", type=click.Choice(["next", "idle"]), help="Advance until the next transition ends, or until all have ended."
)
@on_server
def advance(control: ControlClient, duration: str | None, to: str | None) -> None:
    """Advance the time by DURATION, such as 30s, and list the transitions that ended."""
    if (duration is None) == (to is None):
        raise click.UsageError("expected either DURATION or --to")
    if duration is not None:
        ran = control.clock.advance(duration)
    else:
        ran = control.clock.advance_to_next() if to == "next" else control.clock.advance_to_idle()
    if ran:
        echo_table([(each["time"], each["operation"], each["resource_id"], each["status"] or "gone") for each in ran])
    _show_clock(control.clock.show())
