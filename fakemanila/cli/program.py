"""The command line. What a command needs is imported when it runs, so that each starts quickly."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import click

from .. import __version__
from ..control.commands import COMMANDS
from ..control.commands.on_server import cacert_option, url_option
from . import parameters
from .console import Program, echo, echo_json
from .serving import serve

if TYPE_CHECKING:
    from ..versions import Microversion


class _Late(NamedTuple):
    """A command that has a module of its own."""

    place: str
    help: str
    """The first sentence of its help, so that a list of commands needs none of them."""


_LATE = {
    **{name: _Late(f"control.commands.{module}:{name}", help) for name, (module, help) in COMMANDS.items()},
    "compare": _Late(
        "compare.command:compare_command",
        "Send the same requests to a real cloud and to a fakemanila, and list the answers that differ.",
    ),
    "derive": _Late(
        "contract.derive.command:derive_command", "Rebuild the contract from Manila's API reference (for maintainers)."
    ),
    "import": _Late(
        "importing.command:import_command", "Read a real cloud and write a scenario from which a world can start."
    ),
    "shadow": _Late(
        "shadow.command:shadow_command",
        "Run as a proxy in front of a real cloud, and record where fakemanila would have answered otherwise.",
    ),
    "sweep": _Late(
        "sweep.command:sweep_command",
        "Run COMMAND once without faults, then once for each of its requests and each kind of failure.",
    ),
}


class _Main(Program):
    """Knows more commands than were added to it: those are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*super().list_commands(ctx), *_LATE))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _LATE:
            return super().get_command(ctx, name)
        module, _, attribute = _LATE[name].place.partition(":")
        command: click.Command = getattr(import_module(f"fakemanila.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click has it, without importing them all."""
        commands = {**self.commands, **{name: click.Command(name, help=late.help) for name, late in _LATE.items()}}
        width = formatter.width - 6 - max(map(len, commands))
        with formatter.section("Commands"):
            formatter.write_dl([(name, commands[name].get_short_help_str(width)) for name in sorted(commands)])


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "FAKEMANILA"})
@click.version_option(__version__, prog_name="fakemanila")
def main() -> None:
    """A fake of OpenStack Manila, with faults on request."""


main.add_command(serve)


@main.command()
@click.option("--user", default="demo", show_default=True, help="One of the built-in users.")
@click.option("--format", "format_", type=click.Choice(["sh", "clouds", "csi-secret"]), default="sh", show_default=True)
@click.option(
    "--scope",
    type=click.Choice(["project", "system"]),
    default="project",
    show_default=True,
    help="The scope of the login: the user's project, or the system (for admin).",
)
@click.option(
    "--credential",
    type=click.Choice(["password", "application", "trust"]),
    default="password",
    show_default=True,
    help="How to log in; an application credential or a trust is made on the running server.",
)
@url_option
@cacert_option
def env(user: str, format_: str, scope: str, credential: str, url: str, cacert: str | None) -> None:
    """Print what a shell, a clouds.yaml or csi-manila needs to reach a running server."""
    from ..control.client import ControlFailure, HttpTransport
    from ..control.trust import nobody
    from ..python import delegation, environment

    try:
        HttpTransport(url, tls=nobody())  # what the shell has trusted so far may be gone
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    url = url.rstrip("/")
    cacert = cacert or environment.authority_of(url)
    if scope == "system" and credential != "password":
        raise click.UsageError(f"--credential {credential} is for a project, and not for --scope system")
    lines = {"sh": environment.shell_lines, "clouds": environment.clouds_lines, "csi-secret": environment.csi_lines}
    try:
        if credential == "password":
            login = environment.password(user, system=scope == "system")
        else:
            make = delegation.trust if credential == "trust" else delegation.application_credential
            login = make(url, user, cacert)
        echo(*lines[format_](url, login, cacert))
    except LookupError:
        from ..keystone.builtin import user_names

        raise click.BadParameter(
            f"{user!r} is not a built-in user; there are {', '.join(user_names())}", param_hint="--user"
        ) from None
    except ControlFailure as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@main.command()
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
def operations(format_: str) -> None:
    """List every operation of the contract, and whether it is implemented."""
    from ..contract.coverage import operation_rows

    rows = operation_rows()
    if format_ == "json":
        echo_json([row.to_json() for row in rows])
        return
    width = max(len(row.id) for row in rows)
    echo(
        *(
            f"{row.id:<{width}}  {row.versions:<14}  {'implemented' if row.implemented else '-':<11}"
            f"  {row.method:<6}  {row.path}"
            for row in rows
        )
    )


@main.command()
@click.option(
    "--microversion", callback=parameters.as_microversion, default="2.99", show_default=True, help="The microversion."
)
def openapi(microversion: Microversion) -> None:
    """Print the OpenAPI 3.1 document of the API at one microversion."""
    from ..contract.openapi import served

    echo_json(served(str(microversion)))
