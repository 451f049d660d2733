"""Scenarios: what worlds start from, and what a running one is given besides.

A scenario is a mapping in YAML or JSON whose fields ``schemas/scenario.json`` describes. Several of them merge: where
two say something of the same key (a project, a user, a pool, a delay, a setting), the later one wins; lists (backends,
resources, quotas, faults) are appended to each other. What they say is done in one order, wherever it stands: backends,
projects, users, records, pools, resources, quotas, delays, faults. A scenario with ``records`` is for new worlds only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import extensions, releases
from ..all_resources import TRANSITIONS
from ..contract.documents import DocumentError, checker, echo, inside
from ..contract.model import load as load_contract
from ..faults import Rule
from ..faults.registry import operations
from ..manila.backend import backends
from ..manila.common import quotas
from ..neighbours import offers
from ..versions import MAXIMUM, MINIMUM, Microversion
from ..world.clock import MAX_RATE, read_time
from ..world.delays import Delays
from ..world.durations import parse_duration
from ..world.lifecycle import phase_names
from ..world.rows import Record
from . import hooks, records
from . import parts as scenario_parts
from .files import Document, ScenarioError, find, read
from .seeding import Seeder

if TYPE_CHECKING:
    from ..world.world import Settings, World

__all__ = ["Made", "Scenario", "ScenarioError"]

Made = list[tuple[str, Record]]
"""The resources that were made: kind and record."""

_NUMBER = "{n}"


class Scenario:
    """One or several scenarios, checked as far as that is possible without a world."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Raises ScenarioError that names the file, the line, the field, its value and what would be right."""
        extensions.load()
        self._documents = tuple(map(_without_nulls, documents))
        for document in self._documents:
            with document.named():
                _check(document.value)
        self._settings = self._read_settings()

    @classmethod
    def load(cls, *sources: str | Path | Mapping[str, Any]) -> Scenario:
        """The scenarios of files, of shipped names and of documents, the first one first. Raises ScenarioError."""
        return cls(Document(dict(source)) if isinstance(source, Mapping) else read(find(source)) for source in sources)

    # Settings

    def _read_settings(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for document in self._documents:
            with document.named():
                found.update(_settings(document.value))
                _check_microversions(found)
        return found

    def settings(self, base: Settings) -> Settings:
        """`base` with what the scenario says, for worlds that start from it, and from the scenario of `base` before."""
        clock = _clock(self._settings)
        delays: dict[str, Any] = {}
        for document in self._documents:
            delays.update(document.value.get("delays", {}))
        before = () if base.scenario is None else base.scenario._documents
        scenario = Scenario((*before, *self._documents)) if before else self
        return replace(base, **{**self._plain(), **clock, "delays": {**base.delays, **delays}, "scenario": scenario})

    def _plain(self) -> dict[str, Any]:
        return {key: value for key, value in self._settings.items() if key not in ("start", "mode", "rate")}

    # Worlds

    @property
    def has_backends(self) -> bool:
        """Whether it says which backends there are, in place of the built-in ones."""
        return any(document.value.get("backends") for document in self._documents)

    def add_backends(self, world: World) -> None:
        """Makes its backends, and changes those that are there. Raises ScenarioError."""
        for document in self._documents:
            for index, fields in enumerate(document.value.get("backends", ())):
                with document.named(), inside("backends", index):
                    scenario_parts.backend(world, fields)

    def populate(self, world: World) -> Made:
        """Puts what the scenario has into a new world, whose backends it has made before.

        Raises ScenarioError, and leaves a world half made then.
        """
        made = self._fill(world, new=True)
        self._add_faults(world)
        self._add_hooks(world)
        return made

    def apply(self, world: World) -> Made:
        """Does all that the scenario says to a world as it is. Raises ScenarioError, and then has changed nothing.

        The caller holds the world's lock.
        """
        if "seed" in self._settings:
            raise ScenarioError(
                f"seed: {self._settings['seed']} comes too late: the seed of a world is set when it starts"
            )
        for document in self._documents:
            with document.named():
                _check_for_running(document.value)
        settings = replace(world.settings, **self._plain())
        try:
            settings.check_microversions()
        except ValueError as error:
            raise ScenarioError(str(error)) from None
        start: datetime | None = self._settings.get("start")
        people = any(document.value.keys() & {"projects", "users"} for document in self._documents)
        with _all_or_nothing(world, people=people), world.at(start):
            self.add_backends(world)
            made = self._fill(world, new=False)
            self._add_hooks(world)
        world.settings = settings
        world.identity.mode, world.identity.token_ttl = settings.identity, settings.token_ttl
        world.identity.offer(settings.services)
        clock = _clock(self._settings)
        if clock:
            world.set_clock(start, rate=clock.get("rate"))
        for document in self._documents:
            world.delays.patch(document.value.get("delays", {}))
        self._add_faults(world)
        world.changed()
        return made

    def _fill(self, world: World, *, new: bool) -> Made:
        """Makes who there is, and then what there is. Of several scenarios, in that order too."""
        for key, part in _BY_NAME.items():
            if key == "pools" and new:
                self._put_records(world)
            for document in self._documents:
                for name, fields in document.value.get(key, {}).items():
                    with document.named(), inside(key, name):
                        part(world, name, fields or {})
        seeder = Seeder(world)
        made = [each for document in self._documents for each in _seed(seeder, document)]
        for document in self._documents:
            for index, fields in enumerate(document.value.get("quotas", ())):
                with document.named(), inside("quotas", index):
                    scenario_parts.quota(seeder, fields)
        return made

    def _put_records(self, world: World) -> None:
        """Puts the scenario's records in the place of those of the same kinds that a new world has."""
        records.empty(world, {kind for document in self._documents for kind in document.value.get("records", ())})
        for document in self._documents:
            with document.named(), inside("records"):
                records.add(world, document.value.get("records", {}))

    def _add_faults(self, world: World) -> None:
        for document in self._documents:
            for fault in document.value.get("faults", ()):
                world.faults.add(fault)

    def _add_hooks(self, world: World) -> None:
        for document in self._documents:
            with document.named(), inside("hooks"):
                hooks.add(world, document.value.get("hooks", ()))


_BY_NAME: Mapping[str, Callable[[World, str, Mapping[str, Any]], None]] = {
    "projects": scenario_parts.project,
    "users": scenario_parts.user,
    "pools": scenario_parts.pool,
}


def _check_for_running(value: Mapping[str, Any]) -> None:
    """Raises DocumentError for what a world that is there already can't be given any more."""
    if value.get("records"):
        raise DocumentError(("records",), "they come too late: a world has them from its start, or not at all")
    for key in ("projects", "users"):
        for name, fields in value.get(key, {}).items():
            if fields and "id" in fields:
                raise DocumentError(
                    (key, name, "id"), f"{echo(fields['id'])} comes too late: ids are set when it starts"
                )


def _without_nulls(document: Document) -> Document:
    """A field that has nothing behind its colon is as good as none."""
    if not isinstance(document.value, Mapping):
        return document
    return document._replace(value={key: value for key, value in document.value.items() if value is not None})


def _check(value: Any) -> None:
    """Raises ValueError for the first thing that is wrong with a document, whatever the world."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{echo(value)} is not a scenario: expected a mapping")
    checker("scenario.json").check(value)
    phases = phase_names(TRANSITIONS)
    for key, delay in value.get("delays", {}).items():
        Delays.parse({key: delay}, phases.union(load_contract().operations, TRANSITIONS))
    for index, fault in enumerate(value.get("faults", ())):
        Rule.parse(fault, phases.union(operations()), f"faults[{index}]")


_AS_THEY_ARE = ("seed", "identity", "strict", "default_share_type", "default_share_group_type")
"""Settings that are what they are called."""


def _settings(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a document says of the settings of worlds. Raises ValueError."""
    found = {key: value[key] for key in _AS_THEY_ARE if key in value}
    if "services" in value:
        found["services"] = offers.parse(value["services"])
    if "token_ttl" in value:
        found["token_ttl"] = parse_duration(value["token_ttl"], "token_ttl")
    if "release" in value:
        try:
            found["release"] = releases.find(value["release"])
        except ValueError as error:
            raise DocumentError(("release",), str(error)) from None
    for key in ("min_microversion", "max_microversion"):
        if key in value:
            found[key] = Microversion.parse(value[key])
            if not MINIMUM <= found[key] <= MAXIMUM:
                raise DocumentError((key,), f"{value[key]} is not between {MINIMUM} and {MAXIMUM}")
    clock = value.get("clock", {})
    found.update(clock)
    if "start" in clock:
        found["start"] = read_time(clock["start"], "clock.start")
    if not 0 <= clock.get("rate", 0) <= MAX_RATE:  # which neither number nor its schema say of NaN
        raise DocumentError(
            ("clock", "rate"), f"{clock['rate']} is not a valid rate: expected world seconds per second"
        )
    if found.get("mode") == "manual" and clock.get("rate"):
        raise DocumentError(("clock", "rate"), f"{clock['rate']} is not a valid rate for a manual clock")
    if clock.get("rate") == 0 and found.get("mode") != "manual":
        raise DocumentError(("clock", "rate"), "0 would stop the clock; set mode to 'manual' for that")
    return found


def _check_microversions(found: Mapping[str, Any]) -> None:
    """Raises ValueError where a scenario alone lets none be served."""
    release: releases.Release = found.get("release", releases.NEWEST)
    try:
        release.check(found.get("min_microversion", MINIMUM), found.get("max_microversion", MAXIMUM))
    except ValueError as error:
        raise DocumentError(("min_microversion",), str(error).removeprefix("min_microversion: ")) from None


def _clock(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Where the clock starts and how fast it runs, as far as the scenario says that."""
    found = {key: settings[key] for key in ("start", "rate") if key in settings}
    if settings.get("mode") == "manual":
        found["rate"] = 0.0
    elif settings.get("mode") == "real":
        found["rate"] = settings.get("rate") or 1.0
    return found


def _seed(seeder: Seeder, document: Document) -> Made:
    made: Made = []
    for index, entry in enumerate(document.value.get("resources", ())):
        fields = {key: value for key, value in entry.items() if key not in ("kind", "repeat")}
        with document.named(), inside("resources", index):
            if "repeat" not in entry:
                made.append((entry["kind"], seeder.seed(entry["kind"], fields)))
                continue
            for number in range(1, entry["repeat"] + 1):
                made.append((entry["kind"], seeder.seed(entry["kind"], _numbered(fields, str(number)))))
    return made


def _numbered(value: Any, number: str) -> Any:
    """The same with ``{n}`` replaced in every text."""
    if isinstance(value, str):
        return value.replace(_NUMBER, number) if _NUMBER in value else value
    if isinstance(value, Mapping):
        return {_numbered(key, number): _numbered(each, number) for key, each in value.items()}
    if isinstance(value, list):
        return [_numbered(each, number) for each in value]
    return value


@contextmanager
def _all_or_nothing(world: World, *, people: bool) -> Iterator[None]:
    """Puts a world back when something is raised. What is done inside adds records, and changes few of them.

    `people` says whether it has to do with projects and users.
    """
    sizes = {kind: len(table) for kind, table in world.store.kinds().items()}
    changed = [(record, dict(record)) for kind in (backends.KIND, quotas.KIND) for record in world.store[kind]]
    random = world.seeded.getstate()
    identity = world.identity.state.copy() if people else world.identity.state
    try:
        yield
    except BaseException:
        for kind, table in world.store.kinds().items():
            for record in list(table)[sizes.get(kind, 0) :]:
                table.remove(record["id"])
        for record, before in changed:
            record.update(before)
        world.seeded.setstate(random)
        world.identity.state = identity
        raise
