"""Scenarios on another fakemanila: alike where it is, told where it isn't, and nothing is left there."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from fakemanila import FakeManila
from fakemanila.compare import documents, telling
from fakemanila.compare.cast import PREFIX, Keystone
from fakemanila.compare.likeness import likeness
from fakemanila.compare.results import Comparison
from fakemanila.compare.running import Stage
from fakemanila.compare.runs import Options, clean_up, scripts
from fakemanila.importing.cloud import CloudError
from fakemanila.importing.turns import Turns

from .clouds import cloud, made_there, world

_OTHER: dict[str, Any] = {
    "default_share_type": "gold",
    "backends": [{"name": "nas", "protocols": ["NFS", "CIFS"]}],
    "resources": [
        {"kind": "share_type", "name": "gold", "extra_specs": {"snapshot_support": True}},
        {"kind": "share", "name": "somebody's", "share_type": "gold"},
    ],
    "quotas": [{"limits": {"shares": 77}}],
}


def _compared(manila: FakeManila, *chapters: str, **options: Any) -> Comparison:
    return scripts(cloud(manila), Options("there", chapters=chapters, **options))


def _lines(comparison: Comparison) -> list[str]:
    return list(telling.lines(comparison))


def test_another_release_with_other_types_and_backends_is_alike() -> None:
    with world(scenario=_OTHER, release="2025.1") as manila:
        comparison = _compared(manila, "scheduler_stats", "snapshot_metadata", "availability_zones")
        assert comparison.passed, _lines(comparison)
        assert {each.verdict for each in comparison.results} == {"alike"}
        versions = {each["microversion"] for each in manila.requests if each["microversion"]}
        assert max(versions, key=lambda text: int(text.partition(".")[2])) == "2.89"
        assert made_there(manila) == []
    assert "answers: " in _lines(comparison)[-1]


def test_what_neither_side_has_is_not_played() -> None:
    with world(max_microversion="2.40", release="2025.1") as manila:
        comparison = _compared(manila, "qos_types")
    verdicts = {each.name: (each.verdict, each.why) for each in comparison.results}
    assert verdicts["filters_qos_types"] == ("not played", "POST /v2/qos-types: 404")
    assert verdicts["qos_types"][0] == "alike"  # before 2.94 it's refused
    lines = "\n".join(_lines(comparison))
    assert "not played (got no further on either side):\n  1  POST /v2/qos-types: 404: filters_qos_types" in lines
    assert "not played to the end (got no further on either side):\n  1  POST /v2/qos-types: 404 without" in lines


def test_a_difference_is_told_with_both_answers() -> None:
    with world() as manila:
        manila.faults.add(
            {"match": {"operation": "snapshot_metadata.show"}, "do": {"respond": {"status": 418, "body": {"a": "b"}}}}
        )
        comparison = _compared(manila, "snapshot_metadata")
        assert made_there(manila) == []
    assert not comparison.passed
    differing = next(each for each in comparison.results if each.differences)
    assert differing.verdict == "differs"
    lines = _lines(comparison)
    first = next(number for number, line in enumerate(lines) if "GET /v2/snapshots/{snapshot_id}/metadata/" in line)
    assert "status: expected 418, got 200" in lines[first + 1]
    assert 'the cloud: 418 {"a": "b"}' in lines[first + 2]
    assert "here: 200 " in lines[first + 3]

    suite = ElementTree.fromstring(documents.as_junit(comparison))[0]
    assert suite.get("failures") == "1"
    case = next(each for each in suite if each.find("failure") is not None)
    assert (case.get("classname"), case.get("name")) == ("compare.snapshot_metadata", differing.name)
    document = json.loads(documents.as_json(comparison, {"cloud": "there"}))
    assert document["summary"]["differs"] == 1
    told = next(each for each in document["results"] if each["verdict"] == "differs")["differences"][0]
    assert told["cloud"]["status"] == 418
    assert told["here"]["status"] == 200


def test_a_changed_policy_is_a_difference(tmp_path: Path) -> None:
    pytest.importorskip("oslo_policy")
    (tmp_path / "policy.yaml").write_text('"share_snapshot:get_metadata": "rule:context_is_admin"\n')
    with world(policy=tmp_path / "policy.yaml") as manila:
        comparison = _compared(manila, "snapshot_metadata")
    lines = [line for result in comparison.results for each in result.differences for line in each.lines]
    assert lines
    assert all(line.startswith("status: expected 403, got ") for line in lines), lines


def test_a_preparation_that_only_one_side_refuses_is_a_difference() -> None:
    with world() as manila:
        manila.faults.add({"match": {"operation": "snapshots.create"}, "do": {"respond": {"status": 400}}})
        comparison = _compared(manila, "snapshot_metadata")
    assert {each.verdict for each in comparison.results} == {"differs"}
    assert any("cloud: POST /v2/snapshots: 400" in line for line in _lines(comparison))


def test_a_crash_of_the_cloud_is_explained_by_any_client_error() -> None:
    with world() as manila:
        manila.faults.add(
            {
                "match": {"operation": "snapshot_metadata.show", "microversion": "2.99"},
                "do": {"respond": {"status": 500, "body": {"computeFault": {"code": 500}}}},
            }
        )
        comparison = _compared(manila, "snapshot_metadata")
    assert any("the cloud crashed" in why for each in comparison.results for _, why in each.explained)


def test_a_read_is_sent_again_where_the_cloud_is_busy_and_a_write_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakemanila.compare.cloud_server.TRIES", 2)
    html = {"respond": {"status": 200, "headers": {"Content-Type": "text/html"}, "body": "<h1>Maintenance</h1>"}}
    with world() as manila:
        manila.faults.add({"match": {"operation": "snapshots.show"}, "when": {"times": 1}, "do": html})
        assert _compared(manila, "snapshot_metadata").passed
        manila.faults.add({"match": {"operation": "snapshots.create"}, "do": {"respond": {"status": 503}}})
        manila.requests.clear()
        comparison = _compared(manila, "snapshot_metadata")
        assert manila.requests.count(operation="snapshots.create") == len(comparison.results)
        assert made_there(manila) == []
    assert {each.verdict for each in comparison.results} == {"could not be played"}
    assert "POST /v2/snapshots: the cloud answered 503 with" in comparison.results[0].why
    assert not comparison.passed
    suite = ElementTree.fromstring(documents.as_junit(comparison))[0]
    assert suite.get("errors") == str(len(comparison.results))


def test_a_cloud_that_answers_nothing_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakemanila.compare.cloud_server.TRIES", 1)
    with world() as manila:
        manila.faults.add({"match": {"operation": "shares.create"}, "do": {"respond": {"status": 502}}})
        comparison = _compared(manila, "snapshots")
    assert len([each for each in comparison.results if each.verdict == "could not be played"]) == 3
    assert any("got no answer" in line for line in _lines(comparison))


def test_an_interruption_keeps_what_was_compared_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stops: list[Event] = []
    real = Stage.__init__

    def watched(self: Stage, *args: Any, stop: Event, **more: Any) -> None:
        stops.append(stop)
        real(self, *args, stop=stop, **more)

    monkeypatch.setattr(Stage, "__init__", watched)
    monkeypatch.setattr(
        "fakemanila.compare.runs.progress", lambda text: stops[0].set() if text.startswith("2 of") else None
    )
    with world() as manila:
        comparison = _compared(manila, "snapshots")
        assert made_there(manila) == []
    assert comparison.stopped
    assert not comparison.passed
    assert len([each for each in comparison.results if each.compared]) == 2
    assert _lines(comparison)[-1].startswith("interrupted; so far ")
    assert json.loads(documents.as_json(comparison, {}))["interrupted"] is True


def test_a_user_who_may_not_make_projects_is_told_what_else_to_do() -> None:
    with world() as manila, pytest.raises(CloudError, match=r"may not make projects .*--read-only$"):
        scripts(cloud(manila, "demo"), Options("there", chapters=("limits",)))


def test_what_a_killed_run_has_left_is_told_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    with world() as manila:
        there = cloud(manila)
        keystone = Keystone.of(there, f"{PREFIX}dead").__enter__()
        stage = Stage(there, keystone, likeness(there), settle=5, turns=Turns(None), stop=Event())
        server = stage.server()
        for path, body in (
            ("/v2/shares", {"share": {"share_proto": "NFS", "size": 1}}),
            (
                "/v2/types",
                {"share_type": {"name": f"{PREFIX}x", "extra_specs": {"driver_handles_share_servers": "False"}}},
            ),
        ):
            assert server.send("POST", path, body=body).ok
        assert len(made_there(manila)) == 11
        assert _compared(manila, "availability_zones").passed
        assert "4 projects of other runs are there, such as fakemanila-compare-dead-1-" in capsys.readouterr().err
        assert clean_up(there, Options("there")) == 0
        assert "removed: 4 projects, 6 users and 1 type of other runs" in capsys.readouterr().out
        assert made_there(manila) == []
        assert _shares(manila) == []


def _shares(manila: FakeManila) -> list[Any]:
    found: list[Any] = cloud(manila).get("/shares", "shares", all_tenants=1)
    return found
