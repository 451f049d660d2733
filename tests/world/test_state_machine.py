"""Random clients, faults, clocks and interventions: whatever they do, a world stays one that could be.

A call of the API is a line of `CALLS`; new resources are added there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from jsonschema import Draft202012Validator

from fakemanila.contract.model import load
from fakemanila.faults import presets
from fakemanila.http.wire import WireError
from fakemanila.manila.common import quotas
from fakemanila.manila.resources import HANDLERS
from fakemanila.manila.statuses import STATUSES
from fakemanila.versions import Microversion
from fakemanila.world.state import document as state
from fakemanila.world.state.changes import Watch
from fakemanila.world.state.database import Database
from fakemanila.world.world import Settings, World
from fakemanila.world.worlds import Worlds

from ..api import NOBODY, Answer, Api

USERS = ("demo", "alt_demo", "admin")
WORLDS = (None, "other")
STEPS = ({"seconds": 3}, {"seconds": 20}, {"to": "next"}, {"to": "idle"})
VERSIONS = ("2.65", "2.80", "2.99")
LIMITS = {
    "shares": 6, "gigabytes": 12, "snapshots": 5, "snapshot_gigabytes": 9, "backups": 3, "backup_gigabytes": 5,
    "share_networks": 3,
    "share_replicas": 4, "replica_gigabytes": 9,
}  # fmt: skip
WITH_OTHER_STATUSES = ("services", "messages", "security_services", "recycle_bin")
ABLE = ("snapshot_support", "create_share_from_snapshot_support", "revert_to_snapshot_support")
REPLICATED = {"replication_type": "readable", **dict.fromkeys(ABLE, "True")}


class Drawn(NamedTuple):
    """What a call may be made of: ids of records of anybody's, or of none, small sizes, few words."""

    share: str
    snapshot: str
    rule: str
    transfer: str
    backup: str
    lock: str
    network: str
    server: str
    subnet: str
    service: str
    replica: str
    size: int
    word: str
    status: str
    state: str


class CallOf(NamedTuple):
    """One call; texts in braces are of `Drawn`. `body` None is no body."""

    operation: str
    method: str
    path: str
    body: Any = None


def action(operation: str, kind: str, name: str, argument: Any = None) -> CallOf:
    singular = {
        "shares": "share",
        "snapshots": "snapshot",
        "share-backups": "backup",
        "share-networks": "network",
        "share-replicas": "replica",
    }[kind]
    return CallOf(operation, "POST", f"/v2/{kind}/{{{singular}}}/action", {name: argument})


def of_server(name: str, argument: Any = None) -> CallOf:
    return CallOf(f"share_servers.{name}", "POST", "/v2/share-servers/{server}/action", {name: argument})


_ON_NETWORK = {
    "share": {"size": "{size}", "share_proto": "NFS", "share_type": "dhss_true", "share_network_id": "{network}"}
}
_TO_DELTA = {"host": "oracle@delta", "writable": "no", "nondisruptive": "no", "preserve_snapshots": "yes"}
_ACCESS = {"access_type": "ip", "access_to": "10.0.0.{size}", "access_level": "rw"}
CALLS = (
    CallOf(
        "shares.create", "POST", "/v2/shares", {"share": {"size": "{size}", "share_proto": "NFS", "name": "{word}"}}
    ),
    CallOf(
        "shares.create",
        "POST",
        "/v2/shares",
        {"share": {"size": "{size}", "share_proto": "NFS", "snapshot_id": "{snapshot}"}},
    ),
    CallOf(
        "shares.create",
        "POST",
        "/v2/shares",
        {"share": {"size": "{size}", "share_proto": "NFS", "share_type": "replicated", "name": "{word}"}},
    ),
    CallOf("shares.list", "GET", "/v2/shares?with_count=true"),
    CallOf("shares.detail", "GET", "/v2/shares/detail?sort_key=name"),
    CallOf("shares.show", "GET", "/v2/shares/{share}"),
    CallOf("shares.update", "PUT", "/v2/shares/{share}", {"share": {"display_name": "{word}", "is_public": False}}),
    CallOf("shares.delete", "DELETE", "/v2/shares/{share}"),
    action("shares.force_delete", "shares", "force_delete"),
    action("shares.reset_status", "shares", "reset_status", {"status": "{status}"}),
    action("shares.extend", "shares", "extend", {"new_size": "{size}"}),
    action("shares.shrink", "shares", "shrink", {"new_size": "{size}"}),
    action("shares.revert", "shares", "revert", {"snapshot_id": "{snapshot}"}),
    action("shares.soft_delete", "shares", "soft_delete"),
    action("shares.restore", "shares", "restore"),
    action("shares.unmanage", "shares", "unmanage"),
    action("shares.allow_access", "shares", "allow_access", _ACCESS),
    action("shares.deny_access", "shares", "deny_access", {"access_id": "{rule}"}),
    CallOf("share_access_rules.list", "GET", "/v2/share-access-rules?share_id={share}"),
    CallOf("share_metadata.create", "POST", "/v2/shares/{share}/metadata", {"metadata": {"{word}": "{word}"}}),
    CallOf("snapshots.create", "POST", "/v2/snapshots", {"snapshot": {"share_id": "{share}", "name": "{word}"}}),
    CallOf("snapshots.detail", "GET", "/v2/snapshots/detail"),
    CallOf("snapshots.show", "GET", "/v2/snapshots/{snapshot}"),
    CallOf("snapshots.delete", "DELETE", "/v2/snapshots/{snapshot}"),
    action("snapshots.force_delete", "snapshots", "force_delete"),
    action("snapshots.reset_status", "snapshots", "reset_status", {"status": "{status}"}),
    action("snapshots.unmanage", "snapshots", "unmanage"),
    CallOf("share_transfers.create", "POST", "/v2/share-transfers", {"transfer": {"share_id": "{share}"}}),
    CallOf("share_transfers.delete", "DELETE", "/v2/share-transfers/{transfer}"),
    CallOf("share_transfers.detail", "GET", "/v2/share-transfers/detail"),
    CallOf("share_backups.create", "POST", "/v2/share-backups", {"share_backup": {"share_id": "{share}"}}),
    CallOf("share_backups.delete", "DELETE", "/v2/share-backups/{backup}"),
    CallOf("share_backups.detail", "GET", "/v2/share-backups/detail"),
    action("share_backups.restore", "share-backups", "restore"),
    CallOf("share_replicas.create", "POST", "/v2/share-replicas", {"share_replica": {"share_id": "{share}"}}),
    CallOf("share_replicas.detail", "GET", "/v2/share-replicas/detail"),
    CallOf("share_replicas.show", "GET", "/v2/share-replicas/{replica}"),
    CallOf("share_replicas.delete", "DELETE", "/v2/share-replicas/{replica}"),
    action("share_replicas.force_delete", "share-replicas", "force_delete"),
    action("share_replicas.promote", "share-replicas", "promote"),
    action("share_replicas.resync", "share-replicas", "resync"),
    action("share_replicas.reset_status", "share-replicas", "reset_status", {"status": "{status}"}),
    action("share_replicas.reset_replica_state", "share-replicas", "reset_replica_state", {"replica_state": "{state}"}),
    CallOf("share_replica_export_locations.list", "GET", "/v2/share-replicas/{replica}/export-locations"),
    CallOf(
        "share_replica_metadata.create",
        "POST",
        "/v2/share-replicas/{replica}/metadata",
        {"metadata": {"{word}": "{word}"}},
    ),
    CallOf(
        "resource_locks.create",
        "POST",
        "/v2/resource-locks",
        {"resource_lock": {"resource_id": "{share}", "resource_type": "share", "resource_action": "delete"}},
    ),
    CallOf("resource_locks.delete", "DELETE", "/v2/resource-locks/{lock}"),
    CallOf("security_services.create", "POST", "/v2/security-services", {"security_service": {"type": "ldap"}}),
    CallOf("security_services.detail", "GET", "/v2/security-services/detail"),
    CallOf("security_services.delete", "DELETE", "/v2/security-services/{service}"),
    CallOf("share_networks.create", "POST", "/v2/share-networks", {"share_network": {"name": "{word}"}}),
    CallOf("share_networks.detail", "GET", "/v2/share-networks/detail"),
    CallOf("share_networks.update", "PUT", "/v2/share-networks/{network}", {"share_network": {"name": "{word}"}}),
    CallOf("share_networks.delete", "DELETE", "/v2/share-networks/{network}"),
    action("share_networks.reset_status", "share-networks", "reset_status", {"status": "{status}"}),
    *(
        action(f"share_networks.{name}", "share-networks", name, {"security_service_id": "{service}"})
        for name in ("add_security_service", "add_security_service_check", "remove_security_service")
    ),
    action(
        "share_networks.share_network_subnet_create_check", "share-networks", "share_network_subnet_create_check", {}
    ),
    CallOf(
        "share_network_subnets.create", "POST", "/v2/share-networks/{network}/subnets", {"share-network-subnet": {}}
    ),
    CallOf("share_network_subnets.list", "GET", "/v2/share-networks/{network}/subnets"),
    CallOf("share_network_subnets.delete", "DELETE", "/v2/share-networks/{network}/subnets/{subnet}"),
    CallOf("messages.list", "GET", "/v2/messages"),
    CallOf("shares.create", "POST", "/v2/shares", _ON_NETWORK),
    CallOf("shares.create", "POST", "/v2/shares", _ON_NETWORK),
    CallOf("share_servers.list", "GET", "/v2/share-servers"),
    CallOf("share_servers.show", "GET", "/v2/share-servers/{server}"),
    CallOf("share_servers.delete", "DELETE", "/v2/share-servers/{server}"),
    of_server("reset_status", {"status": "active"}),
    of_server("unmanage"),
    of_server("migration_start", {**_TO_DELTA, "new_share_network_id": "{network}"}),
    of_server("migration_start", _TO_DELTA),
    of_server("migration_complete"),
    of_server("migration_cancel"),
    of_server("migration_get_progress"),
)
SERVED = tuple(call for call in CALLS if call.operation in HANDLERS)

_NEVER_OVER = ("deferred-delete", "deferred-delete-error")
"""They give quota back that an administrator's reset can take again, over the limit, as with real Manila."""
PRESETS = sorted(
    name
    for family in presets.families().values()
    for name in family.names()
    if not name.startswith(_NEVER_OVER) and not name.startswith(("hang", "dribble"))
)
_UNKNOWN = "11111111-2222-4333-8444-555555555555"


def filled(template: Any, drawn: Drawn) -> Any:
    if isinstance(template, dict):
        return {filled(key, drawn): filled(value, drawn) for key, value in template.items()}
    if template == "{size}":
        return drawn.size
    return template.format(**drawn._asdict()) if isinstance(template, str) else template


@cache
def shape(operation_id: str, version: Microversion) -> tuple[str | None, Draft202012Validator] | None:
    """An operation's envelope and the validator of what is in it; None where nothing is said about that."""
    response = load().operations[operation_id].response
    if response is None or not response.schema.get("properties"):
        return None
    # The reference says of no field that it may be null; of most, it may.
    properties = {
        name: {"anyOf": [schema, {"type": "null"}]}
        for name, schema in load().properties(response.schema, version).items()
    }
    return response.envelope, Draft202012Validator({"type": "object", "properties": properties})


def draw(world: World, data: st.DataObject) -> Drawn:
    """What a call may be made of in a world as it is."""

    def one(kind: str) -> str:
        return str(data.draw(st.sampled_from([record["id"] for record in world.store[kind]] or [_UNKNOWN])))

    return Drawn(
        share=one("shares"),
        snapshot=one("snapshots"),
        rule=one("share_access_rules"),
        transfer=one("share_transfers"),
        backup=one("share_backups"),
        lock=one("resource_locks"),
        network=one("share_networks"),
        server=one("share_servers"),
        subnet=one("share_network_subnets"),
        service=one("security_services"),
        replica=one("share_instances"),
        size=data.draw(st.integers(1, 4)),
        word=data.draw(st.sampled_from(["a", "b", "c"])),
        status=data.draw(st.sampled_from(["available", "error", "creating", "error_deleting", "active"])),
        state=data.draw(st.sampled_from(["in_sync", "out_of_sync", "error"])),
    )


class Clients(RuleBasedStateMachine):
    """Some users in two worlds, and somebody at the controls."""

    def __init__(self) -> None:
        super().__init__()
        self.api = Api(delays={"default": "10s", "snapshots.delete": {"uniform": ["1s", "30s"]}})
        for world in WORLDS:
            api = self.api.at(world=world)
            for user in ("demo", "alt_demo"):
                answer = api.put(f"/v2/quota-sets/{api.project_id(user)}", {"quota_set": LIMITS}, user="admin")
                assert answer.status == 200, answer
            api.make_type("replicated", extra_specs=REPLICATED)
        self.watches = [Watch(self.world(name)) for name in WORLDS]
        self.database = Database(Path(":memory:"), {})

    def teardown(self) -> None:
        self.what_was_saved_bit_by_bit_is_the_whole()
        self.database.close()

    def world(self, name: str | None) -> World:
        return self.api.at(world=name).world

    # What happens

    @rule(data=st.data(), call=st.sampled_from(SERVED), user=st.sampled_from(USERS), where=st.sampled_from(WORLDS))
    def ask(self, data: st.DataObject, call: CallOf, user: str, where: str | None) -> None:
        world = self.world(where)
        drawn = draw(world, data)
        sent = {} if call.body is None else {"body": filled(call.body, drawn)}
        sent["headers"] = {"X-OpenStack-Manila-API-Experimental": "true"}
        version = data.draw(st.sampled_from(VERSIONS))
        api = self.api.at(world=where)
        try:
            answer = api.call(call.method, filled(call.path, drawn), user=user, version=version, **sent)
        except (WireError, AssertionError) as lost:
            # A token that a fault revoked, or a login that met one.
            if isinstance(lost, AssertionError) and not list(world.faults):
                raise
            api._tokens.pop((api.prefix, user), None)
            return
        entry = list(world.journal)[-1]
        if entry.faults:
            api._tokens.pop((api.prefix, user), None)
            return
        assert answer.status < 500, answer
        self.check(call, Microversion.parse(version), answer, user, api)

    @rule(
        name=st.sampled_from(PRESETS),
        times=st.integers(1, 3),
        user=st.sampled_from(USERS),
        where=st.sampled_from(WORLDS),
    )
    def add_fault(self, name: str, times: int, user: str, where: str | None) -> None:
        self.world(where).faults.add(name, times=times, user=user)

    @rule(where=st.sampled_from(WORLDS))
    def clear_faults(self, where: str | None) -> None:
        self.world(where).faults.clear()

    @rule(
        how=st.sampled_from([{"seconds": 3}, {"seconds": 20}, {"to": "next"}, {"to": "idle"}]),
        where=st.sampled_from(WORLDS),
    )
    def advance(self, how: Mapping[str, Any], where: str | None) -> None:
        before = self.world(where).now()
        assert self.api.at(world=where).post("/_fakemanila/clock/advance", how, user=NOBODY).status == 200
        assert self.world(where).now() >= before

    @precondition(lambda self: any(len(self.world(name).scheduler) for name in WORLDS))
    @rule(data=st.data(), outcome=st.sampled_from(["success", "error", "hold", "release"]))
    def decide(self, data: st.DataObject, outcome: str) -> None:
        where = data.draw(st.sampled_from([name for name in WORLDS if len(self.world(name).scheduler)]))
        world = self.world(where)
        with world.lock:
            pending = data.draw(st.sampled_from(world.scheduler.pending()))
            world.decide(pending.id, outcome)

    @rule(where=st.sampled_from(WORLDS), delay=st.sampled_from([0, "5s", {"reads": 2}, {"uniform": [0, "1m"]}]))
    def change_delays(self, where: str | None, delay: Any) -> None:
        self.world(where).delays.patch({"default": delay})

    @rule(where=st.sampled_from(WORLDS))
    def dump_and_load(self, where: str | None) -> None:
        world = self.world(where)
        before = state.dump(world)
        copy = Worlds(Settings(rate=0.0, start=datetime(2026, 1, 1))).get("copy")
        state.load(copy, before)
        assert {**state.dump(copy), "name": world.name} == before
        state.load(world, before)
        assert state.dump(world) == before

    @rule()
    def what_was_saved_bit_by_bit_is_the_whole(self) -> None:
        names = {watch.world.name for watch in self.watches}
        self.database.write({watch.world.name: watch.take() for watch in self.watches}, names)
        assert self.database.read() == {watch.world.name: state.dump(watch.world) for watch in self.watches}

    # What always holds

    def check(self, call: CallOf, version: Microversion, answer: Answer, user: str, api: Api) -> None:
        """The answer is as the contract says, and shows nothing of another project's."""
        if answer.status >= 400:
            assert answer.fault[0] == answer.status
            return
        known = shape(call.operation, version)
        if known is None or not answer.content:
            return
        envelope, validator = known
        content = answer.json if envelope is None else answer.json[envelope]
        for item in content if isinstance(content, list) else [content]:
            wrong = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(item)]
            assert wrong == [], (call, item)
            if user != "admin" and item.get("project_id") is not None and call.operation != "share_transfers.create":
                assert item["project_id"] == api.project_id(user), item

    @invariant()
    def statuses_are_of_their_set(self) -> None:
        for name in WORLDS:
            for kind, table in self.world(name).store.kinds().items():
                for record in table:
                    status = record.get("state" if kind.endswith("_access_rules") else "status")
                    if kind not in WITH_OTHER_STATUSES and isinstance(status, str):
                        assert status in STATUSES, (kind, record)

    @invariant()
    def nothing_is_under_way_for_what_is_gone(self) -> None:
        for name in WORLDS:
            world = self.world(name)
            for pending in world.scheduler.pending():
                assert pending.resource_id in world.store[pending.kind], pending

    @invariant()
    def records_belong_to_something_that_is_there(self) -> None:
        for name in WORLDS:
            world = self.world(name)
            for kind in ("snapshots", "share_instances", "share_access_rules"):
                for record in world.store[kind]:
                    assert record["share_id"] in world.store["shares"], (kind, record)
            for record in [*world.store["share_network_subnets"], *world.store["share_network_checks"]]:
                assert record["share_network_id"] in world.store["share_networks"], record
            for network in world.store["share_networks"]:
                assert all(id in world.store["security_services"] for id in network["security_services"]), network

    @invariant()
    def what_is_on_a_server_is_on_its_network(self) -> None:
        for name in WORLDS:
            store = self.world(name).store
            subnets = store["share_network_subnets"]
            assert all(subnet["share_network_id"] in store["share_networks"] for subnet in subnets)
            for instance in store["share_instances"]:
                server = store["share_servers"].get(instance["share_server_id"] or "")
                assert (server is None) == (instance["share_server_id"] is None), instance
                if server is not None:
                    ids = server["share_network_subnet_ids"]
                    networks = {subnet["share_network_id"] for subnet in subnets if subnet["id"] in ids}
                    assert networks == {instance["share_network_id"]}, (instance, server)
                    assert instance["host"].partition("#")[0] == server["host"], (instance, server)

    @invariant()
    def a_share_has_an_instance_to_show_and_one_active_replica_at_most(self) -> None:
        for name in WORLDS:
            store = self.world(name).store
            active = Counter(each["share_id"] for each in store["share_instances"] if each["replica_state"] == "active")
            for share in store["shares"]:
                shown = store["share_instances"].get(share["instance_id"])
                assert shown is not None, share
                assert shown["share_id"] == share["id"], share
                assert active[share["id"]] <= 1, share
            for snapshot in store["snapshots"]:
                assert snapshot["instance_id"] in store["snapshot_instances"], snapshot
            for copy in store["snapshot_instances"]:
                assert copy["snapshot_id"] in store["snapshots"], copy
                assert copy["share_instance_id"] in store["share_instances"], copy

    @invariant()
    def usage_is_what_the_records_say_and_within_its_limit(self) -> None:
        for name in WORLDS:
            world, api = self.world(name), self.api.at(world=name)
            for user in ("demo", "alt_demo"):
                project_id = api.project_id(user) if (api.prefix, user) in api._tokens else None
                if project_id is None:
                    continue
                counted = Counter[str]()
                for share in world.store["shares"].where(project_id=project_id):
                    counted["shares"] += 1
                    counted["gigabytes"] += share["size"]
                for snapshot in world.store["snapshots"].where(project_id=project_id):
                    counted["snapshots"] += 1
                    counted["snapshot_gigabytes"] += snapshot["size"]
                used = quotas.taken(world, quotas.Owner(project_id))
                for resource, limit in LIMITS.items():
                    assert 0 <= used[resource] <= limit, (resource, used)
                    if resource in counted and resource != "gigabytes":  # what a share grows by is promised to it
                        assert used[resource] == counted[resource], resource


TestClients = pytest.mark.filterwarnings("ignore")(Clients.TestCase)
TestClients.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_most_calls_of_the_share_family_are_played() -> None:
    assert len({call.operation for call in SERVED}) >= 25
