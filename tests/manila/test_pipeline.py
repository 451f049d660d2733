"""The way of a request: who is asked what, in which order, and what an answer has around it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakemanila.http.reply import Reply
from fakemanila.manila import pipeline, resources
from fakemanila.manila.context import Call
from fakemanila.manila.policy import Policy
from fakemanila.versions import EXPERIMENTAL_HEADER, Microversion
from fakemanila.world.world import World

from ..api import NOBODY, UNKNOWN, VERSION, Api, there


class TestTokens:
    @pytest.mark.parametrize("headers", [{}, {"X-Auth-Token": ""}, {"X-Auth-Token": "nonsense"}])
    @pytest.mark.parametrize("path", ["/v2/", "/v2/snapshots", "/v2/nowhere", f"/v2/{UNKNOWN}/shares"])
    def test_without_a_valid_one_is_401_whatever_else_is_wrong(
        self, api: Api, path: str, headers: dict[str, Any]
    ) -> None:
        answer = api.get(path, user=NOBODY, version="nonsense", headers=headers)
        assert answer.status == 401
        assert answer.json["error"]["title"] == "Unauthorized"
        assert answer.headers["WWW-Authenticate"] == 'Keystone uri="http://localhost/identity"'
        assert answer.headers["x-openstack-request-id"].startswith("req-")
        assert VERSION not in answer.headers

    def test_expire_on_the_worlds_clock(self) -> None:
        api = Api(token_ttl=timedelta(minutes=5))
        assert api.get("/v2/snapshots").status == 200
        api.world.clock.advance(timedelta(minutes=4, seconds=59))
        assert api.get("/v2/snapshots").status == 200
        api.world.clock.advance(timedelta(seconds=1))
        assert api.get("/v2/snapshots").status == 401

    def test_are_revoked(self, api: Api) -> None:
        token = api.token()
        assert api.delete("/identity/v3/auth/tokens", headers={"X-Subject-Token": token}).status == 204
        assert api.get("/v2/snapshots").status == 401

    def test_of_another_world_are_worth_nothing(self, api: Api) -> None:
        assert api.at(world="other").get("/v2/snapshots", headers={"X-Auth-Token": api.token()}).status == 401

    def test_unscoped_ones_have_no_project(self, api: Api) -> None:
        identity = {"methods": ["token"], "token": {"id": api.token()}}
        answer = api.post("/identity/v3/auth/tokens", {"auth": {"identity": identity, "scope": "unscoped"}})
        headers = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
        assert api.get("/v2/snapshots", headers=headers).status in (200, 403)
        assert api.get(f"/v2/snapshots/{UNKNOWN}", headers=headers).status in (403, 404)


class TestMicroversions:
    def test_the_oldest_is_the_default(self, api: Api) -> None:
        answer = api.get("/v2/snapshots", version=None)
        assert answer.headers[VERSION] == "2.0"
        assert answer.headers["Vary"] == VERSION

    @pytest.mark.parametrize("version", ["2.0", "2.42", "2.99"])
    def test_is_echoed(self, api: Api, version: str) -> None:
        answer = api.get("/v2/snapshots", version=version)
        assert answer.headers[VERSION] == version
        assert answer.headers["Vary"] == VERSION

    def test_is_echoed_in_refusals(self, api: Api) -> None:
        assert api.get(f"/v2/snapshots/{UNKNOWN}", version="2.42").headers[VERSION] == "2.42"

    @pytest.mark.parametrize("version", ["latest", "", "2", "2.x", "2.0.1", "-1.5", "2.01", "v2.0"])
    def test_nonsense_is_400_without_an_echo(self, api: Api, version: str) -> None:
        answer = api.get("/v2/snapshots", version=version)
        assert answer.fault == (400, "badRequest")
        assert VERSION not in answer.headers
        assert "Vary" not in answer.headers

    @pytest.mark.parametrize("version", ["2.100", "1.0", "3.0", "0.0", "2.99999999999999999999"])
    def test_out_of_range_is_406_that_names_the_range(self, api: Api, version: str) -> None:
        answer = api.get("/v2/snapshots", version=version)
        if version == "0.0":
            assert answer.fault == (400, "badRequest")
            return
        assert answer.fault == (406, "computeFault")
        assert "2.0" in answer.text
        assert "2.99" in answer.text
        assert answer.headers[VERSION] == version

    def test_the_range_is_the_settings(self) -> None:
        api = Api(min_microversion=Microversion(2, 30), max_microversion=Microversion(2, 65))
        assert [api.get("/v2/shares", version=f"2.{n}").status for n in (29, 30, 65, 66)] == [406, 200, 200, 406]
        assert api.get("/v2/shares", version=None).status == 406
        (version,) = api.get("/").json["versions"]
        assert (version["min_version"], version["version"]) == ("2.30", "2.65")

    def test_a_call_outside_its_range_is_404(self, api: Api) -> None:
        share = api.make_share()["id"]
        body = {"snapshot": {"share_id": share, "provider_location": "x"}}
        assert api.post("/v2/snapshots/manage", body, user="admin", version="2.11").fault == (404, "itemNotFound")
        assert api.post("/v2/snapshots/manage", body, user="admin", version="2.12").status == 202

    def test_actions_have_one_name_at_a_time(self, api: Api) -> None:
        path = f"/v2/snapshots/{api.make_snapshot()['id']}"
        admin = api.at(user="admin")
        for version, name, status in [
            ("2.6", "os-reset_status", 202),
            ("2.6", "reset_status", 404),
            ("2.7", "os-reset_status", 404),
            ("2.7", "reset_status", 202),
            ("2.7", "no_such_action", 400),
        ]:
            assert admin.action(path, name, {"status": "error"}, version=version).status == status, (version, name)

    def test_experimental_calls_need_their_header(self, api: Api) -> None:
        id = api.get("/v2/types/default").json["share_type"]["id"]
        path, body = "/v2/share-groups", {"share_group": {"share_types": [id]}}
        assert api.post(path, body, version="2.31").status == 404
        answer = api.post(path, body, version="2.31", headers={EXPERIMENTAL_HEADER: "true"})
        assert answer.status != 404
        assert answer.headers[EXPERIMENTAL_HEADER] == "True"


class TestOrder:
    """What is told of a request with two things wrong."""

    def test_an_unknown_path_before_a_bad_microversion(self, api: Api) -> None:
        assert api.get("/v2/nowhere", version="nonsense").status == 404

    def test_a_bad_microversion_before_a_broken_body(self, api: Api) -> None:
        assert api.post("/v2/snapshots", data="{", version="9.9").status == 406

    def test_an_unknown_action_before_its_policy(self, api: Api) -> None:
        path = f"/v2/snapshots/{UNKNOWN}"
        assert api.action(path, "no_such_action", user="demo_reader").fault == (400, "badRequest")

    def test_the_policy_before_the_record(self, api: Api) -> None:
        path = f"/v2/snapshots/{UNKNOWN}"
        assert api.action(path, "reset_status", {"status": "error"}).fault == (403, "forbidden")
        assert api.action(path, "reset_status", {"status": "error"}, user="admin").fault == (404, "itemNotFound")

    def test_what_is_missing_here_before_everything_but_the_action(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        handlers = {id: handler for id, handler in resources.HANDLERS.items() if id != "snapshots.reset_status"}
        monkeypatch.setattr(pipeline, "HANDLERS", handlers)
        answer = api.action(f"/v2/snapshots/{UNKNOWN}", "reset_status", {"status": 7})
        assert answer.fault == (501, "notImplemented")
        assert "snapshots.reset_status is not implemented" in answer.text


class TestProjectIds:
    def test_are_optional_in_paths(self, api: Api) -> None:
        id = api.make_share()["id"]
        mine = api.get(f"/v2/{api.project_id()}/shares/{id}")
        assert mine.json["share"].keys() == api.get(f"/v2/shares/{id}").json["share"].keys()

    @pytest.mark.parametrize("user", ["demo", "admin"])
    def test_of_others_are_400(self, api: Api, user: str) -> None:
        answer = api.get(f"/v2/{api.project_id('alt_demo')}/shares", user=user)
        assert answer.fault == (400, "badRequest")

    def test_are_in_the_links_of_those_who_use_them(self, api: Api) -> None:
        id, project = api.make_share()["id"], api.project_id()
        assert [link["href"] for link in api.get(f"/v2/shares/{id}").json["share"]["links"]] == [
            f"http://localhost/v2/shares/{id}",
            f"http://localhost/shares/{id}",
        ]
        assert [link["href"] for link in api.get(f"/v2/{project}/shares/{id}").json["share"]["links"]] == [
            f"http://localhost/v2/{project}/shares/{id}",
            f"http://localhost/{project}/shares/{id}",
        ]


class TestBodies:
    @pytest.mark.parametrize("data", ["{", "", "nul", '{"a": }', b"\xff"])
    def test_malformed_json_is_400(self, api: Api, data: bytes | str) -> None:
        assert api.post("/v2/snapshots", data=data).fault == (400, "badRequest")

    def test_without_their_envelope_are_422(self, api: Api) -> None:
        assert api.post("/v2/snapshots", {"nothing": {}}).fault == (422, "computeFault")

    def test_of_another_content_type_are_none(self, api: Api) -> None:
        body = '{"share": {"size": 1, "share_proto": "NFS"}}'
        assert api.post("/v2/shares", data=body, headers={"Content-Type": "text/plain"}).fault == (400, "badRequest")
        typed = {"Content-Type": "application/json; charset=UTF-8"}
        assert api.post("/v2/shares", data=body, headers=typed).status == 200

    @pytest.mark.parametrize("body", [{}, {"reset_status": {}, "force_delete": None}])
    def test_of_actions_have_one_key(self, api: Api, body: dict[str, Any]) -> None:
        assert api.post(f"/v2/snapshots/{UNKNOWN}/action", body, user="admin").fault == (400, "badRequest")


class TestStrictness:
    UNKNOWN_FIELD = {"share": {"size": 1, "share_proto": "NFS", "color": "blue"}}  # noqa: RUF012

    def test_what_the_contract_does_not_cover_is_noted(self, api: Api) -> None:
        assert api.post("/v2/shares", self.UNKNOWN_FIELD).status == 200
        (warning,) = api.warnings
        assert warning.startswith("color ")
        assert api.get("/v2/shares?color=blue").status == 200
        (warning,) = api.warnings
        assert "color" in warning
        assert api.get("/v2/shares").status == 200
        assert api.warnings == []

    def test_a_field_of_a_later_microversion_is_noted(self, api: Api) -> None:
        share = api.make_share()["id"]
        body = {"snapshot": {"share_id": share, "metadata": {"a": "b"}}}
        assert "metadata" not in api.post("/v2/snapshots", body, version="2.72").json["snapshot"]
        assert len(api.warnings) == 1
        assert api.post("/v2/snapshots", body, version="2.73").json["snapshot"]["metadata"] == {"a": "b"}
        assert api.warnings == []

    def test_strict_servers_refuse_it_by_name(self) -> None:
        api = Api(strict=True)
        before = api.make_share()
        answer = api.post("/v2/shares", self.UNKNOWN_FIELD)
        assert answer.fault == (400, "badRequest")
        assert "color" in answer.text
        answer = api.get("/v2/shares?color=blue")
        assert answer.fault == (400, "badRequest")
        assert "color" in answer.text
        assert [share["id"] for share in api.get("/v2/shares").json["shares"]] == [before["id"]]

    def test_nulls_stand_for_nothing(self) -> None:
        api = Api(strict=True)
        api.make_share(name=None, description=None, metadata=None, snapshot_id=None, share_type=None, is_public=False)


class TestPolicies:
    def test_an_operators_rules_are_followed(self, tmp_path: Path) -> None:
        path = tmp_path / "policy.yaml"
        path.write_text('"share_snapshot:get_all_snapshots": "!"\n')
        api = Api(policy=Policy.from_file(path))
        assert api.get("/v2/snapshots").fault == (403, "forbidden")
        assert api.get("/v2/shares").status == 200

    def test_who_is_an_administrator_too(self, tmp_path: Path) -> None:
        path = tmp_path / "policy.yaml"
        path.write_text('"context_is_admin": "role:member"\n')
        api = Api(policy=Policy.from_file(path))
        id = api.make_snapshot()["id"]
        assert "provider_location" in api.get(f"/v2/snapshots/{id}").json["snapshot"]


class TestAnswers:
    def test_of_the_api_have_its_request_id_twice(self, api: Api) -> None:
        answer = api.get("/v2/snapshots")
        assert answer.headers["x-openstack-request-id"] == answer.headers["x-compute-request-id"]
        assert answer.headers["x-openstack-request-id"] == api.journal[-1].id

    @pytest.mark.parametrize("path", ["/v2/nowhere", "/nowhere", "/"])
    def test_in_front_of_it_have_theirs_once(self, api: Api, path: str) -> None:
        answer = api.get(path)
        assert answer.headers["x-openstack-request-id"] == api.journal[-1].id
        assert "x-compute-request-id" not in answer.headers

    def test_every_request_has_an_id_of_its_own(self, api: Api) -> None:
        ids = {api.get("/v2/shares").headers["x-openstack-request-id"] for _ in range(5)}
        assert len(ids) == 5

    def test_are_html_where_no_route_is(self, api: Api) -> None:
        for method, path in [
            ("GET", "/v1/shares"),
            ("PATCH", "/v2/snapshots"),
            ("GET", "/v2/snapshots/"),
            ("GET", "/x"),
        ]:
            answer = api.call(method, path, headers={"Accept": "*/*"})
            assert answer.status == 404
            assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
            assert VERSION not in answer.headers

    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            ("application/json", "application/json"),
            ("application/json;q=0.9, text/html;q=0.1", "application/json"),
            ("application/*", "application/json"),
            ("text/html", "text/html; charset=UTF-8"),
            ("application/json, */*", "text/html; charset=UTF-8"),
            ("text/plain", "text/plain; charset=UTF-8"),
            ("", "text/plain; charset=UTF-8"),
        ],
    )
    def test_are_what_the_client_likes_best_where_no_route_is(self, api: Api, accept: str, kind: str) -> None:
        answer = api.get("/v2/nowhere", headers={"Accept": accept})
        assert (answer.status, answer.headers["Content-Type"]) == (404, kind)
        assert "The resource could not be found." in answer.text

    def test_over_the_limit_is_413(self, api: Api) -> None:
        api.token()
        before = api.records()
        assert api.post("/v2/shares", {"share": {"name": "x" * 114688}}).status == 413
        assert api.records() == before


class TestFrontDoor:
    def test_the_version_document_is_for_everyone(self, api: Api) -> None:
        answer = api.get("/", user=NOBODY, version=None)
        assert answer.status == 300
        (version,) = answer.json["versions"]
        assert (version["id"], version["status"]) == ("v2.0", "CURRENT")
        assert (version["min_version"], version["version"]) == ("2.0", "2.99")
        assert {link["rel"]: link["href"] for link in version["links"]}["self"] == "http://localhost/v2/"

    def test_it_is_shown_to_users_at_v2_too(self, api: Api) -> None:
        assert api.get("/v2/").json == api.get("/").json

    def test_v2_leads_there(self, api: Api) -> None:
        answer = api.get("/v2")
        assert (answer.status, answer.headers["Location"]) == (302, "http://localhost/v2/")

    def test_healthcheck(self, api: Api) -> None:
        answer = api.get("/healthcheck", user=NOBODY)
        assert (answer.status, answer.text) == (200, "OK")


class TestTheJournal:
    def test_has_every_request_in_order(self, api: Api) -> None:
        api.token()
        api.world.journal.clear()
        api.get("/v2/shares")
        api.get(f"/v2/snapshots/{UNKNOWN}", version="2.42")
        api.get("/nowhere")
        api.get("/v2/shares", user=NOBODY)
        assert [(e.path, e.operation, e.version, e.status) for e in api.journal] == [
            ("/v2/shares", "shares.list", "2.99", 200),
            (f"/v2/snapshots/{UNKNOWN}", "snapshots.show", "2.42", 404),
            ("/nowhere", None, None, 404),
            ("/v2/shares", None, None, 401),
        ]

    def test_names_who_asked(self, api: Api) -> None:
        api.get("/v2/shares")
        assert (api.journal[-1].project_id, api.journal[-1].user_id) == (api.project_id(), api.user_id())

    def test_has_identity_too(self, api: Api) -> None:
        api.token()
        (entry,) = api.journal
        assert (entry.method, entry.status) == ("POST", 201)
        assert there(entry.operation).startswith("identity.")


class TestBugsOfOurs:
    """A bug is logged, and the client sees what it would of one of Manila's."""

    @pytest.fixture
    def broken(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
        def handler(call: Call) -> None:
            raise KeyError("oops")

        monkeypatch.setattr(pipeline, "HANDLERS", {**resources.HANDLERS, "shares.list": handler})
        return api

    def test_are_500_in_manilas_envelope(self, broken: Api, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            answer = broken.get("/v2/shares")
        assert answer.fault == (500, "computeFault")
        assert "oops" not in answer.text
        (record,) = caplog.records
        assert record.exc_info is not None
        assert broken.journal[-1].id in record.getMessage()

    def test_are_in_the_journal_and_hold_nobody_up(self, broken: Api) -> None:
        request_id = broken.get("/v2/shares").headers["x-openstack-request-id"]
        assert (broken.journal[-1].id, broken.journal[-1].status) == (request_id, 500)
        assert broken.get("/v2/snapshots").status == 200


class TestRequestsAtOnce:
    """What belongs to a request lives on its call: others don't see it."""

    def test_a_fault_of_one_that_waits_is_not_anothers(self, api: Api) -> None:
        share = api.make_share()
        waits = {"match": {"operation": "snapshots.create", "resource": {"name": "held"}}}
        api.world.faults.add({**waits, "do": {"outcome": "error"}})
        api.world.faults.add({**waits, "do": {"delay": "1h"}})
        token = api.token()  # before there are two at once
        with ThreadPoolExecutor(1) as pool:
            held = pool.submit(api.post, "/v2/snapshots", {"snapshot": {"share_id": share["id"], "name": "held"}})
            while not any(rule.fired for rule in api.world.faults):
                pass
            other = api.post("/v2/snapshots", {"snapshot": {"share_id": share["id"]}}).json["snapshot"]
            api.worlds.stopping.set()  # nothing waits any longer
            failed = held.result().json["snapshot"]
        assert api.token() == token
        assert api.get(f"/v2/snapshots/{other['id']}").json["snapshot"]["status"] == "available"
        assert api.get(f"/v2/snapshots/{failed['id']}").json["snapshot"]["status"] == "error"

    def test_a_read_of_a_list_that_lags_counts_for_the_world(self, api: Api) -> None:
        api.world.delays.patch({"snapshots.create": {"reads": 2}})
        share = api.make_share()
        snapshot = api.post("/v2/snapshots", {"snapshot": {"share_id": share["id"]}}).json["snapshot"]
        api.world.faults.add({"do": {"stale_list": "1h"}})
        for _ in range(2):
            api.get("/v2/snapshots")
        assert there(api.world.store["snapshots"].get(snapshot["id"]))["status"] == "available"


class TestSteps:
    """How often each step of the way runs."""

    @pytest.fixture
    def ran(self, api: Api, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
        """Counts the steps by their names."""
        api.token()
        counts: Counter[str] = Counter()

        def counted(step: Callable[[Call], Reply | None]) -> Callable[[Call], Reply | None]:
            def count(call: Call) -> Reply | None:
                counts[step.__name__] += 1
                return step(call)

            return count

        # The steps that `arrive` calls have their own counts: `look` walks the first list.
        looks = {service: tuple(map(counted, steps)) for service, steps in pipeline.LOOK.items()}
        monkeypatch.setattr(pipeline, "LOOK", looks)
        monkeypatch.setattr(pipeline, "ARRIVE", tuple(map(counted, pipeline.ARRIVE)))
        monkeypatch.setattr(pipeline, "MANILA", tuple(map(counted, pipeline.MANILA)))
        monkeypatch.setattr(pipeline, "KEYSTONE", tuple(map(counted, pipeline.KEYSTONE)))
        settle = World.settle
        monkeypatch.setattr(World, "settle", lambda world: counts.update(["World.settle"]) or settle(world))
        return counts

    MANILA = (
        *("settle", "World.settle", "look", "choose_faults"),
        *("preflight", "measure", "identify", "route", "negotiate", "read_body", "find_operation"),
        *("find_handler", "authorize", "validate", "handle"),
    )
    KEYSTONE = (
        *("settle", "World.settle", "look", "choose_faults"),
        *("measure", "note_keystone_call", "read_any_body", "ask_keystone"),
    )
    RULES = (
        {"outcome": "error"},
        {"blank": ["name"]},
        {"stale_list": "5s"},
        {"delay": {"after": "1s"}},
    )

    @pytest.mark.parametrize("rules", [(), *((rule,) for rule in RULES), RULES])
    def test_all_run_once_with_and_without_faults(self, api: Api, ran: Counter[str], rules: tuple[Any, ...]) -> None:
        api.world.stopping.set()  # nobody waits
        for rule in rules:
            api.world.faults.add(do=rule)
        assert api.get("/v2/shares").status == 200
        assert ran == dict.fromkeys(self.MANILA, 1)
        ran.clear()
        assert api.post("/v2/shares", {"share": {"size": 1, "share_proto": "NFS"}}).status == 200
        assert ran == dict.fromkeys(self.MANILA, 1)
        ran.clear()
        assert api.login("demo").status == 201
        assert ran == dict.fromkeys(self.KEYSTONE, 1)

    def test_what_came_due_in_a_delay_is_settled_after_it(self, api: Api, ran: Counter[str]) -> None:
        api.world.stopping.set()
        api.world.faults.add(do={"delay": "5s"})
        assert api.get("/v2/shares").status == 200
        assert ran == {**dict.fromkeys(self.MANILA, 1), "World.settle": 2}

    def test_nobody_answers_where_a_fault_does(self, api: Api, ran: Counter[str]) -> None:
        api.world.faults.add(do={"respond": {"status": 503}})
        assert api.get("/v2/shares").status == 503
        assert ran == dict.fromkeys(self.MANILA[:11], 1)

    @pytest.mark.parametrize(
        ("rule", "status", "again"),
        [
            ({"revoke_token": True}, 401, ("preflight", "measure", "identify")),
            ({"cap_microversion": "2.50"}, 406, MANILA[4:9]),
            ({"ignore_microversion": True}, 200, MANILA[4:11]),
        ],
    )
    def test_another_caller_or_microversion_is_looked_at_anew(
        self, api: Api, ran: Counter[str], rule: dict[str, Any], status: int, again: tuple[Any, ...]
    ) -> None:
        api.world.faults.add(do=rule)
        assert api.get("/v2/shares").status == status
        assert {step: ran[step] for step in self.MANILA[4:11]} == {
            step: 2 if step in again else 1 for step in self.MANILA[4:11]
        }
        assert [ran[step] for step in ("settle", "World.settle", "look", "choose_faults")] == [1, 1, 1, 1]

    def test_a_token_that_a_fault_revokes_is_refused_as_any_other(self, api: Api) -> None:
        api.token()
        refused = api.get("/v2/shares", headers={"X-Auth-Token": "nonsense"})
        api.world.faults.add(do={"revoke_token": True})
        answer = api.get("/v2/shares")
        assert (answer.status, answer.text) == (401, refused.text)
        assert set(answer.headers.keys()) == set(refused.headers.keys())


class TestBodiesThatAreNotObjects:
    """As measured on a real Manila, or the documented 400 where it crashes."""

    @pytest.mark.parametrize("body", ["x", [], ["a"], None])
    def test_of_a_new_share_are_400_until_manila_could_tell(self, api: Api, body: list[str] | str | None) -> None:
        assert api.post("/v2/shares", body, version="2.30").status == 400
        assert api.post("/v2/shares", body, version="2.31").status == 422

    @pytest.mark.parametrize(("body", "status"), [(5, 400), (True, 400), ("share", 400), ({}, 422)])
    def test_may_be_unreadable(self, api: Api, body: Any, status: int) -> None:
        assert api.post("/v2/shares", body).status == status

    @pytest.mark.parametrize(("content", "status"), [("", 200), ([], 200), ("x", 200), (["a"], 200), (None, 400)])
    def test_in_the_envelope_of_an_update_change_nothing(
        self, api: Api, content: list[str] | str | None, status: int
    ) -> None:
        snapshot = api.make_snapshot()
        assert api.put(f"/v2/snapshots/{snapshot['id']}", {"snapshot": content}).status == status
        assert api.get(f"/v2/snapshots/{snapshot['id']}").json["snapshot"]["name"] == snapshot["name"]

    @pytest.mark.parametrize(("content", "status"), [("x", 400), (["a"], 400), (5, 400), ([], 404), ("", 404)])
    def test_as_metadata_of_an_unknown_snapshot(self, api: Api, content: int | list[str] | str, status: int) -> None:
        assert api.post(f"/v2/snapshots/{UNKNOWN}/metadata", {"metadata": content}).status == status
