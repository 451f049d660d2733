"""YAML and JSON, and on which line each field is.

JSON is YAML, so one reader does for both. Of YAML's plain words only those mean something that do in YAML 1.2: ``yes``,
``010`` and ``2026-01-01`` are texts, and so is the microversion in ``max_microversion: 2.70``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from .documents import path_text


def parse(text: str) -> tuple[Any, dict[str, int]]:
    """The value, an empty object for no text, and the line of each field by its path (``resources[3].size``).

    Raises ValueError for what can't be read, and for a field that is there twice; its message begins with ``:LINE: ``
    where the line is known, with ``: `` elsewhere.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return {}, {}
        lines = dict(_lines(node, ()))
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise ValueError(f"{line}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ValueError(f": {error}") from None
    except RecursionError:
        raise ValueError(": it is nested too deeply") from None
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
