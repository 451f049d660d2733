"""What the commands that ask a real cloud have in common: options, and the way to it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from ..cli import parameters
from ..cli.console import progress

if TYPE_CHECKING:
    from .cloud import Cloud

os_cloud_option = click.option(
    "--os-cloud", required=True, envvar="OS_CLOUD", metavar="NAME", help="The cloud's name in clouds.yaml."
)

rate_option = click.option(
    "--rate",
    callback=parameters.as_rate,
    default="20/s",
    show_default=True,
    metavar="N/s",
    help="At most this many requests.",
)


def check_clients(command: str) -> None:
    """Raises ClickException where the extra `clients` isn't installed."""
    try:
        from . import cloud, clouds_yaml  # noqa: F401 (whether they can be imported)
    except ImportError as error:
        raise click.ClickException(
            f"{command} needs the real clients ({error}): pip install 'fakemanila[clients]'"
        ) from None


def opened(name: str, rate: float | None = None) -> Cloud:
    """The cloud of that name, as its user sees it. Raises CloudError and ValueError."""
    from .cloud import Cloud
    from .clouds_yaml import session_of

    logging.getLogger("keystoneauth").setLevel(logging.CRITICAL)  # what it has to say is in its errors, too
    session, address = session_of(name)
    return Cloud(session, address, rate=rate, progress=progress)
