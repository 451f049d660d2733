"""Resource locks: who may set, see, change and remove them, and what they prevent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ...api import UNKNOWN, Answer, Api


def made(api: Api) -> dict[str, Any]:
    share = api.make_share()
    api.world.settle()
    return share


def ask(api: Api, resource: dict[str, Any], type: Any = "share", **fields: Any) -> Answer:
    body = {"resource_id": resource["id"], "resource_type": type, **fields}
    return api.post("/v2/resource-locks", {"resource_lock": body})


def lock(api: Api, resource: dict[str, Any], type: str = "share", **fields: Any) -> dict[str, Any]:
    answer = ask(api, resource, type, **fields)
    assert answer.status == 200, answer
    made: dict[str, Any] = answer.json["resource_lock"]
    return made


def rule_of(api: Api, share: dict[str, Any]) -> dict[str, Any]:
    body = {"access_type": "ip", "access_to": "10.0.0.1"}
    rule: dict[str, Any] = api.action(f"/v2/shares/{share['id']}", "allow_access", body).json["access"]
    api.world.settle()
    return rule


def change(api: Api, lock: dict[str, Any], **fields: Any) -> Answer:
    return api.put(f"/v2/resource-locks/{lock['id']}", {"resource_lock": fields})


def ids(api: Api, query: str = "") -> list[str]:
    return [each["id"] for each in api.get(f"/v2/resource-locks{query}").json["resource_locks"]]


class TestOnShares:
    def test_a_lock_is_shown_as_it_was_set(self) -> None:
        api = Api()
        share = made(api)
        set_ = lock(api, share, lock_reason="kept")
        assert api.get(f"/v2/resource-locks/{set_['id']}").json["resource_lock"] == set_
        assert (set_["resource_action"], set_["lock_context"], set_["lock_reason"]) == ("delete", "user", "kept")
        assert set_["links"][0]["href"].endswith(f"/v2/resource-locks/{set_['id']}")

    def test_a_locked_share_cannot_be_deleted_by_anybody(self) -> None:
        api = Api()
        share = made(api)
        set_ = lock(api, share)
        for user in ("demo", "admin"):
            assert api.delete(f"/v2/shares/{share['id']}", user=user).fault == (403, "forbidden")
        assert api.action(f"/v2/shares/{share['id']}", "force_delete", user="admin").fault == (400, "badRequest")
        assert api.delete(f"/v2/resource-locks/{set_['id']}").status == 204
        assert api.delete(f"/v2/shares/{share['id']}").status == 202

    def test_every_lock_has_to_go(self) -> None:
        api = Api()
        share = made(api)
        first, second = lock(api, share), lock(api, share)
        api.delete(f"/v2/resource-locks/{first['id']}")
        assert api.delete(f"/v2/shares/{share['id']}").status == 403
        api.delete(f"/v2/resource-locks/{second['id']}")
        assert api.delete(f"/v2/shares/{share['id']}").status == 202

    def test_what_is_being_deleted_is_not_locked(self) -> None:
        api = Api(delays={"shares.delete": "10s"})
        share = made(api)
        api.delete(f"/v2/shares/{share['id']}")
        assert ask(api, share).fault == (409, "conflictingRequest")

    def test_what_is_in_the_bin_is_not_locked(self) -> None:
        api = Api()
        share = made(api)
        api.action(f"/v2/shares/{share['id']}", "soft_delete")
        assert ask(api, share).fault == (409, "conflictingRequest")

    @pytest.mark.parametrize(
        "fields",
        [
            {"type": None},
            {"type": "network"},
            {"resource_action": "show"},
            {"resource_action": "update"},
            {"resource_id": UNKNOWN},
            {"resource_id": "nonsense"},
            {"resource_id": None},
            {"lock_reason": 5},
            {"lock_reason": "x" * 1024},
            {"bogus": 1},
        ],
    )
    def test_what_is_refused(self, fields: dict[str, Any]) -> None:
        api = Api()
        share = made(api)
        before = api.records()
        assert ask(api, share, **fields).fault == (400, "badRequest")
        assert api.records() == before

    def test_there_are_none_before_2_81(self) -> None:
        assert Api().get("/v2/resource-locks", version="2.80").fault == (404, "itemNotFound")


class TestOnRules:
    def test_a_hidden_rule_is_seen_by_its_user_and_administrators(self) -> None:
        api = Api()
        rule = rule_of(api, made(api))
        lock(api, rule, "access_rule", resource_action="show")
        seen = {
            user: api.get(f"/v2/share-access-rules/{rule['id']}", user=user).json["access"]["access_to"]
            for user in ("demo", "demo_manager", "demo_reader", "admin")
        }
        assert seen == {"demo": "10.0.0.1", "demo_manager": "******", "demo_reader": "******", "admin": "10.0.0.1"}

    def test_it_is_hidden_only_once(self) -> None:
        api = Api()
        rule = rule_of(api, made(api))
        lock(api, rule, "access_rule", resource_action="show")
        assert ask(api, rule, "access_rule", resource_action="show").fault == (409, "conflictingRequest")

    def test_a_kept_rule_is_not_denied(self) -> None:
        api = Api()
        share = made(api)
        rule = rule_of(api, share)
        set_ = lock(api, rule, "access_rule")
        deny = {"access_id": rule["id"]}
        assert api.action(f"/v2/shares/{share['id']}", "deny_access", deny).fault == (403, "forbidden")
        api.delete(f"/v2/resource-locks/{set_['id']}")
        assert api.action(f"/v2/shares/{share['id']}", "deny_access", deny).status == 202

    def test_only_a_new_lock_hides(self) -> None:
        api = Api()
        set_ = lock(api, rule_of(api, made(api)), "access_rule")
        assert change(api, set_, resource_action="show").fault == (400, "badRequest")


class TestWhose:
    """Another's lock is seen in its project, changed by whoever set it and administrators."""

    @pytest.mark.parametrize(
        ("user", "seen", "changed"),
        [
            ("demo", 200, 200),
            ("demo_manager", 200, 403),
            ("demo_reader", 200, 403),
            ("alt_demo", 404, 404),
            ("admin", 200, 200),
        ],
    )
    def test_of_a_user(self, user: str, seen: int, changed: int) -> None:
        api = Api()
        set_ = lock(api, made(api))
        other = api.at(user=user)
        assert other.get(f"/v2/resource-locks/{set_['id']}").status == seen
        assert change(other, set_, lock_reason="new").status == changed
        assert other.delete(f"/v2/resource-locks/{set_['id']}").status == {200: 204}.get(changed, changed)

    def test_of_an_administrator(self) -> None:
        api = Api()
        set_ = lock(api.at(user="demo_admin"), made(api))
        assert set_["lock_context"] == "admin"
        assert change(api, set_, lock_reason="new").fault == (403, "forbidden")
        assert api.delete(f"/v2/resource-locks/{set_['id']}").fault == (403, "forbidden")

    @pytest.mark.parametrize(("user", "status"), [("demo_reader", 403), ("alt_demo", 403), ("admin", 200)])
    def test_who_may_lock(self, user: str, status: int) -> None:
        api = Api()
        assert ask(api.at(user=user), made(api)).status == status


class TestChanges:
    def test_the_reason(self) -> None:
        api = Api()
        set_ = lock(api, made(api), lock_reason="old")
        assert change(api, set_).json["resource_lock"]["updated_at"] is None
        changed = change(api, set_, lock_reason="new").json["resource_lock"]
        assert (changed["lock_reason"], changed["updated_at"]) == ("new", "2026-01-01T00:00:00.000000")
        assert change(api, set_, lock_reason=None).json["resource_lock"]["lock_reason"] is None

    @pytest.mark.parametrize("fields", [{"resource_id": UNKNOWN}, {"resource_action": "show"}, {"bogus": 1}])
    def test_nothing_else(self, fields: dict[str, Any]) -> None:
        api = Api()
        assert change(api, lock(api, made(api)), **fields).fault == (400, "badRequest")


class TestLists:
    def test_filters(self) -> None:
        api = Api()
        share = made(api)
        first = lock(api, share, lock_reason="keep it")
        api.world.clock.advance(timedelta(seconds=1))
        second = lock(api, rule_of(api, share), "access_rule")
        assert ids(api) == [second["id"], first["id"]]
        assert ids(api, f"?resource_id={share['id']}") == [first["id"]]
        assert ids(api, "?resource_type=access_rule") == [second["id"]]
        assert ids(api, "?lock_reason~=keep") == [first["id"]]
        assert ids(api, "?lock_context=admin") == []
        assert ids(api, "?created_before=2001-01-01") == []
        assert ids(api, "?sort_key=created_at&sort_dir=asc&limit=1") == [first["id"]]

    def test_administrators_may_ask_for_all_projects(self) -> None:
        api = Api()
        set_ = lock(api, made(api))
        assert ids(api.at(user="admin")) == []
        assert ids(api.at(user="admin"), "?all_projects=true") == [set_["id"]]
        assert ids(api.at(user="admin"), f"?project_id={api.project_id()}") == [set_["id"]]
        assert ids(api.at(user="alt_demo"), "?all_projects=true") == []
        query = f"/v2/resource-locks?project_id={api.project_id()}"
        assert api.get(query, user="alt_demo").fault == (403, "forbidden")

    def test_count(self) -> None:
        api = Api()
        assert "count" not in api.get("/v2/resource-locks?with_count=true").json
        share = made(api)
        lock(api, share)
        lock(api, share)
        page = api.get("/v2/resource-locks?with_count=true&limit=1").json
        assert (page["count"], len(page["resource_locks"]), len(page["resource_locks_links"])) == (2, 1, 1)

    @pytest.mark.parametrize(
        "query",
        [
            "resource_id=nonsense", "resource_type=network", "resource_action=update", "all_projects=perhaps",
            "with_count=perhaps", "created_since=nonsense", "limit=-1", "limit=many", "sort_key=nonsense",
            f"lock_reason={'x' * 1024}",
        ],
    )  # fmt: skip
    def test_wrong_filters(self, query: str) -> None:
        assert Api().get(f"/v2/resource-locks?{query}").fault == (400, "badRequest")
