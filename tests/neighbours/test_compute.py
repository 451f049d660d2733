"""Nova's servers, and the shares that are attached to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fakemanila.neighbours.compute.manila import HOST_ADDRESS
from fakemanila.neighbours.offers import parse
from fakemanila.scenario.seeding import seed
from fakemanila.world.state import document as state

from ..api import UNKNOWN, Answer, Api

SERVERS = "/compute/v2.1/servers"
NEWEST = {"OpenStack-API-Version": "compute 2.97"}


@pytest.fixture
def api() -> Api:
    return Api(services=parse("compute")).at(version=None)


def ask(api: Api, method: str, path: str, body: Any = None, *, user: str = "demo") -> Answer:
    extra = {} if body is None else {"body": body}
    return api.call(method, path, user=user, headers=NEWEST, **extra)


def server(api: Api, status: str = "SHUTOFF") -> str:
    """The path of a server."""
    answer = ask(api, "POST", SERVERS, {"server": {"name": "web", "flavorRef": "1", "imageRef": "cirros"}})
    assert answer.status == 202, answer
    path = f"{SERVERS}/{answer.json['server']['id']}"
    if status == "SHUTOFF":
        assert act(api, path, "os-stop") == 202
    assert status_of(api, path) == status
    return path


def act(api: Api, path: str, action: str) -> int:
    return ask(api, "POST", f"{path}/action", {action: None}).status


def status_of(api: Api, path: str) -> str:
    return str(ask(api, "GET", path).json["server"]["status"])


def share(api: Api, **fields: Any) -> str:
    id = str(api.at(version="2.60").make_share(**fields)["id"])
    api.world.settle()
    return id


def attach(api: Api, path: str, share_id: str, **fields: Any) -> Answer:
    return ask(api, "POST", f"{path}/shares", {"share": {"share_id": share_id, **fields}})


def attachments(api: Api, path: str) -> list[tuple[str, str]]:
    return [(each["tag"], each["status"]) for each in ask(api, "GET", f"{path}/shares").json["shares"]]


def error(answer: Answer) -> tuple[int, str]:
    (name,) = answer.json
    assert answer.json[name]["code"] == answer.status
    return answer.status, name


def rules(api: Api, share_id: str, *, user: str = "nova") -> list[dict[str, Any]]:
    found = api.get("/v2/share-access-rules", user=user, version="2.82", query={"share_id": share_id})
    rules: list[dict[str, Any]] = found.json["access_list"]
    return rules


def locks(api: Api, resource_id: str) -> list[dict[str, Any]]:
    query = {"resource_id": resource_id, "all_projects": 1}
    found: list[dict[str, Any]] = api.get("/v2/resource-locks", user="admin", version="2.82", query=query).json[
        "resource_locks"
    ]
    return found


class TestServers:
    def test_are_built_stopped_started_and_deleted(self, api: Api) -> None:
        path = server(api, "ACTIVE")
        assert [act(api, path, "os-start"), act(api, path, "os-stop")] == [409, 202]
        assert status_of(api, path) == "SHUTOFF"
        assert [act(api, path, "os-stop"), act(api, path, "os-start")] == [409, 202]
        assert status_of(api, path) == "ACTIVE"
        assert ask(api, "DELETE", path).status == 204
        assert error(ask(api, "GET", path)) == (404, "itemNotFound")

    def test_take_their_time_and_fail_on_request(self, api: Api) -> None:
        api.put("/_fakemanila/delays", {"compute.servers.create": "5s", "compute.servers.stop": "2s"})
        path = server(api, "BUILD")
        assert act(api, path, "os-stop") == 409
        api.world.advance(timedelta(seconds=5))
        assert act(api, path, "os-stop") == 202
        shown = ask(api, "GET", path).json["server"]
        assert (shown["status"], shown["OS-EXT-STS:task_state"]) == ("ACTIVE", "powering-off")
        assert act(api, path, "os-stop") == 409
        api.world.advance(timedelta(seconds=2))
        assert status_of(api, path) == "SHUTOFF"
        api.put("/_fakemanila/delays", {})
        api.world.faults.add(operation="compute.servers.start", do={"outcome": "error"}, when={"times": 1})
        assert act(api, path, "os-start") == 202
        assert status_of(api, path) == "SHUTOFF"
        api.world.faults.add(operation="compute.servers.create", do={"outcome": "error"})
        assert server(api, "ERROR")

    def test_are_their_projects(self, api: Api) -> None:
        path = server(api)
        assert ask(api, "GET", path, user="alt_demo").status == 404
        assert ask(api, "GET", SERVERS, user="alt_demo").json == {"servers": []}
        assert len(ask(api, "GET", f"{SERVERS}?all_tenants=1", user="admin").json["servers"]) == 1
        assert ask(api, "DELETE", path, user="demo_reader").status == 403

    def test_are_found_by_name_and_page(self, api: Api) -> None:
        for name in ("one", "two", "three"):
            ask(api, "POST", SERVERS, {"server": {"name": name, "flavorRef": "1"}})

        def names(query: str) -> list[str]:
            return [each["name"] for each in ask(api, "GET", f"{SERVERS}?{query}").json["servers"]]

        assert (names(""), names("name=tw"), names("limit=1")) == (["three", "two", "one"], ["two"], ["three"])
        first = ask(api, "GET", f"{SERVERS}?limit=1").json["servers"][0]["id"]
        assert names(f"marker={first}") == ["two", "one"]
        assert ask(api, "GET", f"{SERVERS}?marker=x").status == 400

    def test_have_flavors_in_pages(self, api: Api) -> None:
        def ids(query: str, path: str = "flavors") -> list[str]:
            return [each["id"] for each in ask(api, "GET", f"/compute/v2.1/{path}?{query}").json["flavors"]]

        for path in ("flavors", "flavors/detail"):
            assert (ids("", path), ids("limit=2", path), ids("marker=2", path)) == (["1", "2", "3"], ["1", "2"], ["3"])
            assert ids("marker=3", path) == []
        assert ask(api, "GET", "/compute/v2.1/flavors?marker=x").status == 400

    @pytest.mark.parametrize(("asked", "code"), [("2.1", 200), ("latest", 200), ("2.98", 406), ("x", 400)])
    def test_know_microversions(self, api: Api, asked: str, code: int) -> None:
        answer = api.get(SERVERS, headers={"X-OpenStack-Nova-API-Version": asked})
        assert answer.status == code
        if code == 200:
            version = "2.97" if asked == "latest" else asked
            assert answer.headers["OpenStack-API-Version"] == f"compute {version}"

    def test_show_what_their_microversion_has(self, api: Api) -> None:
        path = server(api)
        assert "tags" not in api.get(path).json["server"]
        assert api.get(path).json["server"]["flavor"]["id"] == "1"
        assert ask(api, "GET", path).json["server"]["flavor"]["original_name"] == "m1.tiny"

    def test_say_which_action_they_do_not_know(self, api: Api) -> None:
        answer = ask(api, "POST", f"{server(api)}/action", {"reboot": {"type": "SOFT"}})
        assert error(answer) == (501, "notImplemented")
        assert "reboot" in answer.text

    def test_are_seeded_and_survive_in_a_state(self, api: Api) -> None:
        made = seed(api.world, "server", name="db", status="SHUTOFF")
        path = f"{SERVERS}/{made['id']}"
        assert attach(api, path, share(api)).status == 201
        other = Api(services=parse("compute")).at(version=None)
        state.load(other.world, state.dump(api.world))
        assert attachments(other, path) == attachments(api, path)

    def test_show_the_status_that_they_had_until_they_are_gone(self, api: Api) -> None:
        path = server(api)
        api.put("/_fakemanila/delays", {"compute.servers.delete": "5s"})
        assert [ask(api, "DELETE", path).status for _ in range(2)] == [204, 204]
        shown = ask(api, "GET", path).json["server"]
        assert (shown["status"], shown["OS-EXT-STS:task_state"]) == ("SHUTOFF", "deleting")
        api.world.advance(timedelta(seconds=5))
        assert ask(api, "GET", path).status == 404


class TestShares:
    def test_are_attached_with_a_rule_and_locks_of_novas(self, api: Api) -> None:
        path, id = server(api), share(api)
        answer = attach(api, path, id, tag="data")
        assert answer.status == 201
        assert answer.json == {"share": {"share_id": id, "status": "attaching", "tag": "data"}}
        assert attachments(api, path) == [("data", "inactive")]
        [rule] = rules(api, id)
        assert (rule["access_type"], rule["access_to"], rule["access_level"]) == ("ip", HOST_ADDRESS, "rw")
        assert rules(api, id, user="demo")[0]["access_to"] == "******"
        placed = [*locks(api, rule["id"]), *locks(api, id)]
        assert {(lock["resource_type"], lock["resource_action"]) for lock in placed} == {
            ("access_rule", "delete"),
            ("access_rule", "show"),
            ("share", "delete"),
        }
        assert {lock["user_id"] for lock in placed} == {api.user_id("nova")}
        assert {lock["lock_context"] for lock in placed} == {"admin"}
        assert api.delete(f"/v2/shares/{id}", version="2.60").status == 403

    def test_are_let_go_with_all_of_it(self, api: Api) -> None:
        path, id = server(api), share(api)
        attach(api, path, id)
        assert ask(api, "DELETE", f"{path}/shares/{id}").status == 200
        assert (attachments(api, path), rules(api, id), locks(api, id)) == ([], [], [])
        assert api.delete(f"/v2/shares/{id}", version="2.60").status == 202

    def test_are_active_while_the_server_runs(self, api: Api) -> None:
        path = server(api)
        id = share(api)
        attach(api, path, id)
        act(api, path, "os-start")
        assert attachments(api, path) == [(id, "active")]
        assert error(ask(api, "DELETE", f"{path}/shares/{id}")) == (409, "conflictingRequest")
        act(api, path, "os-stop")
        assert attachments(api, path) == [(id, "inactive")]

    def test_are_attaching_until_their_rule_is_there(self, api: Api) -> None:
        path, id = server(api), share(api)
        api.put("/_fakemanila/delays", {"shares.allow_access": "3s"})
        attach(api, path, id)
        assert attachments(api, path) == [(id, "attaching")]
        api.world.advance(timedelta(seconds=3))
        assert attachments(api, path) == [(id, "inactive")]

    def test_are_in_error_where_manila_refuses_the_rule(self, api: Api) -> None:
        path, id = server(api), share(api)
        attach(api, path, id)
        [rule] = rules(api, id)
        api.world.store["share_access_rules"].get(rule["id"])["state"] = "error"  # type: ignore[index]
        assert attachments(api, path) == [(id, "error")]

    def test_cost_a_server_its_health_that_is_started_too_early(self, api: Api) -> None:
        path, id = server(api), share(api)
        api.put("/_fakemanila/delays", {"shares.allow_access": "1m"})
        attach(api, path, id)
        act(api, path, "os-start")
        assert status_of(api, path) == "ERROR"

    def test_have_one_rule_for_all_servers_of_a_host(self, api: Api) -> None:
        first, second, id = server(api), server(api), share(api)
        attach(api, first, id)
        attach(api, second, id)
        assert len(rules(api, id)) == 1
        ask(api, "DELETE", f"{first}/shares/{id}")
        assert len(rules(api, id)) == 1
        ask(api, "DELETE", f"{second}/shares/{id}")
        assert rules(api, id) == []

    def test_go_with_their_server(self, api: Api) -> None:
        path, id = server(api), share(api)
        attach(api, path, id)
        assert ask(api, "DELETE", path).status == 204
        assert (rules(api, id), locks(api, id)) == ([], [])

    def test_show_administrators_where_they_are(self, api: Api) -> None:
        path, id = server(api), share(api)
        attach(api, path, id)
        mine = ask(api, "GET", f"{path}/shares/{id}").json["share"]
        theirs = ask(api, "GET", f"{path}/shares/{id}", user="admin").json["share"]
        assert theirs.keys() - mine.keys() == {"export_location", "uuid"}

    def test_are_refused_where_they_cannot_be(self, api: Api) -> None:
        running, path, id = server(api, "ACTIVE"), server(api), share(api)
        cifs = share(api, share_proto="CIFS")
        assert error(attach(api, running, id)) == (409, "conflictingRequest")
        assert error(attach(api, path, UNKNOWN)) == (404, "itemNotFound")
        assert error(attach(api, path, cifs)) == (409, "conflictingRequest")
        assert error(attach(api, path, id, tag="a b")) == (400, "badRequest")
        assert attach(api, path, id, tag="t").status == 201
        assert error(attach(api, path, id)) == (409, "conflictingRequest")
        assert error(attach(api, path, share(api), tag="t")) == (409, "conflictingRequest")
        api.action(f"/v2/shares/{id}", "reset_status", {"status": "error"}, user="admin", version="2.60")
        assert error(attach(api, server(api), id)) == (409, "conflictingRequest")

    def test_came_with_a_microversion(self, api: Api) -> None:
        headers = {"OpenStack-API-Version": "compute 2.96"}
        assert api.get(f"{server(api)}/shares", headers=headers).status == 404
