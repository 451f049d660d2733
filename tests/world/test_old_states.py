"""States that older releases dumped, of a world with much under way.

``states/0.1.0.json`` was written by 0.1.0 half a minute after two shares began to migrate, one by the driver and one by
the data service, with access rules that were applied and others that were about to be.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakemanila.world.state.document import VERSION

from ..api import Api

STATE = json.loads((Path(__file__).parent / "states" / "0.1.0.json").read_text())


@pytest.fixture
def api() -> Api:
    api = Api()
    answer = api.put("/_fakemanila/state", STATE)
    assert answer.status == 200, answer
    return api


def shares(api: Api) -> dict[str, dict[str, Any]]:
    found = api.get("/v2/shares/detail", user="admin", query={"all_tenants": 1}).json["shares"]
    return {share["name"]: share for share in found}


def test_a_share_goes_on_migrating_where_it_was(api: Api) -> None:
    seen = []
    for _ in range(5):
        found = shares(api)
        seen.append(tuple(found[name]["task_state"] for name in ("by driver", "by the data service")))
        api.world.advance(timedelta(seconds=4))
    assert seen == [
        ("migration_driver_in_progress", "data_copying_in_progress"),
        ("migration_driver_in_progress", "data_copying_completing"),
        ("migration_driver_in_progress", "data_copying_completing"),
        ("migration_driver_phase1_done", "data_copying_completed"),
        ("migration_driver_phase1_done", "data_copying_completed"),
    ]
    for name in ("by driver", "by the data service"):
        path = f"/v2/shares/{found[name]['id']}"
        assert api.action(path, "migration_complete", user="admin").status == 202
    assert {share["host"] for share in shares(api).values() if share["task_state"]} == {
        "oracle@beta#fake_pool_for_BETA"
    }


def test_rules_become_what_they_were_about_to(api: Api) -> None:
    share = shares(api)["by host"]
    query = {"share_id": share["id"]}

    def states() -> dict[str, str]:
        rules = api.get("/v2/share-access-rules", query=query, user="admin").json["access_list"]
        return {rule["access_to"]: rule["state"] for rule in rules}

    assert states() == {"10.0.0.1": "active", "10.0.0.2": "applying", "somebody": "applying"}
    api.world.advance(timedelta(minutes=1))
    assert states() == {"10.0.0.1": "active", "10.0.0.2": "active", "somebody": "error"}


def test_it_is_dumped_as_this_release_has_it(api: Api) -> None:
    dumped = api.get("/_fakemanila/state").json
    assert dumped["version"] == VERSION
    assert [each["phase"] for each in dumped["transitions"]] == ["applying", "applying", "copying", "copying"]
    api.post("/_fakemanila/reset")
    assert api.put("/_fakemanila/state", dumped).status == 200
    assert api.get("/_fakemanila/state").json == dumped
