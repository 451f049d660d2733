"""A request as rules look at it, once it is known what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ..http.headers import Headers
from ..versions import Microversion

if TYPE_CHECKING:
    from ..keystone.credentials import Credentials
    from ..manila.context import Call
    from ..world.world import World

Service: TypeAlias = str
"""Who answers: ``manila`` (the API), ``keystone``, ``front`` (what stands in front of both: ``/``, ``/healthcheck``,
unknown paths), or the type of a service beside Manila, such as ``network``."""

_CREATIONS = (".create", ".manage")


@dataclass(slots=True, eq=False, repr=False)
class Subject:
    """What a rule may match. `operation` is None for a request that was refused before it reached one."""

    service: Service
    method: str
    path: str
    """Below the world's prefix, decoded."""
    headers: Headers = field(default_factory=dict[str, str])
    base_url: str = ""
    operation: str | None = None
    version: Microversion | None = None
    project: tuple[str | None, str | None] = (None, None)
    """Id and name."""
    user: tuple[str | None, str | None] = (None, None)
    """Id and name."""
    roles: tuple[str, ...] = ()
    body: Any = None
    """The whole JSON body."""
    resources: tuple[Mapping[str, Any], ...] = ()
    """The records that the path names or, for a creation, the body's object; then the shares that they belong to."""
    creates: bool = False
    """The first of `resources` is about to be made."""
    request_id: str = ""

    @property
    def content(self) -> Any:
        """The object inside the body's envelope."""
        if isinstance(self.body, Mapping) and len(self.body) == 1:
            return next(iter(self.body.values()))
        return self.body


def subject_of_api(call: Call) -> Subject:
    """A call of Manila's or of a service beside it, as far as it got before anything was done about it."""
    operation = call.entry.operation
    subject = _common(call.target.service, call, call.caller_or_none)
    subject.operation = operation
    subject.version = call.asked_version
    subject.body = call.envelope
    subject.creates = operation is not None and operation.endswith(_CREATIONS)
    content = subject.content
    made = [content] if subject.creates and isinstance(content, Mapping) else []
    named = [] if subject.creates else list(_named(call.world, call.target.values))
    subject.resources = (*made, *named, *_shares_of(call.world, [*made, *named]))
    return subject


def subject_of_keystone(call: Call) -> Subject:
    """A call of the identity API, or (without an operation) of what stands in front of both."""
    caller = call.world.identity.credentials(call.http.headers.get("X-Auth-Token"))
    operation = call.entry.operation
    subject = _common("keystone" if operation else "front", call, caller)
    subject.operation = operation
    subject.body = call.envelope
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
