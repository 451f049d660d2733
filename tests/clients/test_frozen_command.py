"""The ``openstack`` command, run in a process whose time is frozen, and against a world of another time."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
import time_machine
from freezegun import freeze_time

from .cloud import Cloud

MOMENTS = [datetime(2001, 2, 3), datetime(2060, 2, 3)]


@pytest.mark.parametrize("freeze", [freeze_time, time_machine.travel], ids=["freezegun", "time-machine"])
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_frozen_command_lists_and_creates(
    cloud: Cloud, share: Any, freeze: Any, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail(f"a sleep of {seconds} seconds"))
    with freeze(moment.replace(tzinfo=timezone.utc), tick=True):
        assert [row["Name"] for row in cloud.run("share", "list", "-f", "json").json] == ["data"]
        made = cloud.run("share", "snapshot", "create", share.id, "--name", "monday", "-f", "json").json
    assert made["created_at"].startswith(f"{moment:%Y-%m-%dT%H:%M}")
    assert cloud.run("share", "snapshot", "show", "monday", "-f", "json").json["id"] == made["id"]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_command_talks_to_a_world_of_another_time(cloud: Cloud, share: Any, moment: datetime) -> None:
    cloud.world.clock.set(moment)
    assert [row["Name"] for row in cloud.run("share", "list", "-f", "json").json] == ["data"]
