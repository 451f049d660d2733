"""The commands that talk to a running server. What they need is imported when they run, so that each starts quickly."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import files
from ..console import echo, echo_json, echo_table, write
from ..parameters import FileToRead

if TYPE_CHECKING:
    from .client import ControlClient

DEFAULT_URL = "http://127.0.0.1:8786"
JSON = "json"
DASH = "-"
REFUSED = 400

Command = Callable[..., Any]
Doc = Mapping[str, Any]

url_option = click.option(
    "--url", envvar="FAKEMANILA_URL", default=DEFAULT_URL, show_default=True, show_envvar=True, help="The server."
)
cacert_option = click.option(
    "--cacert", metavar="FILE", help="The authority to trust for an HTTPS URL; OS_CACERT says it as well."
)
_format_option = click.option(
    "--format", "format_", type=click.Choice(["text", JSON]), default="text", show_default=True
)


def _on_server(command: Command) -> Command:
    """Gives a command the options that say which server and world, and a client of it as its first argument."""

    @url_option
    @click.option("--world", help="One of its worlds; the one named default, or that of the URL, unless given.")
    @click.option("--control-token", envvar="FAKEMANILA_CONTROL_TOKEN", show_envvar=True, help="What serve was given.")
    @cacert_option
    @wraps(command)
    def run(
        *args: Any, url: str, world: str | None, control_token: str | None, cacert: str | None, **options: Any
    ) -> None:
        from .client import CautiousClient, ControlFailure

        try:
            control = CautiousClient(url, world=world, token=control_token, cacert=cacert)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
        try:
            command(control, *args, **options)
        except ControlFailure as error:
            raise click.ClickException(f"{error}{_hint(error.__cause__)}") from None

    return run


def _hint(cause: BaseException | None) -> str:
    """What to do about a server that doesn't answer."""
    return "; start a server with: fakemanila serve" if isinstance(cause, ConnectionError) else ""


class _Group(click.Group):
    """A group that runs its first command where none is named: ``fakemanila requests --status 413``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


# The world as a whole


@click.command()
@_on_server
def reset(control: ControlClient) -> None:
    """Put a world back to its initial state."""
    control.reset()


@click.group()
def state() -> None:
    """Keep a world in a file, or make it what a file says."""


@state.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@_on_server
def save(control: ControlClient, file: str) -> None:
    """Write the whole world to FILE as JSON; - is the standard output."""
    text = f"{json.dumps(control.state.dump())}\n"
    if file == DASH:
        write(text)
        return
    try:
        files.write(file, text.encode())
    except files.FileProblem as error:
        raise click.ClickException(str(error)) from None


@state.command()
@click.argument("file", type=FileToRead(dash=True))
@_on_server
def load(control: ControlClient, file: Path) -> None:
    """Make the world what FILE says; - is the standard input."""
    if str(file) == DASH:
        name = "<stdin>"
        text = _read(lambda: files.read_stream(getattr(sys.stdin, "buffer", None), name, files.MAX_STATE))
    else:
        name = str(file)
        text = _read(lambda: files.read_text(file, files.MAX_STATE))
    try:
        doc = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{name}: it is not valid JSON: {error}") from None
    if not isinstance(doc, dict):
        raise click.ClickException(f"{name}: it is not a state: expected an object")
    control.state.load(doc)


def _read(source: Callable[[], str]) -> str:
    try:
        return source()
    except files.FileProblem as error:
        raise click.ClickException(str(error)) from None


# Scenarios


@click.group()
def scenario() -> None:
    """Give a world what a scenario has, or list the scenarios that come along."""


@scenario.command()
@click.argument("source", metavar="FILE|NAME")
@_format_option
@_on_server
def apply(control: ControlClient, source: str, format_: str) -> None:
    """Do to the world as it is what a scenario says: a file, or one that comes with fakemanila."""
    from ..scenario.files import ScenarioError, find, read
    from .client import ControlFailure

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
@_format_option
def list_scenarios(format_: str) -> None:
    """List the scenarios that come with fakemanila."""
    from ..scenario.files import read, shipped

    found = [{"name": name, "description": read(path).value["description"]} for name, path in shipped().items()]
    if format_ == JSON:
        echo_json(found)
    else:
        echo_table([(each["name"], each["description"]) for each in found])


# Time


@click.group(cls=_Group)
def clock() -> None:
    """Show the world's time, set it, or move it forward."""


def _show_clock(doc: Doc) -> None:
    runs = "stands still" if doc["mode"] == "manual" else f"runs at {doc['rate']:g} s/s"
    pending = f"{doc['pending']} under way" if doc["pending"] else "nothing under way"
    following = f", next at {doc['next']}" if doc["next"] else ""
    echo(f"{doc['now']}  {runs}, {pending}{following}")


@clock.command("show")
@_format_option
@_on_server
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
@_on_server
def set_clock(control: ControlClient, now: str | None, mode: str | None, rate: float | None) -> None:
    """Set the time to NOW, such as 2026-01-01T00:00:00, or how fast it runs."""
    if now is None and mode is None and rate is None:
        raise click.UsageError("nothing to set: expected NOW, --mode or --rate")
    _show_clock(control.clock.set(now, mode=mode, rate=rate))


@clock.command()
@click.argument("duration", required=False)
@click.option("--to", type=click.Choice(["next", "idle"]), help="To when the next transition ends, or all have.")
@_on_server
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


# Faults


@click.group(cls=_Group)
def faults() -> None:
    """List the rules of faults, add some, or take them away."""


def _rule(rule: Doc) -> tuple[str, ...]:
    said = {key: rule[key] for key in ("match", "when", "do") if rule[key]}
    fired = f"fired {rule['fired']} of {rule['matched']}"
    return rule["id"], rule["name"] or rule.get("preset") or "-", fired, json.dumps(said)


@faults.command("list")
@_format_option
@_on_server
def list_faults(control: ControlClient, format_: str) -> None:
    """List the rules, and how often each fired of the requests that it matched."""
    found = control.faults.list()
    if format_ == JSON:
        echo_json(found)
    elif found:
        echo_table([_rule(rule) for rule in found])


@faults.command()
@click.argument("fault")
@click.option("--name", help="What the journal calls it.")
@click.option("--operation", help="Only for this operation, or a pattern of them.")
@click.option("--method", help="Only for this HTTP method.")
@click.option("--path", help="Only for this path, or a pattern of them.")
@click.option("--project", help="Only for this project, by name or id.")
@click.option("--user", help="Only for this user, by name or id.")
@click.option("--microversion", help="Only at these microversions, such as '>=2.40'.")
@click.option("--after", type=int, help="Let so many matching requests go first.")
@click.option("--times", type=int, help="Fire so often.")
@click.option("--every", type=int, help="Fire on every n-th matching request only.")
@click.option("--probability", type=float, help="Fire by chance, from 0 to 1.")
@_on_server
def add(control: ControlClient, fault: str, **said: Any) -> None:
    """Add a rule: FAULT is the name of a preset, or a rule as JSON."""
    rule: Any = fault
    if fault.lstrip().startswith("{"):
        try:
            rule = json.loads(fault)
        except ValueError as error:
            raise click.UsageError(f"FAULT is not valid JSON: {error}") from None
    given = {key: value for key, value in said.items() if value is not None}
    echo_table([_rule(control.faults.add(rule, **given))])


@faults.command()
@_format_option
@_on_server
def presets(control: ControlClient, format_: str) -> None:
    """List the faults with names."""
    found = control.faults.presets()
    if format_ == JSON:
        echo_json(found)
    else:
        echo_table([(preset["name"], preset["summary"]) for preset in found])


@faults.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@_on_server
def remove(control: ControlClient, ids: tuple[str, ...]) -> None:
    """Take rules away."""
    for id in ids:
        control.faults.remove(id)


@faults.command("clear")
@_on_server
def clear_faults(control: ControlClient) -> None:
    """Take all rules away."""
    control.faults.clear()


# The journal


@click.group(cls=_Group)
def requests() -> None:
    """List what was asked of the world, or forget it."""


@requests.command("list")
@click.option("--operation", help="An operation's id or a pattern of them; none for no operation.")
@click.option("--method", help="GET, POST, PUT, PATCH or DELETE.")
@click.option("--path", help="A path, or a pattern of them.")
@click.option("--status", help="413, 4xx, or none for no answer.")
@click.option("--project", help="A project's name or id.")
@click.option("--user", help="A user's name or id.")
@click.option("--fault", help="A fault's name or a pattern of them; any, or none.")
@click.option("--mark", type=click.Choice(["unmatched", "not_implemented"]), help="What nothing could be done with.")
@click.option("--since", help="A time of the world's clock, or the id of the request before.")
@click.option("--limit", type=click.IntRange(0), help="Only so many, the newest.")
@_format_option
@_on_server
def list_requests(control: ControlClient, format_: str, **filters: Any) -> None:
    """List the requests that meet every filter, oldest first."""
    from .asserting import line

    found = control.requests.list(**filters)
    if format_ == JSON:
        echo_json(found)
        return
    echo(*map(line, found))


@requests.command("clear")
@_on_server
def clear_requests(control: ControlClient) -> None:
    """Forget what was asked."""
    control.requests.clear()


COMMANDS: tuple[click.Command, ...] = (reset, clock, faults, requests, scenario, state)
