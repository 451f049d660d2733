"""Compares two running servers, or one with the recordings: `python -m tests.conformance.compare --help`."""

from contextlib import ExitStack

import click

from . import recordings, script
from .exchanges import Server, run


@click.command()
@click.option("--auth-url", required=True, help="Keystone of the server in question.")
@click.option("--url", required=True, help="Manila of the server in question.")
@click.option("--reference-auth-url", help="Keystone of the server to compare with.")
@click.option("--reference-url", help="Manila of the server to compare with; the newest recordings when absent.")
@click.option("--only", multiple=True, help="A scenario to compare; repeatable. All of them when absent.")
@click.option(
    "--real", is_flag=True, help="The server in question is a real one: it may crash where the reference did."
)
@click.option("--interval", default=0.1, show_default=True, help="Seconds between two polls.")
def main(
    auth_url: str,
    url: str,
    reference_auth_url: str | None,
    reference_url: str | None,
    only: tuple[str, ...],
    real: bool,
    interval: float,
) -> None:
    """Sends every scenario and lists the differences. Exit status 1 when there are any."""
    if bool(reference_url) != bool(reference_auth_url):
        raise click.UsageError("--reference-url and --reference-auth-url belong together")
    scenarios = script.load()
    explained = {} if real else recordings.known_differences()["explained"]
    differing = 0
    with ExitStack() as servers:
        server = servers.enter_context(Server(url, auth_url, interval))
        reference = None
        if reference_url and reference_auth_url:
            reference = servers.enter_context(Server(reference_url, reference_auth_url, interval))
        for name in only or scenarios:
            if reference is None:
                expected = recordings.read(recordings.newest(), name)
            else:
                expected = {outcome.exchange.name: outcome.answer for outcome in run(scenarios[name], reference)}
            lines = recordings.replay(scenarios[name], server, expected, explained.get(name, {}), may_crash=real)
            if lines:
                differing += 1
                click.echo("\n  ".join([f"{name}:", *lines]))
    click.echo(f"{differing} of {len(only or scenarios)} scenarios differ")
    if differing:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
