"""What the package adds is treated as what fakemanila has itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakemanila import FakeManila

Ask = Callable[..., Any]


@pytest.fixture
def tape(manila: FakeManila) -> Ask:
    """Asks the tape library as the user demo, by the catalog, and gives the JSON of its answer."""
    manila.scenario.apply({"services": ["tape"]})
    session = manila.session()

    def ask(method: str, path: str, status: int, **options: Any) -> Any:
        endpoint = {"service_type": "tape", "interface": "public"}
        answer = session.request(path, method, endpoint_filter=endpoint, raise_exc=False, **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    return ask


def test_a_copy_is_written_and_erased(manila: FakeManila, tape: Ask) -> None:
    manila.delays.update({"tape.copies.*": "1h"})
    share = manila.create("share", name="db")
    copy = tape("POST", "/copies", 202, json={"copy": {"share_id": share.id, "name": "monday"}})["copy"]
    assert copy["status"] == "writing"
    manila.clock.advance("1h")
    assert tape("GET", f"/copies/{copy['id']}", 200)["copy"]["status"] == "available"
    tape("DELETE", f"/copies/{copy['id']}", 202)
    assert tape("GET", "/copies", 200)["copies"][0]["status"] == "erasing"
    manila.clock.advance("1h")
    assert tape("GET", f"/copies/{copy['id']}", 404)["error"]["title"] == "Not Found"


def test_a_jammed_drive_fails_a_copy(manila: FakeManila, tape: Ask) -> None:
    manila.faults.add("tape-jam:5m", must_fire=True)
    share = manila.create("share")
    copy = tape("POST", "/copies", 202, json={"copy": {"share_id": share.id}})["copy"]
    manila.clock.advance("5m")
    assert manila.records("tape_copy")[0]["status"] == "error"
    assert manila.requests.count(operation="tape.copies.create") == 1
    assert copy["status"] == "writing"


def test_a_hook_is_told_of_a_copy(manila: FakeManila, tape: Ask) -> None:
    told: list[str] = []
    manila.on("tape.copies.create")(lambda event: told.append(event["record"]["name"]))
    share = manila.create("share")
    tape("POST", "/copies", 202, json={"copy": {"share_id": share.id, "name": "monday"}})
    tape("GET", "/copies", 200)
    assert told == ["monday"]


def test_copies_are_seeded(manila: FakeManila, tape: Ask) -> None:
    manila.create("share", name="db")
    made = manila.create("tape_copy", share="db", name="monday")
    assert tape("GET", "/copies", 200)["copies"][0]["id"] == made.id


def test_a_wrong_body_is_refused(tape: Ask) -> None:
    assert "share_id" in tape("POST", "/copies", 400, json={"copy": {}})["error"]["message"]


def test_a_share_has_notes(manila: FakeManila) -> None:
    share = manila.create("share")
    api = manila.session()

    def ask(method: str, path: str, version: str, **options: Any) -> Any:
        endpoint = {"service_type": "sharev2", "interface": "public"}
        headers = {"X-OpenStack-Manila-API-Version": version}
        return api.request(path, method, endpoint_filter=endpoint, headers=headers, raise_exc=False, **options)

    body = {"share_note": {"share_id": share.id, "text": "keep"}}
    made = ask("POST", "/share-notes", "2.60", json=body).json()["share_note"]
    assert made["author"] == "demo"
    [old] = ask("GET", f"/share-notes?share_id={share.id}", "2.59").json()["share_notes"]
    assert "author" not in old
    assert ask("GET", "/share-notes", "2.49").status_code == 404
    assert ask("POST", "/share-notes", "2.60", json={"share_note": {"share_id": share.id}}).status_code == 400
    assert ask("DELETE", f"/share-notes/{made['id']}", "2.60").status_code == 202
    assert ask("GET", "/share-notes", "2.60").json() == {"share_notes": []}


def test_lists_are_shuffled(manila: FakeManila) -> None:
    names = [f"share-{number}" for number in range(20)]
    for name in names:
        manila.create("share", name=name)
    shares = manila.client().shares
    assert [share.name for share in shares.list()] == names[::-1]
    manila.faults.add("lists-shuffled", must_fire=True)
    shuffled = [share.name for share in shares.list()]
    assert sorted(shuffled) == sorted(names)
    assert shuffled != names[::-1]
