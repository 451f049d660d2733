"""The rules of a world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ...cli.console import echo_json, echo_table
from .on_server import JSON, Doc, Group, format_option, on_server

if TYPE_CHECKING:
    from ..client import ControlClient


@click.group(cls=Group)
def faults() -> None:
    """List, add and remove fault rules."""


def _rule(rule: Doc) -> tuple[str, ...]:
    said = {key: rule[key] for key in ("match", "when", "do") if rule[key]}
    fired = f"fired {rule['fired']} of {rule['matched']}"
    return rule["id"], rule["name"] or rule.get("preset") or "-", fired, json.dumps(said)


@faults.command("list")
@format_option
@on_server
def list_faults(control: ControlClient, format_: str) -> None:
    """List the rules, with the number of requests that each matched and fired on."""
    found = control.faults.list()
    if format_ == JSON:
        echo_json(found)
    elif found:
        echo_table([_rule(rule) for rule in found])


@faults.command()
@click.argument("fault")
@click.option("--name", help="The rule's name in the journal.")
@click.option("--operation", help="Only for this operation or pattern.")
@click.option("--method", help="Only for this HTTP method.")
@click.option("--path", help="Only for this path or pattern.")
@click.option("--project", help="Only for this project, by name or id.")
@click.option("--user", help="Only for this user, by name or id.")
@click.option("--microversion", help="Only at these microversions, such as '>=2.40'.")
@click.option("--after", type=int, help="Let this many matching requests pass first.")
@click.option("--times", type=int, help="Fire at most this many times.")
@click.option("--every", type=int, help="Fire on every n-th matching request only.")
@click.option("--probability", type=float, help="Fire with this probability, from 0 to 1.")
@on_server
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
@format_option
@on_server
def presets(control: ControlClient, format_: str) -> None:
    """List the presets."""
    found = control.faults.presets()
    if format_ == JSON:
        echo_json(found)
    else:
        echo_table([(preset["name"], preset["summary"]) for preset in found])


@faults.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@on_server
def remove(control: ControlClient, ids: tuple[str, ...]) -> None:
    """Remove rules."""
    for id in ids:
        control.faults.remove(id)


@faults.command("clear")
@on_server
def clear_faults(control: ControlClient) -> None:
    """Remove all rules."""
    control.faults.clear()
