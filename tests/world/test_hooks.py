"""Functions that are called when something happens in a world."""

from __future__ import annotations

import http.server
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakemanila import FakeManila
from fakemanila.scenario.scenario import ScenarioError


@pytest.fixture(params=[True, False], ids=["socket", "in-process"])
def manila(request: pytest.FixtureRequest) -> Iterator[FakeManila]:
    delays = {"shares.create": "10s", "shares.migration_start/copying": "10s"}
    with FakeManila(serve=request.param, clock="manual", delays=delays) as running:
        yield running


def test_a_hook_gets_what_happened_and_the_record_as_it_is_then(manila: FakeManila) -> None:
    calls: list[dict[str, Any]] = []
    manila.on("shares.create", calls.append)
    manila.on("shares.create", calls.append, phase="begin")
    share = manila.client().shares.create("NFS", 1, name="db")
    assert [call["phase"] for call in calls] == ["begin"]
    manila.clock.advance("10s")
    begun, ended = calls
    assert (begun["record"]["status"], ended["record"]["status"]) == ("creating", "available")
    assert (ended["status"], ended["resource_id"], ended["world"]) == ("available", share.id, "default")


def test_a_hook_has_been_called_when_whoever_brought_it_about_gets_their_answer(manila: FakeManila) -> None:
    done: list[str] = []
    manila.delays["shares.create"] = 0
    manila.on("shares.create", lambda event: done.append(event["resource_id"]))
    client = manila.client()
    share = client.shares.create("NFS", 1)
    assert client.shares.get(share.id).status == "available"
    assert done == [share.id]


def test_a_hook_may_ask_the_world(manila: FakeManila) -> None:
    client = manila.client()

    @manila.on("shares.create")
    def snapshot(event: dict[str, Any]) -> None:
        client.share_snapshots.create(event["resource_id"], name="first")

    client.shares.create("NFS", 1)
    manila.clock.advance("10s")
    assert [each["name"] for each in manila.records("snapshot")] == ["first"]


def test_a_hook_tells_how_the_operation_has_ended(manila: FakeManila) -> None:
    calls: list[Any] = []
    manila.faults.add({"match": {"operation": "shares.create"}, "do": {"outcome": "error"}})
    manila.on("shares.*", lambda event: calls.append(event["status"]))
    manila.client().shares.create("NFS", 1)
    manila.clock.advance("10s")
    assert calls == ["error"]


def test_a_hook_of_a_phase_is_called_at_its_end(manila: FakeManila) -> None:
    calls: list[Any] = []
    share = manila.create("share", host="oracle@alpha#fake_pool_for_ALPHA")
    manila.on("shares.migration_start", lambda event: calls.append(event["phase"]), phase="copying")
    manila.on("shares.migration_start", lambda event: calls.append(event["phase"]))
    admin = manila.client("admin")
    admin.shares.migration_start(share.id, "oracle@beta#fake_pool_for_BETA", False, False, False, False, False)
    manila.clock.advance("9s")
    assert calls == []
    manila.clock.advance("1s")
    assert calls == ["copying", "end"]


def test_a_hook_of_an_answered_request_has_the_request(manila: FakeManila) -> None:
    calls: list[Any] = []
    manila.on("shares.list", calls.append, phase="answered")
    manila.client().shares.list(detailed=False)
    assert [(call["request"]["operation"], call["request"]["status"]) for call in calls] == [("shares.list", 200)]


def test_what_a_hook_raises_is_logged_and_holds_up_nobody(manila: FakeManila, caplog: pytest.LogCaptureFixture) -> None:
    @manila.on("shares.create")
    def fail(event: dict[str, Any]) -> None:
        raise RuntimeError("no disk")

    client = manila.client()
    share = client.shares.create("NFS", 1)
    manila.clock.advance("10s")
    assert client.shares.get(share.id).status == "available"
    assert "the hook of shares.create failed" in caplog.text
    caplog.clear()


def test_a_reset_takes_hooks_away(manila: FakeManila) -> None:
    calls: list[Any] = []
    manila.on("shares.create", calls.append)
    manila.reset()
    manila.client().shares.create("NFS", 1)
    manila.clock.advance("10s")
    assert calls == []


@pytest.mark.parametrize(
    ("operation", "phase", "said"),
    [
        ("shares.creat", "end", "operation: no operation is called 'shares.creat'; did you mean 'shares.create'?"),
        ("shares.create", "ended", "phase: 'ended' is not a phase of shares.create; did you mean 'end'?"),
        ("shares.list", "end", "phase: 'end' is not a phase of shares.list, which is over when it is answered"),
    ],
)
def test_what_never_happens_is_refused(operation: str, phase: str, said: str) -> None:
    with FakeManila(serve=False) as manila, pytest.raises(ValueError, match="^" + said.replace("?", r"\?")):
        manila.on(operation, print, phase=phase)


class TestScenarios:
    def test_a_command_reads_what_happened(self, tmp_path: Path) -> None:
        program = "import json, os, sys; print(json.load(sys.stdin)['record']['name'], os.environ['FAKEMANILA_STATUS'])"
        told = tmp_path / "told"
        script = tmp_path / "hook.sh"
        script.write_text(f'#!/bin/sh\n"{sys.executable}" -c "{program}" > "{told}"\n')
        script.chmod(0o755)
        scenario = {"hooks": [{"operation": "shares.create", "run": [str(script)]}]}
        with FakeManila(serve=False, scenario=scenario, hooks=True) as manila:
            client = manila.client()
            client.shares.create("NFS", 1, name="db")
            client.shares.list()
        assert told.read_text() == "db available\n"

    def test_a_command_that_fails_is_a_line_in_the_log(self, caplog: pytest.LogCaptureFixture) -> None:
        hooks = [
            {"operation": "shares.create", "run": ["sh", "-c", "echo no disk >&2; exit 3"]},
            {"operation": "shares.create", "run": ["/no/such/command"]},
            {"operation": "shares.create", "run": ["sh", "-c", "read line; exec sleep 60"], "timeout": "10ms"},
        ]
        with FakeManila(serve=False, scenario={"hooks": hooks}, hooks=True) as manila:
            client = manila.client()
            client.shares.create("NFS", 1)
            client.shares.list()
        assert "the hook sh ended with exit status 3: no disk" in caplog.text
        assert "the hook /no/such/command failed" in caplog.text
        assert "timed out" in caplog.text
        caplog.clear()

    def test_a_webhook_is_posted_what_happened(self) -> None:
        posted: list[Any] = []

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as receiver:
            thread = threading.Thread(target=receiver.handle_request)
            thread.start()
            hook = {"operation": "shares.*", "phase": "begin", "post": f"http://127.0.0.1:{receiver.server_port}/x"}
            with FakeManila(serve=False, scenario={"hooks": [hook]}, hooks=True) as manila:
                manila.client().shares.create("NFS", 1, name="db")
            thread.join(10)
        assert [(each["operation"], each["record"]["name"]) for each in posted] == [("shares.create", "db")]

    def test_a_server_that_was_not_told_to_runs_nothing(self) -> None:
        scenario = {"hooks": [{"operation": "shares.create", "run": ["true"]}]}
        with pytest.raises(ScenarioError, match="hooks: this server does not run"):
            FakeManila(serve=False, scenario=scenario).start()

    @pytest.mark.parametrize(
        ("hook", "said"),
        [
            ({"operation": "shares.create"}, r"hooks\[0\]: expected either run or post"),
            ({"operation": "shares.creat", "run": ["true"]}, r"hooks\[0\].operation: no operation is called"),
            ({"operation": "shares.create", "post": "nowhere"}, r"hooks\[0\].post: 'nowhere' is not the address"),
            ({"operation": "shares.create", "run": ["true"], "timeout": "soon"}, r"hooks\[0\].timeout: 'soon'"),
        ],
    )
    def test_a_hook_that_is_wrong_is_refused(self, hook: dict[str, Any], said: str) -> None:
        with pytest.raises(ScenarioError, match=said):
            FakeManila(serve=False, scenario={"hooks": [hook]}, hooks=True).start()
