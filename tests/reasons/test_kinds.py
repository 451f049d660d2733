"""One refusal of each kind, and the facts that the journal has of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from fakemanila.control.journal_calls import find

from ..api import NOBODY, UNKNOWN, VERSION, Api, there


@pytest.fixture
def api() -> Api:
    return Api()


def why(api: Api) -> Any:
    """The facts of the last request's refusal."""
    return there(api.journal[-1].refusal_to_json())


def words(api: Api) -> str:
    return " ".join(api.journal[-1].explain())


def test_an_answer_that_is_no_refusal_has_no_reason(api: Api) -> None:
    api.make_share()
    assert api.journal[-1].to_json()["refusal"] is None
    assert api.journal[-1].explain() == []


class TestPolicy:
    def test_what_would_have_sufficed_on_a_record_of_another_project(self, api: Api) -> None:
        lock = api.make(
            "/v2/resource-locks", "resource_lock", {"resource_id": api.make_share()["id"], "resource_type": "share"}
        )
        assert api.delete(f"/v2/resource-locks/{lock['id']}", user="demo_reader").status == 403
        refusal = why(api)
        assert refusal["rule"] == "resource_lock:delete"
        ways = {(way["role"], way["project_id"], way["user_id"]) for way in refusal["sufficient"]}
        assert ("admin", None, None) in ways
        assert all(role != "reader" or user == api.user_id() for role, _, user in ways)

    def test_another_scope_than_the_rule_takes(self, api: Api) -> None:
        domain = {"user": {"name": "admin", "domain": {"id": "default"}, "password": "secret"}}
        auth = {"identity": {"methods": ["password"], "password": domain}, "scope": {"system": {"all": True}}}
        token = api.post("/identity/v3/auth/tokens", {"auth": auth}, user=NOBODY).headers["X-Subject-Token"]
        assert api.get("/v2/services", user=NOBODY, headers={"X-Auth-Token": token}).status == 403
        assert why(api)["scope"] == "system"
        assert "on the system; the role admin would be enough" in words(api)

    def test_keystones_own(self, api: Api) -> None:
        assert api.post("/identity/v3/users", {"user": {"name": "x"}}).status == 403
        refusal = why(api)
        assert (refusal["rule"], refusal["checks"]) == ("identity.users.create", {})
        assert {"role": "admin", "scope": "project", "project_id": None, "user_id": None} in refusal["sufficient"]


class TestToken:
    def test_unknown(self, api: Api) -> None:
        api.get("/v2/shares", user=NOBODY, headers={"X-Auth-Token": "nonsense"})
        assert why(api)["problem"] == "unknown"

    def test_expired_and_when(self) -> None:
        api = Api(token_ttl=timedelta(minutes=5))
        token = api.token()
        api.world.advance(timedelta(minutes=6))
        api.get("/v2/shares", user=NOBODY, headers={"X-Auth-Token": token})
        assert why(api) == {
            "kind": "token",
            "problem": "expired",
            "header": "X-Auth-Token",
            "expired_at": "2026-01-01T00:05:00.000000",
        }

    def test_revoked_by_its_owner_and_by_a_fault(self, api: Api) -> None:
        token = {"X-Auth-Token": api.token(), "X-Subject-Token": api.token()}
        assert api.delete("/identity/v3/auth/tokens", user=NOBODY, headers=token).status == 204
        api.get("/v2/shares")
        assert why(api)["problem"] == "revoked"
        api.world.faults.add({"do": {"revoke_token": True}, "name": "thief"})
        api.get("/v2/shares", user="alt_demo")
        assert why(api)["problem"] == "revoked"
        assert "thief" in words(api)

    def test_its_user_is_gone(self, api: Api) -> None:
        api.token("demo_reader")
        api.world.identity.users[api.user_id("demo_reader")]["enabled"] = False
        api.get("/v2/shares", user="demo_reader")
        assert why(api)["problem"] == "user"

    def test_a_service_without_its_role(self, api: Api) -> None:
        api.get("/v2/shares", headers={"X-Service-Token": api.token("demo_reader")})
        assert (why(api)["problem"], why(api)["header"]) == ("role", "X-Service-Token")

    def test_keystone_itself_wants_one(self, api: Api) -> None:
        assert api.get("/identity/v3/users", user=NOBODY).status == 401
        assert why(api)["problem"] == "missing"

    def test_a_login_that_failed(self, api: Api) -> None:
        assert api.login("demo", "wrong").status == 401
        assert why(api) == {"kind": "login", "problem": "wrong password"}

    def test_a_path_with_another_project(self, api: Api) -> None:
        other = api.project_id("alt_demo")
        assert api.get(f"/v2/{other}/shares").status == 400
        assert why(api) == {"kind": "scope", "project_in_path": other, "project_of_token": api.project_id()}


def test_access_rules_of_an_application_credential(api: Api) -> None:
    rule = {"service": "sharev2", "method": "GET", "path": "/v2/shares"}
    path = f"/identity/v3/users/{api.user_id()}/application_credentials"
    made = api.post(path, {"application_credential": {"name": "a", "access_rules": [rule]}}).json
    credential = made["application_credential"]
    auth = {
        "identity": {
            "methods": ["application_credential"],
            "application_credential": {"id": credential["id"], "secret": credential["secret"]},
        }
    }
    token = api.post("/identity/v3/auth/tokens", {"auth": auth}, user=NOBODY).headers["X-Subject-Token"]
    for path, kind in (("/v2/snapshots", "access_rule"), ("/identity/v3/projects", "access_rule")):
        assert api.get(path, user=NOBODY, headers={"X-Auth-Token": token}).status == 401
        refusal = why(api)
        assert (refusal["kind"], refusal["application_credential_id"]) == (kind, credential["id"])
        assert refusal["rules"] == [rule]


class TestRoute:
    def test_no_path_and_no_method(self, api: Api) -> None:
        api.get("/v2/sharez")
        assert why(api) == {
            "kind": "route",
            "method": "GET",
            "path": "/v2/sharez",
            "methods": [],
            "service_not_offered": None,
        }
        api.call("PATCH", "/v2/shares")
        assert why(api)["methods"] == ["GET", "POST"]

    def test_a_service_that_is_not_offered(self, api: Api) -> None:
        api.get("/network/v2.0/networks")
        assert why(api)["service_not_offered"] == "network"
        assert "--services" in words(api)

    def test_an_action_that_there_is_not(self, api: Api) -> None:
        api.action(f"/v2/shares/{UNKNOWN}", "extnd")
        refusal = why(api)
        assert (refusal["kind"], refusal["asked"]) == ("action", "extnd")
        assert {"operation": "shares.extend", "action": "extend", "min": "2.7", "max": None, "experimental": False} in (
            refusal["actions"]
        )

    def test_an_operation_at_another_microversion(self, api: Api) -> None:
        api.at(version="2.20").get("/v2/messages")
        refusal = why(api)
        assert (refusal["kind"], refusal["problem"], refusal["asked"]) == ("microversion", "not_in_range", "2.20")
        assert [(way["operation"], way["min"]) for way in refusal["operations"]] == [("messages.list", "2.37")]

    def test_what_is_experimental(self, api: Api) -> None:
        api.at(version="2.31").get("/v2/share-groups")
        assert why(api)["problem"] == "experimental"

    def test_microversions_that_are_not_served(self, api: Api) -> None:
        api.at(version="3.0").get("/v2/shares")
        assert why(api) == {
            "kind": "microversion",
            "problem": "not_served",
            "asked": "3.0",
            "min": "2.0",
            "max": "2.99",
            "operations": [],
        }
        api.at(version="latest").get("/v2/shares")
        assert why(api)["problem"] == "malformed"
        api.world.faults.add({"do": {"cap_microversion": "2.65"}, "name": "old"})
        api.get("/v2/shares")
        assert why(api)["max"] == "2.65"


class TestContract:
    def test_a_field_its_value_and_its_schema(self, api: Api) -> None:
        assert api.post("/v2/security-services", {"security_service": {"type": "nis"}}).status == 400
        refusal = why(api)
        told = (refusal["kind"], refusal["part"], refusal["field"], refusal["value"])
        assert told == ("contract", "body", "type", "nis")
        assert refusal["schema"]
        assert refusal["sent"]

    def test_a_field_that_a_handler_refuses(self, api: Api) -> None:
        api.post("/v2/shares", {"share": {"size": 0, "share_proto": "NFS"}})
        assert (why(api)["field"], why(api)["value"], why(api)["schema"]) == ("size", 0, None)
        api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS", "metadata": {"a" * 256: "b"}}})
        assert why(api)["field"] == "metadata"

    def test_a_field_that_came_later(self, api: Api) -> None:
        strict = Api(strict=True)
        share = {"size": 1, "share_proto": "NFS", "scheduler_hints": {}}
        assert strict.post("/v2/shares", {"share": share}, version="2.60").status == 400
        refusal = why(strict)
        assert (refusal["field"], refusal["schema"], refusal["since"]) == ("scheduler_hints", None, "2.65")
        assert "exists since microversion 2.65" in words(strict)

    def test_a_missing_field_and_a_missing_envelope(self, api: Api) -> None:
        assert api.post("/v2/security-services", {"security_service": {}}).status == 400
        assert (why(api)["field"], why(api)["sent"]) == ("type", False)
        api.post("/v2/shares", {"snapshot": {}})
        assert (why(api)["part"], why(api)["field"], why(api)["sent"]) == ("envelope", "share", False)

    def test_what_is_not_json(self, api: Api) -> None:
        api.post("/v2/shares", data="{")
        assert why(api)["part"] == "json"

    def test_a_query_parameter(self, api: Api) -> None:
        strict = Api(strict=True)
        assert strict.get("/v2/shares", query={"colour": "red"}).status == 400
        assert (why(strict)["part"], why(strict)["field"], why(strict)["value"]) == ("query", "colour", "red")

    def test_secrets_are_masked_in_it(self) -> None:
        for strict in (False, True):
            api = Api(strict=strict)
            for password in ({"secret": "hunter2"}, ["hunter2"]):
                service = {"type": "nis" if not strict else "ldap", "password": password}
                assert api.post("/v2/security-services", {"security_service": service}).status == 400
                assert "hunter2" not in str(why(api))
                assert "hunter2" not in words(api)

    def test_long_values_are_cut(self, api: Api) -> None:
        strict = Api(strict=True)
        strict.get("/v2/shares", query={"colour": "x" * 4000})
        assert len(why(strict)["value"]) == 501

    def test_a_late_one(self, api: Api) -> None:
        late = api.action(f"/v2/shares/{api.make_share()['id']}", "extend", {"new_size": "large"})
        assert late.status == 400
        assert why(api)["kind"] in ("contract", "other")


class TestRecords:
    def test_the_status_that_was_wrong_and_those_that_are_right(self, api: Api) -> None:
        snapshot = api.make_snapshot()
        api.action(f"/v2/snapshots/{snapshot['id']}", "reset_status", {"status": "error_deleting"}, user="admin")
        api.delete(f"/v2/snapshots/{snapshot['id']}")
        assert why(api) == {
            "kind": "status",
            "resource_type": "snapshots",
            "id": snapshot["id"],
            "attribute": "status",
            "found": "error_deleting",
            "right": ["available", "error"],
            "wrong": [],
        }

    def test_a_reason_outlives_a_refusal_that_is_said_anew(self, api: Api) -> None:
        share = api.make_share()
        api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "creating"}, user="admin")
        assert api.delete(f"/v2/shares/{share['id']}").status == 403
        assert (why(api)["kind"], why(api)["found"]) == ("status", "creating")

    def test_the_quota_and_its_use(self, api: Api) -> None:
        api.make_share(size=3)
        share = api.make_share(size=4)
        api.world.delays.patch({"shares.extend": "1h"})
        api.action(f"/v2/shares/{share['id']}", "extend", {"new_size": 6})
        api.put(f"/v2/quota-sets/{api.project_id()}", {"quota_set": {"gigabytes": 10}}, user="admin")
        assert api.post("/v2/shares", {"share": {"size": 2, "share_proto": "NFS"}}).status == 413
        refusal = why(api)
        facts = {name: refusal[name] for name in ("resource", "limit", "in_use", "reserved", "asked_for")}
        assert facts == {"resource": "gigabytes", "limit": 10, "in_use": 7, "reserved": 2, "asked_for": 2}
        assert (refusal["project_id"], refusal["share_type_id"]) == (api.project_id(), None)

    def test_a_record_of_another_project(self, api: Api) -> None:
        share = api.make_share()
        assert api.get(f"/v2/shares/{share['id']}", user="alt_demo").status == 404
        assert why(api) == {
            "kind": "not_found",
            "resource_type": "shares",
            "id": share["id"],
            "exists": True,
            "project_id": api.project_id(),
            "hidden_by": "share:get",
            "deleted": None,
        }

    def test_a_record_that_was_deleted_and_by_whom(self, api: Api) -> None:
        share = api.make_share()
        api.delete(f"/v2/shares/{share['id']}")
        deletion = api.journal[-1]
        for _ in range(2):
            api.get(f"/v2/shares/{share['id']}")
        assert why(api)["deleted"] == {"request_id": deletion.id, "time": deletion.time}
        assert deletion.id in words(api)

    def test_a_record_that_never_was(self, api: Api) -> None:
        api.get(f"/v2/snapshots/{UNKNOWN}")
        assert words(api) == f"There is no snapshot '{UNKNOWN}'."


class TestFault:
    def test_one_that_answers(self, api: Api) -> None:
        api.world.faults.add("lb-502")
        api.get("/v2/shares")
        assert why(api) == {"kind": "fault", "rules": ["lb-502"], "carried_out": False}

    def test_one_that_answers_after_the_request_was_carried_out(self, api: Api) -> None:
        api.world.faults.add(
            {"name": "lost", "do": {"commit_then": {"respond": {"status": 503}}}, "match": {"operation": "shares.*"}}
        )
        api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}})
        assert why(api) == {"kind": "fault", "rules": ["lost"], "carried_out": True}
        api.get(f"/v2/shares/{UNKNOWN}")
        assert not why(api)["carried_out"]

    def test_one_that_answers_well_is_no_refusal(self, api: Api) -> None:
        api.world.faults.add({"do": {"respond": {"status": 200, "body": {}}}, "match": {"operation": "shares.*"}})
        api.get("/v2/shares")
        assert api.journal[-1].refusal is None


def test_what_is_not_implemented() -> None:
    api = Api(services=frozenset({"network"}))
    assert api.get("/network/v2.0/floatingips").status == 501
    assert why(api)["kind"] == "not_implemented"


def test_services_beside_manila() -> None:
    api = Api(services=frozenset({"network", "compute"}))
    api.get(f"/network/v2.0/networks/{UNKNOWN}")
    assert (why(api)["kind"], why(api)["resource_type"], why(api)["id"]) == ("not_found", "networks", UNKNOWN)
    api.post("/network/v2.0/networks", {"network": {"name": 7}})
    assert (why(api)["kind"], why(api)["field"]) == ("contract", "name")


def test_anything_else_is_the_error_and_its_message(api: Api) -> None:
    share = api.make_share()
    api.make_snapshot(share["id"])
    assert api.delete(f"/v2/shares/{share['id']}").status == 403
    assert (why(api)["kind"], why(api)["error"]) == ("other", "Forbidden")
    assert api.journal[-1].explain()[0].startswith("Invalid share")


def test_a_bug_is_told_by_its_error(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: str) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setitem(api.client.application.view_functions, "manila.shares.list", fail)
    assert api.get("/v2/shares").status == 500
    assert why(api) == {"kind": "crash", "error": "ZeroDivisionError", "message": "a bug"}


def test_last_is_the_newest_refusal(api: Api) -> None:
    api.get(f"/v2/shares/{UNKNOWN}")
    refused = api.journal[-1]
    api.get("/v2/shares")
    assert find(api.world, "last") is refused


def test_facts_are_those_of_the_moment(api: Api) -> None:
    share = api.make_share()
    api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "creating"}, user="admin")
    api.delete(f"/v2/shares/{share['id']}")
    refused = api.journal[-1]
    api.action(f"/v2/shares/{share['id']}", "reset_status", {"status": "available"}, user="admin")
    assert there(refused.refusal_to_json())["found"] == "creating"


def test_a_request_at_no_microversion_is_told_as_well(api: Api) -> None:
    assert api.get("/v2/shares", headers={VERSION: "x" * 3000}).status == 400
    assert len(why(api)["asked"]) < 600
    assert datetime.fromisoformat(api.journal[-1].time) == datetime(2026, 1, 1)
