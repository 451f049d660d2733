"""Sends the requests of this folder, and sums up their answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakemanila.compare.right_requests import QUERIES
from fakemanila.compare.script import NOTHING
from fakemanila.compare.server import EXPERIMENTAL, PROJECTS, VERSION_HEADER, document_of
from fakemanila.compare.ways import CONTENT, QUERY, Way, body_of

from .requests import CONSUMES, FREE, PATHS
from .stage import REPAIRS, Stage

_RACY = ("availability_zone",)
"""What a backend decides while the answer is on its way."""
_MADE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|order[0-9a-f]{8}-[0-9]+")
_IN_BODY = re.compile(r"\{([a-z_]+_id)\}")


@dataclass(frozen=True)
class Case:
    """A request: who sends it, what stands in its path instead of the right ids, and what differs in its body."""

    user: str
    path: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)

    def save(self) -> list[Any]:
        return [self.user, dict(self.path), dict(self.changes)]


@dataclass(frozen=True)
class Result:
    """An answer in short: its code and the key it is under, the keys below that, and what it says of what was set."""

    code: str
    keys: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return int(self.code.split()[0])


def request(way: Way, case: Case, stage: Stage) -> tuple[str, Any]:
    """The path, with its query, and the body of a request; `NOTHING` where it has none."""
    names = _names(way)
    template = way.path
    for variable in _variables(way.path):
        template = template.replace(f"{{{variable}}}", case.path.get(variable, f"{{{names.get(variable, variable)}}}"))
    queries = [query for query in (QUERIES.get(way.operation), case.changes.get(QUERY)) if query is not None]
    if queries:
        template += f"?{'&'.join(queries)}"
    body = body_of(way, case.changes)
    path, filled = stage.fill([template, None if body is NOTHING else body])
    return f"/v2{path}" if path != "/.." else "/", NOTHING if body is NOTHING else filled


def play(way: Way, case: Case, stage: Stage) -> Result:
    """Sends one request, keeps house after it, and gives its answer in short."""
    path, body = request(way, case, stage)
    answer = stage.server.send(
        way.method,
        path,
        user=case.user,
        version=way.version,
        body=body,
        headers=EXPERIMENTAL,
    )
    document = document_of(answer)
    result = _sum_up(way, case, stage, answer.status_code, document, path)
    if way.method != "GET" and not 400 <= answer.status_code < 500:
        stage.remove_new(document)
        if "metadata" in way.operation:
            for name in REPAIRS.keys() & resources(way):
                stage.repair(name)
        else:
            stage.drop(_used(way))
    return result


def resources(way: Way) -> set[str]:
    """What a way's requests are about, by the names that its recipes have."""
    names = _names(way)
    return {names.get(variable, variable) for variable in _variables(way.path)} | set(
        _IN_BODY.findall(json.dumps(way.body))
    )


def _names(way: Way) -> Mapping[str, str]:
    return {**PATHS.get(way.operation.partition(".")[0], {}), **PATHS.get(way.operation, {})}


def _used(way: Way) -> set[str]:
    """The resources that a request which succeeded has used up."""
    if way.operation in CONSUMES:
        return set(CONSUMES[way.operation])
    return set() if way.method == "PUT" else resources(way)


def _variables(path: str) -> list[str]:
    return [step[1:-1] for step in path.split("/") if step.startswith("{")]


def _sum_up(way: Way, case: Case, stage: Stage, status: int, document: Any, path: str) -> Result:
    name = next(iter(document), "") if isinstance(document, dict) else ""
    if status >= 400:
        return Result(f"{status} {name if document is not None else 'none'}".strip())
    if not isinstance(document, dict):
        return Result(str(status))
    record = document.get(name)
    if not isinstance(record, dict) or way.method == "GET":
        return Result(
            f"{status} {' '.join(sorted(document))}".strip(), tuple(sorted(record)) if isinstance(record, dict) else ()
        )
    free = record if case.changes.get(CONTENT) in FREE else {}
    told = {**free, **_told(case, record)}
    again = _again(way, case, stage, record, path)
    values: dict[str, Any] = {"told": told} if told else {}
    if again is not None and (shown := _told(case, again) or (again if free else {})) != told:
        values["shown"] = shown
    keys = () if free else tuple(sorted(record))
    return Result(f"{status} {name}", keys, _named(values, stage.constants()))


def _told(case: Case, record: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of the fields that the request set otherwise than usual."""
    found = {}
    for name in case.changes:
        for shown in (name, name.removeprefix("display_")):
            if shown in record and shown not in _RACY:
                value = record[shown]
                found[shown] = _kept(value) if isinstance(value, dict) else value
                break
    return found


def _kept(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata without what a backend adds while the answer is on its way."""
    return {key: value for key, value in metadata.items() if key != "__managed_at"}


def _again(way: Way, case: Case, stage: Stage, record: Mapping[str, Any], path: str) -> Any:
    """The record as it is read afterwards, None where it can't be."""
    if way.action is not None or not case.changes:
        return None
    if way.method == "POST" and "id" in record:
        path = f"{path.split('?')[0].removesuffix('/manage')}/{record['id']}"
    answer = stage.server.send("GET", path, user=case.user, version=way.version, headers=EXPERIMENTAL)
    document = document_of(answer)
    if answer.status_code != 200 or not isinstance(document, dict):
        return None
    shown = next(iter(document.values()), None)
    return shown if isinstance(shown, dict) else None


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """Long and made-up values by their names."""
    if isinstance(value, str):
        return names.get(value, _MADE_ID.sub("{made}", value))
    if isinstance(value, dict):
        return {names.get(key, key): _named(item, names) for key, item in value.items()}
    return [_named(item, names) for item in value] if isinstance(value, list) else value


__all__ = ["PROJECTS", "VERSION_HEADER", "Case", "Result", "Way", "play", "request"]
