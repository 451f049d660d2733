"""The scenario file of a cloud: one line for each record, and above all what the file can't know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..releases import RELEASES, Release
from ..versions import MAXIMUM, Microversion

_UNKNOWN = (
    "What no API tells, and is otherwise in a world that starts from here:",
    "- everybody's password is 'secret'; the fake's own users and projects are there besides",
    "- access keys, passwords of security services and backend details of share servers are left out",
    "- nobody can accept a share transfer: its key is left out",
    "- when export locations and types were made; who made share networks, groups and backups",
    "- nothing is under way: what was being created or deleted stays so",
    "- services have just been heard of; export locations of snapshots are made up",
    "- Neutron's, Nova's and Barbican's resources, and policies that the cloud has changed",
)


def release_of(newest: Microversion) -> Release:
    """The release whose Manila has that newest microversion; the oldest one known for what is older."""
    return next((each for each in RELEASES if newest <= each.max_microversion), RELEASES[-1])


def scenario(
    newest: Microversion,
    defaults: Mapping[str, str],
    people: Mapping[str, Any],
    quotas: list[dict[str, Any]],
    records: Mapping[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """The scenario as a document."""
    release = release_of(newest)
    found: dict[str, Any] = {"release": release.name}
    if newest < min(release.max_microversion, MAXIMUM):
        found["max_microversion"] = str(newest)
    for kind, key in (("share_types", "default_share_type"), ("share_group_types", "default_share_group_type")):
        if kind in defaults:
            found[key] = defaults[kind]
    return {**found, **people, "quotas": quotas, "records": records}


def text(document: Mapping[str, Any], notes: Iterable[str]) -> str:
    """The file: YAML whose records are JSON, one on each line."""
    return "".join(f"{line}\n" for line in _lines(document, notes))


def _lines(document: Mapping[str, Any], notes: Iterable[str]) -> Iterator[str]:
    yield "# Written by 'fakemanila import'. Start a world from it: fakemanila serve --scenario FILE"
    yield "#"
    for line in _UNKNOWN:
        yield f"# {line}"
    for note in notes:
        yield f"# - {_comment(note)}"
    for key, value in document.items():
        if key == "records":
            yield "records:"
            for kind, records in value.items():
                yield f"  {kind}:" if records else f"  {kind}: []"
                yield from (f"    - {_json(record)}" for record in records)
        elif isinstance(value, Mapping):
            yield f"{key}:" if value else f"{key}: {{}}"
            yield from (f"  {_json(name)}: {_json(fields)}" for name, fields in value.items())
        elif isinstance(value, list):
            yield f"{key}:" if value else f"{key}: []"
            yield from (f"  - {_json(each)}" for each in value)
        else:
            yield f"{key}: {_json(value)}"


def _json(value: Any) -> str:
    """JSON that is YAML, too: in ASCII, with characters beyond 16 bits as YAML writes them."""
    written = json.dumps(value, ensure_ascii=False)
    return re.sub(r"[^\x20-\x7e]", lambda found: f"\\U{ord(found[0]):08x}", written)


def _comment(note: str) -> str:
    return " ".join(note.split()).encode("ascii", "backslashreplace").decode()
