"""YAML and JSON, and on which line each field is.

JSON is YAML, so one reader does for both. Of YAML's plain words only those mean something that do in YAML 1.2: ``yes``,
``010`` and ``2026-01-01`` are texts, and so are the versions in ``max_microversion: 2.70`` and ``release: 2025.1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from ..contract.documents import path_text

MAX_DEPTH = 100
"""Lists and mappings in each other that a document may have."""
MAX_VALUES = 1_000_000
"""Values that a document may have."""


def parse(text: str) -> tuple[Any, dict[str, int]]:
    """The value, an empty object for no text, and the line of each field by its path (``resources[3].size``).

    Raises ValueError for what can't be read, and for a field that is given twice; its message begins with ``:LINE: ``
    where the line is known, with ``: `` elsewhere.
    """
    with readable(text, _Loader) as loader:
        node = loader.get_single_node()
        if node is None:
            return {}, {}
        check_size(node)
        lines = dict(_lines(node, ()))
        return loader.construct_document(node), lines


@contextmanager
def readable(text: str, kind: type[Loader]) -> Iterator[Loader]:
    """A loader of that kind; all that it finds wrong with the text becomes a ValueError, as `parse` raises it."""
    loader = None
    try:
        loader = kind(text)
        yield loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise ValueError(f"{line}: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        at = text.count("\n", 0, error.position) + 1
        raise ValueError(f":{at}: the character {chr(error.character)!r} is not allowed in YAML") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # ValueError: such as of a date that there isn't
        raise ValueError(f": {error}") from None
    except (AttributeError, KeyError, TypeError):  # PyYAML's own, of a tag such as !!timestamp before anything else
        raise ValueError(": a value does not match its tag") from None
    except RecursionError:
        raise ValueError(": it is nested too deeply, or contains itself") from None
    finally:
        if loader is not None:
            loader.dispose()


def check_size(node: yaml.Node) -> None:
    """Raises ValueError for a document that aliases make larger than anyone can handle, RecursionError for a circle.

    A few lines of them say a thousand million values. Nothing but this may follow them before.
    """
    sizes: dict[int, int | None] = {}

    def size(node: yaml.Node) -> int:
        found = sizes.get(id(node), 0)
        if found is None:  # it is being counted: it contains itself
            raise RecursionError
        if not found:
            sizes[id(node)] = None
            parts = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
            found = 1 + (0 if isinstance(node, yaml.ScalarNode) else sum(map(size, parts)))
            sizes[id(node)] = found
        return found

    if size(node) > MAX_VALUES:
        raise ValueError(f"it has more than {MAX_VALUES} values, including those that aliases repeat")


class Loader(yaml.SafeLoader):
    """PyYAML's, with a limit to nesting that doesn't depend on how deep the program around already is."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RecursionError
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Loader(Loader):
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
                raise _wrong(key, "is not a string; put it in quotes")
            if key.value in seen:
                raise _wrong(key, "is given twice")
            seen.add(key.value)
            if key.value.endswith(("microversion", "release")) and value.tag == "tag:yaml.org,2002:float":
                value.tag = "tag:yaml.org,2002:str"
            yield from _lines(value, (*path, key.value))
            yield path_text((*path, key.value)), key.start_mark.line + 1


def _wrong(key: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    said = repr(key.value) if isinstance(key, yaml.ScalarNode) else "a list or a mapping as a key"
    return yaml.MarkedYAMLError(problem=f"{said} {problem}", problem_mark=key.start_mark)
