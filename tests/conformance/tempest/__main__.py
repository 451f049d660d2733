"""`python -m tests.conformance.tempest --help`."""

from __future__ import annotations

import os
import re

import click

from . import expected, report
from .configuration import PROFILES
from .run import FOLDER, run


@click.command()
@click.option("--profile", type=click.Choice([*PROFILES, "both"]), default="both", show_default=True)
@click.option("--regex", default="", help="Only the tests whose names it is found in.")
@click.option("--workers", type=click.IntRange(1), default=min(4, os.cpu_count() or 1), show_default=True)
@click.option("--update", is_flag=True, help=f"Write to {expected.PATH.name} what has been built.")
@click.option("--auth-url", help="Run against the deployment of this Keystone instead of a server of its own.")
def main(profile: str, regex: str, workers: int, update: bool, auth_url: str | None) -> None:
    """Runs upstream's API tests, and says where they end otherwise than on a real Manila.

    Ends with an error when a test that is expected to pass doesn't.
    """
    table = expected.read()
    pattern = re.compile(regex)
    failed = changes = 0
    for name in PROFILES if profile == "both" else [profile]:

        def wanted(test: str, name: str = name) -> bool:
            known = table.states[name].get(test)
            return bool(pattern.search(test)) and known != expected.NOT_RUN

        done = run(name, auth_url, wanted, workers, report.Progress(name))
        if not done.results:
            click.echo(f"\n{name}: no test")
            continue
        if update:
            changes += expected.updated(table, name, done.results.values())
        states = {test: state for test, state in table.expected(name).items() if pattern.search(test)}
        click.echo(f"\n{report.table(done, states)}\n")
        real = f", real Manila took {table.seconds[name]}" if name in table.seconds and not regex else ""
        click.echo(f"{name}: {done.seconds:.0f} seconds with {workers} workers{real}; logs in {FOLDER / name}")
        for line in report.broken_ends(done):
            click.echo(line)
        problems = report.verdict(done, states, complete=not regex)
        failed += len(problems)
        if better := report.surprises(done, states):
            click.echo("\n".join(["", *better, "--update writes down what has been built."]))
        if problems:
            click.echo("\n".join(["", "Not as on real Manila:", *problems]), err=True)
    if update:
        expected.write(table)
        click.echo(f"{changes} changes in {expected.PATH.name}")
    if failed:
        raise SystemExit(1)


main()
