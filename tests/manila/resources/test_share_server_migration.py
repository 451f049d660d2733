"""Share server migration: its task states in order, what there is twice meanwhile, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import Answer, Api
from .networking import DELTA, EXPERIMENTAL, GAMMA, make_network, make_served, server_of, servers, share

START = "share_servers.migration_start"


@pytest.fixture
def slow() -> Api:
    return Api(
        delays={START: "40s", "share_servers.migration_complete": "10s", "share_servers.migration_cancel": "10s"}
    )


def served(api: Api) -> tuple[dict[str, Any], dict[str, Any]]:
    made = make_served(api, make_network(api))
    api.world.advance_to_idle()
    return made, server_of(api, made)


def act(api: Api, server: dict[str, Any], action: str, argument: Any = None) -> Answer:
    return api.action(f"/v2/share-servers/{server['id']}", action, argument, user="admin", headers=EXPERIMENTAL)


def start(api: Api, server: dict[str, Any], **fields: Any) -> Answer:
    flags = {"writable": False, "nondisruptive": False, "preserve_snapshots": True}
    return act(api, server, "migration_start", {"host": DELTA, **flags, **fields})


def progress(api: Api, server: dict[str, Any]) -> tuple[int, str]:
    answer = act(api, server, "migration_get_progress")
    return answer.json["total_progress"], answer.json["task_state"]


def task_state(api: Api, server: dict[str, Any]) -> str:
    return str(api.get(f"/v2/share-servers/{server['id']}", user="admin").json["share_server"]["task_state"])


def test_the_first_phase_is_several(slow: Api) -> None:
    made, server = served(slow)
    assert start(slow, server).status == 202
    seen = []
    for _ in range(5):
        seen.append((task_state(slow, server), *progress(slow, server)))
        slow.world.advance(timedelta(seconds=10))
    assert seen == [
        ("migration_starting", 0, ""),
        ("migration_in_progress", 0, ""),
        ("migration_driver_starting", 0, "migration_driver_starting"),
        ("migration_driver_in_progress", 0, "migration_driver_in_progress"),
        ("migration_driver_phase1_done", 100, "migration_driver_phase1_done"),
    ]
    assert share(slow, made)["status"] == "server_migrating"


def test_progress_is_how_much_is_moved(slow: Api) -> None:
    _, server = served(slow)
    start(slow, server)
    slow.world.advance(timedelta(seconds=35))
    assert progress(slow, server) == (50, "migration_driver_in_progress")


def test_all_that_is_on_the_server_moves_with_it(api: Api) -> None:
    made, server = served(api)
    snapshot = api.make_snapshot(made["id"])
    other = make_served(api, {"id": server["share_network_id"]})
    start(api, server)
    destination = act(api, server, "migration_complete").json["destination_share_server_id"]
    assert [each["id"] for each in servers(api)] == [destination]
    for each in (made, other):
        shown = share(api, each)
        assert (shown["status"], shown["share_server_id"]) == ("available", destination)
        assert (shown["host"], shown["availability_zone"]) == (f"{DELTA}#fake_pool_for_DELTA", "manila-zone-3")
    assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["status"] == "available"
    assert progress(api, server) == (100, "migration_success")


def test_a_cancelled_migration_leaves_a_server_that_goes_by_itself(api: Api) -> None:
    made, server = served(api)
    start(api, server)
    assert act(api, server, "migration_cancel").status == 202
    assert share(api, made)["status"] == "available"
    assert {each["status"] for each in servers(api)} == {"active", "inactive"}
    api.world.advance(timedelta(minutes=10))
    assert [each["id"] for each in servers(api)] == [server["id"]]


def test_cancelling_while_data_is_moved_ends_the_first_phase(slow: Api) -> None:
    _, server = served(slow)
    start(slow, server)
    slow.world.advance(timedelta(seconds=35))
    act(slow, server, "migration_cancel")
    assert task_state(slow, server) == "migration_cancel_in_progress"
    slow.world.advance(timedelta(minutes=1))
    assert task_state(slow, server) == "migration_cancelled"


def test_one_that_hangs_can_be_cancelled(api: Api) -> None:
    _, server = served(api)
    api.world.faults.add("server-migration-hangs")
    start(api, server)
    assert task_state(api, server) == "migration_driver_in_progress"
    act(api, server, "migration_cancel")
    assert task_state(api, server) == "migration_cancelled"


@pytest.mark.parametrize(
    ("phase", "left"), [("preparing", {"active"}), ("copying", {"active", "error"})], ids=["preparing", "copying"]
)
def test_where_it_fails_the_server_stays(api: Api, phase: str, left: set[str]) -> None:
    made, server = served(api)
    api.post("/_fakemanila/faults", {"match": {"operation": f"{START}/{phase}"}, "do": {"outcome": "error"}})
    start(api, server)
    assert task_state(api, server) == "migration_error"
    assert share(api, made)["status"] == "available"
    assert {each["status"] for each in servers(api)} == left


def test_where_completing_fails_nobody_knows_what_is_where(api: Api) -> None:
    made, server = served(api)
    rule = {"match": {"operation": "share_servers.migration_complete"}, "do": {"outcome": "error"}}
    api.post("/_fakemanila/faults", rule)
    start(api, server)
    act(api, server, "migration_complete")
    assert share(api, made)["status"] == "error"
    assert {each["status"] for each in servers(api)} == {"error"}


def test_a_server_moves_to_another_network_of_its_backend(api: Api) -> None:
    made, server = served(api)
    other = make_network(api, name="other", neutron_net_id="n", neutron_subnet_id="s")
    start(api, server, host=GAMMA, new_share_network_id=other["id"])
    act(api, server, "migration_complete")
    assert share(api, made)["share_network_id"] == other["id"]
