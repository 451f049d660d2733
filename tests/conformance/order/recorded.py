"""Recorded answers: one file for each chapter, one line for each request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..recordings import newest
from .play import Case, Result, Way


@dataclass(frozen=True)
class Recording:
    """What a real server answered to the requests of one way to an operation."""

    way: Way
    answers: tuple[tuple[Case, Result], ...]


def folder() -> Path:
    return newest() / "order"


def write(path: Path, chapter: str, release: str, recordings: list[Recording]) -> None:
    """Writes a chapter; keys of records are written once and referred to by a number."""
    shapes: dict[tuple[str, ...], int] = {}
    blocks = []
    for recording in recordings:
        head = json.dumps(recording.way.save(), ensure_ascii=False)
        lines = []
        for case, result in recording.answers:
            entry: list[Any] = [*case.save(), result.code]
            if result.keys or result.values:
                entry.append(shapes.setdefault(result.keys, len(shapes)))
            if result.values:
                entry.append(dict(result.values))
            lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
        blocks.append('{"way":' + head + ',"answers":[\n' + ",\n".join(lines) + "\n]}")
    start = {"chapter": chapter, "release": release, "date": datetime.now(timezone.utc).date().isoformat()}
    text = json.dumps(start)[:-1] + ', "keys": [\n' + ",\n".join(json.dumps(keys) for keys in shapes)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + '\n], "operations": [\n' + ",\n".join(blocks) + "\n]}\n", encoding="utf-8")


def read(path: Path) -> Iterator[Recording]:
    """The recordings of a chapter."""
    document = json.loads(path.read_text(encoding="utf-8"))
    shapes = [tuple(keys) for keys in document["keys"]]
    for entry in document["operations"]:
        yield Recording(Way(**entry["way"]), tuple(_answer(line, shapes) for line in entry["answers"]))


def _answer(line: list[Any], shapes: list[tuple[str, ...]]) -> tuple[Case, Result]:
    user, path, changes, code, *rest = line
    keys = shapes[rest[0]] if rest else ()
    values: Mapping[str, Any] = rest[1] if len(rest) > 1 else {}
    return Case(user, path, changes), Result(code, keys, values)
