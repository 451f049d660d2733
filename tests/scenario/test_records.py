"""Records that a world starts with in place of its own, and ids for users and projects."""

from __future__ import annotations

from typing import Any

import pytest

from fakemanila import FakeManila
from fakemanila.control.client import ControlFailure
from fakemanila.python.options import merged
from fakemanila.scenario.scenario import Scenario, ScenarioError

ZONE = {"id": "0442170d-c833-49e5-bd22-96e1731295c4", "name": "east", "created_at": "2026-01-01T00:00:00.000000"}
TYPE = {
    "id": "7106e9a1-08a8-4ef4-b5df-4264603f0900",
    "name": "gold",
    "created_at": "2026-01-01T00:00:00.000000",
    "extra_specs": {"driver_handles_share_servers": "False"},
    "required_extra_specs": {"driver_handles_share_servers": "False"},
}
INSTANCE = {
    "id": "304be632-616e-40d4-831f-ba23a75274b4",
    "share_id": "gone",
    "share_type_id": None,
    "created_at": "2026-01-01T00:00:00.000000",
}


def records(manila: FakeManila) -> dict[str, Any]:
    found: dict[str, Any] = manila.control.state.dump()["records"]
    return found


def test_they_take_the_place_of_all_of_their_kinds_and_resources_come_after_them() -> None:
    scenario = {
        "default_share_type": "gold",
        "records": {"availability_zones": [ZONE], "share_types": [TYPE], "share_group_types": []},
        "resources": [{"kind": "share", "name": "db", "status": "creating"}],
    }
    with FakeManila(serve=False, scenario=scenario) as manila:
        found = records(manila)
        assert [each["name"] for each in found["availability_zones"]] == ["east"]
        assert "share_group_types" not in found
        assert found["shares"][0]["share_type_id"] == TYPE["id"]
        assert found["pools"]
        manila.reset()
        assert records(manila)["share_types"] == found["share_types"]


def test_those_of_several_scenarios_are_there_together() -> None:
    both: list[dict[str, Any]] = [
        {"records": {"availability_zones": [ZONE]}},
        {"records": {"availability_zones": [], "share_types": [TYPE]}},
    ]
    assert merged(both)["records"] == {"availability_zones": [ZONE], "share_types": [TYPE]}


@pytest.mark.parametrize(
    ("added", "problem"),
    [
        ({"availability_zones": [ZONE, ZONE]}, r"records.availability_zones\[1\].id: there is a record '0442170d"),
        ({"share_instances": [INSTANCE]}, r"records.share_instances\[0\].share_id: there is no 'gone' in shares"),
        ({"availability_zones": [{"id": "x"}]}, r"records.availability_zones\[0\].created_at: is missing"),
        ({"zones": []}, "records.zones: 'zones' is not a known field"),
    ],
)
def test_what_is_wrong_with_one_is_said(added: dict[str, Any], problem: str) -> None:
    with pytest.raises(ScenarioError, match=problem):
        FakeManila(serve=False, scenario={"records": added}).start()


def test_users_and_projects_have_the_ids_that_they_are_given_and_their_roles() -> None:
    scenario = {
        "projects": {"demo": {"id": "d1"}, "shop": {"id": "s1"}},
        "users": {"demo": {"id": "u1"}, "ann": {"id": "u2", "roles": {"s1": "reader"}}},
    }
    with FakeManila(serve=False, scenario=scenario) as manila:
        session = manila.session(user="demo")
        assert (session.get_user_id(), session.get_project_id()) == ("u1", "d1")
        assert session.auth is not None
        assert session.auth.get_access(session).role_names == ["member", "reader"]  # type: ignore[attr-defined]
        assert manila.session(user="admin", project="demo").get_project_id() == "d1"
        assert manila.session(user="ann").get_project_id() == "s1"
    with pytest.raises(ScenarioError, match=r"^projects.shop.id: 'd1' is the id of another one"):
        FakeManila(serve=False, scenario={"projects": {"demo": {"id": "d1"}, "shop": {"id": "d1"}}}).start()


@pytest.mark.parametrize("scenario", [{"records": {"qos_types": []}}, {"users": {"demo": {"id": "u1"}}}])
def test_a_world_that_is_there_takes_none(scenario: dict[str, Any]) -> None:
    with FakeManila(serve=False) as manila:
        before = records(manila)
        with pytest.raises(ControlFailure, match="too late"):
            manila.control.scenario.apply(scenario)
        assert records(manila) == before
    Scenario.load(scenario)
