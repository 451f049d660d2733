"""What was asked, as a scenario for `fakemanila.compare.script`, to be played again somewhere else."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..compare.histories.comparing import ID
from ..compare.histories.kinds import is_passing
from ..compare.histories.writing import flow
from ..compare.script import beginning
from ..importing.partial import SECRETS
from ..text.words import counted, in_words
from ..versions import EXPERIMENTAL_HEADER
from .beside import Played
from .following import STATES
from .people import Person

MOST = 2_000
"""Requests that are kept; those that come later are not."""
_VARIABLE = re.compile(r"\{[a-z][a-z0-9_]*\}")
_SHOW = re.compile(rf"/v2(?:/[0-9a-f]{{32}})?/[a-z_-]+/({ID.pattern})")
_SECRET = "secret"


@dataclass
class _Step:
    """One request, and what of its answer later ones may need."""

    operation: str
    user: str
    version: str | None
    method: str
    target: str
    body: Any
    experimental: bool
    status: int
    key: str
    """What the record of the answer is under."""
    states: Mapping[str, Any]
    """How the record of the answer is doing."""
    found: Mapping[str, str]
    """Where in the answer, dotted, an id or a key stands first."""

    @property
    def named(self) -> list[str]:
        return list(dict.fromkeys(ID.findall(self.target + json.dumps(self.body))))

    @property
    def shows(self) -> str | None:
        """The id of the one thing that it asks for."""
        match = _SHOW.fullmatch(self.target) if self.method == "GET" else None
        return match[1] if match else None


@dataclass
class _Written:
    """A step on its way into the scenario."""

    step: _Step
    save: dict[str, str] = field(default_factory=dict)
    wait: dict[str, Any] | None = None
    kept: bool = True


class Steps:
    """The requests that were compared, in the order of their answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._steps: list[_Step] = []
        self._people: dict[str, Person] = {}
        """By what scenarios call them."""
        self.beyond = 0
        """Requests for which there was no room."""

    def add(self, played: Played) -> None:
        """Keeps a request, without its token."""
        with self._lock:
            if len(self._steps) >= MOST:
                self.beyond += 1
                return
            user = self._user(played.person)
            if user is not None:
                self._steps.append(_step(played, user))

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._steps.clear()
            self._people.clear()
            self.beyond = 0

    def scenario(self, name: str) -> str:
        """The YAML of a scenario. What is about things that were there before is left out, and said so."""
        with self._lock:
            steps, people = list(self._steps), dict(self._people)
        constants = {person.project_id: f"{{{_project(user)}_project}}" for user, person in people.items()}
        constants |= {person.user_id: f"{{{user}_user}}" for user, person in people.items()}
        written, variables, left_out = _arrange(steps)
        lines = [f"{name}:", "  about: Recorded beside a cloud", "  steps:"]
        if left_out or self.beyond:
            lines.insert(0, f"# {_left_out(left_out, self.beyond)}")
        for number, each in enumerate((each for each in written if each.kept), 1):
            lines.append(f"    - {flow(_entry(number, each, {**variables, **constants}))}")
        if not any(each.kept for each in written):
            lines[-1] += " []"
        return "\n".join(lines) + "\n"

    def _user(self, person: Person | None) -> str | None:
        """What scenarios call somebody; None for whom they have nobody like."""
        if person is None:
            return "nobody"
        name = _name(person, {each.project_id for user, each in self._people.items() if user.startswith("demo")})
        if name is None or self._people.setdefault(name, person).project_id != person.project_id:
            return None
        return name


def _left_out(unknown: int, beyond: int) -> str:
    verb, what = ("is", "it names") if unknown == 1 else ("are", "they name")
    said = [f"{counted(unknown, 'request')} {verb} left out: {what} what nothing here has made"] if unknown else []
    return "; ".join([*said, f"{counted(beyond, 'later request')} found no room"] if beyond else said)


def _name(person: Person, first: set[str]) -> str | None:
    """By role and project. `first` is the project that all but administrators are in; there may be another one."""
    if "admin" in person.roles:
        return "admin"
    if first and person.project_id not in first:
        return "alt_demo" if "member" in person.roles else None
    if "manager" in person.roles:
        return "demo_manager"
    if "member" in person.roles:
        return "demo"
    return "demo_reader" if "reader" in person.roles else None


def _project(user: str) -> str:
    return "demo" if user.startswith("demo") else user


def _step(played: Played, user: str) -> _Step:
    asked, document = played.asked, played.there.document
    key, record = _record(document)
    return _Step(
        played.operation,
        user,
        asked.version,
        asked.method,
        asked.target,
        asked.document,
        EXPERIMENTAL_HEADER.lower() in asked.headers,
        played.there.status,
        key,
        {name: record[name] for name in STATES if record.get(name) is not None},
        dict(_found(document)) if played.there.ok else {},
    )


def _record(document: Any) -> tuple[str, Mapping[str, Any]]:
    key, record = next(iter(document.items())) if isinstance(document, dict) and document else ("", None)
    return key, record if isinstance(record, dict) else {}


def _found(document: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every id of an answer, and a transfer's key, with where it stands; the shortest ways first."""
    level = [(path, document)]
    seen: set[str] = set()
    while level:
        below = []
        for dotted, value in level:
            items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            for name, each in items:
                where = f"{dotted}.{name}" if dotted else str(name)
                if isinstance(each, dict | list):
                    below.append((where, each))
                elif isinstance(each, str) and each not in seen and (ID.fullmatch(each) or name == "auth_key"):
                    seen.add(each)
                    yield each, where
        level = below


def _arrange(steps: list[_Step]) -> tuple[list[_Written], dict[str, str], int]:
    """The steps with what they save and wait for, the variable for each id, and how many steps have no place."""
    written: list[_Written] = []
    origin: dict[str, tuple[_Written, str]] = {}
    variables: dict[str, str] = {}
    numbers: dict[str, int] = {}
    changed_by: dict[str, _Written] = {}
    polled: dict[tuple[str, str, str | None], _Written] = {}
    left_out = 0
    for step in steps:
        text = step.target + json.dumps(step.body)
        used = [value for value in origin if value in text]
        if any(id not in origin for id in step.named) or _VARIABLE.search(text):
            left_out += 1
            continue
        for value in used:
            if value not in variables:
                maker, dotted = origin[value]
                kind = _kind(dotted)
                numbers[kind] = numbers.get(kind, 0) + 1
                name = f"{kind}_{numbers[kind]}"
                variables[value] = f"{{{name}}}"
                maker.save[name] = dotted
        new = _Written(step)
        shown = step.shows
        poll = (step.user, step.target, step.version)
        if shown is not None and shown in changed_by:
            changed_by[shown].wait = _wait(step, variables[shown])
            if poll in polled and not polled[poll].save:
                polled[poll].kept = False  # it was asked again until something had happened
            polled[poll] = new
        elif step.method != "GET" and 200 <= step.status < 300:
            polled.clear()
            changed_by |= dict.fromkeys((*step.named, *_made(step)), new)
        written.append(new)
        for value, dotted in step.found.items():
            origin.setdefault(value, (new, dotted))
    return written, variables, left_out


def _kind(dotted: str) -> str:
    """A name for what stands there: ``share`` for ``share.id`` and ``shares.0.id``, ``share_type`` for
    ``share.share_type``."""
    *parents, name = dotted.split(".")
    if name == "id" and parents:
        name = in_words(parents[-2]).replace(" ", "_") if parents[-1].isdigit() else parents[-1]
    return re.sub(r"[^a-z_]", "_", name.lower().removesuffix("_id")).strip("_") or "thing"


def _made(step: _Step) -> list[str]:
    return [id for id, dotted in step.found.items() if dotted == f"{step.key}.id"]


def _wait(step: _Step, variable: str) -> dict[str, Any] | None:
    """What to wait for so that the answer is as it was."""
    path = re.sub(r"^/v2/[0-9a-f]{32}/", "/v2/", step.target).replace(step.shows or "", variable)
    if step.status == 404:
        return {"path": path, "gone": True}
    if step.status != 200 or any(is_passing(str(value)) for value in step.states.values()):
        return None
    return {"path": path, "until": {f"{step.key}.{name}": value for name, value in step.states.items()}}


def _entry(number: int, written: _Written, names: Mapping[str, str]) -> dict[str, Any]:
    asked = written.step
    entry = beginning(
        f"{number} {asked.operation}",
        user=asked.user,
        version=asked.version,
        method=asked.method,
        path=_named(asked.target, names),
    )
    if asked.body is not None:
        entry["body"] = _named(asked.body, names)
    if asked.experimental:
        entry["headers"] = {EXPERIMENTAL_HEADER: "true"}
    if asked.method == "GET" and not asked.shows:
        entry["unordered"] = True
    if written.save:
        entry["save"] = written.save
    if written.wait is not None and (written.wait.get("gone") or written.wait.get("until")):
        entry["wait"] = written.wait
    return entry


def _named(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """A value with variables for ids, and without secrets that nothing here has made."""
    if isinstance(value, str):
        if key in SECRETS and value not in names:
            return _SECRET
        for each in names:
            value = value.replace(each, names[each])
        return value
    if isinstance(value, dict):
        return {_named(name, names): _named(each, names, name) for name, each in value.items()}
    return [_named(each, names, key) for each in value] if isinstance(value, list) else value
