"""Ids that a server has made: where an answer gave them out first, and which requests have them."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ...world.journal import Entry

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_WIDTH = 88
_TAKEN = ("Replay", "answer", "manila", "pytest", "replay")
"""What the module calls other things."""

Steps = tuple["str | int", ...]


class Ids:
    """The ids that are carried over from answers to later requests, each under the name of a variable."""

    def __init__(self, names: Mapping[str, str], made: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self._made = made

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Ids:
        names: dict[str, str] = {}
        made: dict[str, list[str]] = {}
        wanted = {entry.id: _in_request(entry) for entry in entries}
        later: dict[str, int] = {id: at for at, entry in enumerate(entries) for id in wanted[entry.id]}
        asked: set[str] = set()
        for at, entry in enumerate(entries):
            asked |= wanted[entry.id] - names.keys()
            answer = entry.response.to_json()["body"]
            for id, steps in _found_in(answer):
                if id not in names and id not in asked and later.get(id, -1) > at:
                    name = _name(steps, set(names.values()))
                    names[id] = name
                    made.setdefault(entry.id, []).append(f"{name} = {_expression(answer, steps)}")
        return cls(names, made)

    @property
    def names(self) -> Collection[str]:
        """Of the variables."""
        return self._names.values()

    def first_in(self, entry: Entry) -> Sequence[str]:
        """The assignments of what its answer has given out first."""
        return self._made.get(entry.id, ())

    def text(self, value: str) -> str:
        """A text as Python has it, with variables in the place of ids."""
        if value in self._names:
            return self._names[value]
        if not any(id in self._names for id in _ID.findall(value)):
            return quoted(value)
        escaped = value.replace("{", "{{").replace("}", "}}")
        return "f" + quoted(_ID.sub(lambda found: self._variable(found[0]), escaped))

    def _variable(self, id: str) -> str:
        return f"{{{self._names[id]}}}" if id in self._names else id


def quoted(text: str) -> str:
    """A text as Python has it, in double quotes: what JSON escapes, Python reads as well.

    Halves of characters, which no file can have, are escaped as Python does it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return ascii(text)
    return json.dumps(text, ensure_ascii=False)


def code(value: Any, ids: Ids | None = None, indent: str = "") -> str:
    """JSON as Python has it, with variables in the place of ids; in several lines where one is too short."""
    text = quoted if ids is None else ids.text
    if isinstance(value, str):
        return text(value)
    if not isinstance(value, dict | list) or not value:
        return repr(value)
    inner = f"{indent}    "
    if isinstance(value, dict):
        parts = [f"{text(key)}: {code(each, ids, inner)}" for key, each in value.items()]
    else:
        parts = [code(each, ids, inner) for each in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    line = f"{first}{', '.join(parts)}{last}"
    if len(line) + len(indent) <= _WIDTH and "\n" not in line:
        return line
    return f"{first}\n" + "".join(f"{inner}{part},\n" for part in parts) + f"{indent}{last}"


def _in_request(entry: Entry) -> set[str]:
    query = " ".join(entry.query.values())
    return set(_ID.findall(f"{entry.path} {query} {json.dumps(entry.request.to_json()['body'])}"))


def _found_in(answer: Any, steps: Steps = ()) -> Iterator[tuple[str, Steps]]:
    if isinstance(answer, str):
        if _ID.fullmatch(answer):
            yield answer, steps
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield from _found_in(value, (*steps, key))
    elif isinstance(answer, list):
        for index, value in enumerate(answer):
            yield from _found_in(value, (*steps, index))


def _expression(answer: Any, steps: Steps) -> str:
    """How Python gets at it. A record of a list is found by its name where it alone has that: the order may differ."""
    text, here = "answer", answer
    for step in steps:
        records, here = here, here[step]
        name = here.get("name") if isinstance(step, int) and isinstance(here, dict) else None
        if isinstance(name, str) and sum(_is_named(record, name) for record in records) == 1:
            text = f"replay.pick({text}, name={quoted(name)})"
        else:
            text = f"{text}[{code(step)}]"
    return text


def _is_named(record: Any, name: str) -> bool:
    return isinstance(record, dict) and record.get("name") == name


def _name(steps: Steps, taken: set[str]) -> str:
    """``share_id`` for the id of a share, whether it came alone or in a list."""
    words = [step for step in steps if isinstance(step, str)]
    name = words[-1] if words else "id"
    if name == "id" and len(words) > 1:
        name = f"{words[-2].removesuffix('s')}_id"
    return variable(name, taken)


def variable(name: str, taken: Collection[str]) -> str:
    """A name for a variable like that one, which nothing else has."""
    name = re.sub(r"\W", "_", name, flags=re.ASCII)
    if not name.isidentifier() or keyword.iskeyword(name):
        name = f"a_{name}"
    number, found = 2, name
    while found in taken or found in _TAKEN:
        found, number = f"{name}_{number}", number + 1
    return found
