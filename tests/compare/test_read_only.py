"""What a user sees of a cloud, compared with a world that was read from it; nothing there changes."""

from __future__ import annotations

import signal

import pytest

from fakemanila import FakeManila
from fakemanila.compare import telling
from fakemanila.compare.results import Comparison
from fakemanila.compare.runs import Options, read_only

from ..importing.clouds import SOME_OF_ALL
from .clouds import cloud, world

_CHAPTERS = (
    "snapshots", "share_access_rules", "share_export_locations", "share_export_location_metadata", "share_instances",
    "share_type_extra_specs", "quota_sets", "share_metadata", "share_group_snapshots",
)  # fmt: skip


def _compared(manila: FakeManila, user: str, *chapters: str) -> Comparison:
    return read_only(cloud(manila, user), Options("there", chapters=chapters, records=2))


@pytest.mark.parametrize("user", ["admin", "demo"])
def test_a_world_that_was_read_answers_the_same(user: str) -> None:
    with world(scenario=SOME_OF_ALL, max_microversion="2.94") as manila:
        manila.requests.clear()
        comparison = _compared(manila, user, *_CHAPTERS)
        methods = {(each["method"], each["operation"]) for each in manila.requests if each["method"] != "GET"}
        asked = {each["operation"] for each in manila.requests}
    lines = list(telling.lines(comparison))
    assert comparison.passed, lines
    assert methods == {("POST", "identity.tokens.create")}
    assert {"snapshots.show", "share_access_rules.show", "share_export_locations.show", "quota_sets.detail"} <= asked
    assert any(line.startswith("not compared: lists don't say when export locations were made") for line in lines)


def test_each_question_is_asked_at_the_oldest_and_the_newest_microversion() -> None:
    with world(scenario=SOME_OF_ALL, max_microversion="2.94") as manila:
        _compared(manila, "admin", "share_type_extra_specs")
        asked = [each for each in manila.requests if each["operation"] == "share_type_extra_specs.list"]
    assert {each["microversion"] for each in asked} == {"2.0", "2.94"}
    assert len({each["path"] for each in asked}) == 3  # two of five types, and a scenario's question


def test_a_difference_is_of_its_operation() -> None:
    with world(scenario=SOME_OF_ALL) as manila:
        other = {"respond": {"status": 200, "body": {"snapshot": {"id": "x"}}}}
        manila.faults.add({"match": {"operation": "snapshots.show"}, "do": other})
        comparison = _compared(manila, "admin", "snapshots")
    assert [each.name for each in comparison.results if each.verdict == "differs"] == ["snapshots.show"]
    assert any('expected "x", got ' in line for line in telling.lines(comparison))


def test_an_interruption_keeps_what_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(text: str) -> None:
        if text.startswith("share_types.show: 2 of"):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("fakemanila.compare.runs.progress", interrupt)
    with world(scenario=SOME_OF_ALL) as manila:
        comparison = _compared(manila, "admin", "share_types")
    assert comparison.stopped
    assert [each.name for each in comparison.results][:2] == ["share_types.default", "share_types.list"]
    assert "share_types.show" not in [each.name for each in comparison.results]
