"""Where the contract and the fixtures are on disk."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schemas_dir() -> Path:
    """The folder of the contract: ``schemas/``, or its copy in an installed package."""
    return _data_dir("schemas")


def fixtures_dir() -> Path:
    """The folder of initial worlds and scenarios: ``fixtures/``, or its copy in an installed package."""
    return _data_dir("fixtures")


def _data_dir(name: str) -> Path:
    # A wheel carries the folder inside the package (setup.cfg, package_dir); a checkout, also when it is installed
    # editable, has it beside the package.
    packaged = _PACKAGE / f"_{name}"
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
