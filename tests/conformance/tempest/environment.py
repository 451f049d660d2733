"""The environment that the suite runs in: made once, and again when its versions change."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

import click

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / ".venv-tempest"
CONSTRAINTS = Path(__file__).with_name("constraints.txt")
REQUIREMENTS = ("tempest", "manila-tempest-plugin")


def python() -> Path:
    """The interpreter of the environment, which is made if need be.

    The suite asks for versions of libraries that may not go with those of the development environment, so it has its
    own. What is installed is written down in a stamp file, last of all: half an environment is made anew.
    """
    interpreter = FOLDER / "bin" / "python"
    stamp = FOLDER / ".installed"
    wanted = CONSTRAINTS.read_text(encoding="utf-8")
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        click.echo(f"making {FOLDER.name}, once", err=True)
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", str(CONSTRAINTS), *REQUIREMENTS], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return interpreter
