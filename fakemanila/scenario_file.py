"""Scenario files as they are written: YAML or JSON, and on which line each field is.

JSON is YAML, so one reader does for both. Of YAML's plain words only those mean something that do in YAML 1.2: ``yes``,
``010`` and ``2026-01-01`` are texts, and so is the microversion in ``max_microversion: 2.70``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .data import fixtures_dir
from .documents import nearest, path_text


class ScenarioError(ValueError):
    """A scenario that can't be used; the message names the file, the line and the field."""


@dataclass(frozen=True)
class Document:
    """One scenario as it was read. `lines` has the line of each field, by its path: ``resources[3].size``."""

    value: Any
    name: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

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
        """``"file:line: "`` for a message that begins with a field's path; nothing for a document that is no file."""
        if self.name is None:
            return ""
        path = re.sub(r"\['(.*?)'\]", r".\1", message.partition(": ")[0])  # delays['shares.create']
        while path and path not in self.lines:
            path = re.sub(r"(^|\.)[^.\[]*$|\[\d+\]$", "", path)
        return f"{self.name}:{self.lines.get(path, 1)}: "


def shipped() -> dict[str, Path]:
    """The scenarios that fakemanila brings, by name."""
    return {path.stem: path for path in sorted((fixtures_dir() / "scenarios").glob("*.yaml"))}


def find(source: str | Path) -> Path:
    """The file of that path, or else the shipped scenario of that name. Raises ScenarioError."""
    path = Path(source)
    if path.is_file():
        return path
    names = shipped()
    if str(source) in names:
        return names[str(source)]
    if path.exists():
        raise ScenarioError(f"{str(source)!r} is no file")
    if path.suffix or len(path.parts) > 1:  # somebody means a file
        raise ScenarioError(f"{str(source)!r} does not exist")
    raise ScenarioError(f"{str(source)!r} is neither a file nor a shipped scenario{nearest(source, names)}")


def read(path: Path) -> Document:
    """Reads one file. Raises ScenarioError for what can't be read, and for a field that is there twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: it is no UTF-8") from None
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Document({}, str(path))
        lines = dict(_lines(node, ()))
        return Document(loader.construct_document(node), str(path), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise ScenarioError(f"{path}{line}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}: {error}") from None
    except RecursionError:
        raise ScenarioError(f"{path}: it is nested too deeply") from None
    finally:
        loader.dispose()


class _Loader(yaml.SafeLoader):
    """Plain words as in YAML 1.2. Not the loader in C: it crashes on a file that is nested deeply enough."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _words, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?", list("-+0123456789")),
    ("merge", r"<<", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_words})$"), _first)


def _lines(node: yaml.Node, path: tuple[str | int, ...]) -> Iterator[tuple[str, int]]:
    """The path and the line of a node and of all that is in it, and on the way what PyYAML would let pass."""
    yield (path_text(path) if path else ""), node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _lines(item, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.tag != "tag:yaml.org,2002:str":
                raise _wrong(key, "is no text; put it in quotes")
            if key.value in seen:
                raise _wrong(key, "is there twice")
            seen.add(key.value)
            if key.value.endswith("microversion") and value.tag == "tag:yaml.org,2002:float":
                value.tag = "tag:yaml.org,2002:str"
            yield from _lines(value, (*path, key.value))
            yield path_text((*path, key.value)), key.start_mark.line + 1


def _wrong(key: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=f"{key.value!r} {problem}", problem_mark=key.start_mark)
