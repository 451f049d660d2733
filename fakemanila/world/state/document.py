"""A world as one JSON document, out and in.

In it is everything that makes the world's answers: the records, what is under way, the clock, the delays and faults,
users and tokens, and where the randomness stands, so that a world that was loaded goes on exactly as the one that was
dumped. Left out are

- the journal: it tells what was asked of a world and doesn't change its answers; with its bodies it is many times as
  big as all the rest, and has a call of its own;
- the settings (range of microversions, strictness, policy): they are the server's, and it says them when it starts;
- how lists looked a while ago, which a ``stale_list`` fault shows: it is over in seconds.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...contract.documents import DocumentError, checker, echo, properties, refers_to
from ...faults import saved
from ...keystone import references
from ...keystone.service import Identity
from .. import telling
from ..clock import EARLIEST, LATEST, MAX_RATE, Clock, format_time, parse_time
from ..delays import Delays
from ..json_copy import copied
from ..kinds import Shown
from ..seeded import Seeded
from ..store import Store
from . import old_states
from . import transitions as lifecycle_state

if TYPE_CHECKING:
    from datetime import datetime

    from ..world import World

VERSION = 2
"""Of the document. It goes up when an older release couldn't read it any more, or misread it."""
READ = range(1, VERSION + 1)
"""The versions that are read."""

_MANUAL, _REAL = "manual", "real"


def dump(world: World) -> dict[str, Any]:
    """The world as it is, JSON-able, in the shape of ``schemas/state.json``; it shares nothing with the world."""
    with world.lock:
        return {
            "name": world.name,
            **dump_rest(world),
            "records": {kind: [copied(r) for r in table] for kind, table in world.store.kinds().items() if table},
            "transitions": lifecycle_state.dump(world.scheduler),
            "identity": world.identity.dump(),
        }


def dump_rest(world: World) -> dict[str, Any]:
    """What isn't a list that grows with the world."""
    return {
        "version": VERSION,
        "seed": world.seed,
        "random": world.seeded.dump(),
        "clock": _dump_clock(world.clock),
        "delays": world.delays.to_json(),
        "faults": saved.dump(world.faults),
    }


def _dump_clock(clock: Clock) -> dict[str, Any]:
    return {
        "now": format_time(clock.now()),
        "mode": _REAL if clock.rate else _MANUAL,
        "rate": clock.rate,
    }


def load(world: World, doc: Mapping[str, Any]) -> None:
    """Puts in the place of everything in `world` what `dump` wrote, of this world or another.

    The journal stays. A real clock runs on from the time in the document. Raises ValueError that names the field and
    the value for anything else than what `dump` writes, and then has changed nothing.
    """
    parts = _read(world, doc)
    with world.lock:
        world.held.clear()
        world.become(parts)
        telling.another_world(world, "loaded")


def preview(world: World, doc: Mapping[str, Any]) -> World:
    """The world as `load` would make it, to be looked at alone. Raises ValueError as `load` does."""
    view = copy.copy(world)
    view.become(_read(world, doc))
    return view


def _read(world: World, doc: Mapping[str, Any]) -> _Parts:
    try:
        return _Parts(world, doc)
    except RecursionError:
        raise DocumentError((), "it is nested too deeply") from None


class _Parts:
    """What a world is made of, made aside from a document. Raises DocumentError."""

    def __init__(self, world: World, doc: Mapping[str, Any]) -> None:
        _check_version(doc)
        if doc.get("version") == 1:
            doc = old_states.from_1(doc)
        doc = old_states.completed(doc)
        checker("state.json").check(doc)
        self.seed: str = doc["seed"]
        self.seeded = _load_seeded(doc["random"])
        self.clock = _load_clock(world, doc["clock"])
        try:
            self.delays = Delays.parse(doc["delays"], world.names)
        except ValueError as error:
            raise DocumentError(("delays",), str(error)) from None
        self.store = _load_store(doc["records"], world)
        self.scheduler = lifecycle_state.load(doc["transitions"], self.store, world.transitions, self.seeded)
        self.faults = saved.load(doc["faults"], world.now, world.names, wire=world.settings.wire, held=world.held)
        self.identity = Identity(
            self.clock,
            self.seeded,
            mode=world.settings.identity,
            token_ttl=world.settings.token_ttl,
            services=world.settings.services,
        )
        references.check(doc["identity"])
        self.identity.load(dict(doc["identity"]))


def _check_version(doc: Any) -> None:
    if not isinstance(doc, Mapping):
        raise DocumentError((), f"{echo(doc)} is not a state: expected an object")
    if "version" not in doc and "worlds" in doc:
        raise DocumentError(("worlds",), "this is the state of a whole server, not of one world")
    version = doc.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version not in READ:
        age = "newer" if version > VERSION else "older"
        raise DocumentError(("version",), f"{version} is {age} than {READ[0]} to {VERSION}, which this release reads")


def _load_seeded(doc: dict[str, Any]) -> Seeded:
    try:
        return Seeded.load(doc)
    except ValueError as error:
        raise DocumentError(("random",), str(error)) from None


def _load_clock(world: World, doc: Mapping[str, Any]) -> Clock:
    rate = float(doc["rate"])
    if not 0 <= rate <= MAX_RATE or (rate == 0) != (doc["mode"] == _MANUAL):
        raise DocumentError(
            ("clock", "rate"),
            f"{rate} is not valid: 0 where the mode is manual, above 0 and up to {MAX_RATE:.0f} where it is real",
        )
    return Clock(world.settings.time_source, rate=rate, start=_time(doc["now"]))


def _time(text: str) -> datetime:
    try:
        now = parse_time(text)
    except ValueError:
        raise DocumentError(("clock", "now"), f"{echo(text)} is not a valid time") from None
    if not EARLIEST <= now <= LATEST:
        raise DocumentError(("clock", "now"), f"{echo(text)} is not from the year {EARLIEST.year} to {LATEST.year}")
    return now


def _load_store(doc: Mapping[str, list[dict[str, Any]]], world: World) -> Store:
    store = world.new_store()
    for kind, records in doc.items():
        table = store[kind]
        for index, record in enumerate(records):
            if record["id"] in table:
                raise DocumentError(("records", kind, index, "id"), f"there is a record {record['id']} already")
            table.add(copied(record), checked=False)
    for kind, records in doc.items():
        shown = world.kinds[kind].shows
        for index, record in enumerate(records if shown else ()):
            assert shown is not None
            _check_shown(shown, ("records", kind, index), record, store)
    for kind in properties("state.json#/properties/records"):
        for attribute, target in refers_to(kind).items():
            for index, record in enumerate(doc.get(kind, ())):
                if record.get(attribute) is not None and record[attribute] not in store[target]:
                    path = ("records", kind, index, attribute)
                    raise DocumentError(path, f"there is no {echo(record[attribute])} in records.{target}")
    return store


def _check_shown(shown: Shown, path: tuple[str | int, ...], record: Mapping[str, Any], store: Store) -> None:
    """Raises DocumentError where a record shows something else than its active one has, or has no active one."""
    active = store[shown.of].get(record[shown.active])
    if active is None or active[shown.back] != record["id"]:
        raise DocumentError(
            (*path, shown.active), f"there is no {echo(record[shown.active])} of it in records.{shown.of}"
        )
    for name in shown.attributes:
        if record.get(name) != active[name]:
            raise DocumentError((*path, name), f"{echo(record.get(name))} is not what {active['id']} in {shown.of} has")
