"""The contract against a second source: the routes and validation schemas in Manila's own code.

``evaluate`` reads the data of Manila's modules, ``served`` which call comes to which method and what it is checked
with, ``facts`` makes both sides' schemas comparable, ``compare`` compares them, ``explained`` knows what is meant to
differ.
"""

from __future__ import annotations

from pathlib import Path

from ...model import read
from .. import patches_of
from ..source import SourceError, read_any
from .compare import Difference, differences
from .evaluate import Modules
from .explained import unexplained
from .served import ROUTER, served

__all__ = ["Difference", "against"]


def against(source: Path, target: Path) -> list[Difference]:
    """What the contract in `target` says otherwise than the code in `source`, save what its patches explain.

    `source` is Manila's source distribution, packed or unpacked, or the folder in which Manila is installed. Nothing
    of it is run. Raises SourceError where it can't be read, PatchError for explanations that explain nothing.
    """
    modules = Modules(read_any(source).modules)
    if ROUTER not in modules:
        raise SourceError(f"{source} holds no {ROUTER.replace('.', '/')}.py")
    try:
        known = served(modules)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise SourceError(f"{source}: it is not Manila's code, or not as it was: {error!r}") from error
    patches = patches_of(target)
    try:
        contract = read(target)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise SourceError(f"{target}: it holds no contract, or a broken one: {error!r}") from error
    return unexplained(differences(contract, known), patches)
