"""A cloud and a world that was read from it, as one user sees them: the same ids, so that values can be compared."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import Any

import requests

from ..importing.cloud import Cloud, CloudError
from ..importing.imported import Imported
from ..importing.records import UNKNOWN_TIME
from ..importing.turns import Turns
from ..keystone.builtin import PASSWORD
from .chapters import operation_of
from .cloud_server import CloudServer
from .exchanges import CONSTANTS
from .in_process import InProcess
from .likeness import settings_of
from .reads import UNKNOWN_KEYS, Reads, readable
from .results import Comparison, Difference, Result, Verdict
from .script import Exchange, load, substitute
from .server import Identity, StoppedError, UnansweredError
from .shape import Normaliser, differences
from .suitable import for_reading

_UNKNOWN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("", ("access_key", "password", "backend_details", "details", "auth_key"), "secrets are not read"),
    (r"services\.", ("updated_at",), "when services were heard of last"),
    (r"scheduler_stats\.", ("timestamp", "updated", "driver_version_timestamp"), "when pools have reported last"),
    (r".*export_location", ("created_at", "updated_at"), "lists don't say when export locations were made"),
    (r"share_export_location_metadata\.", ("preferred",), "lists only say whether an export location is preferred"),
    (r"share_types\.|share_group_types\.", ("created_at", "updated_at"), "the API doesn't say when types were made"),
)
"""What an import can't know: for which operations, the names of the fields, and why."""
_UNSEEN = (
    r"shares\.",
    ("export_location", "export_locations"),
    "before 2.9 a share shows those of its export locations that only administrators see, too",
)
"""The same of users who aren't shown share instances."""
_INSTANCES = "/share_instances"
_TEXTS = ("message", "user_message")
_ANY = "<any>"


class Here(InProcess):
    """A world that was read from a cloud, as the user sees it who has read it."""

    def __init__(self, scenario: dict[str, Any], user_id: str, project_id: str) -> None:
        super().__init__(settings_of(scenario))
        self._user_id, self._project_id = user_id, project_id

    def identity(self, user: str) -> Identity:
        if user not in self._identities:
            who = {"id": self._user_id, "password": PASSWORD}
            identity: Any = {"methods": ["password"], "password": {"user": who}}
            login: Any = {"auth": {"identity": identity, "scope": {"project": {"id": self._project_id}}}}
            answer = self._session.post(f"{self.auth_url}/auth/tokens", json=login)
            if not answer.ok:
                raise CloudError("no world can have this user in this project: fakemanila doesn't know their role")
            self._identities[user] = Identity(answer.headers["X-Subject-Token"], self._user_id, self._project_id)
        return self._identities[user]


class Reading:
    """Asks a cloud and what was read of it the same, and keeps what differs by operation."""

    def __init__(
        self, cloud: Cloud, found: Imported, *, chapters: tuple[str, ...], records: int, turns: Turns, stop: Event,
        progress: Callable[[str], None], sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.comparison = Comparison("operation")
        self._cloud, self._found, self._chapters, self._records = cloud, found, chapters, records
        self._stop, self._progress = stop, progress
        self._there = CloudServer(cloud, turns=turns, stop=stop, sleep=sleep)
        self._fields = [*_UNKNOWN]
        self._unknown: Counter[str] = Counter()

    def run(self) -> None:
        """Raises CloudError where no world can have the user, ValueError where none can have the rest."""
        start, found = time.monotonic(), self._found
        if any(_INSTANCES in each for each in found.unseen):
            self._fields.append(_UNSEEN)
        here = Here(found.scenario, self._cloud.user_id, self._cloud.project_id or "")
        with here:
            here.identity("me")
            try:
                for operation, reads in self._questions():
                    self._compare(operation, reads, here)
            except StoppedError:
                self.comparison.stopped = True
        self.comparison.seconds = time.monotonic() - start
        self.comparison.notes += [
            f"not compared: {why} ({number} times)" for why, number in self._unknown.most_common()
        ]
        self.comparison.notes += [f"not in the world: {each}" for each in found.left_out]

    def _questions(self) -> Iterator[tuple[str, list[Exchange]]]:
        """By operation: the contract's own, and the scenarios'."""
        newest = self._cloud.microversion
        asked: dict[str, list[Exchange]] = {}
        for exchange in for_reading(load().values(), newest, self._variables()):
            operation_id = operation_of(exchange) or "versions.unknown"
            if self._is_wanted(operation_id):
                asked.setdefault(operation_id, []).append(exchange)
        reads = Reads(self._there, self._cloud.project_id or "", newest, self._records)
        for operation in readable():
            if self._is_wanted(operation.id):
                self._there.go_on()
                yield operation.id, [*reads.of(operation), *asked.pop(operation.id, ())]
        yield from asked.items()

    def _is_wanted(self, operation: str) -> bool:
        return not self._chapters or operation.partition(".")[0] in self._chapters

    def _variables(self) -> dict[str, str]:
        project, user = self._cloud.project_id or "", self._cloud.user_id
        own = {f"{name}_project": project for name in ("demo", "admin")}
        return {**CONSTANTS, **own, **{f"{name}_user": user for name in ("demo", "admin")}, "run": "fakemanila-compare"}

    def _compare(self, operation: str, reads: list[Exchange], here: Here) -> None:
        start = time.monotonic()
        found: list[Difference] = []
        compared, why = 0, ""
        variables = self._variables()
        verdict: Verdict = "alike"
        for number, exchange in enumerate(reads, 1):
            self._there.go_on()
            self._progress(f"{operation}: {number} of {len(reads)}")
            path = substitute(exchange.path, variables)
            sent: Any = {"user": exchange.user, "version": exchange.version, "headers": dict(exchange.headers)}
            try:
                one = self._there.send("GET", path, **sent)
            except UnansweredError as error:
                verdict, why = "could not be played", str(error)
                break
            answers = [self._plain(operation, answer, url) for answer, url in (
                (one, self._there.url), (here.send("GET", path, **sent), here.url)
            )]  # fmt: skip
            compared += 1
            if lines := differences(*answers):
                request = f"{exchange.user}, {exchange.version or 'no version'}, GET {path}"
                found.append(Difference(exchange.name, request, lines, *answers))
        if not reads:
            verdict, why = "not played", "there is none of these to ask for, or this release has no such call"
        elif found:
            verdict = "differs"
        self.comparison.results.append(
            Result(
                operation, operation.partition(".")[0], verdict, compared, found, (), why, 0, time.monotonic() - start
            )
        )

    def _plain(self, operation: str, answer: requests.Response, url: str) -> dict[str, Any]:
        """An answer as it is compared, with what an import can't know counted and left out."""
        unknown = {name: why for pattern, names, why in self._fields if re.match(pattern, operation) for name in names}
        normaliser = Normaliser({url: "{url}", url.partition("://")[2]: "{netloc}"})
        try:
            body = self._value(json.loads(answer.content), unknown, url)
        except ValueError:
            body = "<text>" if answer.content else "<empty>"
        return {"status": answer.status_code, "headers": normaliser.headers(answer.headers), "body": body}

    def _value(self, value: Any, unknown: Mapping[str, str], url: str, key: str = "") -> Any:
        if key in unknown:
            self._unknown[unknown[key]] += 1
            return _ANY
        if key in _TEXTS and value is not None:
            return "<text>"
        if isinstance(value, dict):
            return {
                name: self._value(each, unknown, url, name)
                for name, each in sorted(value.items())
                if not (name in unknown and name in UNKNOWN_KEYS)
            }
        if isinstance(value, list):
            found = [self._value(each, unknown, url, key) for each in value]
            return sorted(found, key=lambda each: json.dumps(each, sort_keys=True))
        if isinstance(value, str):
            return _ANY if value == UNKNOWN_TIME else value.replace(url, "{url}")
        return value
