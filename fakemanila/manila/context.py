"""A request on its way: one typed object whose slots the pipeline fills one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..contract.model import Operation, Route
from ..contract.validate import Violation, body_validator, query_parameters
from ..faults.subject import Service as Service
from ..http.headers import Headers
from ..reasons.contents import kept
from ..reasons.denied import Denied
from ..reasons.records import NotFound
from ..versions import MAXIMUM, Microversion
from ..world.journal import Entry
from . import errors

if TYPE_CHECKING:
    from ..faults import Plan, Subject
    from ..http.reply import Reply
    from ..keystone.credentials import Credentials
    from ..keystone.service import Match
    from ..neighbours.service import Operation as NeighbourOperation
    from ..world.lifecycle import Pending
    from ..world.rows import Record
    from ..world.world import World
    from .routes import Candidates


class HttpRequest(NamedTuple):
    """What came over the wire. `base_url` has the world's prefix: every link is built on it.

    `path` is below that prefix, decoded. `query` has the last value of each parameter, as Manila reads them.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Headers
    body: bytes
    base_url: str
    query_string: str = ""
    """The query as it was sent."""
    repeated: frozenset[str] = frozenset()
    """Query parameters that came more than once."""
    undecodable: bool = False
    """The path or the query isn't UTF-8."""
    too_large: bool = False
    """The body was over the size limit, and has not been read."""


class Target(NamedTuple):
    """What the URL map made of a path. One that no rule knows has no endpoint."""

    service: Service
    endpoint: str | None = None
    values: tuple[str, ...] = ()
    """The values of the path's variables."""
    project_id: str | None = None
    """The project id that a path of Manila's begins with, if any."""
    candidates: Candidates = ()
    """The operations of Manila's that the path and the method may mean."""
    keystone: Match | None = None
    """The call of Keystone's."""
    operation: NeighbourOperation | None = None
    """The call of a service beside Manila."""


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """One request to a deployment, with all that belongs to it; as handlers see it, a call of one Manila operation."""

    http: HttpRequest
    world: World
    """What handlers see: for a list that lags behind, a view of the world with older records."""
    target: Target
    entry: Entry
    """The journal's note of this call; what becomes known on the way is written there too."""
    began: float
    """Real seconds, to measure how long it takes."""
    arrived: datetime
    """The world's time."""

    # Filled on the way, in this order; a handler has them all.
    present: World = field(init=False)
    """The world itself, as it is now."""
    caller_or_none: Credentials | None = None
    routed: bool = False
    """Manila's router knows the path, so that the answer comes from the API proper."""
    asked_version: Microversion | None = None
    """The microversion, also of a request that is refused because of it."""
    experimental: bool = False
    envelope: Any = None
    """The whole JSON body."""
    has_body: bool = False
    route: Route = field(init=False)
    operation_or_none: Operation | None = None
    args: dict[str, str] = field(default_factory=dict)
    """The path's parameters, such as ``snapshot_id``."""
    refusal: errors.Refusal | Reply | None = None
    """Why the request will get no further than this, unless a fault has something else in mind."""
    subject: Subject | None = None
    """What rules saw of it; None where there were none."""
    plan: Plan | None = None
    """What faults do to it; None where there were none."""
    query: dict[str, str] = field(default_factory=dict)
    """The query parameters that the contract knows for this operation at this microversion; the rest is ignored."""
    body: dict[str, Any] = field(default_factory=dict)
    """The object inside the envelope."""
    answer_headers: dict[str, str] = field(default_factory=dict)
    """What the answer of a service beside Manila has, other than Manila's own."""
    outlived: bool = False
    """The world was reset while it was held: it is nothing of the world that is there now."""
    late: list[Violation] = field(default_factory=list)
    """What is wrong with the body, but found only after the records that the request names."""

    def __post_init__(self) -> None:
        self.present = self.world

    @property
    def caller(self) -> Credentials:
        """Whose token it is."""
        assert self.caller_or_none is not None, "read before it was identified"
        return self.caller_or_none

    @property
    def operation(self) -> Operation:
        assert self.operation_or_none is not None, "read before it was found"
        return self.operation_or_none

    @property
    def version(self) -> Microversion:
        """The negotiated microversion."""
        assert self.asked_version is not None, "read before it was negotiated"
        return self.asked_version

    @property
    def newest_microversion(self) -> Microversion:
        """The newest one that is served; a fault may have this request see an older one."""
        newest = self.world.settings.newest_microversion
        capped = None if self.plan is None else self.plan.max_microversion
        return newest if capped is None else min(newest, capped)

    @property
    def path_project_id(self) -> str | None:
        return self.target.project_id

    @property
    def is_admin(self) -> bool:
        return self.caller.is_admin

    def forget(self) -> None:
        """Nothing is known of the request but what arrived: it is going to be looked at."""
        self.caller_or_none = self.asked_version = self.operation_or_none = self.refusal = self.envelope = None
        self.routed = self.experimental = self.has_body = False

    def begin(self, operation: str, kind: str, record: Record, **arguments: Any) -> Pending:
        """As `World.begin`, for this request: its plan says how the transition ends, its journal entry names it."""
        return self.world.begin(operation, kind, record, asked_by=self, **arguments)

    def knows_field(self, name: str) -> bool:
        """Whether the contract has a field of this name in this operation's request at this microversion."""
        return name in body_validator(self.operation.id, self.version).properties

    def refuse_late(self, but: Collection[str] = ()) -> None:
        """Raises what is wrong with the body and found late: for handlers, once they have the records.

        Fields in `but` are not looked at, or not yet; ``metadata.`` stands for what is inside metadata.
        """
        for violation in self.late:
            field = f"{violation.field}." if len(violation.path) > 1 else violation.field
            if violation.field not in but and field not in but:
                raise errors.of_status(violation.status, violation.message, violation.because(self.operation.id))

    def allows(self, rule: str, target: Mapping[str, Any] | None = None) -> bool:
        """Whether the caller passes a policy rule on `target` (default: the caller's own project)."""
        return self.world.policy.allows(rule, self.caller, target)

    def require(self, rule: str, target: Mapping[str, Any] | None = None) -> None:
        """Raises Forbidden, 403, when the caller doesn't pass `rule`."""
        if not self.allows(rule, target):
            because = self.why_denied(rule, target)
            raise errors.Forbidden(f"Policy doesn't allow {rule} to be performed.", because=because)

    def why_denied(self, rule: str, target: Mapping[str, Any] | None = None) -> Denied:
        """The reason of a refusal by a policy rule, for who refuses in other words than `require`."""
        policy = self.world.policy
        return Denied(rule, policy, self.caller, None if target is None else policy.seen_of(rule, target))

    def why_missing(
        self, kind: str, id: Any, record: Record | None = None, *, hidden_by: str | None = None
    ) -> NotFound:
        """The reason of a 404: there is no such record, or the caller doesn't see it, which is `record` then.

        `hidden_by` is the policy rule that hides it.
        """
        owner = None if record is None else record.get("project_id")
        rule = None if record is None else hidden_by
        return NotFound(str(kind), str(kept(id)), record is not None, owner, rule, self.present.journal)

    # Links

    @property
    def _project_part(self) -> str:
        """The project id that links have in their path where the request's path has one."""
        return f"/{self.caller.project_id}" if self.path_project_id else ""

    @property
    def base_of_links(self) -> tuple[str, str, str]:
        """What tells the links of this answer from those of another one: a scenario may have changed the release."""
        return self.http.base_url, self._project_part, self.world.settings.release.name

    def links(self, collection: str, id: str) -> list[dict[str, str]]:
        """The ``self`` and ``bookmark`` links of a resource."""
        base, project, collection = self.http.base_url, self._project_part, self._link_name(collection)
        return [
            {"rel": "self", "href": f"{base}/v2{project}/{collection}/{id}"},
            {"rel": "bookmark", "href": f"{base}{project}/{collection}/{id}"},
        ]

    def next_link(self, collection: str, last_id: str) -> list[dict[str, str]]:
        """The link to the page after the one that ends with `last_id`, as Manila writes it: with a marker."""
        # What came with a later microversion is left out.
        later = query_parameters(self.operation.id, MAXIMUM).keys() - self.query.keys()
        others = {name: value for name, value in self.http.query.items() if name not in later and name != "marker"}
        query = "&".join(
            f"{name}={value}" for name, value in {**others, "marker": last_id}.items()
        )  # nothing is escaped
        where = f"{self.http.base_url}/v2{self._project_part}/{self._link_name(collection)}"
        return [{"rel": "next", "href": f"{where}?{query}"}]

    def _link_name(self, collection: str) -> str:
        return self.world.settings.release.link_names.get(collection, collection)
