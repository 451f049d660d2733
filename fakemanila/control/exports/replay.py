"""What was asked as a test module for pytest that asks it again, of a new world."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...text.words import counted
from ...versions import HEADER
from ...world.clock import parse_time
from ...world.journal import Entry
from ...world.world import Settings, World
from .curl import target
from .ids import Ids, code, quoted, variable

_LOGIN = "identity.tokens.create"
_OF_THE_CLIENT = frozenset(
    (
        *("host", "content-length", "accept-encoding", "connection", "user-agent", "x-auth-token", "x-service-token"),
        "openstack-api-version",  # which Manila doesn't look at
    )
)
_USUAL = {"accept": ("*/*", "application/json"), "content-type": ("application/json",)}
"""Headers that a replay sends by itself, with these values."""
_NOBODY, _STRANGER = ("nobody",), ("stranger",)
_STEP = 1.0
"""Seconds of the world's time that are not passed over."""

_HEAD = '''"""{count} of fakemanila, recorded and sent again.

It begins in a new world: where the recorded one began with a scenario, the marker needs the same. Logins are left
out, since tokens are fetched anew.
"""

import pytest

from fakemanila import Replay


@pytest.mark.fakemanila({options})
def test_replay(manila):
    replay = Replay(manila)
'''


@dataclass(slots=True)
class _Callers:
    """Who asks, by the names that they have in the test."""

    taken: Collection[str]
    """Names that are something else's."""
    names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def name(self, who: tuple[str, ...]) -> tuple[str, str | None]:
        """The name of who asked, and what makes them where they haven't asked before."""
        if who in self.names:
            return self.names[who], None
        taken = {*self.taken, *self.names.values()}
        name = variable(who[0] if who[0] not in taken else "_".join(who), taken)
        self.names[who] = name
        if who in (_NOBODY, _STRANGER):
            return name, f"{name} = replay.{who[0]}()"
        return name, f"{name} = replay.caller({', '.join(map(quoted, who))})"


def module(entries: Sequence[Entry], world: World) -> str:
    """The source of a test that sends these requests in their order and asserts the statuses of the answers.

    Ids that an answer has given out are taken from the answer again. What a fault has answered alone is left out.
    `world` is where they are from: its journal has the logins that tell whose tokens they have.
    """
    sent = [entry for entry in entries if not (entry.operation == _LOGIN and entry.status == 201)]
    count = counted(len(sent), "request")
    lines = [f"    {line}" if line else "" for line in _statements(sent, _owners(world.journal))]
    options = ", ".join(f"{name}={code(value)}" for name, value in _options(world).items())
    return _HEAD.format(count=count, options=options) + "".join(f"{line}\n" for line in lines)


def _options(world: World) -> dict[str, Any]:
    """What the marker says of the world: how it differs from a usual one, but for what is in it."""
    usual = _said(Settings(), {"default": 0})
    said = _said(world.settings, world.delays.to_json())
    differing = {name: value for name, value in said.items() if value != usual[name]}
    return {"clock": "manual", "seed": world.settings.seed, **differing}


def _said(settings: Settings, delays: dict[str, Any]) -> dict[str, Any]:
    return {
        "delays": delays,
        "services": sorted(settings.services),
        "identity": settings.identity,
        "release": settings.release.name,
        "strict": settings.strict,
        "min_microversion": str(settings.min_microversion),
        "max_microversion": str(settings.max_microversion),
    }


def _owners(journal: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Whose each token is: a user, and the project that it is for."""
    owners: dict[str, tuple[str, ...]] = {}
    for entry in journal:
        token = entry.request.header("x-auth-token")
        user, project = entry.user_name, entry.project_name
        if entry.operation == _LOGIN and entry.status == 201:
            token = entry.response.header("x-subject-token")
            user, project = _of_login(entry.response.to_json()["body"])
        if token and user:
            owners[token] = (user, project) if project else (user,)
    return owners


def _of_login(answer: Any) -> tuple[str | None, str | None]:
    """The user and the project of a new token, where the answer came whole."""
    shown = answer.get("token", {}) if isinstance(answer, dict) else {}
    return shown.get("user", {}).get("name"), shown.get("project", {}).get("name")


def _statements(entries: Sequence[Entry], owners: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    ids, clock = Ids.of(entries), _Clock(entries)
    callers = _Callers(ids.names)
    for entry in entries:
        refusal = entry.refusal
        by_fault = refusal is not None and refusal.kind == "fault"
        if by_fault and refusal is not None and not refusal.facts()["carried_out"]:
            yield ""
            yield f"# {entry.method} {entry.path!r} is left out: {refusal.explain()[0]}"
            continue
        if entry.request.body is None:
            yield ""
            yield f"# {entry.method} {entry.path!r} is left out: its body was dropped to save memory."
            continue
        yield ""
        yield from clock.moved(entry)
        name, made = callers.name(_who(entry, owners))
        if made is not None:
            yield made
        found = ids.first_in(entry)
        call = _call(entry, name, ids, None if by_fault else entry.status)
        yield from (f"answer = {call}" if found else call).split("\n")
        yield from found


def _who(entry: Entry, owners: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    token = entry.request.header("x-auth-token")
    if token is None:
        return _NOBODY
    refusal = entry.refusal
    refused = refusal is not None and refusal.kind in ("token", "access_rule")
    return _STRANGER if refused else owners.get(token, _STRANGER)


def _call(entry: Entry, name: str, ids: Ids, status: int | None) -> str:
    """``demo("GET", f"/v2/shares/{share_id}", version="2.99", status=200)``."""
    shown = entry.request.to_json()
    arguments = [quoted(entry.method), ids.text(target(entry))]
    if isinstance(shown["body"], str):
        arguments.append(f"text={ids.text(shown['body'])}")
    elif shown["body"] is not None:
        arguments.append(code(shown["body"], ids))
    headers = {}
    for key, value in shown["headers"].items():
        if key.lower() == HEADER.lower():
            arguments.append(f"version={quoted(value)}")
        elif key.lower() == "x-subject-token":
            headers[key] = f"{name}.token"
        elif key.lower() not in _OF_THE_CLIENT and value not in _USUAL.get(key.lower(), ()):
            headers[key] = quoted(value)
    typed = any(key.lower() == "content-type" for key in shown["headers"])
    if shown["body"] is not None and not isinstance(shown["body"], str) and not typed:
        headers["Content-Type"] = "None"
    if headers:
        arguments.append(f"headers={{{', '.join(f'{quoted(key)}: {value}' for key, value in headers.items())}}}")
    arguments.append(f"status={status!r}")
    line = f"{name}({', '.join(arguments)})"
    if "\n" not in line and len(line) <= 100:
        return line
    inner = "".join(f"    {argument}".replace("\n", "\n    ") + ",\n" for argument in arguments)
    return f"{name}(\n{inner})"


class _Clock:
    """When the world's time has to be moved: where it went on by a second, or where something came due."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._start = self._last = parse_time(entries[0].time) if entries else datetime.min
        self._due = [parse_time(each["due"]) for entry in entries for each in entry.transitions if each["due"]]

    def moved(self, entry: Entry) -> Iterator[str]:
        now = parse_time(entry.time)
        due = any(self._last < each <= now for each in self._due)
        if due or (now - self._last).total_seconds() >= _STEP:
            self._last = now
            yield f"replay.at({(now - self._start).total_seconds()!r})"
