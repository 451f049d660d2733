"""The worlds of one server, or of several among which a proxy shares them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ...cli.console import complain, echo_json, echo_table
from .on_server import DEFAULT_URL, JSON, Command, Group, cacert_option, format_option, hint, token_option

if TYPE_CHECKING:
    from ..client import ControlClient

Answer = dict[str, Any]

url_option = click.option(
    "--url",
    "urls",
    envvar="FAKEMANILA_URL",
    multiple=True,
    default=(DEFAULT_URL,),
    show_default=True,
    show_envvar=True,
    help="A server; may be repeated. The variable may have several, separated by spaces.",
)


def on_servers(command: Command) -> Command:
    """Gives a command the options that say which servers."""
    for option in (cacert_option, token_option, url_option):
        command = option(command)
    return command


@click.group(cls=Group)
def worlds() -> None:
    """List and drop the worlds of one or several servers."""


@worlds.command("list")
@format_option
@on_servers
def list_worlds(urls: Sequence[str], control_token: str | None, cacert: str | None, format_: str) -> None:
    """List the worlds with their servers and health."""
    answers = _ask(urls, control_token, cacert, lambda control: control.health())
    if format_ == JSON:
        echo_json({"servers": [{"url": url, **answer} for url, answer in answers.items()]})
    else:
        rows = [(name, url, _state(answer)) for url, answer in answers.items() for name in answer.get("worlds", ())]
        if rows:
            echo_table(sorted(rows))
    _fail(answers)


@worlds.command()
@click.argument("name")
@on_servers
def drop(name: str, urls: Sequence[str], control_token: str | None, cacert: str | None) -> None:
    """Drop the world NAME on every server; its next use makes a new one."""

    def forget(control: ControlClient) -> Answer:
        control.worlds.drop(name)
        return {}

    _fail(_ask(urls, control_token, cacert, forget))


def _ask(
    urls: Sequence[str], token: str | None, cacert: str | None, ask: Callable[[ControlClient], Answer]
) -> dict[str, Answer]:
    """What each server answers, by its URL."""
    from ..client import CautiousClient

    try:
        controls = {url: CautiousClient(url, token=token, cacert=cacert) for url in urls}
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return {url: _answer(control, ask) for url, control in controls.items()}


def _answer(control: ControlClient, ask: Callable[[ControlClient], Answer]) -> Answer:
    """``{"error": …}`` where there is none, so that the other servers are asked all the same."""
    from ..client import ControlFailure

    try:
        return ask(control)
    except ControlFailure as error:
        return {"error": f"{error}{hint(error.__cause__)}"}


def _state(answer: Answer) -> str:
    """``ok``, or what is wrong with the file where a server keeps its worlds."""
    return (answer["state"] or {}).get("error") or str(answer["status"])


def _fail(answers: dict[str, Answer]) -> None:
    """Says which servers have not answered, and ends with 1 where there are any."""
    errors = {url: answer["error"] for url, answer in answers.items() if "error" in answer}
    for url, error in errors.items():
        complain(error if url in error else f"{url}: {error}")
    if errors:
        raise click.exceptions.Exit(1)
