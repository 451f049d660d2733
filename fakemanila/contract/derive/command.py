"""The command ``fakemanila derive``."""

from __future__ import annotations

from pathlib import Path

import click

from ...data import schemas_dir
from . import SourceError, derive


@click.command("derive")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="SDIST_OR_API_REF_DIR")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the contract differs from its source.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="The contract's folder (default: schemas/)."
)
def derive_command(source: Path, check: bool, output: Path | None) -> None:
    """Rebuild the contract from Manila's API reference (for maintainers)."""
    target = output or schemas_dir()
    try:
        changed = derive(source, target, check=check)
    except SourceError as error:
        raise click.ClickException(str(error)) from error
    for name in changed:
        click.echo(f"differs: {name}" if check else f"wrote {target / name}")
    if not changed:
        click.echo(f"{target} is up to date")
    if check and changed:
        raise SystemExit(1)
