"""Puts resources straight into a world, as if they had been there before anyone asked anything of it.

Fields are checked as the API checks them. What the API looks at besides is passed over: policy, quotas and the status
of what something belongs to, because a world in which something has gone wrong is what seeding is for. A status is
just a status: nothing is under way on a resource that is seeded as ``creating`` or ``deleting``.

A kind is an entry of `SEEDS` and a schema of the same name in ``schemas/scenario.json``, which says what its fields
are called and what may be in them. A field with ``x-of`` names something else, by its id or its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..all_resources import SEEDS
from ..contract.documents import DocumentError, checker, echo, properties
from ..faults.registry import MARKER
from ..manila import errors
from ..manila.backend import backends
from ..manila.common.seeds import Fields, refused
from ..manila.resources import availability_zones
from ..text.suggestions import nearest
from ..world.clock import format_time, read_time
from ..world.rows import Record

if TYPE_CHECKING:
    from ..world.world import World

DEFAULT_USER = "demo"


def seed(world: World, kind: str, **fields: Any) -> Record:
    """Makes one resource and returns its record: ``seed(world, "snapshot", share="db", status="error")``.

    Raises ValueError that names the field, its value and what would be right; then nothing has changed.
    """
    return Seeder(world).seed(kind, fields)


class Seeder:
    """Makes resources in one world. It keeps in mind what names mean, so that it makes thousands quickly.

    It is good for as long as nobody else changes the world.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._named: dict[str, dict[Any, list[Record]]] = {}

    def seed(self, kind: str, fields: Mapping[str, Any]) -> Record:
        """See `seed`."""
        if kind not in SEEDS:
            raise DocumentError(("kind",), f"{echo(kind)} is not a known kind{nearest(kind, SEEDS)}")
        if "repeat" in fields:  # which the schema has, for scenario files
            raise DocumentError(("repeat",), "only resources of a scenario file can be repeated")
        checker(schema_of(kind)).check(fields)
        table = self.world.store[SEEDS[kind].kind]
        if fields.get("id") in table:
            raise DocumentError(("id",), f"there is a {kind} {fields['id']!r} already")
        metadata = fields.get("metadata") or {}
        problem = self.world.faults.complaint(metadata)
        if problem is not None:
            raise DocumentError(("metadata", MARKER), problem)
        try:
            record = SEEDS[kind].make(self, self._resolved(kind, fields))
        except errors.ManilaError as error:  # a text that the database can't store
            raise DocumentError((), error.message) from None
        self.world.faults.notice(metadata)
        names = self._named.get(kind)
        if names is not None:
            names.setdefault(record.get("name"), []).append(record)
        return record

    def _resolved(self, kind: str, fields: Mapping[str, Any]) -> Fields:
        """The fields with records in place of their names, and times as the store has them."""
        known = properties(schema_of(kind))
        resolved: Fields = {}
        for field, value in fields.items():
            of = known[field].get("x-of")
            if of is not None and isinstance(value, list):
                resolved[field] = [self.find(of, each, field) for each in value]
            elif of is not None:
                resolved[field] = self.find(of, value, field)
            else:
                resolved[field] = value
        if "created_at" in resolved:
            with refused("created_at"):
                resolved["created_at"] = format_time(read_time(resolved["created_at"], "created_at"))
        return resolved

    def find(self, of: str, value: str, field: str) -> Record:
        """The resource, user, project, pool or zone of that id or name. Raises DocumentError where there isn't one."""
        found = self.find_if_any(of, value, field)
        if found is None:
            raise DocumentError((field,), f"there is no {of} {echo(value)}{nearest(value, self._known(of))}")
        return found

    def find_if_any(self, of: str, value: str, field: str) -> Record | None:
        """The same; None where there isn't one. Raises DocumentError for a name that several have."""
        found = self._meant(of, value)
        if len(found) > 1:
            raise DocumentError((field,), f"{echo(value)} matches {len(found)} of them; give an id")
        return found[0] if found else None

    def _meant(self, of: str, value: str) -> list[Record]:
        """Those that an id or a name may mean."""
        world = self.world
        if of in SEEDS:
            record = world.store[SEEDS[of].kind].get(value)
            return [record] if record else self._names(of).get(value, [])
        if of == "pool":
            return backends.named(world, value)
        if of == "availability_zone":
            record = availability_zones.find(world, value)
        else:
            record = world.identity.find_project(value) if of == "project" else world.identity.find_user(value)
        return [record] if record else []

    def _known(self, of: str) -> list[str]:
        """The names there are."""
        store, identity = self.world.store, self.world.identity
        if of in SEEDS:
            return [str(name) for name in self._names(of) if name]
        if of == "pool":
            return [pool["host"] for pool in store[backends.KIND]]
        if of == "availability_zone":
            return [zone["name"] for zone in store[availability_zones.KIND]]
        return [each["name"] for each in (identity.projects if of == "project" else identity.users).values()]

    def _names(self, kind: str) -> dict[Any, list[Record]]:
        if kind not in self._named:
            names = self._named[kind] = {}
            for record in self.world.store[SEEDS[kind].kind]:
                names.setdefault(record.get("name"), []).append(record)
        return self._named[kind]

    def owner(self, fields: Fields, of: Record | None = None) -> Fields:
        """Takes `user` and `project` out of the fields and gives their ids, which fit each other.

        Without them the owner is that of the record `of`, where there is one, and else the user demo in its project.
        """
        identity = self.world.identity
        user, project = fields.pop("user", None), fields.pop("project", None)
        if user is None and project is None and of is not None:
            return {"project_id": of["project_id"], "user_id": of["user_id"]}
        if user is None and project is not None:
            at_home = [each for each in identity.users.values() if each.get("default_project_id") == project["id"]]
            user = next(iter(at_home), None)
        user = user or self.find("user", DEFAULT_USER, "user")
        if project is not None:
            return {"project_id": project["id"], "user_id": user["id"]}
        home = user.get("default_project_id") or next(iter(identity.state.targets_of(user["id"], "project")), None)
        if home is None:
            raise DocumentError(("project",), f"is missing: the user {user['name']!r} has no project")
        return {"project_id": home, "user_id": user["id"]}


def schema_of(kind: str) -> str:
    """Where the fields of a kind are described."""
    return f"scenario.json#/$defs/{kind}"
