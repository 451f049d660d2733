"""The application as Flask's documentation has it, and as Manila's clients do."""

from __future__ import annotations

import logging
import re
from typing import Any

import flask
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, MapAdapter, RequestRedirect, Rule
from werkzeug.test import EnvironBuilder

import fakemanila
from fakemanila import FakeManila
from fakemanila import app as app_module
from fakemanila.app import application
from fakemanila.contract.model import load
from fakemanila.control.control_calls import ROUTES as CONTROL_CALLS
from fakemanila.keystone.identity_calls import ROUTES as KEYSTONE_CALLS
from fakemanila.manila import routes as routing
from fakemanila.world.worlds import Worlds

from .api import there


@pytest.fixture
def app() -> flask.Flask:
    return fakemanila.create_app(clock="manual")


def rules(app: flask.Flask) -> set[tuple[str, str]]:
    return {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods or ("ANY",)}


def found(adapter: MapAdapter | None) -> object:
    """What a path means, by each method; without the rules themselves, which are other ones in each map."""
    assert adapter is not None

    def means(method: str) -> object:
        adapter.default_method = method
        try:
            rule, values = adapter.match(return_rule=True)  # as Flask asks
        except RequestRedirect as redirect:
            return redirect.new_url
        except HTTPException as refused:
            return refused.code, sorted(getattr(refused, "valid_methods", None) or ())
        return rule.rule, rule.endpoint, dict(values), getattr(rule, "candidates", None)

    return [means(method) for method in ("GET", "POST", "PATCH")]


class TestMap:
    def test_has_every_path_of_the_api_with_and_without_a_project(self, app: flask.Flask) -> None:
        found = rules(app)
        for operation in load():
            for route in operation.routes:
                if not route.path.startswith("/.."):
                    shape = routing.PARAMETER.sub("<>", route.path)
                    shapes = {(method, re.sub("<[^>]*>", "<>", rule)) for method, rule in found}
                    assert (route.method, f"/v2{shape}") in shapes, operation.id
                    assert (route.method, f"/v2/<>{shape}") in shapes, operation.id

    def test_has_every_call_of_keystone_and_of_the_control_plane(self, app: flask.Flask) -> None:
        endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
        assert {call.operation for call in KEYSTONE_CALLS} <= endpoints
        assert {f"control.{call.id}" for call in CONTROL_CALLS} <= endpoints

    def test_names_endpoints_after_operations(self, app: flask.Flask) -> None:
        endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
        acted = {operation.id for operation in load() if all(route.action for route in operation.routes)}
        named = {f"manila.{operation.id}" for operation in load() if operation.id not in acted} - {
            "manila.versions.list"  # the document in front of the API
        }
        assert named <= endpoints
        assert {"manila.snapshots.action", "manila.shares.action", "manila.share_types.action"} <= endpoints

    def test_gives_an_application_that_adds_a_rule_a_map_of_its_own(self, app: flask.Flask) -> None:
        other = fakemanila.create_app()
        app.add_url_rule("/mine", "mine", lambda: "mine")
        assert app.test_client().get("/mine").text == "mine"
        assert other.test_client().get("/mine").status_code == 404
        assert app.test_client().get("/healthcheck").text == "OK"

    def test_takes_converters_and_rules_as_flask_has_them(self, app: flask.Flask) -> None:
        class Even(BaseConverter):
            regex = r"\d*[02468]"

        app.url_map.converters["even"] = Even
        app.add_url_rule("/even/<even:n>", "even", lambda n: n)
        assert app.test_client().get("/even/12").text == "12"
        assert app.test_client().head("/even/12").status_code == 200
        assert set(app.test_client().options("/even/12").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
        assert fakemanila.create_app().test_client().get("/even/12").status_code == 404

    def test_builds_the_same_addresses_as_rules_that_are_compiled_at_once(self, app: flask.Flask) -> None:
        eager = routing.new_map(Rule(rule.rule, endpoint=rule.endpoint) for rule in routing.identity_rules())
        lazy = routing.new_map(routing.identity_rules())
        for rule in eager.iter_rules():
            values = dict.fromkeys(rule.arguments, "a b")
            built = lazy.bind("h").build(rule.endpoint, values, method=None)
            assert built == eager.bind("h").build(rule.endpoint, values)

    def test_finds_in_one_section_what_the_whole_map_has(self, app: flask.Flask) -> None:
        paths = {re.sub("<[^>]*>", value, rule.rule) for rule in app.url_map.iter_rules() for value in ("0a-1", "x")}
        odd = {f"{path}{end}" for path in paths for end in ("/", "/more")} | {f"/{path}" for path in paths}
        odd |= {path.replace("/v2/", "/v2/-/") for path in paths} | {path.replace("/", "//", 2) for path in paths}
        shared = application(Worlds())
        assert len(paths) > 600
        for path in paths | odd | {"/", "//", "/v2//", "/nowhere", "/v2/0a-1", "/v2/0a-1/"}:
            environ = EnvironBuilder(path="/").get_environ() | {"PATH_INFO": path}
            sectioned, whole = (each.create_url_adapter(flask.Request(environ)) for each in (shared, app))
            assert found(sectioned) == found(whole), path

    def test_finds_rules_that_begin_with_a_variable_beside_all_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made_once = (app_module._rules, app_module._map_of, app_module._shared_map, app_module._endpoints)
        pages = list(routing.page_rules())
        more = [Rule("/tape/<project>/copies", endpoint="a"), Rule("/v2/<kind>/all/there/is", endpoint="b")]
        monkeypatch.setattr(routing, "page_rules", lambda: (rule.empty() for rule in (*pages, *more)))
        for each in made_once:
            each.cache_clear()
        try:
            for path, endpoint in (
                ("/tape/x/copies", "a"),
                ("/v2/shares/all/there/is", "b"),
                ("/v2/shares", "manila.shares.list"),
                ("/v2/x/all/there/is", "b"),
            ):
                with application(Worlds()).test_request_context(path):
                    assert flask.request.endpoint == endpoint, path
        finally:
            for each in made_once:
                each.cache_clear()

    @pytest.mark.parametrize(
        "path", ["/v2/shares/a", f"/v2/shares/{'a' * 300}"], ids=["remembered", "too long for that"]
    )
    def test_gives_each_request_arguments_of_its_own(self, path: str) -> None:
        app = application(Worlds())
        for _ in range(2):
            with app.test_request_context(path):
                assert flask.request.view_args == {"share_id": path.rpartition("/")[2]}
                flask.request.view_args["share_id"] = "b"

    def test_tells_paths_of_different_methods_apart(self) -> None:
        app = application(Worlds())
        for method, endpoint in (
            ("GET", "show"),
            ("DELETE", "delete"),
            ("GET", "show"),
            ("PATCH", None),
            ("PATCH", None),
        ):
            with app.test_request_context("/v2/snapshots/a", method=method):
                assert flask.request.endpoint == (endpoint and f"manila.snapshots.{endpoint}")

    def test_builds_the_address_of_any_endpoint_from_any_section(self) -> None:
        with application(Worlds()).test_request_context("/v2/shares"):
            assert flask.url_for("identity.tokens.create") == "/identity/v3/auth/tokens"
            assert flask.url_for("manila.shares.show", project="a", share_id="b") == "/v2/a/shares/b"

    def test_leaves_the_map_of_the_process_alone(self) -> None:
        one, two = application(Worlds()), application(Worlds())
        assert one.create_url_adapter(None) is None
        with one.test_request_context("/v2/shares"), two.test_request_context("/v2/shares"):
            assert flask.request.endpoint == "manila.shares.list"
        assert one.url_map is not two.url_map


class TestHooks:
    def test_run_before_and_after_in_flasks_order(self, app: flask.Flask) -> None:
        seen: list[str | int | None] = []
        app.before_request(lambda: seen.append(flask.request.endpoint))

        def note(response: flask.Response) -> flask.Response:
            seen.append(response.status_code)
            return response

        app.after_request(note)
        app.test_client().get("/v2/shares")
        assert seen == [401]  # who has no token is refused before other hooks are asked
        app.test_client().get("/healthcheck")
        assert seen == [401, "manila.healthcheck", 200]

    def test_that_are_put_in_front_see_what_is_refused_and_may_answer(self, app: flask.Flask) -> None:
        def close_deletes() -> tuple[str, int] | None:
            return ("closed", 503) if flask.request.method == "DELETE" else None

        app.before_request_funcs[None].insert(0, close_deletes)
        answers = [app.test_client().open("/v2/shares/a", method=method) for method in ("DELETE", "GET")]
        assert [(answer.status_code, answer.text[:6]) for answer in answers] == [(503, "closed"), (401, '{"erro')]

    def test_of_a_blueprint_are_for_its_own_requests(self, app: flask.Flask) -> None:
        reports = flask.Blueprint("reports", __name__)
        reports.after_request(lambda response: response.headers.update({"X-By": "reports"}) or response)
        reports.add_url_rule("/reports", "list", lambda: "reports")
        app.register_blueprint(reports)
        assert app.test_client().get("/reports").headers["X-By"] == "reports"
        assert "X-By" not in app.test_client().get("/healthcheck").headers

    @pytest.mark.parametrize("path", ["/nowhere", "/identity/nowhere", "/_fakemanila/nowhere"])
    def test_an_error_handler_of_the_applications_own_goes_first(self, app: flask.Flask, path: str) -> None:
        app.register_error_handler(404, lambda error: ("not here", 404))
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.text) == (404, "not here")

    def test_an_error_handler_sees_manilas_refusals(self, app: flask.Flask) -> None:
        app.register_error_handler(fakemanila.manila.errors.ManilaError, lambda error: (str(error), 418))
        token = login(app)
        headers = {"X-Auth-Token": token, "X-OpenStack-Manila-API-Version": "2.60"}
        answer = app.test_client().get("/v2/snapshots/nowhere", headers=headers)
        assert answer.status_code == 418
        assert answer.text == "The resource could not be found."

    def test_a_journal_has_what_was_answered_in_the_end(self, app: flask.Flask) -> None:
        app.after_request(lambda response: response.headers.update({"X-Region": "east"}) or response)
        app.test_client().get("/healthcheck")
        [entry] = app.extensions["fakemanila"].worlds.get().journal
        assert entry.response.headers["X-Region"] == "east"


class TestConfiguration:
    def test_bugs_are_raised_where_the_application_is_tested(
        self, app: flask.Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(**arguments: Any) -> str:
            raise KeyError("oops")

        app.view_functions["manila.healthcheck"] = crash
        assert there(app.test_client().get("/healthcheck").json)["computeFault"]["code"] == 500
        app.testing = True
        with pytest.raises(KeyError):
            app.test_client().get("/healthcheck")

    def test_the_logger_is_named_after_the_application(self, app: flask.Flask) -> None:
        assert app.logger is logging.getLogger("fakemanila")

    def test_a_session_is_flasks(self, app: flask.Flask) -> None:
        app.secret_key = "secret"
        app.add_url_rule("/count", "count", lambda: str(flask.session.setdefault("n", 7)))
        client = app.test_client()
        client.get("/count")
        with client.session_transaction() as session:
            assert session["n"] == 7


class TestFactory:
    def test_takes_the_application_of_a_fake_that_runs(self) -> None:
        with FakeManila() as manila:
            assert fakemanila.create_app(manila) is manila.app

    def test_starts_one_that_does_not_run(self) -> None:
        manila = FakeManila(serve=False)
        app = fakemanila.create_app(manila)
        manila.create("share", name="db")
        assert there(app.test_client().get("/_fakemanila/state").json)["records"]["shares"][0]["name"] == "db"
        manila.stop()

    def test_refuses_options_beside_a_fake(self) -> None:
        with pytest.raises(TypeError, match="options are only for a new FakeManila"):
            fakemanila.create_app(FakeManila(), seed=7)

    def test_keeps_the_control_plane_to_loopback_names(self, app: flask.Flask) -> None:
        answer = app.test_client().get("/_fakemanila/health", base_url="http://evil.example")
        assert answer.status_code == 403

    def test_a_handle_on_another_server_has_no_application(self) -> None:
        with FakeManila() as manila, pytest.raises(RuntimeError, match="in another process"):
            _ = FakeManila.attach(manila.url).app

    def test_a_view_knows_its_world(self, app: flask.Flask) -> None:
        app.add_url_rule("/name", "name", lambda: fakemanila.current_manila.world_name)
        assert app.test_client().get("/name").text == "default"
        assert app.test_client().get("/worlds/east/name").text == "east"


class TestFaults:
    def test_on_the_wire_are_refused_where_the_server_hides_it(self, app: flask.Flask) -> None:
        for rule in ({"preset": "hang"}, {"do": {"commit_then": {"reset": True}}}, {"do": {"dribble": {"bytes": 1}}}):
            answer = app.test_client().post("/_fakemanila/faults", json=rule)
            assert answer.status_code == 400, rule
            assert "needs the connection itself" in there(answer.json)["error"]
        assert there(app.test_client().get("/_fakemanila/faults").json)["faults"] == []

    def test_of_other_kinds_work_everywhere(self, app: flask.Flask) -> None:
        assert app.test_client().post("/_fakemanila/faults", json={"preset": "lb-502"}).status_code == 201
        assert app.test_client().get("/v2/shares").status_code == 502

    def test_that_a_resource_asks_for_are_noted_where_they_cannot_be(self, app: flask.Flask) -> None:
        token = login(app)
        body = {"share": {"share_proto": "NFS", "size": 1, "metadata": {"fakemanila:fault": "conn-reset"}}}
        headers = {"X-Auth-Token": token, "X-OpenStack-Manila-API-Version": "2.60"}
        assert app.test_client().post("/v2/shares", json=body, headers=headers).status_code == 200
        entry = list(app.extensions["fakemanila"].worlds.get().journal)[-1]
        assert "needs the connection itself" in entry.contract_warnings[0]


def login(app: flask.Flask) -> str:
    user = {"name": "demo", "domain": {"id": "default"}, "password": "secret"}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": "demo", "domain": {"id": "default"}}}
    answer = app.test_client().post("/identity/v3/auth/tokens", json={"auth": {"identity": identity, "scope": scope}})
    return answer.headers["X-Subject-Token"]


@pytest.mark.parametrize(
    "pieces",
    [None, [b"whole"], [b"two ", b"pieces"], ["text"], (b"no list",)],
    ids=["as-it-is", "one", "two", "text", "tuple"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_hook_makes_of_a_response_is_sent_and_closed(method: str, pieces: Any) -> None:
    app = fakemanila.create_app()
    closed: list[str] = []

    @app.after_request
    def change(response: flask.Response) -> flask.Response:
        response.call_on_close(lambda: closed.append("closed"))
        if pieces is not None:
            response.response = pieces
            del response.headers["Content-Length"]
        return response

    with app.test_client() as client:
        answer = client.open("/healthcheck", method=method)
        expected = b"OK" if pieces is None else b"".join(p.encode() if isinstance(p, str) else p for p in pieces)
        assert answer.get_data() == (b"" if method == "HEAD" else expected)
        answer.close()
    assert closed == ["closed"]
