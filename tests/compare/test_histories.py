"""Random histories on another fakemanila, by the command."""

from __future__ import annotations

import pytest

from fakemanila.compare import telling
from fakemanila.compare.runs import Options, histories

from .clouds import cloud, made_there, world


def test_a_difference_is_shrunk_and_printed_as_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    with world(release="2025.2") as manila:
        manila.faults.add({"match": {"operation": "shares.create"}, "do": {"respond": {"status": 418}}})
        comparison = histories(cloud(manila), Options("there", ("shares",), histories=1, steps=12, seed=3))
        versions = {int(each["microversion"].partition(".")[2]) for each in manila.requests if each["microversion"]}
        assert made_there(manila) == []
    assert max(versions) == 91
    assert [(each.name, each.chapter, each.verdict) for each in comparison.results] == [
        ("history_3_0", "shares", "differs")
    ]
    printed = capsys.readouterr().out
    assert "# shares.create status: expected 418, got " in printed
    assert "history_3_1:\n  about: Found by a random history\n  steps:\n" in printed
    lines = list(telling.lines(comparison))
    assert any(line.startswith("differs 1 time: shares.create status: expected 418") for line in lines), lines
    assert lines[-1].startswith("1 history: 1 differs; ")
    assert lines[-1].endswith("; 1 step")


def test_a_cloud_that_does_not_answer_is_not_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakemanila.compare.cloud_server.TRIES", 1)
    with world() as manila:
        manila.faults.add({"match": {"operation": "shares.*"}, "do": {"respond": {"status": 503}}})
        comparison = histories(cloud(manila), Options("there", ("shares",), histories=1, steps=12))
    assert [each.verdict for each in comparison.results] == ["could not be played"]
    assert not comparison.passed
