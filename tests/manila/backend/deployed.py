"""Worlds with other backends than the built-in ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fakemanila.scenario.scenario import Scenario
from fakemanila.world.world import Settings

from ...api import START, Api

Json = dict[str, Any]


def api_of(*sources: str | Json, **settings: Any) -> Api:
    """Asks a world that starts from these scenarios; a mapping with a ``name`` is a backend."""
    documents = [{"backends": [each]} if isinstance(each, dict) and "name" in each else each for each in sources]
    api = Api()
    api.worlds.settings = Scenario.load(*documents).settings(Settings(rate=0.0, start=START, **settings))
    return api


def make(api: Api, protocol: str, **fields: Any) -> Json:
    """A share, as it is when its backend has made it."""
    share = api.make_share(share_proto=protocol, **fields)
    api.world.clock.advance(timedelta(0))
    found: Json = api.get(f"/v2/shares/{share['id']}").json["share"]
    return found


def allow(api: Api, share: Json, type: str, to: str, level: str = "rw") -> Json:
    """The rule as the answer to its making has it."""
    body = {"access_type": type, "access_to": to, "access_level": level}
    answer = api.action(f"/v2/shares/{share['id']}", "allow_access", body)
    assert answer.status == 200, answer
    rule: Json = answer.json["access"]
    return rule


def shown(api: Api, rule: Json) -> Json:
    found: Json = api.get(f"/v2/share-access-rules/{rule['id']}").json["access"]
    return found


def applied(api: Api, share: Json, type: str, to: str, level: str = "rw") -> Json:
    """The rule as it is when its backend has looked at it."""
    return shown(api, allow(api, share, type, to, level))


def paths(api: Api, share: Json) -> list[str]:
    return [each["path"] for each in locations(api, share)]


def locations(api: Api, share: Json, **options: Any) -> list[Json]:
    found: list[Json] = api.get(f"/v2/shares/{share['id']}/export_locations", **options).json["export_locations"]
    return found


def messages(api: Api, **options: Any) -> list[tuple[str, str, str]]:
    """Action, detail and resource of each message, the newest first."""
    found = api.get("/v2/messages", **options).json["messages"]
    return [(each["action_id"], each["detail_id"], each["resource_id"]) for each in found]
