"""Records the answers of a real Manila: `python -m tests.conformance.order.record --help`."""

from __future__ import annotations

import time
from pathlib import Path

import click

from fakemanila.compare.server import FailedError, Server
from fakemanila.contract.model import Operation

from ..in_process import InProcess
from ..recordings import RECORDED
from .differences import MOST_LEFT
from .plan import ask, chapters, ways
from .play import Case, Result, Way, play, resources
from .recorded import Recording, write
from .stage import Stage


def record(operation: Operation, way: Way, stage: Stage, *, oldest: bool) -> Recording:
    """Sends the requests of one way to an operation."""
    stage.begin(resources(way))
    asking = ask(operation, way, oldest=oldest)
    answers: list[tuple[Case, Result]] = []
    case = next(asking)
    while True:
        result = play(way, case, stage)
        answers.append((case, result))
        stage.tidy(MOST_LEFT)
        try:
            case = asking.send(result)
        except StopIteration:
            return Recording(way, tuple(answers))


@click.command()
@click.option("--auth-url", help="Keystone, such as http://127.0.0.1:5000/v3.")
@click.option("--url", help="Manila, such as http://127.0.0.1:8786. This server in-process when absent.")
@click.option("--release", required=True, help="The release that answers, such as 23.0.1.")
@click.option("--output", type=click.Path(path_type=Path), default=RECORDED, show_default=True)
@click.option("--only", multiple=True, help="A chapter to record; repeatable. All of them when absent.")
def main(auth_url: str | None, url: str | None, release: str, output: Path, only: tuple[str, ...]) -> None:
    """Sends every request to a server and writes its answers to OUTPUT/manila-RELEASE/order."""
    server = InProcess() if url is None or auth_url is None else Server(url, auth_url)
    with server:
        for chapter, operations in chapters().items():
            if only and chapter not in only:
                continue
            began = time.monotonic()
            recordings = []
            stage = Stage(server)
            try:
                for operation in operations:
                    for number, way in enumerate(ways(operation)):
                        try:
                            recordings.append(record(operation, way, stage, oldest=number > 0))
                        except FailedError as failure:
                            click.echo(f"{operation.id}: {failure}", err=True)
                        click.echo(f"  {operation.id} {way.version}: {time.monotonic() - began:.0f} s", err=True)
            finally:
                stage.close()
            write(output / f"manila-{release}" / "order" / f"{chapter}.json", chapter, release, recordings)
            count = sum(len(each.answers) for each in recordings)
            click.echo(f"{chapter}: {count} requests, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
