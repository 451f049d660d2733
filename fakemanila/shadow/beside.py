"""The world beside a cloud: it is asked what the cloud was asked, once the cloud has answered."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from datetime import timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from ..app import FakeManilaFlask, application
from ..compare.histories.comparing import ID, Answer
from ..control.access import Access
from ..control.control_token import TOKEN_HEADER
from ..http import wsgi
from ..manila.routes import CONTROL
from ..scenario.scenario import Scenario
from ..versions import EXPERIMENTAL_HEADER, HEADER
from ..world.lifecycle import ERROR, SUCCESS
from ..world.world import Settings
from ..world.worlds import Worlds
from . import following
from .comparing import Compared, compare_answers, is_about_strangers
from .exchange import Asked
from .following import Change
from .ids import Ids
from .people import People, Person

_NEVER = "3650d"
"""How long everything takes here, unless the cloud shows it to be over."""
_CHECKPOINT = "before-it-failed"
_MOST_CHANGES = 100
"""Transitions that one answer may end: of a list, one for each record."""
_SLOW = timedelta(seconds=2)
"""The cloud's clock tells whole seconds, and is read a little later."""
_HEADERS = tuple(name.lower() for name in (HEADER, EXPERIMENTAL_HEADER, "Accept", "Content-Type"))
_TOKEN, _SERVICE_TOKEN = "x-auth-token", "x-service-token"
_UNKNOWN = "unknown"
"""Sent here for a token that isn't one, so that no token of the cloud's gets here."""


class Played(NamedTuple):
    """A request, the cloud's answer to it and the one here, and how they differ."""

    asked: Asked
    person: Person | None
    operation: str
    there: Answer
    here: Answer
    compared: Compared


class Skipped(Exception):
    """A request that isn't compared, with why."""


class Beside:
    """A world that starts from what was imported of a cloud, and follows it."""

    def __init__(self, scenario: Mapping[str, Any], access: Access) -> None:
        """Raises ValueError where no world can start from it."""
        # Ids of its own, also where the cloud is a fakemanila.
        own = {"delays": {"default": _NEVER}, "seed": secrets.randbits(31)}
        settings = Scenario.load(scenario, own).settings(Settings())
        self.worlds = Worlds(settings)
        self.app: FakeManilaFlask = application(self.worlds, access)
        self._world = self.worlds.get()
        self._control = {TOKEN_HEADER: access.token} if access.token else {}
        self.people = People(self._world)
        self.ids = Ids()
        for table in self._world.store.kinds().values():
            self.ids.know([record["id"] for record in table])
        self._lock = threading.Lock()

    def find(self, token: str) -> Person | None:
        """The owner of one of the cloud's tokens, if it has been seen."""
        with self._world.lock:
            return self.people.find(token)

    def learn(self, token: str, document: Any) -> Person | None:
        """Takes over what Keystone says of a token."""
        with self._world.lock:
            return self.people.learn(token, document)

    def play(self, asked: Asked, there: Answer, url: str) -> Played:
        """Asks here what the cloud has answered. `url` is the address that the client has used.

        Raises Skipped for what can't be compared. Requests are played one after another.
        """
        with self._lock:
            self._keep_time(there)
            person = self._owner(asked, there)
            if there.ok and is_about_strangers(asked, self.ids):
                raise Skipped("it is about what was made around this server")
            here = self._ask(asked, person, url)
            for _ in range(_MOST_CHANGES):
                change = self._change(asked, there, here)
                if change is None:
                    break
                if change.outcome == ERROR:
                    here = self._fail(change, asked, person, there, url)
                else:
                    self._decide(change)
                    here = self._ask(asked, person, url)
            entry = self._world.journal.newest
            compared = compare_answers(asked, there, here, self.ids, url)
            self.ids.learn_texts(there.document, here.document)
            operation = entry.operation if entry is not None and entry.operation else "unmatched"
            return Played(asked.without_tokens(), person, operation, there, here, compared)

    def _owner(self, asked: Asked, there: Answer) -> Person | None:
        token = asked.headers.get(_TOKEN)
        person = self.find(token) if token else None
        if token and person is None and there.status != 401:
            raise Skipped("nobody here knows its token")
        return person if there.status != 401 else None

    def _ask(self, asked: Asked, person: Person | None, url: str) -> Answer:
        headers = {name: value for name, value in asked.headers.items() if name in _HEADERS}
        if _TOKEN in asked.headers:
            headers[_TOKEN] = _UNKNOWN if person is None else person.token
        service = asked.headers.get(_SERVICE_TOKEN)
        if service:
            known = self.find(service)
            headers[_SERVICE_TOKEN] = _UNKNOWN if known is None else known.token
        target = self.ids.here(asked.target)
        body = self._translated(asked.body)
        answer = wsgi.call(self.app, asked.method, url + target, headers.items(), body)
        return Answer(answer.status_code, dict(answer.headers.items()), answer.get_data())

    def _translated(self, body: bytes) -> bytes:
        try:
            return self.ids.here(body.decode()).encode()
        except UnicodeDecodeError:
            return body

    # Following

    def _keep_time(self, there: Answer) -> None:
        """Moves the time here to the cloud's, where that is later. At first it is set, whatever it is."""
        try:
            told = parsedate_to_datetime(there.header("Date")).astimezone(timezone.utc).replace(tzinfo=None)
        except (TypeError, ValueError):
            return
        world = self._world
        with world.lock:
            behind = told - world.now()
            if behind > _SLOW:
                world.advance(behind)
                world.changed()
            elif -behind > _SLOW and not len(world.scheduler):
                world.set_clock(told)
                world.changed()

    def _change(self, asked: Asked, there: Answer, here: Answer) -> Change | None:
        world, ids = self._world, self.ids
        with world.lock:
            if asked.reads and there.ok and here.ok:
                whole = "limit=" not in asked.target and "marker=" not in asked.target
                return following.next_change(world, there.document, here.document, ids, whole=whole)
            named = set(ID.findall(ids.here(asked.target)))
            if there.ok and here.ok and _is_found_out(there) and not _is_found_out(here):
                return following.anything_of(world, named)
            if there.status == 404 and here.ok and asked.reads:
                return next(filter(None, (following.removal(world, id) for id in named)), None)
            if there.ok and 400 <= here.status < 500:
                named |= set(ID.findall(self._translated(asked.body).decode("utf-8", "replace")))
                return following.anything_of(world, named)
        return None

    def _fail(self, change: Change, asked: Asked, person: Person | None, there: Answer, url: str) -> Answer:
        """Ends a transition that has failed in the cloud, and asks again.

        What fails here by itself leaves what real Manila leaves, messages above all. So that is tried first.
        """
        self._call("POST", f"/checkpoints/{_CHECKPOINT}")
        try:
            next_change: Change | None = change
            while next_change is not None and next_change.outcome == ERROR:
                self._decide(next_change._replace(outcome=SUCCESS))
                here = self._ask(asked, person, url)
                next_change = self._change(asked, there, here)
            if not following.differs(there.document, here.document, self.ids):
                return here
            self._call("POST", f"/checkpoints/{_CHECKPOINT}/restore")
        finally:
            self._call("DELETE", f"/checkpoints/{_CHECKPOINT}")
        self._decide(change)
        return self._ask(asked, person, url)

    def _decide(self, change: Change) -> None:
        self._call("POST", f"/transitions/{change.id}", {"outcome": change.outcome})

    def _call(self, method: str, path: str, body: Any = None) -> None:
        """A control call, which can't fail."""
        headers = {"Content-Type": "application/json", **self._control}
        content = b"" if body is None else json.dumps(body).encode()
        answer = wsgi.call(self.app, method, f"http://localhost{CONTROL}{path}", headers.items(), content)
        assert answer.status_code < 300, answer.get_data()


def _is_found_out(answer: Answer) -> bool:
    """Whether a request that asks what would come of something has its answer: it is found out while nobody waits."""
    document = answer.document
    return isinstance(document, dict) and document.get("compatible") is not None
