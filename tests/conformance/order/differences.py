"""Where this server's answers differ from the recorded ones, counted by what the requests have in common."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ..in_process import InProcess
from .play import Case, Result, Way, play, resources
from .recorded import Recording, read
from .stage import Stage

EXPLAINED = Path(__file__).with_name("explained.yaml")
OPEN = Path(__file__).with_name("open.yaml")
MOST_LEFT = 8


def replay(recording: Recording, stage: Stage) -> Iterator[tuple[Case, Result, Result]]:
    """Sends the requests of a recording again: what differs, with the recorded answer and this one."""
    stage.begin(resources(recording.way))
    for case, recorded in recording.answers:
        result = play(recording.way, case, stage)
        stage.tidy(MOST_LEFT)
        if not same(recorded, result):
            yield case, recorded, result


def same(recorded: Result, result: Result) -> bool:
    """Whether an answer is the recorded one; for what the real server crashed of, any refusal is."""
    if recorded.status >= 500 or recorded.status == 0:
        return 400 <= result.status < 500
    return recorded == result


def signature(way: Way, case: Case, recorded: Result, result: Result) -> str:
    """What a difference is: the microversion, what was wrong with the request, and both answers."""
    parts = [way.version, *case.changes, *(f"unknown {name}" for name in case.path)]
    if recorded.code != result.code:
        return f"{' '.join(parts)}: {recorded.code} -> {result.code}"
    if recorded.keys != result.keys:
        missing, extra = set(recorded.keys) - set(result.keys), set(result.keys) - set(recorded.keys)
        return f"{' '.join(parts)}: without {sorted(missing)}, with {sorted(extra)}"
    return f"{' '.join(parts)}: {_short(recorded.values)} -> {_short(result.values)}"


def _short(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)[:120]


def of_chapter(path: Path) -> dict[str, Counter[str]]:
    """The differences of a chapter, counted, by operation."""
    found: dict[str, Counter[str]] = {}
    with InProcess() as server:
        stage = Stage(server)
        for recording in read(path):
            for case, recorded, result in replay(recording, stage):
                line = signature(recording.way, case, recorded, result)
                found.setdefault(recording.way.operation, Counter())[line] += 1
    return found


def known() -> dict[str, Counter[str]]:
    """The differences that are explained, or open, counted, by operation."""
    found: dict[str, Counter[str]] = {}
    for path in (EXPLAINED, OPEN):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            for operation, lines in entry["differences"].items():
                found.setdefault(operation, Counter()).update(lines)
    return found
