"""Access rules of shares: who may mount them, granted, shown, changed and revoked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from ...contract.documents import DocumentError
from ...http.reply import Reply
from ...versions import Microversion
from ...world.kinds import Kind
from ...world.lifecycle import Message, Outcome, Transition
from .. import errors
from ..backend import access
from ..common import listing, locks, lookup
from ..common.access_types import QUEUED, check_target, granting, is_there
from ..common.attributes import Dated, Metadata, Status, Text
from ..common.fields import TRANSITIONAL, check_metadata, check_not_soft_deleted
from ..common.registry import Page, Resource
from ..common.seeds import Fields, Identified, Reference, either, reference, refused
from . import share_network_changes, snapshot_access_rules

if TYPE_CHECKING:
    from ...scenario.seeding import Seeder
    from ...world.rows import Record
    from ...world.world import World
    from ..context import Call


class ShareAccessRule(Dated):
    """Who may mount a share."""

    share_id: Annotated[Text, reference("shares")]
    access_type: Text
    access_to: str
    access_level: Literal["rw", "ro"]
    access_key: str | None = None
    state: Status = QUEUED
    metadata: Metadata = field(default_factory=dict)
    failed_before: list[str] = field(default_factory=list)
    """Ids of replicas that came when it had failed, some of which may be gone. They have it as if it were applied."""


KIND = Kind(lookup.SHARE_ACCESS_RULES, ShareAccessRule, message_type="SHARE")

# Behaviour that a microversion brought.
_CEPHX_SINCE = Microversion(2, 13)
_BESIDE_FAILED_RULES_SINCE = Microversion(2, 28)
_IPV6_SINCE = Microversion(2, 38)
_ON_FAILED_SHARES_SINCE = Microversion(2, 74)
_FILTERS_CHECKED_SINCE = Microversion(2, 82)

_LEVELS = ("rw", "ro")
_TYPES = ("ip", "user", "cert", "cephx")
_FILTERS = ("access_type", "access_to", "access_level", "access_key")
_HIDDEN = "******"

resource = Resource("share_access_rules", kinds=(KIND,))


def view(call: Call, record: Record) -> Mapping[str, Any]:
    shown = {
        **record,
        "share_access_rules_status": lookup.shown_access_rules_status(call.world, record["share_id"]),
    }
    if record.get("restricted"):
        shown.update(access_to=_HIDDEN, access_key=_HIDDEN)
    return shown


resource.view = view


def _rules_of(world: World, share_id: str) -> list[ShareAccessRule]:
    return world.store[KIND].where(share_id=share_id)


def _as_seen(call: Call, rule: Record) -> Record:
    """A rule, marked where a lock hides whom it is for."""
    return {**rule, "restricted": True} if locks.hides(call, rule["id"]) else rule


def _find(call: Call) -> Record:
    """The rule that the path names, of a share that the caller may see. Raises NotFound."""
    id = call.args["access_id"]
    call.require("share:access_get")
    rule = call.world.store[KIND].get(id)
    try:
        if rule is not None:
            lookup.share(call, rule["share_id"])
            return rule
    except errors.NotFound:
        pass
    raise lookup.missing(call, KIND, id, f"Share access rule {id} not found.", rule)


def _check_share(call: Call, share: Record, verb: str, *, errors_are_fine: bool) -> None:
    """Raises BadRequest for a share whose rules cannot be changed as it is, or any of its instances."""
    invalid = (*TRANSITIONAL, *(() if errors_are_fine else ("error",)))
    instances = lookup.instances_of(call.world, share["id"])
    if any(not instance["host"] or instance["status"] in invalid for instance in instances):
        what, which = ("New access rules", "the share or") if verb == "applied" else ("Access rules", "the share,")
        raise errors.BadRequest(
            f"{what} cannot be {verb} while {which} any of its replicas or migration copies lacks a valid host or is "
            "in an invalid state."
        )


def _check_not_deleted(share: Record, verb: str) -> None:
    check_not_soft_deleted(share, f"Cannot {verb} access for share '{{id}}'")


# Lists, and one


@resource.handles("shares.access_list")
def list_by_action(call: Call) -> Page:
    share = lookup.share(call, call.args["share_id"])
    call.require("share:access_get_all")
    return Page(_rules_of(call.world, share["id"]))


@resource.handles("share_access_rules.list")
def list_(call: Call) -> Page:
    query = call.query
    if "share_id" not in query:
        raise errors.BadRequest("The field 'share_id' has to be specified.")
    wanted = listing.mapping(call, "metadata")
    if call.version >= _FILTERS_CHECKED_SINCE:
        _check_filters(query)
    try:
        share = lookup.share(call, query["share_id"])
    except errors.NotFound:
        raise errors.BadRequest(f"Share {query['share_id']} not found.") from None
    call.require("share:access_get_all")
    tests = [listing.equals(name, query[name]) for name in _FILTERS if name in query]
    if "id" in call.http.query:  # one more, that isn't documented
        tests.append(listing.equals("id", call.http.query["id"]))
    if wanted is not None:
        tests.append(listing.has_items("metadata", wanted))
    rules = [_as_seen(call, rule) for rule in listing.matching(_rules_of(call.world, share["id"]), tests)]
    if "access_to" in query or "access_key" in query:  # finding it would tell whom it is for
        rules = [rule for rule in rules if not rule.get("restricted")]
    return Page(rules)


def _check_filters(query: Mapping[str, str]) -> None:
    access_type, target, level = query.get("access_type"), query.get("access_to"), query.get("access_level")
    if access_type and access_type not in _TYPES:
        raise errors.BadRequest(f"Invalid or unsupported share access type: {access_type}.")
    if target and not access_type:
        raise errors.BadRequest(
            "Invalid input received: 'access_type' parameter must be provided when specifying 'access_to'."
        )
    if target:
        check_target(access_type, target, ipv6=True, cephx=True)
    if level and level not in _LEVELS:
        raise errors.BadRequest(f"Invalid or unsupported share access level: {level}.")


@resource.handles("share_access_rules.show")
def show(call: Call) -> Record:
    return _as_seen(call, _find(call))


# Grant, change, revoke


def _applied(world: World, rule: Record, arguments: dict[str, Any]) -> Outcome | None:
    share = lookup.share_of(world, rule)
    failures = (access.failure(world, share, each) for each in (rule, *_asleep(world, share)))
    failure = next((each for each in failures if each is not None), None)
    if failure is None:
        rule["access_key"] = access.key_for(world, share, rule) or rule["access_key"]
    return failure


def _asleep(world: World, share: Record) -> Iterator[Record]:
    """Failed rules that a replica has as if they were applied: its backend fails over them with the next one."""
    here = {instance["id"] for instance in lookup.instances_of(world, share["id"])}
    for rule in _rules_of(world, share["id"]):
        if rule.state == "error" and not here.isdisjoint(rule.failed_before):
            yield rule


_FAILED = Message("010", about="share_id")
"""What its user is told of a rule that was refused, where the driver says why."""


def removed(world: World, rule: Record, arguments: Mapping[str, Any]) -> None:
    """What goes with a rule: its locks."""
    locks.remove_all(world, rule["id"])


def clear(world: World, share: Record) -> None:
    """Takes away all rules of a share, at once."""
    for rule in _rules_of(world, share["id"]):
        removed(world, rule, {})
        world.remove(KIND, rule)


@resource.handles("shares.allow_access", granting(_applied)._replace(message=_FAILED))
def allow(call: Call) -> Record:
    body, world = call.body, call.world
    share = lookup.own_share(call, call.args["share_id"])
    _check_not_deleted(share, "allow")
    share_network_changes.check_active_of(world, share)
    failed = lookup.access_rules_status(world, share["id"]) == "error"
    if failed and call.version < _BESIDE_FAILED_RULES_SINCE:
        raise errors.BadRequest(
            "Access rules cannot be added while the share or any of its replicas or migration copies has its "
            "access_rules_status set to error. Deny any rules in error state and try again."
        )
    call.refuse_late()
    actions = _locked_actions(call)
    access_type, target = body.get("access_type"), body["access_to"]
    check_target(access_type, target, ipv6=call.version >= _IPV6_SINCE, cephx=call.version >= _CEPHX_SINCE)
    level = body.get("access_level")
    if level not in (*_LEVELS, None):
        raise errors.BadRequest(f"Invalid access rule: Invalid share access level: {level}.")
    notes = dict(body.get("metadata") or {}) if call.knows_field("metadata") else {}
    check_metadata(notes)
    if is_there(_rules_of(world, share["id"]), str(access_type), target):
        raise errors.BadRequest(f"Share access {access_type}:{target} exists.")
    _check_share(call, share, "applied", errors_are_fine=call.version >= _ON_FAILED_SHARES_SINCE)
    rule = new(world, share, access_type=access_type, access_to=target, access_level=level or "rw", metadata=notes)
    lock(world, locks.owner(call), rule, actions, body.get("lock_reason"))
    return _begin(call, "shares.allow_access", rule)


def new(world: World, share: Record, **attributes: Any) -> Record:
    """Keeps a new rule. `attributes` are what was asked for, checked."""
    return world.store[KIND].add(
        {
            "id": world.seeded.uuid(),
            "share_id": share["id"],
            "created_at": world.timestamp(),
            **attributes,
        }
    )


def _begin(call: Call, operation: str, rule: Record) -> Record:
    """Begins a change of a rule; answers it as it was before: its backend takes it up after that."""
    before = dict(rule)
    call.begin(operation, KIND, rule)
    return before


def _locked_actions(call: Call) -> list[str]:
    """What the new rule is to be locked against. Raises BadRequest for a reason without a lock."""
    wanted = {locks.DELETE: "lock_deletion", locks.SHOW: "lock_visibility"}
    actions = [action for action, field in wanted.items() if call.knows_field(field) and call.body.get(field)]
    if not actions and call.knows_field("lock_reason") and call.body.get("lock_reason"):
        raise errors.BadRequest(
            "Lock reason can only be specified when locking the visibility or the deletion of an access rule."
        )
    if actions and len(call.body.get("lock_reason") or "") > locks.MAX_REASON:
        raise errors.BadRequest(f"A lock reason has at most {locks.MAX_REASON} characters.")
    return actions


def lock(world: World, owner: locks.Owner, rule: Record, actions: Iterable[str], reason: str | None) -> None:
    """Locks a new rule against something, and its share against deletion with it."""
    for action in actions:
        placed = locks.place(world, owner, "access_rule", rule["id"], action, reason)
        if action == locks.DELETE:
            locks.place(world, owner, "share", rule["share_id"], locks.DELETE, locks.reason_of_share(placed))


@resource.handles("shares.deny_access", Transition("denying", None, "error", effect=removed, attribute="state"))
def deny(call: Call) -> None:
    share_id, rule_id = call.args["share_id"], call.body.get("access_id")
    if "access_id" not in call.body:
        raise errors.BadRequest("access_id is required")
    _check_locks(call, share_id, str(rule_id))
    share = lookup.own_share(call, share_id)
    _check_not_deleted(share, "deny")
    share_network_changes.check_active_of(call.world, share)
    rule = call.world.store[KIND].get(str(rule_id))
    if rule is None or rule["share_id"] != share["id"]:
        raise lookup.missing(call, KIND, rule_id, "Resource could not be found.")
    _check_share(call, share, "denied", errors_are_fine=call.version >= _ON_FAILED_SHARES_SINCE)
    call.begin("shares.deny_access", KIND, rule)


def _check_locks(call: Call, share_id: str, rule_id: str) -> None:
    """Raises Forbidden for a rule that is locked, unless it is to be unlocked too and that is up to the caller."""
    found = locks.on(call.world, rule_id, locks.DELETE)
    if found and not call.body.get("unrestrict"):
        raise errors.Forbidden(
            f"Cannot deny access for share '{share_id}' since it has been locked. Please remove the locks and retry "
            "the operation"
        )
    if not all(locks.may_delete(call, lock) for lock in found):
        raise errors.Forbidden("Unable to drop access rule restrictions that are not placed by you.")


@resource.handles(
    "share_access_rules.update",
    Transition("updating", "active", "error", effect=_applied, attribute="state", message=_FAILED),
)
def update(call: Call) -> Record:
    rule, level = _find(call), call.body["access_level"]
    if level == rule["access_level"]:
        return rule
    share = lookup.own_share(call, rule["share_id"])
    _check_share(call, share, "updated", errors_are_fine=True)
    rule["access_level"] = level
    return _begin(call, "share_access_rules.update", rule)


# Metadata

metadata = Resource("share_access_rule_metadata")


@metadata.handles("share_access_rule_metadata.replace")
def merge_metadata(call: Call) -> Record:
    """Adds to what there is, in spite of its method."""
    rule = _find(call)
    call.refuse_late()
    check_metadata(call.body)
    rule["metadata"] = {**rule["metadata"], **call.body}
    return call.body


@metadata.handles("share_access_rule_metadata.delete")
def delete_metadata(call: Call) -> Reply:
    rule, key = _find(call), call.args["key"]
    if key not in rule["metadata"]:
        raise lookup.missing(call, "metadata", key, "Share access rule metadata does not exist.")
    rule["metadata"] = {other: value for other, value in rule["metadata"].items() if other != key}
    # No content, and yet it is said to be JSON.
    return Reply(call.operation.success[0], b"", {"Content-Type": "application/json"})


# Seeding


class AccessRuleNeeds(TypedDict):
    access_to: Text


class AccessRuleFields(AccessRuleNeeds, Identified, total=False):
    share: Annotated[Reference, reference("share"), "What it gives access to; either this or snapshot."]
    snapshot: Annotated[Reference, reference("snapshot")]
    access_type: Annotated[Literal["ip", "user", "cert", "cephx"], "Default: ip."]
    access_level: Annotated[Literal["rw", "ro"], "Default: rw."]
    access_key: Text
    status: Annotated[
        Literal[
            "active",
            "applying",
            "denying",
            "error",
            "queued_to_apply",
            "queued_to_deny",
            "queued_to_update",
            "updating",
        ],
        "Default: active where the share's backend takes the type of access, and else error.",
    ]
    metadata: Metadata


@resource.seeds_as("access_rule", KIND, AccessRuleFields)
def seed(seeder: Seeder, given: Fields) -> Record:
    world = seeder.world
    kind, of = either(given)
    access_type, target = given.setdefault("access_type", "ip"), given["access_to"]
    with refused("access_to"):
        check_target(access_type, target, ipv6=True, cephx=kind == "share")
    table = KIND if kind == "share" else snapshot_access_rules.KIND
    if is_there(world.store[table].where(**{f"{kind}_id": of["id"]}), access_type, target):
        raise DocumentError(("access_to",), f"{of['id']} has a rule for {access_type} {target!r} already")
    share = of if kind == "share" else world.store[lookup.SHARES].get(of["share_id"])
    taken = share is not None and access.failure(world, share, given) is None
    given["state"] = given.pop("status", "active" if taken else "error")
    if share is not None and kind == "share":
        key = access.key_for(world, share, given) if taken and given["state"] == "active" else None
        return new(world, of, **{"access_level": "rw", "metadata": {}, "access_key": key, **given})
    for name in ("access_level", "metadata", "access_key"):
        if name in given:
            raise DocumentError((name,), "rules of snapshots have none")
    if not (share and share["mount_snapshot_support"]):
        raise DocumentError(("snapshot",), f"{of['id']} is of a share without mount_snapshot_support")
    if share["snapshot_inherit_share_access_support"]:
        raise DocumentError(("snapshot",), f"{of['id']} has the rules of its share")
    return snapshot_access_rules.new(world, of, **given)
