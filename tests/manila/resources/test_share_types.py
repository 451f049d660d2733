"""Share types: what may be said of them, who sees and uses them."""

from __future__ import annotations

from typing import Any

import pytest

from ...api import PRIVATE, UNKNOWN, Api

SERVERS = {"driver_handles_share_servers": "False"}


@pytest.fixture
def api() -> Api:
    return Api().at(user="admin")


def create(api: Api, name: str = "gold", *, specs: dict[str, Any] | None = None, **fields: Any) -> Any:
    body = {"share_type": {"name": name, "extra_specs": {**SERVERS, **(specs or {})}, **fields}}
    return api.post("/v2/types", body)


def names(api: Api, query: str = "", **options: Any) -> list[str]:
    answer = api.get(f"/v2/types?{query}", **options)
    assert answer.status == 200, answer
    return [
        each["name"]
        for each in answer.json["share_types"]
        if each["name"] not in ("default", "dhss_true", "dhss_false")
    ]


class TestExtraSpecs:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("driver_handles_share_servers", "perhaps"),
            ("driver_handles_share_servers", "<is> False"),
            ("snapshot_support", "perhaps"),
            ("create_share_from_snapshot_support", ""),
            ("revert_to_snapshot_support", "perhaps"),
            ("mount_snapshot_support", "perhaps"),
            ("snapshot_inherit_share_access_support", "perhaps"),
            ("mount_point_name_support", "perhaps"),
            ("replication_type", "DR"),
            ("availability_zones", "a,,b"),
            ("provisioning:max_share_size", "0"),
            ("provisioning:min_share_size", "1.5"),
            ("provisioning:max_share_extend_size", "many"),
            ("encryption_support", "perhaps"),
        ],
    )
    def test_standardised_ones_are_checked(self, api: Api, key: str, value: str) -> None:
        made = api.make_type("silver")
        before = api.records()
        assert create(api, specs={key: value}).fault == (400, "badRequest")
        path = f"/v2/types/{made['id']}/extra_specs"
        assert api.post(path, {"extra_specs": {"custom": "x", key: value}}).fault == (400, "badRequest")
        assert api.put(f"{path}/{key}", {key: value}).fault == (400, "badRequest")
        assert api.records() == before

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("driver_handles_share_servers", "off"),
            ("snapshot_support", "<is> True"),
            ("mount_point_name_support", "1"),
            ("replication_type", "dr"),
            ("provisioning:max_share_size", "7"),
            ("encryption_support", "share_server"),
            ("default_qos_type", "anything"),
            ("vendor:thing", "anything"),
        ],
    )
    def test_right_ones_are_kept_as_they_came(self, api: Api, key: str, value: str) -> None:
        made = create(api, specs={key: value}).json["share_type"]
        assert made["extra_specs"][key] == value

    def test_the_zones_of_a_type_lose_their_spaces(self, api: Api) -> None:
        made = create(api, specs={"availability_zones": " a , b "}).json["share_type"]
        assert made["extra_specs"]["availability_zones"] == "a,b"
        path = f"/v2/types/{made['id']}/extra_specs"
        answer = api.post(path, {"extra_specs": {"availability_zones": "c , d"}})
        assert answer.json == {"extra_specs": {"availability_zones": "c,d"}}
        assert api.put(f"{path}/availability_zones", {"availability_zones": "e , f"}).json == {
            "availability_zones": "e,f"
        }

    def test_booleans_are_words_in_a_new_type_and_numbers_later(self, api: Api) -> None:
        made = create(api, specs={"custom": True, "other": 5, "nothing": None}).json["share_type"]
        assert made["extra_specs"] == {**SERVERS, "custom": "True", "other": "5", "nothing": None}
        path = f"/v2/types/{made['id']}/extra_specs"
        assert api.post(path, {"extra_specs": {"custom": False}}).json == {"extra_specs": {"custom": False}}
        assert api.get(f"{path}/custom").json == {"custom": "0"}

    @pytest.mark.parametrize(("version", "code"), [("2.23", 403), ("2.24", 202)])
    def test_snapshot_support_could_not_be_taken_away_at_first(self, api: Api, version: str, code: int) -> None:
        made = create(api, specs={"snapshot_support": "True"}).json["share_type"]
        path = f"/v2/types/{made['id']}/extra_specs"
        assert api.delete(f"{path}/snapshot_support", version=version).status == code
        assert api.delete(f"{path}/driver_handles_share_servers").fault == (403, "forbidden")

    def test_shares_of_a_type_without_a_value_find_no_place(self, api: Api) -> None:
        create(api, specs={"custom": None})
        share = api.make_share(user="demo", share_type="gold")
        assert api.get(f"/v2/shares/{share['id']}").json["share"]["status"] == "error"


class TestNames:
    @pytest.mark.parametrize("name", ["gold", "GOLD", "gold  "])
    def test_names_that_the_database_takes_for_the_same_are_taken(self, api: Api, name: str) -> None:
        create(api, "gold")
        assert create(api, name).fault == (409, "conflictingRequest")
        assert api.make_share(share_type=name)["share_type_name"] == "gold"

    def test_without_a_default_type_a_share_ends_in_error(self, api: Api) -> None:
        default = api.get("/v2/types/default").json["share_type"]
        assert api.put(f"/v2/types/{default['id']}", {"share_type": {"name": "renamed"}}).status == 200
        assert api.get("/v2/types/default").fault == (404, "itemNotFound")
        share = api.make_share()
        shown = api.get(f"/v2/shares/{share['id']}").json["share"]
        assert (shown["status"], shown["share_type"], shown["share_type_name"]) == ("error", None, None)
        (message,) = api.get(f"/v2/messages?resource_id={share['id']}").json["messages"]
        assert (message["action_id"], message["detail_id"]) == ("002", "024")

    def test_a_deleted_type_takes_its_quotas_along(self, api: Api) -> None:
        made = create(api, "gold").json["share_type"]
        path = f"/v2/quota-sets/{UNKNOWN}"
        assert api.put(f"{path}?share_type=gold", {"quota_set": {"shares": 1}}).status == 200
        assert "quotas" in api.records()
        assert api.delete(f"/v2/types/{made['id']}").status == 202
        assert "quotas" not in api.records()


class TestUse:
    def test_a_type_that_a_share_is_of_stays(self, api: Api) -> None:
        made = create(api, "gold").json["share_type"]
        share = api.make_share(share_type="gold")
        assert api.delete(f"/v2/types/{made['id']}").fault == (400, "badRequest")
        api.get("/v2/shares")
        assert api.delete(f"/v2/shares/{share['id']}").status == 202
        api.get("/v2/shares")
        assert api.delete(f"/v2/types/{made['id']}").status == 202

    def test_a_type_that_a_group_type_is_made_of_stays(self, api: Api) -> None:
        made = create(api, "gold").json["share_type"]
        body = {"share_group_type": {"name": "golden", "share_types": [made["id"]]}}
        group_type = api.post("/v2/share-group-types", body).json["share_group_type"]
        assert api.delete(f"/v2/types/{made['id']}").fault == (400, "badRequest")
        assert api.delete(f"/v2/share-group-types/{group_type['id']}").status == 204
        assert api.delete(f"/v2/types/{made['id']}").status == 202


class TestPublicAndPrivate:
    @pytest.mark.parametrize(
        ("fields", "public"),
        [
            ({}, True),
            ({"share_type_access:is_public": None}, True),
            ({"share_type_access:is_public": False}, False),
            ({"os-share-type-access:is_public": False, "share_type_access:is_public": True}, False),
        ],
    )
    def test_a_type_is_public_unless_it_says_otherwise(self, api: Api, fields: dict[str, Any], public: bool) -> None:
        made = create(api, **fields).json["share_type"]
        assert made["share_type_access:is_public"] is public
        old = api.get(f"/v2/types/{made['id']}", version="2.6").json["share_type"]
        assert old["os-share-type-access:is_public"] is public

    @pytest.mark.parametrize("value", ["no", "true", "perhaps", [], 2])
    def test_public_is_a_boolean(self, api: Api, value: Any) -> None:
        assert create(api, **{"share_type_access:is_public": value}).fault == (400, "badRequest")

    def test_projects_are_let_in_and_out(self, api: Api) -> None:
        made = create(api, **PRIVATE).json["share_type"]
        path, project = f"/v2/types/{made['id']}", api.project_id("alt_demo")
        body = {"share": {"share_proto": "NFS", "size": 1, "share_type": "gold"}}
        assert api.post("/v2/shares", body, user="alt_demo").fault == (404, "itemNotFound")
        assert api.action(path, "addProjectAccess", {"project": project}).status == 202
        assert api.action(path, "addProjectAccess", {"project": project}).fault == (409, "conflictingRequest")
        for name in ("share_type_access", "os-share-type-access"):
            listed = api.get(f"{path}/{name}").json["share_type_access"]
            assert listed == [{"share_type_id": made["id"], "project_id": project}]
        assert [api.get(path, user=user).status for user in ("alt_demo", "alt_demo_reader", "demo")] == [200, 200, 404]
        assert api.post("/v2/shares", body, user="alt_demo").status == 200
        assert api.action(path, "removeProjectAccess", {"project": project}).status == 202
        assert api.action(path, "removeProjectAccess", {"project": project}).fault == (404, "itemNotFound")
        assert api.get(path, user="alt_demo").fault == (404, "itemNotFound")

    @pytest.mark.parametrize("action", ["addProjectAccess", "removeProjectAccess"])
    @pytest.mark.parametrize("project", ["demo", None, 5, ["x"]])
    def test_a_project_is_named_by_its_id(self, api: Api, action: str, project: Any) -> None:
        made = create(api, **PRIVATE).json["share_type"]
        assert api.action(f"/v2/types/{made['id']}", action, {"project": project}).fault == (400, "badRequest")

    def test_public_types_have_no_list_of_projects(self, api: Api) -> None:
        path = f"/v2/types/{create(api).json['share_type']['id']}"
        assert api.get(f"{path}/share_type_access").fault == (404, "itemNotFound")
        assert api.action(path, "addProjectAccess", {"project": UNKNOWN}).fault == (409, "conflictingRequest")


class TestLists:
    @pytest.fixture
    def types(self, api: Api) -> Api:
        create(api, "public", specs={"kind": "a", "other": "x"})
        made = create(api, "private", specs={"kind": "a", "availability_zones": "nova,here"},
                      **PRIVATE).json["share_type"]  # fmt: skip
        project = {"project": api.project_id("demo")}
        assert api.action(f"/v2/types/{made['id']}", "addProjectAccess", project).status == 202
        return api

    @pytest.mark.parametrize(
        ("query", "admin", "demo", "alt_demo"),
        [
            ("", ["public"], ["private", "public"], ["public"]),
            ("is_public=all", ["private", "public"], ["private", "public"], ["public"]),
            ("is_public=0", ["private"], ["private", "public"], ["public"]),
            ("extra_specs={'kind':'a'}", ["public"], ["private", "public"], ["public"]),
            ("extra_specs={'kind':'b'}", [], [], []),
            ("extra_specs={'availability_zones':'nova'}", ["public"], ["private", "public"], ["public"]),
            ("extra_specs={'availability_zones':'here, nova,'}", ["public"], ["private", "public"], ["public"]),
            ("extra_specs={'kind':'a','availability_zones':'far'}", ["public"], ["public"], ["public"]),
            ("extra_specs={'availability_zones':'here , nova'}", ["public"], ["private", "public"], ["public"]),
            ("extra_specs={'kind':'a','other':'y'}", ["public"], ["private", "public"], ["public"]),
            ("extra_specs=", ["public"], ["private", "public"], ["public"]),
        ],
    )
    def test_each_sees_the_own_ones(
        self, types: Api, query: str, admin: list[str], demo: list[str], alt_demo: list[str]
    ) -> None:
        assert [names(types, query, user=user) for user in ("admin", "demo", "alt_demo")] == [admin, demo, alt_demo]

    @pytest.mark.parametrize("query", ["extra_specs=nonsense", "extra_specs=[1]", "is_public=perhaps"])
    def test_what_makes_no_sense_is_refused(self, api: Api, query: str) -> None:
        assert api.get(f"/v2/types?{query}").fault == (400, "badRequest")

    def test_extra_specs_are_a_filter_since_2_43(self, api: Api) -> None:
        assert api.get("/v2/types?extra_specs={'a':'b'}", version="2.42").fault == (400, "badRequest")


class TestSizes:
    @pytest.mark.parametrize(("size", "code"), [(1, 400), (2, 200), (3, 200), (4, 400)])
    def test_a_type_says_how_large_shares_are(self, api: Api, size: int, code: int) -> None:
        create(api, specs={"provisioning:min_share_size": "2", "provisioning:max_share_size": "3"})
        body = {"share": {"share_proto": "NFS", "size": size, "share_type": "gold"}}
        assert api.post("/v2/shares", body, user="demo").status == code
