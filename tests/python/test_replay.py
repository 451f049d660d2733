"""Recorded requests are sent again, to another world."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from fakemanila import FakeManila, Replay
from fakemanila.versions import HEADER as VERSION

DELAYS = {"snapshots.create": "30s", "shares.delete": "5s"}


def new(**options: Any) -> FakeManila:
    return FakeManila(serve=False, clock="manual", delays=DELAYS, **options)


def replay(source: str, **options: Any) -> list[tuple[str, str | None, int]]:
    """Runs the test of a module; returns what was asked in it."""
    names: dict[str, Any] = {}
    exec(source, names)
    with new(**options) as manila:
        names["test_replay"](manila)
        return asked(manila)


def asked(manila: FakeManila) -> list[tuple[str, str | None, int]]:
    """What was asked but for logins: method, operation, status."""
    login = "identity.tokens.create"
    return [
        (each["method"], each["operation"], each["status"])
        for each in manila.requests
        if each["operation"] != login or each["status"] != 201
    ]


def recorded(act: Callable[[FakeManila], None], **options: Any) -> tuple[str, list[tuple[str, str | None, int]]]:
    with new(**options) as manila:
        act(manila)
        return manila.requests.pytest(), asked(manila)


def a_day_of_shares(manila: FakeManila) -> None:
    demo, admin = manila.client(), manila.client("admin")
    kind = next(each for each in demo.share_types.list() if each.name == "default")
    share = demo.shares.create("NFS", 1, name="db", share_type=kind.id, metadata={"tier": "{gold}"})
    snapshot = demo.share_snapshots.create(share.id, name="monday")
    for _ in range(3):
        demo.share_snapshots.get(snapshot.id)
        manila.clock.advance("12s")
    demo.shares.create("NFS", 1, snapshot_id=snapshot.id, name="copy")
    demo.shares.allow(share.id, "ip", "10.0.0.0/24", "rw")
    rule = demo.share_access_rules.access_list(share.id)[0]
    demo.shares.deny(share.id, rule.id)
    for client in (manila.client("demo_reader"), manila.client("alt_demo")):
        with suppress(Exception):
            client.shares.delete(share.id)
    admin.quotas.update(manila.session().get_project_id(), shares=2)
    with suppress(Exception):
        demo.shares.create("NFS", 1)
    demo.share_snapshots.delete(snapshot.id)
    demo.shares.delete(share.id)
    demo.shares.get(share.id)
    manila.clock.advance("5s")
    with suppress(Exception):
        demo.shares.get(share.id)


@pytest.mark.parametrize("seed", [7, 8])
def test_a_session_of_manilaclient_passes_at_any_seed(seed: int) -> None:
    source, before = recorded(a_day_of_shares, seed=7)
    statuses = {status for _, _, status in before}
    assert {200, 202, 403, 404, 413} <= statuses
    assert replay(source, seed=seed) == before


def test_an_answer_that_is_another_one_fails_it() -> None:
    source, _ = recorded(lambda manila: manila.client().shares.create("NFS", 1), seed=7)
    with pytest.raises(AssertionError, match="POST /v2/shares: 413, not 200"):
        replay(source, faults=[{"preset": "quota:shares"}])


def test_ids_of_the_clients_own_stay_and_those_of_the_server_dont() -> None:
    own = str(uuid.uuid5(uuid.NAMESPACE_DNS, "net"))

    def act(manila: FakeManila) -> None:
        made = manila.client().share_networks.create(neutron_net_id=own, neutron_subnet_id=own)
        manila.client().share_networks.get(made.id)

    source, before = recorded(act)
    assert own in source
    assert "share_network_id = answer[" in source
    assert replay(source, seed=99) == before


def test_requests_without_a_good_token_are_sent_without_one() -> None:
    def act(manila: FakeManila) -> None:
        session = manila.session()
        for headers in ({}, {"X-Auth-Token": "nonsense"}):
            session.get(f"{manila.url}/v2/shares", authenticated=False, raise_exc=False, headers=headers)
        with suppress(Exception):
            manila.session("demo", password="wrong").get_token()

    source, before = recorded(act)
    assert "nonsense" not in source
    assert [status for _, _, status in before] == [401, 401, 401]
    assert replay(source) == before


def test_names_may_have_anything_in_them() -> None:
    def act(manila: FakeManila) -> None:
        for name in ("\u2028{x}", 'it\'s "so" \\ {manila}', "\n\x85#", "\u65e5"):
            manila.client().shares.create("NFS", 1, name=name, metadata={name: name})
        manila.session().post(f"{manila.url}/v2/shares", data=b'{"share": {"name": "\\ud800"}}', raise_exc=False)

    source, before = recorded(act)
    assert replay(source) == before


def test_users_that_it_makes_log_in() -> None:
    def act(manila: FakeManila) -> None:
        admin = manila.session("admin")
        users = f"{manila.auth_url}/users"
        project = manila.session().get_project_id()
        user = {"name": "eve", "password": "hunter2", "default_project_id": project}
        made = admin.post(users, json={"user": user}).json()["user"]
        role = admin.get(f"{manila.auth_url}/roles?name=member").json()["roles"][0]["id"]
        admin.put(f"{manila.auth_url}/projects/{project}/users/{made['id']}/roles/{role}")
        manila.session("eve", project="demo", password="hunter2").get(f"{manila.url}/v2/shares")

    source, before = recorded(act)
    assert "hunter2" not in source
    assert before[-1][2] == 200
    assert replay(source, seed=3) == before


def test_what_a_fault_did_is_not_expected_again() -> None:
    def act(manila: FakeManila) -> None:
        manila.faults.add("lb-502", operation="shares.*", times=1)
        manila.faults.add({"do": {"commit_then": {"respond": {"status": 500}}}}, operation="shares.create", times=1)
        client = manila.client()
        for _ in range(2):
            with suppress(Exception):
                client.shares.create("NFS", 1, name="db")
        client.shares.list()

    source, before = recorded(act)
    assert "is left out: The fault 'lb-502' answered 502." in source
    assert [status for _, _, status in before] == [502, 500, 200]
    assert [status for _, _, status in replay(source)] == [200, 200]


def test_it_is_a_test_for_the_fixture(project: pytest.Pytester) -> None:
    source, _ = recorded(a_day_of_shares, seed=7)
    project.makepyfile(source)
    project.runpytest("-W", "ignore").assert_outcomes(passed=1)


def test_the_marker_says_what_the_world_was_like(project: pytest.Pytester) -> None:
    def act(manila: FakeManila) -> None:
        session = manila.session()
        session.get(f"{manila.url}/network/v2.0/networks")
        session.get(f"{manila.url}/v2/shares?colour=red", raise_exc=False)
        session.get(f"{manila.url}/v2/shares", headers={VERSION: "2.90"}, raise_exc=False)

    source, before = recorded(act, services=["network"], strict=True, max_microversion="2.80", seed=3)
    assert [status for _, _, status in before] == [200, 400, 406]
    project.makepyfile(source)
    project.runpytest("-W", "ignore").assert_outcomes(passed=1)


def test_tokens_are_fetched_anew_when_time_has_gone_on() -> None:
    def act(manila: FakeManila) -> None:
        for _ in range(3):
            manila.session().get(f"{manila.url}/v2/shares")
            manila.clock.advance("50m")

    source, before = recorded(act)
    assert "replay.at(6000.0)" in source
    assert replay(source) == before


def test_no_requests_make_a_test_as_well() -> None:
    source, _ = recorded(lambda manila: None)
    assert replay(source) == []


def test_the_clock_is_never_moved_back() -> None:
    with new() as manila:
        again = Replay(manila)
        manila.clock.advance("1m")
        before = manila.clock.now()
        again.at(30)
        assert manila.clock.now() == before
        again.at(90)
        assert (manila.clock.now() - before).total_seconds() == 30


def test_picking_what_is_not_there_says_so() -> None:
    assert Replay.pick([{"name": "a"}, {"name": "b", "id": 1}], name="b")["id"] == 1
    with pytest.raises(LookupError, match="'c'"):
        Replay.pick([], name="c")
