"""The world's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...console import echo, echo_json, echo_table
from .on_server import JSON, Doc, Group, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient


@click.group(cls=Group)
def clock() -> None:
    """Show the world's time, set it, or move it forward."""


def _show_clock(doc: Doc) -> None:
    runs = "stands still" if doc["mode"] == "manual" else f"runs at {doc['rate']:g} s/s"
    pending = f"{doc['pending']} under way" if doc["pending"] else "nothing under way"
    following = f", next at {doc['next']}" if doc["next"] else ""
    echo(f"{doc['now']}  {runs}, {pending}{following}")


@clock.command("show")
@format_option
@on_server
def show_clock(control: ControlClient, format_: str) -> None:
    """Show the time, how fast it runs, and how much is under way."""
    doc = control.clock.show()
    if format_ == JSON:
        echo_json(doc)
    else:
        _show_clock(doc)


@clock.command("set")
@click.argument("now", required=False)
@click.option("--mode", type=click.Choice(["real", "manual"]), help="Whether it runs or stands still.")
@click.option("--rate", type=float, help="World seconds per second.")
@on_server
def set_clock(control: ControlClient, now: str | None, mode: str | None, rate: float | None) -> None:
    """Set the time to NOW, such as 2026-01-01T00:00:00, or how fast it runs."""
    if now is None and mode is None and rate is None:
        raise click.UsageError("nothing to set: expected NOW, --mode or --rate")
    _show_clock(control.clock.set(now, mode=mode, rate=rate))


@clock.command()
@click.argument("duration", required=False)
@click.option("--to", type=click.Choice(["next", "idle"]), help="To when the next transition ends, or all have.")
@on_server
def advance(control: ControlClient, duration: str | None, to: str | None) -> None:
    """Move the time forward by DURATION, such as 30s, and show which transitions ended on the way."""
    if (duration is None) == (to is None):
        raise click.UsageError("expected either DURATION or --to")
    if duration is not None:
        ran = control.clock.advance(duration)
    else:
        ran = control.clock.advance_to_next() if to == "next" else control.clock.advance_to_idle()
    if ran:
        echo_table([(each["time"], each["operation"], each["resource_id"], each["status"] or "gone") for each in ran])
    _show_clock(control.clock.show())
