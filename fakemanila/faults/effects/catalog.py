"""``catalog``: what a token's service catalog says of Manila."""

from __future__ import annotations

from random import Random
from typing import Any

from ...http.reply import Reply
from ...text.suggestions import nearest
from ..plan import Effect, Plan
from ..subject import Subject

KINDS = ("missing", "v1_first")
_TYPES = ("sharev2", "shared-file-system", "share", "sharev2_legacy")


class Catalog(Effect):
    """``"missing"``: Manila has no endpoint; ``"v1_first"``: the long gone v1 API, type ``share``, comes first."""

    def __init__(self, value: object, field: str) -> None:
        if value not in KINDS:
            raise ValueError(f"{field}: {value!r} is not a known change of the catalog{nearest(value, KINDS)}")
        self._edit = _without_manila if value == "missing" else _with_v1

    def apply(self, plan: Plan, dice: Random) -> None:
        plan.edits.append(self._apply)

    def _apply(self, subject: Subject, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, dict) else {}
        holder = body.get("token", body)
        if isinstance(holder, dict) and isinstance(holder.get("catalog"), list):
            holder["catalog"] = self._edit(holder["catalog"])


def _without_manila(catalog: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [service for service in catalog if service["type"] not in _TYPES]


def _with_v1(catalog: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for service in catalog:
        if service["type"] in _TYPES and service["endpoints"]:
            endpoints = [{**each, "url": each["url"].replace("/v2", "/v1")} for each in service["endpoints"]]
            return [{**service, "type": "share", "name": "manila", "endpoints": endpoints}, *catalog]
    return catalog
