"""The control call that gives a world resources, users, quotas, … besides what it has."""

from __future__ import annotations

from typing import Any

from .control_request import ControlCall, asked


def apply(call: ControlCall) -> dict[str, Any]:
    """``{"resources": [{"kind": "share", "id": …, "name": …, …}]}``: what the world keeps of what was made."""
    from ..scenario.files import Document  # few servers are given one, and it knows how hooks are run
    from ..scenario.scenario import Scenario

    body = call.body()
    with asked():
        made = Scenario([Document(body)]).apply(call.world)
    return {"resources": [{"kind": kind, "name": None, **record} for kind, record in made]}
