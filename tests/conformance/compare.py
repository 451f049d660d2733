"""Compares two running servers, or one with the recordings: `python -m tests.conformance.compare --help`."""

import click

from . import recordings, script
from .exchanges import FailedError, Server, run


@click.command()
@click.option("--auth-url", required=True, help="Keystone of the server in question.")
@click.option("--url", required=True, help="Manila of the server in question.")
@click.option("--reference-auth-url", help="Keystone of the server to compare with.")
@click.option("--reference-url", help="Manila of the server to compare with; the newest recordings when absent.")
@click.option("--only", multiple=True, help="A scenario to compare; repeatable. All of them when absent.")
@click.option("--interval", default=0.1, show_default=True, help="Seconds between two polls.")
def main(
    auth_url: str,
    url: str,
    reference_auth_url: str | None,
    reference_url: str | None,
    only: tuple[str, ...],
    interval: float,
) -> None:
    """Sends every scenario and lists the differences. Exit status 1 when there are any."""
    if bool(reference_url) != bool(reference_auth_url):
        raise click.UsageError("--reference-url and --reference-auth-url belong together")
    scenarios = script.load()
    explained = recordings.known_differences()["explained"]
    reference = Server(reference_url, reference_auth_url, interval) if reference_url and reference_auth_url else None
    differing = 0
    with Server(url, auth_url, interval) as server:
        for name in only or scenarios:
            try:
                if reference is None:
                    expected = recordings.read(recordings.newest(), name)
                else:
                    expected = {outcome.exchange.name: outcome.answer for outcome in run(scenarios[name], reference)}
                lines = recordings.report(expected, run(scenarios[name], server), explained.get(name, {}))
            except FailedError as failure:
                lines = [str(failure)]
            if lines:
                differing += 1
                click.echo(f"{name}:")
                for line in lines:
                    click.echo(f"  {line}")
    click.echo(f"{differing} of {len(only or scenarios)} scenarios differ")
    if reference is not None:
        reference.__exit__()
    if differing:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
