"""What differs, as text for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..text.words import counted

Json = Mapping[str, Any]

_SIGNS = (("made", "+"), ("gone", "-"), ("changed", "~"))
_SHOWN = ("status", "state", "size", "share_id", "snapshot_id", "resource_id", "access_to")
"""Of a record that was made or is gone, where it has them."""
_WIDTH = 80


def lines(doc: Json) -> Iterator[str]:
    """``+`` for what was made, ``-`` for what is gone, ``~`` for what is another one, with what has changed below."""
    yield f"from {doc['from']} to {doc['to']}: {summary(doc)}"
    for what, sign in _SIGNS:
        for each in doc["records"][what]:
            yield f"{sign} {each['kind']} {_name(each)}{_shown(each.get('record', {}))}"
            yield from _changes(each.get("changes", {}))
    yield from _part("under way:", doc["transitions"], _transition)
    yield from _part("faults:", doc["faults"], _fault)
    for part in ("delays", "clock"):
        if doc[part]:
            yield f"{part}:"
            yield from _changes(doc[part])


def summary(doc: Json) -> str:
    """``2 records made, 1 changed, 1 transition``; ``no differences``."""
    counts = [(what, len(doc["records"][what])) for what, _ in _SIGNS if doc["records"][what]]
    said = [f"{number if after else counted(number, 'record')} {what}" for after, (what, number) in enumerate(counts)]
    under_way = sum(map(len, doc["transitions"].values()))
    if under_way:
        said.append(counted(under_way, "transition"))
    said += [part for part in ("faults", "delays", "clock") if _differs(doc[part])]
    return ", ".join(said) or "no differences"


def _differs(part: Json) -> bool:
    return any(part.values())


def _part(title: str, part: Json, described: Any) -> Iterator[str]:
    if _differs(part):
        yield title
    for what, sign in _SIGNS:
        for each in part[what]:
            yield f"  {sign} {described(each)}"
            yield from _changes(each.get("changes", {}), "      ")


def _transition(each: Json) -> str:
    ends = ""
    if "due" in each:
        ends = f", {each['outcome']}" + (f" at {each['due']}" if each["due"] else "")
    return f"{each['operation']} of {each['resource_id']}{ends}"


def _fault(each: Json) -> str:
    return f"{each['id']} {each.get('name') or each.get('preset') or '-'}"


def _name(each: Json) -> str:
    return str(each["id"]) if each["name"] is None else f"{each['name']} ({each['id']})"


def _shown(record: Json) -> str:
    return "".join(f" {name}={_value(record[name])}" for name in _SHOWN if record.get(name) is not None)


def _changes(changes: Json, indent: str = "    ") -> Iterator[str]:
    for name, (before, after) in changes.items():
        yield f"{indent}{name}: {_value(before)} -> {_value(after)}"


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
