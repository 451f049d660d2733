"""What rules see of a request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .subject import Subject

if TYPE_CHECKING:
    from ..context import Call, Service
    from ..identity import Credentials
    from ..world import World

_CREATIONS = (".create", ".manage")


def of_manila(call: Call) -> Subject:
    """A call of the API, as far as it got before anything was done about it."""
    operation = call.entry.operation
    subject = _common("manila", call, call.caller_or_none)
    subject.operation = operation
    subject.version = call.asked_version
    subject.body = call.envelope
    subject.creates = operation is not None and operation.endswith(_CREATIONS)
    content = subject.content
    made = [content] if subject.creates and isinstance(content, Mapping) else []
    named = [] if subject.creates else list(_named(call.world, call.target.values))
    subject.resources = (*made, *named, *_shares_of(call.world, [*made, *named]))
    return subject


def of_keystone(call: Call) -> Subject:
    """A call of the identity API, or (without an operation) of what stands in front of both."""
    caller = call.world.identity.credentials(call.http.headers.get("X-Auth-Token"))
    operation = call.entry.operation
    subject = _common("keystone" if operation else "front", call, caller)
    subject.operation = operation
    try:
        subject.body = json.loads(call.http.body) if call.http.body else None
    except (ValueError, RecursionError):
        subject.body = None
    return subject


def _common(service: Service, call: Call, caller: Credentials | None) -> Subject:
    http = call.http
    subject = Subject(service, http.method, http.path, http.headers, http.base_url, request_id=call.entry.id)
    if caller is not None:
        subject.project = (caller.project_id, caller.project_name)
        subject.user = (caller.user_id, caller.user_name)
        subject.roles = caller.roles
    return subject


def _named(world: World, ids: Iterable[str]) -> Iterable[Mapping[str, Any]]:
    for id in ids:
        for table in world.store.kinds().values():
            record = table.get(id)
            if record is not None:
                yield record


def _shares_of(world: World, records: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for record in records:
        share = world.store["shares"].get(str(record.get("share_id")))
        if share is not None:
            yield share
