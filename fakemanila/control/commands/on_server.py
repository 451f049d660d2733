"""What the commands that talk to a running server have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import click

from ... import files
from ...cli.console import write

DEFAULT_URL = "http://127.0.0.1:8786"
JSON = "json"
DASH = "-"

Command = Callable[..., Any]
Doc = Mapping[str, Any]

url_option = click.option(
    "--url", envvar="FAKEMANILA_URL", default=DEFAULT_URL, show_default=True, show_envvar=True, help="The server."
)
cacert_option = click.option(
    "--cacert", metavar="FILE", help="The authority to trust for an HTTPS URL; default: OS_CACERT."
)
token_option = click.option(
    "--control-token", envvar="FAKEMANILA_CONTROL_TOKEN", show_envvar=True, help="The server's control token."
)
format_option = click.option(
    "--format", "format_", type=click.Choice(["text", JSON]), default="text", show_default=True
)


def on_server(command: Command) -> Command:
    """Gives a command the options that say which server and world, and a client of it as its first argument."""

    @url_option
    @click.option("--world", help="The world; default: the one in the URL, or 'default'.")
    @token_option
    @cacert_option
    @wraps(command)
    def run(
        *args: Any, url: str, world: str | None, control_token: str | None, cacert: str | None, **options: Any
    ) -> None:
        from ..client import CautiousClient, ControlFailure

        try:
            control = CautiousClient(url, world=world, token=control_token, cacert=cacert)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        try:
            command(control, *args, **options)
        except ControlFailure as error:
            raise click.ClickException(f"{error}{hint(error.__cause__)}") from None
        except TimeoutError as error:  # of what was waited for
            raise click.ClickException(str(error)) from None

    return run


def write_file(file: str, text: str) -> None:
    """Writes a file that somebody has named; - is the standard output."""
    if file == DASH:
        write(text)
    else:
        files.write(file, text.encode())


def hint(cause: BaseException | None) -> str:
    """What to do about a server that doesn't answer."""
    return "; start a server with: fakemanila serve" if isinstance(cause, ConnectionError) else ""


class Group(click.Group):
    """A group that runs its first command where none is named: ``fakemanila requests --status 413``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)
