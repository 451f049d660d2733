"""Asking for the conduct of clients: over HTTP, from Python and on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakemanila import ControlFailure, FakeManila
from fakemanila.cli.program import main


@pytest.fixture(scope="module")
def server() -> Iterator[FakeManila]:
    with FakeManila(clock="manual") as server:
        yield server


@pytest.fixture
def manila(server: FakeManila) -> FakeManila:
    server.reset()
    return server


@pytest.fixture
def run(manila: FakeManila, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("FAKEMANILA_URL", manila.url)
    return lambda *arguments: CliRunner().invoke(main, ["conduct", *arguments])


def poll(manila: FakeManila, every: str = "250ms") -> str:
    """Makes a share and asks for it again and again."""
    manila.delays["shares.create"] = "10s"
    client = manila.client()
    share = client.shares.create("NFS", 1, name="db")
    for _ in range(6):
        client.shares.get(share.id)
        manila.clock.advance(every)
    return str(share.id)


def test_findings_are_told_with_their_evidence(manila: FakeManila) -> None:
    poll(manila)
    answer = manila.control.call("GET", "/conduct")
    (finding,) = answer["findings"]
    assert answer["total"] == 1
    assert (finding["name"], finding["count"]) == ("polls-too-fast", 5)
    reads = [request["id"] for request in manila.requests.list(operation="shares.show")]
    assert finding["evidence"] == reads[1:]


def test_good_conduct_has_none(manila: FakeManila) -> None:
    poll(manila, every="2s")
    assert manila.requests.conduct() == []
    assert str(manila.requests.conduct()) == "no findings"
    manila.requests.assert_good_conduct()


def test_python_says_what_to_look_for(manila: FakeManila) -> None:
    share_id = poll(manila)
    requests = manila.requests
    assert [each["name"] for each in requests.conduct(ended=True)] == ["polls-too-fast", "resources-left-behind"]
    assert requests.conduct(allow="polls-too-fast") == []
    assert requests.conduct(only=["resources-left-behind"]) == []
    assert requests.conduct(user="admin") == []
    assert requests.conduct(since=manila.clock.now()) == []
    assert requests.conduct(poll_interval=timedelta(milliseconds=250)) == []
    assert len(requests.conduct(user="demo", poll_interval="250.001ms")) == 1
    manila.clock.advance_to_idle()
    manila.client().shares.delete(share_id)
    assert requests.conduct(only="resources-left-behind", ended=True) == []


def test_an_assertion_shows_the_findings(manila: FakeManila) -> None:
    poll(manila)
    with pytest.raises(AssertionError, match=r"conduct has findings:\npolls-too-fast: 5 reads .*\n +req-"):
        manila.requests.assert_good_conduct()
    manila.requests.assert_good_conduct(allow=["polls-too-fast"])


def test_it_is_about_one_world_and_changes_nothing(manila: FakeManila) -> None:
    poll(manila)
    assert manila.world("other").requests.conduct() == []
    before = manila.state.dump()
    manila.requests.conduct(ended=True)
    assert manila.state.dump() == before


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"allow": "polls-to-fast"}, "allow: there is no finding 'polls-to-fast'; did you mean 'polls-too-fast'?"),
        ({"only": "full-list,nonsense"}, "only: there is no finding 'full-list'; did you mean 'full-lists'?"),
        ({"ended": "maybe"}, "ended: 'maybe' is not one of true, false"),
        ({"poll_interval": "soon"}, "poll_interval: 'soon' is not a valid duration"),
        ({"since": "yesterday"}, "since: 'yesterday' is not a valid time"),
        ({"colour": "blue"}, "query: 'colour' is not a parameter"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_is_wrong_with_a_question_is_said(manila: FakeManila, query: dict[str, Any], message: str) -> None:
    with pytest.raises(ControlFailure) as refused:
        manila.control.call("GET", "/conduct", query=query)
    assert refused.value.status == 400
    assert str(refused.value).startswith(message)


def test_the_command_prints_findings(manila: FakeManila, run: Callable[..., Result]) -> None:
    assert (run().exit_code, run().output) == (0, "")
    poll(manila)
    result = run()
    assert result.exit_code == 0
    assert result.output.startswith("polls-too-fast: 5 reads of what was changing")
    assert json.loads(run("--format", "json").output) == manila.requests.conduct()


def test_the_command_fails_on_request(manila: FakeManila, run: Callable[..., Result]) -> None:
    assert run("--fail-on-findings").exit_code == 0
    poll(manila)
    result = run("--fail-on-findings")
    assert (result.exit_code, result.stderr) == (1, "")
    assert run("--fail-on-findings", "--allow", "polls-too-fast").exit_code == 0
    assert run("--only", "resources-left-behind", "--ended", "--fail-on-findings").exit_code == 1
    refused = run("--allow", "polls")
    assert refused.exit_code == 1
    assert "allow: there is no finding 'polls'" in refused.stderr
