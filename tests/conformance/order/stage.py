"""What requests are about: made when first asked for, made anew when a request has used it up, removed at the end."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fakemanila.compare.exchanges import CONSTANTS, remove_replicas
from fakemanila.compare.right_requests import ADMINISTRATORS_KEY, TEXTS
from fakemanila.compare.script import NOTHING, Wait, substitute
from fakemanila.compare.server import EXPERIMENTAL, FailedError, Server, pick

_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_TYPE = {"driver_handles_share_servers": "False", "tier": "gold"}
_SPECS = {
    "driver_handles_share_servers": "False",
    "snapshot_support": "True",
    "create_share_from_snapshot_support": "True",
    "revert_to_snapshot_support": "True",
    "mount_snapshot_support": "True",
}


@dataclass(frozen=True)
class Recipe:
    """How something comes to be: a request, what to keep of its answer, and what to wait for."""

    path: str
    body: Any = NOTHING
    save: Mapping[str, str] = field(default_factory=dict)
    user: str = "demo"
    wait: Wait | None = None
    then: tuple[tuple[str, str, Any], ...] = ()
    """Further requests by an administrator, as method, path and body."""

    @property
    def found(self) -> bool:
        return self.body is NOTHING

    @property
    def needs(self) -> set[str]:
        return set(_VARIABLE.findall(json.dumps([self.path, None if self.body is NOTHING else self.body])))


def _share(
    name: str = "share_id", size: int = 1, zone: str | None = None, kind: str | None = None, **then: Any
) -> Recipe:
    fields = {"name": "{unique}", "share_proto": "NFS", "size": size, "metadata": {"tier": "gold"}}
    fields |= {"availability_zone": zone} if zone else {}
    fields |= {"share_type": kind} if kind else {}
    wait = Wait(f"/v2/shares/{{{name}}}", {"share.status": "available"})
    return Recipe("/v2/shares", {"share": fields}, {name: "share.id"}, wait=wait, **then)


def _type(name: str, **fields: Any) -> Recipe:
    body = {"share_type": {"name": "{unique}", "extra_specs": {**_SPECS, "tier": "gold"}, **fields}}
    return Recipe("/v2/types", body, {name: "share_type.id"}, user="admin")


def _group_type(name: str, **fields: Any) -> Recipe:
    body = {
        "share_group_type": {
            "name": "{unique}", "share_types": ["{share_type_id}"], "group_specs": {"tier": "gold"}, **fields,
        }
    }  # fmt: skip
    return Recipe("/v2/share-group-types", body, {name: "share_group_type.id"}, user="admin")


def _status(path: str, key: str, variable: str, value: str = "available", name: str = "status") -> Wait:
    return Wait(f"/v2/{path}/{{{variable}}}", {f"{key}.{name}": value})


_ACCESS = {"access_type": "ip", "access_to": "{unique_ip}"}
RECIPES: Mapping[str, Recipe] = {
    "share_id": _share(),
    "alpha_share_id": _share("alpha_share_id", zone="manila-zone-0"),
    "large_share_id": _share("large_share_id", size=2),
    "marked_share_id": _share(
        "marked_share_id",
        then=(
            ("PUT", "/v2/shares/{marked_share_id}/metadata", {"metadata": {"tier": "gold", ADMINISTRATORS_KEY: "x"}}),
        ),
    ),
    "snapshot_id": Recipe(
        "/v2/snapshots",
        {"snapshot": {"share_id": "{share_id}", "name": "{unique}", "metadata": {"tier": "gold"}}},
        {"snapshot_id": "snapshot.id"},
        wait=_status("snapshots", "snapshot", "snapshot_id"),
    ),
    "access_id": Recipe(
        "/v2/shares/{share_id}/action",
        {"allow_access": {**_ACCESS, "metadata": {"tier": "gold"}}},
        {"access_id": "access.id"},
        wait=_status("share-access-rules", "access", "access_id", "active", "state"),
    ),
    "snapshot_access_id": Recipe(
        "/v2/snapshots/{snapshot_id}/action",
        {"allow_access": _ACCESS},
        {"snapshot_access_id": "snapshot_access.id"},
        wait=Wait("/v2/snapshots/{snapshot_id}/access-list", {"snapshot_access_list.0.state": "active"}),
    ),
    "export_location_id": Recipe(
        "/v2/shares/{share_id}/export_locations",
        save={"export_location_id": "export_locations.0.id"},
        then=(
            (
                "PUT",
                "/v2/shares/{share_id}/export_locations/{export_location_id}/metadata",
                {"metadata": {"tier": "gold"}},
            ),
        ),
    ),
    "share_instance_id": Recipe(
        "/v2/shares/{share_id}/instances", save={"share_instance_id": "share_instances.0.id"}, user="admin"
    ),
    "instance_export_location_id": Recipe(
        "/v2/share_instances/{share_instance_id}/export_locations",
        save={"instance_export_location_id": "export_locations.0.id"},
        user="admin",
    ),
    "snapshot_instance_id": Recipe(
        "/v2/snapshot-instances?snapshot_id={snapshot_id}",
        save={"snapshot_instance_id": "snapshot_instances.0.id"},
        user="admin",
    ),
    "snapshot_export_location_id": Recipe(
        "/v2/snapshots/{snapshot_id}/export-locations",
        save={"snapshot_export_location_id": "share_snapshot_export_locations.0.id"},
    ),
    "snapshot_instance_export_location_id": Recipe(
        "/v2/snapshot-instances/{snapshot_instance_id}/export-locations",
        save={"snapshot_instance_export_location_id": "share_snapshot_export_locations.0.id"},
        user="admin",
    ),
    "replicated_type_id": Recipe(
        "/v2/types",
        {"share_type": {"name": "{unique}", "extra_specs": {**_SPECS, "replication_type": "readable"}}},
        {"replicated_type_id": "share_type.id"},
        user="admin",
    ),
    "replicated_share_id": _share("replicated_share_id", zone="manila-zone-0", kind="{replicated_type_id}"),
    "share_replica_id": Recipe(
        "/v2/share-replicas",
        {"share_replica": {"share_id": "{replicated_share_id}", "metadata": {"tier": "gold"}}},
        {"share_replica_id": "share_replica.id"},
        wait=_status("share-replicas", "share_replica", "share_replica_id", "in_sync", "replica_state"),
    ),
    "replica_export_location_id": Recipe(
        "/v2/share-replicas/{share_replica_id}/export-locations",
        save={"replica_export_location_id": "export_locations.0.id"},
    ),
    "share_type_id": _type("share_type_id"),
    "private_type_id": Recipe(
        "/v2/types",
        {"share_type": {"name": "{unique}", "share_type_access:is_public": False, "extra_specs": _TYPE}},
        {"private_type_id": "share_type.id"},
        user="admin",
        then=(("POST", "/v2/types/{private_type_id}/action", {"addProjectAccess": {"project": "{demo_project}"}}),),
    ),
    "share_group_type_id": _group_type("share_group_type_id"),
    "private_group_type_id": Recipe(
        "/v2/share-group-types",
        {"share_group_type": {"name": "{unique}", "is_public": False, "share_types": ["{share_type_id}"]}},
        {"private_group_type_id": "share_group_type.id"},
        user="admin",
        then=(
            (
                "POST",
                "/v2/share-group-types/{private_group_type_id}/action",
                {"addProjectAccess": {"project": "{demo_project}"}},
            ),
        ),
    ),
    "share_group_id": Recipe(
        "/v2/share-groups",
        {"share_group": {"name": "{unique}"}},
        {"share_group_id": "share_group.id"},
        wait=_status("share-groups", "share_group", "share_group_id"),
    ),
    "group_snapshot_id": Recipe(
        "/v2/share-group-snapshots",
        {"share_group_snapshot": {"share_group_id": "{share_group_id}"}},
        {"group_snapshot_id": "share_group_snapshot.id"},
        wait=_status("share-group-snapshots", "share_group_snapshot", "group_snapshot_id"),
    ),
    "backup_id": Recipe(
        "/v2/share-backups",
        {"share_backup": {"share_id": "{share_id}", "backup_options": {"backup_type": "eng_data_backup"}}},
        {"backup_id": "share_backup.id"},
        wait=_status("share-backups", "share_backup", "backup_id"),
    ),
    "transfer_id": Recipe(
        "/v2/share-transfers",
        {"transfer": {"share_id": "{share_id}"}},
        {"transfer_id": "transfer.id", "auth_key": "transfer.auth_key"},
    ),
    "resource_lock_id": Recipe(
        "/v2/resource-locks",
        {"resource_lock": {"resource_id": "{share_id}", "resource_type": "share"}},
        {"resource_lock_id": "resource_lock.id"},
    ),
    "qos_type_id": Recipe(
        "/v2/qos-types",
        {"qos_type": {"name": "{unique}", "specs": {"tier": "gold"}}},
        {"qos_type_id": "qos_type.id"},
        user="admin",
    ),
    "security_service_id": Recipe(
        "/v2/security-services",
        {"security_service": {"name": "{unique}", "type": "ldap"}},
        {"security_service_id": "security_service.id"},
    ),
    "added_service_id": Recipe(
        "/v2/security-services",
        {"security_service": {"name": "{unique}", "type": "ldap"}},
        {"added_service_id": "security_service.id"},
    ),
    "share_network_id": Recipe(
        "/v2/share-networks", {"share_network": {"name": "{unique}"}}, {"share_network_id": "share_network.id"}
    ),
    "secured_network_id": Recipe(
        "/v2/share-networks",
        {"share_network": {"name": "{unique}", "description": "{added_service_id}"}},
        {"secured_network_id": "share_network.id"},
        then=(
            (
                "POST",
                "/v2/share-networks/{secured_network_id}/action",
                {"add_security_service": {"security_service_id": "{added_service_id}"}},
            ),
        ),
    ),
    "served_share_id": Recipe(
        "/v2/shares",
        {
            "share": {
                "name": "{unique}",
                "share_proto": "NFS",
                "size": 1,
                "share_type": "dhss_true",
                "share_network_id": "{share_network_id}",
                "availability_zone": "manila-zone-2",
            }
        },
        {"served_share_id": "share.id"},
        wait=_status("shares", "share", "served_share_id"),
    ),
    "share_server_id": Recipe(
        "/v2/shares/{served_share_id}", save={"share_server_id": "share.share_server_id"}, user="admin"
    ),
    "share_network_subnet_id": Recipe(
        "/v2/share-networks/{share_network_id}/subnets",
        {"share-network-subnet": {"availability_zone": "manila-zone-1", "metadata": {"tier": "gold"}}},
        {"share_network_subnet_id": "share_network_subnet.id"},
    ),
    "failed_share_id": Recipe(
        "/v2/shares",
        {"share": {"name": "{unique}", "share_proto": "NFS", "size": 1, "availability_zone": "nova"}},
        {"failed_share_id": "share.id"},
        wait=_status("shares", "share", "failed_share_id", "error"),
    ),
    "message_id": Recipe("/v2/messages?resource_id={failed_share_id}", save={"message_id": "messages.0.id"}),
}
_TIER = {"tier": "gold"}
REPAIRS: Mapping[str, tuple[str, dict[str, str]]] = {
    "marked_share_id": ("/v2/shares/{marked_share_id}/metadata", {**_TIER, ADMINISTRATORS_KEY: "x"}),
    "snapshot_id": ("/v2/snapshots/{snapshot_id}/metadata", _TIER),
    "access_id": ("/v2/share-access-rules/{access_id}/metadata", _TIER),
    "share_replica_id": ("/v2/share-replicas/{share_replica_id}/metadata", _TIER),
    "export_location_id": ("/v2/shares/{share_id}/export_locations/{export_location_id}/metadata", _TIER),
    "share_network_subnet_id": (
        "/v2/share-networks/{share_network_id}/subnets/{share_network_subnet_id}/metadata",
        _TIER,
    ),
}
"""The metadata of what has some, as it was made."""
_FOUND_WITH = {"auth_key": "transfer_id"}
_FIXED = {
    "key": "tier",
    "extra_spec_key": "tier",
    "group_spec_key": "tier",
    "spec_key": "tier",
    "alias": "share-actions",
    "project_id_quota_request_path": "{run}",
    "quota_class_name": "{run}",
}
_COLLECTIONS = (
    ("resource_lock", "resource-locks"),
    ("transfer", "share-transfers"),
    ("share_backup", "share-backups"),
    ("share_group_snapshot", "share-group-snapshots"),
    ("share_replica", "share-replicas"),
    ("snapshot", "snapshots"),
    ("share", "shares"),
    ("share_group", "share-groups"),
    ("share_network", "share-networks"),
    ("security_service", "security-services"),
    ("share_group_type", "share-group-types"),
    ("share_type", "types"),
    ("qos_type", "qos-types"),
)
"""The key of an answer that made something, and its collection, in the order in which they can go."""
_IMMEDIATE = ("resource-locks", "types", "share-group-types", "qos-types")
_COUNTED = ("share-backups", "share-group-snapshots", "share-groups")
"""What a real server goes on counting against its owner's quota when an administrator deletes it."""
_FORCED = ("share-group-snapshots", "share-replicas", "snapshots", "shares", "share-groups")
_AT_REST = ("awaiting_transfer", "deleting", "manage_starting")


class Stage:
    """The resources of a run on one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._counter = itertools.count(1)
        self._fixed = {**CONSTANTS, **TEXTS, **server.variables(), "run": f"order{uuid4().hex[:8]}"}
        self._made: dict[str, str] = {}
        self._leftovers: list[tuple[str, str]] = []

    def fill(self, value: Any) -> Any:
        """`value` with its variables replaced, what they stand for made if need be."""
        number = next(self._counter)
        for name in _VARIABLE.findall(json.dumps(value)):
            self._make(name)
        unique = {
            "unique": f"{self._fixed['run']}-{number}",
            "unique_ip": f"10.{number // 62500}.{number // 250 % 250}.{number % 250 + 1}",
        }
        fixed = {name: substitute(text, self._fixed) for name, text in _FIXED.items()}
        return substitute(value, {**fixed, **self._fixed, **self._made, **unique}, lenient=True)

    def constants(self) -> dict[str, str]:
        """The names of values that are the same in every run."""
        return {value: f"{{{name}}}" for name, value in {**CONSTANTS, **TEXTS}.items()}

    def _make(self, name: str) -> None:
        name = _FOUND_WITH.get(name, name)
        recipe = RECIPES.get(name)
        if recipe is None or name in self._made:
            return
        method = "GET" if recipe.body is NOTHING else "POST"
        body = NOTHING if recipe.body is NOTHING else self.fill(recipe.body)
        path = self.fill(recipe.path)
        answer = self.server.send(method, path, user=recipe.user, body=body, headers=EXPERIMENTAL)
        if not answer.ok:
            raise FailedError(f"{name}: {answer.status_code} {answer.text[:300]}")
        document = answer.json()
        self.note(document)
        for variable, dotted in recipe.save.items():
            value = pick(document, dotted)
            if not isinstance(value, str):
                raise FailedError(f"{name}: no {dotted} in {answer.text[:300]}")
            self._made[variable] = value
        if recipe.wait is not None:
            self.server.wait(Wait(self.fill(recipe.wait.path), recipe.wait.until))
        for method, path, body in recipe.then:
            answer = self.server.send(method, self.fill(path), user="admin", body=self.fill(body))
            if not answer.ok:
                raise FailedError(f"{name}: {answer.status_code} {answer.text[:300]}")

    def begin(self, names: set[str]) -> None:
        """Starts with shares that have nothing but what requests about `names` need."""
        wanted = set(names)
        while more := {name for known in wanted if known in RECIPES for name in RECIPES[known].needs} - wanted:
            wanted |= more
        others = {name for name in self._made if name in RECIPES} - wanted
        self.drop({need for name in others for need in RECIPES[name].needs if need.endswith("_id")} | others)

    def repair(self, name: str) -> None:
        """Gives a resource its metadata back."""
        path, metadata = REPAIRS[name]
        if set(_VARIABLE.findall(path)) <= self._made.keys():
            answer = self.server.send("PUT", self.fill(path), body={"metadata": metadata})
            if not answer.ok:
                self.drop({name})

    def drop(self, names: set[str]) -> None:
        """Forgets what has been used up, and what was made of it."""
        gone = set(names)
        while True:
            more = {name for name in self._made if name in RECIPES and RECIPES[name].needs & gone}
            # What was found, such as the instance of a share, cannot be found again where it was.
            more |= {
                name for found in gone if found in RECIPES and RECIPES[found].found for name in RECIPES[found].needs
            }
            if more <= gone:
                break
            gone |= more
        ids = {self._made.pop(name, None) for name in gone}
        self._remove_immediate([entry for entry in self._leftovers if entry[1] in ids])

    def note(self, document: Any) -> None:
        """Remembers what an answer says was made, and removes at once what would be in the way."""
        for key, collection in _COLLECTIONS:
            made = document.get(key) if isinstance(document, dict) else None
            if isinstance(made, dict) and isinstance(made.get("id"), str):
                self._leftovers.append((collection, made["id"]))

    def remove_new(self, document: Any) -> None:
        """Removes what a request made, if it is of a kind that disturbs others by its name or its being there."""
        before = len(self._leftovers)
        self.note(document)
        self._remove_immediate(self._leftovers[before:])

    def _remove_immediate(self, entries: list[tuple[str, str]]) -> None:
        for collection, id in entries:
            if collection in _IMMEDIATE and self._delete(collection, id):
                self._leftovers.remove((collection, id))

    def tidy(self, most: int = 0) -> None:
        """Removes everything that isn't in use, once there is more than `most` of it."""
        in_use = set(self._made.values())
        gone = [(collection, id) for collection, id in self._leftovers if id not in in_use]
        if len(gone) <= most:
            return
        for _, collection in _COLLECTIONS:
            ids = [id for kind, id in gone if kind == collection]
            for id in ids:
                self._settle(collection, id)
                self._delete(collection, id)
            for id in ids:
                self._wait_gone(collection, id)
        self._leftovers = [entry for entry in self._leftovers if entry not in gone]

    def close(self) -> None:
        self._made.clear()
        self.tidy()

    def _settle(self, collection: str, id: str) -> None:
        for _ in range(60):
            answer = self.server.send("GET", f"/v2/{collection}/{id}", headers=EXPERIMENTAL)
            if not answer.ok:
                return
            (record, *_) = answer.json().values()
            status = str(record.get("status")) if isinstance(record, dict) else ""
            if record.get("task_state") in ("migration_driver_phase1_done", "data_copying_completed"):
                self._act(collection, id, {"migration_cancel": None})
            elif status in _AT_REST or not status.endswith("ing"):
                return
            time.sleep(self.server.interval)

    def _delete(self, collection: str, id: str) -> bool:
        path = f"/v2/{collection}/{id}"
        if collection == "share-backups":  # those of the data service may never end by themselves
            self._act(collection, id, {"reset_status": {"status": "error"}})
        if collection in _COUNTED and self.server.send("DELETE", path, user="demo", headers=EXPERIMENTAL).ok:
            return True
        if collection in _FORCED and self._act(collection, id, {"force_delete": None}):
            return True
        if collection == "shares":
            self._unlock(id)
            remove_replicas(self.server, id)
            return self._act(collection, id, {"force_delete": None})
        return bool(self.server.send("DELETE", path, headers=EXPERIMENTAL).ok)

    def _unlock(self, share_id: str) -> None:
        answer = self.server.send("GET", f"/v2/resource-locks?all_projects=1&resource_id={share_id}")
        for lock in answer.json()["resource_locks"] if answer.ok else ():
            self.server.send("DELETE", f"/v2/resource-locks/{lock['id']}")

    def _act(self, collection: str, id: str, body: Any) -> bool:
        path = f"/v2/{collection}/{id}/action"
        return bool(self.server.send("POST", path, body=body, headers=EXPERIMENTAL).ok)

    def _wait_gone(self, collection: str, id: str) -> None:
        for _ in range(40):
            answer = self.server.send("GET", f"/v2/{collection}/{id}", headers=EXPERIMENTAL)
            if answer.status_code == 404:
                return
            if answer.ok and answer.json().get("share_replica", {}).get("replica_state") == "active":
                return  # it goes with its share
            time.sleep(self.server.interval)
