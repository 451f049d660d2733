"""What clients did that hurts in a cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...console import echo, echo_json
from .on_server import JSON, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient

FOUND = 1
"""The exit status with ``--fail-on-findings``."""


@click.command()
@click.option("--allow", metavar="NAME", multiple=True, help="A finding to pass over; may be repeated.")
@click.option("--only", metavar="NAME", multiple=True, help="A finding to look for, and no other; may be repeated.")
@click.option("--user", help="What this user did, by name or id.")
@click.option("--since", help="A time of the world's clock, or the id of the request before.")
@click.option("--ended", is_flag=True, help="The clients are done: say what they have left behind, too.")
@click.option("--poll-interval", metavar="DURATION", help="Reads that come sooner are too fast; 1s unless given.")
@click.option("--fail-on-findings", is_flag=True, help=f"Exit with status {FOUND} when there is something to be said.")
@format_option
@on_server
def conduct(control: ControlClient, format_: str, fail_on_findings: bool, **asked: Any) -> None:
    """Say what clients did that works here and hurts in a cloud."""
    found = control.requests.conduct(**asked)
    if format_ == JSON:
        echo_json(found)
    elif found:
        echo(*str(found).splitlines())
    if found and fail_on_findings:
        click.get_current_context().exit(FOUND)
