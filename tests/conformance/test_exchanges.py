"""The tool itself: scripts, what is kept of an answer, and how answers are compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from fakemanila.compare import report, script
from fakemanila.compare.exchanges import Outcome
from fakemanila.compare.script import NOTHING, Exchange, Scenario, ScriptError, substitute
from fakemanila.compare.server import pick
from fakemanila.compare.shape import Normaliser, differences

from . import recordings

SHARE = "5fb6dee5-dd3f-4dd6-9c34-02b41703b8d8"


def write_scripts(folder: Path, text: str, setups: str = "{}") -> dict[str, Scenario]:
    (folder / script.SETUPS).write_text(setups)
    (folder / "some.yaml").write_text(text)
    return script.load(folder)


def answer(status: int = 200, body: Any = "<empty>", **headers: str) -> dict[str, Any]:
    return {"status": status, "headers": headers, "body": body}


class TestScripts:
    def test_versions_and_users_stand_for_one_exchange_each(self, tmp_path: Path) -> None:
        text = 'one: {steps: [{name: show, path: /v2/, as: [demo, admin], versions: ["2.0", null]}]}'
        exchanges = write_scripts(tmp_path, text)["one"].exchanges
        assert [(each.name, each.user, each.version) for each in exchanges] == [
            ("show, demo, 2.0", "demo", "2.0"),
            ("show, demo, no version", "demo", None),
            ("show, admin, 2.0", "admin", "2.0"),
            ("show, admin, no version", "admin", None),
        ]

    def test_defaults_fill_what_an_exchange_leaves_out(self, tmp_path: Path) -> None:
        text = "one: {defaults: {method: POST, path: /a}, steps: [{name: a}, {name: b, method: GET}]}"
        first, second = write_scripts(tmp_path, text)["one"].exchanges
        assert (first.method, second.method, second.path) == ("POST", "GET", "/a")

    def test_setups_are_sent_first_and_not_recorded(self, tmp_path: Path) -> None:
        text = "one: {setup: [share, {path: /c}], steps: [{name: a, path: /d}]}"
        scenario = write_scripts(tmp_path, text, "share: [{path: /a}, {path: /b}]")["one"]
        assert [each.path for each in scenario.exchanges] == ["/a", "/b", "/c", "/d"]
        assert [each.path for each in scenario.recorded] == ["/d"]

    def test_no_body_and_a_null_body_differ(self, tmp_path: Path) -> None:
        text = "one: {steps: [{name: a, path: /a}, {name: b, path: /a, body: null}]}"
        without, null = write_scripts(tmp_path, text)["one"].exchanges
        assert without.body is NOTHING
        assert null.body is None

    @pytest.mark.parametrize(
        "text",
        [
            "one: {steps: [{name: a, path: /a, bogus: 1}]}",
            "one: {steps: [{path: /a}]}",
            "one: {steps: [{name: a, path: /a}, {name: a, path: /b}]}",
        ],
    )
    def test_mistakes_are_refused(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ScriptError):
            write_scripts(tmp_path, text)

    def test_a_scenario_is_there_once(self, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text("one: {steps: []}")
        with pytest.raises(ScriptError):
            write_scripts(tmp_path, "one: {steps: []}")


class TestVariables:
    def test_are_replaced_in_all_strings(self) -> None:
        value = {"{run}-key": ["{run}", 1, None, {"a": "x{run}{other}"}]}
        assert substitute(value, {"run": "r", "other": "o"}) == {"r-key": ["r", 1, None, {"a": "xro"}]}

    def test_unknown_ones_are_mistakes_except_in_raw_bodies(self) -> None:
        with pytest.raises(ScriptError):
            substitute("/v2/{nothing}", {})
        assert substitute('{"a": "{run}", "b": {nothing}}', {"run": "r"}, lenient=True) == '{"a": "r", "b": {nothing}}'

    def test_quoted_braces_are_no_variables(self) -> None:
        assert substitute("metadata={'a': 'b'}", {}) == "metadata={'a': 'b'}"

    @pytest.mark.parametrize(
        ("dotted", "value"), [("a.b", 1), ("c.1.d", 2), ("c.9.d", None), ("a.b.c", None), ("nothing", None)]
    )
    def test_are_picked_from_answers(self, dotted: str, value: int | None) -> None:
        assert pick({"a": {"b": 1}, "c": [{}, {"d": 2}]}, dotted) == value


class TestNormalising:
    def test_what_differs_from_run_to_run_gets_a_name(self) -> None:
        normaliser = Normaliser({SHARE: "{share_id}", "http://here": "{url}"})
        document = {
            "id": "11111111-2222-4333-8444-555555555555",
            "user": "af764e41e26e47e9b0fba90444db99c8",
            "at": "2026-11-23T23:23:17.240865",
            "managed": "2026-11-23 23:23:17.240865",
            "zone": "manila-zone-1",
            "host": "somewhere@alpha#pool",
            "path": "10.0.0.1:/share",
            "href": f"http://here/v2/shares/{SHARE}",
            "message": "Something is wrong.",
        }
        assert normaliser.value(document) == {
            "id": "<uuid>",
            "user": "<hex>",
            "at": "<time>",
            "managed": "<time>",
            "zone": "<zone>",
            "host": "<host>",
            "path": "<path>",
            "href": "{url}/v2/shares/{share_id}",
            "message": "<text>",
        }

    def test_everything_else_is_kept(self) -> None:
        document = {
            "status": "error",
            "size": 1,
            "public": False,
            "none": None,
            "host": "",
            "updated": "2015-08-27T11:33:21Z",
        }
        assert Normaliser({}).value(document) == document

    def test_the_longest_name_wins(self) -> None:
        assert Normaliser({"abc": "{short}", "abcdef": "{long}"}).text("abcdef abc") == "{long} {short}"

    def test_racy_fields_keep_only_their_key(self) -> None:
        assert Normaliser({}, racy=["status"]).value({"a": [{"status": "x"}]}) == {"a": [{"status": "<any>"}]}

    def test_shapes_keep_keys_types_and_each_kind_of_item_once(self) -> None:
        value = [{"a": 1, "b": True}, {"a": 2, "b": False}, {"a": None, "b": "x"}]
        assert Normaliser({}, compare="shape").value(value) == [
            {"a": "<number>", "b": "<boolean>"},
            {"a": None, "b": "<string>"},
        ]

    def test_unordered_lists_are_sorted(self) -> None:
        assert Normaliser({}, unordered=True).value(["b", "a"]) == ["a", "b"]

    @pytest.mark.parametrize(("body", "kept"), [(b"", "<empty>"), (b"<html/>", "<text>"), (b"[1]", [1])])
    def test_bodies_that_are_no_json(self, body: bytes, kept: list[int] | str) -> None:
        assert Normaliser({}).body(body) == kept

    def test_headers(self) -> None:
        headers = {
            "Content-Type": "application/json",
            "Date": "now",
            "X-Openstack-Request-Id": "req-1",
            "WWW-Authenticate": 'Keystone uri="http://here"',
            "Retry-After": "0",
        }
        assert Normaliser({}).headers(headers) == {
            "content-type": "application/json",
            "retry-after": "0",
            "www-authenticate": "Keystone",
            "x-openstack-request-id": None,
        }


class TestComparing:
    def test_equal_answers_do_not_differ(self) -> None:
        assert differences(answer(body={"a": [1]}), answer(body={"a": [1]})) == []

    def test_each_difference_is_a_line(self) -> None:
        expected = answer(200, {"share": {"size": 1, "gone": None, "list": [1]}}, vary="x")
        actual = answer(200, {"share": {"size": "1", "new": 1, "list": [1, 2]}})
        assert differences(expected, actual) == [
            'headers.vary: missing, expected "x"',
            "body.share.gone: missing, expected null",
            "body.share.list: expected 1 items, got 2: [1, 2]",
            "body.share.new: not expected, got 1",
            'body.share.size: expected 1, got "1"',
        ]

    def test_another_status_says_enough(self) -> None:
        expected = answer(404, {"itemNotFound": {}}, vary="x")
        assert differences(expected, answer(400, {"badRequest": {}})) == [
            'status: expected 404, got 400 with {"badRequest": {}}'
        ]

    def test_true_is_not_1(self) -> None:
        assert differences(answer(body=True), answer(body=1)) == ["body: expected true, got 1"]

    def test_racy_fields_may_be_anything(self) -> None:
        assert differences(answer(body={"a": "<any>"}), answer(body={"a": "<any>"})) == []
        assert differences(answer(body={"a": "<any>"}), answer(body={})) == ['body.a: missing, expected "<any>"']

    @pytest.mark.parametrize("crash", [0, 500])
    def test_a_crash_of_the_real_server_wants_a_client_error(self, crash: int) -> None:
        assert differences(answer(crash), answer(400)) == []
        assert differences(answer(crash), answer(404, {"itemNotFound": {}})) == []
        assert len(differences(answer(crash), answer(200))) == 1
        assert len(differences(answer(crash), answer(500))) == 1
        assert differences(answer(crash), answer(crash), may_crash=True) == []


class TestReports:
    def report(
        self,
        recorded: dict[str, dict[str, Any]],
        actual: dict[str, Any],
        explained: Mapping[str, str] = MappingProxyType({}),
    ) -> list[str]:
        exchange = Exchange(name="show", path="/v2/")
        outcome = Outcome(exchange, "GET /v2/", actual, "")
        return report.report(recorded, [outcome], dict(explained))

    def test_names_the_exchange(self) -> None:
        assert self.report({"show": answer(200)}, answer(404)) == [
            "show (demo, 2.99, GET /v2/)",
            '    status: expected 200, got 404 with "<empty>"',
        ]

    def test_leaves_out_what_is_explained(self) -> None:
        assert self.report({"show": answer(200)}, answer(404), {"show": "because"}) == []

    def test_explanations_go_with_their_difference(self) -> None:
        assert self.report({"show": answer()}, answer(), {"show": "because"}) == [
            "show: no difference any more, but explained: because"
        ]

    def test_recording_and_scenario_have_the_same_exchanges(self) -> None:
        assert self.report({"other": answer()}, answer()) == [
            "show: not recorded",
            "other: recorded, but not in the scenario",
        ]

    def test_recordings_can_be_read_again(self, tmp_path: Path) -> None:
        exchange = Exchange(name="show", path="/v2/")
        scenario = Scenario("one", "", (exchange,))
        outcome = Outcome(exchange, "GET /v2/", answer(body={"a": "✓"}), "")
        recordings.write(tmp_path, scenario, [outcome], "23.0.1")
        assert recordings.read(tmp_path, "one") == {"show": answer(body={"a": "✓"})}

    def test_the_newest_release_is_taken(self, tmp_path: Path) -> None:
        for release in ("9.0.0", "23.0.1", "23.0.0"):
            (tmp_path / f"manila-{release}").mkdir()
        assert recordings.newest(tmp_path).name == "manila-23.0.1"


class TestWhatIsThere:
    def test_every_scenario_is_recorded(self) -> None:
        assert {path.stem for path in recordings.newest().glob("*.json")} == set(script.load())

    def test_every_crash_of_the_real_server_is_listed(self) -> None:
        crashes = {}
        for name in script.load():
            crashed = [
                each for each, kept in recordings.read(recordings.newest(), name).items() if kept["status"] in (0, 500)
            ]
            if crashed:
                crashes[name] = crashed
        assert report.known_differences()["crashes"] == crashes

    def test_explanations_name_exchanges_that_are_there(self) -> None:
        scenarios = script.load()
        for name, reasons in report.known_differences()["explained"].items():
            assert reasons.keys() <= {exchange.name for exchange in scenarios[name].recorded}
            assert all(isinstance(reason, str) and reason for reason in reasons.values())
