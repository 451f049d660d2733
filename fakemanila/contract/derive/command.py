"""The command ``fakemanila derive``."""

from __future__ import annotations

from pathlib import Path

import click
import yaml

from ...cli.console import echo
from ...cli.parameters import FileToRead
from ...files import FileProblem
from ...package_data import schemas_dir
from . import SourceError, derive
from .against import against
from .patches import PatchError
from .policies import PolicyError


@click.command("derive")
@click.argument("source", type=FileToRead(folder=True), metavar="[SDIST_OR_API_REF_DIR]", required=False)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the contract differs from its source.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="The contract's folder (default: schemas/)."
)
@click.option(
    "--against-source",
    "code",
    type=FileToRead(folder=True),
    metavar="SDIST_OR_SOURCE_DIR",
    help="Write nothing; compare the contract with the validation schemas and routes in Manila's code instead.",
)
def derive_command(source: Path | None, check: bool, output: Path | None, code: Path | None) -> None:
    """Rebuild the contract from Manila's API reference (for maintainers)."""
    target = output or schemas_dir()
    if (source is None) == (code is None):
        raise click.UsageError("Give either SDIST_OR_API_REF_DIR or --against-source.")
    if code is not None:
        if check:
            raise click.UsageError("--against-source writes nothing; it doesn't go with --check.")
        _compare(code, target)
    elif source is not None:
        _derive(source, target, check)


def _compare(code: Path, target: Path) -> None:
    try:
        found = against(code, target)
    except (SourceError, PatchError, FileProblem) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(FileProblem(error.filename or code, error))) from error
    echo(*map(str, found))
    if found:
        raise SystemExit(1)
    echo(f"{target} agrees with {code}, save what patches.json explains")


def _derive(source: Path, target: Path, check: bool) -> None:
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
