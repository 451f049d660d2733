"""Records the answers of a real Manila: `python -m tests.conformance.record --help`."""

from collections import Counter
from pathlib import Path
from typing import TextIO

import click

from fakemanila.compare import script
from fakemanila.compare.exchanges import run
from fakemanila.compare.server import FailedError, Server

from . import recordings


@click.command()
@click.option("--auth-url", required=True, help="Keystone, such as http://127.0.0.1:5000/v3.")
@click.option("--url", required=True, help="Manila, such as http://127.0.0.1:8786.")
@click.option("--release", required=True, help="The release that answers, such as 23.0.1.")
@click.option("--output", type=click.Path(path_type=Path), default=recordings.RECORDED, show_default=True)
@click.option("--only", multiple=True, help="A scenario to record; repeatable. All of them when absent.")
@click.option("--texts", type=click.File("w"), help="A file for the answers as they came, message texts included.")
def main(auth_url: str, url: str, release: str, output: Path, only: tuple[str, ...], texts: TextIO | None) -> None:
    """Sends every scenario to a server and writes its answers to OUTPUT/manila-RELEASE."""
    folder = output / f"manila-{release}"
    counts: Counter[str] = Counter()
    scenarios = script.load()
    with Server(url, auth_url) as server:
        for name in only or scenarios:
            try:
                outcomes = list(run(scenarios[name], server))
            except FailedError as failure:
                counts["failed"] += 1
                click.echo(f"{name}: {failure}", err=True)
                continue
            recordings.write(folder, scenarios[name], outcomes, release)
            counts["recorded"] += 1
            counts["exchanges"] += len(outcomes)
            click.echo(f"{name}: {len(outcomes)} exchanges")
            for outcome in outcomes:
                body = outcome.text.replace("\n", " ")
                if texts is not None:
                    texts.write(f"{name} | {outcome.exchange.name} | {outcome.answer['status']} {body}\n")
    click.echo(f"{counts['recorded']} scenarios, {counts['exchanges']} exchanges, {counts['failed']} failed")
    if counts["failed"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
