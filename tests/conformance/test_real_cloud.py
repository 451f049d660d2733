"""What asks real clouds, tried on one: that which FAKEMANILA_REAL_CLOUD names, of clouds.yaml, as its administrator.

Nobody else should be working there: what others change meanwhile differs.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakemanila import FakeManila
from fakemanila.cli.program import main
from fakemanila.compare.histories.comparing import Answer
from fakemanila.control.access import Access
from fakemanila.importing.cloud import Cloud
from fakemanila.importing.clouds_yaml import session_of
from fakemanila.importing.imported import read_cloud
from fakemanila.shadow.beside import Beside
from fakemanila.shadow.exchange import Asked
from fakemanila.shadow.front import Shadow
from fakemanila.shadow.upstream import Upstream

REAL = os.environ.get("FAKEMANILA_REAL_CLOUD", "")
pytestmark = pytest.mark.skipif(not REAL, reason="FAKEMANILA_REAL_CLOUD names no cloud")
_MANILA = {"service_type": "shared-file-system"}
_SECONDS = 120
"""That a share may take."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def test_worlds_start_from_what_was_imported(tmp_path: Path) -> None:
    result = run("import", "--os-cloud", REAL, "--output", str(tmp_path / "cloud.yaml"), "--rate", "100/s")
    assert result.exit_code == 0, result.output
    session, _ = session_of(REAL)
    names = {each["name"] for each in session.get("/types", endpoint_filter=_MANILA).json()["share_types"]}
    with FakeManila(serve=False, scenario=tmp_path / "cloud.yaml") as manila:
        here = manila.session(user="admin").get("/types", endpoint_filter=_MANILA).json()["share_types"]
        assert {each["name"] for each in here} == names


def test_answers_compare_alike() -> None:
    chapters = ("--chapter", "availability_zones", "--chapter", "share_metadata", "--chapter", "security_services")
    result = run("compare", "--os-cloud", REAL, "--rate", "100/s", *chapters)
    assert result.exit_code == 0, result.output


@pytest.fixture
def shadow() -> Iterator[tuple[Shadow, str]]:
    """A shadow in front of the cloud, and a token of its user."""
    session, address = session_of(REAL)
    cloud = Cloud(session, address)
    beside = Beside(read_cloud(cloud, [str(cloud.project_id)]).scenario, Access())
    upstream = Upstream(*cloud.services())
    yield Shadow(upstream, beside), str(session.get_token())
    upstream.close()


def test_a_shadow_sees_nothing_that_differs(shadow: tuple[Shadow, str]) -> None:
    front, token = shadow

    def send(method: str, target: str, body: Any = None) -> Answer:
        headers = {"x-auth-token": token, "x-openstack-manila-api-version": "2.65", "content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        return front.answer(Asked(method, f"/v2{target}", headers, content), "http://shadow.test")

    def poll(target: str, status: int, state: str = "") -> None:
        for _ in range(_SECONDS):
            answer = send("GET", target)
            if answer.status == status and (not state or next(iter(answer.document.values()))["status"] == state):
                return
            time.sleep(1)
        pytest.fail(f"{target} never is {state or status}: {answer.content!r}")

    made = send("POST", "/shares", {"share": {"share_proto": "NFS", "size": 1, "name": "fakemanila-compare-shadow"}})
    assert made.status == 200, made
    share = f"/shares/{made.document['share']['id']}"
    poll(share, 200, "available")
    made = send("POST", "/snapshots", {"snapshot": {"share_id": share.rpartition("/")[2]}})
    snapshot = f"/snapshots/{made.document['snapshot']['id']}"
    poll(snapshot, 200, "available")
    assert send("DELETE", snapshot).status == 202
    poll(snapshot, 404)
    assert send("DELETE", share).status == 202
    poll(share, 404)
    assert [kind["difference"] for kind in front.drift.to_json()["drift"]] == []
