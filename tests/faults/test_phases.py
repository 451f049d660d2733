"""Outcomes and delays of one phase of what a request starts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ..api import Api

BETA = "oracle@beta#fake_pool_for_BETA"
START = "shares.migration_start"
FAULTS = "/_fakemanila/faults"


def migrating(api: Api, **fields: Any) -> str:
    """The path of a share that begins to migrate."""
    path = f"/v2/shares/{api.make_share(availability_zone='manila-zone-0')['id']}"
    flags = dict.fromkeys(("preserve_metadata", "writable", "nondisruptive", "preserve_snapshots"), False)
    answer = api.action(path, "migration_start", {"host": BETA, **flags, **fields}, user="admin")
    assert answer.status == 202, answer
    return path


def task_state(api: Api, path: str) -> str:
    return str(api.get(path, user="admin").json["share"]["task_state"])


def fails(api: Api, operation: Any, do: Any) -> Any:
    return api.post(FAULTS, {"match": {"operation": operation}, "do": do})


@pytest.mark.parametrize("operation", [f"{START}/copying", "*/copying", "shares.*/cop*", [f"{START}/copying"]])
@pytest.mark.parametrize("host_assisted", [False, True])
def test_a_migration_fails_while_its_data_moves(api: Api, operation: Any, host_assisted: bool) -> None:
    assert fails(api, operation, {"outcome": {"status": "error", "after": "30s"}}).status == 201
    path = migrating(api, force_host_assisted_migration=host_assisted)
    moving = "data_copying_in_progress" if host_assisted else "migration_driver_in_progress"
    api.world.advance(timedelta(seconds=29))
    assert task_state(api, path) == moving
    api.world.advance(timedelta(seconds=1))
    assert task_state(api, path) == "migration_error"
    (rule,) = api.get(FAULTS).json["faults"]
    assert (rule["matched"], rule["fired"]) == (1, 1)


def test_one_of_several_outcomes_is_of_the_phase_too(api: Api) -> None:
    fails(api, f"{START}/starting", {"one_of": [{"outcome": "stuck"}]})
    path = migrating(api)
    api.world.advance(timedelta(minutes=50))
    assert task_state(api, path) == "migration_driver_starting"


def test_a_phase_that_is_not_gone_through_meets_nothing(api: Api) -> None:
    fails(api, f"{START}/completing", {"outcome": "error"})
    path = migrating(api)
    assert task_state(api, path) == "migration_driver_phase1_done"
    (rule,) = api.get(FAULTS).json["faults"]
    assert (rule["matched"], rule["fired"]) == (1, 0)


def test_operations_without_that_phase_are_none_of_its_business(api: Api) -> None:
    fails(api, "*/copying", {"outcome": "error"})
    assert api.get(f"/v2/shares/{api.make_share()['id']}").json["share"]["status"] == "available"


@pytest.mark.parametrize(
    ("operation", "complaint"),
    [
        (f"{START}/copyin", "no phase is called 'shares.migration_start/copyin'; did you mean"),
        ("shares.create/copying", "no phase is called 'shares.create/copying'"),
        (["shares.create", "*/x"], "no phase is called '*/x'"),
        ("/", "no phase is called '/'"),
    ],
)
def test_an_unknown_phase_is_refused(api: Api, operation: Any, complaint: str) -> None:
    answer = fails(api, operation, {"outcome": "error"})
    assert answer.status == 400
    assert complaint in answer.json["error"]
    assert answer.json["error"].startswith("fault.match.operation: ")


def test_an_answer_is_no_matter_of_phases(api: Api) -> None:
    answer = fails(api, f"{START}/copying", {"respond": {"status": 503}})
    assert answer.status == 400
    assert "names a phase, which only an outcome can have" in answer.json["error"]


def test_a_rule_about_a_phase_outlives_its_server(api: Api) -> None:
    fails(api, f"{START}/copying", {"outcome": "error"})
    state = api.get("/_fakemanila/state").json
    api.post("/_fakemanila/reset")
    assert api.put("/_fakemanila/state", state).status == 200
    assert task_state(api, migrating(api)) == "migration_error"


class TestDelays:
    DELAYS = "/_fakemanila/delays"

    def test_a_phase_has_one_of_its_own(self, api: Api) -> None:
        delays = {START: "40s", f"{START}/copying": "30m"}
        assert api.put(self.DELAYS, delays).json == {"default": 0, **delays}
        path = migrating(api)
        api.world.advance(timedelta(minutes=15, seconds=30))
        progress = api.get(f"{path}/migration-progress", user="admin").json
        assert (progress["total_progress"], progress["task_state"]) == (50, "migration_driver_in_progress")
        api.world.advance(timedelta(minutes=15))
        assert task_state(api, path) == "migration_driver_phase1_done"

    @pytest.mark.parametrize(
        ("key", "complaint"),
        [
            (f"{START}/copyin", f"no phase is called '{START}/copyin'; did you mean '{START}/copying'?"),
            ("shares.create/copying", "no phase is called 'shares.create/copying'"),
            ("*/copyin", "no phase is called '*/copyin'"),
            ("/", "no phase is called '/'; there are share_replicas.create/creating, "),
        ],
    )
    def test_an_unknown_phase_is_refused(self, api: Api, key: str, complaint: str) -> None:
        answer = api.put(self.DELAYS, {key: 1})
        assert answer.status == 400
        assert answer.json["error"].startswith(f"delays: {complaint}")

    @pytest.mark.parametrize("level", ["share", "snapshot"])
    def test_a_rule_may_wait_in_the_queue(self, level: str) -> None:
        operation = f"{level}s.allow_access"
        api = Api(delays={f"{operation}/queued": "10s", operation: "20s"})
        kind = api.make_type(
            extra_specs=dict.fromkeys(("snapshot_support", "mount_snapshot_support"), "True"), name="mounted"
        )
        made = api.make_share(share_type=kind["id"])
        if level == "snapshot":
            made = api.make_snapshot(made["id"])
            api.get("/v2/snapshots")
        path = f"/v2/{level}s/{made['id']}"
        target = {"access_type": "ip", "access_to": "10.0.0.1"}
        answer = api.action(path, "allow_access", target)
        assert answer.status in (200, 202), answer
        table = api.world.store[f"{level}_access_rules"]
        seen = []
        for _ in range(4):
            seen.append(next(iter(table))["state"])
            api.world.advance(timedelta(seconds=10))
        assert seen == ["queued_to_apply", "applying", "applying", "active"]


def test_what_is_under_way_tells_its_phase(api: Api) -> None:
    api.world.delays.replace({START: "50s"})
    migrating(api)
    api.make_share()
    (started,) = api.journal[-2].transitions
    assert started["phase"] == "scheduling"
    shown = api.get("/_fakemanila/transitions").json["transitions"]
    assert {each["operation"]: each["phase"] for each in shown} == {START: "scheduling"}
    ran = api.post("/_fakemanila/clock/advance", {"to": "idle"}).json["transitions"]
    assert [each["phase"] for each in ran] == ["scheduling", "preparing", "starting", "copying"]
    assert {each["id"] for each in ran} == {shown[0]["id"]}
