"""Bad habits of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...cli.console import echo, echo_json
from .on_server import JSON, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient

FOUND = 1
"""The exit status with ``--fail-on-findings``."""


@click.command()
@click.option("--allow", metavar="NAME", multiple=True, help="Ignore this finding; may be repeated.")
@click.option("--only", metavar="NAME", multiple=True, help="Look for this finding only; may be repeated.")
@click.option("--user", help="Only requests of this user, by name or id.")
@click.option("--since", help="A time of the world's clock, or the id of the request before.")
@click.option("--ended", is_flag=True, help="The clients have finished: also report what they have left behind.")
@click.option("--poll-interval", metavar="DURATION", help="Polling faster than this is too fast; default: 1s.")
@click.option("--fail-on-findings", is_flag=True, help=f"Exit with status {FOUND} if there are findings.")
@format_option
@on_server
def conduct(control: ControlClient, format_: str, fail_on_findings: bool, **asked: Any) -> None:
    """List bad habits of clients, which work here but cause trouble in a cloud."""
    found = control.requests.conduct(**asked)
    if format_ == JSON:
        echo_json(found)
    elif found:
        echo(*str(found).splitlines())
    if found and fail_on_findings:
        click.get_current_context().exit(FOUND)
