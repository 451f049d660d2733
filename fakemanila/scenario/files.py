"""Scenario files: where they are, and what is wrong with them on which line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from .. import files
from ..package_data import fixtures_dir
from ..text.suggestions import nearest


class ScenarioError(ValueError):
    """A scenario that can't be used; the message names the file, the line and the field."""


class Document(NamedTuple):
    """One scenario as it was read. `lines` has the line of each field, by its path: ``resources[3].size``."""

    value: Any
    name: str | None = None
    lines: Mapping[str, int] = {}

    @contextmanager
    def named(self) -> Iterator[None]:
        """Adds the file and the line to a ValueError whose message begins with a field's path."""
        try:
            yield
        except ScenarioError:
            raise
        except ValueError as error:
            raise ScenarioError(f"{self.place(str(error))}{error}") from None

    def place(self, message: str) -> str:
        """``"file:line: "`` for a message that begins with a field's path; nothing for a document without a file."""
        if self.name is None:
            return ""
        path = re.sub(r"\['(.*?)'\]", r".\1", message.partition(": ")[0])  # delays['shares.create']
        while path and path not in self.lines:
            path = re.sub(r"(^|\.)[^.\[]*$|\[\d+\]$", "", path)
        return f"{self.name}:{self.lines.get(path, 1)}: "


def shipped() -> dict[str, Path]:
    """The scenarios that fakemanila brings, by name."""
    return {
        path.stem: path for path in sorted((fixtures_dir() / "scenarios").glob("*.yaml"), key=lambda path: path.stem)
    }


def find(source: str | Path) -> Path:
    """The file of that path, or else the shipped scenario of that name. Raises ScenarioError."""
    path = Path(source)
    names = shipped()
    if str(source) in names and not os.path.isfile(path):
        return names[str(source)]
    if not os.path.lexists(path):
        if path.suffix or len(path.parts) > 1:  # somebody means a file
            raise ScenarioError(f"{str(source)!r} does not exist")
        raise ScenarioError(f"{str(source)!r} is neither a file nor a shipped scenario{nearest(source, names)}")
    with _scenario_errors():
        files.check_readable(path)
    return path


def read(path: Path) -> Document:
    """Reads one file. Raises ScenarioError for what can't be read, and for a field that is given twice."""
    with _scenario_errors():
        text = files.read_text(path)
    from .loader import parse  # imported here: most servers start without a scenario, and sooner without YAML

    try:
        value, lines = parse(text)
    except ValueError as error:
        raise ScenarioError(f"{path}{error}") from None
    return Document(value, str(path), lines)


@contextmanager
def _scenario_errors() -> Iterator[None]:
    try:
        yield
    except files.FileProblem as error:
        raise ScenarioError(str(error)) from None
