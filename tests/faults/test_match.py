"""Which requests a rule is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.faults import Rule

from ..api import Api

NOTICED = {"do": {"delay": 0}}


@pytest.fixture
def share(api: Api) -> dict[str, Any]:
    return api.make_share(name="db-1", metadata={"tier": "gold", "owner": "ann"})


def met(api: Api, *calls: Any, **match: Any) -> list[bool]:
    """Which of the calls a rule with these conditions is about."""
    api.token()
    rule = api.world.faults.add(NOTICED, match=match)
    seen = []
    for call in calls:
        before = rule.matched
        call()
        seen.append(rule.matched > before)
    return seen


def listing(api: Api, **options: Any) -> Any:
    return lambda: api.get("/v2/shares", **options)


class TestWhoAsks:
    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            ("admin", [True, False, False, False]),
            ("manager", [True, True, False, False]),
            ("member", [True, True, True, False]),
            ("reader", [True, True, True, True]),
            ("adm*", [False, False, False, False]),
        ],
    )
    def test_role_is_any_of_the_callers_implied_ones_too(self, api: Api, role: str, expected: list[bool]) -> None:
        users = ("admin", "demo_manager", "demo", "demo_reader")
        assert met(api, *(listing(api, user=user) for user in users), role=role) == expected

    def test_project_is_a_name_or_an_id(self, api: Api) -> None:
        calls = [listing(api, user=user) for user in ("demo", "alt_demo")]
        assert met(api, *calls, project="demo") == [True, False]
        assert met(api, *calls, project=api.project_id("alt_demo")) == [False, True]

    def test_user_is_a_name_or_an_id(self, api: Api) -> None:
        calls = [listing(api, user=user) for user in ("demo", "demo_reader")]
        assert met(api, *calls, user="demo_reader") == [False, True]
        assert met(api, *calls, user=api.user_id("demo")) == [True, False]

    def test_nobody_in_particular_is_nobody_by_name(self, api: Api) -> None:
        assert met(api, listing(api, user="nobody"), user="demo") == [False]


class TestWhatIsAsked:
    def test_operation_is_an_id_a_pattern_or_any_of_a_list(self, api: Api) -> None:
        calls = [lambda: api.get("/v2/shares"), lambda: api.get("/v2/shares/detail"), lambda: api.get("/v2/snapshots")]
        assert met(api, *calls, operation="shares.list") == [True, False, False]
        assert met(api, *calls, operation="shares.*") == [True, True, False]
        assert met(api, *calls, operation=["shares.list", "snapshots.*"]) == [True, False, True]

    def test_method(self, api: Api) -> None:
        calls = [lambda: api.get("/v2/shares"), lambda: api.post("/v2/shares", {}), lambda: api.delete("/v2/shares")]
        assert met(api, *calls, method="post") == [False, True, False]
        assert met(api, *calls, method=["GET", "DELETE"]) == [True, False, True]

    def test_path_is_with_or_without_the_project(self, api: Api) -> None:
        calls = [
            lambda: api.get("/v2/shares"),
            lambda: api.get(f"/v2/{api.project_id()}/shares"),
            lambda: api.get("/v2/snapshots"),
            lambda: api.get("/healthcheck"),
        ]
        assert met(api, *calls, path="/v2/shares") == [True, True, False, False]
        assert met(api, *calls, path="/v2/*/shares") == [False, True, False, False]
        assert met(api, *calls, path="/*") == [True, True, True, True]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2.65", [False, True, False, False]),
            ("=2.65", [False, True, False, False]),
            (">=2.65", [False, True, True, False]),
            ("> 2.65", [False, False, True, False]),
            ("<=2.65", [True, True, False, False]),
            ("<2.65", [True, False, False, False]),
            ("2.7-2.70", [True, True, False, False]),
        ],
    )
    def test_microversion_is_one_or_a_range_and_counts_not_compares_texts(
        self, api: Api, text: str, expected: list[bool]
    ) -> None:
        calls = [listing(api, version=version) for version in ("2.7", "2.65", "2.99", "nonsense")]
        assert met(api, *calls, microversion=text) == expected

    def test_without_a_header_the_microversion_is_the_oldest(self, api: Api) -> None:
        assert met(api, listing(api, version=None), microversion="2.0") == [True]

    def test_headers_are_patterns_under_names_in_any_case(self, api: Api) -> None:
        calls = [listing(api, headers={"User-Agent": agent}) for agent in ("terraform/1.9", "curl/8")]
        assert met(api, *calls, headers={"user-agent": "terraform*"}) == [True, False]
        assert met(api, *calls, headers={"User-Agent": "*", "X-Absent": "?*"}) == [False, False]

    def test_body_is_a_part_of_what_is_sent_with_or_without_its_envelope(self, api: Api) -> None:
        calls = [
            lambda: api.make_share(size=2, metadata={"tier": "gold", "a": "b"}),
            lambda: api.make_share(size=1),
            lambda: api.get("/v2/shares"),
        ]
        assert met(api, *calls, body={"size": 2}) == [True, False, False]
        assert met(api, *calls, body={"size": "2"}) == [False, False, False]
        assert met(api, *calls, body={"share": {"metadata": {"tier": "g*"}}}) == [True, False, False]
        assert met(api, *calls, body={"size": True}) == [False, False, False]


class TestWhatItIsAbout:
    def test_an_id(self, api: Api, share: dict[str, Any]) -> None:
        other = api.make_share()
        calls = [lambda id=one["id"]: api.get(f"/v2/shares/{id}") for one in (share, other)]
        assert met(api, *calls, resource={"id": share["id"]}) == [True, False]

    def test_a_name_also_of_what_is_being_made(self, api: Api, share: dict[str, Any]) -> None:
        calls = [
            lambda: api.get(f"/v2/shares/{share['id']}"),
            lambda: api.make_share(name="db-2"),
            lambda: api.make_share(display_name="db-3"),
            lambda: api.make_share(name="web"),
        ]
        assert met(api, *calls, resource={"name": "db-*"}) == [True, True, True, False]

    def test_metadata(self, api: Api, share: dict[str, Any]) -> None:
        calls = [lambda: api.get(f"/v2/shares/{share['id']}"), lambda: api.make_share(metadata={"tier": "silver"})]
        assert met(api, *calls, resource={"metadata": {"tier": "gold"}}) == [True, False]
        assert met(api, *calls, resource={"metadata": {"tier": "*"}}) == [True, True]
        assert met(api, *calls, resource={"metadata": {"tier": "gold", "none": "x"}}) == [False, False]

    def test_all_of_one_resource_not_a_bit_of_each(self, api: Api, share: dict[str, Any]) -> None:
        snapshot = api.make_snapshot(share["id"], name="monday", metadata={"tier": "tin"})
        calls = [lambda: api.get(f"/v2/snapshots/{snapshot['id']}")]
        assert met(api, *calls, resource={"name": "db-1", "metadata": {"tier": "gold"}}) == [True]
        assert met(api, *calls, resource={"name": "monday", "metadata": {"tier": "gold"}}) == [False]

    def test_the_share_of_a_snapshot(self, api: Api, share: dict[str, Any]) -> None:
        snapshot = api.make_snapshot(share["id"])
        other = api.make_snapshot()
        calls = [
            lambda: api.get(f"/v2/snapshots/{snapshot['id']}"),
            lambda: api.make_snapshot(share["id"]),
            lambda: api.delete(f"/v2/snapshots/{other['id']}"),
        ]
        assert met(api, *calls, resource={"metadata": {"tier": "gold"}}) == [True, True, False]
        assert met(api, *calls, resource={"id": share["id"]}) == [True, True, False]


def added(api: Api, **match: Any) -> Rule:
    api.token()
    return api.world.faults.add({"do": {"respond": {"status": 503}}}, match=match)


class TestNearMisses:
    def test_say_what_kept_a_rule_from_firing(self, api: Api) -> None:
        rule = added(api, operation="shares.list", microversion=">=2.90", user="demo")
        api.get("/v2/shares", version="2.65")
        (miss,) = rule.to_json()["near_misses"]
        assert (miss["operation"], miss["condition"], miss["found"]) == ("shares.list", "microversion", "2.65")
        assert miss["request_id"] == api.journal[-1].id

    @pytest.mark.parametrize(
        ("match", "condition", "found"),
        [
            ({"operation": "shares.list", "role": "admin"}, "role", ["member", "reader"]),
            ({"operation": "shares.list", "project": "admin"}, "project", "demo"),
            ({"operation": "shares.list", "headers": {"X-Color": "red"}}, "headers", {"X-Color": None}),
            ({"operation": "snapshots.list", "user": "demo"}, "operation", "shares.list"),
            ({"method": "POST", "path": "/v2/shares"}, "method", "GET"),
            ({"method": "GET", "path": "/v2/snapshots"}, "path", "/v2/shares"),
        ],
    )
    def test_name_the_condition_and_what_was_there(
        self, api: Api, match: dict[str, Any], condition: str, found: Any
    ) -> None:
        rule = added(api, **match)
        assert api.get("/v2/shares").status == 200
        (miss,) = rule.near_misses
        assert (miss.condition, sorted(miss.found) if isinstance(found, list) else miss.found) == (condition, found)

    def test_show_the_resource_that_was_there(self, api: Api, share: dict[str, Any]) -> None:
        rule = added(api, operation="shares.show", resource={"name": "web-*"})
        api.get(f"/v2/shares/{share['id']}")
        (miss,) = rule.near_misses
        assert (miss.condition, miss.found) == ("resource", [{"name": "db-1"}])

    def test_are_not_what_missed_by_more_or_by_the_only_condition(self, api: Api) -> None:
        far = added(api, operation="snapshots.list", user="admin")
        alone = added(api, operation="snapshots.list")
        api.get("/v2/shares")
        assert list(far.near_misses) == list(alone.near_misses) == []

    def test_are_the_last_twenty(self, api: Api) -> None:
        rule = added(api, operation="shares.list", user="admin")
        for _ in range(25):
            api.get("/v2/shares")
        assert [miss.request_id for miss in rule.near_misses] == [
            entry.id for entry in api.journal if entry.operation == "shares.list"
        ][-20:]


class TestBrought:
    def test_a_wrong_preset_is_let_through_with_a_word_in_the_journal(self, api: Api) -> None:
        made = api.make_share(metadata={"fakemanila:fault": "share-create-eror"})
        assert api.get(f"/v2/shares/{made['id']}").json["share"]["status"] == "available"
        (entry,) = (entry for entry in api.journal if entry.operation == "shares.create")
        (warning,) = entry.contract_warnings
        assert "'share-create-eror'" in warning
        assert "did you mean 'share-create-error'" in warning

    def test_a_wrong_preset_is_refused_in_strict_mode(self) -> None:
        api = Api(strict=True)
        body = {"share": {"share_proto": "NFS", "size": 1, "metadata": {"fakemanila:fault": "no-such"}}}
        refused = api.post("/v2/shares", body)
        assert refused.fault == (400, "badRequest")
        assert "fakemanila:fault" in refused.text
        assert api.get("/v2/shares").json["shares"] == []
        body["share"]["metadata"] = {"fakemanila:fault": "share-create-error"}
        assert api.post("/v2/shares", body).status == 200

    def test_a_wrong_preset_is_noted_when_metadata_are_changed(self, api: Api, share: dict[str, Any]) -> None:
        api.post(f"/v2/shares/{share['id']}/metadata", {"metadata": {"fakemanila:fault": "quota:sharez"}})
        assert "did you mean 'shares'" in api.warnings[-1]

    def test_a_right_preset_is_nothing_to_note(self, api: Api) -> None:
        api.make_share(metadata={"fakemanila:fault": "share-create-error"})
        assert api.warnings == []

    def test_it_goes_with_the_resource(self, api: Api) -> None:
        made = api.make_share(metadata={"fakemanila:fault": "double-delete"})
        assert api.delete(f"/v2/shares/{made['id']}").status == 202
        (rule,) = api.world.faults
        assert (rule.name, rule.fired) == (f"double-delete of {made['id']}", 1)
        api.world.clock.advance(timedelta(seconds=30))
        assert api.get(f"/v2/shares/{made['id']}").status == 404
        assert list(api.world.faults) == []
