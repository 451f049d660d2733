"""The command ``fakemanila derive``."""

from __future__ import annotations

from pathlib import Path

import click
import yaml

from ...console import echo
from ...data import schemas_dir
from ...files import FileProblem
from ...parameters import FileToRead
from . import SourceError, derive
from .patches import PatchError
from .policies import PolicyError


@click.command("derive")
@click.argument("source", type=FileToRead(folder=True), metavar="SDIST_OR_API_REF_DIR")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the contract differs from its source.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="The contract's folder (default: schemas/)."
)
def derive_command(source: Path, check: bool, output: Path | None) -> None:
    """Rebuild the contract from Manila's API reference (for maintainers)."""
    target = output or schemas_dir()
    try:
        changed = derive(source, target, check=check)
    except (SourceError, PatchError, FileProblem) as error:
        raise click.ClickException(str(error)) from error
    except (PolicyError, SyntaxError, ValueError, yaml.YAMLError) as error:
        raise click.ClickException(f"{source}: it is not Manila's API reference, or a broken one: {error}") from error
    except OSError as error:
        raise click.ClickException(str(FileProblem(error.filename or target, error))) from error
    echo(*(f"differs: {name}" if check else f"wrote {target / name}" for name in changed))
    if not changed:
        echo(f"{target} is up to date")
    if check and changed:
        raise SystemExit(1)
