"""`python -m fakemanila.compare.histories`: plays random histories on a real Manila and on this server."""

from __future__ import annotations

import signal
from uuid import uuid4

import click

from ..cast import Keystone
from .comparing import explanations
from .walking import Totals, Walk


@click.command()
@click.option("--auth-url", required=True, help="Keystone of the real server; its administrator is admin.")
@click.option("--url", required=True, help="Manila of the real server, such as http://127.0.0.1:8786.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same requests of the same answers.")
@click.option("--steps", default=1000, show_default=True, help="How many requests to send.")
@click.option("--length", default=50, show_default=True, help="Steps of one history, on projects of its own.")
@click.option("--jobs", default=4, show_default=True, help="How many histories to play at once.")
@click.option("--only", help="A resource to keep to, such as share_groups, with what it needs.")
@click.option("--shrink/--no-shrink", default=True, help="Whether to look for the fewest steps of each difference.")
@click.option("--tell", is_flag=True, help="Tell each step, with the code of its answer.")
def main(
    auth_url: str, url: str, seed: int, steps: int, length: int, jobs: int, only: str | None, shrink: bool,
    tell: bool,
) -> None:  # fmt: skip
    """Lists what differs, as scenarios. Exit status 1 when something does that isn't explained."""
    signal.signal(signal.SIGTERM, _stop)  # so that what was made is removed then, too
    with Keystone(auth_url, f"walk{uuid4().hex[:8]}") as keystone:
        walk = Walk(url, keystone, seed, explanations(), click.echo, told=tell)
        try:
            walk.run(steps, length, only, shrinking=shrink, jobs=jobs)
        finally:
            _report(walk.totals, seed)
    if walk.totals.found:
        raise SystemExit(1)


def _stop(*_: object) -> None:
    raise SystemExit(2)


def _report(totals: Totals, seed: int) -> None:
    click.echo(f"\nseed {seed}: {totals.steps} steps in {totals.histories} histories")
    click.echo("codes: " + ", ".join(f"{code} {number}" for code, number in sorted(totals.codes.items())))
    never = sorted(each for each, number in totals.operations.items() if not number)
    click.echo(f"{len(totals.operations)} operations, never successful: {', '.join(never) or 'none'}")
    for title, counter in (("explained", totals.explained), ("differences", totals.again)):
        click.echo(f"{title}: {sum(counter.values())}")
        for line, number in counter.most_common():
            click.echo(f"  {number} {line}")
    for line in totals.left:
        click.echo(f"could not be removed: {line}")


if __name__ == "__main__":
    main()
